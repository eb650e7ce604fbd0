//! No release: nothing goes out.

use super::definition::{Definition, Exposure, StepList};
use crate::control::Analysis;
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::CompiledPlan;
use crate::scenario::{Notes, Scenario};

/// [`super::Strategy::Nothing`] has no settings.
pub(super) struct Nothing;

impl Definition for Nothing {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        CompiledPlan::default()
    }

    fn problems(
        &self,
        _notes: &mut Notes,
        _at: &str,
        _beside: Option<&Analysis>,
        _scenario: Option<&Scenario>,
    ) {
    }

    fn drop_analyses(&mut self) {}

    fn halve_weights(&mut self) {}

    fn exposure(&self) -> Exposure {
        Exposure::None
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
