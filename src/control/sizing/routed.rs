//! How many instances a canary gets when a router splits the requests, as Argo Rollouts counts them.
//!
//! Source: `utils/replicaset/canary.go` of Argo Rollouts (conformance set `argo_canary_replicas`).

use super::replicas::Weight;
use crate::engine::Amount;

/// A size of the candidate that a step sets independently of its weight (`setCanaryScale`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanaryScale {
    /// This many instances.
    Replicas(u32),
    /// The number that can serve this weight.
    Weight(Weight),
}

impl From<Amount> for CanaryScale {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Count(count) => Self::Replicas(count),
            Amount::Share(share) => Self::Weight(Weight::points(share.basis_points())),
        }
    }
}

/// A canary behind a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The fleet's size.
    pub replicas: u32,
    /// The candidate's weight that the steps ask for.
    pub weight: Weight,
    /// A size independent of the weight, if a step has set one; otherwise the size follows the weight (`matchTrafficWeight`). After an
    /// abort it holds only where the candidate is to stay for good (`UseSetCanaryScale`; `abortScaleDownDelaySeconds: 0`).
    pub scale: Option<CanaryScale>,
    /// Fewest instances of a set that has any, up to the fleet's size (`minPodsPerReplicaSet`, 1).
    pub least: u32,
    /// Whether the stable set shrinks as the candidate grows (`dynamicStableScale`).
    pub dynamic_stable: bool,
    /// Whether the rollout was aborted.
    pub aborted: bool,
    /// The candidate's and the stable set's weight that the router has now, if it is known.
    pub actual: Option<(Weight, Weight)>,
}

impl Routed {
    /// The sizes (candidate, stable) to ask for (`CalculateReplicaCountsForTrafficRoutedCanary`). With a shrinking
    /// stable set neither side shrinks before its requests have gone.
    pub fn counts(&self) -> (u32, u32) {
        let candidate = match self.scale {
            Some(CanaryScale::Replicas(replicas)) => replicas,
            Some(CanaryScale::Weight(weight)) => self.carry(weight),
            None => self.carry(self.weight),
        };
        if !self.dynamic_stable {
            return (candidate, self.replicas);
        }
        let mut counts = (candidate, self.carry(self.rest()));
        if let Some((candidate, stable)) = self.actual {
            counts.1 = counts.1.max(self.carry(stable));
            if self.aborted {
                counts.0 = counts.0.max(self.carry(candidate));
            }
        }
        counts
    }

    fn rest(&self) -> Weight {
        Weight { part: self.weight.whole.saturating_sub(self.weight.part), ..self.weight }
    }

    fn carry(&self, weight: Weight) -> u32 {
        match weight.replicas(self.replicas) {
            0 => 0,
            some => some.max(self.least.min(self.replicas)),
        }
    }
}

/// How many of a step's instances must be available for the rollout to go on (`replicaProgressThreshold`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// This part of them, in percent.
    Percentage(i64),
    /// This many.
    Pods(i64),
}

impl Threshold {
    /// Whether `available` instances of `desired` are enough. A number below zero or above all means all.
    pub fn met(self, available: u32, desired: u32) -> bool {
        let (value, all) = match self {
            Self::Percentage(value) => (value, 100),
            Self::Pods(value) => (value, i64::from(desired)),
        };
        if !(0..=all).contains(&value) {
            return available >= desired;
        }
        match self {
            Self::Percentage(value) => i64::from(available) * 100 >= value * i64::from(desired),
            Self::Pods(value) => i64::from(available) >= value,
        }
    }
}

/// Whether a set with `asked` instances asked for, of `desired`, is ready enough: all are asked for and available, or as
/// many as the threshold says.
pub fn far_enough(threshold: Option<Threshold>, asked: Option<u32>, available: u32, desired: u32) -> bool {
    match threshold {
        Some(threshold) => threshold.met(available, desired),
        None => asked.is_none_or(|asked| asked == desired) && available >= desired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Routed = Routed {
        replicas: 10,
        weight: Weight { part: 20, whole: 100 },
        scale: None,
        least: 1,
        dynamic_stable: false,
        aborted: false,
        actual: None,
    };

    fn percent(part: u32) -> Weight {
        Weight { part, whole: 100 }
    }

    #[test]
    fn the_stable_set_stays_whole_unless_it_is_told_to_shrink() {
        assert_eq!(TEN.counts(), (2, 10));
        assert_eq!(Routed { dynamic_stable: true, ..TEN }.counts(), (2, 8));
        let shifting = Some((percent(10), percent(90)));
        assert_eq!(Routed { dynamic_stable: true, actual: shifting, ..TEN }.counts(), (2, 9));
    }

    #[test]
    fn a_step_may_set_the_size_apart_from_the_weight() {
        let scaled = |scale| Routed { scale: Some(scale), ..TEN }.counts().0;
        assert_eq!(scaled(CanaryScale::Replicas(7)), 7);
        assert_eq!(scaled(CanaryScale::Weight(percent(200))), 20);
    }

    #[test]
    fn a_set_with_any_instance_has_the_fewest_allowed() {
        assert_eq!(Routed { least: 3, ..TEN }.counts(), (3, 10));
        assert_eq!(Routed { least: 3, weight: percent(0), ..TEN }.counts(), (0, 10));
        assert_eq!(Routed { least: 3, replicas: 1, weight: percent(100), ..TEN }.counts(), (1, 1));
    }

    #[test]
    fn after_an_abort_the_candidate_stays_until_its_requests_have_gone() {
        let aborted = Routed {
            weight: percent(0),
            dynamic_stable: true,
            aborted: true,
            actual: Some((percent(60), percent(40))),
            ..TEN
        };
        assert_eq!(aborted.counts(), (6, 10));
        assert_eq!(Routed { weight: percent(20), ..aborted }.counts(), (6, 8));
    }

    #[test]
    fn a_threshold_lets_it_go_on_early() {
        assert!(Threshold::Percentage(90).met(9, 10) && !Threshold::Percentage(90).met(8, 10));
        assert!(Threshold::Pods(8).met(8, 10) && !Threshold::Pods(8).met(7, 10));
        assert!(Threshold::Pods(-100).met(10, 10) && !Threshold::Pods(-100).met(9, 10));
        assert!(Threshold::Percentage(90).met(0, 0));
        assert!(!far_enough(None, Some(5), 10, 10) && far_enough(None, Some(10), 10, 10));
    }
}
