//! How measurements add up to a verdict, and when the next one is due.

use rollout_lab::control::analysis::assess::{Answers, Breach, Limits, Verdict, breach, effective_count};
use rollout_lab::control::analysis::schedule::{
    AnalysisPhase, Last, Standing, Timing, is_stopping, next_look, phase, whole,
};
use rollout_lab::engine::Span;
use serde_json::{Value, json};

use super::fields::{flag, maybe, or_zero};
use super::{Case, same};

/// Answers one case.
pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let got = match case.op() {
        "assess_metric" => metric(input)?,
        "is_worse" => {
            json!({"worse": named(&input["new"])? > named(&input["current"])?})
        }
        "assess_run" => json!({"run_phase": name(whole(&standings(input)?))}),
        "is_terminating" => json!({"terminating": is_stopping(&standings(input)?)}),
        "next_reconcile_in" => {
            let running = seconds(input, "run_started_s_ago")?.unwrap_or(Span::ZERO);
            let checks = input["metrics"].as_array().ok_or("metrics is missing")?;
            let checks: Vec<Timing> = checks.iter().map(timing).collect::<Result<_, String>>()?;
            json!({"seconds": next_look(running, &checks).map(Span::as_secs_f64)})
        }
        "record_measurement" => {
            let mut answers = answers(&input["before"])?;
            answers.add(verdict(&input["measurement"])?);
            counted(&answers)
        }
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 0.0)
}

fn metric(input: &Value) -> Result<Value, String> {
    let (metric, result) = (&input["metric"], &input["result"]);
    let failure = match metric["failure_limit"].as_i64() {
        Some(limit) if limit < 0 => None,
        _ => Some(or_zero(metric, "failure_limit")?),
    };
    let limits = Limits {
        failure,
        inconclusive: or_zero(metric, "inconclusive_limit")?,
        consecutive_error: maybe(metric, "consecutive_error_limit")?.unwrap_or(4),
        consecutive_success: or_zero(metric, "consecutive_success_limit")?,
        count: effective_count(maybe(metric, "count")?, !metric["interval"].is_null()),
    };
    let last = match result["last_measurement"].as_str() {
        None => Last::Nothing,
        Some("Running" | "Pending") => Last::InFlight,
        Some(_) => Last::Done,
    };
    let mut answers = answers(result)?;
    // At least the last one was taken.
    answers.measured = (answers.count + answers.consecutive_error).max(1);
    let phase = phase(limits, answers, last, flag(input, "terminating"));
    let message = breach(limits, answers).map(said).unwrap_or_default();
    Ok(json!({"phase": name(phase), "message": message}))
}

fn answers(of: &Value) -> Result<Answers, String> {
    Ok(Answers {
        measured: 0,
        count: or_zero(of, "count")?,
        successful: or_zero(of, "successful")?,
        failed: or_zero(of, "failed")?,
        inconclusive: or_zero(of, "inconclusive")?,
        error: or_zero(of, "error")?,
        consecutive_error: or_zero(of, "consecutive_error")?,
        consecutive_success: or_zero(of, "consecutive_success")?,
    })
}

fn counted(answers: &Answers) -> Value {
    json!({
        "count": answers.count,
        "successful": answers.successful,
        "failed": answers.failed,
        "inconclusive": answers.inconclusive,
        "error": answers.error,
        "consecutive_error": answers.consecutive_error,
        "consecutive_success": answers.consecutive_success,
    })
}

/// The phases, and Argo Rollouts' word for each.
const PHASES: [(AnalysisPhase, &str); 6] = [
    (AnalysisPhase::Successful, "Successful"),
    (AnalysisPhase::Running, "Running"),
    (AnalysisPhase::Pending, "Pending"),
    (AnalysisPhase::Inconclusive, "Inconclusive"),
    (AnalysisPhase::Error, "Error"),
    (AnalysisPhase::Failed, "Failed"),
];

fn name(phase: AnalysisPhase) -> Option<&'static str> {
    PHASES.iter().find(|(known, _)| *known == phase).map(|(_, name)| *name)
}

fn named(value: &Value) -> Result<AnalysisPhase, String> {
    let found = PHASES.iter().find(|(_, name)| Some(*name) == value.as_str());
    found.map(|(phase, _)| *phase).ok_or_else(|| format!("{value} is no phase"))
}

/// The sentence that Argo Rollouts writes about a limit that was passed.
fn said(breach: Breach) -> String {
    let (counted, limit) = match breach.verdict {
        Verdict::Error => ("consecutiveErrors", "consecutiveErrorLimit"),
        Verdict::Inconclusive => ("inconclusive", "inconclusiveLimit"),
        Verdict::Failed | Verdict::Successful => ("failed", "failureLimit"),
    };
    format!("{counted} ({}) > {limit} ({})", breach.found, breach.allowed)
}

fn verdict(value: &Value) -> Result<Verdict, String> {
    named(value)?.verdict().ok_or_else(|| format!("{value} is no answer"))
}

fn standings(input: &Value) -> Result<Vec<Standing>, String> {
    let phases = input["metric_phases"].as_array().ok_or("metric_phases is missing")?;
    let dry: Vec<u64> = input["dry_run_metrics"]
        .as_array()
        .map(|dry| dry.iter().filter_map(Value::as_u64).collect())
        .unwrap_or_default();
    let standing = |(index, value): (usize, &Value)| {
        Ok(Standing { phase: named(value)?, dry: dry.contains(&(index as u64)) })
    };
    phases.iter().enumerate().map(standing).collect()
}

fn seconds(of: &Value, key: &str) -> Result<Option<Span>, String> {
    Ok(maybe(of, key)?.map(|seconds| Span::from_secs(u64::from(seconds))))
}

fn timing(of: &Value) -> Result<Timing, String> {
    let phase = if of["phase"].is_null() { None } else { Some(named(&of["phase"])?) };
    Ok(Timing {
        over: phase.is_some_and(AnalysisPhase::is_over),
        interval: seconds(of, "interval_s")?,
        initial_delay: seconds(of, "initial_delay_s")?,
        finished: seconds(of, "last_finished_s_ago")?,
        in_flight: flag(of, "in_flight"),
        failed_to_measure: of["last_measurement"].as_str() == Some("Error"),
    })
}
