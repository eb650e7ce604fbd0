//! Terminations: what the trace sampler remembers of each instance that was asked to go.

mod recording;

use crate::engine::Time;
use crate::sim::Pool;

/// The termination of an instance, from being asked to go until it is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Termination {
    /// Position among all instances.
    index: u32,
    /// Name of the service.
    pub service: String,
    /// Number within its service, from 1.
    pub number: u32,
    /// Pool.
    pub pool: Pool,
    /// When it was asked to go: its preStop began, and the proxies were updated.
    pub asked: Time,
    /// Requests that it had then.
    pub held_when_asked: u32,
    /// When its preStop was over and it was told to stop (SIGTERM).
    pub told: Option<Time>,
    /// Requests that it had then.
    pub held_when_told: u32,
    /// When each proxy learned of it, by the proxies' positions; those that have not are not in it.
    pub unlearned: Vec<(u16, Time)>,
    /// How many proxies stand in front of it.
    pub proxies: u32,
    /// When it was gone.
    pub gone: Option<Time>,
    /// Requests that it dropped then.
    pub dropped: u32,
}

/// A step of a termination.
pub(in crate::sim) enum TerminationStep {
    /// It was asked to go.
    Asked,
    /// It was told to stop.
    Told,
    /// A proxy has learned of it.
    Unlearned(u16),
    /// It is gone, and dropped so many requests.
    Gone(u32),
}
