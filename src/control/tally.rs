//! What the checks of a rollout have answered so far, for screens; it outlasts the analyses themselves.

use super::analysis::AnalysisRun;
use super::script::Script;
use super::{Analysis, Step};
use crate::sim::{CheckProgress, CheckState};

/// Where an analysis stands in a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In this step.
    Step(usize),
    /// Beside the steps, the watch at this position.
    Watch(usize),
}

/// The answers of every analysis that was begun since the rollout was.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    begun: Vec<(Place, Vec<CheckProgress>)>,
}

impl Tally {
    /// Nothing has been answered.
    pub fn clear(&mut self) {
        self.begun.clear();
    }

    /// Notes how an analysis stands.
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

    /// How all checks of a script stand, those of the steps first, then those beside them. What was begun, has no verdict,
    /// and is not `runs`, was left.
    pub fn of(&self, script: &Script, runs: impl Fn(Place) -> bool) -> Vec<CheckProgress> {
        let of_step = |step: &Step| match step {
            Step::Analyse(analysis) => Some(analysis.checks.len()),
            Step::Experiment(experiment) => experiment.analysis.as_ref().map(|of: &Analysis| of.checks.len()),
            _ => None,
        };
        let steps = script.steps.iter().enumerate();
        let steps = steps.filter_map(|(at, step)| Some((Place::Step(at), of_step(step)?)));
        let watches = script.watches.iter().enumerate();
        let watches = watches.map(|(index, watch)| (Place::Watch(index), watch.analysis.checks.len()));
        let mut all = Vec::new();
        for (place, count) in steps.chain(watches) {
            match self.begun.iter().find(|(one, _)| *one == place) {
                None => all.extend(vec![CheckProgress::default(); count]),
                Some((_, checks)) => all.extend(checks.iter().map(|check| match check.state {
                    CheckState::Running if !runs(place) => {
                        CheckProgress { state: CheckState::Left, ..*check }
                    }
                    _ => *check,
                })),
            }
        }
        all
    }
}
