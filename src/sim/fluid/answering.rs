//! The services that are called, as they are at a tick: looked at from those that call nobody up, and counted at the end of a second.

use super::Fluid;
use super::caller::Chain;
use super::calling::Calling;
use super::calls::Answers;
use super::dependency::{Dependency, Look, answers};
use super::effects::share_below;
use super::lengths::Lengths;
use super::waiting::{Portion, Station};
use crate::engine::{Span, Stream, counts};
use crate::sim::Cause;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Looks at all services that the target calls; true when its own calls come to something else than before.
    pub(super) fn renew_calls(&self, fluid: &mut Fluid) -> bool {
        if fluid.calling.callers.is_empty() {
            return false;
        }
        fluid.calling.bring();
        let serving = (0..3).map(|pool| self.serving(&fluid.known, pool)).sum();
        let Calling { callers, dependencies, answers, .. } = &mut fluid.calling;
        let mut others = vec![false; self.world.services.len()];
        for place in (0..callers.len()).rev() {
            let caller = &mut callers[place];
            let instances = place.checked_sub(1).map_or(serving, |at| dependencies[at].serving);
            let budgets = caller.renew_budgets(self.now, instances);
            let open = caller.hold_back(if caller.service == self.world.target {
                self.calls.forced_open
            } else {
                0
            });
            let renews = budgets
                || open
                || caller.chains.is_empty()
                || caller.plans.iter().any(|plan| others[usize::from(plan.to)]);
            if renews {
                caller.renew(&self.world, answers);
            }
            let service = usize::from(caller.service);
            let calls = renews && !caller.plans.is_empty();
            match place.checked_sub(1) {
                None => others[service] = renews,
                Some(at) => {
                    let chains = if caller.plans.is_empty() { &[] } else { caller.chains.as_slice() };
                    if let Some(all) = self.renew_dependency(&mut dependencies[at], (chains, calls)) {
                        others[service] = answers[service] != all;
                        answers[service] = all;
                    }
                }
            }
        }
        // What comes to the calls in this tick is counted anew by the target's pools.
        callers[0].begins.fill(0.0);
        others[usize::from(self.world.target)]
    }

    /// Counts the tries of a second at the services that were called.
    pub(super) fn count_calls(&mut self, fluid: &Fluid, draws: Stream) {
        for (number, (service, expected, how)) in (0u64..).zip(&fluid.calling.seen) {
            let series = self.scraper.first_series[usize::from(*service)];
            let draws = draws.child(number);
            for (place, counted) in (0u64..).zip(how) {
                let draws = draws.child(place);
                let count = counts::poisson(expected * counted.share, draws.bits(0));
                let recorder = &mut self.recorder;
                counted.lengths.deal(count, draws.child(1), |nanos, count| {
                    recorder.count_many(series, Span(nanos), counted.failed, count);
                });
            }
        }
    }

    /// Looks at a service that is called; the answer is how it answers tries of each kind, where that is other than at the last look.
    /// `chains` are its own calls by kind, and whether they are others.
    pub(super) fn renew_dependency(
        &self,
        of: &mut Dependency,
        (chains, others): (&[Chain], bool),
    ) -> Option<Vec<Answers>> {
        let service = usize::from(of.service);
        let plan = &self.world.services[service];
        let known = self.renew_known(of.service, &mut of.known);
        let idle = of.queue.wait().idle;
        if known || of.look.is_none() {
            of.serving = self.serving(&of.known, 0);
        }
        let look = Look {
            trouble: self.trouble_at(of.service),
            turned: self.turned_by(of, idle),
            overload: self.overload_at(of.service, 0),
        };
        let taken =
            (1.0 - look.trouble.loss) * (1.0 - look.turned.iter().map(|(_, share)| share).sum::<f64>());
        let fails = share_below(plan.errors_below);
        let sound = (1.0 - look.trouble.errors) * (1.0 - fails);
        let kinds = &self.world.clients.kinds;
        let mut mix = Vec::new();
        for (kind, tries) in of.tries.iter().enumerate().filter(|(_, tries)| **tries > 0.0) {
            let (weight, factor) = (tries * taken, kinds[kind].cost * look.trouble.latency);
            let calls = chains.get(kind).map(|chain| chain.all.clone()).unwrap_or_default();
            if calls.is_zero() {
                mix.push(Portion { weight, factor, calls });
                continue;
            }
            mix.push(Portion { weight: weight * sound, factor, calls });
            mix.push(Portion { weight: weight * (1.0 - sound), factor, calls: Lengths::default() });
        }
        let requests = mix.iter().map(|portion| portion.weight).sum();
        let station = Station {
            workers: u32::from(plan.workers),
            queue: plan.queue,
            balancer: plan.proxy.balancer,
            proxies: u32::from(plan.proxy.count),
            instances: of.serving,
        };
        let waits = of.queue.renew(&mut of.models, &station, (requests, of.work.mean() / 1e9), &mix);
        of.reaches = vec![taken * (1.0 - of.queue.full) * sound; kinds.len()];
        if !waits && !others && of.look.as_ref() == Some(&look) {
            return None;
        }
        let answers = |kind: usize| answers(of, &look, (kinds[kind].cost, fails), chains.get(kind));
        let all = (0..kinds.len()).map(answers).collect();
        of.look = Some(look);
        Some(all)
    }

    /// The share of the tries that a service turns away since their instance does not listen, or there is none, by cause.
    fn turned_by(&self, of: &Dependency, idle: f64) -> Vec<(Cause, f64)> {
        let mut turned: Vec<(Cause, f64)> = Vec::new();
        let mut add = |cause: Cause, share: f64| match turned.iter_mut().find(|(known, _)| *known == cause) {
            _ if share <= 0.0 => {}
            Some((_, sum)) => *sum += share,
            None => turned.push((cause, share)),
        };
        let each = 1.0 / of.known.len().max(1) as f64;
        for known in &of.known {
            let seen = &known.pools[0];
            if seen.all == 0 {
                add(self.cause_of_no_instance(of.service, 0), each);
                continue;
            }
            let refused = self.refused_share(of.service, seen.listening, seen.all, idle);
            for (cause, count) in &seen.down {
                add(*cause, each * refused * f64::from(*count) / f64::from(seen.all - seen.listening));
            }
        }
        turned
    }
}
