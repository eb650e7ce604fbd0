//! Which step a rollout is at, for screens.

use super::{Stage, StepsRun};
use crate::control::script::Script;
use crate::engine::Time;
use crate::sim::StepProgress;

impl StepsRun {
    /// Where it is in `script`.
    pub fn told(&self, script: &Script) -> StepProgress {
        let until = match &self.stage {
            Stage::Waiting(until) | Stage::Retiring(until) => Some(*until),
            Stage::Analysing(run) => Some(run.ends()).filter(|ends| *ends != Time::NEVER),
            _ => None,
        };
        StepProgress {
            steps: script.steps.iter().map(ToString::to_string).collect(),
            at: self.at,
            since: self.entered,
            until,
            held: false,
            reversed: false,
        }
    }
}
