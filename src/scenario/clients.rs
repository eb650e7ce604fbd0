//! Clients: the users, their requests, and what they do when a request fails.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RetryBudget;
use super::service::is_false;
use crate::engine::{Dist, Share, Span};

/// The people and programs that call the entry service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// Number of users; each request belongs to one of them, and all are equally active.
    #[schemars(range(min = 1, max = 1000000))]
    pub users: u32,
    /// Groups of users by weight; empty means one group of all.
    #[serde(default)]
    pub cohorts: Vec<Cohort>,
    /// Kinds of request by weight; empty means one kind.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Timeout of one try. Default 10 s (assumed).
    #[serde(default = "ten_seconds")]
    pub timeout: Option<Span>,
    /// A correct answer that takes longer than this, all tries together, harms its user. Default none does.
    #[serde(default)]
    pub slow_after: Option<Span>,
    /// How long a client waits in a queue before it leaves, drawn for each request; its work is then not done. Default
    /// for ever.
    #[serde(default)]
    pub patience: Option<Dist>,
    /// Retries after a failed try. Default none.
    #[serde(default)]
    pub retries: Retries,
    /// Whether a client that gives up also stops the work it asked for, as far as it has not called others to do it
    /// without cancelling. Default false: the work goes on without a caller.
    #[serde(default)]
    pub cancels: bool,
    /// Whether each request carries the end of its timeout as a deadline: a service that takes it from its queue after that begins no work on
    /// it, and a call that carries its caller's deadline ends with it. Default false.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schemars(extend("default" = false))]
    pub carries_deadline: bool,
}

fn ten_seconds() -> Option<Span> {
    Some(Span::from_secs(10))
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cohort {
    /// Name, unique among the cohorts.
    pub name: String,
    /// Size relative to the other cohorts; above zero.
    pub weight: f64,
    /// Their region.
    #[serde(default)]
    pub region: String,
    /// Their tier.
    #[serde(default)]
    pub plan: String,
    /// Their platform.
    #[serde(default)]
    pub device: String,
    /// Headers that their requests carry, each with its value, such as `("cookie", "canary=always")`. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

/// A kind of request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Name, unique among the kinds, such as `POST /pay`.
    pub name: String,
    /// Frequency relative to the other kinds; above zero.
    pub weight: f64,
    /// Work relative to the service's demand. Default 1.
    #[serde(default = "one")]
    #[schemars(extend("x-range" = "more than 0, up to 1000"))]
    pub cost: f64,
    /// Value of one success, in the scenario's currency. Default 0.
    #[serde(default)]
    pub value: f64,
    /// Rank where a service serves by priority; higher goes first. Default 0.
    #[serde(default)]
    pub priority: u8,
    /// Whether it changes the user's data. Default false.
    #[serde(default)]
    pub writes: bool,
    /// Whether the request is idempotent; mirrored or retried requests that are not cause harm. Default true.
    #[serde(default = "yes")]
    pub idempotent: bool,
    /// Business counter that each correct answer increases, such as `orders`. Default none.
    #[serde(default)]
    pub counts_as: Option<String>,
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

/// Retries after a try that fails or times out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retries {
    /// Number of retries. Default 0; the AWS SDK's standard mode does 2, Envoy's policy 1.
    #[schemars(range(min = 0, max = 10))]
    pub limit: u8,
    /// Longest wait before the first retry; grows from retry to retry. Default 100 ms (AWS SDK, standard mode).
    pub base: Span,
    /// Factor on the longest wait from retry to retry. Default 2 (AWS SDK).
    #[schemars(range(min = 1, max = 100))]
    pub multiplier: f64,
    /// Longest wait before any retry. Default 20 s (AWS SDK, standard mode).
    pub cap: Span,
    /// Jitter of the wait. Default full jitter (AWS SDK).
    pub jitter: Jitter,
    /// Whether a timeout is retried as well. Default true.
    pub on_timeout: bool,
    /// After which other failures it tries again. Default after each.
    #[serde(skip_serializing_if = "RetryOn::is_any")]
    pub on: RetryOn,
    /// Whether requests whose kind is not idempotent are retried, too. Default true, the careless way of many clients. In
    /// Envoy the policy decides, in gRPC and the AWS SDK the mark of the method.
    pub non_idempotent: bool,
    /// Budget for the retries of all requests together. Default none.
    pub budget: Option<RetryBudget>,
    /// Deadline of all tries together: no try starts that could last beyond it. Default none.
    pub deadline: Option<Span>,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            limit: 0,
            base: Span::from_millis(100),
            multiplier: 2.0,
            cap: Span::from_secs(20),
            jitter: Jitter::Full,
            on_timeout: true,
            on: RetryOn::default(),
            non_idempotent: true,
            budget: None,
            deadline: None,
        }
    }
}

/// The failures after which a try follows, beside a timeout (Envoy's `retry_on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetryOn {
    /// An error that the service answered with: a status 500. Default true.
    pub errors: bool,
    /// A status 503 of an instance that had no room or turned it away. Default true.
    pub unavailable: bool,
    /// A connection that an instance did not take: it was gone, or did not listen yet. Default true.
    pub refused: bool,
    /// An instance that ended before it had answered, or an answer that was lost. Default true.
    pub reset: bool,
    /// The proxy's own answer where it knows no instance, after which Envoy does not try again. Default true.
    pub no_instance: bool,
}

impl Default for RetryOn {
    fn default() -> Self {
        Self { errors: true, unavailable: true, refused: true, reset: true, no_instance: true }
    }
}

impl RetryOn {
    /// Whether it is any failure.
    pub fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

/// How a retry's wait is drawn from its longest, `min(cap, base * 2^n)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Jitter {
    /// Exactly the longest: all clients come back together.
    None,
    /// Uniform between half of it and all of it (equal jitter).
    Equal,
    /// Uniform between nothing and all of it (full jitter, AWS architecture blog).
    #[default]
    Full,
    /// Uniform between the base and three times the wait before, capped (decorrelated jitter, AWS architecture blog).
    Decorrelated,
    /// Between 80 % and 120 % of it (gRPC A6).
    Around,
    /// Uniform between nothing and `(2^n - 1) * base` before the n-th retry, capped (Envoy: base 25 ms, cap 250 ms).
    Envoy,
}

impl Clients {
    /// Share of users in each cohort; one entry of 1 when there are no cohorts.
    pub fn cohort_shares(&self) -> Vec<Share> {
        shares(self.cohorts.iter().map(|cohort| cohort.weight))
    }

    /// Share of requests of each kind; one entry of 1 when there are no kinds.
    pub fn kind_shares(&self) -> Vec<Share> {
        shares(self.kinds.iter().map(|kind| kind.weight))
    }
}

fn shares(weights: impl Iterator<Item = f64> + Clone) -> Vec<Share> {
    let total: f64 = weights.clone().sum();
    let mut shares: Vec<Share> = weights.map(|weight| Share::percent(100.0 * weight / total)).collect();
    if shares.is_empty() {
        shares.push(Share::ALL);
    }
    shares
}
