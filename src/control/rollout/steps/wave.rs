//! A running wave: a rolling update within some zones.

use super::context::{Outcome, StepContext};
use super::stages::stuck;
use super::state::{Stage, StepsRun};
use crate::control::Step;
use crate::control::conditions::{Counts, complete};
use crate::control::rollout::rolling::Rolled;
use crate::control::sizing::deployment::{Bounds, Set, grown, shrink};
use crate::sim::{Observation, Pool};

impl StepsRun {
    /// One reconciliation of the wave: that of a rolling update, for the instances in its zones.
    pub(super) fn wave(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let because = self.because(context.compiled);
        let (Stage::Wave(run), Step::Wave(of)) = (&mut self.stage, step) else { return Outcome::Done };
        let StepContext { orders, seen, asks, .. } = context;
        let zones = of.zones.as_slice();
        let desired = seen
            .zones
            .iter()
            .enumerate()
            .filter(|(_, name)| zones.is_empty() || zones.contains(name))
            .map(|(zone, _)| even(zone, seen))
            .sum();
        let set = |pool: Pool| Set {
            replicas: orders.size_in(pool, zones, seen),
            available: seen
                .zones_of(pool, zones)
                .map(|zone| zone.available(of.deploy.min_ready, seen.now))
                .sum(),
        };
        let (old, new) = (set(Pool::Stable), set(Pool::Candidate));
        let there = |pool: Pool| seen.zones_of(pool, zones).map(|zone| zone.existing).sum::<u32>();
        let ready =
            |pool: Pool| seen.zones_of(pool, zones).map(|zone| zone.ready_since.len() as u32).sum::<u32>();
        let counts = Counts {
            current: new.replicas + old.replicas.max(there(Pool::Stable)),
            updated: new.replicas,
            ready: ready(Pool::Candidate) + ready(Pool::Stable),
            available: new.available + old.available,
        };
        if complete(desired, counts) {
            return Outcome::Done;
        }
        let bounds = Bounds::of(of.deploy.max_surge, of.deploy.max_unavailable, desired);
        let to = grown(desired, bounds, new.replicas, old.replicas + new.replicas);
        if !orders.scale_in((Pool::Candidate, zones), to, seen, asks, || because.clone())
            && to == new.replicas
        {
            let mut left = [old];
            shrink(desired, bounds, &mut left, new);
            orders.scale_in((Pool::Stable, zones), left[0].replicas, seen, asks, || because);
        }
        match run.watch(of.deploy.progress_deadline, counts, seen.now) {
            Rolled::Stuck => stuck(&of.deploy, new.available, desired, asks),
            Rolled::Going | Rolled::Done => Outcome::Going,
        }
    }

    /// Reacts to a resized fleet: in each zone the version that is there alone gets the zone's part; a running wave
    /// follows by itself.
    pub(super) fn resize_zones(&mut self, context: &mut StepContext<'_, '_>) {
        let busy: &[String] = match (&self.stage, context.compiled.steps.get(self.at)) {
            (Stage::Wave(_), Some(Step::Wave(of))) if of.zones.is_empty() => return,
            (Stage::Wave(_), Some(Step::Wave(of))) => &of.zones,
            _ => &[],
        };
        let StepContext { orders, seen, asks, .. } = context;
        for (index, zone) in seen.zones.iter().enumerate().filter(|(_, zone)| !busy.contains(zone)) {
            let of = std::slice::from_ref(zone);
            let stands = |pool: Pool| seen.zones_of(pool, of).any(|zone| zone.existing > 0);
            let pool = if stands(Pool::Stable) { Pool::Stable } else { Pool::Candidate };
            let because = || format!("the target is to have {} instances", seen.replicas);
            orders.scale_in((pool, of), even(index, seen), seen, asks, because);
        }
    }
}

/// The part of the fleet in one zone when it is spread evenly; the first zones get the remainder.
fn even(zone: usize, seen: &Observation<'_>) -> u32 {
    let zones = seen.zones.len().max(1) as u32;
    seen.replicas / zones + u32::from((zone as u32) < seen.replicas % zones)
}
