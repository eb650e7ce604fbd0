//! A tick: the world is looked at, and the requests of a tenth of a second are drawn and dealt out.

use super::Fluid;
use super::end::Branch;
use super::way::Fate;
use crate::engine::{Stream, Time, counts};
use crate::sim::event::{Event, class};
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

/// Steps of work that a class takes in each tick.
const STEPS_OF_A_CLASS: u64 = 8;

/// Numbers of the draws of a class in a tick, beside that of its requests; plus the pool, and 4 for copies.
const WAYS: u64 = 1;
const ENDS: u64 = 2;

impl Simulation {
    /// Books the first tick, and the end of the first second.
    pub(in crate::sim) fn book_ticks(&mut self) {
        let Some(fluid) = &self.fluid else { return };
        self.agenda.book(fluid.moment(0), class::TIMER, Event::Tick);
        self.agenda.book(Time::from_secs(1), class::WORK, Event::Settle);
    }

    /// The requests of a tick come.
    pub(in crate::sim) fn tick(&mut self) {
        let Some(mut fluid) = self.fluid.take() else { return };
        let tick = fluid.tick;
        fluid.tick += 1;
        self.agenda.book(fluid.moment(tick + 1), class::TIMER, Event::Tick);
        self.meter.charge(fluid.classes.len() as u64 * STEPS_OF_A_CLASS);
        let expected = fluid.traffic.expected(tick);
        self.look(&mut fluid, expected);
        let draws = fluid.draws.child(tick);
        let mut counts = fluid.traffic.counts(expected, &fluid.classes, draws);
        if self.recorder.silent && !fluid.pools.iter().any(|pool| pool.crashes) {
            // A twin is asked for what was likely alone.
            counts.fill(0);
        }
        let mut crashes = [0; 3];
        for (index, count) in counts.into_iter().enumerate() {
            let expected = expected * fluid.classes[index].share;
            self.send_class(&mut fluid, (index, count, expected), draws.child(index as u64), &mut crashes);
        }
        self.fluid = Some(fluid);
        for (pool, count) in crashes.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            self.crash_by_requests(pool, count, draws);
        }
    }

    /// Computes anew what has changed since the last look.
    fn look(&self, fluid: &mut Fluid, expected: f64) {
        let drifts = fluid.kept.iter().any(|kept| *kept > 0.0);
        let routes = self.renew_known(fluid) || drifts;
        if routes || self.routes_drift() {
            self.renew_ways(fluid);
        }
        let costs: Vec<f64> = fluid.classes.iter().map(|class| class.cost).collect();
        for pool in 0..fluid.pools.len() {
            let look = self.effects_at(pool, fluid.classes.iter().map(|class| (class.cohort, class.kind)));
            let others = self.renew_effects(&mut fluid.pools[pool], look, &costs);
            if self.renew_wait(fluid, pool, expected) || others {
                self.renew_branches(fluid, pool);
            }
        }
    }

    /// Whether some route keeps users on the candidate, so that where requests go changes with each of them.
    fn routes_drift(&self) -> bool {
        let proxies = &self.routing.proxies[usize::from(self.world.target)];
        proxies.iter().any(|proxy| self.routing.routes[usize::from(proxy.route)].drifts())
    }

    /// Deals the requests of a class out to where they go and how they end.
    fn send_class(
        &mut self,
        fluid: &mut Fluid,
        (index, count, expected): (usize, u64, f64),
        draws: Stream,
        crashes: &mut [u64; 3],
    ) {
        fluid.in_flight += count;
        if !self.recorder.silent {
            self.recorder.arrive_many(count);
        }
        let Fluid { ways, pools, sent, classes, kept, .. } = fluid;
        let (mut taken, mut copied) = ([0u64; 3], [0u64; 3]);
        let shares = || ways[index].iter().filter(|way| !way.copy).map(|way| way.share);
        let mut dealt = vec![0; shares().count()];
        counts::deal(
            count,
            shares(),
            1.0,
            |way| draws.child(WAYS).bits(way),
            |way, count| dealt[way] = count,
        );
        let mut dealt = dealt.into_iter();
        for (place, way) in (0u64..).zip(&mut ways[index]) {
            let pool = usize::from(way.pool);
            let number = if way.copy {
                counts::binomial(count, way.share, draws.child(WAYS + 4).bits(place))
            } else {
                dealt.next().unwrap_or_default()
            };
            match way.fate {
                Fate::Taken if way.copy => copied[pool] += number,
                Fate::Taken => taken[pool] += number,
                Fate::Turned(_) => way.count += number,
            }
            if !way.copy {
                let here = &mut sent[index][pool];
                here.requests += number;
                here.expected[0] += expected * way.share;
                here.users = way.users;
                if let Fate::Turned(cause) = way.fate {
                    here.expected[if cause.is_of_release() { 1 } else { 2 }] += expected * way.share;
                }
                if way.fate == Fate::Taken {
                    for branch in pools[pool].branches.get(index).into_iter().flatten() {
                        if let Some(by_luck) = branch.end.is_bad(branch.is_late()) {
                            here.expected[1 + usize::from(by_luck)] += expected * way.share * branch.share;
                        }
                    }
                }
                if pool == Pool::Candidate.index() {
                    let class = classes[index];
                    let users = self.clients.users_by_cohort[usize::from(class.cohort)] as f64;
                    keep(&mut kept[usize::from(class.cohort)], expected * way.share / users.max(1.0));
                }
            }
        }
        for pool in 0..pools.len() {
            let Some(branches) = pools[pool].branches.get_mut(index) else { continue };
            for (copies, number) in [taken[pool], copied[pool]].into_iter().enumerate() {
                let draws = draws.child(ENDS + pool as u64 + 4 * copies as u64);
                self.end_branches(branches, (pool, copies), number, draws, &mut crashes[pool]);
            }
        }
    }

    /// Deals requests, or copies, that a pool takes out to how they end.
    fn end_branches(
        &mut self,
        branches: &mut [Branch],
        (pool, copies): (usize, usize),
        count: u64,
        draws: Stream,
        crashes: &mut u64,
    ) {
        let shares: Vec<f64> = branches.iter().map(|branch| branch.share).collect();
        let mut shows = false;
        counts::deal(
            count,
            shares,
            1.0,
            |place| draws.bits(place),
            |place, count| {
                let branch = &mut branches[place];
                branch.counts[copies] += count;
                shows |= branch.shows;
                *crashes += if branch.crashes { count } else { 0 };
            },
        );
        if shows && pool == Pool::Candidate.index() {
            self.recorder.defect_shown.get_or_insert(self.now);
        }
    }

    /// Crashes as many instances of a pool as requests did, or all.
    fn crash_by_requests(&mut self, pool: usize, count: u64, draws: Stream) {
        let target = self.world.target;
        let listens = (0u32..).zip(&self.cluster.instances).filter(|(_, instance)| {
            instance.service == target && usize::from(instance.pool) == pool && instance.accepts
        });
        let mut listening: Vec<u32> = listens.map(|(number, _)| number).collect();
        let draws = draws.child(u64::MAX - 1 - pool as u64);
        for round in 0..count.min(listening.len() as u64) {
            let place = draws.below(round, listening.len() as u64) as usize;
            let number = listening.swap_remove(place);
            self.crash(number, Cause::Defect);
        }
    }
}

/// Users come to the candidate, so many times each on average, and some for the first time.
fn keep(kept: &mut f64, times: f64) {
    // Those who are kept come each as often as the others: of what comes, this part is of users who are not.
    let new = times * (1.0 - *kept).max(0.0);
    *kept = (*kept + (1.0 - *kept) * -libm::expm1(-new)).min(1.0);
}
