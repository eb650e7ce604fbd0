//! Validation of the monitoring, the SLOs, the people and the costs.

use super::super::Scenario;
use super::notes::Notes;
use crate::engine::{Share, Span};

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    monitoring(notes, scenario);
    slos(notes, scenario);
    freezes(notes, scenario);
    notes.law("people.acknowledge", &scenario.people.acknowledge);
    notes.law("people.diagnose", &scenario.people.diagnose);
    notes.some_time("people.escalate_after", scenario.people.escalate_after);
    notes.law("people.act", &scenario.people.act);
    notes.not_negative("cost.instance_hour", scenario.cost.instance_hour, 1e6);
    if scenario.cost.currency.trim().is_empty() || scenario.cost.currency.chars().count() > 16 {
        notes.error("cost.currency", "bad-name", "a currency has 1 to 16 characters, such as \"USD\"");
    }
}

fn monitoring(notes: &mut Notes, scenario: &Scenario) {
    let monitoring = &scenario.monitoring;
    for (field, interval) in [("scrape", monitoring.scrape), ("evaluation", monitoring.evaluation)] {
        notes.interval(format!("monitoring.{field}"), interval);
    }
    notes.law("monitoring.lag", &monitoring.lag);
    if monitoring.staleness < monitoring.scrape {
        let message = format!(
            "samples are stale after {}, before the next scrape, {} later: gauges come and go",
            monitoring.staleness, monitoring.scrape
        );
        notes.warning("monitoring.staleness", "short-window", message);
    }
    notes.length("monitoring.buckets", "bucket", monitoring.buckets.len(), 1..=64);
    if monitoring.buckets.first().is_some_and(|bound| bound.is_zero()) {
        notes.some_time("monitoring.buckets[0]", Span::ZERO);
    }
    for (index, pair) in monitoring.buckets.windows(2).enumerate() {
        if pair[1] <= pair[0] {
            let message = format!("bounds must increase, but {} follows {}", pair[1], pair[0]);
            notes.error(format!("monitoring.buckets[{}]", index + 1), "not-increasing", message);
        }
    }
}

fn freezes(notes: &mut Notes, scenario: &Scenario) {
    notes.length("freezes", "freeze", scenario.freezes.len(), 0..=32);
    for (index, freeze) in scenario.freezes.iter().enumerate() {
        freeze.check(notes, &format!("freezes[{index}]"));
        notes.before_the_end(format!("freezes[{index}].from"), freeze.from, scenario.horizon);
    }
}

fn slos(notes: &mut Notes, scenario: &Scenario) {
    notes.length("slos", "SLO", scenario.slos.len(), 0..=32);
    notes.names("slos", ".name", "SLO", scenario.slos.iter().map(|slo| slo.name.as_str()));
    for (index, slo) in scenario.slos.iter().enumerate() {
        if slo.objective == Share::ZERO || slo.objective >= Share::ALL {
            let message = format!(
                "found {}; allowed is above 0% and below 100%, because 100% leaves no error budget",
                slo.objective
            );
            notes.error(format!("slos[{index}].objective"), "out-of-range", message);
        }
        notes.some_time(format!("slos[{index}].window"), slo.window);
    }
}
