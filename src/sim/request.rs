//! Requests: how users arrive, the path of a request through services, queues and calls, and how it ends.

mod arrivals;
mod call_policy;
mod cancel;
mod ending;
mod hedge;
mod hop;
mod path;
mod processor_sharing;
mod queue;
mod retry;
mod shedding;
mod timeout;
mod work;

pub(super) use arrivals::Arrivals;
pub(super) use call_policy::Caller;
pub(super) use hedge::Race;
pub(super) use hop::{Hop, Hops, NONE, Stage, mark};
pub(super) use processor_sharing::ProcessorSharing;
