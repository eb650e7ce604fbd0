//! Fidelity: whether each request is simulated, or requests are drawn as counts; and what the second cannot say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Balancer, Call, Checks, Probes, RetryBudget, RetryOn, Upstream};

/// How finely requests are simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Fidelity {
    /// Each request is simulated by itself: exact, and a run costs as much as it has requests.
    #[default]
    Requests,
    /// Requests are drawn as counts, ten times a second, and a run costs as much at any rate. It says less: users ask the released service
    /// themselves, queues are first come first served, and there are no breakers, hedges, flags or stored data; users harmed are expected
    /// numbers. What it cannot say is refused.
    Fluid,
}

impl Fidelity {
    /// Whether it is the default.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Balancer {
    /// Why requests behind it cannot be drawn as counts; `None` when they can.
    pub const fn why_not_fluid(&self) -> Option<&'static str> {
        match self {
            Self::RoundRobin | Self::Random | Self::LeastRequest { .. } => None,
            Self::RingHash { .. } | Self::Maglev { .. } => {
                Some("an instance gets the requests of certain users, and counts do not tell users apart")
            }
            Self::PeakEwma { .. } => Some(
                "each proxy compares the single answers of its instances, and counts do not tell them apart",
            ),
        }
    }
}

impl Probes {
    /// Why instances that are probed so cannot have their requests drawn as counts; `None` when they can.
    pub fn why_not_fluid(&self) -> Option<&'static str> {
        let all = [self.startup, self.readiness, self.liveness];
        let queues = all.iter().flatten().any(|probe| probe.checks == Checks::Queue);
        queues.then_some("a probe waits in the queue of its own instance, and counts are of a pool")
    }
}

impl RetryBudget {
    /// Why retries within it cannot be drawn as counts; `None` when they can.
    pub const fn why_not_fluid(&self) -> Option<&'static str> {
        match self {
            Self::Ratio { .. } => None,
            Self::Concurrent { .. } => {
                Some("it goes by the tries that are under way at a moment, and counts are of a tick")
            }
            Self::Throttle { .. } | Self::Quota { .. } => {
                Some("each single answer moves it, and counts do not know which came first")
            }
        }
    }
}

impl RetryOn {
    /// Why retries after these failures cannot be drawn as counts; `None` when they can.
    pub fn why_not_fluid(&self) -> Option<&'static str> {
        (!self.is_any()).then_some("counts do not tell how a try failed, only whether it timed out")
    }
}

impl Call {
    /// Which of its fields is why the calls cannot be drawn as counts, and why; `None` when they can.
    pub fn why_not_fluid(&self) -> Option<(&'static str, &'static str)> {
        let budget = self.retries.budget.as_ref().and_then(RetryBudget::why_not_fluid);
        if let Some(why) = self.retries.on.why_not_fluid() {
            Some(("retries.on", why))
        } else if self.cancels {
            Some(("cancels", "it does not follow what becomes of a call that was given up"))
        } else if self.carries_deadline || self.retries.deadline.is_some() {
            let field = if self.carries_deadline { "carries_deadline" } else { "retries.deadline" };
            Some((field, "it does not follow the deadline of a call"))
        } else if self.breaker.is_some() {
            Some((
                "breaker",
                "each calling instance goes by its own last calls, and counts are of all instances",
            ))
        } else if self.limits.is_some() {
            Some((
                "limits",
                "they go by the calls that one instance has under way at a moment, and counts are of a tick",
            ))
        } else if self.hedge.is_some() {
            Some(("hedge", "it does not follow the copies of a call"))
        } else if self.cache.is_some() {
            Some(("cache", "it does not follow which answers each instance knows"))
        } else {
            budget.map(|why| ("retries.budget", why))
        }
    }
}

impl Upstream {
    /// Why requests under these rules cannot be drawn as counts; `None` when they can.
    pub const fn why_not_fluid(&self) -> Option<&'static str> {
        let looks = self.outlier_detection.is_some() || self.health_check.is_some();
        if looks || self.slow_start.is_some() || self.locality.is_some() {
            Some("they treat each instance by itself, and counts are of a pool")
        } else {
            None
        }
    }
}
