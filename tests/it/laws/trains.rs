//! Trains of releases: each begins from what the one before left, in one world.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::exercise::{Playback, play};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Clients, DataUse, Defect, DefectTrigger, Effect, Kind, Release, Scenario};
use rollout_lab::sim::{Case, Fact, Following, Record, Simulation, What};

use crate::world;

const CANARY: &str = r#"Canary(steps: [Weight("30%"), Analyse(checks: [
    (name: "errors", query: (metric: ErrorRatio, over: "1m"), pass: AtMostBaseline(plus: "5%"), count: 3, interval: "15s"),
])])"#;

fn plan(strategy: &str) -> Plan {
    let text = format!(r#"(format: 1, title: "A plan", strategy: {strategy})"#);
    read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0
}

fn release(name: &str, errors: f64, data: DataUse) -> Release {
    let when = vec![DefectTrigger::Chance(Share::percent(errors))];
    let defect = Defect { name: "errors".to_owned(), when, then: Effect::Errors };
    let defects = if errors > 0.0 { vec![defect] } else { Vec::new() };
    Release { defects, data, ..world::release(name) }
}

/// Six instances, 30 requests a second for half an hour; sound releases, a bad one, and the three steps of a change of format.
fn shop() -> Scenario {
    let service = world::service("shop", 6, 4, Dist::Exponential(Span::from_millis(40)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(30.0), Span::from_secs(1_800));
    scenario.release_at = Span::from_secs(60);
    let write = Kind { writes: true, idempotent: true, ..world::order() };
    scenario.clients = Clients { users: 300, kinds: vec![write], ..scenario.clients };
    let old = || DataUse::default();
    let expand = DataUse { reads: vec![1, 2], ..DataUse::default() };
    let migrate = DataUse { writes: 2, ..expand.clone() };
    scenario.releases.truncate(1);
    scenario.releases.extend([
        release("v2", 0.0, old()),
        release("v3", 0.0, old()),
        release("bad", 40.0, old()),
        release("expand", 0.0, expand.clone()),
        release("expand-bad", 40.0, expand),
        release("migrate", 0.0, migrate.clone()),
        release("migrate-bad", 40.0, migrate),
        release("contract", 0.0, DataUse { reads: vec![2], writes: 2, ..DataUse::default() }),
    ]);
    scenario
}

/// A case in which these releases go out, one every five minutes.
fn case(releases: &[&str]) -> Case {
    let following = |(place, name): (u64, &&str)| Following {
        release: (*name).to_owned(),
        at: Span::from_secs(60 + 300 * place),
        supersedes: false,
    };
    Case {
        release: Some(releases[0].to_owned()),
        then: (1..).zip(&releases[1..]).map(following).collect(),
        ..Case::default()
    }
}

fn run(releases: &[&str], strategy: &str, seed: u64) -> Record {
    play(&shop(), &case(releases), &plan(strategy), &[], seed).unwrap_or_else(|issues| panic!("{issues:?}"))
}

/// Name, and whether it was delivered or went back.
fn outcomes(record: &Record) -> Vec<(&str, bool, bool)> {
    let of = |leg: &rollout_lab::sim::Leg| (leg.delivered.is_some(), leg.rolled_back.is_some());
    record.truth.legs.iter().map(|leg| (leg.release.as_str(), of(leg).0, of(leg).1)).collect()
}

#[test]
fn each_release_begins_from_what_the_one_before_left() {
    let strategies = [CANARY, "Rolling(max_surge: 2)", "BlueGreen()"];
    for (strategy, seed) in strategies.iter().flat_map(|strategy| [(strategy, 3), (strategy, 4)]) {
        let record = run(&["v2", "v3", "v2"], strategy, seed);
        let all = [("v2", true, false), ("v3", true, false), ("v2", true, false)];
        assert_eq!(outcomes(&record), all, "{strategy}, seed {seed}");
        let requests = &record.truth.requests;
        assert_eq!(requests.arrived, requests.succeeded + requests.in_flight, "{strategy}, seed {seed}");
        assert_eq!(record.truth.users_harmed, 0, "nothing is lost when the candidate becomes the baseline");
        assert_eq!(record.truth.never_came, [0, 0]);
    }
}

#[test]
fn a_bad_release_goes_back_to_the_one_before_it_and_the_next_goes_on_from_there() {
    for seed in [5, 6, 7] {
        let record = run(&["v2", "bad", "v3"], CANARY, seed);
        assert_eq!(
            outcomes(&record),
            [("v2", true, false), ("bad", false, true), ("v3", true, false)],
            "{seed}"
        );
        let legs = &record.truth.legs;
        assert_eq!((legs[0].users_harmed, legs[2].users_harmed), (0, 0), "{legs:?}");
        assert!(legs[1].users_harmed > 5, "{legs:?}");
    }
}

#[test]
fn a_release_that_has_not_settled_keeps_the_next_one_waiting() {
    let record = run(&["v2", "v3", "bad"], r#"Canary(steps: [Weight("30%"), Pause("20m")])"#, 8);
    assert_eq!(outcomes(&record), [("v2", true, false), ("v3", false, false)]);
    assert_eq!(record.truth.never_came, [0, 1]);
}

#[test]
fn a_train_changes_nothing_before_its_second_release_begins() {
    let scenario = shop();
    for seed in [9, 10] {
        let [mut alone, mut train] = [&["v2"][..], &["v2", "bad"]]
            .map(|releases| Playback::new(&scenario, &case(releases), &plan(CANARY), &[], seed).unwrap());
        let before = Time::from_secs(359);
        alone.seek(before);
        train.seek(before);
        assert_eq!(alone.record().digest, train.record().digest, "seed {seed}");
        train.seek(Time::from_secs(400));
        alone.seek(Time::from_secs(400));
        assert_ne!(alone.record().digest, train.record().digest, "seed {seed}");
    }
}

/// What a release has written stays written, and what reads it is a way back.
#[test]
fn stored_data_stay_between_the_releases_of_a_train() {
    let no_way_back = |releases: &[&str], seed: u64| {
        let facts: Vec<Fact> = run(releases, CANARY, seed).facts;
        facts.iter().any(|fact| matches!(fact.what, What::NoWayBack(_)))
    };
    for seed in [11, 12] {
        assert!(!no_way_back(&["expand", "migrate-bad"], seed), "expand reads what migrate has written");
        assert!(no_way_back(&["expand-bad", "migrate-bad"], seed), "expand went back, and v1 cannot read it");
        // What reads only the new format goes out when the rows have it, and back when they have not.
        let record = run(&["expand", "migrate", "contract"], CANARY, seed);
        assert_eq!(outcomes(&record)[2], ("contract", true, false), "seed {seed}");
        let record = run(&["expand", "contract", "v2"], CANARY, seed);
        assert_eq!(outcomes(&record)[1], ("contract", false, true), "seed {seed}");
    }
}

#[test]
fn a_name_that_there_is_not_is_refused() {
    let plan = plan(CANARY);
    let scenario = shop();
    let case = case(&["v2", "v9"]);
    let controllers = plan.controllers(&scenario, &case);
    let refused = Simulation::new(&scenario, &case, plan.setup(), controllers, 1).err();
    let refused = refused.expect("there is no release of that name");
    assert_eq!(refused[0].path, "then[0].release");
}

/// A step that rests on the step before does not begin without it, and neither does what is behind it.
#[test]
fn what_needs_the_release_before_it_waits_when_that_went_back() {
    let text =
        format!(r#"(format: 1, title: "In order", strategy: {CANARY}, gates: (needs_previous: true))"#);
    let plan: Plan = read_ron("plan.ron", &text).unwrap_or_else(|problems| panic!("{problems:?}")).0;
    for seed in [13, 14] {
        let record = play(&shop(), &case(&["v2", "bad", "v3", "v2"]), &plan, &[], seed).unwrap();
        let began: Vec<bool> = record.truth.legs.iter().map(|leg| leg.started.is_some()).collect();
        assert_eq!(began, [true, true, false], "seed {seed}");
        assert_eq!(record.truth.never_came, [1, 0]);
    }
}

/// What comes while another is still going out takes its place where that is said, and waits for it where it is not.
#[test]
fn a_newer_revision_takes_the_place_of_one_that_still_goes_out() {
    let newer = |supersedes: bool, strategy: &str| {
        let mut case = case(&["bad", "v3"]);
        case.then[0].at = Span::from_secs(120);
        case.then[0].supersedes = supersedes;
        play(&shop(), &case, &plan(strategy), &[], 15).unwrap()
    };
    let slow = r#"Canary(steps: [Weight("30%"), Pause("5m")])"#;
    let record = newer(true, slow);
    assert_eq!(outcomes(&record), [("bad", false, false), ("v3", true, false)]);
    let [first, second] = [&record.truth.legs[0], &record.truth.legs[1]];
    assert!(first.superseded && !second.superseded);
    assert!(second.at <= Time::from_secs(180), "it need not wait for the end of the pause: {}", second.at);
    assert_eq!((second.users_harmed, record.truth.never_came), (0, [0, 0]));
    let requests = &record.truth.requests;
    assert_eq!(requests.arrived, requests.succeeded + requests.failed + requests.in_flight);
    let waits = newer(false, slow);
    assert!(waits.truth.legs[1].at > Time::from_secs(360), "{}", waits.truth.legs[1].at);
    assert!(first.users_harmed < waits.truth.legs[0].users_harmed);
    // A rolling update is not interrupted: there are no three versions at once.
    let rolls = newer(true, "Rolling(max_surge: 1, max_unavailable: 0)");
    assert_eq!(outcomes(&rolls), [("bad", true, false), ("v3", true, false)]);
}
