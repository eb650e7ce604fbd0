//! What a run has spent of its budget, looked at now and then.

use super::Simulation;
use crate::scenario::Balancer;
use crate::sim::budget::{Budget, Spent};
use crate::sim::proxy::Proxy;

impl Simulation {
    /// That the run, or its twin, took more than its budget; such a run ends there, and nothing can be judged by it.
    pub fn spent(&self) -> Option<Spent> {
        self.meter.spent.or_else(|| self.recorder.harm.twin_spent())
    }

    /// Whether the run itself has used up its budget.
    pub(in crate::sim) const fn is_spent(&self) -> bool {
        self.meter.spent.is_some()
    }

    /// Ends the run, since it would take more than numbers can count.
    #[cold]
    pub(in crate::sim) fn use_up(&mut self) {
        let budget = self.meter.budget;
        self.meter.spent.get_or_insert(Spent { at: self.now, memory: false, budget });
        self.meter.next_look = 0;
    }

    /// Looks at what has been spent; true when that is too much, and nothing more may happen.
    #[cold]
    #[inline(never)]
    pub(in crate::sim) fn look_at_budget(&mut self) -> bool {
        if self.meter.spent.is_some() {
            return true;
        }
        let each = self.extra_steps_of_an_event();
        let passed = self.events - self.meter.last_look;
        self.meter.last_look = self.events;
        self.meter.is_mixed |= each > 0;
        self.meter.charge(passed.saturating_mul(each));
        let built = self.built();
        let steps = self.events.saturating_add(self.meter.charged).saturating_add(built);
        let bytes = self.held();
        let Budget { steps: most_steps, bytes: most_bytes } = self.meter.budget;
        let memory = bytes > most_bytes || self.agenda.is_full();
        if memory || steps > most_steps {
            self.meter.spent = Some(Spent { at: self.now, memory, budget: self.meter.budget });
            self.meter.next_look = 0;
            return true;
        }
        self.meter.next_look = self.events + self.meter.look_every;
        false
    }

    /// What an event costs more where proxies look at many instances for each request.
    fn extra_steps_of_an_event(&self) -> u64 {
        let fleet = self.cluster.instances.len() as u64;
        let plans = self.world.services.iter().map(|service| &service.proxy);
        plans
            .map(|proxy| {
                let drawn = match proxy.balancer {
                    Balancer::LeastRequest { choices: 0, .. } => fleet / 32,
                    Balancer::LeastRequest { choices, .. } => u64::from(choices / 4),
                    Balancer::RoundRobin
                    | Balancer::Random
                    | Balancer::RingHash { .. }
                    | Balancer::Maglev { .. }
                    | Balancer::PeakEwma { .. } => 0,
                };
                let weighed = if proxy.upstream.slow_start.is_some() { fleet / 64 } else { 0 };
                drawn.max(weighed)
            })
            .max()
            .unwrap_or_default()
    }

    /// Steps that building tables and rings has taken.
    fn built(&self) -> u64 {
        self.routing.proxies.iter().flatten().map(Proxy::built).sum()
    }

    /// Bytes held, about, and copied by a clone.
    pub fn held(&self) -> u64 {
        let (_, requests) = self.footprint();
        let facts = self.recorder.facts.len() * 256;
        let instances = self.cluster.instances.len() * 512;
        let tables: u64 = self.routing.proxies.iter().flatten().map(Proxy::held).sum();
        (requests + facts + instances + self.scraper.store.held() + self.calls.held()) as u64 + tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Span, Time};
    use crate::scenario::Scenario;
    use crate::sim::{Case, Setup, TOO_COSTLY};

    const WORLD: &str = r#"(
        format: 1, id: "x", title: "x", horizon: "20m", release_at: "1m", entry: "a", target: "a",
        services: [(name: "a", instances: 4, workers: 8, demand: Fixed("20ms"))],
        clients: (users: 100),
        traffic: [(name: "t", shape: Constant("50/s"))],
        releases: [(name: "v1"), (name: "v2")],
    )"#;

    fn simulation(seed: u64, budget: Budget) -> Simulation {
        let world: Scenario = ron::from_str(WORLD).unwrap();
        let mut simulation =
            Simulation::new(&world, &Case::default(), Setup::default(), Vec::new(), seed).unwrap();
        simulation.meter.budget = budget;
        simulation
    }

    #[test]
    fn a_run_that_uses_up_its_budget_ends_there_however_it_is_cut() {
        let small = Budget { steps: 30_000, bytes: 1 << 40 };
        for seed in [1, 7, 21] {
            let mut whole = simulation(seed, small);
            whole.run();
            let spent = whole.spent().unwrap();
            assert!(!spent.memory && spent.budget == small);
            assert_eq!((whole.now(), whole.end()), (spent.at, spent.at));
            assert!(spent.at > Time::from_secs(60) && spent.at < whole.horizon(), "{spent:?}");
            let refused = whole.record().within_budget().unwrap_err();
            assert_eq!(refused[0].code, TOO_COSTLY);
            assert!(refused[0].message.contains("too costly"), "{}", refused[0].message);
            let mut cut = simulation(seed, small);
            while cut.spent().is_none() {
                cut.run_until(cut.now() + Span::from_secs(7));
            }
            assert_eq!((cut.spent(), cut.digest()), (Some(spent), whole.digest()));
            // Nothing more happens.
            cut.run();
            assert!(!cut.step());
            assert_eq!(cut.digest(), whole.digest());
        }
    }

    #[test]
    fn memory_is_bounded_as_well_and_an_ordinary_run_is_within_its_own_budget() {
        let mut thrifty = simulation(1, Budget { steps: u64::MAX, bytes: 1_000 });
        thrifty.run();
        assert!(thrifty.spent().unwrap().memory);
        let world: Scenario = ron::from_str(WORLD).unwrap();
        let mut plain = simulation(1, world.budget());
        plain.run();
        assert_eq!(plain.spent(), None);
        assert_eq!(plain.now(), plain.horizon());
        assert!(plain.record().within_budget().is_ok());
    }
}
