//! The rules of real proxies and clients, as pure functions and small values: how load is spread, who is left out, and
//! what is tried again. The simulation calls them; so do the tests against what upstream answers.
//!
//! Nothing here knows the world, the time of day, or where luck comes from.

pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod ewma;
pub mod limits;
pub mod outlier;
pub mod priority;
pub mod ring;
pub mod shed;
pub mod slow_start;
pub mod weighted;
