//! The background analyses of a rollout: begun, measured and ended with the steps that they stand beside.

use super::{BackgroundState, Hold, Rollout, Run};
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::results::Place;
use crate::control::analysis::{AnalysisRun, Judgement};
use crate::control::compiled_plan::CompiledPlan;
use crate::sim::{Ask, Observation};

impl Rollout {
    /// Runs the background analyses of the current step.
    pub(super) fn keep_watch(
        &mut self,
        compiled: &CompiledPlan,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) {
        for index in 0..compiled.background.len() {
            let Run::Forward(run) = &self.run else { return };
            let watch = &compiled.background[index];
            let stands = (watch.from..watch.until).contains(&run.at());
            let beside = &mut self.background[index];
            match beside {
                BackgroundState::NotStarted if stands => {
                    *beside = BackgroundState::Running(AnalysisRun::start(&watch.analysis, true, seen.now));
                }
                BackgroundState::Running(_) if !stands => *beside = BackgroundState::Over,
                BackgroundState::NotStarted | BackgroundState::Running(_) | BackgroundState::Over => {}
            }
            let BackgroundState::Running(analysis) = beside else { continue };
            let judgement = analysis.advance(&watch.analysis, seen, asks);
            self.results.note(Place::Background(index), analysis);
            if let Some(Judgement { verdict, because }) = judgement {
                *beside = BackgroundState::Over;
                match verdict {
                    Verdict::Successful => {}
                    Verdict::Inconclusive => self.pause(Hold::BackgroundInconclusive(index), because, asks),
                    Verdict::Error | Verdict::Failed => {
                        let response = &watch.analysis.on_failure;
                        self.respond(response, Hold::BackgroundInconclusive(index), because, seen, asks);
                    }
                }
            }
        }
    }
}
