//! Validation of numbers of instances, and of the bounds of a rolling update.

use super::limits::MOST_INSTANCES;
use crate::engine::{Amount, Share};
use crate::scenario::Notes;

/// The largest multiple of the fleet that a pool may be asked to have.
const MOST_FLEETS: Share = Share::percent(1_000.0);

/// Notes an amount that is out of range.
pub(in crate::control) fn amount(notes: &mut Notes, at: String, amount: Amount) {
    match amount {
        Amount::Count(count) => notes.within(at, count, 0..=MOST_INSTANCES),
        Amount::Share(share) => notes.within(at, share, Share::ZERO..=MOST_FLEETS),
    }
}

/// Whether an amount is 0 instances.
pub(in crate::control) fn is_none(amount: Amount) -> bool {
    amount == Amount::Count(0) || amount == Amount::Share(Share::ZERO)
}

/// Notes the mistakes in the bounds of a rolling update.
pub(in crate::control) fn surge(notes: &mut Notes, at: &str, max_surge: Amount, max_unavailable: Amount) {
    amount(notes, format!("{at}.max_surge"), max_surge);
    amount(notes, format!("{at}.max_unavailable"), max_unavailable);
    if let Amount::Share(share) = max_unavailable {
        notes.share(format!("{at}.max_unavailable"), share);
    }
    if is_none(max_surge) && is_none(max_unavailable) {
        let message =
            "max_surge and max_unavailable may not both be 0: nothing could move (Kubernetes refuses it)";
        notes.error(format!("{at}.max_unavailable"), "nothing-can-move", message);
    }
}
