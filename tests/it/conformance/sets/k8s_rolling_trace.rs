//! Whole rolling updates: runs of the simulator, looked at after each reconciliation.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::library::read_ron;
use rollout_lab::sim::{Case as Run, Pool, RolloutPhase, Simulation, What};
use serde_json::{Value, json};

use super::fields::{bounds, count};
use super::{Case, same};
use crate::world;

/// Between two reconciliations of a run.
const TICK: Span = Span::from_secs(1);

/// How long a run may last.
const LONGEST: Span = Span::from_secs(600);

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let desired = count(&case.input, "replicas")?;
    let bounds = bounds(&case.input, desired)?;
    let ticks = ticks(&case.input, desired)?;
    let got = json!({
        "surge": bounds.surge,
        "unavailable": bounds.unavailable,
        "max_total_pods_allowed": desired + bounds.surge,
        "min_available_allowed": bounds.min_available(desired),
        "peak_total_pods": ticks.iter().map(|[old, new, _]| old + new).max(),
        "lowest_available": ticks.iter().map(|[old, _, available]| old + available).min(),
        "ticks_to_complete": ticks.len() - 1,
        "steps_old_new_available": ticks,
    });
    same(&case.expected, &got, 0.0)
}

/// Old instances, new ones, and new ones available: at the start, and after each reconciliation until the rollout is completed.
fn ticks(input: &Value, desired: u32) -> Result<Vec<[u32; 3]>, String> {
    let mut service = world::service("shop", desired, 1, Dist::Fixed(Span::from_millis(1)));
    // An instance is ready half a tick before the reconciliation that is to see it.
    let boot = (TICK * u64::from(count(input, "ready_after_ticks")?)) - TICK / 2;
    service.boot.start = Dist::Fixed(boot);
    let scenario = world::scenario(vec![service], Rate::per_second(1.0), LONGEST);
    let text = format!(
        "(format: 1, strategy: Rolling(max_surge: {}, max_unavailable: {}))",
        input["max_surge"], input["max_unavailable"]
    );
    let plan: Plan = read_ron("plan", &text).map_err(|problems| format!("{text}: {problems:?}"))?.0;
    let run = Run::default();
    let controllers = plan.controllers(&scenario, &run);
    let mut simulation = Simulation::new(&scenario, &run, plan.setup(), controllers, 1)
        .map_err(|issues| format!("{issues:?}"))?;
    let mut ticks = vec![[desired, 0, 0]];
    let mut now = Time::ZERO;
    while simulation.now() < Time::ZERO + LONGEST {
        simulation.run_until(now);
        let phase = |phase| simulation.facts().iter().any(|fact| fact.what == What::Phase(phase));
        if phase(RolloutPhase::InProgress) {
            let instances = simulation.instances("shop");
            let standing = |pool| instances.iter().filter(move |one| one.pool == pool && !one.going);
            let of = |pool| standing(pool).count() as u32;
            let available = standing(Pool::Candidate).filter(|one| one.ready).count() as u32;
            ticks.push([of(Pool::Stable), of(Pool::Candidate), available]);
        }
        if phase(RolloutPhase::Completed) {
            return Ok(ticks);
        }
        now += TICK;
    }
    Err(format!("it never ends: {ticks:?}"))
}
