//! Validation of releases, their defects and their data.

use super::super::{DataUse, Defect, DefectTrigger, Effect, Release, Scenario};
use super::instances::MOST_INSTANCES;
use super::notes::Notes;
use super::services;
use crate::engine::Share;

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    notes.length("releases", "release", scenario.releases.len(), 1..=64);
    notes.names(
        "releases",
        ".name",
        "release",
        scenario.releases.iter().map(|release| release.name.as_str()),
    );
    for (index, release) in scenario.releases.iter().enumerate() {
        let at = format!("releases[{index}]");
        one(notes, &at, release, scenario);
        if index == 0 {
            baseline(notes, &at, release);
        }
    }
}

fn one(notes: &mut Notes, at: &str, release: &Release, scenario: &Scenario) {
    if let Some(flag) = &release.flag {
        notes.name(&format!("{at}.flag"), "flag", flag);
    }
    let defects = format!("{at}.defects");
    notes.length(&defects, "defect", release.defects.len(), 0..=32);
    notes.names(&defects, ".name", "defect", release.defects.iter().map(|defect| defect.name.as_str()));
    for (index, defect) in release.defects.iter().enumerate() {
        let at = format!("{defects}[{index}]");
        notes.length(&format!("{at}.when"), "trigger", defect.when.len(), 0..=16);
        for (index, trigger) in defect.when.iter().enumerate() {
            let at = format!("{at}.when[{index}]");
            self::trigger(notes, &at, trigger, scenario);
            must_fit(notes, &at, trigger, defect);
        }
        effect(notes, &format!("{at}.then"), &defect.then, scenario);
    }
    data(notes, &format!("{at}.data"), &release.data);
}

/// The baseline runs at the start, so some settings make no sense for it.
fn baseline(notes: &mut Notes, at: &str, release: &Release) {
    for (defect, wrong) in release.defects.iter().enumerate() {
        for (trigger, when) in wrong.when.iter().enumerate() {
            if *when == DefectTrigger::BothVersions {
                let message = "this release is the baseline itself; BothVersions belongs to the release that does not get on with it";
                notes.warning(format!("{at}.defects[{defect}].when[{trigger}]"), "never", message);
            }
        }
    }
    if release.data.migrates_to.is_some() {
        let message = "this release is the baseline, which is never deployed: it migrates nothing";
        notes.warning(format!("{at}.data.migrates_to"), "never", message);
    }
}

fn trigger(notes: &mut Notes, at: &str, trigger: &DefectTrigger, scenario: &Scenario) {
    let clients = &scenario.clients;
    match trigger {
        DefectTrigger::Chance(share) => {
            if *share > Share::ALL {
                notes.share(at, *share);
            } else if *share == Share::ZERO {
                notes.warning(at, "never", "a chance of 0% is never met");
            }
        }
        DefectTrigger::Cohort(names) => {
            some_of(notes, at, "cohort", names, clients.cohorts.iter().map(|cohort| cohort.name.as_str()));
        }
        DefectTrigger::Kind(names) => {
            some_of(notes, at, "kind", names, clients.kinds.iter().map(|kind| kind.name.as_str()));
        }
        DefectTrigger::InstanceRate(rate) => notes.not_negative(at, rate.hertz(), 1e6),
        DefectTrigger::Busy(share) => {
            if *share >= Share::ALL {
                let message =
                    format!("more than {share} of the workers are never busy; allowed is below 100%");
                notes.error(at, "out-of-range", message);
            }
        }
        DefectTrigger::FleetAtLeast(instances) => notes.within(at, *instances, 1..=MOST_INSTANCES),
        DefectTrigger::UptimeOver(span) | DefectTrigger::DataSince(span) => {
            notes.before_the_end(at, *span, scenario.horizon)
        }
        DefectTrigger::Clock { from, until } => {
            if until <= from {
                let message = format!("the end, {until}, must be after the beginning, {from}");
                notes.error(format!("{at}.until"), "out-of-range", message);
            }
            notes.before_the_end(format!("{at}.from"), *from, scenario.horizon);
        }
        DefectTrigger::FlagOn(flag) => {
            let flags = scenario.releases.iter().filter_map(|release| release.flag.as_deref());
            notes.known(at, "flag", flag, flags);
        }
        DefectTrigger::BothVersions => {}
    }
}

fn some_of<'a>(
    notes: &mut Notes,
    at: &str,
    kind: &str,
    names: &[String],
    valid: impl Iterator<Item = &'a str> + Clone,
) {
    notes.length(at, kind, names.len(), 1..=64);
    for (index, name) in names.iter().enumerate() {
        notes.known(format!("{at}[{index}]"), kind, name, valid.clone());
    }
}

/// An effect on an instance cannot have a trigger that looks at a request.
fn must_fit(notes: &mut Notes, at: &str, trigger: &DefectTrigger, defect: &Defect) {
    if trigger.is_of_request() && !defect.then.is_of_request() {
        let message = format!(
            "{} happens to an instance, whatever it is asked, so it cannot depend on {}, which is asked of a request",
            <&str>::from(&defect.then),
            <&str>::from(trigger)
        );
        notes.error(at, "wrong-trigger", message);
    }
}

fn effect(notes: &mut Notes, at: &str, effect: &Effect, scenario: &Scenario) {
    match effect {
        Effect::Latency(factor) => notes.positive(at, *factor, 1_000.0),
        Effect::ExtraCalls { to, times } => {
            notes.known(format!("{at}.to"), "service", to, services::names(scenario));
            notes.within(format!("{at}.times"), *times, 1..=100);
        }
        Effect::Leak { per_request_mb } => {
            notes.positive(format!("{at}.per_request_mb"), *per_request_mb, 1e6)
        }
        Effect::CrashLoop { after } => {
            notes.interval(format!("{at}.after"), *after);
        }
        Effect::ColdCache => {
            let caches = scenario
                .service(&scenario.target)
                .is_some_and(|target| target.calls.iter().any(|call| call.cache.is_some()));
            if !caches {
                let message = format!("no call of {} has a cache that could be cold", scenario.target);
                notes.warning(at, "no-effect", message);
            }
        }
        Effect::LoseUsers(share) => {
            if *share == Share::ZERO {
                notes.warning(
                    at,
                    "no-effect",
                    "0% of the users are lost: leave the defect out, or write more",
                );
            }
        }
        Effect::Errors
        | Effect::Crash
        | Effect::WrongAnswers
        | Effect::FailReadiness
        | Effect::FailLiveness
        | Effect::HideMetrics
        | Effect::MislabelMetrics => {}
    }
}

fn data(notes: &mut Notes, at: &str, data: &DataUse) {
    for (field, versions, what) in
        [("reads", &data.reads, "row format"), ("schemas", &data.schemas, "schema version")]
    {
        notes.length(&format!("{at}.{field}"), what, versions.len(), 1..=32);
        for (index, version) in versions.iter().enumerate() {
            notes.within(format!("{at}.{field}[{index}]"), *version, 1..=u8::MAX);
        }
    }
    notes.within(format!("{at}.writes"), data.writes, 1..=u8::MAX);
    if !data.reads.contains(&data.writes) {
        let message = format!("it writes row format {} and cannot read it again", data.writes);
        notes.warning(format!("{at}.writes"), "unreadable", message);
    }
    if let Some(schema) = data.migrates_to {
        notes.within(format!("{at}.migrates_to"), schema, 1..=u8::MAX);
        if !data.schemas.contains(&schema) {
            let message = format!("it migrates to schema {schema} and cannot work with it");
            notes.warning(format!("{at}.migrates_to"), "unreadable", message);
        }
    }
}
