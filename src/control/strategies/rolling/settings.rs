//! The settings of a rolling update, which is a strategy, and a step of others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::problems::amounts::surge;
use crate::engine::{Amount, Share, Span};
use crate::scenario::Notes;

/// A rolling update; defaults are those of a Kubernetes Deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rolling {
    /// How many instances there may be above the fleet's size; rounded up. Kubernetes `maxSurge`, 25 %.
    pub max_surge: Amount,
    /// How many may be unavailable; rounded down. Kubernetes `maxUnavailable`, 25 %.
    pub max_unavailable: Amount,
    /// How long an instance must be ready before it counts as available. Kubernetes `minReadySeconds`, 0.
    pub min_ready: Span,
    /// How long the update may go without progress before it counts as stuck, which is only reported. Kubernetes
    /// `progressDeadlineSeconds`, 600 s.
    pub progress_deadline: Span,
    /// Whether an update that exceeds the deadline is also rolled back. Kubernetes does not; Argo Rollouts
    /// `progressDeadlineAbort`, false.
    pub abort_on_deadline: bool,
    /// Whether each version keeps its part of a fleet that is resized meanwhile, as Kubernetes does it. False, as in a canary of Argo
    /// Rollouts without steps: the update goes on to the new size at once. Default true.
    #[serde(skip_serializing_if = "is_true")]
    pub proportional: bool,
}

// Proofs rest on plans as they are written: a field that came later is not written where it stands at its default.
const fn is_true(value: &bool) -> bool {
    *value
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            max_surge: quarter(),
            max_unavailable: quarter(),
            min_ready: Span::ZERO,
            progress_deadline: Span::from_secs(600),
            abort_on_deadline: false,
            proportional: true,
        }
    }
}

fn quarter() -> Amount {
    Amount::Share(Share::percent(25.0))
}

impl Rolling {
    /// Notes what is wrong with an update that stands at `at`: as a strategy, or as a part of one.
    pub(in crate::control) fn check(&self, notes: &mut Notes, at: &str) {
        surge(notes, at, self.max_surge, self.max_unavailable);
        // Kubernetes: progressDeadlineSeconds must be greater than minReadySeconds.
        if self.progress_deadline <= self.min_ready {
            let message = format!(
                "found {}; it must be longer than min_ready, {}",
                self.progress_deadline, self.min_ready
            );
            notes.error(format!("{at}.progress_deadline"), "out-of-range", message);
        }
    }
}
