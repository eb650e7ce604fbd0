//! What stands between a caller and a service, each as a pure rule or a small state machine of its own: nothing here
//! knows the simulation, draws by itself, or keeps a clock.

pub mod amplification;
pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod contention;
pub mod limits;
pub mod shed;
