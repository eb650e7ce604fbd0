//! Resilience: circuit breakers, limits, retry budgets, hedges, caches and load shedding.
//! All of it is off unless a file asks for it; the defaults are those of the system each is named after.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Rate, Share, Span};

/// A circuit breaker as resilience4j's, kept by each calling instance: after too many failures it rejects calls for a while,
/// then lets a few trial calls pass. Defaults are those of `CircuitBreakerConfig`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Share of failures, at or above which it opens. resilience4j `failureRateThreshold`, 50 %.
    #[schemars(extend("x-range" = "more than 0%, up to 100%"))]
    pub failure_rate: Share,
    /// Share of slow calls, at or above which it opens. resilience4j `slowCallRateThreshold`, 100 %.
    #[schemars(extend("x-range" = "more than 0%, up to 100%"))]
    pub slow_rate: Share,
    /// A call that takes longer is slow. resilience4j `slowCallDurationThreshold`, 60 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub slow_after: Span,
    /// The calls over which the rates are computed. resilience4j `slidingWindowType` and `slidingWindowSize`, 100 calls.
    pub window: Window,
    /// With fewer calls in the window there are no rates, and it stays closed. resilience4j `minimumNumberOfCalls`, 100.
    #[schemars(range(min = 1, max = 1000000))]
    pub minimum_calls: u32,
    /// How long it stays open. resilience4j `waitDurationInOpenState`, 60 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub open_for: Span,
    /// Each time that it opens again without having closed in between, it stays open this many times as long as the time before.
    /// resilience4j `exponentialBackoffMultiplier`, off: 1.
    #[schemars(extend("x-range" = "1 to 100"))]
    pub open_growth: f64,
    /// The longest that `open_growth` lets it stay open. resilience4j `exponentialMaxWaitDurationInOpenState`; 1 h here.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub open_most: Span,
    /// Number of trial calls while half-open; when all have ended, it closes or opens again. resilience4j
    /// `permittedNumberOfCallsInHalfOpenState`, 10.
    #[schemars(range(min = 1, max = 10000))]
    pub half_open_calls: u32,
    /// Half-open for this long, it opens again; zero waits for ever. resilience4j `maxWaitDurationInHalfOpenState`, 0.
    pub half_open_for: Span,
    /// Whether it closes when it was half-open for `half_open_for`, and does not open. resilience4j
    /// `transitionToStateAfterWaitDuration`, `OPEN`.
    pub half_open_closes: bool,
    /// Whether it decides while half-open and gives permissions back as resilience4j does. There the rates count from the least number of
    /// calls on, if that is lower than `half_open_calls` (`CircuitBreakerMetrics`), and a call that went before it was half-open and gives its
    /// permission back is one more trial (`HalfOpenState.releasePermission`). Default no: all its trials decide, and there are never more than
    /// `half_open_calls`.
    #[serde(skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub half_open_early: bool,
    /// Failed calls that it ignores: they count neither as failures nor as successes. resilience4j
    /// `ignoreExceptions`, none.
    pub ignored_errors: Ignored,
}

const fn is_false(value: &bool) -> bool {
    !*value
}

/// Kinds of failed calls that a breaker ignores. Default none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ignored {
    /// Calls that were answered with an error.
    pub errors: bool,
    /// Calls that were rejected without any work (503).
    pub rejections: bool,
    /// Calls that the caller gave up.
    pub timeouts: bool,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failure_rate: Share::percent(50.0),
            slow_rate: Share::ALL,
            slow_after: Span::from_secs(60),
            window: Window::default(),
            minimum_calls: 100,
            open_for: Span::from_secs(60),
            open_growth: 1.0,
            open_most: Span::from_secs(3_600),
            half_open_calls: 10,
            half_open_for: Span::ZERO,
            half_open_closes: false,
            half_open_early: false,
            ignored_errors: Ignored::default(),
        }
    }
}

/// The calls that a breaker counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Window {
    /// This number of the last calls; above zero.
    Calls(u32),
    /// The calls of this number of whole seconds; above zero.
    Seconds(u32),
}

impl Default for Window {
    fn default() -> Self {
        Self::Calls(100)
    }
}

/// Limits on the outstanding requests of one caller at a service, as Envoy's circuit breakers set them (`Thresholds` in
/// `circuit_breaker.proto`). Requests over a limit are rejected at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections; a request of HTTP/1 holds one while it lasts. Envoy `max_connections`, 1024.
    #[schemars(range(min = 1, max = 10000000))]
    pub connections: u32,
    /// Requests that wait: at the called instance for a worker, or here for a connection. Envoy `max_pending_requests`,
    /// 1024.
    #[schemars(range(min = 1, max = 10000000))]
    pub pending: u32,
    /// Concurrent requests. Envoy `max_requests`, 1024.
    #[schemars(range(min = 1, max = 10000000))]
    pub requests: u32,
    /// Concurrent retries. Envoy `max_retries`, 3.
    #[schemars(range(min = 0, max = 10000000))]
    pub retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 1024, pending: 1024, requests: 1024, retries: 3 }
    }
}

/// A retry budget: the number of retries that a caller may make for all its requests together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum RetryBudget {
    /// A share of the recent requests, and a reserve. Finagle `RetryBudget`.
    Ratio {
        /// Retries for each request. Finagle `percentCanRetry`, 20 %.
        #[serde(default = "fifth")]
        share: Share,
        /// Reserve of retries each second. Finagle `minRetriesPerSec`, 10/s.
        #[schemars(extend("x-range" = "0/s to 1000000/s"))]
        #[serde(default = "finagle_reserve")]
        reserve: Rate,
        /// How long a request counts. Finagle `ttl`, 10 s.
        #[schemars(extend("x-range" = "1s to 1h"))]
        #[serde(default = "finagle_ttl")]
        ttl: Span,
    },
    /// A share of the concurrent requests. Envoy `RetryBudget`.
    Concurrent {
        /// Concurrent retries for each active or pending request. Envoy `budget_percent`, 20 %.
        #[serde(default = "fifth")]
        share: Share,
        /// Number of retries that is always allowed. Envoy `min_retry_concurrency`, 3.
        #[schemars(range(min = 0, max = 10000000))]
        #[serde(default = "envoy_min_retries")]
        at_least: u32,
    },
    /// Tokens that failures take and successes give; no retries at half of them or below. gRPC `retryThrottling`.
    Throttle {
        /// Tokens at the start and at most. gRPC `maxTokens`, from 1 to 1000; 10 in A6's example.
        #[serde(default = "grpc_tokens")]
        tokens: u32,
        /// Tokens that a success gives. gRPC `tokenRatio`; 0.1 in A6's example.
        #[serde(default = "grpc_ratio")]
        ratio: f64,
    },
    /// Tokens that retries take and successes give back. AWS SDK, standard mode: 500 tokens, a retry takes 5, after a
    /// timeout 10; it gives them back when it succeeds, and a success at the first try gives 1.
    Quota {
        /// Tokens at the start and at most. AWS `INITIAL_RETRY_TOKENS`, 500.
        #[serde(default = "aws_tokens")]
        tokens: u32,
    },
}

fn fifth() -> Share {
    Share::percent(20.0)
}

fn finagle_reserve() -> Rate {
    Rate::per_second(10.0)
}

fn finagle_ttl() -> Span {
    Span::from_secs(10)
}

fn envoy_min_retries() -> u32 {
    3
}

fn grpc_tokens() -> u32 {
    10
}

fn grpc_ratio() -> f64 {
    0.1
}

fn aws_tokens() -> u32 {
    500
}

/// Copies of a call that is slow, of which the first good answer counts (gRPC A6 `hedgingPolicy`; Finagle
/// `BackupRequestFilter`). The call's timeout is for all copies together; a copy takes from the call's retry budget and
/// limit on retries as a retry does. With the call's `cancels`, the copies that lost are stopped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// How long without an answer before the next copy goes. gRPC `hedgingDelay`; a high quantile of the call's latency,
    /// such as its p95, makes few copies (Dean and Barroso, "The Tail at Scale").
    pub delay: Span,
    /// Copies at most, the first included; from 2 on, more than 5 are taken as 5. gRPC `maxAttempts`. Default 2 (Finagle:
    /// one backup request).
    #[serde(default = "two")]
    #[schemars(range(min = 2, max = 100))]
    pub attempts: u32,
    /// Copies for each call of the last 10 s, at most. Finagle `maxExtraLoad`, 1 % there by default; here any number, as
    /// gRPC has it without `retryThrottling`.
    #[serde(default)]
    pub extra_load: Option<Share>,
    /// Whether an error of one copy is waited out while others are under way, and the next copy then goes at once. Default
    /// false: the first error is the answer (gRPC: `nonFatalStatusCodes` is empty).
    #[serde(default)]
    pub rides_out_errors: bool,
    /// Whether calls for requests whose kind is not idempotent are made twice, too. Default false.
    #[serde(default)]
    pub non_idempotent: bool,
}

impl Hedge {
    /// The most copies of one call that it takes (gRPC A6, 5).
    pub const MOST_ATTEMPTS: u32 = 5;

    /// Copies at most, the first included.
    pub fn most_copies(&self) -> u8 {
        self.attempts.min(Self::MOST_ATTEMPTS) as u8
    }
}

fn two() -> u32 {
    2
}

/// A cache of a call's answers: a hit skips the call. Each calling instance has its own, which is empty when its process
/// starts, and full where it runs since before the start; or all share one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// Number of different keys.
    #[schemars(range(min = 1, max = 100000))]
    pub keys: u32,
    /// Time for which an answer is kept.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub ttl: Span,
    /// Skew of the keys: the n-th most frequent one is requested in proportion to `n^-skew` (Zipf). Default 0, all alike; web
    /// pages and tenants have 1.0 to 1.2. At most 3.
    #[serde(default)]
    #[schemars(range(min = 0, max = 3))]
    pub skew: f64,
    /// Whether all instances share one, beside them (memcached, Redis), which outlives them. Default false.
    #[serde(default)]
    pub shared: bool,
}

/// Load shedding: when an instance rejects requests before they queue, those of the lowest priority first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Shedding {
    /// By the share of its workers that are busy: none below the first, all from the second on, and in between a part that
    /// grows evenly (Envoy overload manager, `scaled` trigger). Default not.
    pub busy: Option<(Share, Share)>,
    /// An instance rejects further requests while the oldest request in its queue has waited longer than this. Default not.
    pub queue_wait: Option<Span>,
    /// Rejects requests that have waited too long when their turn comes, while the queue does not empty. With the discipline
    /// `Priority` those are the requests of the lowest priority. Default not.
    pub codel: Option<Codel>,
}

/// Controlled delay, as Facebook's servers have it (B. Maurer, "Fail at Scale", ACM Queue 2015): a request that comes when
/// the queue was last empty within `interval` may wait that long, any other only `target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Codel {
    /// Longest wait in a standing queue. Facebook's M, 5 ms.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub target: Span,
    /// Longest wait otherwise, and the time after which a queue counts as standing. Facebook's N, 100 ms.
    pub interval: Span,
}

impl Default for Codel {
    fn default() -> Self {
        Self { target: Span::from_millis(5), interval: Span::from_millis(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proofs rest on scenarios as they are written.
    #[test]
    fn what_came_later_is_not_written_where_it_is_off() {
        let written = |rules: Breaker| serde_json::to_string(&rules).unwrap();
        assert!(!written(Breaker::default()).contains("half_open_early"));
        assert!(written(Breaker { half_open_early: true, ..Breaker::default() }).contains("half_open_early"));
    }
}
