//! What came of a random run: the laws that it broke, and the rare states that it reached.

use super::goals::GOALS;
use super::laws::LAWS;
use super::seen::Seen;
use super::shrink;
use super::soaked::{Soaked, first_error};
use crate::control::Plan;
use crate::exercise::play;
use crate::scenario::Scenario;
use crate::sim::{Record, TOO_COSTLY};

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Came {
    /// That the plan or the world was refused before the run, and why.
    pub refused: Option<String>,
    /// Whether the run took more than its budget.
    pub is_costly: bool,
    /// The laws that it broke.
    pub broken: Vec<Broken>,
    /// The goals that it reached, as positions in [`GOALS`].
    pub reached: Vec<usize>,
}

/// A law that a run broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Name of the law.
    pub law: &'static str,
    /// What was found instead.
    pub found: String,
}

impl Soaked {
    /// Runs it, holds every law against it, and notes what was reached. With `again` the laws that take further runs are held too.
    pub fn run(&self, again: bool) -> Came {
        let scenario = self.scenario();
        let sound = first_error(&scenario.problems()).and_then(|()| self.plan(&scenario));
        let plan = match sound {
            Ok(plan) => plan,
            Err(why) => return Came { refused: Some(why), ..Came::default() },
        };
        let actions = self.actions(&scenario);
        let record = match play(&scenario, &self.case(&scenario), &plan, &actions, self.world.seed) {
            Ok(record) => record,
            Err(issues) if issues.iter().any(|issue| issue.code == TOO_COSTLY) => {
                return Came { is_costly: true, ..Came::default() };
            }
            Err(issues) => return Came { refused: Some(format!("{:?}", issues.first())), ..Came::default() },
        };
        let seen = Seen { of: self, scenario: &scenario, plan: &plan, actions: &actions, record: &record };
        let asked = LAWS.iter().filter(|law| again || !law.runs_again);
        let broken =
            asked.filter_map(|law| (law.holds)(&seen).err().map(|found| Broken { law: law.name, found }));
        let broken = broken.collect();
        Came { broken, reached: reached(&record, &plan, &scenario), ..Came::default() }
    }

    /// The smallest run that was found to break the same law.
    pub fn shrunk(&self, law: &str) -> Self {
        shrink::smallest(self, |run| run.run(true).broken.iter().any(|broken| broken.law == law))
    }
}

fn reached(record: &Record, plan: &Plan, scenario: &Scenario) -> Vec<usize> {
    let goals = GOALS.iter().zip(0..);
    goals.filter(|(goal, _)| (goal.reached)(record, plan, scenario)).map(|(_, index)| index).collect()
}
