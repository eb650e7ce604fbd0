//! The horizontal autoscaler: how many instances the load asks for, as pure functions, and how it is written in a plan.
//!
//! Source: Kubernetes `pkg/controller/podautoscaler` (`replica_calculator.go`, `horizontal.go`) and the page "Horizontal Pod
//! Autoscaling"; the scaled metric is the share of busy workers, in the place of CPU utilisation.

mod run;
#[cfg(test)]
mod tests;

pub(super) use run::AutoscalerRun;

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
    pub max: u32,
    /// Between looks. Kubernetes `--horizontal-pod-autoscaler-sync-period`, 15 s.
    #[serde(default = "fifteen_seconds")]
    pub sync: Span,
    /// How far the load may be from the target without anything done. Kubernetes
    /// `--horizontal-pod-autoscaler-tolerance`, 10 %.
    #[serde(default = "ten_percent")]
    pub tolerance: Share,
    /// How fast it may grow. Default at once, and the larger of 100 % and 4 instances every 15 s.
    #[serde(default = "Behaviour::up")]
    pub up: Behaviour,
    /// How fast it may shrink. Default to the highest wish of the last 300 s, and 100 % every 15 s.
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
    /// Of the wishes of this long, the most cautious counts (`stabilizationWindowSeconds`).
    pub stabilisation: Span,
    /// Which policy counts (`selectPolicy`). Kubernetes `Max`.
    #[serde(default)]
    pub select: Select,
    /// What may change in which time.
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
    /// None: no change in this direction.
    Disabled,
}

/// What may change within a time.
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
    /// Growing, unless said otherwise (Kubernetes `scaleUp`: no stabilisation; 100 % or 4 pods in 15 s, the larger).
    pub fn up() -> Self {
        let over = fifteen_seconds();
        let policies = vec![Policy::Count { by: 4, over }, Policy::Share { by: Share::ALL, over }];
        Self { stabilisation: Span::ZERO, select: Select::Max, policies }
    }

    /// Shrinking, unless said otherwise (Kubernetes `scaleDown`: 300 s stabilisation; 100 % in 15 s).
    pub fn down() -> Self {
        let policies = vec![Policy::Share { by: Share::ALL, over: fifteen_seconds() }];
        Self { stabilisation: Span::from_secs(300), select: Select::Max, policies }
    }
}

/// What is known of the instances' load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// Load of each ready instance that has a metric, in the target's unit.
    pub ready: Vec<f64>,
    /// How many are not ready yet.
    pub not_ready: u32,
    /// How many are ready but have no metric.
    pub missing: u32,
}

/// How many instances the load asks for, before stabilisation and limits: `ceil(current * metric / target)`, none when the
/// ratio is within `tolerance` of 1. Missing metrics count as none when it would grow and as the target, or all, when it
/// would shrink; instances not ready count as none when it would grow; what turns the direction round changes nothing
/// (`GetResourceReplicas`). `None` when there is no metric at all.
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

/// Rounded up, forgiving what the last bits of a quotient add.
fn up(replicas: f64) -> u32 {
    (replicas - 1e-9).ceil().max(0.0) as u32
}

/// What the autoscaler remembers: its wishes, and the changes it made.
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

    /// The size to ask for when the load asks for `wish`: stabilised, within the policies, and within the limits
    /// (`normalizeDesiredReplicasWithBehaviors`). The wish is remembered.
    pub fn settle(&mut self, spec: &Autoscaler, now: Time, current: u32, wish: u32) -> u32 {
        let stable = self.stabilise(spec, now, current, wish);
        self.limit(spec, now, current, stable)
    }

    /// Of the wishes within each direction's window the most cautious one counts
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

    /// How large it may become (`calculateScaleUpLimitWithScalingRules`).
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

    /// How small it may become (`calculateScaleDownLimitWithBehaviors`).
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
