//! Writes the disruption budget of a plan as a PodDisruptionBudget.

use super::pod::{amount, selector};
use super::write::{Out, map, text};
use crate::control::Plan;
use crate::engine::{Amount, Share};
use crate::scenario::DisruptionBudget;

/// An amount as Kubernetes takes it: whole percents, rounded so that no more may go.
fn whole(of: Amount, round: fn(f64) -> f64) -> Amount {
    match of {
        Amount::Count(_) => of,
        Amount::Share(share) => Amount::Share(Share::percent(round(f64::from(share.basis_points()) / 100.0))),
    }
}

/// The PodDisruptionBudget called `name` of the pods that are labelled so; none for a plan without a budget.
pub(in crate::manifest) fn document(plan: &Plan, name: &str, labelled: &str) -> Option<Out> {
    let (key, of) = match plan.drain?.budget? {
        DisruptionBudget::MinAvailable(least) => ("minAvailable", whole(least, f64::ceil)),
        DisruptionBudget::MaxUnavailable(most) => ("maxUnavailable", whole(most, f64::floor)),
    };
    Some(map([
        ("apiVersion", text("policy/v1")),
        ("kind", text("PodDisruptionBudget")),
        ("metadata", Some(map([("name", text(name))]))),
        ("spec", Some(map([(key, Some(amount(of))), ("selector", Some(selector(labelled)))]))),
    ]))
}
