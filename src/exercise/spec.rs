//! An exercise file: a scenario, cases drawn from it, what the learner may touch, and how it is scored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::predict::Asked;
use super::{Criterion, Variants};
use crate::control::{ResponseName, StepName, StrategyName};
use crate::engine::Span;
use crate::sim::{ManualActionName, Suspect};

/// The newest format version of exercise files that this build reads.
pub const FORMAT: u32 = 1;

/// An exercise, as an instructor writes it.
// It has more than twenty fields since the file is flat: each is one line of what an instructor writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Short name, `[a-z0-9_-]`, up to 64 characters; the folder is `NN-id`.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What the learner does. Default `Plan`.
    #[serde(default, skip_serializing_if = "ExerciseKind::is_plan")]
    #[schemars(extend("default" = "Plan"))]
    pub kind: ExerciseKind,
    /// Number of its edition, from 1: raise it when what changes makes earlier results no longer comparable. Results say it.
    /// Default 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(extend("default" = 1), range(min = 1))]
    pub revision: u32,
    /// What it is about in the words of the field, such as `Freeze and approvals`; it stands below the title. Default none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Part of the lesson, 0 for the introduction.
    pub part: u32,
    /// How long a learner needs, about.
    pub minutes: u32,
    /// What is learned.
    pub objectives: Vec<String>,
    /// Lines of the lesson that are learned by doing here. Default none.
    #[serde(default)]
    pub covers: Vec<Covers>,
    /// Exercises that come before.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Name of the scenario.
    pub scenario: String,
    /// What of a plan the learner may change; all else must be as in the starter.
    pub allow: Vec<Allow>,
    /// What may happen. A plan meets every case.
    pub cases: Vec<ExerciseCase>,
    /// What differs from run to run, in all cases that have no `variants` of their own. Default nothing: every run is as the
    /// scenario says.
    #[serde(default)]
    pub variants: Variants,
    /// How many seeds each case of weight 1 is run with, 1 to 100.
    pub seeds: u32,
    /// Time from when the release may begin until the candidate must serve everybody; a release that is out later is not
    /// delivered. Default the end of the scenario.
    #[serde(default)]
    pub deadline: Option<Span>,
    /// For how long a rollout that is complete or back is still watched before it is judged. A run goes on beyond the end of the
    /// scenario for as long as that takes; one that never settles goes on for twice as long. Default 10 m (assumed: two of the
    /// usual windows of five minutes).
    #[serde(default = "ten_minutes")]
    pub bake: Span,
    /// Points needed to pass.
    pub pass: f64,
    /// How the runs are scored.
    pub rubric: Vec<Criterion>,
    /// Hints, from a nudge to almost the solution.
    #[serde(default)]
    pub hints: Vec<Hint>,
    /// What the learner is asked before a run: one question a run, from the first again after the last; an empty list asks
    /// nothing. Default: the first sign, the course and the numbers that the rubric looks at, in turns.
    #[serde(default)]
    pub predictions: Option<Vec<Asked>>,
    /// The criteria on which each wrong solution must lose its points. Default none.
    #[serde(default)]
    pub wrong: Vec<WrongPlan>,
    /// Parts of the model solution that may be removed without losing points, and are there on purpose.
    #[serde(default)]
    pub decoration: Vec<Decoration>,
    /// Solutions of other exercises that are right here as well. Default none: they must fail.
    #[serde(default)]
    pub alike: Vec<Alike>,
}

/// What a learner does in an exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExerciseKind {
    /// Writes a plan, which is then judged in every case.
    #[default]
    Plan,
    /// Meets the cases one by one without knowing which is which, and acts by hand under the plan of the starter. The model solution
    /// and the wrong solutions are playbooks.
    Operate,
}

impl ExerciseKind {
    /// Whether a plan is written.
    pub const fn is_plan(&self) -> bool {
        match self {
            Self::Plan => true,
            Self::Operate => false,
        }
    }
}

/// A line of the lesson that an exercise covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covers {
    /// The line, after its heading, such as "Part 3: Service mesh integration"; `docs/lesson.md` has them all.
    pub line: String,
    /// Ids of the criteria whose points are lost by who has not learned it.
    pub by: Vec<String>,
}

/// Another exercise whose solution is a good answer here as well. `check --prove` refuses any other that passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alike {
    /// Id of the exercise.
    pub solution: String,
    /// Why it is a good answer here.
    pub why: String,
}

/// A claim about a wrong solution, which `check --prove` tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongPlan {
    /// The `NAME` of its file `wrong-NAME.ron`.
    pub plan: String,
    /// Ids of criteria: it earns less than half of the points of each.
    pub fails: Vec<String>,
}

/// A part of the model solution that may cost nothing when it is removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decoration {
    /// Its path in the solution, such as `strategy.steps[4]`; everything inside it belongs to it. `[*]` is any position in a
    /// list.
    pub what: String,
    /// Why it is there.
    pub why: String,
}

fn ten_minutes() -> Span {
    Span::from_secs(600)
}

/// One case: a release, faults and a traffic shape chosen from the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseCase {
    /// Name, unique in the exercise.
    pub name: String,
    /// Release that is to go out.
    pub release: String,
    /// Faults that strike.
    #[serde(default)]
    pub faults: Vec<String>,
    /// Traffic shape; default the scenario's first.
    #[serde(default)]
    pub traffic: Option<String>,
    /// Releases that follow it in the same world, one after another: a train. One plan governs all of them, and begins anew with each.
    /// Each begins from what the one before left: what serves then is its baseline, and stored data and their schema stay as they
    /// are. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<NextInTrain>,
    /// What differs from run to run of this case, in place of the exercise's `variants`. Default those.
    #[serde(default)]
    pub variants: Option<Variants>,
    /// Number of seeds as a multiple of the exercise's. Default 1.
    #[serde(default = "one")]
    pub weight: u32,
    /// Whether nothing is wrong with anything that is deployed: no release has a defect, and proxies learn of changes as fast as by default.
    /// Faults strike all the same. Default false.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub calm: bool,
    /// What is right to name in it by hand, once users fail, beside the defects, faults and surges that a run shows by itself: a rollout that
    /// is too fast for a world, say. Default nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Suspect>,
}

/// A release of a train.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NextInTrain {
    /// Its name in the scenario.
    pub release: String,
    /// How long after the one before it could begin it may begin, drawn for each run between two times. It waits until the rollout
    /// before it has settled.
    pub after: (Span, Span),
    /// Whether it takes the place of the release before it, if that is still going out: a new revision during the analysis, which Flagger
    /// and Argo Rollouts begin anew with. Default false: it waits.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub supersedes: bool,
}

fn one() -> u32 {
    1
}

const fn is_false(value: &bool) -> bool {
    !*value
}

const fn is_one(number: &u32) -> bool {
    *number == 1
}

/// A part of a plan that may be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Allow {
    /// The strategy, if it is one of these.
    Strategy(Vec<StrategyName>),
    /// The background analysis.
    Analysis,
    /// Alert rules.
    Alerts,
    /// Triggers.
    Triggers,
    /// The on-call and the runbook.
    OnCall,
    /// Probes.
    Probes,
    /// Draining.
    Drain,
    /// The balancer.
    Balancer,
    /// Slow start, outlier detection, health checks, panic and locality.
    Upstream,
    /// Load shedding.
    Shedding,
    /// Timeouts, retries, breakers, limits and hedges of calls; not how many requests make a call, whether they can do without its answer,
    /// and what is cached, which the program decides.
    Calls,
    /// Flags.
    Flags,
    /// The autoscaler.
    Autoscaler,
    /// Freeze windows and approvals.
    Gates,
    /// Settings of the rollback.
    Rollback,
    /// The steps of a strategy may only be these, and those of the starter. Default any.
    Steps(Vec<StepName>),
    /// Triggers, the runbook and failed analyses may only use these responses, and those of the starter. Default all
    /// responses that do not change the number of instances.
    Responses(Vec<ResponseName>),
    /// Only these actions may be done by hand in a graded session. Commands to the rollout, acknowledgements, named causes, status
    /// updates and notes are always allowed, and injected faults never. Default the actions that an allowed plan could do.
    ByHand(Vec<ManualActionName>),
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// What it says.
    pub say: String,
    /// Points it costs in the app. Default none.
    #[serde(default)]
    pub cost: f64,
}
