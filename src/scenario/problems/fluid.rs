//! Validation of the fluid mode: what it cannot say is refused, by name.

use super::super::{
    Counter, DefectTrigger, Discipline, Effect, FaultKind, Fidelity, Release, Scenario, Service, Shape,
};
use super::notes::Notes;

/// The most that the workers may be busy at a traffic's peak with nothing released: above it waiting decides how long answers take, and the
/// mode's approximation of it is no longer within its bound (`docs/reliability.md`).
const MOST_BUSY: f64 = 0.8;

/// Expects a scenario without errors.
pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    match scenario.fidelity {
        Fidelity::Requests => return,
        Fidelity::Fluid => {}
    }
    let mut refuse = |at: String, why: &str| {
        let message =
            format!("the fluid mode cannot say this: {why}; leave it out, or write `fidelity: Requests`");
        notes.error(at, "not-fluid", message);
    };
    if scenario.services.len() > 1 {
        refuse("services".to_owned(), "it follows one service, and no calls between several");
    }
    for (index, service) in scenario.services.iter().enumerate() {
        of_service(&mut refuse, service, &format!("services[{index}]"));
    }
    let clients = &scenario.clients;
    if clients.patience.is_some() {
        refuse("clients.patience".to_owned(), "who leaves a queue is decided by each request");
    }
    if clients.retries.limit > 0 {
        refuse("clients.retries".to_owned(), "it does not follow the tries of a request");
    }
    if clients.cancels {
        refuse(
            "clients.cancels".to_owned(),
            "it does not follow what becomes of a request that was given up",
        );
    }
    if clients.carries_deadline {
        refuse("clients.carries_deadline".to_owned(), "it does not follow the deadline of a request");
    }
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        let at = format!("traffic[{index}].shape");
        if matches!(traffic.shape, Shape::Closed { .. }) {
            refuse(at, "in a closed loop each user waits for an answer of their own");
        } else if let Some(busy) = busy_at_peak(scenario, &traffic.shape).filter(|busy| *busy > MOST_BUSY) {
            let why = format!(
                "at its peak {:.0} % of the workers are busy, and above {:.0} % it does not know well how long requests wait",
                busy * 100.0,
                MOST_BUSY * 100.0
            );
            refuse(at, &why);
        }
    }
    if scenario.monitoring.counted_by == Counter::Instances {
        refuse("monitoring.counted_by".to_owned(), "counts are of a pool, and not of each instance");
    }
    for (index, release) in scenario.releases.iter().enumerate() {
        of_release(&mut refuse, release, scenario.baseline(), &format!("releases[{index}]"));
    }
    for (index, fault) in scenario.faults.iter().enumerate() {
        if matches!(fault.what, FaultKind::Brownout { instances: Some(_), .. }) {
            let why = "counts are of a pool, and not of the instances that are struck";
            refuse(format!("faults[{index}].what.instances"), why);
        }
    }
}

fn of_service(refuse: &mut impl FnMut(String, &str), service: &Service, at: &str) {
    match service.discipline {
        Discipline::Fifo => {}
        Discipline::Priority => {
            refuse(format!("{at}.discipline"), "who goes first is decided by each request");
        }
        Discipline::ProcessorSharing => {
            refuse(format!("{at}.discipline"), "how fast each request is worked on changes with every other");
        }
    }
    if let Some(why) = service.probes.why_not_fluid() {
        refuse(format!("{at}.probes"), why);
    }
    if service.boot.warm_up.is_some() {
        refuse(format!("{at}.boot.warm_up"), "all instances of a pool work equally fast in it");
    }
    if let Some(why) = service.balancer.why_not_fluid() {
        refuse(format!("{at}.balancer"), why);
    }
    if let Some(why) = service.upstream.why_not_fluid() {
        refuse(format!("{at}.upstream"), why);
    }
    if service.shedding.is_some() {
        refuse(format!("{at}.shedding"), "whether an instance is too busy is decided by each request");
    }
}

fn of_release(refuse: &mut impl FnMut(String, &str), release: &Release, first: Option<&Release>, at: &str) {
    if release.flag.is_some() {
        refuse(format!("{at}.flag"), "who has a flag is decided for each user");
    }
    if first.is_some_and(|first| first.data != release.data) {
        refuse(format!("{at}.data"), "what a request finds stored is decided by each user's row");
    }
    for (index, defect) in release.defects.iter().enumerate() {
        let at = format!("{at}.defects[{index}]");
        let why = match &defect.then {
            Effect::Errors
            | Effect::Latency(_)
            | Effect::Crash
            | Effect::WrongAnswers
            | Effect::CrashLoop { .. }
            | Effect::FailReadiness
            | Effect::FailLiveness
            | Effect::HideMetrics
            | Effect::MislabelMetrics => None,
            Effect::Leak { .. } => Some("how much memory each instance has left decides how fast it works"),
            Effect::ExtraCalls { .. } | Effect::ColdCache => Some("it follows no calls between services"),
            Effect::LoseUsers(_) => Some("counts do not tell users apart"),
        };
        if let Some(why) = why {
            refuse(format!("{at}.then"), why);
        }
        for (place, trigger) in defect.when.iter().enumerate() {
            let why = match trigger {
                DefectTrigger::Chance(_)
                | DefectTrigger::Cohort(_)
                | DefectTrigger::Kind(_)
                | DefectTrigger::FleetAtLeast(_)
                | DefectTrigger::Clock { .. }
                | DefectTrigger::BothVersions
                | DefectTrigger::DataSince(_) => None,
                DefectTrigger::UptimeOver(_) if !defect.then.is_of_request() => None,
                DefectTrigger::InstanceRate(_) | DefectTrigger::Busy(_) | DefectTrigger::UptimeOver(_) => {
                    Some("counts are of a pool, and not of each instance")
                }
                DefectTrigger::FlagOn(_) => Some("who has a flag is decided for each user"),
            };
            if let Some(why) = why {
                refuse(format!("{at}.when[{place}]"), why);
            }
        }
    }
}

/// How busy the workers of the only service are at the peak of a shape.
fn busy_at_peak(scenario: &Scenario, shape: &Shape) -> Option<f64> {
    let [service] = scenario.services.as_slice() else { return None };
    let shares = scenario.clients.kind_shares();
    let costs = scenario.clients.kinds.iter().zip(&shares).map(|(kind, share)| kind.cost * share.fraction());
    let cost = if scenario.clients.kinds.is_empty() { 1.0 } else { costs.sum() };
    let workers = f64::from(service.instances) * f64::from(service.workers);
    Some(shape.peak(scenario.horizon).hertz() * service.demand.mean() * cost / workers)
}
