//! One run as JSON. Its fields are a contract: they are only ever added.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::engine::Time;
use crate::exercise::{
    CohortHarmed, ENGINE_VERSION, LegResult, Measure, causes_of, harmed_of, outcome, train_of,
};
use crate::sim::{Fact, Variation, What};

use super::audit::{Entry, audit};
use super::json::{finite, pretty};
use super::run::Run;
use super::what_if;

/// A run as JSON.
///
/// It has more than twenty fields since the object that programs read is flat, in this order.
#[derive(Serialize)]
struct RunJson<'a> {
    scenario: &'a str,
    plan: &'a str,
    release: &'a str,
    faults: &'a [String],
    traffic: Option<&'a str>,
    variation: &'a Variation,
    seed: u64,
    digest: &'a str,
    engine_version: &'static str,
    simulated_s: f64,
    events: u64,
    requests: RequestsJson,
    causes: BTreeMap<&'static str, u64>,
    wrong_answers: u64,
    slow: u64,
    doubled_writes: u64,
    hedges: u64,
    users_harmed: u64,
    users_helped: u64,
    harmed_by_cohort: Vec<CohortHarmed>,
    users_failed: u64,
    latency_ms: LatencyJson,
    rollout: RolloutJson,
    first_harm_s: Option<f64>,
    detected_s: Option<f64>,
    detection_s: Option<f64>,
    decision_s: Option<f64>,
    recovery_s: Option<f64>,
    last_harm_s: Option<f64>,
    harm_lasted_s: Option<f64>,
    pages: u32,
    false_alarms: u32,
    alerts: Vec<AlertJson<'a>>,
    instance_seconds: f64,
    cost: f64,
    currency: &'a str,
    budget_spent_percent: f64,
    fewest_ready: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    train: Vec<LegResult>,
    timeline: Vec<FactJson<'a>>,
    audit: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<Vec<what_if::AlternativeJson<'a>>>,
}

#[derive(Serialize)]
struct RequestsJson {
    arrived: u64,
    succeeded: u64,
    failed: u64,
    rejected: u64,
    timed_out: u64,
    in_flight: u64,
}

#[derive(Serialize)]
struct LatencyJson {
    p50: f64,
    p95: f64,
    p99: f64,
    worst_p99: f64,
}

#[derive(Serialize)]
struct RolloutJson {
    phase: &'static str,
    started_s: Option<f64>,
    completed_s: Option<f64>,
    aborted_s: Option<f64>,
    rolled_back_s: Option<f64>,
    max_exposure_percent: f64,
}

/// One firing of an alert. A rule that fires twice has two entries.
#[derive(Serialize)]
struct AlertJson<'a> {
    name: &'a str,
    fired_s: f64,
    resolved_s: Option<f64>,
}

#[derive(Serialize)]
struct FactJson<'a> {
    at_s: f64,
    fact: String,
    because: &'a str,
}

/// The run as JSON, with every fact.
pub fn json(run: &Run<'_>) -> String {
    let (record, scenario) = (run.record, run.scenario);
    let (seen, truth) = (&record.observed, &record.truth);
    let value = |measure: Measure| measure.of(record, scenario);
    let quantile = |share: f64| finite(truth.latency.quantile(share).as_millis_f64());
    let requests = truth.requests;
    pretty(&RunJson {
        scenario: &scenario.id,
        plan: run.plan,
        release: run.release(),
        faults: &run.case.faults,
        traffic: run.case.traffic.as_deref(),
        variation: &run.case.variation,
        seed: record.seed,
        digest: &record.digest,
        engine_version: ENGINE_VERSION,
        simulated_s: record.simulated.as_secs_f64(),
        events: record.events,
        requests: RequestsJson {
            arrived: requests.arrived,
            succeeded: requests.succeeded,
            failed: requests.failed,
            rejected: requests.rejected,
            timed_out: requests.timed_out,
            in_flight: requests.in_flight,
        },
        causes: causes_of(record),
        wrong_answers: truth.wrong_answers,
        slow: truth.slow,
        doubled_writes: truth.doubled_writes,
        hedges: truth.hedges,
        users_harmed: truth.users_harmed,
        users_helped: truth.users_helped,
        harmed_by_cohort: harmed_of(record, run.scenario),
        users_failed: truth.users_failed,
        latency_ms: LatencyJson {
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            worst_p99: finite(truth.worst_p99.as_millis_f64()),
        },
        rollout: RolloutJson {
            phase: outcome(record.standing()),
            started_s: seen.started.map(seconds),
            completed_s: record.delivered().map(seconds),
            aborted_s: seen.aborted.map(seconds),
            rolled_back_s: seen.rolled_back.map(seconds),
            max_exposure_percent: finite(truth.max_exposure.fraction() * 100.0),
        },
        first_harm_s: truth.first_harm.map(seconds),
        detected_s: truth.detected.map(seconds),
        detection_s: truth.detected.and_then(|_| value(Measure::TimeToDetect)),
        decision_s: seen.aborted.and_then(|_| value(Measure::TimeToDecide)),
        recovery_s: seen.aborted.and_then(|_| value(Measure::TimeToRecover)),
        last_harm_s: truth.last_harm.map(seconds),
        harm_lasted_s: truth.first_harm.and_then(|_| value(Measure::TimeInHarm)),
        pages: seen.pages,
        false_alarms: truth.false_alarms,
        alerts: alerts(&record.facts),
        instance_seconds: truth.instance_time.as_secs_f64(),
        cost: finite(truth.cost),
        currency: &scenario.cost.currency,
        budget_spent_percent: finite(truth.budget_spent * 100.0),
        fewest_ready: truth.fewest_ready,
        train: train_of(record),
        timeline: record
            .facts
            .iter()
            .map(|fact| FactJson {
                at_s: seconds(fact.at),
                fact: fact.what.to_string(),
                because: &fact.because,
            })
            .collect(),
        audit: audit(&record.facts),
        what_if: run.what_if.map(what_if::json),
    })
}

fn seconds(at: Time) -> f64 {
    at.since(Time::ZERO).as_secs_f64()
}

fn alerts(facts: &[Fact]) -> Vec<AlertJson<'_>> {
    let mut alerts: Vec<AlertJson<'_>> = Vec::new();
    for fact in facts {
        match &fact.what {
            What::AlertFiring(name) => {
                alerts.push(AlertJson { name, fired_s: seconds(fact.at), resolved_s: None });
            }
            What::AlertResolved(name) => {
                let firing =
                    alerts.iter_mut().rev().find(|alert| alert.name == name && alert.resolved_s.is_none());
                if let Some(alert) = firing {
                    alert.resolved_s = Some(seconds(fact.at));
                }
            }
            _ => {}
        }
    }
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample;
    use crate::sim::Case;

    fn parsed(change: impl FnOnce(&mut crate::sim::Record)) -> serde_json::Value {
        let (scenario, mut record) = (sample::scenario(), sample::record());
        change(&mut record);
        let run = Run {
            scenario: &scenario,
            plan: "plan.ron",
            case: &Case::default(),
            record: &record,
            what_if: None,
        };
        serde_json::from_str(&json(&run)).unwrap()
    }

    #[test]
    fn the_promised_fields_are_there() {
        let json = parsed(|_| ());
        for field in [
            "scenario",
            "plan",
            "release",
            "seed",
            "digest",
            "engine_version",
            "simulated_s",
            "events",
            "requests",
            "causes",
            "users_harmed",
            "latency_ms",
            "rollout",
            "detection_s",
            "alerts",
            "instance_seconds",
            "timeline",
            "audit",
        ] {
            assert!(json.get(field).is_some(), "{field}");
        }
        assert_eq!(json["release"], "v2", "the scenario's second release");
        assert_eq!(json["rollout"]["phase"], "completed");
        assert_eq!(json["timeline"][0]["at_s"], 300.0);
        assert_eq!(json["timeline"][0]["fact"], "the rollout is in progress");
    }

    #[test]
    fn what_arrived_is_the_sum_of_how_it_ended() {
        let json = parsed(|_| ());
        let count = |field: &str| json["requests"][field].as_u64().unwrap();
        let ended: u64 =
            ["succeeded", "failed", "rejected", "timed_out", "in_flight"].map(count).iter().sum();
        assert_eq!(count("arrived"), ended);
    }

    #[test]
    fn an_alert_that_fires_again_is_there_again() {
        let json = parsed(|record| {
            let name = || "errors".to_owned();
            record.facts = vec![
                sample::fact(10, What::AlertFiring(name())),
                sample::fact(20, What::AlertResolved(name())),
                sample::fact(30, What::AlertFiring(name())),
            ];
        });
        assert_eq!(json["alerts"][0]["resolved_s"], 20.0);
        assert_eq!(json["alerts"][1]["fired_s"], 30.0);
        assert_eq!(json["alerts"][1]["resolved_s"], serde_json::Value::Null);
    }
}
