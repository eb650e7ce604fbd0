//! The current step of a rollout, for screens.

use super::state::{Stage, StepsRun};
use crate::control::compiled_plan::CompiledPlan;
use crate::engine::Time;
use crate::sim::StepProgress;

impl StepsRun {
    /// Its position in `compiled`.
    pub fn told(&self, compiled: &CompiledPlan) -> StepProgress {
        let until = match &self.stage {
            Stage::Waiting(until) | Stage::Retiring(until) => Some(*until),
            Stage::Analysing(run) => Some(run.ends()).filter(|ends| *ends != Time::NEVER),
            Stage::Begin
            | Stage::Growing { .. }
            | Stage::Routing(_)
            | Stage::Instances(_)
            | Stage::Rolling(_)
            | Stage::Wave(_)
            | Stage::Progressing(_)
            | Stage::Experimenting(_)
            | Stage::Flagging
            | Stage::Approval
            | Stage::Testing(_)
            | Stage::Draining => None,
        };
        StepProgress {
            steps: compiled.steps.iter().map(ToString::to_string).collect(),
            at: self.at,
            since: self.entered,
            until,
            held: false,
            reversed: false,
        }
    }
}
