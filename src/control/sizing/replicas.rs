//! How many instances a canary gets, as Argo Rollouts counts them.
//!
//! Source: `utils/replicaset/canary.go` of Argo Rollouts; the numbers in the tests are those of its own unit tests
//! (conformance set `argo_canary_replicas`). Weights are basis points, out of [`WHOLE`].

use super::deployment::{Bounds, Set};
use crate::engine::Share;

/// The weight of all requests, in basis points.
pub const WHOLE: u32 = 10_000;

/// A weight, out of a whole that a router may choose (Argo Rollouts `maxTrafficWeight`, 100).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The part.
    pub part: u32,
    /// The whole.
    pub whole: u32,
}

impl Weight {
    /// Basis points.
    pub const fn points(part: u32) -> Self {
        Self { part, whole: WHOLE }
    }

    /// Instances that carry this part of the requests of a fleet of `replicas`, rounded up
    /// (`trafficWeightToReplicas`).
    pub fn replicas(self, replicas: u32) -> u32 {
        let part = u64::from(self.part) * u64::from(replicas);
        part.div_ceil(u64::from(self.whole.max(1))).min(u64::from(u32::MAX)) as u32
    }
}

/// Instances that carry `share` of the requests of a fleet of `replicas`, rounded up (`trafficWeightToReplicas`).
pub fn for_share(share: Share, replicas: u32) -> u32 {
    Weight::points(share.basis_points().min(WHOLE)).replicas(replicas)
}

/// The counts of candidate and stable instances whose ratio is nearest to `weight`, out of `replicas` in total, or one
/// more when there may be a surge. Neither is 0 for a weight between 0 and the whole, when two can run
/// (`approximateWeightedCanaryStableReplicaCounts`).
pub fn approximate_split(replicas: u32, weight: Weight, surge: u32) -> (u32, u32) {
    if replicas == 0 {
        return (0, 0);
    }
    let whole = weight.whole.max(1);
    let part = u64::from(replicas) * u64::from(weight.part);
    let (floor, ceil) = ((part / u64::from(whole)) as u32, part.div_ceil(u64::from(whole)) as u32);
    let may_be_zero = weight.part == whole || weight.part == 0 || (replicas == 1 && surge == 0);
    let floor_counts = floor != 0 || may_be_zero;
    let options = [
        (ceil, replicas, ceil < replicas || may_be_zero),
        (floor, replicas, floor_counts && !tied(weight, replicas)),
        (ceil, replicas + 1, surge > 0),
        (floor, replicas + 1, surge > 0 && floor_counts && !tied(weight, replicas + 1)),
    ];
    let mut best: Option<(f64, u32, u32)> = None;
    for (candidate, total, allowed) in options {
        let off = (f64::from(candidate) * f64::from(whole) / f64::from(total) - f64::from(weight.part)).abs();
        if allowed && best.is_none_or(|(least, ..)| off < least) {
            best = Some((off, candidate, total));
        }
    }
    best.map_or((0, replicas), |(_, candidate, total)| (candidate, total - candidate))
}

/// Whether rounding up and down have the same error; then it rounds up (`floorCeilingTied`).
fn tied(weight: Weight, total: u32) -> bool {
    let whole = u64::from(weight.whole.max(1));
    2 * ((u64::from(total) * u64::from(weight.part)) % whole) == whole
}

/// The instances of a canary without a router.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// The candidate's instances.
    pub candidate: Set,
    /// The stable instances; `None` when there is no stable version yet, and the candidate grows to the full size.
    pub stable: Option<Set>,
    /// Instances of earlier versions; they go first.
    pub older: Set,
}

/// One step of a canary without a router towards `weight`: the sizes (candidate, stable) to ask for now, so that surge
/// and availability stay in bounds (`CalculateReplicaCountsForBasicCanary`). The stable set is filled up first. Unavailable
/// instances of a set that is to shrink are removed whatever the bounds, so that a broken set can always go.
pub fn step_by_instances(replicas: u32, weight: Weight, bounds: Bounds, sets: Sets) -> (u32, u32) {
    let Sets { candidate, older, .. } = sets;
    let stable = sets.stable.unwrap_or_default();
    let (want_candidate, want_stable) = match sets.stable {
        Some(_) => approximate_split(replicas, weight, bounds.surge),
        None => (replicas, 0),
    };
    let most = replicas + bounds.surge;
    let mut room = most.saturating_sub(candidate.replicas + stable.replicas + older.replicas);
    let grow = |now: u32, want: u32, room: &mut u32| {
        let more = want.saturating_sub(now).min(*room);
        *room -= more;
        now + more
    };
    let next_stable = grow(stable.replicas, want_stable, &mut room);
    let next_candidate = grow(candidate.replicas, want_candidate, &mut room);
    if older.replicas > 0 {
        return (next_candidate, next_stable);
    }

    let least = bounds.min_available(replicas);
    let rising = want_candidate >= candidate.replicas;
    let counted = counted(candidate, !rising) + counted(stable, rising);
    if counted <= least {
        return (next_candidate, next_stable);
    }
    let spare = counted - least;
    if !rising {
        let candidate_left = shrunk(candidate, want_candidate, spare, next_candidate);
        within(candidate, stable, candidate_left, next_stable, most, least)
    } else if sets.stable.is_some() {
        let stable_left = shrunk(stable, want_stable, spare, next_stable);
        let (stable, candidate) = within(stable, candidate, stable_left, next_candidate, most, least);
        (candidate, stable)
    } else {
        (next_candidate, next_stable)
    }
}

/// Instances of a set that count when it is decided how many can go (`GetReplicasForScaleDown`).
fn counted(set: Set, ignore_availability: bool) -> u32 {
    if ignore_availability { set.replicas } else { set.available.min(set.replicas) }
}

/// The size of a set that may lose up to `spare` instances on its way to `want`; `otherwise` when it need not shrink.
fn shrunk(set: Set, want: u32, spare: u32, otherwise: u32) -> u32 {
    if set.replicas > want { want.max(set.replicas.saturating_sub(spare)) } else { otherwise }
}

/// Keeps both counts together at `most`, taking from the set that is not `leaving` as far as `least` available
/// instances allow, and then from the one that is leaving (`adjustReplicaWithinLimits`).
fn within(leaving: Set, staying: Set, to_leave: u32, to_stay: u32, most: u32, least: u32) -> (u32, u32) {
    let over = (to_leave + to_stay).saturating_sub(most);
    let mut stay = to_stay.saturating_sub(over);
    let available = leaving.available.min(to_leave) + staying.available.min(stay);
    let lost = staying.available.saturating_sub(stay);
    stay += lost.min(least.saturating_sub(available));
    let still_over = (to_leave + stay).saturating_sub(most);
    (to_leave.saturating_sub(still_over), stay)
}

/// The candidate's weight while a rollout with a shrunken stable set goes back: it falls as stable instances become
/// available, and never rises (Argo Rollouts, abort with `dynamicStableScale`).
pub fn weight_on_abort(now: u32, stable_available: u32, replicas: u32) -> u32 {
    let carried = (u64::from(WHOLE) * u64::from(stable_available.min(replicas))) / u64::from(replicas.max(1));
    now.min(WHOLE - carried as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Amount;

    #[test]
    fn the_split_is_the_nearest_there_is() {
        // (replicas, weight in percent, surge) -> (candidate, stable)
        let cases = [
            ((0, 50, 0), (0, 0)),
            ((1, 1, 0), (0, 1)),
            ((1, 49, 0), (0, 1)),
            ((1, 50, 0), (1, 0)),
            ((1, 50, 1), (1, 1)),
            ((1, 99, 1), (1, 1)),
            ((1, 100, 1), (1, 0)),
            ((2, 99, 0), (1, 1)),
            ((2, 1, 1), (1, 2)),
            ((2, 99, 1), (2, 1)),
            ((3, 10, 0), (1, 2)),
            ((3, 50, 0), (2, 1)),
            ((3, 25, 1), (1, 3)),
            ((3, 50, 1), (2, 2)),
            ((10, 14, 0), (1, 9)),
            ((10, 1, 1), (1, 10)),
            ((10, 19, 1), (2, 9)),
            ((10, 23, 1), (2, 8)),
            ((10, 99, 1), (10, 1)),
            ((10, 100, 1), (10, 0)),
            ((10, 41, 0), (4, 6)),
        ];
        for ((replicas, weight, surge), expected) in cases {
            assert_eq!(
                approximate_split(replicas, Weight::points(weight * 100), surge),
                expected,
                "{replicas} {weight}%"
            );
        }
    }

    #[test]
    fn a_step_by_instances_is_the_upstream_one() {
        let set = |(replicas, available)| Set { replicas, available };
        // (replicas, weight, surge, unavailable, candidate, stable) -> (candidate, stable)
        let cases = [
            ((10, 100, 3, 0, (6, 3), (7, 8)), (6, 7)),
            ((10, 20, 2, 0, (0, 0), (10, 10)), (2, 10)),
            ((10, 20, 0, 2, (0, 0), (10, 10)), (0, 8)),
            ((10, 30, 0, 2, (0, 0), (10, 10)), (0, 8)),
            ((10, 0, 1, 1, (1, 1), (10, 10)), (0, 10)),
            ((1, 51, 0, 1, (0, 0), (1, 1)), (0, 0)),
            ((1, 51, 0, 1, (0, 0), (0, 0)), (1, 0)),
            ((10, 30, 0, 3, (4, 4), (8, 5)), (3, 7)),
            ((10, 100, 1, 0, (10, 8), (10, 2)), (9, 2)),
            ((10, 5, 0, 1, (0, 0), (10, 10)), (0, 9)),
            ((10, 5, 0, 1, (0, 0), (9, 9)), (1, 9)),
            ((10, 10, 0, 0, (0, 0), (10, 10)), (0, 9)),
            ((4, 100, 1, 0, (0, 0), (4, 1)), (1, 4)),
            ((3, 99, 0, 2, (0, 0), (1, 1)), (2, 1)),
            ((4, 100, 1, 0, (1, 1), (4, 1)), (1, 3)),
            ((4, 0, 1, 0, (4, 4), (1, 1)), (3, 1)),
            ((4, 100, 3, 0, (0, 0), (4, 4)), (3, 4)),
            ((10, 10, 1, 1, (0, 0), (10, 10)), (1, 9)),
            ((10, 30, 3, 0, (0, 0), (10, 10)), (3, 10)),
            ((1, 5, 1, 0, (0, 0), (1, 1)), (1, 1)),
        ];
        for ((replicas, weight, surge, unavailable, candidate, stable), expected) in cases {
            let bounds = Bounds::of(Amount::Count(surge), Amount::Count(unavailable), replicas);
            let sets = Sets { candidate: set(candidate), stable: Some(set(stable)), older: set((0, 0)) };
            let got = step_by_instances(replicas, Weight::points(weight * 100), bounds, sets);
            assert_eq!(got, expected, "{replicas} {weight}% {candidate:?} {stable:?}");
        }
    }

    #[test]
    fn a_share_is_carried_by_enough_instances() {
        for (replicas, percent, expected) in [(10, 0.0, 0), (10, 20.0, 2), (10, 25.0, 3), (23, 100.0, 23)] {
            assert_eq!(for_share(Share::percent(percent), replicas), expected);
        }
    }

    #[test]
    fn on_abort_the_weight_follows_the_stable_instances_and_never_rises() {
        assert_eq!(weight_on_abort(6_000, 4, 10), 6_000);
        assert_eq!(weight_on_abort(6_000, 8, 10), 2_000);
        assert_eq!(weight_on_abort(1_000, 2, 10), 1_000);
        assert_eq!(weight_on_abort(6_000, 12, 10), 0);
    }
}
