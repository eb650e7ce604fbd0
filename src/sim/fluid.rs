//! The fluid mode: requests are drawn as counts, so that a run costs as much at a million requests a second as at a thousand.
//!
//! The fleet, the rollout, the proxies, the monitoring, the people and the faults are those of any run, event by event. Only the path of a
//! request is another: ten times a second the world is looked at, and the traffic of each class of requests (a cohort and a kind) is drawn as
//! one Poisson count, dealt out over the pools by what each proxy knows and where its route leads, and then over the ways in which a request
//! can end. Ticks between which nothing changes are drawn together. At the end of each second the counts go where each single request would have
//! gone. What a class needs is computed anew only when something changes.
//!
//! So cost grows with classes, pools and changes, and not with the rate. What the mode cannot say is refused at the door
//! (`scenario::problems`), and how far it is from the request mode is tested (`tests/it/fluid.rs`).
//!
//! The counts are binomial leaps (Tian and Burrage 2004; Chatterjee, Vlachos and Katsoulakis 2005): each count is dealt out of the one before
//! it, so that none is negative and all sum up. How long a queue that keeps up is waited in, a small model of it tells (`waiting`); one that
//! does not has a backlog that grows as fluid does.

mod again;
mod allowance;
mod allowances;
mod answering;
mod audience;
mod branches;
mod caller;
mod calling;
mod calls;
mod class;
mod dependency;
mod effects;
mod end;
mod flow;
mod gauges;
mod holding;
mod law;
mod lengths;
mod model;
mod queue;
mod repeating;
mod settling;
mod ticking;
mod traffic;
mod trouble;
mod waiting;
mod way;
mod ways;

use std::sync::Arc;

use again::Again;
use audience::Audience;
use calling::Calling;
use class::{Class, Sent, TICK, TICKS};
use end::Counted;
use flow::PoolFlow;
use holding::Held;
use law::Laws;
use traffic::FluidTraffic;
use waiting::Models;
use way::{Known, Way};

use super::Cause;
use super::compiled_world::CompiledWorld;
use super::simulation::Draws;
use crate::engine::{Stream, Time};
use crate::scenario::Fidelity;

/// More laws than these are not kept; each takes some 10 KiB.
const MOST_LAWS: usize = 500;

/// Number of the draws of callers' budgets, beside those of ticks, which count from 0, and of what ended.
const BUDGETS: u64 = u64::MAX - 1;

/// What a run in the fluid mode keeps of its requests.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Fluid {
    classes: Vec<Class>,
    traffic: FluidTraffic,
    draws: Stream,
    /// Number of the next tick.
    tick: u64,
    /// Ticks whose requests are not drawn yet.
    held: Option<Held>,
    laws: Laws,
    models: Models,
    audience: Option<Arc<Audience>>,
    /// What each proxy of the target knows.
    known: Vec<Known>,
    /// By class: where its requests go.
    ways: Vec<Vec<Way>>,
    /// Of each cohort the share of users that a route keeps on the candidate.
    kept: Vec<f64>,
    pools: [PoolFlow; 3],
    again: Again,
    calling: Calling,
    /// By class and pool: how many tries the pool takes for each request that first comes to it, as the last tick had it.
    times: Vec<[f64; 3]>,
    /// By class and pool: what was drawn in the open second.
    sent: Vec<[Sent; 3]>,
    /// Counts whose branch or way is no more, of the open second.
    closed: Vec<Counted>,
    /// Users' requests drawn in the open second: they are in flight until it is over.
    pub in_flight: u64,
}

impl Fluid {
    /// Nothing drawn yet; `None` where each request is simulated. `users_by_cohort` is how many users each cohort has.
    pub fn of(world: &CompiledWorld, draws: &Draws, users_by_cohort: &[u64]) -> Option<Box<Self>> {
        match world.scenario.fidelity {
            Fidelity::Requests => return None,
            Fidelity::Fluid => {}
        }
        let users: u64 = users_by_cohort.iter().sum();
        let kinds = world.scenario.clients.kind_shares();
        let mut classes = Vec::new();
        for (cohort, of) in (0u8..).zip(users_by_cohort) {
            for (kind, share) in (0u8..).zip(&kinds) {
                let share = *of as f64 / users.max(1) as f64 * share.fraction();
                let cost = world.clients.kinds[usize::from(kind)].cost;
                classes.push(Class { cohort, kind, share, cost });
            }
        }
        let target = &world.services[usize::from(world.target)];
        let clients = &world.clients;
        let laws = Laws::new(&target.demand, clients.slow_after, clients.timeout);
        Some(Box::new(Self {
            traffic: FluidTraffic::new(world),
            draws: draws.fluid,
            tick: 0,
            held: None,
            models: Models::new(&laws.work),
            laws,
            audience: None,
            known: Vec::new(),
            ways: vec![Vec::new(); classes.len()],
            kept: vec![0.0; users_by_cohort.len()],
            pools: Default::default(),
            again: Again::new(world, classes.len()),
            calling: Calling::of(world, draws.fluid.child(BUDGETS)),
            times: vec![[1.0; 3]; classes.len()],
            sent: vec![Default::default(); classes.len()],
            closed: Vec::new(),
            in_flight: 0,
            classes,
        }))
    }

    /// When the world is looked at for a tick.
    fn moment(&self, tick: u64) -> Time {
        Time::ZERO + TICK * tick + TICK.scaled(self.draws.unit(tick))
    }

    /// The number of the open second.
    const fn second(&self) -> u64 {
        self.tick.saturating_sub(1) / TICKS
    }

    /// Forgets what was computed from the releases and the routes: both may be others now. What was counted stays.
    fn forget(&mut self) {
        self.close_branches();
        for pool in &mut self.pools {
            (pool.looked, pool.queue.wait, pool.rests) = (None, None, None);
        }
        self.known.clear();
    }

    /// No route keeps anybody on the candidate any more.
    pub fn keep_nobody(&mut self) {
        self.kept.fill(0.0);
    }

    /// Forgets the laws of answers where there are many; nothing is counted by one now.
    fn forget_laws(&mut self) {
        if self.laws.all.len() > MOST_LAWS {
            self.laws.forget();
            self.again.forget();
            self.pools.iter_mut().for_each(|pool| (pool.queue.wait, pool.rests) = (None, None));
        }
    }

    /// Workers that are busy and requests that wait at each instance of a pool of the target, on average.
    pub const fn load(&self, pool: usize) -> (f64, f64) {
        let queue = &self.pools[pool].queue;
        (queue.busy_each, queue.waiting_each)
    }

    /// The same of a service that is called; none where none needs it.
    pub fn load_of_called(&self, service: u8) -> (f64, f64) {
        self.calling.load(service).unwrap_or_default()
    }

    /// An instance of a pool, which a share of the proxies knows, goes down with what it has: how many requests those are. `luck` is its own.
    pub fn drop_at(&mut self, pool: usize, cause: Cause, known: f64, luck: Stream) -> u32 {
        let pool = &mut self.pools[pool];
        let expected = (pool.queue.busy_each + pool.queue.waiting_each) * known;
        let count = crate::engine::counts::poisson(expected, luck.bits(self.tick));
        pool.dropped.push((cause, count, expected));
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}
