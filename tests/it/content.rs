//! The shipped scenarios: each is without a fault, and everything in it can be run.

use rollout_lab::control::{BlueGreen, Plan, Strategy};
use rollout_lab::engine::Span;
use rollout_lab::library::read_ron;
use rollout_lab::library::shipped::{find_scenario_text, scenario_ids};
use rollout_lab::scenario::{DefectTrigger, Effect, Release, Scenario};
use rollout_lab::sim::{Case, Record, Simulation};

fn scenarios() -> Vec<Scenario> {
    let read = |id| {
        let loaded = find_scenario_text(id).unwrap();
        read_ron(&loaded.file, &loaded.text).unwrap().0
    };
    scenario_ids().into_iter().map(read).collect()
}

/// Everybody is switched to the case's release as soon as it may begin; the run ends five minutes later.
fn switched(scenario: &Scenario, case: &Case) -> Record {
    let short = Scenario { horizon: scenario.release_at + Span::from_secs(300), ..scenario.clone() };
    // Time to start for the slowest, and to finish for the longest, which the scenario itself may not give.
    let probes = "(startup: (period: \"5s\", failure_threshold: 60), readiness: (period: \"5s\"))";
    let drain = "(pre_stop: \"15s\", grace: \"15m\")";
    let text = format!("(format: 1, strategy: BlueGreen(), probes: {probes}, drain: {drain})");
    let plan: Plan = read_ron("plan", &text).unwrap().0;
    assert_eq!(plan.strategy, Strategy::BlueGreen(BlueGreen::default()));
    let controllers = plan.controllers(scenario, case);
    let mut simulation = Simulation::new(&short, case, plan.setup(), controllers, 7).unwrap();
    simulation.run();
    simulation.record()
}

#[test]
fn the_shipped_scenarios_are_these_and_nothing_is_to_be_said_about_any() {
    let ids = [
        "admin",
        "archive",
        "arena",
        "atlas",
        "bookshop",
        "box-office",
        "campus",
        "checkout",
        "clinic",
        "cold-cache",
        "darkroom",
        "edge",
        "exams",
        "fares",
        "ferries",
        "gallery",
        "gazette",
        "harbour",
        "journeys",
        "kiosk",
        "ledger",
        "market",
        "metastable",
        "nursery",
        "pager",
        "passports",
        "payments",
        "registry",
        "sale",
        "search",
        "stadium",
        "stall",
    ];
    assert_eq!(scenario_ids(), ids);
    for scenario in scenarios() {
        assert_eq!(scenario.problems(), [], "{}", scenario.id);
    }
}

#[test]
fn every_shape_of_load_and_every_fault_goes_with_some_release() {
    for scenario in scenarios() {
        let cases = scenario.traffic.len().max(scenario.faults.len());
        for index in 0..cases {
            let release = &scenario.releases[1 + index % (scenario.releases.len() - 1)];
            let case = Case {
                release: Some(release.name.clone()),
                faults: scenario
                    .faults
                    .iter()
                    .cycle()
                    .skip(index)
                    .take(1)
                    .map(|fault| fault.name.clone())
                    .collect(),
                traffic: Some(scenario.traffic[index % scenario.traffic.len()].name.clone()),
                ..Case::default()
            };
            let requests = switched(&scenario, &case).truth.requests;
            let ended = requests.succeeded + requests.failed + requests.rejected + requests.timed_out;
            assert_eq!(requests.arrived, ended + requests.in_flight, "{} {case:?}", scenario.id);
            assert!(requests.succeeded > 0, "{} {case:?}", scenario.id);
        }
    }
}

#[test]
fn a_sound_release_fails_hardly_anybody_and_one_that_fails_is_noticed_by_all() {
    for scenario in scenarios() {
        let failed = |release: &str| {
            let case = Case { release: Some(release.to_owned()), ..Case::default() };
            let requests = switched(&scenario, &case).truth.requests;
            (requests.arrived - requests.succeeded - requests.in_flight) as f64 / requests.arrived as f64
        };
        let fails_at_once = |release: &&Release| {
            let at_once = |trigger: &DefectTrigger| {
                matches!(trigger, DefectTrigger::Chance(_) | DefectTrigger::Kind(_))
            };
            release
                .defects
                .iter()
                .any(|defect| defect.then == Effect::Errors && defect.when.iter().all(at_once))
        };
        // In the world of an A/B test no version is without a defect: each loses some orders.
        let without = scenario.releases.iter().skip(1).find(|release| release.defects.is_empty());
        let sound = without.or_else(|| scenario.release("v2"));
        let sound = failed(&sound.unwrap_or_else(|| panic!("{}: nothing is sound", scenario.id)).name);
        let budget = scenario.slos.iter().map(|slo| 1.0 - slo.objective.fraction()).fold(0.01, f64::max);
        assert!(sound < budget, "{}: {sound}", scenario.id);
        // Not every world has a release that fails: some are about what fails beside it.
        let named = scenario.release("v2-errors").or_else(|| scenario.releases.iter().find(fails_at_once));
        if let Some(bad) = named.map(|release| failed(&release.name)) {
            assert!(bad > 1.5 * sound, "{}: {bad} against {sound}", scenario.id);
        }
    }
}
