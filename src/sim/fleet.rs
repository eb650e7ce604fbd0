//! Fleets: the instances of the services, their lives, their probes, and the zones they run in.

mod cluster;
mod dropping;
mod instance;
mod lifecycle;
mod placement;
mod probes;
mod scaling;
mod single_instance;

pub use lifecycle::BACK_OFF_FIRST;

pub(super) use cluster::Cluster;
pub(super) use instance::{Instance, InstanceStatus, ProbeRun, State, purpose};
pub(super) use lifecycle::EVERYWHERE;
pub(super) use probes::probe;
