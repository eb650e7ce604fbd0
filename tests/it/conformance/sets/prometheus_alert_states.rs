//! The life of an alert, from evaluation to evaluation, as Prometheus lives it.

use rollout_lab::engine::{Span, Time};
use rollout_lab::telemetry::{AlertState, Watch};
use serde_json::{Value, json};

use super::{Case, expect};

pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    if !case.op().is_empty() {
        return case.unknown();
    }
    let seconds = |key: &str| Span::from_secs_f64(input[key].as_f64().unwrap_or(0.0));
    let (hold, keep, every) = (seconds("for_s"), seconds("keep_firing_for_s"), seconds("eval_interval_s"));
    let samples = input["samples"].as_array().ok_or("no samples")?;
    let holds = |sample: &Value| {
        let sample = sample.as_f64();
        let above = input["threshold_above"].as_f64().zip(sample).is_some_and(|(level, is)| is > level);
        let below = input["threshold_below"].as_f64().zip(sample).is_some_and(|(level, is)| is < level);
        above || below
    };
    let mut watch = Watch::default();
    let mut now = Time::ZERO;
    let mut states = Vec::new();
    for sample in samples {
        states.push(match watch.see(holds(sample), hold, keep, now) {
            AlertState::Inactive => "inactive",
            AlertState::Pending(_) => "pending",
            AlertState::Firing(_) => "firing",
        });
        now += every;
    }
    expect(case, "states", &json!(states), 0.0)
}
