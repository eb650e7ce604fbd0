//! The calls of a tick: which load they bring to each service, how those answer, and what their proxies count of it.

use super::caller::Caller;
use super::calls::{Answers, Counted};
use super::dependency::Dependency;
use crate::engine::Stream;
use crate::sim::compiled_world::CompiledWorld;

/// Services that call and are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Calling {
    /// Each before those that it calls; the target is the first. None where it calls nobody.
    pub callers: Vec<Caller>,
    /// In the same order, but for the target.
    pub dependencies: Vec<Dependency>,
    /// By service and kind.
    pub answers: Vec<Vec<Answers>>,
    /// Tries of the open second: the service that was called, how many they should be, and how its proxies count them.
    pub seen: Vec<(u8, f64, Vec<Counted>)>,
}

impl Calling {
    /// The services that the target of a world needs; `luck` is that of their callers' budgets.
    pub fn of(world: &CompiledWorld, luck: Stream) -> Self {
        let callers = Caller::all(world, luck);
        let dependency = |caller: &Caller| Dependency::new(world, caller.service);
        Self {
            dependencies: callers.iter().skip(1).map(dependency).collect(),
            callers,
            answers: vec![Vec::new(); world.services.len()],
            seen: Vec::new(),
        }
    }

    /// Workers busy and requests waiting at each instance of a service that is called, on average.
    pub fn load(&self, service: u8) -> Option<(f64, f64)> {
        let of = self.dependencies.iter().find(|of| of.service == service)?;
        Some((of.queue.busy_each, of.queue.waiting_each))
    }

    /// Brings the load of requests that have come to the calls down to the services that are called.
    pub fn bring(&mut self) {
        self.dependencies.iter_mut().for_each(|of| of.tries.fill(0.0));
        for place in 0..self.callers.len() {
            if let Some(of) = place.checked_sub(1).and_then(|at| self.dependencies.get(at)) {
                let caller = &mut self.callers[place];
                let come = of.tries.iter().zip(&of.reaches).map(|(tries, reaches)| tries * reaches);
                caller.begins = come.collect();
            }
            let caller = &self.callers[place];
            for (kind, chain) in caller.chains.iter().enumerate() {
                for ((plan, called), reach) in caller.plans.iter().zip(&chain.called).zip(&chain.reach) {
                    let tries = caller.begins[kind] * reach * called.tries;
                    if let Some(to) = self.dependencies.iter_mut().find(|of| of.service == plan.to) {
                        to.tries[kind] += tries;
                    }
                    let counted = || called.counted.clone();
                    match self.seen.iter_mut().find(|(to, _, how)| *to == plan.to && *how == called.counted) {
                        _ if tries <= 0.0 => {}
                        Some((_, sum, _)) => *sum += tries,
                        None => self.seen.push((plan.to, tries, counted())),
                    }
                }
            }
        }
    }
}
