//! The rehearsal of a plan before anybody ships by it: what it would catch, and, from the plan alone, what keeps it from catching
//! more.

mod why_not;

pub use why_not::{Setting, WhyNot, why_not};

use super::power::{Power, Regression};
use crate::control::{Experiment, Plan, Step, Strategy};
use crate::engine::{Share, Span};
use crate::scenario::Fidelity;

/// A spot of a plan that a remark is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The strategy as a whole.
    Strategy,
    /// The step that sets a weight, counted from 0 among those that do.
    Weight(usize),
    /// The first wait for a person.
    Approval,
    /// The check of this name.
    Check(String),
    /// The instances: probes and draining.
    Pods,
}

/// What is asked of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// The regression that it is to catch in [`CAUGHT`](super::power::CAUGHT) of the runs.
    pub catch: Option<Regression>,
    /// By when after the rollout began. Default any time.
    pub within: Option<Span>,
    /// The largest share of sound releases that it may send back.
    pub false_alarms: Option<f64>,
}

/// A part of a goal, and whether it was met.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// What was asked and what was found, as a sentence.
    pub said: String,
    /// Whether it was met.
    pub met: bool,
}

impl Goal {
    /// How `power` meets it. The regression of the goal is to be among its levels, and so is none.
    pub fn met_by(&self, power: &Power) -> Vec<Met> {
        let mut found = Vec::new();
        if let Some(wanted) = self.catch
            && let Some(index) = power.levels.iter().position(|level| level.regression == wanted)
        {
            let level = &power.levels[index];
            let by = self.within.map_or(f64::INFINITY, Span::as_secs_f64);
            let caught = power.times[index].iter().filter(|seconds| **seconds <= by).count();
            let limit = self.within.map_or_else(String::new, |within| format!(" within {within}"));
            found.push(Met {
                said: format!(
                    "the regression of the goal was caught{limit} in {caught} of {} runs",
                    level.runs
                ),
                met: caught as f64 >= super::power::CAUGHT * level.runs as f64,
            });
        }
        if let Some(most) = self.false_alarms
            && let Some(sound) = power.false_alarms()
        {
            found.push(Met {
                said: format!(
                    "a sound release was sent back in {} of {} runs; at most {} may be",
                    sound.rolled_back,
                    sound.runs,
                    super::format::percent(most)
                ),
                met: sound.share() <= most + 1e-9,
            });
        }
        found
    }
}

/// `plan` with a person who approves after `wait` in the place of every wait for one; and whether there was any. Nobody knows
/// beforehand when a person will come. Its checks are written out.
pub fn with_approvals(plan: &Plan, wait: Span) -> (Plan, bool) {
    let mut plan = plan.written_out().into_owned();
    let mut waits = false;
    match &mut plan.strategy {
        Strategy::Canary(of) => {
            for step in &mut of.steps {
                match step {
                    Step::Approve => *step = Step::Pause(wait),
                    Step::Experiment(of) if of.lasts == Experiment::UNTIL_ENDED => of.lasts = wait,
                    _ => continue,
                }
                waits = true;
            }
        }
        Strategy::BlueGreen(of) if !of.auto_promote => {
            (of.auto_promote, of.auto_promote_after, waits) = (true, wait, true);
        }
        Strategy::Flagger(of)
            if of.confirm_rollout || of.confirm_promotion || of.confirm_traffic_increase =>
        {
            (of.confirm_rollout, of.confirm_promotion, of.confirm_traffic_increase) = (false, false, false);
            waits = true;
        }
        _ => {}
    }
    (plan, waits)
}

/// The regressions of a rehearsal, each kind from small to large; `goal` is among them. A leak is not where requests are drawn as counts.
pub fn levels(goal: Option<Regression>, fidelity: Fidelity) -> Vec<Regression> {
    let errors = [0.5, 1.0, 2.0, 5.0, 10.0, 25.0].map(|percent| Regression::Errors(Share::percent(percent)));
    let slower = [1.25, 1.5, 2.0, 4.0].map(Regression::Slower);
    let others = [
        Regression::Leak(0.5),
        Regression::Crash(Share::percent(0.5)),
        Regression::Group(Share::percent(50.0)),
        Regression::Wrong(Share::percent(20.0)),
    ];
    let mut all = vec![Regression::None];
    all.extend(errors.into_iter().chain(slower).chain(others));
    all.retain(|level| fidelity == Fidelity::Requests || !matches!(level, Regression::Leak(_)));
    if let Some(goal) = goal.filter(|goal| !all.contains(goal)) {
        all.push(goal);
    }
    all
}
