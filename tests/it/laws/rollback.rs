//! Every way back ends where it began, and none is taken blindly over data that the baseline cannot read.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{DataUse, Fault, FaultKind, Kind, Scenario, ToolTrouble, When};
use rollout_lab::sim::{Action, Case, Cause, Fact, Pool, RolloutCommand, RolloutPhase, Simulation, What};
use rollout_lab::telemetry::{Metric, Query, Subject};

use crate::world;

const FLEET: u32 = 5;

/// Every strategy; some with a way back in steps.
const PLANS: [&str; 9] = [
    "strategy: Recreate",
    "strategy: Rolling()",
    "strategy: BlueGreen()",
    "strategy: BlueGreen(), rollback: (gradual: (step: \"40%\", every: \"20s\"))",
    "strategy: Canary(steps: [Weight(\"20%\"), Pause(\"40s\"), Weight(\"60%\"), Pause(\"40s\")])",
    "strategy: Canary(steps: [Weight(\"60%\"), Pause(\"60s\")], dynamic_stable_scale: true)",
    "strategy: Canary(steps: [Weight(\"40%\"), Pause(\"60s\")], router: false)",
    "strategy: Ab(for: \"60s\"), rollback: (window: (within: \"5s\"))",
    "strategy: Shadow(for: \"40s\")",
];

fn plan(text: &str) -> Plan {
    read_ron("plan", &format!("(format: 1, {text})")).expect("it is sound").0
}

fn world(seconds: u64) -> Scenario {
    let service = world::service("web", FLEET, 4, Dist::Exponential(Span::from_millis(20)));
    world::scenario(vec![service], Rate::per_second(20.0), Span::from_secs(seconds))
}

fn simulate(scenario: &Scenario, plan: &Plan, seed: u64) -> Simulation {
    let case = Case::default();
    let controllers = plan.controllers(scenario, &case);
    Simulation::new(scenario, &case, plan.setup(), controllers, seed).expect("it is sound")
}

fn routed(facts: &[Fact]) -> Option<[u32; 3]> {
    let weights = facts.iter().rev().find_map(|fact| match &fact.what {
        What::Routed { weights, .. } => Some(*weights),
        _ => None,
    });
    weights.unwrap_or(Some([10_000, 0, 0]))
}

/// Law 30: whenever it is asked, also twice, and whatever size the fleet has meanwhile, going back ends with the
/// baseline's whole fleet, nothing of the candidate, and everybody on the baseline.
#[test]
fn every_way_back_ends_with_exactly_what_was_there_before() {
    for (number, text) in PLANS.iter().enumerate() {
        for (round, at) in [3, 20, 50, 75, 150].into_iter().enumerate() {
            let mut simulation = simulate(&world(900), &plan(text), number as u64 + 1);
            let size = if round % 2 == 0 { FLEET } else { 8 };
            if size != FLEET {
                simulation.run_until(Time::from_secs(at - 2));
                simulation.act(Action::Resize { to: size }, "");
            }
            simulation.run_until(Time::from_secs(at));
            simulation.act(Action::Command(RolloutCommand::Undo), "");
            simulation.run_until(Time::from_secs(at + 2));
            simulation.act(Action::Command(RolloutCommand::Undo), "");
            simulation.run();
            let record = simulation.record();
            let told = format!("{text}, undone at {at} s");
            assert_eq!(record.observed.phase, RolloutPhase::RolledBack, "{told}");
            let standing = simulation.instances("web");
            let count =
                |pool| standing.iter().filter(|one| one.pool == pool && !one.going && one.ready).count();
            assert_eq!((count(Pool::Stable), count(Pool::Candidate)), (size as usize, 0), "{told}");
            let weights = routed(&record.facts);
            assert!(weights.is_none_or(|weights| weights == [10_000, 0, 0]), "{weights:?}: {told}");
        }
    }
}

/// A world in which every request writes, and what the second release does to the data.
fn with_data(data: DataUse) -> Scenario {
    let mut scenario = world(600);
    scenario.clients.users = 50;
    scenario.clients.kinds = vec![Kind { writes: true, ..kind() }];
    scenario.releases[1].data = data;
    scenario
}

fn kind() -> Kind {
    read_ron("kind", "(name: \"save\", weight: 1.0)").expect("it is sound").0
}

fn at(facts: &[Fact], is: impl Fn(&What) -> bool) -> Option<Time> {
    facts.iter().find(|fact| is(&fact.what)).map(|fact| fact.at)
}

/// Law 32: no request meets code that cannot work with its data unless the release does what the matrix forbids; then the
/// log says that there is no way back before anybody goes back, and refusing to go spares those that forcing it hurts.
#[test]
fn skew_comes_only_from_what_the_matrix_forbids_and_is_told_before() {
    let fine = DataUse { reads: vec![1, 2], ..DataUse::default() };
    let migrates = DataUse { migrates_to: Some(2), schemas: vec![1, 2], ..DataUse::default() };
    let writes = DataUse { reads: vec![1, 2], writes: 2, ..DataUse::default() };
    for (data, forbidden) in [(fine, false), (migrates, true), (writes, true)] {
        for (policy, ends) in [("Force", RolloutPhase::RolledBack), ("Refuse", RolloutPhase::Failed)] {
            let text = format!("strategy: BlueGreen(), rollback: (when_impossible: {policy})");
            let mut simulation = simulate(&with_data(data.clone()), &plan(&text), 7);
            simulation.run_until(Time::from_secs(120));
            let before = simulation.causes()[Cause::VersionSkew as usize];
            simulation.act(Action::Command(RolloutCommand::Undo), "");
            simulation.run();
            let facts = &simulation.record().facts;
            let told = at(facts, |what| matches!(what, What::NoWayBack(_)));
            assert_eq!(told.is_some(), forbidden, "{data:?}");
            let ended = if forbidden { ends } else { RolloutPhase::RolledBack };
            assert_eq!(simulation.record().observed.phase, ended, "{data:?} {policy}");
            let skewed = simulation.causes()[Cause::VersionSkew as usize];
            assert_eq!(
                skewed > before,
                forbidden && policy == "Force",
                "{before} {skewed} {data:?} {policy}"
            );
            if let (Some(told), Some(back)) =
                (told, at(facts, |what| matches!(what, What::Phase(RolloutPhase::RollingBack))))
            {
                assert!(told < back);
            }
        }
    }
}

/// A copy of a request that is not idempotent does its work a second time, and the log says so.
#[test]
fn a_mirrored_write_happens_twice_and_the_log_says_so() {
    for (idempotent, doubles) in [(true, false), (false, true)] {
        let mut scenario = world(200);
        scenario.clients.kinds = vec![Kind { writes: true, idempotent, ..kind() }];
        let plan = plan("strategy: Shadow(for: \"60s\")");
        let warned = plan.problems(Some(&scenario)).iter().any(|issue| issue.code == "side-effects");
        let mut simulation = simulate(&scenario, &plan, 3);
        simulation.run();
        let record = simulation.record();
        let told = at(&record.facts, |what| matches!(what, What::SideEffects(_))).is_some();
        assert_eq!((record.truth.doubled_writes > 0, told, warned), (doubles, doubles, doubles));
    }
}

/// A shadow copies the kinds of request that it names and no others: what is not copied does nothing twice, and the kinds of a pool,
/// counted apart, are all that it gets.
#[test]
fn a_shadow_copies_the_kinds_that_it_names_and_no_others() {
    for (seed, kinds, doubles) in [
        (3, "", true),
        (4, "kinds: [(path: Exact(\"/read\"))],", false),
        (5, "kinds: [(method: \"POST\", path: Prefix(\"/pay\"))],", true),
    ] {
        let mut scenario = world(200);
        let pays = Kind { name: "POST /pay".to_owned(), writes: true, idempotent: false, ..kind() };
        scenario.clients.kinds = vec![Kind { name: "GET /read".to_owned(), weight: 3.0, ..kind() }, pays];
        let check = |name: &str| {
            format!(
                "(name: \"{name}\", query: (metric: RequestRate, kind: \"{name}\"), pass: Above(\"0/s\"), dry_run: true)"
            )
        };
        let checks = format!("analysis: (checks: [{}, {}])", check("GET /read"), check("POST /pay"));
        let plan = plan(&format!("strategy: Shadow(for: \"90s\", {kinds} {checks})"));
        let warned = plan.problems(Some(&scenario)).iter().any(|issue| issue.code == "side-effects");
        let mut simulation = simulate(&scenario, &plan, seed);
        simulation.run_until(Time::from_secs(85));
        let rate = |kind: Option<&str>| {
            let query = Query {
                over: Span::from_secs(45),
                kind: kind.map(str::to_owned),
                ..Query::new(Metric::RequestRate, Subject::Candidate)
            };
            simulation.metrics().ask(&query, simulation.now()).expect("data")
        };
        let (read, pay, all) = (rate(Some("GET /read")), rate(Some("POST /pay")), rate(None));
        assert!((read + pay - all).abs() < 1e-9, "{kinds}: {read} and {pay} are not {all}");
        assert_eq!((read > 5.0, pay > 1.0), (!kinds.contains("pay"), doubles), "{kinds}: {read}, {pay}");
        let doubled = simulation.record().truth.doubled_writes > 0;
        assert_eq!((doubled, warned), (doubles, doubles), "{kinds}");
    }
}

/// The autoscaler grows the fleet under a load that is too much for it, from the start on, and never leaves its bounds.
#[test]
fn an_autoscaled_fleet_follows_its_load_within_its_bounds() {
    let service = world::service("web", 2, 2, Dist::Exponential(Span::from_millis(100)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(60.0), Span::from_secs(600));
    scenario.release_at = Span::from_secs(500);
    let plan = plan("strategy: Nothing, autoscaler: (target: \"60%\", min: 2, max: 7)");
    assert!(plan.problems(Some(&scenario)).is_empty());
    let mut simulation = simulate(&scenario, &plan, 5);
    simulation.run_until(Time::from_secs(480));
    // 60 requests of 100 ms keep 6 workers busy: at 60 % that takes 10 workers, 5 instances.
    let ready = simulation.ready()[Pool::Stable.index()];
    assert!((4..=7).contains(&ready), "{ready}");
}

/// While the fault lasts no way back by the deploy tool takes effect, however often the strategy asks; after it, all do. The flag
/// service is another system.
#[test]
fn a_rollback_that_fails_takes_effect_only_when_the_fault_is_over() {
    let flagged = "strategy: Flag(steps: [Flag(\"50%\"), Pause(\"200s\")])";
    for (number, text) in PLANS.iter().take(7).chain([&flagged]).enumerate() {
        for seed in 0..4 {
            let returned = |lasts: u64| {
                let mut scenario = world(900);
                scenario.releases[1].flag = Some("new".to_owned());
                let fault = Fault {
                    name: "no way".to_owned(),
                    when: When::At(Span::from_secs(10)),
                    lasts: Some(Span::from_secs(lasts)),
                    what: FaultKind::DeployTool(ToolTrouble::RollbackFails),
                };
                scenario.faults = vec![fault];
                let case = Case { faults: vec!["no way".to_owned()], ..Case::default() };
                let plan = plan(text);
                let controllers = plan.controllers(&scenario, &case);
                let mut simulation =
                    Simulation::new(&scenario, &case, plan.setup(), controllers, seed).expect("it is sound");
                simulation.run_until(Time::from_secs(45));
                simulation.act(Action::Command(RolloutCommand::Undo), "");
                simulation.run();
                let back = at(simulation.facts(), |what| *what == What::Phase(RolloutPhase::RolledBack));
                let standing = simulation.instances("web");
                let left = standing.iter().filter(|one| one.pool != Pool::Stable).count();
                (back.unwrap_or_else(|| panic!("{text}, seed {seed}: never back")), left)
            };
            let told = format!("{text} (number {number}), seed {seed}");
            let (quick, late) = (returned(20), returned(300));
            assert!(quick.0 < Time::from_secs(200), "{told}: back at {} without the fault", quick.0);
            if number < 7 {
                assert!(late.0 >= Time::from_secs(310), "{told}: back at {} in spite of the fault", late.0);
            } else {
                assert_eq!(late.0, quick.0, "{told}: a flag is turned off all the same");
            }
            assert!(number == 7 || late.1 == 0, "{told}: {} instances are left", late.1);
        }
    }
}

/// The way back is lost with the first row that the baseline cannot read, not with the first instance that could write one.
#[test]
fn there_is_a_way_back_until_the_first_row_in_a_new_format_is_written() {
    for seed in 0..6 {
        let mut scenario = with_data(DataUse { reads: vec![1, 2], writes: 2, ..DataUse::default() });
        scenario.clients.kinds.push(Kind { name: "look".to_owned(), writes: false, weight: 4.0, ..kind() });
        let plan =
            plan("strategy: Canary(steps: [Scale(1), Pause(\"60s\"), Weight(\"50%\"), Pause(\"60s\")])");
        let mut simulation = simulate(&scenario, &plan, seed);
        simulation.run();
        let facts = simulation.facts();
        let lost = facts.iter().find(|fact| matches!(fact.what, What::NoWayBack(_))).expect("it is lost");
        let exposed = at(facts, |what| matches!(what, What::Routed { weights: Some([_, 5_000, _]), .. }));
        assert!(lost.at > exposed.expect("users come"), "seed {seed}: lost at {}", lost.at);
        assert_eq!(lost.because, "the first row in the new format was written");
        let mut reading = scenario.clone();
        reading.clients.kinds.iter_mut().for_each(|kind| kind.writes = false);
        let mut simulation = self::simulate(&reading, &plan, seed);
        simulation.run();
        assert_eq!(at(simulation.facts(), |what| matches!(what, What::NoWayBack(_))), None, "seed {seed}");
    }
}
