//! A release by Flagger's rules: once an interval all checks are measured, and the weight grows while they pass.

pub mod progression;
pub(in crate::control) mod run;
mod settings;

pub use settings::Flagger;

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{AfterAbort, CompiledPlan, Rules};
use crate::control::{Analysis, Step};
use crate::engine::Span;
use crate::scenario::{Notes, Scenario};

impl Definition for Flagger {
    /// Flagger scales the canary up before its first tick and down as soon as it is over.
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let mut steps = Vec::new();
        steps.extend(self.confirm_rollout.then_some(Step::Approve));
        steps.extend([Step::Scale(self.candidate_size), Step::Progress(self.clone())]);
        for weight in self.promotion_weights() {
            steps.extend([Step::Weight(weight), Step::Pause(self.interval)]);
        }
        steps.extend([Step::Promote, Step::Retire(Span::ZERO)]);
        let rules = Rules {
            sticky: self.sticky,
            drifts: self.drifts && !self.sticky,
            after_abort: AfterAbort::Stands(Span::ZERO),
            deadline: (self.progress_deadline, true),
            proven_after: steps.iter().position(|step| matches!(step, Step::Progress(_))),
            ..Rules::default()
        };
        CompiledPlan { steps, rules, ..CompiledPlan::default() }
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        self.check(notes, at, scenario);
    }

    fn drop_analyses(&mut self) {
        *self = self.unchecked();
    }

    /// Flagger's weights are whole percents, which have no half in general: they stay.
    fn halve_weights(&mut self) {}

    fn exposure(&self) -> Exposure {
        Exposure::Weight
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        None
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        Vec::new()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        vec![self.check_list("strategy")]
    }
}
