//! A rolling update: instances are replaced a few at a time (Kubernetes `RollingUpdate`).

mod settings;

pub use settings::Rolling;

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::{Analysis, Step};
use crate::scenario::{Notes, Scenario};

impl Definition for Rolling {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        CompiledPlan::of_steps(vec![Step::Roll(self.clone())])
    }

    fn problems(
        &self,
        notes: &mut Notes,
        at: &str,
        _beside: Option<&Analysis>,
        _scenario: Option<&Scenario>,
    ) {
        self.check(notes, at);
    }

    fn drop_analyses(&mut self) {}

    fn halve_weights(&mut self) {}

    fn exposure(&self) -> Exposure {
        Exposure::Instances
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        None
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        Vec::new()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        Vec::new()
    }
}
