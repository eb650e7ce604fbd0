//! Reads a PodDisruptionBudget: how many of the released pods must stay ready when the cluster evicts some.

use crate::manifest::cursor::At;
use crate::manifest::parts::{Document, NOBODY_REFERS, Parts, Templates};
use crate::manifest::table::Table;
use crate::scenario::DisruptionBudget;

pub(super) fn read(parts: &mut Parts, document: &Document<'_>, spec: &At<'_>, _: &Templates<'_>, _: &Table) {
    let Some(selects) = selects(parts, spec) else { return };
    let both = (spec.amount("minAvailable"), spec.amount("maxUnavailable"));
    if spec.text("unhealthyPodEvictionPolicy").as_deref() == Some("AlwaysAllow") {
        spec.refuse_at(
            "unhealthyPodEvictionPolicy",
            "an instance that is not ready is evicted here only while the budget is kept, as by Kubernetes' default",
        );
    }
    match selects {
        Selects::Nothing => return document.at.ignore(NOBODY_REFERS),
        Selects::TheCanary => {
            return document.at.refuse(
                "it guards the pods of the canary alone; those that users have are labelled `-primary` upstream, and any number of them \
                 may be evicted at once",
            );
        }
        Selects::All => {}
    }
    if !parts.takes_budget(&document.at) {
        return;
    }
    parts.budget = match both {
        (Some(_), Some(_)) => {
            return document.at.problem("a budget has minAvailable or maxUnavailable, not both".to_owned());
        }
        (Some(least), None) => Some(DisruptionBudget::MinAvailable(least)),
        (None, Some(most)) => Some(DisruptionBudget::MaxUnavailable(most)),
        (None, None) => {
            return document.at.note("without minAvailable and maxUnavailable it holds nothing back");
        }
    };
    document.at.note(
        "it holds back what the fault `NodeDrain` of a scenario evicts; a scenario without that fault, as that of a rehearsal, evicts nobody",
    );
}

/// The pods that a budget selects.
enum Selects {
    /// Those that are released.
    All,
    /// Of a Canary of Flagger those of the new version alone: the primary's have labels of their own.
    TheCanary,
    /// Others.
    Nothing,
}

/// The pods that a selector selects; `None` where that cannot be told, which is then said.
fn selects(parts: &Parts, spec: &At<'_>) -> Option<Selects> {
    let selector = spec.get("selector");
    if let Some(at) = selector.as_ref().and_then(|at| at.get("matchExpressions")) {
        at.refuse("a budget that selects by expressions is not applied");
        return None;
    }
    let wanted: Vec<(String, String)> = selector
        .and_then(|at| at.get("matchLabels"))
        .map(|at| {
            at.entries().into_iter().filter_map(|(key, at)| Some((key.to_owned(), at.as_text()?))).collect()
        })
        .unwrap_or_default();
    let is_flagger = parts.roles.leader.as_ref().is_some_and(|(kind, _)| kind == "Canary");
    let labels = &parts.roles.labels;
    let has = |key: &str, value: &str| labels.iter().any(|(name, of)| name == key && of == value);
    // Flagger gives the pods of the primary a value of their own for the label of its selector (`pkg/canary/deployment_controller.go`).
    let is_primary =
        |key: &str, value: &str| value.strip_suffix("-primary").is_some_and(|value| has(key, value));
    let all = |fits: &dyn Fn(&str, &str) -> bool| wanted.iter().all(|(key, value)| fits(key, value));
    Some(match is_flagger {
        _ if wanted.is_empty() => Selects::All,
        false if all(&has) => Selects::All,
        true if all(&has) => Selects::TheCanary,
        true if all(&|key, value| has(key, value) || is_primary(key, value)) => Selects::All,
        _ => Selects::Nothing,
    })
}
