//! The running autoscaler: looks at the load every sync period, and asks for another size.

use super::{Autoscaler, Load, Memory, desired};
use crate::engine::{Span, Time};
use crate::sim::{Action, Ask, Controller, Observation, Pool, Who};
use crate::telemetry::{Metric, Query, Subject};

/// An autoscaler with its memory.
#[derive(Clone, Debug)]
pub(in crate::control) struct AutoscalerRun {
    spec: Autoscaler,
    memory: Memory,
    next: Time,
}

impl AutoscalerRun {
    /// At the start; it looks at once.
    pub fn new(spec: Autoscaler) -> Self {
        Self { spec, memory: Memory::default(), next: Time::ZERO }
    }
}

impl Controller for AutoscalerRun {
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        if seen.now < self.next {
            return;
        }
        self.next = seen.now + self.spec.sync;
        // A fleet that was scaled to 0 is left alone (Kubernetes: `ScalingDisabled`).
        if seen.replicas == 0 {
            return;
        }
        let load = load(seen);
        let (target, tolerance) = (self.spec.target.fraction(), self.spec.tolerance.fraction());
        let outside = !(self.spec.min..=self.spec.max).contains(&seen.replicas);
        let wish = match desired(seen.replicas, &load, target, tolerance) {
            Some(wish) => wish,
            None if outside => seen.replicas,
            None => return,
        };
        let to = self.memory.settle(&self.spec, seen.now, seen.replicas, wish);
        if to == seen.replicas {
            return;
        }
        self.memory.changed(seen.now, seen.replicas, to);
        let busy = load.ready.iter().sum::<f64>() / (load.ready.len().max(1) as f64) * 100.0;
        let because = format!(
            "busy workers {busy:.0}%, target {}: the load asks for {wish} instances, limits allow {to}",
            self.spec.target
        );
        asks.push(Ask { action: Action::Resize { to }, who: Who::Autoscaler, because });
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }
}

/// The load of the pools that have users; the monitoring knows the mean of each pool, and how many of it were ready.
fn load(seen: &Observation<'_>) -> Load {
    let mut load = Load::default();
    for (pool, of) in [(Pool::Stable, Subject::Baseline), (Pool::Candidate, Subject::Candidate)] {
        let view = seen.pool(pool);
        let serves = seen.weights.is_none_or(|weights| weights[pool.index()] > 0);
        if !serves || view.existing == 0 {
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
