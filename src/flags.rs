//! Feature flags: the hash by which Unleash's clients decide who has one.
//!
//! Pure functions. Nothing here knows of requests, plans or the disk.

pub mod hash;
