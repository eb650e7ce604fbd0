//! Laws of alerts and of people.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Span, Time};
use crate::sim::{What, Who};
use crate::soak::seen::Seen;

/// Pending, firing and resolved in turn, and firing no sooner than the rule's `for` after it was pending.
pub(super) fn alternate(seen: &Seen<'_>) -> Result<(), String> {
    let rules = seen.plan.alert_rules();
    let mut pending: BTreeMap<&str, Time> = BTreeMap::new();
    let mut firing: BTreeSet<&str> = BTreeSet::new();
    for fact in &seen.record.facts {
        let told = |why: &str| Err(format!("at {}: {}, {why}", fact.at, fact.what));
        match &fact.what {
            What::AlertPending(name) => {
                let was_pending = pending.insert(name, fact.at).is_some();
                if was_pending || firing.contains(name.as_str()) {
                    return told("which it was already");
                }
            }
            What::AlertFiring(name) => {
                let hold = rules.iter().find(|rule| rule.name == *name).map_or(Span::ZERO, |rule| rule.hold);
                match pending.remove(name.as_str()) {
                    Some(since) if fact.at.since(since) < hold => return told("too soon"),
                    None if !hold.is_zero() => return told("without having been pending"),
                    _ => {}
                }
                if !firing.insert(name) {
                    return told("which it did already");
                }
            }
            What::AlertResolved(name) => {
                let was_pending = pending.remove(name.as_str()).is_some();
                if !firing.remove(name.as_str()) && !was_pending {
                    return told("and was neither pending nor firing");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A page follows an alert that fires, or somebody who asks for one; each page is acknowledged at most once, and diagnosed after that.
pub(super) fn people(seen: &Seen<'_>) -> Result<(), String> {
    let (mut fired, mut asked) = (0_u64, 0_u64);
    let (mut paged, mut acknowledged, mut diagnosed) = (0_u64, 0_u64, 0_u64);
    for fact in &seen.record.facts {
        match &fact.what {
            What::AlertFiring(_) => fired += 1,
            What::Asked { .. } => asked += 1,
            What::Paged(_) => paged += 1,
            What::Acknowledged(_) => acknowledged += 1,
            What::Diagnosed(_) => diagnosed += 1,
            _ => continue,
        }
        let in_turn = (paged == 0 || fired + asked > 0) && acknowledged <= paged && diagnosed <= acknowledged;
        if !in_turn {
            return Err(format!(
                "at {}: {} after {fired} alerts, {paged} pages, {acknowledged} acknowledged",
                fact.at, fact.what
            ));
        }
    }
    Ok(())
}

pub(super) fn triggers(seen: &Seen<'_>) -> Result<(), String> {
    let mut fired = BTreeSet::new();
    for fact in &seen.record.facts {
        match &fact.what {
            What::AlertFiring(name) => drop(fired.insert(name.as_str())),
            What::Asked { who: Who::Trigger, action } => {
                let mut alerts = seen.plan.triggers.iter().map(|trigger| trigger.alert.as_str());
                if !alerts.any(|alert| fired.contains(alert)) {
                    return Err(format!("at {}: a trigger asks: {action}, and no alert has fired", fact.at));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
