//! The integration tests, in one binary: a file for each subject.

mod bad;
<<<<<<< HEAD
mod commands;
=======
mod conformance;
>>>>>>> main
mod lab;
mod readme;
mod tidy;
mod world;
