//! What is wrong with staged waves.

use super::super::analysis;
use super::{MOST_STEPS, rolling};
use crate::control::{Step, Wave, Waves};
use crate::scenario::{Notes, Scenario};

pub(super) fn check(notes: &mut Notes, at: &str, of: &Waves, scenario: Option<&Scenario>) {
    rolling(notes, &format!("{at}.deploy"), &of.deploy);
    notes.length(&format!("{at}.waves"), "wave", of.waves.len(), 0..=MOST_STEPS / 3);
    let mut named: Vec<&str> = Vec::new();
    for (index, zones) in of.waves.iter().enumerate() {
        let at = format!("{at}.waves[{index}]");
        notes.length(&at, "zone", zones.len(), 1..=16);
        for (place, zone) in zones.iter().enumerate() {
            if named.contains(&zone.as_str()) {
                let message = format!("zone \"{zone}\" is in an earlier wave already");
                notes.error(format!("{at}[{place}]"), "duplicate-name", message);
            }
            named.push(zone);
        }
        known(notes, &at, zones, scenario);
    }
    if !of.waves.is_empty() {
        all_named(notes, &format!("{at}.waves"), &named, scenario);
    }
    if let Some(analysis) = &of.analysis {
        let at = format!("{at}.analysis");
        analysis::checks(notes, &at, analysis, scenario);
        notes.some_time(at.replace(".analysis", ".bake"), of.bake);
        if analysis.lasts.is_some() {
            let message = "it runs as long as a wave bakes; leave `for` out and set `bake`";
            notes.warning(format!("{at}.for"), "no-effect", message);
        }
        for (index, check) in analysis.checks.iter().enumerate() {
            analysis::in_time(notes, &format!("{at}.checks[{index}]"), check, of.bake);
        }
    }
}

pub(super) fn wave(notes: &mut Notes, at: &str, of: &Wave, scenario: Option<&Scenario>) {
    rolling(notes, &format!("{at}.deploy"), &of.deploy);
    known(notes, &format!("{at}.zones"), &of.zones, scenario);
}

/// Steps with waves, and no rolling update over all, must reach every zone.
pub(super) fn covers(notes: &mut Notes, at: &str, steps: &[Step], scenario: Option<&Scenario>) {
    let waves = || {
        steps.iter().filter_map(|step| match step {
            Step::Wave(of) => Some(of),
            _ => None,
        })
    };
    let over_all = steps.iter().any(|step| matches!(step, Step::Roll(_)));
    if waves().next().is_none() || over_all || waves().any(|of| of.zones.is_empty()) {
        return;
    }
    let named: Vec<&str> = waves().flat_map(|of| &of.zones).map(String::as_str).collect();
    all_named(notes, at, &named, scenario);
}

fn known(notes: &mut Notes, at: &str, zones: &[String], scenario: Option<&Scenario>) {
    let Some(scenario) = scenario else { return };
    for (place, zone) in zones.iter().enumerate() {
        let names = scenario.zones.iter().map(String::as_str);
        notes.known(format!("{at}[{place}]"), "zone", zone, names);
    }
}

fn all_named(notes: &mut Notes, at: &str, named: &[&str], scenario: Option<&Scenario>) {
    let Some(scenario) = scenario else { return };
    for zone in scenario.zones.iter().filter(|zone| !named.contains(&zone.as_str())) {
        let message = format!("zone \"{zone}\" is in no wave: the baseline would stay there for ever");
        notes.error(at, "left-out", message);
    }
}
