//! Waits, retry budgets, throttles, amplification, and AWS's contention for one row.

use rayon::prelude::*;
use rollout_lab::engine::{Span, Time};
use rollout_lab::scenario::{Jitter, Retries};
use rollout_lab::sim::dataplane::backoff::{self, WaitRange};
use rollout_lab::sim::dataplane::budget::{Throttle, TokenBudget};
use serde_json::{Value, json};

use super::super::upstream::contention::{Contended, Contention, contend, policy};
use super::super::upstream::{amplification, throttle, waits};
use super::{Case, expect, same};

pub fn drive(case: &Case) -> Result<(), String> {
    match case.op() {
        "backoff_range" => ranges(case),
        "decorrelated_steps" => decorrelated(case),
        "backoff_sequence" => sequence(case),
        "grpc_backoff_caps" => caps(case),
        "retry_budget_frozen_clock" => budget(case),
        "grpc_retry_throttle" => tokens(case),
        "mean_attempts" => attempts(case),
        "layered_amplification" => layers(case),
        "budgeted_amplification" => budgeted(case),
        "adaptive_throttle" => adaptive(case),
        "occ_contention" => contention(case),
        "occ_ordering" => ordering(case),
        _ => case.unknown(),
    }
}

fn number(case: &Case, key: &str) -> f64 {
    case.input[key].as_f64().unwrap_or(0.0)
}

fn whole(case: &Case, key: &str) -> u32 {
    case.input[key].as_u64().unwrap_or(0) as u32
}

fn millis(case: &Case, key: &str) -> Span {
    Span::from_secs_f64(number(case, key) / 1e3)
}

/// A span of milliseconds that may be left out, as an upper bound.
fn bound(case: &Case, key: &str) -> Span {
    if case.input[key].is_null() { Span(u64::MAX) } else { millis(case, key) }
}

fn shown(range: WaitRange) -> Value {
    let mean = range.at(0.5).as_millis_f64();
    json!({"min": range.min.as_millis_f64(), "max": range.max.as_millis_f64(), "mean": mean})
}

fn ranges(case: &Case) -> Result<(), String> {
    let (base, cap) = (millis(case, "base_ms"), millis(case, "cap_ms"));
    let range = |jitter| backoff::range(&policy(jitter, base, cap), whole(case, "exponent"), Span::ZERO);
    let got = json!({
        "exponential": range(Jitter::None).max.as_millis_f64(),
        "full_jitter": shown(range(Jitter::Full)),
        "equal_jitter": shown(range(Jitter::Equal)),
    });
    same(&case.expected, &got, 1e-9)
}

/// Longest and mean waits, step after step: the longest follows the longest, the mean the mean (while uncapped).
fn decorrelated(case: &Case) -> Result<(), String> {
    let rules = policy(Jitter::Decorrelated, millis(case, "base_ms"), millis(case, "cap_ms"));
    let none = Vec::new();
    let steps = case.expected["steps"].as_array().unwrap_or(&none);
    let (mut longest, mut mean) = (Span::ZERO, Span::ZERO);
    for (attempt, step) in (0..).zip(steps) {
        longest = backoff::wait(&rules, attempt, longest, 1.0);
        mean = backoff::wait(&rules, attempt, mean, 0.5);
        let got = json!({
            "step": attempt + 1,
            "min": backoff::range(&rules, attempt, longest).min.as_millis_f64(),
            "max": longest.as_millis_f64(),
            "mean": mean.as_millis_f64(),
        });
        same(step, &got, 1e-6)?;
    }
    Ok(())
}

fn sequence(case: &Case) -> Result<(), String> {
    let (start, cap) = (millis(case, "start_ms"), bound(case, "max_ms"));
    let wait = |attempt: u32| match case.input["kind"].as_str().unwrap_or_default() {
        "linear" => Ok(waits::linear(start, millis(case, "offset_ms"), cap, attempt)),
        "constant" => Ok(waits::linear(start, Span::ZERO, cap, attempt)),
        "exponential" => Ok(backoff::exponential(start, number(case, "multiplier"), cap, attempt)),
        other => Err(format!("unknown kind \"{other}\"")),
    };
    let wanted = case.expected.as_object().ok_or("nothing is expected")?;
    for (key, value) in wanted {
        let parts: Vec<&str> = key.split('_').collect();
        match parts[..] {
            ["sequence", "ms"] => {
                let count = value.as_array().map_or(0, Vec::len) as u32;
                let got = (0..count)
                    .map(|attempt| Ok(wait(attempt)?.as_millis_f64()))
                    .collect::<Result<Vec<f64>, String>>()?;
                same(value, &json!(got), 1e-9)?;
            }
            ["attempt", attempt, "ms"] => {
                let attempt: u32 = attempt.parse().map_err(|_| format!("unknown key {key}"))?;
                same(value, &json!(wait(attempt - 1)?.as_millis_f64()), 1e-9)
                    .map_err(|why| format!("{key}: {why}"))?;
            }
            ["strictly", ..] => {
                let last = value.as_u64().unwrap_or(0) as u32;
                for attempt in 1..last {
                    if wait(attempt)? <= wait(attempt - 1)? {
                        return Err(format!("attempt {} waits no longer than the one before", attempt + 1));
                    }
                }
            }
            _ => return Err(format!("unknown key {key}")),
        }
    }
    Ok(())
}

fn caps(case: &Case) -> Result<(), String> {
    let rules = Retries {
        base: Span::from_secs_f64(number(case, "initial_backoff_s")),
        cap: Span::from_secs_f64(number(case, "max_backoff_s")),
        multiplier: number(case, "multiplier"),
        jitter: Jitter::Full,
        ..Retries::default()
    };
    let longest = |attempt| backoff::range(&rules, attempt, Span::ZERO).max.as_secs_f64();
    let got: Vec<f64> = (0..whole(case, "n")).map(longest).collect();
    expect(case, "max_delay_s", &json!(got), 1e-9)
}

fn budget(case: &Case) -> Result<(), String> {
    let ttl = Span::from_secs_f64(number(case, "ttl_s"));
    let mut budget =
        TokenBudget::new(number(case, "percent_can_retry"), number(case, "min_retries_per_s"), ttl);
    let now = Time::from_secs(100);
    let initial = budget.balance(now);
    let withdraws = match case.input["each_request"].as_str().unwrap_or_default() {
        "deposit then try to withdraw once" => true,
        "deposit only" => false,
        other => return Err(format!("unknown request \"{other}\"")),
    };
    let mut retries = 0.0;
    for _ in 0..whole(case, "requests") {
        budget.deposit(now);
        retries += f64::from(u8::from(withdraws && budget.withdraw(now)));
    }
    let got = json!({"initial_balance": initial, "retries": retries, "final_balance": budget.balance(now)});
    let slack = case.expected["tolerance"].as_f64().unwrap_or(0.0);
    for (key, wanted) in
        case.expected.as_object().into_iter().flatten().filter(|(key, _)| *key != "tolerance")
    {
        let off = wanted.as_f64().unwrap_or(f64::NAN) - got[key].as_f64().unwrap_or(f64::NAN);
        if off.is_nan() || off.abs() > slack {
            return Err(format!("{key}: expected {wanted}, got {}", got[key]));
        }
    }
    Ok(())
}

fn tokens(case: &Case) -> Result<(), String> {
    let mut throttle = Throttle::new(number(case, "max_tokens"), number(case, "token_ratio"));
    let got: Vec<Value> = case.input["outcomes"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .map(|outcome| {
            throttle.ended(outcome == 'F');
            json!([throttle.tokens(), throttle.allows()])
        })
        .collect();
    expect(case, "token_count_and_retry_allowed", &json!(got), 1e-9)
}

fn attempts(case: &Case) -> Result<(), String> {
    let (most, failure) = (whole(case, "max_attempts"), number(case, "failure_prob"));
    let got = json!({
        "mean_attempts": amplification::mean_attempts(most, failure),
        "final_failure_prob": amplification::final_failure(most, failure),
    });
    same(&case.expected, &got, 1e-9)
}

fn layers(case: &Case) -> Result<(), String> {
    let (layers, attempts) = (whole(case, "layers"), whole(case, "attempts_per_layer"));
    let calls = amplification::layered(layers, attempts, number(case, "failure_prob_at_bottom"));
    expect(case, "calls_at_bottom_per_user_request", &json!(calls), 1e-9)
}

fn budgeted(case: &Case) -> Result<(), String> {
    let (most, failure) = (whole(case, "max_attempts"), number(case, "failure_prob"));
    let factor = amplification::budgeted(number(case, "retry_ratio_limit"), most, failure);
    if let Some(bound) = case.expected["load_factor_at_most"].as_f64() {
        let holds = factor <= bound + 1e-9;
        return if holds { Ok(()) } else { Err(format!("expected at most {bound}, got {factor}")) };
    }
    let got = json!({"load_factor": factor, "unbudgeted": amplification::mean_attempts(most, failure)});
    same(&case.expected, &got, 1e-9)
}

fn adaptive(case: &Case) -> Result<(), String> {
    let got =
        throttle::adaptive_throttle(number(case, "requests"), number(case, "accepts"), number(case, "k"));
    expect(case, "reject_probability", &json!(got), 1e-9)
}

/// Mean and its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

fn jitter_of(name: &str) -> Result<Option<Jitter>, String> {
    Ok(match name {
        "none" => None,
        "exponential" => Some(Jitter::None),
        "equal_jitter" => Some(Jitter::Equal),
        "full_jitter" => Some(Jitter::Full),
        "decorrelated_jitter" => Some(Jitter::Decorrelated),
        other => return Err(format!("unknown back-off \"{other}\"")),
    })
}

/// Runs AWS's experiment with many seeds.
fn contended(clients: u32, jitter: Option<Jitter>, [base, cap]: [Span; 2], other: &Value) -> Vec<Contended> {
    let delay = &other["network_delay_ms"];
    let rules = Contention {
        clients,
        retries: jitter.map(|jitter| policy(jitter, base, cap)),
        first_exponent: other["expo_exponent_starts_at"].as_u64().unwrap_or(1) as u32,
        delay_mean_ms: delay["mean"].as_f64().unwrap_or(10.0),
        delay_deviation_ms: delay["sd"].as_f64().unwrap_or(2.0),
    };
    let runs = u64::from((4_000 / clients).clamp(40, 400));
    (0..runs).into_par_iter().map(|seed| contend(&rules, seed)).collect()
}

fn contention(case: &Case) -> Result<(), String> {
    let jitter = jitter_of(case.input["backoff"].as_str().unwrap_or_default())?;
    let waits = [millis(case, "base_ms"), millis(case, "cap_ms")];
    let runs = contended(whole(case, "clients"), jitter, waits, &case.input);
    let near = |what: &str, (mean, error): (f64, f64)| {
        let wanted = |part: &str| case.expected[format!("{part}_{what}")].as_f64().unwrap_or(f64::NAN);
        let combined = (error * error + wanted("se") * wanted("se")).sqrt();
        let off = (mean - wanted("mean")).abs();
        if off <= 4.0 * combined {
            return Ok(());
        }
        Err(format!("{what}: expected {} within {:.3}, got {mean:.3}", wanted("mean"), 4.0 * combined))
    };
    near("completion_ms", mean(runs.iter().map(|run| run.completion.as_millis_f64())))?;
    near("write_calls", mean(runs.iter().map(|run| run.write_calls as f64)))
}

fn ordering(case: &Case) -> Result<(), String> {
    let names = ["none", "exponential", "equal_jitter", "full_jitter", "decorrelated_jitter"];
    let waits = [Span::from_millis(5), Span::from_secs(2)];
    let mut means = Vec::new();
    for name in names {
        let runs = contended(whole(case, "clients"), jitter_of(name)?, waits, &Value::Null);
        let calls = mean(runs.iter().map(|run| run.write_calls as f64)).0;
        let time = mean(runs.iter().map(|run| run.completion.as_millis_f64())).0;
        means.push((name, calls, time));
    }
    let descending = |key: fn(&(&str, f64, f64)) -> f64| {
        let mut order = means.clone();
        order.sort_by(|a, b| key(b).total_cmp(&key(a)));
        json!(order.iter().map(|(name, ..)| *name).collect::<Vec<_>>())
    };
    expect(case, "calls_desc", &descending(|mean| mean.1), 0.0)?;
    expect(case, "time_desc", &descending(|mean| mean.2), 0.0)
}
