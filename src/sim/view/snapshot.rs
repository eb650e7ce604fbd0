//! Snapshots of the instances, the route and the flags, for screens and tests.

use crate::engine::{Share, Span, Time};
use crate::sim::Pool;
use crate::sim::fleet::State;
use crate::sim::simulation::Simulation;

/// What an instance is doing, as the control plane sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceState {
    /// No zone has a place for it yet.
    Pending,
    /// Its image is being pulled.
    Pulling,
    /// Its process is starting.
    Starting,
    /// Its process runs, but its probes have not passed.
    Checking,
    /// It is ready, but still cold.
    Warming,
    /// It serves.
    Ready,
    /// It was asked to go, and still serves what reaches it.
    Draining,
    /// It was told to stop, and finishes what it has.
    Stopping,
    /// It crashed and waits to be restarted.
    BackingOff,
    /// It is broken, and waits for somebody, or for its zone.
    Broken,
}

/// An instance that is not gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InstanceSnapshot {
    /// Number within its service, from 1.
    pub number: u32,
    /// Pool.
    pub pool: Pool,
    /// Position of its zone.
    pub zone: u8,
    /// What it is doing.
    pub state: InstanceState,
    /// Since when.
    pub since: Time,
    /// Whether the control plane counts it as ready.
    pub ready: bool,
    /// Whether it was asked to go.
    pub going: bool,
    /// When it was launched.
    pub created: Time,
    /// Workers that hold a request.
    pub busy: u32,
    /// Workers that there are.
    pub workers: u32,
    /// Requests that wait.
    pub queue: u32,
    /// How often it was restarted.
    pub restarts: u32,
    /// Memory in use, over its limit.
    pub memory: f32,
    /// How often each probe passed and failed in a row: startup, readiness, liveness.
    pub probes: [(u32, u32); 3],
    /// How many proxies send to it.
    pub known_by: u32,
    /// How many proxies know it but leave it out.
    pub left_out_by: u32,
}

/// The route as it was last asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteSnapshot {
    /// Basis points of each pool; `None` is by instance counts.
    pub weights: Option<[u32; 3]>,
    /// Rules that come before the weights: names of cohorts and of kinds (none are all), and where they go.
    pub rules: Vec<(Vec<String>, Vec<String>, Pool)>,
    /// Whether a user stays in one pool while the weights stay.
    pub sticky: bool,
    /// The pool that gets copies, and of how many.
    pub mirror: Option<(Pool, f64)>,
    /// How many proxies go by it, of how many.
    pub taken_by: (u32, u32),
}

impl Simulation {
    /// The instances of a service that are not gone, oldest first.
    pub fn instances(&self, service: &str) -> Vec<InstanceSnapshot> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        let mut known = vec![0u32; self.cluster.status.len()];
        let mut left_out = vec![0u32; self.cluster.status.len()];
        for proxy in &self.routing.proxies[index] {
            proxy.all.instances().iter().for_each(|instance| known[*instance as usize] += 1);
            let out = proxy.hosts.iter().flat_map(|hosts| hosts.left_out());
            out.for_each(|instance| left_out[instance as usize] += 1);
        }
        let plan = &self.world.services[index];
        let all = self.cluster.status.iter().zip(&self.cluster.instances).enumerate();
        let here = all.filter(|(_, (status, instance))| {
            usize::from(instance.service) == index && status.state != State::Gone
        });
        let figure = |(at, (status, instance)): (
            usize,
            (&crate::sim::fleet::InstanceStatus, &crate::sim::fleet::Instance),
        )| {
            let cold_for =
                plan.boot.warm_up.filter(|_| !status.warm).map_or(Span::ZERO, |warm_up| warm_up.over * 3);
            let (state, since) = match status.state {
                State::Pulling if status.awaits_place => (InstanceState::Pending, status.created),
                State::Pulling => (InstanceState::Pulling, status.created),
                State::Starting => (InstanceState::Starting, status.changed),
                State::Running => match status.ready_since {
                    None => (InstanceState::Checking, status.started),
                    Some(since) if self.now.since(status.started) < cold_for => {
                        (InstanceState::Warming, since)
                    }
                    Some(since) => (InstanceState::Ready, since),
                },
                State::Draining => (InstanceState::Draining, status.changed),
                State::Stopping => (InstanceState::Stopping, status.changed),
                State::BackOff => (InstanceState::BackingOff, status.changed),
                State::Broken | State::Gone => (InstanceState::Broken, status.changed),
            };
            let (busy, waiting) = self.load_in_fluid(instance);
            InstanceSnapshot {
                number: status.number,
                pool: status.pool,
                zone: status.zone,
                state,
                since,
                ready: status.ready_since.is_some(),
                going: status.goes(),
                created: status.created,
                busy: instance.busy + busy,
                workers: u32::from(instance.workers),
                queue: instance.waiting + waiting,
                restarts: status.restarts,
                memory: (status.memory_mb / plan.memory.limit_mb) as f32,
                probes: status.probes.map(|run| (run.passed, run.failed)),
                known_by: known[at],
                left_out_by: left_out[at],
            }
        };
        here.map(figure).collect()
    }

    /// The route of the target as it was last asked for.
    pub fn route_snapshot(&self) -> RouteSnapshot {
        let target = usize::from(self.world.target);
        let Some(route) = self.routing.routes.last() else { return RouteSnapshot::default() };
        let newest = self.routing.routes.len() as u16 - 1;
        let proxies = &self.routing.proxies[target];
        let taken = proxies.iter().filter(|proxy| proxy.route == newest).count() as u32;
        let clients = &self.world.scenario.clients;
        let named = |bits: u64, names: Vec<&String>| -> Vec<String> {
            let some = (0..64).zip(names).filter(|(bit, _)| bits != u64::MAX && bits >> bit & 1 == 1);
            some.map(|(_, name)| name.clone()).collect()
        };
        let rule = |(cohorts, kinds, pool): &(u64, u64, u8)| {
            let cohorts = named(*cohorts, clients.cohorts.iter().map(|cohort| &cohort.name).collect());
            let kinds = named(*kinds, clients.kinds.iter().map(|kind| &kind.name).collect());
            (cohorts, kinds, Pool::ALL[usize::from(*pool)])
        };
        let share = |threshold: u64| threshold as f64 / u64::MAX as f64;
        RouteSnapshot {
            weights: self.routing.weights,
            rules: route.rules().iter().map(rule).collect(),
            sticky: route.is_sticky(),
            mirror: route.mirror.map(|(pool, threshold, _)| (Pool::ALL[usize::from(pool)], share(threshold))),
            taken_by: (taken, proxies.len() as u32),
        }
    }

    /// The flags and the share of users for whom each was last turned on.
    pub fn flag_shares(&self) -> Vec<(&str, Share)> {
        let names = self.world.flags.names.iter().zip(self.flagging.state);
        names.map(|(name, buckets)| (name.as_str(), Share::percent(f64::from(buckets) / 100.0))).collect()
    }

    /// Names of the releases that the stable and the candidate pool run.
    pub fn release_names(&self) -> (String, String) {
        (self.world.baseline.clone(), self.world.candidate.clone())
    }
}
