//! How the requests of a class end that an instance of a pool takes, each end with its share.

use super::Fluid;
use super::class::TICK;
use super::end::{Branch, End, NO_LAW};
use super::flow::{PoolFlow, Strand};
use super::law::{BEYOND, IN_TIME, LATE};
use super::waiting::{KEEPS_UP, Station, Wait, coarse};
use super::way::{Fate, Way};
use crate::sim::Cause;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Looks at how much a pool has to do in a tick of which `expected` requests come, and how they wait; true when that changed.
    pub(super) fn renew_wait(&self, fluid: &mut Fluid, pool: usize, expected: f64) -> bool {
        let serving = self.serving(fluid, pool);
        let mut requests = 0.0;
        let arrives = 1.0 - fluid.pools[pool].looked.as_ref().map_or(0.0, |look| look.loss);
        // How often the work takes how many times as long.
        let mut mix: Vec<(f64, f64)> = Vec::new();
        for (class, ways) in fluid.ways.iter().enumerate() {
            let here = |way: &&Way| usize::from(way.pool) == pool && way.fate == Fate::Taken;
            let sent: f64 = ways.iter().filter(here).map(|way| way.share).sum();
            let sent = sent * fluid.classes[class].share * expected * arrives;
            if sent <= 0.0 {
                continue;
            }
            requests += sent;
            for strand in &fluid.pools[pool].effects[class] {
                match mix.iter_mut().find(|(_, factor)| *factor == strand.factor) {
                    Some((weight, _)) => *weight += sent * strand.share,
                    None => mix.push((sent * strand.share, strand.factor)),
                }
            }
        }
        let plan = &self.world.services[usize::from(self.world.target)];
        let workers = serving * f64::from(plan.workers);
        let Fluid { pools, models, laws, .. } = fluid;
        let flow = &mut pools[pool];
        if requests <= 0.0 || workers <= 0.0 {
            // What waited there is gone with its instances.
            (flow.backlog, flow.busy_each, flow.waiting_each, flow.full) = (0.0, 0.0, 0.0, 0.0);
            return flow.wait.replace(Wait::none()).is_none();
        }
        let tick_s = TICK.as_secs_f64();
        let mean_s = laws.mean_s * mix.iter().map(|(weight, factor)| weight * factor).sum::<f64>() / requests;
        let busy = requests * mean_s / tick_s / workers;
        let station = Station {
            workers: u32::from(plan.workers),
            queue: plan.queue,
            balancer: plan.proxy.balancer,
            proxies: u32::from(plan.proxy.count),
            instances: serving,
        };
        let mut next = models.wait(&station, busy, &mix, mean_s);
        flow.full = 0.0;
        let done = workers * tick_s / mean_s;
        if busy > KEEPS_UP || flow.backlog > 0.0 {
            let room = serving * f64::from(plan.queue);
            let wanted = flow.backlog + requests - done;
            flow.backlog = wanted.clamp(0.0, room);
            flow.full = ((wanted - room) / requests).clamp(0.0, 1.0);
            next.backlog_s = coarse(flow.backlog / done * tick_s);
            next.full = 0.0;
            if next.backlog_s > next.mean_s() {
                // Nobody finds a free worker then, and how the requests came makes no difference any more.
                next.chance = 0.0;
            }
        }
        flow.full = flow.full.max(next.full);
        flow.busy_each = busy.min(1.0) * f64::from(plan.workers);
        let queued = requests / tick_s * next.chance * next.mean_s();
        flow.waiting_each = (queued + flow.backlog) / serving;
        let overload = Some(self.overload_at(self.world.target, pool as u8));
        let changed = flow.wait.as_ref() != Some(&next) || flow.overload != overload;
        (flow.wait, flow.overload) = (Some(next), overload);
        changed || flow.full > 0.0
    }

    /// Computes how the requests of each class end at a pool; what was counted so far is closed.
    pub(super) fn renew_branches(&self, fluid: &mut Fluid, pool: usize) {
        fluid.close_pool(pool);
        let classes = fluid.classes.len();
        for class in 0..classes {
            let branches = self.branches_of(fluid, pool, class);
            let flow = &mut fluid.pools[pool];
            flow.branches.resize(classes, Vec::new());
            flow.branches[class] = branches;
        }
        let flow = &mut fluid.pools[pool];
        flow.crashes = flow.branches.iter().flatten().any(|branch| branch.crashes);
    }

    fn branches_of(&self, fluid: &mut Fluid, pool: usize, class: usize) -> Vec<Branch> {
        let Fluid { laws, pools, .. } = fluid;
        let PoolFlow { looked, effects, wait, full, .. } = &pools[pool];
        let Some((look, wait)) = looked.as_ref().zip(wait.as_ref()) else { return Vec::new() };
        let overload = self.overload_at(self.world.target, pool as u8);
        let mut branches: Vec<Branch> = Vec::new();
        let mut add = |end, law, segment, share, strand: Option<&Strand>| {
            let (shows, crashes) = strand.map_or((false, false), |strand| (strand.shows, strand.crashes));
            let branch = Branch { end, law, segment, share, shows, crashes, counts: [0; 2] };
            if share > 0.0 {
                branches.push(branch);
            }
        };
        let mut left = 1.0;
        if look.loss > 0.0 {
            let end = match self.world.clients.timeout {
                Some(_) => End::GivenUp(Cause::Fault),
                None => End::TurnedAway(Cause::Fault),
            };
            add(end, NO_LAW, BEYOND, look.loss, None);
            left -= look.loss;
        }
        if *full > 0.0 {
            add(End::TurnedAway(overload), NO_LAW, BEYOND, left * full, None);
            left *= 1.0 - full;
        }
        let struck = look.latency > 1.0 || !look.delay.is_zero();
        for strand in &effects[class] {
            let number = laws.of(strand.factor, look.delay, wait);
            let law = &laws.all[number as usize];
            let share = left * strand.share;
            for segment in [IN_TIME, LATE] {
                let end = match strand.fails {
                    Some(cause) => End::Failed(cause),
                    None if strand.wrong => End::Wrong,
                    None => End::Right,
                };
                add(end, number, segment, share * law.chance(segment), Some(strand));
            }
            let cause = if strand.slowed {
                Cause::Defect
            } else if struck {
                Cause::Fault
            } else if wait.backlog_s + wait.mean_s()
                > self.world.services[usize::from(self.world.target)].mean_work_s
            {
                overload
            } else {
                Cause::Timeout
            };
            add(End::GivenUp(cause), number, BEYOND, share * law.chance(BEYOND), Some(strand));
        }
        branches
    }
}
