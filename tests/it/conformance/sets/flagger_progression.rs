//! Progressive delivery, tick by tick.

use rollout_lab::control::strategies::flagger::progression::{
    FlaggerPhase, Kind, Progression, State, TOTAL, weights,
};
use serde_json::{Map, Value, json};

use super::super::upstream::flagger::{intervals_to_roll_back, least_intervals};
use super::fields::{count, counts, flag, maybe, or_zero};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let config = progression(&input["config"])?;
    let got = match case.op() {
        "run_progression" => {
            let states = config.run(&results(input));
            let ticks: Vec<Value> =
                states.iter().enumerate().map(|(at, state)| tick(at + 1, state)).collect();
            // Where upstream's trace stops early, so does the comparison.
            let first = case.expected["first_ticks"].as_array().map_or(0, Vec::len).min(ticks.len());
            json!({
                "canary_weights": weights(&states),
                "final_phase": states.last().and_then(|state| name(state.phase)),
                "first_ticks": ticks[..first],
                "ticks": ticks,
            })
        }
        "tick" => {
            let mut state = state(&input["state"])?;
            let mut results = results(input).into_iter();
            config.tick(&mut state, || results.next().unwrap_or(true));
            tick(1, &state)
        }
        "ticks" => {
            let mut state = state(&input["state"])?;
            let mut results = results(input).into_iter();
            let mut got = Map::new();
            let mut phases = Vec::new();
            for at in 1..=count(input, "n")? {
                config.tick(&mut state, || results.next().unwrap_or(true));
                phases.push(name(state.phase));
                got.insert(format!("after_tick_{at}"), tick(at as usize, &state));
            }
            got.insert("phases".to_owned(), json!(phases));
            Value::Object(got)
        }
        "primary_failed" => {
            let mut state = state(input)?;
            state.primary_failed();
            tick(1, &state)
        }
        "ab_testing_first_tick" => {
            let mut state = State::at(FlaggerPhase::Progressing, 0);
            config.tick(&mut state, || true);
            tick(1, &state)
        }
        "weight_sequence" => json!({"canary_weights": config.weights()}),
        "minimum_validation_time" => {
            let interval = f64::from(count(&input["config"], "interval_s")?);
            json!({"seconds": interval * least_intervals(&config)})
        }
        "rollback_time" => {
            let interval = count(&input["config"], "interval_s")?;
            json!({"seconds": interval * intervals_to_roll_back(&config)})
        }
        "strategy_of" => {
            let strategy = match config.kind() {
                Kind::Canary => "canary",
                Kind::Ab => "ab-testing",
                Kind::BlueGreen => "blue-green",
            };
            json!({"strategy": strategy})
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

fn progression(of: &Value) -> Result<Progression, String> {
    let matches = match &of["match"] {
        Value::Bool(matches) => *matches,
        Value::Array(rules) => !rules.is_empty(),
        _ => false,
    };
    Ok(Progression {
        step_weight: or_zero(of, "step_weight")?,
        step_weights: if of["step_weights"].is_null() { Vec::new() } else { counts(of, "step_weights")? },
        max_weight: or_zero(of, "max_weight")?,
        step_weight_promotion: or_zero(of, "step_weight_promotion")?,
        iterations: or_zero(of, "iterations")?,
        matches,
        mirror: flag(of, "mirror"),
        threshold: or_zero(of, "threshold")?,
    })
}

fn results(input: &Value) -> Vec<bool> {
    input["check_results"]
        .as_array()
        .map(|all| all.iter().filter_map(Value::as_bool).collect())
        .unwrap_or_default()
}

/// The phases, and Flagger's word for each.
const PHASES: [(FlaggerPhase, &str); 5] = [
    (FlaggerPhase::Progressing, "Progressing"),
    (FlaggerPhase::Promoting, "Promoting"),
    (FlaggerPhase::Finalising, "Finalising"),
    (FlaggerPhase::Succeeded, "Succeeded"),
    (FlaggerPhase::Failed, "Failed"),
];

fn name(phase: FlaggerPhase) -> Option<&'static str> {
    PHASES.iter().find(|(known, _)| *known == phase).map(|(_, name)| *name)
}

fn state(of: &Value) -> Result<State, String> {
    let phase = PHASES.iter().find(|(_, name)| Some(*name) == of["phase"].as_str()).map(|(phase, _)| *phase);
    let phase = phase.ok_or_else(|| format!("phase: {} is none", of["phase"]))?;
    let canary_weight = or_zero(of, "canary_weight")?;
    Ok(State {
        primary_weight: maybe(of, "primary_weight")?.unwrap_or(TOTAL - canary_weight.min(TOTAL)),
        mirrored: flag(of, "mirrored"),
        failed_checks: or_zero(of, "failed_checks")?,
        iterations: or_zero(of, "iterations")?,
        ..State::at(phase, canary_weight)
    })
}

fn tick(at: usize, state: &State) -> Value {
    json!({
        "tick": at,
        "phase": name(state.phase),
        "canary_weight": state.canary_weight,
        "primary_weight": state.primary_weight,
        "mirrored": state.mirrored,
        "failed_checks": state.failed_checks,
        "iterations": state.iterations,
        // A rollout that is over and has no requests lets the candidate go.
        "canary_scaled_to_zero": state.phase.is_over() && state.canary_weight == 0,
    })
}
