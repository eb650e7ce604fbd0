//! All old instances go before the first new one comes (Kubernetes `Recreate`).

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{CompiledPlan, RollbackMethod, Rules};
use crate::control::{Analysis, Step};
use crate::engine::Span;
use crate::scenario::{Notes, Scenario};

/// [`super::Strategy::Recreate`] has no settings.
pub(super) struct Recreate;

impl Definition for Recreate {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        CompiledPlan {
            steps: vec![Step::Retire(Span::ZERO), Step::Promote],
            rules: Rules { router: false, back: RollbackMethod::Recreate, ..Rules::default() },
            ..CompiledPlan::default()
        }
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
        Exposure::AtOnce
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
