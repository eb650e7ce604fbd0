//! Worlds that stay down after what brought them down has gone, and what brings them back: the shipped scenarios
//! `metastable` and `cold-cache`.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Span, Time};
use rollout_lab::library::read_ron;
use rollout_lab::library::shipped::find_scenario_text;
use rollout_lab::scenario::{Scenario, Shedding};
use rollout_lab::sim::{Action, Case, Cause, Record, Simulation};

fn shipped(id: &str) -> Scenario {
    let loaded = find_scenario_text(id).unwrap();
    read_ron(&loaded.file, &loaded.text).unwrap().0
}

fn simulation(scenario: &Scenario, traffic: &str, plan: &str) -> Simulation {
    let plan: Plan = read_ron("plan", plan).unwrap().0;
    assert_eq!(plan.problems(Some(scenario)), [], "the plan fits the scenario");
    let case = Case { traffic: Some(traffic.to_owned()), ..Case::default() };
    let controllers = plan.controllers(scenario, &case);
    Simulation::new(scenario, &case, plan.setup(), controllers, 11).unwrap()
}

/// Share of the requests that ended between two minutes and ended well.
fn goodput(record: &Record, minutes: [u64; 2]) -> f64 {
    let [from, until] = minutes.map(|minute| Time::from_secs(minute * 60));
    let points = record.truth.points.iter().filter(|point| from < point.at && point.at <= until);
    let (ended, failed) = points.fold((0, 0), |sum, point| (sum.0 + point.ended, sum.1 + point.failed));
    1.0 - f64::from(failed) / f64::from(ended.max(1))
}

/// The crowd comes from 6:00 to 6:30, when a sound release is nearly out.
fn crowd(scenario: &Scenario, calls: &str) -> Record {
    let plan = format!("(format: 1, strategy: Rolling(){calls})");
    let mut simulation = simulation(scenario, "crowd", &plan);
    simulation.run();
    simulation.record()
}

const NAIVE: &str = "";
const BUDGET: &str = ", calls: [(to: \"stock\", timeout: \"1s\", retries: (limit: 3, base: \"50ms\", cap: \"200ms\", budget: Ratio(reserve: \"1/s\")))]";
const BREAKER: &str = ", calls: [(to: \"stock\", timeout: \"1s\", breaker: (open_for: \"30s\"), retries: (limit: 3, base: \"50ms\", cap: \"200ms\"))]";

#[test]
fn ten_minutes_after_a_crowd_of_half_a_minute_naive_retries_still_keep_the_shop_down() {
    let record = crowd(&shipped("metastable"), NAIVE);
    assert!(goodput(&record, [4, 6]) > 0.99, "{}", goodput(&record, [4, 6]));
    assert!(goodput(&record, [16, 19]) < 0.5, "{}", goodput(&record, [16, 19]));
}

#[test]
fn with_a_retry_budget_or_a_breaker_or_a_door_that_sheds_the_shop_comes_back() {
    let mut shedding = shipped("metastable");
    shedding.services[1].shedding =
        Some(Shedding { busy: None, queue_wait: Some(Span::from_millis(400)), codel: None });
    let cures = [
        ("budget", crowd(&shipped("metastable"), BUDGET)),
        ("breaker", crowd(&shipped("metastable"), BREAKER)),
        ("shedding", crowd(&shedding, NAIVE)),
    ];
    for (cure, record) in cures {
        let after = goodput(&record, [16, 19]);
        assert!(after > 0.95, "{cure}: {after}");
    }
}

#[test]
fn shedding_by_hand_ends_the_storm_and_its_requests_are_counted_as_shed() {
    let scenario = shipped("metastable");
    let mut simulation = simulation(&scenario, "crowd", "(format: 1, strategy: Rolling())");
    simulation.run_until(Time::from_secs(10 * 60));
    simulation.act(Action::Shed { share: rollout_lab::engine::Share::percent(80.0) }, "the storm must end");
    simulation.run_until(Time::from_secs(13 * 60));
    simulation.act(Action::Shed { share: rollout_lab::engine::Share::ZERO }, "it is over");
    simulation.run();
    let record = simulation.record();
    let shed = Cause::ALL.iter().position(|cause| *cause == Cause::Shed).unwrap();
    assert!(record.truth.causes[shed] > 1_000, "{}", record.truth.causes[shed]);
    assert!(goodput(&record, [16, 19]) > 0.95, "{}", goodput(&record, [16, 19]));
}

#[test]
fn a_breaker_forced_open_turns_every_call_away() {
    let scenario = shipped("metastable");
    let mut simulation = simulation(&scenario, "steady", "(format: 1, strategy: Rolling())");
    simulation.run_until(Time::from_secs(60));
    simulation.act(Action::OpenBreaker { to: "stock".to_owned(), open: true }, "a drill");
    simulation.run_until(Time::from_secs(180));
    let record = simulation.record();
    assert!(goodput(&record, [0, 1]) > 0.99);
    assert!(goodput(&record, [2, 3]) < 0.01, "{}", goodput(&record, [2, 3]));
}

#[test]
fn switching_to_cold_instances_by_day_overloads_the_database_for_good_and_a_door_that_sheds_saves_it() {
    let switch = |scenario: &Scenario| {
        let mut simulation = simulation(scenario, "day", "(format: 1, strategy: BlueGreen())");
        simulation.run();
        simulation.record()
    };
    let cold = switch(&shipped("cold-cache"));
    assert!(goodput(&cold, [1, 5]) > 0.99, "{}", goodput(&cold, [1, 5]));
    assert!(goodput(&cold, [16, 19]) < 0.5, "{}", goodput(&cold, [16, 19]));
    let mut shedding = shipped("cold-cache");
    shedding.services[1].shedding =
        Some(Shedding { busy: None, queue_wait: Some(Span::from_millis(400)), codel: None });
    let saved = switch(&shedding);
    assert!(goodput(&saved, [16, 19]) > 0.95, "{}", goodput(&saved, [16, 19]));
}
