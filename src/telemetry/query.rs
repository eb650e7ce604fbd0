//! Queries: what can be asked of the monitoring.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::Span;

/// A number over time: which metric, of what, over which window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What is measured.
    pub metric: Metric,
    /// Of what. Default the candidate.
    #[serde(default)]
    pub of: Subject,
    /// Over how long. Default 1 m (Flagger's metric interval); at least four scrapes give a steady rate.
    #[serde(default = "one_minute")]
    pub over: Span,
    /// Only from the target's instances in this zone of the scenario. Default all zones.
    #[serde(default)]
    pub zone: Option<String>,
    /// Only requests of users of this cohort of the scenario. Default all users.
    #[serde(default)]
    pub cohort: Option<String>,
    /// Only requests of this kind of the scenario (a label such as `handler` or `path` in Prometheus). Default all kinds.
    #[serde(default)]
    pub kind: Option<String>,
}

/// A part of the target's requests: those of one zone, of one cohort, of one kind, or of some of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Name of the zone.
    pub zone: Option<String>,
    /// Name of the cohort.
    pub cohort: Option<String>,
    /// Name of the kind of request.
    pub kind: Option<String>,
}

impl Query {
    /// A query with the defaults of a file.
    pub fn new(metric: Metric, of: Subject) -> Self {
        Self { metric, of, over: one_minute(), zone: None, cohort: None, kind: None }
    }

    /// The part of the requests that it asks about; `None` when it asks about all.
    pub fn part(&self) -> Option<Part> {
        let part = Part { zone: self.zone.clone(), cohort: self.cohort.clone(), kind: self.kind.clone() };
        (part != Part::default()).then_some(part)
    }
}

fn one_minute() -> Span {
    Span::from_secs(60)
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Metric {
    /// Requests per second.
    RequestRate,
    /// Failed requests (5xx and timeouts as the proxies see them) over all, 0 to 1.
    ErrorRatio,
    /// Failed requests per second.
    Failures,
    /// Latency in seconds at this quantile (0 to 1), from histogram buckets.
    Latency(f64),
    /// Busy workers over all workers, 0 to 1, at the last scrape.
    Saturation,
    /// Requests waiting, at the last scrape.
    QueueDepth,
    /// Restarts within the window.
    Restarts,
    /// Ready instances, at the last scrape.
    ReadyInstances,
    /// Memory of the fullest instance over its limit, 0 to 1, at the last scrape.
    Memory,
    /// A business counter that the scenario declares, per second.
    Business(String),
}

/// Of what it is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Subject {
    /// The new release of the target service.
    #[default]
    Candidate,
    /// The running release of the target service.
    Baseline,
    /// The fresh group of the running release that an experiment starts beside the candidate.
    Control,
    /// The target service, all releases together.
    Target,
    /// Another service.
    Service(String),
}
