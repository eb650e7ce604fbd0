//! Laws of requests and of the order of what happened.

use crate::engine::Time;
use crate::soak::seen::Seen;

pub(super) fn conserved(seen: &Seen<'_>) -> Result<(), String> {
    let requests = seen.record.truth.requests;
    let ended = requests.succeeded + requests.failed + requests.rejected + requests.timed_out;
    if requests.arrived == ended + requests.in_flight { Ok(()) } else { Err(format!("{requests:?}")) }
}

pub(super) fn caused(seen: &Seen<'_>) -> Result<(), String> {
    let requests = seen.record.truth.requests;
    let bad = requests.failed + requests.rejected + requests.timed_out;
    let caused: u64 = seen.record.truth.causes.iter().sum();
    if caused == bad { Ok(()) } else { Err(format!("{bad} went badly and {caused} have a cause")) }
}

pub(super) fn timed(seen: &Seen<'_>) -> Result<(), String> {
    let truth = &seen.record.truth;
    let (latencies, successes) = (truth.latency.count(), truth.requests.succeeded);
    let points: u64 = truth.points.iter().map(|point| u64::from(point.ended)).sum();
    if latencies != successes {
        return Err(format!("{latencies} latencies of {successes} successes"));
    }
    let ended = truth.requests.arrived - truth.requests.in_flight;
    if points <= ended { Ok(()) } else { Err(format!("points count {points} endings of {ended}")) }
}

pub(super) fn harmed(seen: &Seen<'_>) -> Result<(), String> {
    let truth = &seen.record.truth;
    let (by_cohort, users): (u64, u64) =
        (truth.harmed_by_cohort.iter().sum(), truth.users_by_cohort.iter().sum());
    let (harmed, helped) = (truth.users_harmed, truth.users_helped);
    if by_cohort != harmed {
        return Err(format!("{harmed} users harmed, {by_cohort} by cohort"));
    }
    if harmed + helped > users {
        return Err(format!("{harmed} users harmed and {helped} helped of {users}"));
    }
    if harmed > 0 && truth.first_harm.is_none() {
        return Err(format!("{harmed} users harmed, and no moment of it"));
    }
    Ok(())
}

pub(super) fn in_order(seen: &Seen<'_>) -> Result<(), String> {
    let facts = &seen.record.facts;
    let end = Time::ZERO + seen.record.simulated;
    if let Some(pair) = facts.windows(2).find(|pair| pair[0].at > pair[1].at) {
        return Err(format!("{} is told before {}", pair[0].what, pair[1].what));
    }
    match facts.last() {
        Some(last) if last.at > end => Err(format!("{} is told after the end", last.what)),
        _ => Ok(()),
    }
}
