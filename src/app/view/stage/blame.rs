//! What of the plan is behind a failure: the field that would have prevented it, or the decision that routed the request there.

use crate::app::model::world::Seen;
use crate::app::texts::t;
use crate::control::{Copies, Plan, Step};
use crate::sim::{Cause, Fact, What};

/// What is behind a failure.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The part of the plan, as its file names it.
    pub field: &'static str,
    /// Where in the plan it is, as exactly as can be said: the step that sent the request there, or else the field.
    pub path: String,
    /// Whether the plan says anything there, or leaves the default.
    pub is_set: bool,
    /// How it relates to the failure.
    pub why: &'static str,
    /// The decision that was in effect when the request arrived, and its reason, if there was one.
    pub decision: Option<Fact>,
}

/// Whether a cause may be shown during the run. What gives away whether the release or the world is bad is kept
/// until the end.
pub const fn is_open(cause: Cause) -> bool {
    !matches!(cause, Cause::Background | Cause::Defect | Cause::Fault | Cause::VersionSkew)
}

/// What of `plan` is behind the failure of a try; `None` when nothing is: an ordinary error, a fault of the world. `by_hand`
/// says whether somebody set the route or a flag themselves: then no step did.
pub fn blame(plan: &Plan, facts: &[Fact], seen: &Seen, by_hand: bool) -> Option<Blame> {
    let decision = facts.iter().rev().find(|fact| {
        fact.at <= seen.one_try.arrived && matches!(fact.what, What::Routed { .. } | What::Flagged { .. })
    });
    let (field, is_set, why) = match seen.one_try.cause? {
        Cause::Background | Cause::Fault => return None,
        Cause::Defect => ("strategy", true, t("blame.defect")),
        Cause::VersionSkew => ("strategy", true, t("blame.skew")),
        Cause::Overload => ("strategy", true, t("blame.overload")),
        Cause::NoInstance if plan.leaves_gap() => ("strategy", true, t("blame.recreate")),
        Cause::NoInstance => ("probes", plan.probes.is_some(), t("blame.no_instance")),
        Cause::Drained => ("drain", plan.drain.is_some(), t("blame.drained")),
        Cause::Timeout => ("calls", !plan.calls.is_empty(), t("blame.timeout")),
        Cause::Breaker => ("calls", !plan.calls.is_empty(), t("blame.breaker")),
        Cause::Impatience => ("strategy", true, t("blame.impatience")),
        Cause::Shed => ("strategy", true, t("blame.shed")),
    };
    let step = decision.filter(|_| field == "strategy" && !by_hand).and_then(|fact| step(plan, &fact.what));
    let path = step.unwrap_or_else(|| field.to_owned());
    Some(Blame { field, path, is_set, why, decision: decision.cloned() })
}

/// The path of the first step of the plan that asks for the decision.
fn step(plan: &Plan, decided: &What) -> Option<String> {
    let list = plan.strategy.step_list()?;
    let asks = |step: &Step| match (step, decided) {
        (Step::Weight(share), What::Routed { weights: Some([_, candidate, _]), .. }) => {
            share.basis_points() == *candidate
        }
        (Step::Mirror(share) | Step::Copy(Copies { share, .. }), What::Routed { mirrored, .. }) => {
            share == mirrored
        }
        (Step::Flag(share), What::Flagged { share: decided, .. }) => share == decided,
        _ => false,
    };
    list.steps.iter().position(asks).map(|index| format!("{}[{index}]", list.path))
}
