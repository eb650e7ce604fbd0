//! One run of a world, measured from the end of its warm-up to its horizon.

use rollout_lab::engine::Time;
use rollout_lab::sim::{RequestStage, Simulation, Truth};

use super::measure::Taken;
use super::worlds::World;
use crate::world::loads;

/// Runs the world of `seed` and measures it; `looks` says whether the loads matter.
pub fn replicate(world: &World, looks: bool, seed: u64) -> Taken {
    let mut simulation = world.simulate(seed);
    simulation.run_until(world.warm);
    let mut taken = Taken { unit_s: world.unit_s, ..Taken::default() };
    if world.machines {
        watch_machines(&mut simulation, &mut taken);
        return taken;
    }
    let before = simulation.record().truth;
    if looks {
        let mut at = world.warm + world.look;
        while at <= simulation.horizon() {
            simulation.run_until(at);
            look(world, &simulation, &mut taken);
            at += world.look;
        }
    }
    simulation.run();
    count(&before, &simulation.record().truth, &mut taken);
    taken.units = simulation.horizon().since(world.warm).as_secs_f64() / world.unit_s;
    taken
}

fn count(before: &Truth, after: &Truth, taken: &mut Taken) {
    let grown = |of: fn(&Truth) -> u64| (of(after) - of(before)) as f64;
    taken.arrived = grown(|truth| truth.requests.arrived);
    taken.succeeded = grown(|truth| truth.requests.succeeded);
    taken.rejected = grown(|truth| truth.requests.rejected);
    taken.left = grown(|truth| truth.requests.timed_out);
    taken.sojourns = after.latency.since(&before.latency);
    taken.waits = after.waits.since(&before.waits);
}

fn look(world: &World, simulation: &Simulation, taken: &mut Taken) {
    taken.looks += 1.0;
    if !world.chain.is_empty() {
        taken.by_service.resize(world.chain.len(), 0.0);
        for (sum, service) in taken.by_service.iter_mut().zip(&world.chain) {
            *sum += f64::from(loads(simulation, service).iter().sum::<u32>());
        }
        return;
    }
    let each = loads(simulation, world.target());
    add(&mut taken.total, each.iter().sum::<u32>() as usize);
    for load in &each {
        add(&mut taken.each, *load as usize);
    }
    if !world.order.is_empty() {
        taken.by_instance.resize(each.len(), 0.0);
        for (sum, place) in taken.by_instance.iter_mut().zip(&world.order) {
            *sum += f64::from(each[*place]);
        }
    }
    if world.by_kind {
        taken.queued_by_kind.resize(2, 0.0);
        for request in simulation.in_flight().filter(|request| request.stage == RequestStage::Queued) {
            taken.queued_by_kind[request.kind] += 1.0;
        }
    }
}

/// How long how many machines are up, exactly, from event to event.
fn watch_machines(simulation: &mut Simulation, taken: &mut Taken) {
    let mut last = simulation.now();
    let mut up = |now: Time, ready: u32, taken: &mut Taken| {
        let index = ready as usize;
        if taken.ready.len() <= index {
            taken.ready.resize(index + 1, 0.0);
        }
        taken.ready[index] += now.since(last).as_secs_f64();
        last = now;
    };
    let mut ready: u32 = simulation.ready().iter().sum();
    while simulation.step() {
        up(simulation.now(), ready, taken);
        ready = simulation.ready().iter().sum();
    }
    up(simulation.horizon(), ready, taken);
}

fn add(table: &mut Vec<f64>, index: usize) {
    if table.len() <= index {
        table.resize(index + 1, 0.0);
    }
    table[index] += 1.0;
}
