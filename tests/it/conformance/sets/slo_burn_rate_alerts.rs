//! Burn rates of error budgets: factors, windows, and when their alerts fire.

use rollout_lab::engine::{Share, Span};
use rollout_lab::telemetry::{Urgency, budget_spent, burn_factor, pyrra_rows, workbook_rows};
use serde_json::{Map, Value, json};

use super::super::upstream::burn::{
    firing_minutes, outage_allowed_s, seconds_to_detect, seconds_to_exhaust, seconds_to_reset,
};
use super::{Case, same};

const NEAR: f64 = 1e-9;

pub fn drive(case: &Case) -> Result<(), String> {
    let got = match case.op() {
        "burn_rate_factor" => {
            let budget = Share::percent(number(case, "error_budget_percent")?);
            json!({"factor": burn_factor(budget, span(case, "slo_period_s")?, span(case, "long_window_s")?)})
        }
        "workbook_row" => workbook(case)?,
        "pyrra_window" => pyrra(case)?,
        "time_to_exhaustion" => {
            json!({"seconds": seconds_to_exhaust(number(case, "burn_rate")?, span(case, "slo_period_s")?)})
        }
        "error_budget" => {
            json!({"full_outage_seconds": outage_allowed_s(budget(case)?, span(case, "slo_period_s")?)})
        }
        "detection_time" => detection(case)?,
        "multiwindow_series" => series(case)?,
        _ => return case.unknown(),
    };
    same(&case.expected, &got, NEAR)
}

fn number(case: &Case, key: &str) -> Result<f64, String> {
    case.input[key].as_f64().ok_or_else(|| format!("no number \"{key}\""))
}

fn span(case: &Case, key: &str) -> Result<Span, String> {
    number(case, key).map(Span::from_secs_f64)
}

fn budget(case: &Case) -> Result<f64, String> {
    Ok(1.0 - number(case, "slo")?)
}

fn workbook(case: &Case) -> Result<Value, String> {
    let (period, long) = (span(case, "slo_period_s")?, span(case, "long_window_s")?);
    let row = workbook_rows().into_iter().find(|row| row.long == long).ok_or("no such row")?;
    Ok(json!({
        "severity": if row.urgency == Urgency::Page { "page" } else { "ticket" },
        "short_window_s": row.short.as_secs_f64(),
        "burn_rate": row.factor(period),
        "budget_consumed_percent": row.budget.fraction() * 100.0,
        "short_is_long_over": row.long.as_secs_f64() / row.short.as_secs_f64(),
    }))
}

fn pyrra(case: &Case) -> Result<Value, String> {
    let index = case.input["row"].as_u64().ok_or("no row")? as usize;
    let rows = pyrra_rows(span(case, "slo_window_s")?);
    let row = rows.get(index).ok_or("no such row")?;
    Ok(json!({
        "severity": if row.urgency == Urgency::Page { "critical" } else { "warning" },
        "for_s": row.hold.as_secs_f64(),
        "long_s": row.long.as_secs_f64(),
        "short_s": row.short.as_secs_f64(),
        "factor": row.factor,
    }))
}

fn detection(case: &Case) -> Result<Value, String> {
    let (errors, factor, budget) = (number(case, "error_ratio")?, number(case, "burn_rate")?, budget(case)?);
    let long = span(case, "long_window_s")?;
    let mut windows = vec![long];
    windows.extend(span(case, "short_window_s").ok());
    let detected = seconds_to_detect(errors, budget, factor, long);
    let lasts = number(case, "outage_duration_s").unwrap_or(f64::INFINITY);
    let fires = detected.is_some_and(|seconds| seconds < lasts);
    let mut got = Map::new();
    got.insert("fires".to_owned(), json!(fires));
    got.insert("detection_s".to_owned(), json!(detected));
    if let Some(seconds) = detected {
        let spent = budget_spent(errors, seconds, budget, span(case, "slo_period_s")?);
        got.insert("budget_consumed_at_detection_percent".to_owned(), json!(spent * 100.0));
    }
    if fires && lasts.is_finite() {
        let reset = seconds_to_reset(errors, budget, factor, &windows);
        got.insert("reset_after_outage_end_s".to_owned(), json!(reset));
    }
    Ok(Value::Object(got))
}

fn series(case: &Case) -> Result<Value, String> {
    let budget = budget(case)?;
    let mut ratios = Vec::new();
    for part in case.input["minutes_and_error_ratio"].as_array().ok_or("no series")? {
        let minutes = part[0].as_u64().ok_or("no minutes")?;
        let ratio = part[1].as_f64().ok_or("no ratio")?;
        ratios.extend((0..minutes).map(|_| ratio));
    }
    let mut firing = Map::new();
    for row in case.input["rows"].as_array().ok_or("no rows")? {
        let minutes = |key: &str| row[key].as_u64().map(|minutes| minutes as usize).ok_or("no window");
        let factor = row["burn_rate"].as_f64().ok_or("no factor")?;
        let found = firing_minutes(&ratios, budget, factor, minutes("long_min")?, minutes("short_min")?);
        firing.insert(row["name"].as_str().unwrap_or_default().to_owned(), json!(found));
    }
    Ok(json!({"firing_intervals_minutes": firing}))
}
