//! The arithmetic of a Kubernetes Deployment's rolling update, as pure functions of counts.
//!
//! Source: the Deployment controller of Kubernetes (`deployment_util.go`, `rolling.go`); the numbers in the tests are
//! those of its own unit tests (conformance sets `k8s_rollout_arithmetic`, `k8s_rolling_controller`, `k8s_rolling_trace`).

use crate::engine::Amount;

/// Instances of one version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// The number that was asked for (`spec.replicas`).
    pub replicas: u32,
    /// How many are available.
    pub available: u32,
}

/// The bounds of a rolling update around the fleet's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many instances there may be above the size.
    pub surge: u32,
    /// How many may be unavailable.
    pub unavailable: u32,
}

impl Bounds {
    /// `max_surge` rounded up and `max_unavailable` rounded down, of a fleet of `desired`. When both are 0, one may be
    /// unavailable, since the update could not move otherwise (`ResolveFenceposts`).
    pub fn of(max_surge: Amount, max_unavailable: Amount, desired: u32) -> Self {
        let surge = max_surge.rounded_up(desired);
        let unavailable = max_unavailable.rounded_down(desired);
        Self { surge, unavailable: if surge == 0 && unavailable == 0 { 1 } else { unavailable } }
    }

    /// How many must stay available (`MinAvailable`).
    pub fn min_available(self, desired: u32) -> u32 {
        desired.saturating_sub(self.unavailable)
    }
}

/// How many instances the new version gets in one reconciliation, of `total` that were asked for in all versions
/// (`reconcileNewReplicaSet`): a surplus is removed at once.
pub fn grown(desired: u32, bounds: Bounds, new: u32, total: u32) -> u32 {
    if new >= desired {
        return desired;
    }
    let room = desired.saturating_add(bounds.surge).saturating_sub(total);
    new + room.min(desired - new)
}

/// The instances that one reconciliation removed from the old versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Unhealthy instances.
    pub cleaned: u32,
    /// Instances that are not needed for availability.
    pub spared: u32,
}

/// Removes instances from the `old` versions, oldest first, as far as availability allows: the unhealthy ones first,
/// since they serve nobody (`reconcileOldReplicaSets`).
pub fn shrink(desired: u32, bounds: Bounds, old: &mut [Set], new: Set) -> Taken {
    let min_available = bounds.min_available(desired);
    let old_replicas: u32 = old.iter().map(|set| set.replicas).sum();
    let new_missing = new.replicas.saturating_sub(new.available);
    let most = (old_replicas + new.replicas).saturating_sub(min_available).saturating_sub(new_missing);
    if most == 0 {
        return Taken::default();
    }
    // Availability is not read again after the clean-up, since the removed instances were not available.
    let available = old.iter().map(|set| set.available).sum::<u32>() + new.available;
    let cleaned = clean_up(old, most);
    Taken { cleaned, spared: spare(desired, bounds, old, available) }
}

/// Removes up to `most` unavailable instances (`cleanupUnhealthyReplicas`).
pub fn clean_up(old: &mut [Set], most: u32) -> u32 {
    let mut left = most;
    for set in old {
        let taken = set.replicas.saturating_sub(set.available).min(left);
        set.replicas -= taken;
        left -= taken;
    }
    most - left
}

/// Removes as many instances, healthy or not, as the `available` ones of all versions allow
/// (`scaleDownOldReplicaSetsForRollingUpdate`).
pub fn spare(desired: u32, bounds: Bounds, old: &mut [Set], available: u32) -> u32 {
    let most = available.saturating_sub(bounds.min_available(desired));
    let mut left = most;
    for set in old {
        let taken = set.replicas.min(left);
        set.replicas -= taken;
        left -= taken;
    }
    most - left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Share;

    fn percent(percent: f64) -> Amount {
        Amount::Share(Share::percent(percent))
    }

    #[test]
    fn surge_rounds_up_unavailable_down_and_both_zero_gives_one_unavailable() {
        let cases = [
            (percent(0.0), percent(0.0), 0, (0, 1)),
            (percent(39.0), percent(39.0), 10, (4, 3)),
            (Amount::Count(0), percent(39.0), 10, (0, 3)),
            (percent(39.0), Amount::Count(0), 10, (4, 0)),
            (percent(25.0), percent(25.0), 1, (1, 0)),
            (percent(25.0), percent(25.0), 5, (2, 1)),
            (percent(25.0), percent(25.0), 10, (3, 2)),
            (percent(25.0), percent(25.0), 13, (4, 3)),
            (percent(0.0), percent(10.0), 5, (0, 1)),
            (percent(7.0), percent(7.0), 14, (1, 0)),
            (percent(7.0), percent(7.0), 15, (2, 1)),
            (percent(99.0), percent(99.0), 101, (100, 99)),
            (Amount::Count(2), percent(30.0), 9, (2, 2)),
            (percent(30.0), Amount::Count(2), 9, (3, 2)),
        ];
        for (surge, unavailable, desired, expected) in cases {
            let bounds = Bounds::of(surge, unavailable, desired);
            assert_eq!((bounds.surge, bounds.unavailable), expected, "{surge} {unavailable} of {desired}");
        }
    }

    #[test]
    fn what_must_stay_available_is_never_below_nothing() {
        for (max_unavailable, desired, expected) in [
            (Amount::Count(5), 10, 5),
            (Amount::Count(10), 10, 0),
            (Amount::Count(10), 5, 0),
            (percent(60.0), 10, 4),
        ] {
            let bounds = Bounds::of(Amount::Count(1), max_unavailable, desired);
            assert_eq!(bounds.min_available(desired), expected);
        }
    }

    #[test]
    fn the_new_version_grows_into_the_room_there_is() {
        // (desired, new, total, surge) -> new
        let cases = [
            ((6, 2, 5, Amount::Count(10)), 6),
            ((10, 0, 10, percent(25.0)), 3),
            ((10, 3, 13, Amount::Count(3)), 3),
            ((4, 0, 4, Amount::Count(1)), 1),
            ((4, 1, 4, Amount::Count(1)), 2),
            ((7, 2, 9, percent(25.0)), 2),
            ((1, 0, 1, percent(25.0)), 1),
            ((100, 0, 100, percent(1.0)), 1),
            ((20, 10, 10, Amount::Count(0)), 20),
            ((10, 0, 5, Amount::Count(2)), 7),
            ((10, 2, 12, Amount::Count(2)), 2),
            ((10, 12, 12, Amount::Count(2)), 10),
        ];
        for ((desired, new, total, surge), expected) in cases {
            let bounds = Bounds::of(surge, Amount::Count(0), desired);
            assert_eq!(grown(desired, bounds, new, total), expected, "{desired} {new} {total}");
        }
    }

    fn sets(of: &[(u32, u32)]) -> Vec<Set> {
        of.iter().map(|&(replicas, available)| Set { replicas, available }).collect()
    }

    type Counts = &'static [(u32, u32)];
    /// Size, surge and unavailable, old counts, new count, and the old sizes afterwards.
    type Case = (u32, u32, u32, Counts, (u32, u32), &'static [u32]);

    #[test]
    fn old_versions_shrink_as_the_upstream_cases_say() {
        let cases: [Case; 15] = [
            (10, 0, 0, &[(10, 10)], (0, 0), &[9]),
            (10, 0, 2, &[(10, 10)], (0, 0), &[8]),
            (10, 0, 2, &[(10, 8)], (0, 0), &[8]),
            (10, 3, 2, &[(8, 7)], (5, 0), &[8]),
            (10, 3, 2, &[(8, 8), (5, 0)], (0, 0), &[8, 0]),
            (10, 3, 2, &[(8, 8)], (5, 5), &[3]),
            (10, 3, 2, &[(3, 3)], (10, 7), &[1]),
            (4, 1, 0, &[(4, 4)], (1, 1), &[3]),
            (4, 1, 0, &[(4, 3)], (1, 1), &[3]),
            (6, 0, 2, &[(6, 6)], (0, 0), &[4]),
            (6, 0, 2, &[(3, 1), (3, 3)], (0, 0), &[1, 3]),
            (6, 2, 2, &[(2, 2), (4, 4)], (2, 2), &[0, 2]),
            (100, 10, 10, &[(100, 95)], (10, 0), &[90]),
            (1, 1, 0, &[(1, 1)], (1, 1), &[0]),
            (10, 0, 2, &[(0, 0)], (10, 10), &[0]),
        ];
        for (desired, surge, unavailable, old, new, expected) in cases {
            let bounds = Bounds::of(Amount::Count(surge), Amount::Count(unavailable), desired);
            let mut left = sets(old);
            let before: u32 = left.iter().map(|set| set.replicas).sum();
            let taken = shrink(desired, bounds, &mut left, Set { replicas: new.0, available: new.1 });
            let replicas: Vec<u32> = left.iter().map(|set| set.replicas).collect();
            assert_eq!(replicas, expected, "{old:?} {new:?}");
            assert_eq!(taken.cleaned + taken.spared, before - replicas.iter().sum::<u32>());
        }
    }

    #[test]
    fn only_unhealthy_instances_are_cleaned_up() {
        for (most, cleaned) in [(1, 1), (3, 2)] {
            let mut old = sets(&[(10, 8)]);
            assert_eq!((clean_up(&mut old, most), old[0].replicas), (cleaned, 10 - cleaned));
        }
    }
}
