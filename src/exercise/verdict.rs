//! A verdict: points per criterion, what was measured, what was wanted, why. Its JSON form is a contract.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Category, KeyUse, Measure, Standard};
use crate::engine::{Level, Span};
use crate::scenario::Scenario;
use crate::sim::{Cause, Leg, Record, RolloutPhase, Variation};

/// The result of grading a hand-in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Id of the exercise.
    pub exercise: String,
    /// Number of the exercise's edition.
    pub revision: u32,
    /// Hash of what of the exercise and its scenario changes scores, in hexadecimal: with the same hash and engine, the same
    /// hand-in gets the same score.
    pub exercise_hash: String,
    /// Name of the hand-in.
    pub submission: String,
    /// Points earned.
    pub score: f64,
    /// The most points that can be earned.
    pub max_score: f64,
    /// Points needed.
    pub pass_score: f64,
    /// Whether the score reaches what is needed, and no required criterion was missed.
    pub passed: bool,
    /// The lines of the rubric.
    pub criteria: Vec<CriterionResult>,
    /// The runs.
    pub cases: Vec<CaseResult>,
    /// What each case of an Operate exercise came to, in the order in which the learner met them; empty in any other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<SessionResult>,
    /// Version of the engine.
    pub engine_version: String,
    /// Standard deviation of the score in points, from bootstrap samples of the runs of each case; none when no case has
    /// several runs.
    #[serde(skip)]
    pub luck: Option<f64>,
    /// The use of a key for the seeds; none for the exercise's own seeds.
    pub secret: Option<KeyUse>,
    /// False claims of a session, as sentences.
    pub remarks: Vec<String>,
    /// How the command line reaches the exercise and the hand-in from any folder; none for a shipped exercise, which is found by
    /// its id.
    #[serde(skip)]
    pub reached: Option<Reached>,
}

/// An exercise of one's own and a hand-in to it, by paths that hold in any folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The folder of the exercise.
    pub exercise: String,
    /// The hand-in.
    pub submission: String,
}

impl Verdict {
    /// The exercise's edition in a few words: its revision and the first digits of its hash.
    pub fn edition(&self) -> String {
        let hash: String = self.exercise_hash.chars().take(12).collect();
        format!("revision {}, hash {hash}", self.revision)
    }

    /// Whether results may show seeds, digests and what was drawn. With a key they would let a student build the worlds again,
    /// and are shown to staff only.
    pub fn shows_worlds(&self) -> bool {
        self.secret.as_ref().is_none_or(|used| used.shows_worlds)
    }
}

/// What one case of an Operate exercise came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionResult {
    /// Number of the case in the learner's order, from 1.
    pub number: u32,
    /// Name of the case.
    pub case: String,
    /// Whether a session was handed in that was played to its end; without one the case earns nothing.
    pub is_complete: bool,
    /// Points earned in it by the criteria's own values: its part of the mean over the cases that each criterion looks at.
    pub points: f64,
    /// Points there were in it.
    pub max_points: f64,
}

/// One line of the rubric, scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionResult {
    /// Its id.
    pub id: String,
    /// Its category.
    pub category: Category,
    /// The assessment criterion of the lesson that it belongs to, if the rubric says so.
    pub standard: Option<Standard>,
    /// Points earned.
    pub points: f64,
    /// Points earned by its own value: `points` is less where the criterion that it needs did not earn all of its own.
    pub own_points: f64,
    /// The most points that can be earned.
    pub max_points: f64,
    /// Id of the criterion that it needs.
    pub needs: Option<String>,
    /// Whether a hand-in fails that earns less than half of its points.
    pub required: bool,
    /// Whether it is required and earned less than half of its points.
    pub missed: bool,
    /// What was measured, with its unit; `never` for what did not happen.
    pub measured: String,
    /// What was wanted, with its unit.
    pub wanted: String,
    /// What the learner is told, by the cause of most failed requests where the rubric has a text for it.
    pub say: String,
    /// The cases it looked at.
    pub cases: Vec<String>,
    /// The value behind `measured`, the runs taken together: infinite for what never happened.
    #[serde(skip)]
    pub value: f64,
    /// What is measured.
    #[serde(skip)]
    pub measure: Measure,
    /// Value that earns all points.
    #[serde(skip)]
    pub full: Level,
    /// Value that earns none.
    #[serde(skip)]
    pub zero: Level,
    /// The run that lost the most of its points: the one to look at. None when each run by itself earns all.
    #[serde(skip)]
    pub losing: Option<LosingRun>,
}

/// A run that lost points of a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LosingRun {
    /// Name of its case.
    pub case: String,
    /// Its seed.
    pub seed: u64,
}

/// The runs of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseResult {
    /// Name of the case.
    pub name: String,
    /// Release that was to go out.
    pub release: String,
    /// Faults that struck.
    pub faults: Vec<String>,
    /// Traffic shape; none for the scenario's first.
    pub traffic: Option<String>,
    /// Its runs, in the order of their seeds' numbers.
    pub runs: Vec<RunResult>,
}

impl CaseResult {
    /// Share of its runs that ended in `phase`, 0 to 1; the names are those of [`outcome`].
    pub fn share(&self, phase: &str) -> f64 {
        let count = self.runs.iter().filter(|run| run.phase == phase).count();
        count as f64 / self.runs.len().max(1) as f64
    }
}

/// The part of one run that scoring and explaining need.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunResult {
    /// Seed.
    pub seed: u64,
    /// Digest of the run.
    pub digest: String,
    /// What was drawn for it, where the exercise's worlds differ from run to run.
    pub variation: Variation,
    /// How the rollout stood at the end, as [`outcome`] calls it.
    pub phase: &'static str,
    /// Users harmed.
    pub users_harmed: u64,
    /// Users helped.
    pub users_helped: u64,
    /// Requests that did not succeed.
    pub requests_failed: u64,
    /// Requests that did not succeed, over all.
    pub failed_share: f64,
    /// Highest exposure in percent.
    pub max_exposure_percent: f64,
    /// From the start of the rollout until the candidate served everybody, in seconds; none when it never did.
    pub time_to_complete_s: Option<f64>,
    /// From the first harm of the last attempt to its detection, in seconds; none when it was never detected.
    pub time_to_detect_s: Option<f64>,
    /// From the detection to the decision to roll back, in seconds; none when it was never made, though users were harmed.
    pub time_to_decide_s: Option<f64>,
    /// From the decision to roll back until the baseline served everybody again, in seconds; none when it never did.
    pub time_to_recover_s: Option<f64>,
    /// Pages sent.
    pub pages: u32,
    /// What all instances cost, in the scenario's currency.
    pub cost: f64,
    /// Highest p99 of latency over ten seconds, in milliseconds.
    pub worst_p99_ms: f64,
    /// Requests that did not succeed, by their true cause; every cause is named.
    pub causes: BTreeMap<&'static str, u64>,
    /// Users harmed of each cohort, in the scenario's order; empty in a scenario without cohorts.
    pub harmed_by_cohort: Vec<CohortHarmed>,
    /// What became of each release of a train, in order; empty where one release goes out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub train: Vec<LegResult>,
}

/// What became of one release of a train.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegResult {
    /// Name of the release.
    pub release: String,
    /// Whether it has no defect.
    pub is_sound: bool,
    /// When it could begin, in whole seconds.
    pub at_s: u64,
    /// `delivered`, `rolled_back`, `superseded`, or `unsettled`.
    pub outcome: &'static str,
    /// Users harmed while it was the release that went out, less those who were harmed before and are not any more.
    pub users_harmed: i64,
}

/// How many users of a cohort were harmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CohortHarmed {
    /// Name of the cohort.
    pub cohort: String,
    /// Users harmed.
    pub users_harmed: u64,
}

impl RunResult {
    /// The part of `record`, a run of `scenario` in which nothing was drawn, that scoring and explaining need.
    pub fn of(record: &Record, scenario: &Scenario) -> Self {
        let value = |measure: Measure| measure.of(record, scenario);
        let sure = |measure: Measure| value(measure).unwrap_or_default();
        Self {
            seed: record.seed,
            digest: record.digest.clone(),
            variation: Variation::default(),
            phase: outcome(record.standing()),
            users_harmed: record.truth.users_harmed,
            users_helped: record.truth.users_helped,
            requests_failed: sure(Measure::RequestsFailed) as u64,
            failed_share: sure(Measure::FailedShare),
            max_exposure_percent: 100.0 * sure(Measure::MaxExposure),
            time_to_complete_s: value(Measure::TimeToComplete),
            time_to_detect_s: value(Measure::TimeToDetect),
            time_to_decide_s: value(Measure::TimeToDecide),
            time_to_recover_s: value(Measure::TimeToRecover),
            pages: record.observed.pages,
            cost: record.truth.cost,
            worst_p99_ms: record.truth.worst_p99.as_millis_f64(),
            causes: causes_of(record),
            harmed_by_cohort: harmed_of(record, scenario),
            train: train_of(record),
        }
    }
}

/// What became of each release of a train; empty where one release goes out.
pub fn train_of(record: &Record) -> Vec<LegResult> {
    let legs = &record.truth.legs;
    if legs.len() < 2 && record.truth.never_came == [0, 0] {
        return Vec::new();
    }
    let last = legs.len() - 1;
    let result = |(place, leg): (usize, &Leg)| {
        let (delivered, back) = match place == last {
            true => (record.delivered().is_some(), record.standing() == RolloutPhase::RolledBack),
            false => (leg.delivered.is_some(), leg.rolled_back.is_some()),
        };
        LegResult {
            release: leg.release.clone(),
            is_sound: leg.is_sound,
            at_s: leg.at.0 / Span::from_secs(1).0,
            outcome: if delivered {
                "delivered"
            } else if back {
                "rolled_back"
            } else if leg.superseded {
                "superseded"
            } else {
                "unsettled"
            },
            users_harmed: leg.users_harmed,
        }
    };
    legs.iter().enumerate().map(result).collect()
}

/// Failed requests by the name of their cause, all causes named.
pub fn causes_of(record: &Record) -> BTreeMap<&'static str, u64> {
    Cause::ALL.iter().zip(record.truth.causes).map(|(cause, count)| (cause.name(), count)).collect()
}

/// Users harmed of each cohort, in the scenario's order; empty in a scenario without cohorts.
pub fn harmed_of(record: &Record, scenario: &Scenario) -> Vec<CohortHarmed> {
    let names = scenario.clients.cohorts.iter().map(|cohort| cohort.name.clone());
    let counts = record.truth.harmed_by_cohort.iter();
    names.zip(counts).map(|(cohort, count)| CohortHarmed { cohort, users_harmed: *count }).collect()
}

/// How a run ended, as one of five words. A rollout that never began, or is still going back when the run ends, is
/// `in_progress`.
pub const fn outcome(phase: RolloutPhase) -> &'static str {
    match phase {
        RolloutPhase::NotStarted | RolloutPhase::InProgress | RolloutPhase::RollingBack => "in_progress",
        RolloutPhase::Paused => "paused",
        RolloutPhase::Completed => "completed",
        RolloutPhase::RolledBack => "rolled_back",
        RolloutPhase::Failed => "failed",
    }
}

/// Version of the engine, the package's own: runs of equal versions have equal digests.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_run_serializes_with_units_in_names_and_null_for_never() {
        let mut record = sample::record();
        record.deadline = crate::engine::Time::from_secs(800);
        let run = RunResult::of(&record, &sample::scenario());
        let json = serde_json::to_value(&run).unwrap();
        assert_eq!(json["time_to_complete_s"], serde_json::Value::Null);
        assert_eq!(json["phase"], "completed");
        assert_eq!(json["requests_failed"], 60);
        assert_eq!(json["causes"]["defect"], 48);
        assert_eq!(json["causes"]["drained"], 0);
    }
}
