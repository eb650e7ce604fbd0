//! Outlier detection: thresholds, how long a host stays out, and how many may be out.

use rollout_lab::engine::{Share, Span, Time};
use rollout_lab::scenario::OutlierDetection;
use rollout_lab::scenario::{FailurePercentage, SuccessRate};
use rollout_lab::sim::dataplane::outlier::{
    Ejection, below_threshold, ejection_time, success_rate_threshold,
};
use serde_json::{Value, json};

use super::super::upstream::grpc::ejected_of;
use super::lb_weighted_round_robin::{count, floats};
use super::{Case, number, same};

pub fn drive(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let span = |name: &str| Span::from_secs_f64(number(&input[name]).unwrap_or_default());
    let (base, max) = (span("base_ejection_time_s"), span("max_ejection_time_s"));
    let got = match case.op() {
        "success_rate_threshold" => {
            let rates = floats(&input["success_rates"]);
            let factor = number(&input["stdev_factor"]).unwrap_or_default();
            let threshold = success_rate_threshold(&rates, factor);
            json!({
                "mean": threshold.mean, "threshold": threshold.threshold,
                "ejected": below_threshold(&rates, factor),
            })
        }
        "ejection_time" => {
            let time = ejection_time(count(&input["multiplier"]) as u32, base, max);
            json!({ "seconds": time.as_secs_f64() })
        }
        "ejection_ticks" => {
            let mut host = Ejection::default();
            let ticks = input["tick_is_outlier"].as_array().ok_or("no ticks")?;
            let mut now = Time::ZERO;
            let states: Vec<Value> = ticks
                .iter()
                .map(|is_outlier| {
                    now += span("interval_s");
                    if is_outlier == &Value::Bool(true) && host.since.is_none() {
                        host.eject(now);
                    }
                    // gRPC brings a host back strictly after its time, Envoy at the end of it.
                    host.tick(Time(now.0 - 1), base, max);
                    json!([host.since.is_some(), host.multiplier])
                })
                .collect();
            json!({ "ejected_and_multiplier_after_tick": states })
        }
        "max_ejection" => {
            let outliers: Vec<u32> =
                floats(&input["outliers_in_order"]).into_iter().map(|host| host as u32).collect();
            let percent = number(&input["max_ejection_percent"]).unwrap_or_default();
            let hosts = count(&input["hosts"]) as u32;
            json!({ "ejected": ejected_of(hosts, &outliers, Share::percent(percent)) })
        }
        "outlier_defaults" => defaults(),
        _ => return case.unknown(),
    };
    same(&case.expected, &got, 1e-9)
}

fn defaults() -> Value {
    let rule = OutlierDetection::default();
    let by_rate =
        rule.success_rate.unwrap_or(SuccessRate { stdev_factor: 0.0, minimum_hosts: 0, request_volume: 0 });
    let by_share = FailurePercentage::default();
    json!({
        "interval_s": rule.interval.as_secs_f64(),
        "base_ejection_time_s": rule.base_ejection_time.as_secs_f64(),
        "max_ejection_time_s": rule.max_ejection_time.as_secs_f64(),
        "max_ejection_percent": rule.max_ejection_percent.fraction() * 100.0,
        "success_rate_stdev_factor": by_rate.stdev_factor,
        "success_rate_minimum_hosts": by_rate.minimum_hosts,
        "success_rate_request_volume": by_rate.request_volume,
        "failure_percentage_threshold": by_share.threshold.fraction() * 100.0,
        "failure_percentage_minimum_hosts": by_share.minimum_hosts,
        "failure_percentage_request_volume": by_share.request_volume,
        "consecutive_5xx": rule.consecutive_5xx,
    })
}
