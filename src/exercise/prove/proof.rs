//! A proof as it is kept beside an exercise: what each plan earned, what each part of the solution is worth, what a search
//! found, and what all of this rests on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::essence::{essence, without_the_empty};
use super::super::verdict::ENGINE_VERSION;
use super::super::{Lesson, OperateLesson, Playbook};
use crate::control::Plan;

/// The newest format version of proof files that this build reads.
pub const FORMAT: u32 = 1;

/// The file beside an exercise that holds its proof.
pub const PROOF_FILE: &str = "proof.ron";

/// How far from passing the solution must be in every set, in points.
pub(super) const CLEAR_PASS: f64 = 10.0;
/// The same for plans that must fail.
pub(super) const CLEAR_FAIL: f64 = -5.0;
/// What costs less than this many points is decoration.
pub(super) const DECORATION: f64 = 3.0;

/// What was shown about an exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Id of the exercise.
    pub exercise: String,
    /// Version of the engine that made it.
    pub engine: String,
    /// Hash of the exercise, its scenario and its plans, without what only people read.
    pub rests_on: String,
    /// How many sets of secret seeds there were at most; a set is the grading of one student.
    pub sets: u32,
    /// Number of seeds for a case of weight 1, where it was not the exercise's own.
    #[serde(default)]
    pub seeds: Option<u32>,
    /// Ids of the criteria, in the order in which points are listed.
    pub criteria: Vec<String>,
    /// The plans and what they earned.
    pub plans: Vec<PlanRow>,
    /// The parts of the solution and what they are worth.
    pub parts: Vec<PartRow>,
    /// The plans that were tried at random.
    pub search: SearchResult,
}

/// What a plan is to a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Role {
    /// The model solution: must pass.
    Solution,
    /// What learners start from: must fail.
    Starter,
    /// A wrong solution: must fail, on the criteria that the exercise says.
    Wrong,
    /// A null policy: must fail.
    Null,
    /// Another exercise's solution: must fail.
    OtherSolution,
}

/// One plan of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRow {
    /// Its name.
    pub plan: String,
    /// What it is to the lesson.
    pub role: Role,
    /// Its points in each set that was run, from the first on.
    #[serde(default)]
    pub scores: Vec<f64>,
    /// In how many of these sets it passed.
    #[serde(default)]
    pub passes: u32,
    /// The smallest distance from passing in any set, in points: above 0 it passes in all; below 0 it fails in one at least.
    #[serde(default)]
    pub worst: f64,
    /// The largest distance in any set: below 0 it fails in all.
    #[serde(default)]
    pub best: f64,
    /// The most points by criterion in any set; for the solution the fewest.
    #[serde(default)]
    pub points: Vec<f64>,
    /// Why it cannot be handed in; it then counts as failing.
    #[serde(default)]
    pub refused: Option<String>,
}

/// One part of the solution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartRow {
    /// What was changed.
    pub what: String,
    /// The parts that it changed, as paths in the solution.
    pub paths: Vec<String>,
    /// The points lost, on average over the sets.
    pub costs: f64,
    /// In how many sets the changed plan passed, and of how many.
    pub passes: (u32, u32),
}

/// What was found by trying plans.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchResult {
    /// How many random plans were tried.
    pub random: u32,
    /// How many steps were climbed from the starter.
    pub climbed: u32,
    /// Quantiles of the random plans' points at a first look: the lowest, a quarter, half, three quarters, the highest.
    pub quantiles: Vec<f64>,
    /// Those that pass.
    pub passing: Vec<FoundPlan>,
}

/// A plan that passes though nobody wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FoundPlan {
    /// Its name: `random 17`, or `climbed`.
    pub plan: String,
    /// Its points on average.
    pub score: f64,
    /// Points of the solution in the same sets, on average.
    pub solution: f64,
    /// What it has of what the solution has and the starter has not.
    pub has: Vec<String>,
    /// What it lacks of it.
    pub lacks: Vec<String>,
}

impl PlanRow {
    /// Whether it went as the lesson needs it: the solution passes clearly in every set, all others fail clearly. What cannot be
    /// handed in fails.
    pub fn is_sound(&self) -> bool {
        match self.role {
            Role::Solution => self.refused.is_none() && self.worst >= CLEAR_PASS,
            Role::Starter | Role::Wrong => self.refused.is_none() && self.best <= CLEAR_FAIL,
            Role::Null | Role::OtherSolution => self.refused.is_some() || self.best <= CLEAR_FAIL,
        }
    }
}

impl PartRow {
    /// Whether so little is lost without it that it is decoration.
    pub fn is_free(&self) -> bool {
        self.costs < DECORATION
    }
}

impl Proof {
    /// Whether it is a proof of this lesson, by this engine.
    pub fn is_of(&self, lesson: &Lesson<'_>) -> bool {
        self.format == FORMAT && self.engine == ENGINE_VERSION && self.rests_on == rests_on(lesson)
    }
}

/// The hash of all that a proof rests on: what of the exercise and its scenario changes scores, and the plans.
pub fn rests_on(lesson: &Lesson<'_>) -> String {
    let plans: Vec<(&str, Plan)> = [("starter", lesson.starter), ("solution", lesson.solution)]
        .into_iter()
        .chain(lesson.wrong.iter().map(|(name, plan)| (name.as_str(), plan)))
        .map(|(name, plan)| (name, Plan { title: String::new(), ..plan.written_out().into_owned() }))
        .collect();
    let plans = without_the_empty(serde_json::json!(plans));
    let all = serde_json::json!([essence(lesson.exercise, lesson.scenario), plans]);
    hash(all.to_string().as_bytes())
}

/// The same for an Operate exercise: what changes scores, the plan on duty, and the playbooks.
pub(super) fn rests_on_playbooks(lesson: &OperateLesson<'_>) -> String {
    let untold = |playbook: &Playbook| Playbook { title: String::new(), ..playbook.clone() };
    let plan = Plan { title: String::new(), ..lesson.plan.written_out().into_owned() };
    let wrong: Vec<(&str, Playbook)> =
        lesson.wrong.iter().map(|(name, playbook)| (name.as_str(), untold(playbook))).collect();
    let done = without_the_empty(serde_json::json!([plan, untold(lesson.solution), wrong]));
    let all = serde_json::json!([essence(lesson.exercise, lesson.scenario), done]);
    hash(all.to_string().as_bytes())
}

/// FNV-1a with 128 bits (Fowler, Noll, Vo), in hexadecimal: it tells changes from none, and keeps no secret.
fn hash(bytes: &[u8]) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let hash = bytes.iter().fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

/// To the nearest hundredth, so that files read well.
pub(super) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::super::{Exercise, sample};
    use super::*;

    fn hash_of(change: impl FnOnce(&mut Exercise, &mut Plan)) -> String {
        let (mut exercise, mut solution, scenario) = (sample::exercise(), sample::plan(), sample::scenario());
        change(&mut exercise, &mut solution);
        rests_on(&Lesson {
            exercise: &exercise,
            scenario: &scenario,
            starter: &sample::plan(),
            solution: &solution,
            wrong: &[],
        })
    }

    #[test]
    fn a_proof_rests_on_what_changes_scores_and_not_on_words() {
        let before = hash_of(|_, _| ());
        assert_eq!(before.len(), 32);
        assert_eq!(hash_of(|exercise, _| exercise.hints.clear()), before);
        assert_eq!(hash_of(|exercise, plan| (exercise.minutes, plan.title) = (9, "x".into())), before);
        assert_ne!(hash_of(|exercise, _| exercise.pass = 71.0), before);
        assert_ne!(hash_of(|exercise, _| exercise.cases[1].weight = 2), before);
        assert_ne!(hash_of(|_, plan| plan.drain = Some(Default::default())), before);
        assert_ne!(
            hash_of(|_, plan| plan.probes = Some(Default::default())),
            before,
            "no probes are not the scenario's"
        );
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // From the reference implementation's test vectors: the empty text and "a".
        assert_eq!(hash(b""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(hash(b"a"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
