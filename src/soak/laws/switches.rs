//! Laws of what goes on and off in turn.

use std::collections::{BTreeMap, BTreeSet};

use crate::sim::What;
use crate::soak::seen::Seen;

/// Strikes of one fault may overlap, but no more of them end than began.
pub(super) fn faults(seen: &Seen<'_>) -> Result<(), String> {
    let mut open: BTreeMap<&str, u32> = BTreeMap::new();
    for fact in &seen.record.facts {
        match &fact.what {
            What::FaultBegan(name) => *open.entry(name).or_default() += 1,
            What::FaultEnded(name) => {
                let strikes = open.entry(name).or_default();
                if *strikes == 0 {
                    return Err(format!("at {}: {}, which did not begin", fact.at, fact.what));
                }
                *strikes -= 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A breaker closes no oftener than it opened: half-open, it may open again where it was open. A defect that calls once more does so
/// through a breaker of its own, which facts do not tell from the other. A breaker goes with its caller's process.
pub(super) fn breakers(seen: &Seen<'_>) -> Result<(), String> {
    let mut opened: BTreeMap<(&str, u32, &str), u32> = BTreeMap::new();
    for fact in &seen.record.facts {
        match &fact.what {
            What::BreakerMoved { service, instance, to, open } => {
                let times = opened.entry((service, *instance, to)).or_default();
                match (open, times.checked_sub(1)) {
                    (true, _) => *times += 1,
                    (false, Some(left)) => *times = left,
                    (false, None) => {
                        return Err(format!("at {}: {}, which was not open", fact.at, fact.what));
                    }
                }
            }
            What::Crashed { service, instance, .. } => {
                opened.retain(|breaker, _| (breaker.0, breaker.1) != (service.as_str(), *instance));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A proxy leaves a host out for its answers, for its health checks, or for both, and takes it back no oftener, while the host stays ready:
/// one that does not is forgotten, and begins anew. Panic begins and ends in turn.
pub(super) fn ejections(seen: &Seen<'_>) -> Result<(), String> {
    let mut out: BTreeMap<(&str, u32, u32), u32> = BTreeMap::new();
    let mut forgotten: BTreeSet<(&str, u32)> = BTreeSet::new();
    let mut panics: BTreeSet<String> = BTreeSet::new();
    for fact in &seen.record.facts {
        let in_turn = match &fact.what {
            What::Ejected { service, instance, proxy, .. } => {
                let reasons = out.entry((service, *instance, *proxy)).or_default();
                *reasons += 1;
                *reasons <= 2 || forgotten.contains(&(service.as_str(), *instance))
            }
            What::Restored { service, instance, proxy, .. } => {
                let reasons = out.entry((service, *instance, *proxy)).or_default();
                let was_out = *reasons > 0;
                // A host whose health checks pass is taken back, whatever its answers were (Envoy).
                *reasons = if fact.because.contains("health check") { 0 } else { reasons.saturating_sub(1) };
                was_out || forgotten.contains(&(service.as_str(), *instance))
            }
            What::NotReady { service, instance, .. } | What::Crashed { service, instance, .. } => {
                forgotten.insert((service, *instance));
                true
            }
            What::Panic { service, pool, proxy, begins } => {
                let name = format!("{service} {pool:?} {proxy}");
                if *begins { panics.insert(name) } else { panics.remove(&name) }
            }
            _ => true,
        };
        if !in_turn {
            return Err(format!("at {}: {}, out of turn", fact.at, fact.what));
        }
    }
    Ok(())
}
