//! A tick: the world is looked at, and the requests of a tenth of a second are drawn and dealt out.

use super::Fluid;
use super::end::Branch;
use super::way::{Fate, Way};
use crate::engine::{Stream, Time, counts};
use crate::sim::event::{Event, class};
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

/// Steps of work that a class takes in each tick.
const STEPS_OF_A_CLASS: u64 = 8;

/// Numbers of the draws of a class in a tick, beside that of its requests; plus the pool, and 4 for copies.
const WAYS: u64 = 1;
const ENDS: u64 = 2;
/// Those of tries after the first, and of whether a try is the last.
const AGAIN: u64 = 16;
const TURNED: u64 = 17;

/// Tries of a class.
#[derive(Clone, Copy, Debug)]
struct Tries {
    index: usize,
    /// 0 for first tries.
    number: usize,
    /// The only pool that they go to, where their users are kept in one.
    pool: Option<usize>,
    count: u64,
    expected: f64,
}

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
        self.meter.charge(
            (fluid.classes.len() * fluid.again.tries() + fluid.calling.callers.len()) as u64
                * STEPS_OF_A_CLASS,
        );
        let expected = fluid.traffic.expected(tick);
        fluid.again.ask(expected);
        self.look(&mut fluid, expected);
        fluid.hold(tick, expected, self.routes_drift());
        let crashes = if self.draws_at_once(&fluid) { self.draw_held(&mut fluid) } else { [0; 3] };
        let draws = fluid.draws.child(tick);
        self.fluid = Some(fluid);
        for (pool, count) in crashes.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            self.crash_by_requests(pool, count, draws);
        }
    }

    /// Computes anew what has changed since the last look; what waits is drawn by what was.
    fn look(&mut self, fluid: &mut Fluid, expected: f64) {
        let routes = self.renew_known(self.world.target, &mut fluid.known) || self.routes_drift();
        if routes {
            self.draw_held(fluid);
            self.renew_ways(fluid);
        }
        let calls = self.renew_calls(fluid);
        let costs: Vec<f64> = fluid.classes.iter().map(|class| class.cost).collect();
        let mut others = routes;
        for pool in 0..fluid.pools.len() {
            let look = self.effects_at(pool, fluid.classes.iter().map(|class| (class.cohort, class.kind)));
            let effects = self.renew_effects(&mut fluid.pools[pool], look, &costs);
            let changed = routes || effects || calls;
            if self.renew_wait(fluid, (pool, changed), expected) || effects || calls {
                self.draw_held(fluid);
                self.renew_branches(fluid, pool);
                others = true;
            }
        }
        if others {
            self.renew_tries(fluid);
        }
    }

    /// Whether some route keeps users on the candidate, so that where requests go changes with each of them.
    pub(super) fn routes_drift(&self) -> bool {
        let proxies = &self.routing.proxies[usize::from(self.world.target)];
        proxies.iter().any(|proxy| self.routing.routes[usize::from(proxy.route)].drifts())
    }

    /// Whether some route keeps each user in one pool, so that a try again goes where the first went.
    fn routes_keep(&self) -> bool {
        let proxies = &self.routing.proxies[usize::from(self.world.target)];
        proxies.iter().any(|proxy| self.routing.routes[usize::from(proxy.route)].keeps())
    }

    /// Deals the requests of a class out to where they go and how they end, and those that are tried again as often as they are.
    pub(super) fn send_class(
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
        let keeps = fluid.again.tries() > 1 && self.routes_keep();
        let mut tries = Tries { index, number: 0, pool: None, count, expected };
        let mut next = [(0, 0.0); 3];
        let first = self.send_tries(fluid, tries, draws, (crashes, &mut next));
        let mut all = first;
        for number in 1..fluid.again.tries() {
            let came = std::mem::take(&mut next);
            let draws = draws.child(AGAIN).child(number as u64);
            let groups: Vec<(Option<usize>, u64, f64)> = if keeps {
                came.iter()
                    .enumerate()
                    .map(|(pool, (count, expected))| (Some(pool), *count, *expected))
                    .collect()
            } else {
                let sum = came.iter().fold((0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                vec![(None, sum.0, sum.1)]
            };
            for (pool, count, expected) in
                groups.into_iter().filter(|(_, count, expected)| *count > 0 || *expected > 0.0)
            {
                tries = Tries { index, number, pool, count, expected };
                let draws = pool.map_or(draws, |pool| draws.child(pool as u64));
                let taken = self.send_tries(fluid, tries, draws, (crashes, &mut next));
                all.iter_mut().zip(taken).for_each(|(sum, taken)| *sum += taken);
            }
        }
        let times = |pool: usize| if first[pool] > 0.0 { all[pool] / first[pool] } else { 1.0 };
        fluid.times[index] = [0, 1, 2].map(times);
    }

    /// Deals tries of a class out; `next` gets those that are tried again, by pool, as a count and an expected number. The answer is how many
    /// each pool should have taken.
    fn send_tries(
        &mut self,
        fluid: &mut Fluid,
        tries: Tries,
        draws: Stream,
        (crashes, next): (&mut [u64; 3], &mut [(u64, f64); 3]),
    ) -> [f64; 3] {
        let Tries { index, number, pool: only, count, expected } = tries;
        let place = number * fluid.classes.len() + index;
        let Fluid { ways, pools, sent, again, .. } = fluid;
        let (mut taken, mut copied, mut should) = ([0u64; 3], [0u64; 3], [0.0; 3]);
        let here = |way: &&Way| !way.copy && only.is_none_or(|only| usize::from(way.pool) == only);
        let shares: Vec<f64> = ways[index].iter().filter(here).map(|way| way.share).collect();
        let total = if only.is_some() { shares.iter().sum() } else { 1.0 };
        if total <= 0.0 {
            return should;
        }
        let mut dealt = vec![0; shares.len()];
        counts::deal(
            count,
            shares,
            total,
            |way| draws.child(WAYS).bits(way),
            |way, count| dealt[way] = count,
        );
        let mut dealt = dealt.into_iter();
        let turned = again.after_turned(place);
        for (at, way) in (0u64..).zip(&mut ways[index]) {
            let pool = usize::from(way.pool);
            if way.copy {
                let copies = counts::binomial(count, way.share, draws.child(WAYS + 4).bits(at));
                match way.fate {
                    Fate::Taken => copied[pool] += copies,
                    Fate::Turned(_) => way.count += copies,
                }
                continue;
            }
            if only.is_some_and(|only| pool != only) {
                continue;
            }
            let number = dealt.next().unwrap_or_default();
            let expected = if only.is_some() { expected * way.share / total } else { expected * way.share };
            let of = &mut sent[index][pool];
            of.requests += number;
            of.expected[0] += expected;
            of.users = way.users;
            match way.fate {
                Fate::Taken => {
                    taken[pool] += number;
                    should[pool] += expected;
                    for branch in pools[pool].branches.get(place).into_iter().flatten() {
                        let expected = expected * branch.share;
                        let goes = expected * branch.again * again.allowed;
                        again.wanted += expected * branch.again;
                        next[pool].1 += goes;
                        of.expected[0] -= goes;
                        if let Some(by_luck) = branch.end.is_bad(branch.is_late()) {
                            of.expected[1 + usize::from(by_luck)] += expected - goes;
                        }
                    }
                }
                Fate::Turned(cause) => {
                    let goes = turned * again.allowed;
                    let repeated = counts::binomial(number, goes, draws.child(TURNED).bits(at));
                    way.count += number - repeated;
                    way.again += repeated;
                    of.requests -= repeated;
                    next[pool].0 += repeated;
                    again.wanted += expected * turned;
                    next[pool].1 += expected * goes;
                    of.expected[0] -= expected * goes;
                    of.expected[if cause.is_of_release() { 1 } else { 2 }] += expected * (1.0 - goes);
                }
            }
        }
        let allowed = again.allowed;
        for pool in 0..pools.len() {
            let Some(branches) = pools[pool].branches.get_mut(place) else { continue };
            for (copies, number) in [taken[pool], copied[pool]].into_iter().enumerate() {
                let draws = draws.child(ENDS + pool as u64 + 4 * copies as u64);
                let repeated =
                    self.end_branches(branches, (pool, copies), (number, allowed), draws, &mut crashes[pool]);
                sent[index][pool].requests -= repeated;
                next[pool].0 += repeated;
            }
        }
        should
    }

    /// Deals requests, or copies, that a pool takes out to how they end; the answer is how many of them are tried again.
    fn end_branches(
        &mut self,
        branches: &mut [Branch],
        (pool, copies): (usize, usize),
        (count, allowed): (u64, f64),
        draws: Stream,
        crashes: &mut u64,
    ) -> u64 {
        let shares: Vec<f64> = branches.iter().map(|branch| branch.share).collect();
        let (mut shows, mut all) = (false, 0);
        counts::deal(
            count,
            shares,
            1.0,
            |place| draws.bits(place),
            |place, count| {
                let branch = &mut branches[place];
                let goes = if copies == 0 { branch.again * allowed } else { 0.0 };
                let repeated = counts::binomial(count, goes, draws.child(AGAIN).bits(place as u64));
                branch.counts[copies] += count - repeated;
                branch.repeated += repeated;
                all += repeated;
                shows |= branch.shows;
                *crashes += if branch.crashes { count } else { 0 };
            },
        );
        if shows && pool == Pool::Candidate.index() {
            self.recorder.defect_shown.get_or_insert(self.now);
        }
        all
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
