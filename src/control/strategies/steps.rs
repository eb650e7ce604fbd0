//! Steps written out by the learner, ended as a canary ends.

use super::definition::{Definition, Exposure, StepList};
use super::waves;
use crate::control::Analysis;
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::problems::steps;
use crate::control::step::{self, Step};
use crate::scenario::{Notes, Scenario};

impl Definition for Vec<Step> {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        CompiledPlan::of_steps(self.clone())
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        steps::check(notes, at, self, scenario);
        waves::reach_all_zones(notes, at, self, scenario);
    }

    fn drop_analyses(&mut self) {
        *self = step::without_analyses(self);
    }

    fn halve_weights(&mut self) {
        *self = step::at_half_weight(self);
    }

    fn exposure(&self) -> Exposure {
        if self.iter().any(|step| matches!(step, Step::Roll(_) | Step::Wave(_))) {
            Exposure::Instances
        } else {
            Exposure::Weight
        }
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        Some(StepList { path: "strategy", steps: self, before: 0 })
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        Vec::new()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        CheckList::of_steps(self, "strategy")
    }
}
