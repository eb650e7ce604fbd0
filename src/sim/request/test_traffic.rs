//! Test requests: a plan's tests of a pool, without users.

mod testing;

use crate::engine::{Span, Stream};
use crate::sim::action::Pool;
use crate::sim::observation::TestReport;

/// A test of a pool that runs.
#[derive(Clone, Debug)]
struct TestRun {
    id: u32,
    pool: Pool,
    left: u32,
    gap: Span,
    sent: u32,
    passed: u32,
    failed: u32,
    /// Whether one failed by the release's doing.
    finds_defect: bool,
    requests: u32,
    /// All that is drawn for its requests, by number.
    luck: Stream,
}

/// The tests of a run.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct TestTraffic {
    runs: Vec<TestRun>,
    /// Reports of the tests that ended since the last decision.
    pub reports: Vec<TestReport>,
}
