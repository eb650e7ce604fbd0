//! Validation of faults.

use super::super::{Fault, FaultKind, MetricsTrouble, Scenario, ToolTrouble, When};
use super::notes::Notes;
use super::services;
use crate::engine::{Share, Span};

/// Shortest mean time that an instance runs before it fails by itself.
const LEAST_UP: Span = Span::from_millis(100);

/// Shortest mean time between two strikes of a recurring fault.
const LEAST_BETWEEN: Span = Span::from_secs(1);

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    notes.length("faults", "fault", scenario.faults.len(), 0..=64);
    notes.names("faults", ".name", "fault", scenario.faults.iter().map(|fault| fault.name.as_str()));
    for (index, fault) in scenario.faults.iter().enumerate() {
        let at = format!("faults[{index}]");
        when(notes, &format!("{at}.when"), &fault.when, scenario.horizon);
        lasts(notes, &format!("{at}.lasts"), fault);
        what(notes, &format!("{at}.what"), &fault.what, scenario);
    }
}

fn when(notes: &mut Notes, at: &str, when: &When, horizon: Span) {
    match when {
        When::At(time) => notes.before_the_end(at, *time, horizon),
        When::Between(from, until) => {
            if until < from {
                let message = format!("the end, {until}, is before the beginning, {from}");
                notes.error(at, "out-of-range", message);
            }
            notes.before_the_end(at, *from, horizon);
        }
        When::Every(pause) => notes.law_at_least(at, pause, LEAST_BETWEEN),
    }
}

fn lasts(notes: &mut Notes, at: &str, fault: &Fault) {
    let Some(lasts) = fault.lasts else {
        if matches!(fault.when, When::Every(_)) && !fault.what.is_instant() {
            let message = "it strikes again and again but never ends; say how long it lasts";
            notes.warning(at, "never", message);
        }
        return;
    };
    notes.some_time(at, lasts);
    if fault.what.is_instant() {
        notes.warning(at, "no-effect", "a crash is over at once; leave `lasts` out");
    }
}

fn what(notes: &mut Notes, at: &str, what: &FaultKind, scenario: &Scenario) {
    if let Some(service) = what.service() {
        notes.known(format!("{at}.service"), "service", service, services::names(scenario));
    }
    match what {
        FaultKind::Crash { service, instances } => {
            notes.within(format!("{at}.instances"), *instances, 1..=super::MOST_INSTANCES);
            let fleet = scenario.service(service).map_or(u32::MAX, |service| service.instances);
            if *instances > fleet {
                let message =
                    format!("{instances} instances crash at once, but \"{service}\" starts with {fleet}");
                notes.warning(format!("{at}.instances"), "out-of-range", message);
            }
        }
        FaultKind::NodeDrain { service, instances } => {
            notes.within(format!("{at}.instances"), *instances, 1..=super::MOST_INSTANCES);
            let fleet = scenario.service(service).map_or(u32::MAX, |service| service.instances);
            if *instances > fleet {
                let message =
                    format!("{instances} instances have to go, but \"{service}\" starts with {fleet}");
                notes.warning(format!("{at}.instances"), "out-of-range", message);
            }
        }
        FaultKind::Breakdowns { up, repair, crews, .. } => {
            notes.law_at_least(&format!("{at}.up"), up, LEAST_UP);
            notes.law(&format!("{at}.repair"), repair);
            notes.within(format!("{at}.crews"), *crews, 1..=super::MOST_INSTANCES);
        }
        FaultKind::ZoneLoss { zone } => {
            notes.known(format!("{at}.zone"), "zone", zone, scenario.zones.iter().map(String::as_str));
        }
        FaultKind::Brownout { service, instances, latency, errors } => {
            if let Some(count) = instances {
                notes.within(format!("{at}.instances"), *count, 1..=super::MOST_INSTANCES);
                let fleet = scenario.service(service).map_or(u32::MAX, |service| service.instances);
                if *count > fleet {
                    let message =
                        format!("{count} instances are struck, but \"{service}\" starts with {fleet}");
                    notes.warning(format!("{at}.instances"), "out-of-range", message);
                }
            }
            notes.positive(format!("{at}.latency"), *latency, 1_000.0);
            notes.share(format!("{at}.errors"), *errors);
            if *latency == 1.0 && *errors == Share::ZERO {
                notes.warning(at, "no-effect", "this brownout does nothing; set `latency`, `errors` or both");
            }
        }
        FaultKind::Network { loss, delay, .. } => {
            notes.share(format!("{at}.loss"), *loss);
            if *loss == Share::ZERO && delay.is_zero() {
                notes.warning(at, "no-effect", "this fault does nothing; set `loss`, `delay` or both");
            }
        }
        FaultKind::Metrics(MetricsTrouble::Late(span)) | FaultKind::DeployTool(ToolTrouble::Slow(span)) => {
            notes.some_time(at, *span);
        }
        FaultKind::Metrics(MetricsTrouble::Lost | MetricsTrouble::Unlabelled)
        | FaultKind::DeployTool(ToolTrouble::Stuck | ToolTrouble::RollbackFails)
        | FaultKind::FlagService => {}
    }
}
