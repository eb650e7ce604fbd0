//! Views of a running simulation for screens, tests and results. Looking changes nothing, and nothing here decides anything.

mod in_flight;
mod results;
mod route_reason;
mod snapshot;
mod termination;
mod trace_sampler;

pub use in_flight::{InFlight, RequestStage};
pub use route_reason::RouteReason;
pub use snapshot::{InstanceSnapshot, InstanceState, RouteSnapshot};
pub use termination::Termination;
pub use trace_sampler::{AlikeEnds, Outcome, SampledTry, Second};

pub(super) use termination::TerminationStep;
pub(super) use trace_sampler::TraceSampler;
