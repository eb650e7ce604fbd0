//! A fleet resized while a release goes out: the pools follow at once, each by its share.
//!
//! Source: Argo Rollouts computes both sizes from `spec.replicas` at every reconciliation (`utils/replicaset/canary.go`).

use super::context::StepContext;
use super::state::{Stage, StepsRun};
use crate::control::Step;
use crate::control::sizing::replicas::{Weight, approximate_split, for_share};

impl StepsRun {
    /// Reacts to a resized fleet: scales the pools that have instances to their share of the new size. A running rolling
    /// update or change of instance counts does so by itself.
    pub fn resize(&mut self, context: &mut StepContext<'_, '_>) {
        if matches!(self.stage, Stage::Rolling(_) | Stage::Instances(_)) {
            return;
        }
        if context.compiled.steps.iter().any(|step| matches!(step, Step::Wave(_))) {
            return self.resize_zones(context);
        }
        let (candidate, stable) = self.sizes(context);
        let because = || format!("the target is to have {} instances", context.seen.replicas);
        let (new, old) = (context.goal(), context.old());
        let candidate = match &self.stage {
            Stage::Experimenting(_) => context.size(new),
            _ => candidate,
        };
        for (pool, to) in [(new, candidate), (old, stable)] {
            if context.orders.size(pool, context.seen) > 0 {
                context.orders.scale(pool, to, context.seen, context.asks, because);
            }
        }
        if matches!(self.stage, Stage::Growing { .. } | Stage::Routing(_)) {
            self.stage = Stage::Begin;
        }
    }

    /// The sizes of the new and the old pool in a fleet of the new size.
    fn sizes(&self, context: &StepContext<'_, '_>) -> (u32, u32) {
        let (rules, replicas) = (context.rules(), context.seen.replicas);
        if context.size(context.old()) == 0 {
            return (replicas, 0);
        }
        if !rules.router {
            let surge = rules.max_surge.rounded_up(replicas);
            return approximate_split(replicas, Weight::points(self.split), surge);
        }
        let (new, old) = self.routed(context.weight(), context);
        if self.sized.is_some() {
            return (new, old);
        }
        let least = for_share(self.mirror, replicas).max(u32::from(!self.matches.is_empty()));
        (new.max(least), old)
    }
}
