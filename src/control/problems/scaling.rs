//! Validation of autoscalers.

use crate::control::autoscaler::{Autoscaler, Behaviour, Policy, Select};
use crate::engine::{Share, Span};
use crate::scenario::{MOST_INSTANCES, Notes};

/// Shortest and longest time between two looks (Kubernetes `--horizontal-pod-autoscaler-sync-period`; a second is what its clock
/// resolves).
const SYNC: (Span, Span) = (Span::from_secs(1), Span::from_secs(86_400));
/// Longest `periodSeconds` of a policy (Kubernetes validation, 1800 s).
const LONGEST_PERIOD: Span = Span::from_secs(1_800);
/// Longest `stabilizationWindowSeconds` (Kubernetes validation, 3600 s).
const LONGEST_WINDOW: Span = Span::from_secs(3_600);

/// Notes what is wrong with an autoscaler that stands at `at`.
pub(in crate::control) fn autoscaler(notes: &mut Notes, at: &str, of: &Autoscaler) {
    notes.within(format!("{at}.max"), of.max, 1..=MOST_INSTANCES);
    notes.within(format!("{at}.min"), of.min, 1..=of.max.max(1));
    if of.target == Share::ZERO || of.target > Share::ALL {
        let message = format!("found {}; allowed is above 0%, up to 100%", of.target);
        notes.error(format!("{at}.target"), "out-of-range", message);
    }
    notes.within(format!("{at}.sync"), of.sync, SYNC.0..=SYNC.1);
    notes.share(format!("{at}.tolerance"), of.tolerance);
    behaviour(notes, &format!("{at}.up"), &of.up);
    behaviour(notes, &format!("{at}.down"), &of.down);
}

fn behaviour(notes: &mut Notes, at: &str, of: &Behaviour) {
    notes.within(format!("{at}.stabilisation"), of.stabilisation, Span::ZERO..=LONGEST_WINDOW);
    if of.select != Select::Disabled {
        notes.length(&format!("{at}.policies"), "policy", of.policies.len(), 1..=20);
    }
    for (index, policy) in of.policies.iter().enumerate() {
        let at = format!("{at}.policies[{index}]");
        if let Policy::Count { by, .. } = policy {
            notes.within(format!("{at}.by"), *by, 0..=MOST_INSTANCES);
        }
        notes.within(format!("{at}.over"), policy.over(), Span::from_secs(1)..=LONGEST_PERIOD);
        let nothing = match policy {
            Policy::Count { by, .. } => *by == 0,
            Policy::Share { by, .. } => *by == Share::ZERO,
        };
        if nothing {
            let message = "the policy allows no change; to forbid a direction write select: Disabled";
            notes.error(format!("{at}.by"), "out-of-range", message);
        }
    }
}
