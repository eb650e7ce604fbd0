//! Laws of the simulated world: what holds in every run, whatever happens in it.

mod alerts;
mod balancing;
mod burning;
mod chaos;
mod conservation;
mod counters;
mod dataplane;
mod deadlines;
mod defects;
mod doors;
mod dry;
mod evictions;
mod flags;
mod hands;
mod hedging;
mod incidents;
mod invariants;
mod lifecycle;
mod luck;
mod notices;
mod openings;
mod playback;
mod prometheus;
mod queues;
mod random_twins;
mod replay;
mod resilience;
mod rollback;
mod rolling;
mod rollouts;
mod routing;
mod same_time;
mod same_world;
mod significance;
mod split;
mod terms;
mod trains;
mod twins;
mod waves;

use rollout_lab::scenario::Scenario;
use rollout_lab::sim::{Case, Setup, Simulation};

/// The simulation of a scenario with all its faults, nobody deciding anything.
pub fn simulate(scenario: &Scenario, seed: u64) -> Simulation {
    simulate_with(scenario, Setup::default(), seed)
}

/// The same with what a plan sets up.
pub fn simulate_with(scenario: &Scenario, setup: Setup, seed: u64) -> Simulation {
    let faults = scenario.faults.iter().map(|fault| fault.name.clone()).collect();
    let case = Case { faults, ..Case::default() };
    Simulation::new(scenario, &case, setup, Vec::new(), seed).unwrap_or_else(|issues| panic!("{issues:?}"))
}
