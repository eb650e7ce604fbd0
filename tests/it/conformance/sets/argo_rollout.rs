//! A whole Rollout of Argo Rollouts with the commands of its plugin: read as a manifest, run, and looked at.

use rollout_lab::engine::{Dist, Rate, Span, Time};
use rollout_lab::manifest::{Table, import};
use rollout_lab::sim::{Action, Case as World, Pool, RolloutCommand, RolloutPhase, Simulation, What};
use serde_json::{Value, json};

use super::fields::count;
use super::{Case, same};
use crate::world;

/// The commands by the names of `kubectl argo rollouts`.
const COMMANDS: [(&str, RolloutCommand); 7] = [
    ("promote", RolloutCommand::Promote),
    ("promote --full", RolloutCommand::PromoteFull),
    ("pause", RolloutCommand::Pause),
    ("resume", RolloutCommand::Resume),
    ("abort", RolloutCommand::Abort),
    ("retry", RolloutCommand::Retry),
    ("undo", RolloutCommand::Undo),
];

/// Answers one case: `strategy` is a Rollout's, as YAML in flow style; `do` has seconds and commands; and `at` has seconds and what is
/// to be seen then, of the weight in percent, both sizes, and the phase.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    if case.op() != "run" {
        return case.unknown();
    }
    let replicas = count(input, "replicas")?;
    let strategy = input["strategy"].as_str().ok_or("strategy is missing")?;
    let text = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  strategy: {strategy}\n"
    );
    let plan =
        import("rollout.yaml", &text, &Table::default()).map_err(|problems| format!("{problems:?}"))?.plan;
    let service = world::service("web", replicas, 4, Dist::Fixed(Span::from_millis(20)));
    let scenario = world::scenario(vec![service], Rate::per_second(20.0), Span::from_secs(3_000));
    let world = World::default();
    let controllers = plan.controllers(&scenario, &world);
    let mut simulation = Simulation::new(&scenario, &world, plan.setup(), controllers, 5)
        .map_err(|wrong| format!("{wrong:?}"))?;
    let start = Time::ZERO + scenario.release_at;
    let nothing = Value::Null;
    let mut events: Vec<(u64, Option<&str>, &Value)> = Vec::new();
    for done in input["do"].as_array().into_iter().flatten() {
        let at = done[0].as_u64().ok_or("do: a time is missing")?;
        events.push((at, Some(done[1].as_str().ok_or("do: a command is missing")?), &nothing));
    }
    for look in case.expected["at"].as_array().into_iter().flatten() {
        events.push((look[0].as_u64().ok_or("at: a time is missing")?, None, &look[1]));
    }
    events.sort_by_key(|(at, command, _)| (*at, command.is_some()));
    for (at, command, wanted) in events {
        simulation.run_until(start + Span::from_secs(at));
        match command {
            None => same(wanted, &seen(&simulation), 1e-9).map_err(|why| format!("after {at} s: {why}"))?,
            Some(command) => act(&mut simulation, command)?,
        }
    }
    Ok(())
}

fn act(simulation: &mut Simulation, command: &str) -> Result<(), String> {
    let action = match command.strip_prefix("scale ") {
        Some(to) => Action::Resize { to: to.parse().map_err(|_| format!("unknown size {to}"))? },
        None => {
            let known = COMMANDS.iter().find(|(name, _)| *name == command);
            Action::Command(known.ok_or_else(|| format!("unknown command \"{command}\""))?.1)
        }
    };
    simulation.act(action, "by hand");
    Ok(())
}

/// The weight of the candidate, the sizes, and the phase.
fn seen(simulation: &Simulation) -> Value {
    let standing = simulation.instances("web");
    let size = |pool| standing.iter().filter(|one| one.pool == pool && !one.going).count();
    let facts = simulation.record().facts;
    let weight = facts.iter().rev().find_map(|fact| match &fact.what {
        What::Routed { weights: Some(weights), .. } => Some(f64::from(weights[1]) / 100.0),
        _ => None,
    });
    let phase = facts.iter().rev().find_map(|fact| match &fact.what {
        What::Phase(phase) => Some(*phase),
        _ => None,
    });
    json!({
        "weight": weight.unwrap_or(0.0),
        "canary": size(Pool::Candidate),
        "stable": size(Pool::Stable),
        "phase": phase.unwrap_or(RolloutPhase::NotStarted).name(),
    })
}
