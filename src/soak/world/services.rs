//! The services of a random world.

use super::guards::{some_guards, some_shedding, some_upstream};
use super::{Dice, RandomWorld, Service, base, on};
use crate::engine::{Dist, Share, Span};
use crate::scenario::{Balancer, Boot, Discipline, Drain, Endpoints, Memory, Retries, WarmUp};
use crate::soak::dice::{probes, some_retries};

impl RandomWorld {
    pub(super) fn service(&self, index: usize) -> Service {
        let mut dice = self.dice("service", index as u64);
        let (instances, workers) = (dice.between(1, 4) as u32, dice.between(1, 3) as u32);
        let mean = Span::from_millis(u64::from(instances * workers) * dice.between(10, 25));
        let demand = dice.law(mean);
        let mut service = base::service(&format!("s{index}"), instances, workers, demand);
        service.boot =
            Boot { pull: Dist::Fixed(Span::ZERO), start: Dist::Fixed(dice.millis(0, 500)), warm_up: None };
        if self.has(on::SLOW_BOOT) {
            service.boot.pull = dice.law(Span::from_secs(2));
            service.boot.start = dice.law(Span::from_secs(6));
        }
        if self.has(on::WARM_UP) {
            service.boot.warm_up = Some(WarmUp { from: dice.percent(60), over: dice.millis(1_000, 20_000) });
        }
        service.queue = if self.has(on::SMALL_QUEUES) { dice.below(6) as u32 } else { 60 };
        service.discipline = match dice.below(3) {
            0 if self.has(on::PRIORITY) => Discipline::Priority,
            1 if self.has(on::SHARING) => Discipline::ProcessorSharing,
            _ => Discipline::Fifo,
        };
        if self.has(on::ERRORS) {
            service.errors = dice.percent(20);
        }
        if self.has(on::PROBES) {
            service.probes = probes(&mut dice);
        }
        service.drain = Drain {
            pre_stop: dice.millis(0, 5_000),
            grace: if self.has(on::SHORT_GRACE) { dice.millis(0, 800) } else { Span::from_secs(30) },
            finishes_work: !self.has(on::SHORT_GRACE) || dice.below(2) == 0,
            budget: None,
        };
        if self.has(on::LAGS) {
            let mean = dice.millis(100, 4_000);
            service.endpoints = Endpoints {
                proxies: dice.between(1, 4) as u32,
                lag: dice.law(mean),
                route_lag: dice.law(mean),
            };
        }
        if self.has(on::BALANCERS) {
            service.balancer = match dice.below(6) {
                0 => Balancer::Random,
                1 => Balancer::LeastRequest {
                    choices: dice.below(4) as u32,
                    with_replacement: dice.below(2) == 0,
                },
                2 => Balancer::RingHash { ring_size: 64 },
                3 => Balancer::PeakEwma { decay: Span::from_secs(10) },
                4 => Balancer::Maglev { table_size: 251 },
                _ => Balancer::RoundRobin,
            };
        }
        service.memory = Memory { start_mb: 100.0, limit_mb: 200.0 };
        self.calls(index, &mut dice, &mut service);
        if self.has(on::UPSTREAM) {
            service.upstream = some_upstream(&mut dice);
        }
        if self.has(on::SHEDDING) {
            service.shedding = Some(some_shedding(&mut dice));
        }
        if self.has(on::GUARDS) {
            service.calls.iter_mut().for_each(|call| some_guards(&mut dice, call));
        }
        service
    }

    fn calls(&self, index: usize, dice: &mut Dice, service: &mut Service) {
        if !self.has(on::CALLS) {
            return;
        }
        for to in index + 1..self.services {
            if to > index + 1 && dice.below(3) == 0 {
                continue;
            }
            let retries = if self.has(on::CALL_RETRIES) { some_retries(dice) } else { Retries::default() };
            let mut call = base::call(&format!("s{to}"));
            call.share = if dice.below(2) == 0 { Share::ALL } else { dice.percent(100) };
            call.timeout = if self.has(on::TIMEOUT) { dice.millis(50, 800) } else { Span::from_secs(15) };
            call.retries = retries;
            call.required = dice.below(3) > 0;
            service.calls.push(call);
        }
    }
}
