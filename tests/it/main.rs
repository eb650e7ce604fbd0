//! The one integration binary: what the whole lab promises, file by file.

mod conformance;
mod laws;
mod world;
