//! Laws of instances.

use std::collections::BTreeMap;

use crate::sim::What;
use crate::soak::seen::Seen;

/// What the facts have told of an instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Told {
    /// Nothing yet, or that it is not ready.
    #[default]
    NotReady,
    Ready,
    Gone,
}

/// Ready and not ready in turn; nothing follows the end of an instance. A crash takes readiness away by itself.
pub(super) fn legal(seen: &Seen<'_>) -> Result<(), String> {
    let mut told: BTreeMap<(&str, u32), Told> = BTreeMap::new();
    for fact in &seen.record.facts {
        let (service, instance, next) = match &fact.what {
            What::Ready { service, instance, .. } => (service, *instance, Told::Ready),
            What::NotReady { service, instance, .. } | What::Crashed { service, instance, .. } => {
                (service, *instance, Told::NotReady)
            }
            What::Gone { service, instance, .. } => (service, *instance, Told::Gone),
            _ => continue,
        };
        let before = told.insert((service, instance), next).unwrap_or_default();
        let twice = before == next && next == Told::Ready;
        if before == Told::Gone || twice {
            return Err(format!("at {}: {}, after it was {before:?}", fact.at, fact.what));
        }
    }
    Ok(())
}

/// No more instances of a pool are gone than were there at the start or launched.
pub(super) fn counted(seen: &Seen<'_>) -> Result<(), String> {
    let services = seen.scenario.services.iter();
    let mut alive: BTreeMap<&str, i64> =
        services.map(|service| (service.name.as_str(), i64::from(service.instances))).collect();
    for fact in &seen.record.facts {
        match &fact.what {
            What::Launched { service, count, .. } => *alive.entry(service).or_default() += i64::from(*count),
            What::Gone { service, .. } => {
                let left = alive.entry(service).or_default();
                *left -= 1;
                if *left < 0 {
                    return Err(format!("at {}: {}, and none was left", fact.at, fact.what));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
