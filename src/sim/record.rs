//! The record of a run: its facts, what was observed, and, kept apart, what was true.

use crate::engine::{Share, Span, Tally, Time};
use crate::sim::{Cause, Fact, RolloutPhase};
use crate::telemetry::Store;

/// Everything known after a run.
#[derive(Clone, Debug)]
pub struct Record {
    /// Seed of the run.
    pub seed: u64,
    /// Hash over all facts and all request endings, in order: equal digests mean equal runs.
    pub digest: String,
    /// How long was simulated.
    pub simulated: Span,
    /// How many events were handled; an arrival is one, and each thing that fell due is one.
    pub events: u64,
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// What could be seen.
    pub observed: Observed,
    /// What was true.
    pub truth: Truth,
}

/// The half of a record that could be seen while it ran.
#[derive(Clone, Debug)]
pub struct Observed {
    /// All samples.
    pub metrics: Store,
    /// First alert, failed judgement or failed test after the rollout began.
    pub detected: Option<Time>,
    /// Pages sent.
    pub pages: u32,
    /// When the rollout began.
    pub started: Option<Time>,
    /// When the candidate served everybody.
    pub completed: Option<Time>,
    /// When the decision to go back was made.
    pub aborted: Option<Time>,
    /// When the baseline served everybody again.
    pub rolled_back: Option<Time>,
    /// The phase of the rollout at the end.
    pub phase: RolloutPhase,
}

/// Requests of users by how they ended; `arrived` is the sum of all others, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// How many users asked.
    pub arrived: u64,
    /// Answered well.
    pub succeeded: u64,
    /// Answered with an error, or cut off.
    pub failed: u64,
    /// Turned away: a full queue, or no instance.
    pub rejected: u64,
    /// Given up by the client.
    pub timed_out: u64,
    /// Not ended yet.
    pub in_flight: u64,
}

/// The half of a record that nobody in the world could see: only for scoring and explaining.
///
/// It has more than twenty fields since each is one measure that rubrics, results and screens ask for by itself.
#[derive(Clone, Debug)]
pub struct Truth {
    /// Requests of users.
    pub requests: Requests,
    /// Failed requests by cause, indexed as [`Cause::ALL`].
    pub causes: [u64; Cause::ALL.len()],
    /// Requests answered well but later than the scenario's `slow_after`.
    pub slow: u64,
    /// Requests answered with status 200 and a wrong answer.
    pub wrong_answers: u64,
    /// Side effects that happened twice because a request that is not idempotent was mirrored or tried again.
    pub doubled_writes: u64,
    /// Copies of slow calls that hedging sent.
    pub hedges: u64,
    /// Users with at least one failed, slow or wrongly answered request for which the release, or how it was shipped, is
    /// to blame ([`Cause::is_of_release`]), since the rollout could begin.
    pub users_harmed: u64,
    /// Of the users harmed, those of each of the scenario's cohorts, in their order; one number for all where it has none.
    pub harmed_by_cohort: Vec<u64>,
    /// Users with at least one failed request for any cause.
    pub users_failed: u64,
    /// Latency of the users' requests that succeeded, from arrival to answer, retries included.
    pub latency: Tally,
    /// Time in queue of the target's requests.
    pub waits: Tally,
    /// Highest share of user requests answered by the candidate with its behaviour on, over any ten seconds.
    pub max_exposure: Share,
    /// When the first user was harmed.
    pub first_harm: Option<Time>,
    /// When the last user was harmed.
    pub last_harm: Option<Time>,
    /// Alerts that fired although no request had failed for more than an ordinary error, and no user was harmed, in the
    /// time that they judge.
    pub false_alarms: u32,
    /// Instance time of the target service, exactly.
    pub instance_time: Span,
    /// What all instances cost.
    pub cost: f64,
    /// Share of the error budget that the failed requests spent, of the first SLO; 1 is all of it.
    pub budget_spent: f64,
    /// Highest latency p99 over ten seconds since the rollout could begin.
    pub worst_p99: Span,
    /// Fewest ready instances of the target since the rollout could begin.
    pub fewest_ready: u32,
    /// Value of the right answers.
    pub value: f64,
    /// How many users each of the scenario's cohorts has in this run: a user's cohort is drawn by its weight. One number for all
    /// where there are no cohorts.
    pub users_by_cohort: Vec<u64>,
    /// How it went, every ten seconds.
    pub points: Vec<TruthPoint>,
}

/// The truth of ten seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TruthPoint {
    /// End of the ten seconds.
    pub at: Time,
    /// User requests that ended.
    pub ended: u32,
    /// Of these, not well.
    pub failed: u32,
    /// Of these, answered by the candidate with its behaviour on.
    pub exposed: u32,
    /// Ready instances of the target, by pool.
    pub ready: [u32; 3],
}
