//! Monitoring, SLOs, the people, and costs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Dist, Share, Span};

/// The monitoring pipeline, after Prometheus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Monitoring {
    /// Between scrapes. Default 15 s (most courses; Prometheus' own default is 1 m).
    #[schemars(extend("x-range" = "100ms or more"))]
    pub scrape: Span,
    /// Between evaluations of alert rules. Default 15 s (most courses; Prometheus' own default is 1 m).
    #[schemars(extend("x-range" = "100ms or more"))]
    pub evaluation: Span,
    /// From a scrape until its samples can be queried. Default lognormal, median 2 s and p99 6 s (assumed).
    pub lag: Dist,
    /// How long the last sample stands in for a missing one. Prometheus lookback, 5 m.
    pub staleness: Span,
    /// Upper bounds of the latency histogram's buckets. Default: those of the Prometheus client libraries.
    pub buckets: Vec<Span>,
    /// From a firing alert to its page (Alertmanager `group_wait`, 30 s).
    pub group_wait: Span,
    /// Who counts the requests. Default the proxies in front (as a service mesh does).
    pub counted_by: Counter,
}

/// Who counts requests, errors and latencies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Counter {
    /// The proxies in front of a service. They outlive its instances, and count timeouts and requests that reached no
    /// instance.
    #[default]
    Proxies,
    /// Each instance for itself, as Prometheus client libraries do. A restart resets its counters, and counts since its
    /// last scrape are lost. An instance that no longer listens gets a staleness marker at the next scrape. Requests that
    /// no instance answered are not counted.
    Instances,
}

impl Default for Monitoring {
    fn default() -> Self {
        let bounds_ms = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
        Self {
            scrape: Span::from_secs(15),
            evaluation: Span::from_secs(15),
            lag: Dist::Lognormal { p50: Span::from_secs(2), p99: Span::from_secs(6) },
            staleness: Span::from_secs(300),
            buckets: bounds_ms.map(Span::from_millis).to_vec(),
            group_wait: Span::from_secs(30),
            counted_by: Counter::Proxies,
        }
    }
}

/// A promise about the entry service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slo {
    /// Name, unique among the SLOs.
    pub name: String,
    /// Share of requests that must be good.
    pub objective: Share,
    /// Period over which the error budget is counted. Default 30 d (Google SRE workbook).
    #[serde(default = "thirty_days")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub window: Span,
}

fn thirty_days() -> Span {
    Span::from_secs(30 * 86_400)
}

/// How fast people are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// From a page to its acknowledgement. Default lognormal, median 3 m and p99 22 m (assumed, after public timelines of
    /// incidents: p95 15 m).
    pub acknowledge: Dist,
    /// From an acknowledgement until the cause is known. Default lognormal, median 15 m and p95 60 m (public timelines of
    /// incidents). A runbook entry for the alert halves it; lost metrics double it.
    pub diagnose: Dist,
    /// Time until a page without acknowledgement goes to the next person as well. Default 30 m (PagerDuty's default).
    #[schemars(extend("x-range" = "more than 0s"))]
    pub escalate_after: Span,
    /// From the decision to the effect of an action taken by hand. Default 15 s (assumed: finding the command and its run
    /// time).
    pub act: Dist,
}

impl Default for People {
    fn default() -> Self {
        Self {
            acknowledge: Dist::Lognormal { p50: Span::from_secs(180), p99: Span::from_secs(1320) },
            diagnose: Dist::Lognormal { p50: Span::from_secs(900), p99: Span::from_secs(6_390) },
            escalate_after: Span::from_secs(1800),
            act: Dist::Fixed(Span::from_secs(15)),
        }
    }
}

/// What running the world costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cost {
    /// Price of one instance for one hour. Default 0.10 (assumed).
    #[schemars(range(min = 0, max = 1000000))]
    pub instance_hour: f64,
    /// Currency shown.
    pub currency: String,
}

impl Default for Cost {
    fn default() -> Self {
        Self { instance_hour: 0.10, currency: "USD".to_owned() }
    }
}
