//! Keeps the results of the checks of a rollout for screens, also after an analysis is over.

use crate::control::Step;
use crate::control::analysis::AnalysisRun;
use crate::control::compiled_plan::CompiledPlan;
use crate::sim::{CheckProgress, CheckState};

/// The place of an analysis in a compiled plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::control) enum Place {
    /// In this step.
    Step(usize),
    /// In the background, at this position.
    Background(usize),
}

/// The answers of every analysis that was begun since the rollout began.
#[derive(Clone, Debug, Default)]
pub(in crate::control) struct CheckResults {
    begun: Vec<(Place, Vec<CheckProgress>)>,
}

impl CheckResults {
    /// No results.
    pub fn clear(&mut self) {
        self.begun.clear();
    }

    /// Notes the state of an analysis.
    pub fn note(&mut self, place: Place, run: &AnalysisRun) {
        match self.begun.iter_mut().find(|(one, _)| *one == place) {
            Some((_, checks)) => run.told(checks),
            None => {
                let mut checks = Vec::new();
                run.told(&mut checks);
                self.begun.push((place, checks));
            }
        }
    }

    /// The state of all checks of a compiled plan: those of the steps first, then those in the background. A check that
    /// began, has no verdict, and is in no analysis that `runs`, counts as left.
    pub fn of(&self, compiled: &CompiledPlan, runs: impl Fn(Place) -> bool) -> Vec<CheckProgress> {
        let of_step = |step: &Step| step.traits().analysis.map(|analysis| analysis.checks.len());
        let steps = compiled.steps.iter().enumerate();
        let steps = steps.filter_map(|(at, step)| Some((Place::Step(at), of_step(step)?)));
        let background = compiled.background.iter().enumerate();
        let background =
            background.map(|(index, watch)| (Place::Background(index), watch.analysis.checks.len()));
        let mut all = Vec::new();
        for (place, count) in steps.chain(background) {
            match self.begun.iter().find(|(one, _)| *one == place) {
                None => all.extend(vec![CheckProgress::default(); count]),
                Some((_, checks)) => all.extend(checks.iter().map(|check| match check.state {
                    CheckState::Running if !runs(place) => {
                        CheckProgress { state: CheckState::Left, ..*check }
                    }
                    CheckState::Ahead
                    | CheckState::Running
                    | CheckState::Passed
                    | CheckState::Inconclusive
                    | CheckState::Silent
                    | CheckState::Failed
                    | CheckState::Left => *check,
                })),
            }
        }
        all
    }
}
