//! A rolling update: a loop that compares what is with what should be and moves one step, as the Kubernetes Deployment
//! controller does. Going back is the same loop with the pools exchanged.

use super::Rolling;
use super::deployment::{Bounds, Set, grown, shrink};
use super::orders::Orders;
use crate::engine::{Span, Time};
use crate::sim::{Ask, Observation, Pool};

/// The progress of a rolling update.
#[derive(Clone, Debug)]
pub(super) struct RollingRun {
    old: Pool,
    new: Pool,
    progress: Progress,
}

/// When there last was progress (the Deployment's `Progressing` condition).
#[derive(Clone, Copy, Debug)]
struct Progress {
    since: Time,
    counts: [u32; 3],
    told: bool,
}

/// What a look at the world led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rolled {
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
        Self { old, new, progress: Progress { since: now, counts: [u32::MAX; 3], told: false } }
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
        let bounds = Bounds::of(spec.max_surge, spec.max_unavailable, desired);
        let set = |pool: Pool| Set {
            replicas: orders.size(pool, seen),
            available: seen.pool(pool).available(spec.min_ready, seen.now),
        };
        let (old, new) = (set(self.old), set(self.new));
        let gone = seen.pool(self.old).existing == 0;
        if new.replicas == desired && new.available >= desired && old.replicas == 0 && gone {
            return Rolled::Done;
        }
        let to = grown(desired, bounds, new.replicas, old.replicas + new.replicas);
        let limit =
            || format!("at most {} above and {} below {desired} instances", bounds.surge, bounds.unavailable);
        if !orders.scale(self.new, to, seen, asks, limit) && to == new.replicas {
            let mut left = [old];
            shrink(desired, bounds, &mut left, new);
            orders.scale(self.old, left[0].replicas, seen, asks, || {
                let available = old.available + new.available;
                format!("{available} instances are available, {} must be", bounds.min_available(desired))
            });
        }
        self.watch(spec.progress_deadline, [new.replicas, new.available, u32::MAX - old.replicas], seen.now)
    }

    /// Holds the progress deadline still: it does not run in a paused Deployment.
    pub fn hold(&mut self, now: Time) {
        self.progress.since = now;
    }

    fn watch(&mut self, deadline: Span, counts: [u32; 3], now: Time) -> Rolled {
        let progress = &mut self.progress;
        // Progress is: more new instances, more of them available, or fewer old ones (`DeploymentProgressing`).
        if progress.counts[0] == u32::MAX || counts.iter().zip(progress.counts).any(|(now, then)| *now > then)
        {
            (progress.since, progress.told) = (now, false);
        }
        progress.counts = counts;
        if progress.told || now.since(progress.since) < deadline {
            return Rolled::Going;
        }
        progress.told = true;
        Rolled::Stuck
    }
}
