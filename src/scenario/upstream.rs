//! Upstream rules of a proxy: outlier detection, health checks, locality and slow start.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Checks;
use crate::engine::{Share, Span};

/// Rules by which each proxy in front of a service treats the instances that it knows. All are off by default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Upstream {
    /// Slow start: an instance that has just become ready gets a growing share. Default off (Envoy).
    pub slow_start: Option<SlowStart>,
    /// Outlier detection: ejects instances with bad answers for a while. Default off (Envoy, without `outlier_detection`).
    pub outlier_detection: Option<OutlierDetection>,
    /// Active health checks of every instance. Default off (Envoy, without `health_checks`).
    pub health_check: Option<HealthCheck>,
    /// Panic threshold: below this share of healthy instances a proxy uses all that it knows. It matters only with outlier
    /// detection or health checks. Default 50 % (Envoy `healthy_panic_threshold`).
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub panic_threshold: Share,
    /// How strongly least request avoids busy instances while weights differ, that is in slow start: by
    /// `weight / (requests + 1)^bias`. Envoy `active_request_bias`, 1.
    #[schemars(range(min = 0, max = 10))]
    pub active_request_bias: f64,
    /// Prefers instances of a proxy's own zone; proxies are spread over the zones in turn. Default off.
    pub locality: Option<Locality>,
    /// How long a proxy waits for the answer to one try; of this and the caller's own timeout the shorter holds. Default the caller's own
    /// (Envoy's route timeout; Istio `timeout`, none).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            slow_start: None,
            outlier_detection: None,
            health_check: None,
            panic_threshold: Share::percent(50.0),
            active_request_bias: 1.0,
            locality: None,
            timeout: None,
        }
    }
}

/// A proxy sends to its own zone first, and to the others the requests that its own cannot serve (Envoy priorities: own zone
/// 0, all others 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Locality {
    /// A zone counts as whole while `1 / overprovisioning` of its instances are healthy. Envoy
    /// `overprovisioning_factor`, 1.4.
    pub overprovisioning: f64,
}

impl Default for Locality {
    fn default() -> Self {
        Self { overprovisioning: 1.4 }
    }
}

/// Passive health checks: a proxy ejects a host with bad answers for a while. Defaults are Envoy's
/// (`cluster.v3.OutlierDetection`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutlierDetection {
    /// Failures in a row that eject a host at once; 0 turns this off. Envoy `consecutive_5xx`, 5.
    pub consecutive_5xx: u32,
    /// Time between two evaluations of rates and ejections. Envoy `interval`, 10 s.
    #[schemars(extend("x-range" = "100ms or more"))]
    pub interval: Span,
    /// Length of the first ejection of a host; each further one is longer by the same time. Envoy `base_ejection_time`, 30 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub base_ejection_time: Span,
    /// Longest ejection of a host. Envoy `max_ejection_time`, 300 s.
    pub max_ejection_time: Span,
    /// Largest share of a service's instances that may be ejected at once; of fewer than ten instances 10 % is none. Pools
    /// count together, as subsets of one Envoy cluster do. Envoy `max_ejection_percent`, 10 %.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub max_ejection_percent: Share,
    /// Whether one instance may be ejected even where that is more than `max_ejection_percent`. Envoy
    /// `always_eject_one_host`, false (before 1.31 it was always so).
    pub always_eject_one_host: bool,
    /// Ejects hosts whose success rate is far below the mean. On in Envoy (`enforcing_success_rate`, 100 %).
    pub success_rate: Option<SuccessRate>,
    /// Ejects hosts with too large a share of failures. Off in Envoy (`enforcing_failure_percentage`, 0 %).
    pub failure_percentage: Option<FailurePercentage>,
}

impl Default for OutlierDetection {
    fn default() -> Self {
        Self {
            consecutive_5xx: 5,
            interval: Span::from_secs(10),
            base_ejection_time: Span::from_secs(30),
            max_ejection_time: Span::from_secs(300),
            max_ejection_percent: Share::percent(10.0),
            always_eject_one_host: false,
            success_rate: Some(SuccessRate::default()),
            failure_percentage: None,
        }
    }
}

/// Ejects a host whose success rate over an interval is below `mean - stdev_factor * standard deviation` of all hosts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SuccessRate {
    /// Standard deviations below the mean. Envoy `success_rate_stdev_factor` 1900, which is 1.9.
    #[schemars(range(min = 0, max = 100))]
    pub stdev_factor: f64,
    /// Fewest hosts with enough requests for an evaluation. Envoy `success_rate_minimum_hosts`, 5.
    #[schemars(range(min = 1, max = 1000000))]
    pub minimum_hosts: u32,
    /// Fewest requests in an interval for a host to count. Envoy `success_rate_request_volume`, 100.
    #[schemars(range(min = 1, max = 1000000))]
    pub request_volume: u32,
}

impl Default for SuccessRate {
    fn default() -> Self {
        Self { stdev_factor: 1.9, minimum_hosts: 5, request_volume: 100 }
    }
}

/// Ejects a host of which at least `threshold` of an interval's requests failed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FailurePercentage {
    /// Failed share that ejects. Envoy `failure_percentage_threshold`, 85 %.
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub threshold: Share,
    /// Fewest hosts with enough requests for an evaluation. Envoy `failure_percentage_minimum_hosts`, 5.
    #[schemars(range(min = 1, max = 1000000))]
    pub minimum_hosts: u32,
    /// Fewest requests in an interval for a host to count. Envoy `failure_percentage_request_volume`, 50.
    #[schemars(range(min = 1, max = 1000000))]
    pub request_volume: u32,
}

impl Default for FailurePercentage {
    fn default() -> Self {
        Self { threshold: Share::percent(85.0), minimum_hosts: 5, request_volume: 50 }
    }
}

/// Active health checks: every proxy checks every host (Envoy `core.v3.HealthCheck`).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthCheck {
    /// Time between checks of one host. Envoy requires it; examples use 5 s to 10 s.
    #[schemars(extend("x-range" = "100ms or more"))]
    pub interval: Span,
    /// How long an answer may take. Envoy requires it; examples use 1 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub timeout: Span,
    /// Failures in a row until a host is ejected. Envoy requires it.
    #[schemars(range(min = 1, max = 1000))]
    pub unhealthy_threshold: u32,
    /// Successes in a row until it is used again. Envoy requires it.
    #[schemars(range(min = 1, max = 1000))]
    pub healthy_threshold: u32,
    /// The depth of a check. Default the process alone.
    #[serde(default)]
    pub checks: Checks,
}

/// A host that has become ready gets a share that grows (Envoy `slow_start_config`): its weight is
/// `max(min_weight, (t / window)^(1 / aggression))` at `t` since a proxy learned of it. For round robin and least request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlowStart {
    /// Length of the slow start. Envoy requires it; AWS target groups allow 30 to 900 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub window: Span,
    /// How fast the share grows at first. Envoy `aggression`, 1: a straight line.
    #[serde(default = "envoy_aggression")]
    #[schemars(extend("x-range" = "more than 0, up to 1000"))]
    pub aggression: f64,
    /// The least share. Envoy `min_weight_percent`, 10 %.
    #[serde(default = "envoy_min_weight")]
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub min_weight: Share,
}

const fn envoy_aggression() -> f64 {
    1.0
}

fn envoy_min_weight() -> Share {
    Share::percent(10.0)
}
