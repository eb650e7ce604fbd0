//! The record of a run: its facts, what was observed, and, kept apart, what was true.

use super::budget::Spent;
use super::serving::Serving;
use crate::engine::{Share, Span, Tally, Time};
use crate::scenario::Issue;
use crate::sim::{Cause, Fact, RolloutPhase};
use crate::telemetry::Store;

/// The code of the issue that a run took more than its budget.
pub const TOO_COSTLY: &str = "too-costly";

/// Everything known after a run.
#[derive(Clone, Debug)]
pub struct Record {
    /// Seed of the run.
    pub seed: u64,
    /// Hash over all facts and all request endings, in order: equal digests mean equal runs.
    pub digest: String,
    /// By when the candidate had to serve everybody.
    pub deadline: Time,
    /// How long was simulated.
    pub simulated: Span,
    /// How many events were handled; an arrival is one, and each thing that fell due is one.
    pub events: u64,
    /// That the run took more than its budget and ended before its time; then nothing may be judged by it.
    pub spent: Option<Spent>,
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// What could be seen.
    pub observed: Observed,
    /// What was true.
    pub truth: Truth,
}

impl Record {
    /// The record, when something may be judged by it.
    ///
    /// # Errors
    /// Code `too-costly` when the run took more than its budget and ended before its time.
    pub fn within_budget(self) -> Result<Self, Vec<Issue>> {
        match self.spent {
            None => Ok(self),
            Some(spent) => Err(vec![Issue::error("", TOO_COSTLY, spent.to_string())]),
        }
    }

    /// How the rollout stands, told by who answers and not by what was reported: complete only while the candidate serves
    /// everybody, rolled back only while the baseline does.
    pub fn standing(&self) -> RolloutPhase {
        match (self.observed.phase, Serving::of(&self.truth)) {
            (phase @ (RolloutPhase::InProgress | RolloutPhase::Paused | RolloutPhase::RollingBack), _) => {
                phase
            }
            (_, Serving::Candidate(_)) => RolloutPhase::Completed,
            (RolloutPhase::Completed, Serving::Baseline)
            | (
                RolloutPhase::Completed | RolloutPhase::RolledBack | RolloutPhase::NotStarted,
                Serving::Both,
            ) => RolloutPhase::InProgress,
            (
                phase @ (RolloutPhase::NotStarted
                | RolloutPhase::Completed
                | RolloutPhase::RolledBack
                | RolloutPhase::Failed),
                Serving::Baseline | Serving::Both | Serving::Nobody,
            ) => phase,
        }
    }

    /// When the candidate was out for good: from then on it served everybody, to the end of the run. `None` when it was not.
    pub fn delivered(&self) -> Option<Time> {
        if self.standing() != RolloutPhase::Completed {
            return None;
        }
        match (Serving::of(&self.truth), self.observed.completed) {
            // The truth is known every ten seconds only, and clients take a while to follow.
            (Serving::Candidate(since), Some(completed)) if since <= completed + Span::from_secs(30) => {
                Some(completed)
            }
            (Serving::Candidate(since), _) => Some(since),
            (Serving::Baseline | Serving::Both | Serving::Nobody, completed) => completed,
        }
    }
}

/// The half of a record that could be seen while it ran.
#[derive(Clone, Debug)]
pub struct Observed {
    /// All samples.
    pub metrics: Store,
    /// Pages sent.
    pub pages: u32,
    /// How often the rollout was begun: once, and again at each retry.
    pub attempts: u32,
    /// When the rollout was first begun.
    pub started: Option<Time>,
    /// First alert, failed judgement or failed test since the last attempt began, whatever it saw.
    pub first_sign: Option<Time>,
    /// When the candidate served everybody, in the last attempt.
    pub completed: Option<Time>,
    /// When the decision to go back was made, in the last attempt.
    pub aborted: Option<Time>,
    /// When the baseline served everybody again, in the last attempt.
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
    /// Users who fared worse than they would have with nothing released ([`Twin`](crate::sim::Twin)): more of their requests
    /// went badly that go well there than the other way round. A request goes badly when it fails, or its answer is wrong or
    /// later than the scenario's `slow_after`. 0 in a simulation that is compared with no twin.
    pub users_harmed: u64,
    /// Users who fared better than they would have with nothing released.
    pub users_helped: u64,
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
    /// Share of the users that the candidate's behaviour can reach: all but those whose flag client is disconnected.
    pub reachable: Share,
    /// When the first request went badly that goes well with nothing released.
    pub first_harm: Option<Time>,
    /// When the last one did.
    pub last_harm: Option<Time>,
    /// When the first one did since the last attempt to ship began.
    pub attempt_harm: Option<Time>,
    /// When a defect of the candidate first showed: in a request that it worked on, or at one of its instances. `None` when none
    /// did.
    pub defect_shown: Option<Time>,
    /// First alert, failed judgement or failed test of the last attempt that saw what the release or its rollout did: what it
    /// looked at, in the time that it judged, includes requests that were harmed; of a test, requests that failed by a defect
    /// or the rollout.
    pub detected: Option<Time>,
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
    /// Whether a version of this run loses users from the count of an experiment, so that its sides cannot come out as they were
    /// split (sample ratio mismatch).
    pub loses_users: bool,
    /// Users that another decision in the same world would have spared or helped; `None` unless a grading asked for it, which takes
    /// the runs of the other decisions.
    pub regret: Option<u64>,
    /// The releases that have come so far, in order; one, but for a train.
    pub legs: Vec<Leg>,
    /// How many releases were still to come at the end, without a defect and with one.
    pub never_came: [u32; 2],
    /// How it went, every ten seconds.
    pub points: Vec<TruthPoint>,
}

/// One release of a run, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Name of the release.
    pub release: String,
    /// Whether it has no defect.
    pub is_sound: bool,
    /// When it could begin.
    pub at: Time,
    /// When its last attempt began.
    pub started: Option<Time>,
    /// When it served everybody, if it did when the next release began. Of the last release: as its rollout reported.
    pub delivered: Option<Time>,
    /// When its rollout was back, if it was then.
    pub rolled_back: Option<Time>,
    /// Whether a newer revision took its place while it was going out.
    pub superseded: bool,
    /// Users who were harmed while it was the release that went out, less those who were harmed before and are not any more.
    pub users_harmed: i64,
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
    /// Users' tries that the target began to work on.
    pub tries: u32,
    /// Of these, by the candidate with its behaviour on.
    pub tries_of_candidate: u32,
    /// Ready instances of the target, by pool.
    pub ready: [u32; 3],
}
