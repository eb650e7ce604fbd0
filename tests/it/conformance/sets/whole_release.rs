//! A whole release that a manifest leads: read, run by the hands that a case names, and looked at.

use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::manifest::{Table, import};
use rollout_lab::scenario::{Defect, DefectTrigger, Effect};
use rollout_lab::sim::{
    Action, Case as World, Following, Pool, RolloutCommand, RolloutPhase, Simulation, What,
};
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

/// Runs `manifest`, which releases v2 of a service with `replicas` instances that come up at once. Of the case: `errors` is the share
/// of v2's requests that fail, in percent; `do` has seconds and commands, `scale N`, or `revision v3`, `revision v1`; `at` has seconds
/// and what is to be seen then, of the weight in percent, both sizes, the release that goes out, and the phase.
pub(super) fn run(case: &Case, manifest: &str) -> Result<(), String> {
    let input = &case.input;
    let replicas = count(input, "replicas")?;
    let plan = import("manifest.yaml", manifest, &Table::default());
    let plan = plan.map_err(|problems| format!("{problems:?}"))?.plan;
    let service = world::service("web", replicas, 4, Dist::Fixed(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(20.0), Span::from_secs(3_000));
    scenario.releases.push(world::release("v3"));
    if let Some(errors) = input["errors"].as_f64() {
        let when = vec![DefectTrigger::Chance(Share::percent(errors))];
        scenario.releases[1].defects = vec![Defect { name: "errors".to_owned(), when, then: Effect::Errors }];
    }
    let start = Time::ZERO + scenario.release_at;
    let mut events: Vec<(u64, Option<&str>, Value)> = Vec::new();
    let mut then = Vec::new();
    for done in input["do"].as_array().into_iter().flatten() {
        let at = done[0].as_u64().ok_or("do: a time is missing")?;
        let command = done[1].as_str().ok_or("do: a command is missing")?;
        match command.strip_prefix("revision ") {
            Some(release) => then.push(Following {
                release: release.to_owned(),
                at: scenario.release_at + Span::from_secs(at),
                supersedes: true,
            }),
            None => events.push((at, Some(command), Value::Null)),
        }
    }
    for look in case.expected["at"].as_array().into_iter().flatten() {
        events.push((look[0].as_u64().ok_or("at: a time is missing")?, None, look[1].clone()));
    }
    events.sort_by_key(|(at, command, _)| (*at, command.is_some()));
    let world = World { then, ..World::default() };
    let controllers = plan.controllers(&scenario, &world);
    let mut simulation = Simulation::new(&scenario, &world, plan.setup(), controllers, 5)
        .map_err(|wrong| format!("{wrong:?}"))?;
    for (at, command, wanted) in events {
        simulation.run_until(start + Span::from_secs(at));
        match command {
            None => same(&wanted, &seen(&simulation), 1e-9).map_err(|why| format!("after {at} s: {why}"))?,
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

/// The weight of the candidate, the sizes, how many of a candidate are on their way out, the release that goes out, and the phase.
fn seen(simulation: &Simulation) -> Value {
    let standing = simulation.instances("web");
    let size = |pool| standing.iter().filter(|one| one.pool == pool && !one.going).count();
    let record = simulation.record();
    let weight = record.facts.iter().rev().find_map(|fact| match &fact.what {
        What::Routed { weights: Some(weights), .. } => Some(f64::from(weights[1]) / 100.0),
        _ => None,
    });
    let phase = record.facts.iter().rev().find_map(|fact| match &fact.what {
        What::Phase(phase) => Some(*phase),
        _ => None,
    });
    json!({
        "weight": weight.unwrap_or(0.0),
        "canary": size(Pool::Candidate),
        "stable": size(Pool::Stable),
        "leaving": standing.iter().filter(|one| one.pool == Pool::Candidate && one.going).count(),
        "release": record.truth.legs.last().map(|leg| leg.release.clone()),
        "phase": phase.unwrap_or(RolloutPhase::NotStarted).name(),
        "status": status(phase.unwrap_or(RolloutPhase::NotStarted)),
    })
}

/// The word of `kubectl argo rollouts status` for a phase, after an abort where it went back (`CalculateRolloutPhase`).
const fn status(phase: RolloutPhase) -> &'static str {
    match phase {
        RolloutPhase::NotStarted | RolloutPhase::Completed => "Healthy",
        RolloutPhase::InProgress => "Progressing",
        RolloutPhase::Paused => "Paused",
        RolloutPhase::RollingBack | RolloutPhase::RolledBack | RolloutPhase::Failed => "Degraded",
    }
}
