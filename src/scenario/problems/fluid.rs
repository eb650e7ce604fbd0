//! Validation of the fluid mode: what it cannot say is refused, by name.

use super::super::{
    Counter, DefectTrigger, Discipline, Effect, FaultKind, Fidelity, Release, RetryBudget, Scenario, Service,
    Shape,
};
use super::load::busy_at;
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
    if scenario.entry != scenario.target {
        refuse(
            "target".to_owned(),
            "it follows the requests of users at the service that is released, which they have to ask themselves",
        );
    }
    for (index, service) in scenario.services.iter().enumerate() {
        of_service(&mut refuse, service, &format!("services[{index}]"));
    }
    let clients = &scenario.clients;
    if clients.patience.is_some() {
        refuse("clients.patience".to_owned(), "who leaves a queue is decided by each request");
    }
    if let Some(why) = clients.retries.budget.as_ref().and_then(RetryBudget::why_not_fluid) {
        refuse("clients.retries.budget".to_owned(), why);
    }
    if let Some(why) = clients.retries.on.why_not_fluid() {
        refuse("clients.retries.on".to_owned(), why);
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
        } else if let Some((name, busy)) =
            busiest(scenario, &traffic.shape).filter(|(_, busy)| *busy > MOST_BUSY)
        {
            let why = format!(
                "at its peak {:.0} % of the workers of \"{name}\" are busy, and above {:.0} % it does not know well how long requests wait",
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
    for (index, call) in service.calls.iter().enumerate() {
        if let Some((field, why)) = call.why_not_fluid() {
            refuse(format!("{at}.calls[{index}].{field}"), why);
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
            Effect::ExtraCalls { .. } | Effect::ColdCache => {
                Some("what one request calls more often than another is decided by each")
            }
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

/// The service whose workers are busiest at the peak of a shape, with nothing released and nothing tried again, and which share of them is.
fn busiest<'a>(scenario: &'a Scenario, shape: &Shape) -> Option<(&'a str, f64)> {
    let busy = busy_at(scenario, shape.peak(scenario.horizon).hertz());
    let all = scenario.services.iter().map(|service| service.name.as_str()).zip(busy);
    all.max_by(|(_, one), (_, other)| one.total_cmp(other))
}
