//! Laws of rollouts.

use crate::control::Strategy;
use crate::scenario::FaultKind;
use crate::sim::{Pool, RolloutPhase, What};
use crate::soak::seen::Seen;

pub(super) fn weights(seen: &Seen<'_>) -> Result<(), String> {
    for fact in &seen.record.facts {
        if let What::Routed { weights: Some(weights), .. } = &fact.what
            && weights.iter().sum::<u32>() != 10_000
        {
            return Err(format!("at {}: weights {weights:?}", fact.at));
        }
    }
    Ok(())
}

/// Whether a phase may follow another.
const fn may_follow(before: RolloutPhase, next: RolloutPhase) -> bool {
    use RolloutPhase::{Completed, Failed, InProgress, NotStarted, Paused, RolledBack, RollingBack};
    match (before, next) {
        // A rollout that has begun goes on, waits, goes back or stops.
        (NotStarted, InProgress | Paused | RollingBack | Completed | Failed)
        | (InProgress, Paused | RollingBack | RolledBack | Completed | Failed)
        | (Paused, InProgress | RollingBack | RolledBack | Completed | Failed)
        // An abort ends with what was there before, or is followed by another attempt.
        | (RollingBack, RolledBack | Failed | InProgress | Paused | Completed)
        // A retry begins again; an undo goes back.
        | (RolledBack | Failed, InProgress | Paused | RollingBack | RolledBack)
        | (Completed, RollingBack | RolledBack | InProgress | Paused | Failed) => true,
        _ => false,
    }
}

pub(super) fn phases(seen: &Seen<'_>) -> Result<(), String> {
    let mut before = RolloutPhase::NotStarted;
    for fact in &seen.record.facts {
        let What::Phase(next) = fact.what else { continue };
        let told = || format!("at {}: {} after {}", fact.at, next.name(), before.name());
        if before != next && !may_follow(before, next) {
            return Err(told());
        }
        if next == RolloutPhase::Paused && fact.because.is_empty() {
            return Err(format!("{}, without a reason", told()));
        }
        before = next;
    }
    Ok(())
}

/// Once the rollout says that it is back, and until it begins again or a person routes by hand, no weight leads to the candidate.
pub(super) fn returned(seen: &Seen<'_>) -> Result<(), String> {
    let mut is_back = false;
    let mut weight = 0;
    for fact in &seen.record.facts {
        match &fact.what {
            What::Phase(phase) => {
                is_back = *phase == RolloutPhase::RolledBack;
                if is_back && weight > 0 && seen.actions.is_empty() {
                    return Err(format!("at {}: back, with {weight} basis points on the candidate", fact.at));
                }
            }
            What::Routed { weights, .. } => {
                weight = weights.map_or(0, |weights| weights[Pool::Candidate.index()]);
                if is_back && weight > 0 && seen.actions.is_empty() {
                    return Err(format!("at {}: {} after it was back", fact.at, fact.what));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Where nothing but a rolling update changes the fleet, no more instances are wanted than the fleet and its surge.
pub(super) fn surge(seen: &Seen<'_>) -> Result<(), String> {
    let Strategy::Rolling(rolling) = &seen.plan.strategy else { return Ok(()) };
    let disturbed = !seen.actions.is_empty()
        || seen.plan.autoscaler.is_some()
        || !seen.plan.triggers.is_empty()
        || seen.plan.on_call.is_some()
        || seen.scenario.faults.iter().any(|fact| matches!(fact.what, FaultKind::DeployTool(_)));
    let target = &seen.scenario.target;
    let Some(service) = seen.scenario.service(target).filter(|_| !disturbed) else { return Ok(()) };
    let most = i64::from(service.instances) + i64::from(rolling.max_surge.rounded_up(service.instances));
    let mut wanted = i64::from(service.instances);
    for fact in &seen.record.facts {
        match &fact.what {
            What::Launched { service, count, .. } if service == target => wanted += i64::from(*count),
            What::Draining { service, count, .. } if service == target => wanted -= i64::from(*count),
            _ => continue,
        }
        if wanted > most {
            return Err(format!("at {}: {wanted} instances, at most {most} are wanted", fact.at));
        }
    }
    Ok(())
}

pub(super) fn lost_once(seen: &Seen<'_>) -> Result<(), String> {
    let lost = seen.record.facts.iter().filter(|fact| matches!(fact.what, What::NoWayBack(_))).count();
    let candidate = &seen.scenario.releases[1].data;
    match lost {
        0 => Ok(()),
        1 if candidate.writes != seen.scenario.releases[0].data.writes || candidate.migrates_to.is_some() => {
            Ok(())
        }
        _ => Err(format!("lost {lost} times by a release that writes version {}", candidate.writes)),
    }
}
