//! A rolling update: a loop that compares the actual with the desired state and takes one step, as the Kubernetes
//! Deployment controller does. A rollback is the same loop with the pools exchanged.

use super::orders::Orders;
use crate::control::Rolling;
use crate::control::conditions::{Counts, complete, progressing, timed_out};
use crate::control::sizing::deployment::{Bounds, Set, grown, shrink};
use crate::control::sizing::proportional::{Part, rescale, saturated};
use crate::control::sizing::replicas::{Sets, WHOLE, Weight, step_by_instances};
use crate::engine::{Span, Time};
use crate::sim::{Ask, Observation, Pool};

/// The progress of a rolling update.
#[derive(Clone, Debug)]
pub(in crate::control) struct RollingRun {
    old: Pool,
    new: Pool,
    progress: Progress,
    /// The fleet's size at the last look.
    desired: Option<u32>,
}

/// The time of the last progress (the Deployment's `Progressing` condition).
#[derive(Clone, Copy, Debug)]
pub(in crate::control) struct Progress {
    since: Time,
    /// The counts at the last look.
    counts: Option<Counts>,
    told: bool,
}

/// The state after a look at the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::control) enum Rolled {
    /// It goes on.
    Going,
    /// The progress deadline has just passed.
    Stuck,
    /// The new version has all instances, available, and the old one none.
    Done,
}

impl RollingRun {
    /// Begins to replace the instances of `old` by those of `new`.
    pub fn start(old: Pool, new: Pool, now: Time) -> Self {
        Self { old, new, progress: Progress::start(now), desired: None }
    }

    /// One reconciliation: scales the new version up if there is room, else the old one down if availability allows
    /// (`rolloutRolling`). Terminating instances are not counted.
    pub fn advance(
        &mut self,
        spec: &Rolling,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> Rolled {
        let desired = seen.replicas;
        if self.resize(spec, orders, seen, asks) {
            return Rolled::Going;
        }
        let bounds = Bounds::of(spec.max_surge, spec.max_unavailable, desired);
        let set = |pool: Pool| Set {
            replicas: orders.size(pool, seen),
            available: seen.pool(pool).available(spec.min_ready, seen.now),
        };
        let (old, new) = (set(self.old), set(self.new));
        let ready = |pool: Pool| seen.pool(pool).ready();
        let counts = Counts {
            current: new.replicas + old.replicas.max(seen.pool(self.old).existing),
            updated: new.replicas,
            ready: ready(self.new) + ready(self.old),
            available: new.available + old.available,
        };
        if complete(desired, counts) {
            return Rolled::Done;
        }
        if !spec.proportional {
            // Argo Rollouts (`CalculateReplicaCountsForBasicCanary` at the weight of everything), whatever has been resized.
            let sets = Sets { candidate: new, stable: Some(old), ..Sets::default() };
            let (to, rest) = step_by_instances(desired, Weight::points(WHOLE), bounds, sets);
            let because = || {
                format!("at most {} above and {} below {desired} instances", bounds.surge, bounds.unavailable)
            };
            orders.scale(self.new, to, seen, asks, because);
            orders.scale(self.old, rest, seen, asks, because);
            return self.progress.watch(spec.progress_deadline, counts, seen.now);
        }
        let to = grown(desired, bounds, new.replicas, old.replicas + new.replicas);
        let limit =
            || format!("at most {} above and {} below {desired} instances", bounds.surge, bounds.unavailable);
        if !orders.scale(self.new, to, seen, asks, limit) && to == new.replicas {
            let mut left = [old];
            shrink(desired, bounds, &mut left, new);
            orders.scale(self.old, left[0].replicas, seen, asks, || {
                let available = old.available + new.available;
                format!("available instances: {available}, needed: {}", bounds.min_available(desired))
            });
        }
        self.progress.watch(spec.progress_deadline, counts, seen.now)
    }

    /// Stops the progress deadline, which does not run in a paused Deployment. A fleet that is resized meanwhile is still scaled.
    pub fn hold(&mut self, spec: &Rolling, orders: &mut Orders, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        self.progress.hold(seen.now);
        self.resize(spec, orders, seen, asks);
    }

    /// When the fleet's size has changed, scales both versions in proportion to what they have; nothing else happens then
    /// (`isScalingEvent`, `scale`).
    fn resize(
        &mut self,
        spec: &Rolling,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let desired = seen.replicas;
        let Some(before) = self.desired.replace(desired).filter(|before| *before != desired) else {
            return false;
        };
        if !spec.proportional {
            return false;
        }
        let surge = |desired| Bounds::of(spec.max_surge, spec.max_unavailable, desired).surge;
        let most_before = Some(before + surge(before));
        let pools = [self.new, self.old];
        let parts = pools.map(|pool| Part { replicas: orders.size(pool, seen), most_before });
        let available = seen.pool(self.new).available(spec.min_ready, seen.now);
        let full = saturated(desired, before, parts[0].replicas, available);
        for (pool, to) in pools.into_iter().zip(rescale(desired, surge(desired), &parts, full)) {
            orders.scale(pool, to, seen, asks, || {
                format!("the fleet is to have {desired} instances, not {before}: each version keeps its part")
            });
        }
        true
    }
}

impl Progress {
    /// Progress is looked for from now on.
    pub fn start(now: Time) -> Self {
        Self { since: now, counts: None, told: false }
    }

    /// The deadline stands still.
    pub fn hold(&mut self, now: Time) {
        self.since = now;
    }

    /// Compares the counts with those of the last look. Returns `Stuck` once, when the deadline has passed without
    /// progress.
    pub fn watch(&mut self, deadline: Span, counts: Counts, now: Time) -> Rolled {
        if self.counts.is_none_or(|before| progressing(before, counts)) {
            (self.since, self.told) = (now, false);
        }
        self.counts = Some(counts);
        if self.told || !timed_out(deadline, now.since(self.since)) {
            return Rolled::Going;
        }
        self.told = true;
        Rolled::Stuck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{Cluster, plan};
    use crate::control::{Strategy, fake_cluster};
    use crate::engine::{Amount, Share};
    use crate::sim::{RolloutCommand, RolloutPhase};

    fn rolling(max_surge: Amount, max_unavailable: Amount) -> Rolling {
        Rolling { max_surge, max_unavailable, ..Rolling::default() }
    }

    fn percent(percent: f64) -> Amount {
        Amount::Share(Share::percent(percent))
    }

    /// Old and new instances asked for, and new ones available, after each second. Instances start in `boot` seconds and
    /// go at once.
    fn trace(spec: Rolling, replicas: u32, boot: u64, seconds: usize) -> Vec<(u32, u32, u32)> {
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(spec.clone()))).sized(replicas);
        (cluster.boot, cluster.drain) = (Span::from_secs(boot), Span::ZERO);
        let bounds = Bounds::of(spec.max_surge, spec.max_unavailable, replicas);
        let mut steps = vec![(replicas, 0, 0)];
        for _ in 0..seconds {
            let available = cluster.view(Pool::Candidate).ready();
            let (old, new) = cluster.run(1).sizes();
            assert!(old + new <= replicas + bounds.surge, "too many: {old} and {new}");
            assert!(old + available >= bounds.min_available(replicas), "too few: {old} and {available}");
            steps.push((old, new, available));
        }
        assert_eq!(cluster.phase, RolloutPhase::Completed);
        steps
    }

    #[test]
    fn a_canary_without_steps_that_is_resized_goes_on_to_the_new_size_at_once() {
        for proportional in [true, false] {
            let spec = Rolling { proportional, ..rolling(Amount::Count(1), Amount::Count(0)) };
            let mut cluster = Cluster::of(&plan(Strategy::Rolling(spec)));
            while cluster.sizes().1 < 4 {
                cluster.run(1);
            }
            let (before, _) = cluster.sizes();
            cluster.replicas = 20;
            let (old, new) = cluster.run(1).sizes();
            assert_eq!((old > before, old + new > 19), (proportional, true), "{proportional}: {old}, {new}");
            cluster.run(200);
            assert_eq!(
                (cluster.phase, cluster.sizes()),
                (RolloutPhase::Completed, (0, 20)),
                "{proportional}"
            );
        }
    }

    // Conformance set `k8s_rolling_trace`: one reconciliation a tick.
    #[test]
    fn the_trace_is_that_of_the_deployment_controller() {
        assert_eq!(
            trace(rolling(percent(25.0), percent(25.0)), 10, 1, 6),
            [(10, 0, 0), (10, 3, 0), (5, 3, 3), (5, 8, 3), (0, 8, 8), (0, 10, 8), (0, 10, 10)]
        );
        let (none, one, two, three) =
            (Amount::Count(0), Amount::Count(1), Amount::Count(2), Amount::Count(3));
        assert_eq!(
            trace(rolling(none, three), 10, 1, 9),
            [
                (10, 0, 0),
                (7, 0, 0),
                (7, 3, 0),
                (4, 3, 3),
                (4, 6, 3),
                (1, 6, 6),
                (1, 9, 6),
                (0, 9, 9),
                (0, 10, 9),
                (0, 10, 10)
            ]
        );
        assert_eq!(trace(rolling(one, none), 1, 1, 3), [(1, 0, 0), (1, 1, 0), (0, 1, 1), (0, 1, 1)]);
        assert_eq!(
            trace(rolling(two, two), 6, 2, 7),
            [(6, 0, 0), (6, 2, 0), (4, 2, 0), (4, 4, 2), (2, 4, 2), (2, 6, 4), (0, 6, 4), (0, 6, 6)]
        );
        assert_eq!(trace(rolling(one, none), 10, 3, 41)[40..], [(0, 10, 10), (0, 10, 10)]);
        assert_eq!(
            trace(rolling(percent(100.0), percent(0.0)), 5, 1, 3),
            [(5, 0, 0), (5, 5, 0), (0, 5, 5), (0, 5, 5)]
        );
    }

    #[test]
    fn an_instance_counts_only_when_it_is_ready_for_min_ready() {
        let spec = Rolling { min_ready: Span::from_secs(20), ..rolling(Amount::Count(1), Amount::Count(0)) };
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(spec)));
        assert_eq!(cluster.run(30).sizes(), (10, 1));
        assert_eq!(cluster.run(2).sizes(), (9, 2));
    }

    #[test]
    fn a_stuck_update_is_reported_once_and_not_undone() {
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
        cluster.boots = false;
        cluster.run(2_000);
        assert_eq!(cluster.count("progress deadline exceeded"), 1);
        assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::InProgress, (8, 5)));
    }

    #[test]
    fn the_deadline_is_over_only_after_it() {
        let mut progress = Progress::start(Time::ZERO);
        let counts = Counts { current: 8, updated: 3, ready: 6, available: 6 };
        let mut watch = |second| progress.watch(Span::from_secs(60), counts, Time::from_secs(second));
        assert_eq!([watch(0), watch(60), watch(61)], [Rolled::Going, Rolled::Going, Rolled::Stuck]);
    }

    #[test]
    fn a_stuck_update_is_undone_when_the_plan_says_so() {
        let spec = Rolling { abort_on_deadline: true, ..Rolling::default() };
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(spec)));
        cluster.boots = false;
        cluster.run(700);
        assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)));
    }

    #[test]
    fn a_held_update_moves_nothing_and_its_deadline_stands_still() {
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
        let sizes = cluster.run(5).command(RolloutCommand::Pause).run(1_000).sizes();
        assert_eq!((cluster.phase, sizes), (RolloutPhase::Paused, (8, 5)));
        assert_eq!(cluster.count("deadline"), 0);
        assert_eq!(cluster.command(RolloutCommand::Resume).run(60).sizes(), (0, 10));
        assert_eq!(cluster.phase, RolloutPhase::Completed);
    }

    #[test]
    fn a_fleet_resized_mid_way_keeps_its_proportions() {
        let mut cluster = Cluster::of(&plan(Strategy::Rolling(Rolling::default())));
        cluster.boots = false;
        assert_eq!(cluster.run(30).sizes(), (8, 5));
        cluster.replicas = 20;
        // 8 and 5 of at most 13 become 15 and 10 of at most 25.
        assert_eq!(cluster.run(1).sizes(), (15, 10));
        cluster.boots = true;
    }

    #[test]
    fn a_background_analysis_watches_a_rolling_update() {
        let mut plan =
            plan(Strategy::Rolling(Rolling { min_ready: Span::from_secs(60), ..Rolling::default() }));
        plan.analysis = Some(fake_cluster::analysis(0));
        let mut cluster = Cluster::of(&plan);
        cluster.errors = 0.2;
        cluster.run(300);
        assert_eq!((cluster.phase, cluster.sizes()), (RolloutPhase::RolledBack, (10, 0)));
    }
}
