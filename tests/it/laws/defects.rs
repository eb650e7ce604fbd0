//! Defects: each effect and each trigger is met by itself. The lists are walked, so that a new member is tested at once.

use rollout_lab::engine::{Dist, Rate, Share, Span};
use rollout_lab::scenario::{
    Cache, Call, Defect, DefectTrigger, Effect, MOST_INSTANCES, Probe, Probes, Scenario,
};
use rollout_lab::sim::{Action, Cause, Pool, Route, Setup};
use strum::IntoEnumIterator;

use super::routing::{roomy, take};
use crate::laws::{simulate, simulate_with};
use crate::world;

/// A world where every effect can show: probes are declared, and a call of the target has a cache.
fn sound() -> Scenario {
    let mut scenario = roomy();
    let shop = &mut scenario.services[0];
    shop.demand = Dist::Lognormal { p50: Span::from_millis(20), p99: Span::from_millis(200) };
    shop.workers = 3;
    shop.probes =
        Probes { readiness: Some(Probe::default()), liveness: Some(Probe::default()), ..Probes::default() };
    let cache = Cache { keys: 50, ttl: Span::from_secs(600), skew: 1.0, shared: true };
    shop.calls = vec![Call { cache: Some(cache), ..world::call("pay") }];
    scenario.services.push(world::service("pay", 3, 1_000, Dist::Fixed(Span::from_millis(5))));
    scenario.clients.timeout = Some(Span::from_millis(150));
    // The baseline has a flag, so that a trigger can ask for it.
    scenario.releases[0].flag = Some("new".to_owned());
    scenario
}

/// The effect with numbers and names that this world knows; the list's own are empty.
fn filled(effect: Effect) -> Effect {
    match effect {
        Effect::Latency(_) => Effect::Latency(50.0),
        Effect::ExtraCalls { .. } => Effect::ExtraCalls { to: "pay".to_owned(), times: 2 },
        Effect::Leak { .. } => Effect::Leak { per_request_mb: 100.0 },
        Effect::CrashLoop { .. } => Effect::CrashLoop { after: Span::from_secs(20) },
        Effect::LoseUsers(_) => Effect::LoseUsers(Share::percent(30.0)),
        whole => whole,
    }
}

fn with(when: Vec<DefectTrigger>, then: Effect) -> Scenario {
    let mut scenario = sound();
    scenario.releases[1].defects = vec![Defect { name: "wrong".to_owned(), when, then }];
    scenario
}

/// What can differ between two runs: what happened, who met a failure, what was counted and seen.
fn traces(scenario: &Scenario) -> (String, u64, u64, String) {
    let mut simulation = simulate_with(scenario, Setup { counts_users: true, ..Setup::default() }, 23);
    take(&mut simulation, Route::split(Share::percent(40.0)));
    simulation.run();
    let record = simulation.record();
    let seen = format!("{:?}", record.observed.metrics);
    (record.digest, record.truth.users_failed, record.truth.wrong_answers, seen)
}

#[test]
fn a_defect_that_never_shows_is_no_defect() {
    let expected = traces(&sound());
    for effect in Effect::iter().map(filled) {
        let too_many = DefectTrigger::FleetAtLeast(MOST_INSTANCES);
        assert_eq!(traces(&with(vec![too_many], effect.clone())), expected, "{effect:?}");
        if effect.is_of_request() {
            let by_no_luck = DefectTrigger::Chance(Share::ZERO);
            assert_eq!(traces(&with(vec![by_no_luck], effect.clone())), expected, "{effect:?}");
        }
    }
}

#[test]
fn a_defect_without_a_trigger_shows() {
    let expected = traces(&sound());
    for effect in Effect::iter().map(filled) {
        assert_ne!(traces(&with(Vec::new(), effect.clone())), expected, "{effect:?}");
    }
}

/// A trigger of the same kind that holds for some requests of this world, and one that never holds, where there is one.
fn examples(trigger: &DefectTrigger) -> (DefectTrigger, Option<DefectTrigger>) {
    let (early, late) = (Span::from_secs(10), Span::from_secs(199));
    match trigger {
        DefectTrigger::Chance(_) => {
            (DefectTrigger::Chance(Share::percent(20.0)), Some(DefectTrigger::Chance(Share::ZERO)))
        }
        DefectTrigger::Cohort(_) => (DefectTrigger::Cohort(vec!["eu".to_owned()]), None),
        DefectTrigger::Kind(_) => (DefectTrigger::Kind(vec!["pay".to_owned()]), None),
        DefectTrigger::InstanceRate(_) => (
            DefectTrigger::InstanceRate(Rate::per_second(5.0)),
            Some(DefectTrigger::InstanceRate(Rate::per_second(10_000.0))),
        ),
        DefectTrigger::Busy(_) => (DefectTrigger::Busy(Share::percent(10.0)), None),
        DefectTrigger::FleetAtLeast(_) => {
            (DefectTrigger::FleetAtLeast(2), Some(DefectTrigger::FleetAtLeast(MOST_INSTANCES)))
        }
        DefectTrigger::UptimeOver(_) => {
            (DefectTrigger::UptimeOver(early), Some(DefectTrigger::UptimeOver(late + Span::from_secs(1))))
        }
        DefectTrigger::Clock { .. } => (
            DefectTrigger::Clock { from: early, until: late },
            Some(DefectTrigger::Clock { from: Span::ZERO, until: Span::from_millis(1) }),
        ),
        DefectTrigger::FlagOn(_) => (DefectTrigger::FlagOn("new".to_owned()), None),
        DefectTrigger::BothVersions => (DefectTrigger::BothVersions, None),
        DefectTrigger::DataSince(_) => {
            (DefectTrigger::DataSince(early), Some(DefectTrigger::DataSince(late + Span::from_secs(1))))
        }
    }
}

#[test]
fn every_trigger_brings_a_defect_out_while_it_holds() {
    for trigger in DefectTrigger::iter() {
        let (holds, never) = examples(&trigger);
        let failures = |when: DefectTrigger, flag: f64| {
            let mut simulation = simulate(&with(vec![when], Effect::Errors), 23);
            let share = Share::percent(flag);
            simulation.act(Action::Flag { name: "new".to_owned(), share }, "");
            take(&mut simulation, Route { sticky: true, ..Route::split(Share::percent(40.0)) });
            simulation.run();
            assert!(simulation.instances("shop").iter().any(|one| one.pool == Pool::Candidate));
            simulation.causes()[Cause::Defect as usize]
        };
        assert!(failures(holds.clone(), 50.0) > 0, "{holds:?}");
        if let Some(never) = never {
            assert_eq!(failures(never.clone(), 50.0), 0, "{never:?}");
        }
        if let DefectTrigger::FlagOn(_) = holds {
            assert_eq!(failures(holds.clone(), 0.0), 0, "{holds:?}");
        }
    }
}
