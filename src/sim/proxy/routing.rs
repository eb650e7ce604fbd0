//! Routing: the routes that were asked for, and when each proxy takes up what is sent to it.

mod updates;

use super::router::{Proxy, RoutePlan};
use crate::engine::Time;
use crate::sim::action::{Pool, Route};
use crate::sim::compiled_world::CompiledWorld;

/// The proxies of all services, and what was sent to those of the target.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Routing {
    /// By service.
    pub proxies: Vec<Vec<Proxy>>,
    /// All routes so far; a proxy goes by one of them.
    pub routes: Vec<RoutePlan>,
    /// Share of each pool in basis points as last asked for; `None` is by instance counts.
    pub weights: Option<[u32; 3]>,
    /// Flag changes so far: which flag, and how many of its buckets are on.
    pub flag_changes: Vec<(u8, u16)>,
    /// The users who have come to the candidate by a route on which they stay there.
    pub kept: KeptUsers,
    /// When each proxy of the target takes up the last update.
    updated_until: Vec<Time>,
}

impl Routing {
    /// Proxies that know nothing yet; all requests of the target go to the stable pool.
    pub fn new(world: &CompiledWorld) -> Self {
        let services = world.services.iter();
        let stable = Route::all_to(Pool::Stable);
        let count = world.services[usize::from(world.target)].proxy.count;
        Self {
            proxies: services.map(|plan| vec![Proxy::new(); usize::from(plan.proxy.count)]).collect(),
            routes: vec![RoutePlan::new(&stable, world)],
            weights: stable.weights,
            flag_changes: Vec::new(),
            kept: KeptUsers::default(),
            updated_until: vec![Time::ZERO; usize::from(count)],
        }
    }
}

/// Users, as bits.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct KeptUsers(Vec<u64>);

impl KeptUsers {
    /// Whether this user has come to the candidate before.
    pub fn has(&self, user: u32) -> bool {
        self.0.get(user as usize / 64).is_some_and(|bits| bits >> (user % 64) & 1 == 1)
    }

    /// This user has come to the candidate, and stays on it.
    pub fn add(&mut self, user: u32) {
        let at = user as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (user % 64);
    }
}
