//! What every strategy defines in its own file.

use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::{Analysis, Step};
use crate::scenario::{Notes, Scenario};

/// How users move to the candidate, for pictures and for the names of the pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// They do not move.
    None,
    /// All at once, after a gap.
    AtOnce,
    /// All at once, from one fleet to another.
    Switch,
    /// As instances are replaced.
    Instances,
    /// By a growing share of requests.
    Weight,
    /// As one of two groups of users.
    Variants,
    /// Not at first: the candidate gets copies of requests.
    Copies,
    /// By a flag, after the code is everywhere.
    Flag,
}

/// The steps that the author of a strategy writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepList<'a> {
    /// Where the list stands in a plan's file.
    pub path: &'static str,
    /// The steps as written.
    pub steps: &'a [Step],
    /// How many steps a run makes before the first of them.
    pub before: usize,
}

/// The definition of a strategy, in its own file.
pub(in crate::control) trait Definition {
    /// The steps, the analyses beside them and the rules, in a world of these zones.
    fn compile(&self, zones: &[String]) -> CompiledPlan;

    /// Notes the mistakes in its settings, which are at the path `at` in a plan with this analysis `beside`; with a
    /// scenario, also everything that does not fit it.
    fn problems(&self, notes: &mut Notes, at: &str, beside: Option<&Analysis>, scenario: Option<&Scenario>);

    /// Takes tests and analyses out: users move to the candidate at the same times, whatever happens.
    fn drop_analyses(&mut self);

    /// Halves every share of users that it names.
    fn halve_weights(&mut self);

    /// How users move to the candidate.
    fn exposure(&self) -> Exposure;

    /// The steps that its author writes; `None` when there is no such list.
    fn step_list(&self) -> Option<StepList<'_>>;

    /// The analyses that its author writes outside of steps, each with the field that it stands in.
    fn analyses(&self) -> Vec<(&'static str, &Analysis)>;

    /// The lists of checks that its author writes, in steps and outside of them.
    fn check_lists(&mut self) -> Vec<CheckList<'_>>;
}
