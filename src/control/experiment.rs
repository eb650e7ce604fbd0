//! An experiment, as a learner writes it: candidate and baseline on equal terms.

use serde::{Deserialize, Serialize};

use super::Analysis;
use crate::engine::{Amount, Share, Span};
use crate::telemetry::Subject;

/// A comparison on equal terms: a fresh group of the baseline, the control, is started beside the candidate, as large as
/// the candidate, and gets as many requests. Both are as young, as cold and as busy as each other, which the stable pool
/// is not (Argo Rollouts `experiment` with templates of the specs `stable` and `canary`). Then both are taken down, back
/// to where the step before left the candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// How many instances each side has, and as many as the candidate already has where those are more. Argo Rollouts
    /// `replicas` of a template, 1.
    #[serde(default = "one")]
    pub size: Amount,
    /// Share of requests that each side gets, by the router. Argo Rollouts `weight` of a template, none. Without a router
    /// each side gets what its instances stand for.
    #[serde(default)]
    pub share: Share,
    /// Share of the other requests that both sides get copies of. Default none.
    #[serde(default)]
    pub mirror: Share,
    /// How long, from when both are ready and have their requests. Argo Rollouts `duration`.
    #[serde(rename = "for")]
    pub lasts: Span,
    /// Compares them meanwhile; failing aborts. Its checks compare with the control unless they say otherwise. Default
    /// nothing.
    #[serde(default)]
    pub analysis: Option<Analysis>,
}

fn one() -> Amount {
    Amount::Count(1)
}

impl Experiment {
    /// Says of each check whom it compares with, and of the analysis how long it takes.
    pub(in crate::control) fn settle(&mut self) {
        let Some(analysis) = &mut self.analysis else { return };
        analysis.lasts = Some(self.lasts);
        for check in &mut analysis.checks {
            check.against.get_or_insert(Subject::Control);
        }
    }
}
