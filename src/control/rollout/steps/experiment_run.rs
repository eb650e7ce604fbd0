//! The progress of an experiment, and the comparison of its two sides.

use super::context::{Outcome, StepContext};
use crate::control::Experiment;
use crate::control::analysis::AnalysisRun;
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::results::Place;
use crate::engine::Time;
use crate::sim::Pool;

/// The progress of one experiment.
#[derive(Clone, Debug)]
pub(super) struct ExperimentRun {
    pub at: At,
    /// Instances of each side.
    pub size: u32,
    /// The candidate's instances and weight before it.
    pub before: (u32, u32),
}

/// Its stage.
#[derive(Clone, Debug)]
pub(super) enum At {
    /// Until both sides are ready.
    Growing,
    /// Until every proxy has the route.
    Routing,
    /// Until this time the two are compared.
    Comparing(Time, Option<AnalysisRun>),
    /// Until every proxy has the previous route.
    Returning,
    /// Until the control is gone.
    Clearing,
}

impl ExperimentRun {
    /// Begins an experiment in which both sides have the same size.
    pub fn start(of: &Experiment, context: &StepContext<'_, '_>) -> Self {
        let candidate = context.size(Pool::Candidate);
        let size = of.size.rounded_up(context.seen.replicas).max(1).max(candidate);
        Self { at: At::Growing, size, before: (candidate, context.orders.weight) }
    }

    /// Ends it early; its instances are still taken down. False when it is over already.
    pub fn end(&mut self) -> bool {
        let ends = !matches!(self.at, At::Returning | At::Clearing);
        if ends {
            self.at = At::Returning;
        }
        ends
    }

    /// While the rollout is held, the experiment goes on, and the comparison may still fail.
    pub fn hold(&mut self, at: usize, of: &Experiment, context: &mut StepContext<'_, '_>) -> Outcome {
        self.compare(at, of, context).unwrap_or(Outcome::Going)
    }

    /// The outcome of the comparison in the step at `at`, if it ends the experiment.
    pub fn compare(
        &mut self,
        at: usize,
        of: &Experiment,
        context: &mut StepContext<'_, '_>,
    ) -> Option<Outcome> {
        let (At::Comparing(_, analysing), Some(analysis)) = (&mut self.at, &of.analysis) else { return None };
        let run = analysing.as_mut()?;
        let judgement = run.advance(analysis, context.seen, context.asks);
        context.results.note(Place::Step(at), run);
        let judgement = judgement?;
        *analysing = None;
        match judgement.verdict {
            Verdict::Successful => None,
            Verdict::Inconclusive => Some(Outcome::Inconclusive(judgement.because)),
            Verdict::Error | Verdict::Failed => {
                Some(Outcome::Failed(analysis.on_failure.clone(), judgement.because))
            }
        }
    }
}
