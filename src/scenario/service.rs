//! Services: their fleets, the lifecycle of an instance, and the proxies in front.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Breaker, Cache, Hedge, Limits, Retries, Shedding, Upstream};
use crate::engine::{Amount, Dist, Share, Span};

/// One service: a fleet of equal instances behind proxies, and its calls to other services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Name, unique in the scenario.
    pub name: String,
    /// Number of instances at the start.
    #[schemars(range(min = 1, max = 20000))]
    pub instances: u32,
    /// Number of requests that an instance serves at the same time.
    #[schemars(range(min = 1, max = 10000))]
    pub workers: u32,
    /// Work of one request at full speed, on one worker, before calls.
    pub demand: Dist,
    /// Number of requests that may wait in an instance; further ones are rejected. Default 1024 (Envoy `max_pending_requests`).
    #[serde(default = "envoy_max_pending")]
    #[schemars(range(min = 0, max = 1000000))]
    pub queue: u32,
    /// The order in which waiting requests are served.
    #[serde(default)]
    pub discipline: Discipline,
    /// Share of requests that fail with every release. Default none.
    #[serde(default)]
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub errors: Share,
    /// Other services that a request needs, one after the other, while its worker is held.
    #[serde(default)]
    pub calls: Vec<Call>,
    /// How long an instance takes to start.
    #[serde(default)]
    pub boot: Boot,
    /// The memory of an instance.
    #[serde(default)]
    pub memory: Memory,
    /// The probes of an instance.
    #[serde(default)]
    pub probes: Probes,
    /// How an instance terminates.
    #[serde(default)]
    pub drain: Drain,
    /// Which instance of a pool answers a request.
    #[serde(default)]
    pub balancer: Balancer,
    /// Rules by which the proxies eject, check and prefer instances. Default none.
    #[serde(default)]
    pub upstream: Upstream,
    /// The proxies in front of the service, and how late they learn of changes.
    #[serde(default)]
    pub endpoints: Endpoints,
    /// When an instance rejects requests before they queue. Default only when its queue is full.
    #[serde(default)]
    pub shedding: Option<Shedding>,
}

fn envoy_max_pending() -> u32 {
    1024
}

/// The order in which an instance serves waiting requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Discipline {
    /// First come, first served.
    #[default]
    Fifo,
    /// Request kinds of higher priority first, without interrupting a running request; first come, first served within one
    /// priority.
    Priority,
    /// All at once, sharing the workers equally; nothing waits.
    ProcessorSharing,
}

/// A call that a request makes to another service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Name of the called service.
    pub to: String,
    /// Share of requests that make this call. Default all.
    #[serde(default = "all")]
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub share: Share,
    /// Timeout of one try. Default 15 s (Envoy route timeout).
    #[serde(default = "envoy_route_timeout")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub timeout: Span,
    /// Retries after a failed try. Default none (Envoy: retries are off without a policy).
    #[serde(default)]
    pub retries: Retries,
    /// Whether the caller fails when this call fails. Default true.
    #[serde(default = "yes")]
    pub required: bool,
    /// Circuit breaker of each calling instance. Default none.
    #[serde(default)]
    pub breaker: Option<Breaker>,
    /// Limits on the outstanding requests of each calling instance. Default none.
    #[serde(default)]
    pub limits: Option<Limits>,
    /// Whether a caller that gives up also stops the work. Default false: the work goes on without a caller.
    #[serde(default)]
    pub cancels: bool,
    /// Whether the call carries a deadline: the end of its timeout or of the deadline that came with the caller's own request, whichever is
    /// earlier (gRPC deadline propagation; Envoy `x-envoy-expected-rq-timeout-ms`). Its caller waits no longer and tries no more after it, and
    /// who gets it begins no work and makes no call for it once it is over. Default false.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub carries_deadline: bool,
    /// Hedging: copies of a slow call. Default none.
    #[serde(default)]
    pub hedge: Option<Hedge>,
    /// A cache of answers in each calling instance. Default none.
    #[serde(default)]
    pub cache: Option<Cache>,
}

fn all() -> Share {
    Share::ALL
}

fn yes() -> bool {
    true
}

pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}

pub(super) fn envoy_route_timeout() -> Span {
    Span::from_secs(15)
}

/// The start of an instance: it is scheduled and its image pulled, then it starts, then it warms up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Boot {
    /// From the launch to the start of the process. Default 2 s (assumed: image mostly cached).
    pub pull: Dist,
    /// From the start of the process until it can answer. Default 8 s (assumed).
    pub start: Dist,
    /// How slow the instance is at first. Default not at all.
    pub warm_up: Option<WarmUp>,
}

impl Default for Boot {
    fn default() -> Self {
        Self { pull: Dist::Fixed(Span::from_secs(2)), start: Dist::Fixed(Span::from_secs(8)), warm_up: None }
    }
}

/// A cold instance: its speed is `1 - (1 - from) e^(-t/over)` at `t` after it could first answer
/// (modelling choice; plausible range from 20 to 50 % and 30 to 120 s).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WarmUp {
    /// Speed at first, as a share of full speed; above 0 %.
    pub from: Share,
    /// Time constant; above zero.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub over: Span,
}

/// Memory of an instance in megabytes. Over its limit it is killed (OOM) and restarted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Memory {
    /// In use after the start. Default 256 (assumed).
    #[schemars(range(min = 0, max = 10000000))]
    pub start_mb: f64,
    /// Limit. Default 512 (assumed).
    #[schemars(extend("x-range" = "more than 0, up to 10000000"))]
    pub limit_mb: f64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { start_mb: 256.0, limit_mb: 512.0 }
    }
}

/// The three probes of Kubernetes; one that is absent always succeeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Probes {
    /// While it has not succeeded, the other two do not run; when it fails, the instance is restarted.
    pub startup: Option<Probe>,
    /// While it fails, the instance gets no requests.
    pub readiness: Option<Probe>,
    /// When it fails, the instance is restarted.
    pub liveness: Option<Probe>,
}

/// One probe; defaults are those of Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Probe {
    /// Time from the start of the process to the first check. Kubernetes `initialDelaySeconds`, 0.
    pub initial_delay: Span,
    /// Time between checks. Kubernetes `periodSeconds`, 10 s.
    #[schemars(extend("x-range" = "100ms or more"))]
    pub period: Span,
    /// How long an answer may take. Kubernetes `timeoutSeconds`, 1 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub timeout: Span,
    /// Successes in a row that make it succeed. Kubernetes `successThreshold`, 1.
    #[schemars(range(min = 1, max = 1000))]
    pub success_threshold: u32,
    /// Failures in a row that make it fail. Kubernetes `failureThreshold`, 3.
    #[schemars(range(min = 1, max = 1000))]
    pub failure_threshold: u32,
    /// The depth of the check.
    pub checks: Checks,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            initial_delay: Span::ZERO,
            period: Span::from_secs(10),
            timeout: Span::from_secs(1),
            success_threshold: 1,
            failure_threshold: 3,
            checks: Checks::Process,
        }
    }
}

/// How deep a probe looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Checks {
    /// The process answers (a shallow check).
    #[default]
    Process,
    /// The check waits in the instance's queue like a request, so that overload fails it.
    Queue,
    /// The services it calls have ready instances (a deep check, with its known danger: all fail together).
    Dependencies,
}

/// The termination of an instance: it is removed from the proxies and asked to stop at the same time (Kubernetes).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Drain {
    /// How long it goes on serving before it is told to stop (preStop sleep). Kubernetes: none.
    pub pre_stop: Span,
    /// From the request to go until it is killed, preStop included. Kubernetes `terminationGracePeriodSeconds`, 30 s.
    pub grace: Span,
    /// Whether, after SIGTERM, it finishes the requests that it has; otherwise it drops them. Default true.
    pub finishes_work: bool,
    /// How many instances must stay ready when the cluster evicts some, as the fault NodeDrain does (Kubernetes `PodDisruptionBudget`).
    /// Default any number may go at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<DisruptionBudget>,
}

/// A limit to evictions by the cluster (Kubernetes `PodDisruptionBudget`). A share is of the instances that were asked for, all releases
/// together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum DisruptionBudget {
    /// At least so many stay ready, a share rounded up.
    MinAvailable(Amount),
    /// At most so many are away, a share rounded up.
    MaxUnavailable(Amount),
}

impl DisruptionBudget {
    /// How many stay ready of a fleet of `expected` (Kubernetes `disruption.go`, `getExpectedPodCount`: both kinds of share are rounded
    /// up).
    pub fn least_ready(self, expected: u32) -> u32 {
        match self {
            Self::MinAvailable(least) => least.rounded_up(expected),
            Self::MaxUnavailable(most) => expected.saturating_sub(most.rounded_up(expected)),
        }
    }
}

impl Default for Drain {
    fn default() -> Self {
        Self { pre_stop: Span::ZERO, grace: Span::from_secs(30), finishes_work: true, budget: None }
    }
}

/// The balancer: the choice of the instance that answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Balancer {
    /// One after the other.
    RoundRobin,
    /// A random instance, all equally likely.
    Random,
    /// The least busy of `choices` drawn (Envoy: `choice_count` 2); `choices` of 0 looks at all, ties equally likely.
    LeastRequest {
        /// Number of instances that are drawn; 0 means all.
        #[schemars(range(min = 0, max = 100))]
        choices: u32,
        /// Whether one instance may be drawn twice. Envoy draws with replacement; default false.
        #[serde(default)]
        with_replacement: bool,
    },
    /// By the user's hash on a ring (ketama; Envoy `minimum_ring_size` 1024).
    RingHash {
        /// Points on the ring of four instances; each instance has a quarter of it. Envoy `minimum_ring_size`, 1024.
        #[serde(default = "envoy_ring_size")]
        #[schemars(range(min = 1, max = 1000000))]
        ring_size: u32,
    },
    /// Of two drawn the one with less cost: moving average of its answer times to this proxy, with peaks counted at
    /// once, times the requests it has (Finagle `p2c_peak_ewma`, Linkerd).
    PeakEwma {
        /// Time in which a peak falls to about a third. Finagle's default, 10 s.
        #[serde(default = "finagle_decay")]
        #[schemars(extend("x-range" = "more than 0s"))]
        decay: Span,
    },
    /// By the user's hash in a Maglev table (Envoy): spread to within one slot, and few others move when one leaves.
    Maglev {
        /// Slots, a prime. Envoy `table_size`, 65537.
        #[serde(default = "envoy_table_size")]
        #[schemars(range(min = 2, max = 655373))]
        table_size: u32,
    },
}

fn finagle_decay() -> Span {
    Span::from_secs(10)
}

fn envoy_table_size() -> u32 {
    65_537
}

fn envoy_ring_size() -> u32 {
    1024
}

impl Default for Balancer {
    /// Round robin: the default of Envoy clusters and of most load balancers.
    fn default() -> Self {
        Self::RoundRobin
    }
}

/// The proxies in front of a service, each with its own, late view of the fleet and of the routes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Endpoints {
    /// Number of proxies; requests are spread over them. Default 4 (assumed).
    #[schemars(range(min = 1, max = 64))]
    pub proxies: u32,
    /// From a change of readiness until one proxy acts on it. Default lognormal, median 1 s and p99 10 s
    /// (assumed, after reports: a few hundred milliseconds to several seconds are typical, 10 to 30 s in large clusters).
    pub lag: Dist,
    /// From a change of route or flag until one proxy acts on it. Default lognormal, median 0.5 s and p99 3 s (assumed).
    pub route_lag: Dist,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            proxies: 4,
            lag: Dist::Lognormal { p50: Span::from_secs(1), p99: Span::from_secs(10) },
            route_lag: Dist::Lognormal { p50: Span::from_millis(500), p99: Span::from_secs(3) },
        }
    }
}
