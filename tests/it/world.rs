//! Small worlds for tests.

use rollout_lab::scenario::Kind;
use rollout_lab::sim::Simulation;
pub use rollout_lab::soak::base::{call, release, scenario, service};

/// A kind of request that must not be done twice.
pub fn order() -> Kind {
    Kind {
        name: "POST /order".to_owned(),
        weight: 1.0,
        cost: 1.0,
        value: 0.0,
        priority: 0,
        writes: true,
        idempotent: false,
        counts_as: None,
    }
}

/// Requests that each instance of a service has now, waiting or worked on; the gone are left out.
pub fn loads(simulation: &Simulation, service: &str) -> Vec<u32> {
    simulation.instances(service).iter().map(|instance| instance.busy + instance.queue).collect()
}
