//! Two plans on the same worlds: which, how often, and what came of it.

use super::jobs::Done;
use super::lab::Lab;
use super::run::{Run, Subject};
use super::texts::t;
use crate::control::{Plan, null_policies};
use crate::engine::Time;
use crate::exercise::{Comparison, HandAction, compare, play};
use crate::scenario::Issue;
use crate::sim::Record;

/// A plan that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The plan of the run that is open.
    Yours,
    /// The exercise's starter.
    Starter,
    /// The model solution, once the debrief was seen or it was shown.
    Solution,
    /// A plan without thought, by its position.
    Null(usize),
}

/// What can be done on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareCommand {
    /// Put a plan on the first or the second side.
    Choose(usize, Side),
    /// How many worlds.
    Worlds(usize),
    /// Compare them.
    Begin,
}

/// How many worlds are offered.
pub const WORLDS: [usize; 3] = [5, 10, 30];

/// What was compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Both plans over all worlds.
    pub comparison: Comparison,
    /// Failed requests of every ten seconds in the world that is seen, of both.
    pub failed: [Vec<(Time, u32)>; 2],
    /// In what money is counted.
    pub currency: String,
}

/// What the screen shows.
#[derive(Debug)]
pub struct Comparing {
    /// Which plans.
    pub sides: [Side; 2],
    /// In how many worlds.
    pub worlds: usize,
    /// Which comparison is awaited: what comes in of an earlier one is not wanted.
    serial: u64,
    /// Whether one is under way.
    pub works: bool,
    /// What came of it.
    pub result: Option<Result<Box<Compared>, String>>,
}

impl Default for Comparing {
    fn default() -> Self {
        Self { sides: [Side::Yours, Side::Starter], worlds: 10, serial: 0, works: false, result: None }
    }
}

/// The plans that can be compared in the run that is open.
pub fn choices(run: &Run) -> Vec<Side> {
    let mut all = vec![Side::Yours];
    if let Subject::Exercise(entry) = &run.subject {
        all.push(Side::Starter);
        if entry.solution.is_some() && (run.notes.is_assisted || run.debrief.is_some()) {
            all.push(Side::Solution);
        }
    }
    all.extend((0..null_policies(&run.plan).len()).map(Side::Null));
    all
}

/// What a side is called.
pub fn name(run: &Run, side: Side) -> String {
    match side {
        Side::Yours => t("compare.yours").to_owned(),
        Side::Starter => t("compare.starter").to_owned(),
        Side::Solution => t("compare.solution").to_owned(),
        Side::Null(index) => {
            null_policies(&run.plan).get(index).map_or_else(String::new, |(name, _)| name.clone())
        }
    }
}

fn plan(run: &Run, side: Side) -> Option<Plan> {
    match side {
        Side::Yours => Some(run.plan.clone()),
        Side::Starter => run.entry().map(|entry| entry.starter.clone()),
        Side::Solution => run.entry()?.solution.as_ref().map(|(_, plan)| plan.clone()),
        Side::Null(index) => null_policies(&run.plan).into_iter().nth(index).map(|(_, plan)| plan),
    }
}

impl Lab {
    /// Does what is asked on the screen.
    pub(super) fn apply_compare(&mut self, command: CompareCommand) {
        match command {
            CompareCommand::Choose(place, side) => {
                if let Some(place) = self.comparing.sides.get_mut(place) {
                    *place = side;
                }
                self.comparing.result = None;
            }
            CompareCommand::Worlds(worlds) => {
                self.comparing.worlds = worlds.clamp(1, 100);
                self.comparing.result = None;
            }
            CompareCommand::Begin => self.begin_comparing(),
        }
    }

    fn begin_comparing(&mut self) {
        let Some(run) = &self.run else { return };
        let allowed = choices(run);
        let sides = self.comparing.sides;
        if sides.iter().any(|side| !allowed.contains(side)) {
            return;
        }
        let plans: Vec<(String, Plan)> =
            sides.iter().filter_map(|side| Some((name(run, *side), plan(run, *side)?))).collect();
        let (scenario, case, seed) = (run.scenario.clone(), run.case.1.clone(), run.seed);
        let worlds = self.comparing.worlds;
        self.comparing.serial += 1;
        self.comparing.works = true;
        self.comparing.result = None;
        let serial = self.comparing.serial;
        self.jobs.begin(move || {
            let no_hands: &[HandAction] = &[];
            let run = || -> Result<Compared, Vec<Issue>> {
                let comparison =
                    compare(&scenario, &case, &plans, worlds, seed, &|| {}).map_err(|(_, issues)| issues)?;
                let mut failed = [Vec::new(), Vec::new()];
                for (place, (_, plan)) in failed.iter_mut().zip(&plans) {
                    *place = failures(&play(&scenario, &case, plan, no_hands, seed)?);
                }
                Ok(Compared { comparison, failed, currency: scenario.cost.currency.clone() })
            };
            let said = |issues: Vec<Issue>| {
                let lines: Vec<String> = issues.into_iter().map(|issue| issue.message).collect();
                lines.join("\n")
            };
            Done::Compared(serial, run().map(Box::new).map_err(said))
        });
    }

    /// Takes in what was compared.
    pub(super) fn finish_comparing(&mut self, serial: u64, result: Result<Box<Compared>, String>) {
        if serial == self.comparing.serial {
            self.comparing.works = false;
            self.comparing.result = Some(result);
        }
    }
}

fn failures(record: &Record) -> Vec<(Time, u32)> {
    record.truth.points.iter().map(|point| (point.at, point.failed)).collect()
}
