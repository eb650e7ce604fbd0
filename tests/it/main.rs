//! The integration tests, in one binary: a file for each subject.

mod bad;
mod briefs;
mod collapse;
mod commands;
mod conformance;
mod content;
mod differences;
mod digests;
mod exploits;
mod fluid;
mod formats;
mod hostile;
mod lab;
mod laws;
mod lesson;
mod manifests;
mod museum;
mod named_checks;
mod readme;
mod refusals;
mod schema;
mod soak;
mod staff;
mod tidy;
mod timelines;
mod world;
