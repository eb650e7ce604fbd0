//! Requests: how users arrive, the path of a request through services, queues and calls, and how it ends.

mod arrivals;
mod call_policy;
mod cancel;
mod clients;
mod data_store;
mod deadline;
mod ending;
mod hedge;
mod hop;
mod path;
mod processor_sharing;
mod queue;
mod retry;
mod shedding;
mod test_traffic;
mod timeout;
mod work;

pub(super) use call_policy::Calls;
pub(super) use clients::{Clients, cohort_of};
pub(super) use data_store::DataStore;
pub(super) use hop::{Hop, Hops, NONE, Stage, mark};
pub(super) use processor_sharing::ProcessorSharing;
pub(super) use test_traffic::TestTraffic;
pub(super) use timeout::Timeouts;
