//! Requests allocate nothing once a world is under way: what a run allocates goes by its time (scrapes, decisions, points of truth), not
//! by its requests. So in the same stretch of the same world with more traffic, no more is allocated.
//!
//! It is a test program of its own, since an allocator that counts is for a whole program; with one test, since it counts all threads.

use std::alloc::System;

use rollout_lab::cli::bench::Workload;
use rollout_lab::control::Plan;
use rollout_lab::engine::{Share, Time};
use rollout_lab::library::{load, parse_options};
use rollout_lab::sim::{Case, Simulation, Variation};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTING: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Requests and allocations in the second half of a run.
fn second_half(mut simulation: Simulation) -> (u64, usize) {
    simulation.run_until(Time(simulation.horizon().0 / 2));
    let before = simulation.requests().arrived;
    let region = Region::new(COUNTING);
    simulation.run();
    let change = region.change();
    (simulation.requests().arrived - before, change.allocations + change.reallocations)
}

/// A shipped exercise's solution in its scenario, with its first release and so much of the traffic.
fn solution(folder: &str, scenario: &str, release: &str, traffic: f64) -> Simulation {
    let scenario = load::scenario(scenario).unwrap().value;
    let file = format!("{}/exercises/{folder}/solution.ron", env!("CARGO_MANIFEST_DIR"));
    let plan: Plan = parse_options().from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let variation = Variation { traffic: Some(Share::percent(traffic)), ..Variation::default() };
    let case = Case { release: Some(release.to_owned()), variation: Box::new(variation), ..Case::default() };
    let controllers = plan.controllers(&scenario, &case);
    Simulation::new(&scenario, &case, plan.setup(), controllers, 7).unwrap()
}

#[test]
fn more_requests_allocate_no_more() {
    let workload = |workload: Workload, load: f64| workload.simulation((load * 200_000.0) as u64, load, 7);
    let worlds: [(&str, Box<dyn Fn(f64) -> Simulation>); 4] = [
        ("w1", Box::new(move |load| workload(Workload::Single, load))),
        ("w2", Box::new(move |load| workload(Workload::FLEET, load))),
        ("w3", Box::new(move |load| workload(Workload::Operated { servers: 100 }, load))),
        ("canary", Box::new(|load| solution("03-canary", "checkout", "v2", load * 100.0))),
    ];
    for (name, world) in worlds {
        let (few, few_allocations) = second_half(world(0.5));
        let (many, many_allocations) = second_half(world(1.0));
        assert!(many > few + 20_000, "{name}: {few} and {many} requests");
        let more = many_allocations as f64 - few_allocations as f64;
        let each = more / (many - few) as f64;
        assert!(
            each < 0.01,
            "{name}: {few_allocations} allocations for {few} requests, {many_allocations} for {many}"
        );
    }
}
