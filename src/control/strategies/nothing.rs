//! No release: nothing goes out.

use super::{Definition, Exposure, StepList, Strategy};
use crate::control::compiled_plan::CompiledPlan;
use crate::control::step::CheckList;
use crate::control::{Analysis, Plan};
use crate::scenario::{Notes, Scenario};

/// [`Strategy::Nothing`] has no settings.
pub(super) struct Nothing;

impl Definition for Nothing {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        CompiledPlan::default()
    }

    fn problems(&self, _notes: &mut Notes, _at: &str, _plan: &Plan, _scenario: Option<&Scenario>) {}

    fn without_analyses(&self) -> Strategy {
        Strategy::Nothing
    }

    fn at_half_weight(&self) -> Strategy {
        Strategy::Nothing
    }

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
