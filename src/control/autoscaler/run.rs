//! The running autoscaler: looks at the load every sync period, and asks for another size.

use super::{Autoscaler, Load, Memory, desired};
use crate::engine::{Span, Time};
use crate::sim::{Action, Ask, Controller, Observation, Pool, Who};
use crate::telemetry::{Metric, Query, Subject};

/// An autoscaler of the fleet.
#[derive(Clone, Debug)]
pub(in crate::control) struct AutoscalerRun {
    looks: Looks,
    /// Whether the candidate has an autoscaler of its own, so that this one goes by the pool of the users alone.
    alone: bool,
}

impl AutoscalerRun {
    /// At the start; it looks at once.
    pub fn new(spec: Autoscaler, alone: bool) -> Self {
        Self { looks: Looks::new(spec), alone }
    }
}

impl Controller for AutoscalerRun {
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let serves = |pool: Pool| seen.weights.is_none_or(|weights| weights[pool.index()] > 0);
        let pools: Vec<Pool> = match self.alone {
            // The old primary, until the candidate has become the primary.
            true if serves(Pool::Stable) => vec![Pool::Stable],
            true | false => {
                [Pool::Stable, Pool::Candidate].into_iter().filter(|pool| serves(*pool)).collect()
            }
        };
        if let Some((to, because)) = self.looks.at(seen.replicas, &pools, seen) {
            asks.push(Ask { action: Action::Resize { to }, who: Who::Autoscaler, because });
        }
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }
}

/// An autoscaler that looks at the load, with its memory.
#[derive(Clone, Debug)]
pub(in crate::control) struct Looks {
    spec: Autoscaler,
    memory: Memory,
    next: Time,
}

impl Looks {
    /// At the start; it looks at once.
    pub fn new(spec: Autoscaler) -> Self {
        Self { spec, memory: Memory::default(), next: Time::ZERO }
    }

    /// The size that the load of `pools` asks for in place of `current`, and why; `None` when it is not time to look, or nothing changes.
    pub fn at(&mut self, current: u32, pools: &[Pool], seen: &Observation<'_>) -> Option<(u32, String)> {
        if seen.now < self.next {
            return None;
        }
        self.next = seen.now + self.spec.sync;
        // A fleet that was scaled to 0 is left alone (Kubernetes: `ScalingDisabled`).
        if current == 0 {
            return None;
        }
        let load = load(pools, seen);
        let (target, tolerance) = (self.spec.target.fraction(), self.spec.tolerance.fraction());
        let outside = !(self.spec.min..=self.spec.max).contains(&current);
        let wish = match desired(current, &load, target, tolerance) {
            Some(wish) => wish,
            None if outside => current,
            None => return None,
        };
        let to = self.memory.settle(&self.spec, seen.now, current, wish);
        if to == current {
            return None;
        }
        self.memory.changed(seen.now, current, to);
        let busy = load.ready.iter().sum::<f64>() / (load.ready.len().max(1) as f64) * 100.0;
        let because = format!(
            "busy workers {busy:.0}%, target {}: the load asks for {wish} instances, limits allow {to}",
            self.spec.target
        );
        Some((to, because))
    }
}

/// The load of these pools; the monitoring knows the mean of each pool, and how many of it were ready.
fn load(pools: &[Pool], seen: &Observation<'_>) -> Load {
    let mut load = Load::default();
    for pool in pools {
        let of = match pool {
            Pool::Stable => Subject::Baseline,
            Pool::Candidate | Pool::Control => Subject::Candidate,
        };
        let view = seen.pool(*pool);
        if view.existing == 0 {
            continue;
        }
        let ask = |metric| {
            seen.metrics.ask(
                &Query {
                    metric,
                    of: of.clone(),
                    over: Span::from_secs(60),
                    zone: None,
                    cohort: None,
                    kind: None,
                },
                seen.now,
            )
        };
        let ready = view.ready();
        load.not_ready += view.existing.saturating_sub(ready);
        match ask(Metric::Saturation) {
            Some(busy) => {
                let known =
                    ask(Metric::ReadyInstances).map_or(0, |known| known as u32).clamp(1, ready.max(1));
                load.ready.extend(std::iter::repeat_n(busy, known.min(ready) as usize));
                load.missing += ready.saturating_sub(known);
            }
            None => load.missing += ready,
        }
    }
    load
}
