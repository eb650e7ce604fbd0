//! The horizontal autoscaler: the number of instances that the load needs, as pure functions, and the autoscaler's settings.
//!
//! Source: Kubernetes `pkg/controller/podautoscaler` (`replica_calculator.go`, `horizontal.go`) and the page "Horizontal Pod
//! Autoscaling"; the scaled metric is the share of busy workers, in the place of CPU utilisation.

mod run;
#[cfg(test)]
mod tests;

pub(super) use run::{AutoscalerRun, Looks};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Share, Span, Time};

/// How the fleet's size follows its load (HorizontalPodAutoscaler, `autoscaling/v2`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Autoscaler {
    /// Share of busy workers to aim at. Default 80 % (Kubernetes' CPU utilisation without a metric).
    #[serde(default = "eighty_percent")]
    pub target: Share,
    /// Fewest instances. Kubernetes `minReplicas`, 1.
    #[serde(default = "one")]
    pub min: u32,
    /// Most instances (`maxReplicas`).
    #[schemars(range(min = 1, max = 20000))]
    pub max: u32,
    /// Time between two looks. Kubernetes `--horizontal-pod-autoscaler-sync-period`, 15 s.
    #[serde(default = "fifteen_seconds")]
    #[schemars(extend("x-range" = "1s to 1d"))]
    pub sync: Span,
    /// Deviation of the load from the target that changes nothing. Kubernetes
    /// `--horizontal-pod-autoscaler-tolerance`, 10 %.
    #[serde(default = "ten_percent")]
    #[schemars(extend("x-range" = "0% to 100%"))]
    pub tolerance: Share,
    /// How fast the fleet may grow. Default without stabilisation, by the larger of 100 % and 4 instances every 15 s.
    #[serde(default = "Behaviour::up")]
    pub up: Behaviour,
    /// How fast the fleet may shrink. Default to the highest recommendation of the last 300 s, by 100 % every 15 s.
    #[serde(default = "Behaviour::down")]
    pub down: Behaviour,
}

fn eighty_percent() -> Share {
    Share::percent(80.0)
}

fn one() -> u32 {
    1
}

fn fifteen_seconds() -> Span {
    Span::from_secs(15)
}

fn ten_percent() -> Share {
    Share::percent(10.0)
}

/// How fast the size may change in one direction (`behavior.scaleUp`, `behavior.scaleDown`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// Length of the window of which the most cautious recommendation counts (`stabilizationWindowSeconds`).
    #[schemars(extend("x-range" = "0s to 1h"))]
    pub stabilisation: Span,
    /// Which policy counts (`selectPolicy`). Kubernetes `Max`.
    #[serde(default)]
    pub select: Select,
    /// The changes that are allowed, each within a time.
    pub policies: Vec<Policy>,
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Select {
    /// The one that allows the largest change.
    #[default]
    Max,
    /// The one that allows the smallest change.
    Min,
    /// No change in this direction is allowed.
    Disabled,
}

/// A change that is allowed within a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Policy {
    /// This many instances (type `Pods`).
    Count {
        /// How many.
        by: u32,
        /// Within this long (`periodSeconds`).
        over: Span,
    },
    /// This share of the size (type `Percent`).
    Share {
        /// Which share.
        by: Share,
        /// Within this long (`periodSeconds`).
        over: Span,
    },
}

impl Policy {
    /// Its period.
    pub const fn over(self) -> Span {
        match self {
            Self::Count { over, .. } | Self::Share { over, .. } => over,
        }
    }
}

impl Behaviour {
    /// The default for growing (Kubernetes `scaleUp`: no stabilisation; 100 % or 4 pods in 15 s, the larger).
    pub fn up() -> Self {
        let over = fifteen_seconds();
        let policies = vec![Policy::Count { by: 4, over }, Policy::Share { by: Share::ALL, over }];
        Self { stabilisation: Span::ZERO, select: Select::Max, policies }
    }

    /// The default for shrinking (Kubernetes `scaleDown`: 300 s stabilisation; 100 % in 15 s).
    pub fn down() -> Self {
        let policies = vec![Policy::Share { by: Share::ALL, over: fifteen_seconds() }];
        Self { stabilisation: Span::from_secs(300), select: Select::Max, policies }
    }
}

/// The load of the instances, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Load of each ready instance that has a metric, in the target's unit.
    pub ready: Vec<f64>,
    /// How many are not ready yet.
    pub not_ready: u32,
    /// How many are ready but have no metric.
    pub missing: u32,
}

/// The number of instances that the load needs, before stabilisation and limits: `ceil(current * metric / target)`, or
/// the current number when the ratio is within `tolerance` of 1. An instance without a metric counts as idle when the fleet
/// would grow and as at the target, or fully busy, when it would shrink; an instance that is not ready counts as idle when
/// the fleet would grow. If these corrections turn the direction round, the number stays (`GetResourceReplicas`). `None`
/// when there is no metric at all.
pub fn desired(current: u32, load: &Load, target: f64, tolerance: f64) -> Option<u32> {
    if load.ready.is_empty() || target <= 0.0 {
        return None;
    }
    let used: f64 = load.ready.iter().sum();
    let ready = load.ready.len() as f64;
    let ratio = used / ready / target;
    let near = |ratio: f64| (1.0 - ratio).abs() <= tolerance + 1e-12;
    let unready_counts = load.not_ready > 0 && ratio > 1.0;
    if !unready_counts && load.missing == 0 {
        return Some(if near(ratio) { current } else { up(ratio * ready) });
    }
    let mut all = ready;
    let mut total = used;
    if load.missing > 0 && ratio < 1.0 {
        total += f64::from(load.missing) * target.max(1.0);
        all += f64::from(load.missing);
    } else if load.missing > 0 && ratio > 1.0 {
        all += f64::from(load.missing);
    }
    if unready_counts {
        all += f64::from(load.not_ready);
    }
    let again = total / all / target;
    if near(again) || (ratio < 1.0 && again > 1.0) || (ratio > 1.0 && again < 1.0) {
        return Some(current);
    }
    let wanted = up(again * all);
    let turned = (again < 1.0 && wanted > current) || (again > 1.0 && wanted < current);
    Some(if turned { current } else { wanted })
}

/// Rounded up, without the error in the last bits of a quotient.
fn up(replicas: f64) -> u32 {
    (replicas - 1e-9).ceil().max(0.0) as u32
}

/// The memory of the autoscaler: its recommendations, and the changes that it made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    wishes: Vec<(Time, u32)>,
    grown: Vec<(Time, u32)>,
    shrunk: Vec<(Time, u32)>,
}

impl Memory {
    /// Notes that the size was changed.
    pub fn changed(&mut self, now: Time, from: u32, to: u32) {
        if to > from {
            self.grown.push((now, to - from));
        } else if to < from {
            self.shrunk.push((now, from - to));
        }
    }

    /// The size to ask for when the load needs `wish` instances: stabilised, within the policies, and within the limits
    /// (`normalizeDesiredReplicasWithBehaviors`). The recommendation is remembered.
    pub fn settle(&mut self, spec: &Autoscaler, now: Time, current: u32, wish: u32) -> u32 {
        let stable = self.stabilise(spec, now, current, wish);
        self.limit(spec, now, current, stable)
    }

    /// Takes the most cautious recommendation within each direction's window
    /// (`stabilizeRecommendationWithBehaviors`).
    fn stabilise(&mut self, spec: &Autoscaler, now: Time, current: u32, wish: u32) -> u32 {
        let (mut lowest, mut highest) = (wish, wish);
        for (at, past) in &self.wishes {
            if *at + spec.up.stabilisation > now {
                lowest = lowest.min(*past);
            }
            if *at + spec.down.stabilisation > now {
                highest = highest.max(*past);
            }
        }
        let longest = spec.up.stabilisation.max(spec.down.stabilisation);
        self.wishes.retain(|(at, _)| *at + longest > now);
        self.wishes.push((now, wish));
        current.max(lowest).min(highest.max(lowest))
    }

    fn limit(&self, spec: &Autoscaler, now: Time, current: u32, wanted: u32) -> u32 {
        let (most, fewest) = (spec.max, spec.min.min(spec.max));
        if wanted > current {
            let allowed = self.most(&spec.up, now, current).max(current);
            wanted.min(allowed.min(most)).max(fewest)
        } else if wanted < current {
            let allowed = self.fewest(&spec.down, now, current).min(current);
            wanted.max(allowed.max(fewest)).min(most)
        } else {
            wanted.clamp(fewest, most)
        }
    }

    /// The size at the start of a period that ends now.
    fn before(&self, now: Time, over: Span, current: u32) -> u32 {
        let sum = |changes: &[(Time, u32)]| {
            changes.iter().filter(|(at, _)| *at + over > now).map(|(_, by)| by).sum::<u32>()
        };
        (current + sum(&self.shrunk)).saturating_sub(sum(&self.grown))
    }

    /// The largest size that the policies allow (`calculateScaleUpLimitWithScalingRules`).
    fn most(&self, up_to: &Behaviour, now: Time, current: u32) -> u32 {
        let limits = up_to.policies.iter().map(|policy| {
            let from = self.before(now, policy.over(), current);
            match policy {
                Policy::Count { by, .. } => from.saturating_add(*by),
                Policy::Share { by, .. } => up(f64::from(from) * (1.0 + by.fraction())),
            }
        });
        match up_to.select {
            Select::Disabled => current,
            Select::Max => limits.max().unwrap_or(current),
            Select::Min => limits.min().unwrap_or(current),
        }
    }

    /// The smallest size that the policies allow (`calculateScaleDownLimitWithBehaviors`).
    fn fewest(&self, down_to: &Behaviour, now: Time, current: u32) -> u32 {
        let limits = down_to.policies.iter().map(|policy| {
            let from = self.before(now, policy.over(), current);
            match policy {
                Policy::Count { by, .. } => from.saturating_sub(*by),
                Policy::Share { by, .. } => (f64::from(from) * (1.0 - by.fraction()) + 1e-9).max(0.0) as u32,
            }
        });
        match down_to.select {
            Select::Disabled => current,
            Select::Max => limits.min().unwrap_or(current),
            Select::Min => limits.max().unwrap_or(current),
        }
    }
}
