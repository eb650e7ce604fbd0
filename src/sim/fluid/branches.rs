//! How the requests of a class end that an instance of a pool takes, each end with its share.

use super::Fluid;
use super::end::{Branch, End, NO_LAW};
use super::flow::{PoolFlow, Strand};
use super::law::{BEYOND, IN_TIME, LATE, Timing};
use super::lengths::Lengths;
use super::waiting::{Portion, Station};
use super::way::{Fate, Way};
use crate::sim::Cause;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Looks at how much a pool has to do in a tick of which `expected` requests come, and how they wait; true when that changed. `others`
    /// says whether they go other ways, or come to something else, than at the last look.
    pub(super) fn renew_wait(&self, fluid: &mut Fluid, (pool, others): (usize, bool), expected: f64) -> bool {
        let overload = Some(self.overload_at(self.world.target, pool as u8));
        let flow = &fluid.pools[pool];
        if !others && flow.rests == Some(expected) && flow.overload == overload {
            return false;
        }
        let repeats = fluid.again.tries() > 1 || !fluid.calling.callers.is_empty();
        let serving = self.serving(&fluid.known, pool);
        let mut requests = 0.0;
        let arrives = 1.0 - fluid.pools[pool].looked.as_ref().map_or(0.0, |look| look.trouble.loss);
        let taken = 1.0 - fluid.pools[pool].queue.full;
        // How often the work takes how many times as long.
        let mut mix: Vec<Portion> = Vec::new();
        let Fluid { pools, models, laws, ways, classes, calling, times, .. } = fluid;
        let callers = &mut calling.callers;
        for (index, ways) in ways.iter().enumerate() {
            let here = |way: &&Way| usize::from(way.pool) == pool && way.fate == Fate::Taken;
            let sent: f64 = ways.iter().filter(here).map(|way| way.share).sum();
            let sent = sent * classes[index].share * expected * arrives * times[index][pool];
            if sent <= 0.0 {
                continue;
            }
            requests += sent;
            let kind = usize::from(classes[index].kind);
            for strand in &pools[pool].effects[index] {
                let weight = sent * strand.share;
                let mut calls = Lengths::default();
                if let Some(caller) = callers.first_mut().filter(|_| strand.calls()) {
                    caller.begins[kind] += weight * taken;
                    calls = caller.chains.get(kind).map(|chain| chain.all.clone()).unwrap_or_default();
                }
                match mix.iter_mut().find(|one| one.factor == strand.factor && one.calls == calls) {
                    Some(one) => one.weight += weight,
                    None => mix.push(Portion { weight, factor: strand.factor, calls }),
                }
            }
        }
        let plan = &self.world.services[usize::from(self.world.target)];
        let station = Station {
            workers: u32::from(plan.workers),
            queue: plan.queue,
            balancer: plan.proxy.balancer,
            proxies: u32::from(plan.proxy.count),
            instances: serving,
        };
        let flow = &mut pools[pool];
        let changed = flow.queue.renew(models, &station, (requests, laws.mean_s), &mix);
        flow.rests = (flow.queue.at_rest && !repeats).then_some(expected);
        let blamed = std::mem::replace(&mut flow.overload, overload);
        changed || (blamed != overload && requests > 0.0)
    }

    /// Computes how the first tries of each class end at a pool; what was counted so far is closed.
    pub(super) fn renew_branches(&self, fluid: &mut Fluid, pool: usize) {
        fluid.close_pool(pool);
        let classes = fluid.classes.len();
        for class in 0..classes {
            self.put_branches(fluid, (pool, class), 0);
        }
        let flow = &mut fluid.pools[pool];
        flow.crashes = flow.branches.iter().flatten().any(|branch| branch.crashes);
        flow.shows = flow.branches.iter().flatten().any(|branch| branch.shows);
    }

    /// Computes how tries after the first end, and which are tried again.
    pub(super) fn renew_tries(&self, fluid: &mut Fluid) {
        let tries = fluid.again.tries();
        if tries < 2 {
            return;
        }
        fluid.close_branches();
        for number in 0..tries {
            for pool in 0..if number > 0 { fluid.pools.len() } else { 0 } {
                for class in 0..fluid.classes.len() {
                    self.put_branches(fluid, (pool, class), number);
                }
            }
            fluid.renew_again(number);
        }
    }

    fn put_branches(&self, fluid: &mut Fluid, (pool, class): (usize, usize), number: usize) {
        let branches = self.branches_of(fluid, (pool, class), number);
        let all = fluid.classes.len() * fluid.again.tries();
        let place = number * fluid.classes.len() + class;
        let flow = &mut fluid.pools[pool];
        flow.branches.resize(all, Vec::new());
        flow.branches[place] = branches;
    }

    fn branches_of(&self, fluid: &mut Fluid, (pool, class): (usize, usize), number: usize) -> Vec<Branch> {
        let before = fluid.again.before(number * fluid.classes.len() + class).clone();
        let kind = usize::from(fluid.classes[class].kind);
        let Fluid { laws, pools, calling, .. } = fluid;
        let PoolFlow { looked, effects, queue, .. } = &pools[pool];
        let Some((look, wait)) = looked.as_ref().zip(queue.wait.as_ref()) else { return Vec::new() };
        let ends =
            calling.callers.first().and_then(|caller| caller.chains.get(kind)).map(|chain| &chain.ends);
        let overload = self.overload_at(self.world.target, pool as u8);
        let mut branches: Vec<Branch> = Vec::new();
        let mut add = |end, (law, base), segment, share, strand: Option<&Strand>| {
            let (shows, crashes) = strand.map_or((false, false), |strand| (strand.shows, strand.crashes));
            let (again, counts, repeated) = (0.0, [0; 2], 0);
            let branch = Branch { end, law, segment, base, share, again, shows, crashes, counts, repeated };
            if share > 0.0 {
                branches.push(branch);
            }
        };
        let none = (NO_LAW, NO_LAW);
        let mut left = 1.0;
        if look.trouble.loss > 0.0 {
            let end = match self.world.clients.timeout {
                Some(_) => End::GivenUp(Cause::Fault),
                None => End::TurnedAway(Cause::Fault),
            };
            add(end, none, BEYOND, look.trouble.loss, None);
            left -= look.trouble.loss;
        }
        if queue.full > 0.0 {
            add(End::TurnedAway(overload), none, BEYOND, left * queue.full, None);
            left *= 1.0 - queue.full;
        }
        let struck = look.trouble.delays();
        let nothing = Lengths::default();
        for strand in &effects[class] {
            let alone = [(1.0, None, false, &nothing)];
            let called: Vec<(f64, Option<Cause>, bool, &Lengths)> = match ends.filter(|_| strand.calls()) {
                Some(ends) => {
                    ends.iter().map(|end| (end.share, end.cause, end.struck, &end.lengths)).collect()
                }
                None => alone.to_vec(),
            };
            for (part, failed, by_call, after) in called {
                let timing = Timing {
                    factor: strand.factor,
                    delay: look.trouble.delay,
                    wait,
                    after,
                    before: &nothing,
                };
                let base = laws.of(timing);
                let number = laws.of(Timing { before: &before, ..timing });
                let law = &laws.all[number as usize];
                let share = left * strand.share * part;
                for segment in [IN_TIME, LATE] {
                    let end = match strand.fails.or(failed) {
                        Some(cause) => End::Failed(cause),
                        None if strand.wrong => End::Wrong,
                        None => End::Right,
                    };
                    add(end, (number, base), segment, share * law.chance(segment), Some(strand));
                }
                let cause = if strand.slowed {
                    Cause::Defect
                } else if struck || by_call {
                    Cause::Fault
                } else if wait.backlog_s + wait.mean_s()
                    > self.world.services[usize::from(self.world.target)].mean_work_s
                {
                    overload
                } else {
                    Cause::Timeout
                };
                add(End::GivenUp(cause), (number, base), BEYOND, share * law.chance(BEYOND), Some(strand));
            }
        }
        branches
    }
}
