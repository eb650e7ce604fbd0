//! Services, compiled: their instances, their proxies, their calls.

use super::{CallBook, CallPlan};
use crate::engine::{Sampler, Span};
use crate::scenario::{
    Balancer, Call, Discipline, Drain, Memory, Probe, Scenario, Service, Shedding, Upstream, WarmUp,
};
use crate::sim::Setup;
use crate::sim::simulation::key_of;

/// A service, compiled.
#[derive(Clone, Debug)]
pub(in crate::sim) struct ServicePlan {
    pub name: String,
    /// What the draws of a request at this service are numbered from, and its instances' draws are known by.
    pub key: u64,
    pub workers: u16,
    pub queue: u32,
    pub discipline: Discipline,
    pub demand: Sampler,
    /// A draw below this is an ordinary error.
    pub errors_below: u64,
    pub calls: Vec<CallPlan>,
    pub boot: BootPlan,
    pub memory: Memory,
    /// Startup, readiness, liveness.
    pub probes: [Option<Probe>; 3],
    pub drain: Drain,
    pub proxy: ProxyPlan,
    pub instances: u32,
    /// Mean work of one request in seconds, for probes that check the queue.
    pub mean_work_s: f64,
    /// Services it reaches by calls, itself included, one bit each.
    pub reaches: u64,
    pub shedding: Option<Shedding>,
}

/// How an instance boots.
#[derive(Clone, Debug)]
pub(in crate::sim) struct BootPlan {
    pub pull: Sampler,
    pub start: Sampler,
    pub warm_up: Option<WarmUp>,
}

/// The proxies in front of a service.
#[derive(Clone, Debug)]
pub(in crate::sim) struct ProxyPlan {
    pub balancer: Balancer,
    pub upstream: Upstream,
    /// Whether the proxies keep track of host health, see [`crate::sim::proxy`].
    pub tracks_hosts: bool,
    /// Whether they choose an instance by weight, cost or zone.
    pub weighs_hosts: bool,
    pub count: u16,
    /// How late a proxy learns that an instance is ready, or is not.
    pub lag: Sampler,
    /// How late it learns of routes and flags.
    pub route_lag: Sampler,
}

/// Compiles a service; what the plan sets up replaces the scenario's for the target.
pub(super) fn plan_service(
    scenario: &Scenario,
    service: &Service,
    setup: &Setup,
    book: &mut CallBook,
) -> ServicePlan {
    let is_target = service.name == scenario.target;
    let probes = if is_target { setup.probes.unwrap_or(service.probes) } else { service.probes };
    let drain = if is_target { setup.drain.unwrap_or(service.drain) } else { service.drain };
    let balancer = if is_target { setup.balancer.unwrap_or(service.balancer) } else { service.balancer };
    let upstream = if is_target { setup.upstream.unwrap_or(service.upstream) } else { service.upstream };
    let averages = matches!(balancer, Balancer::PeakEwma { .. });
    let grows = upstream.slow_start.is_some();
    let near = upstream.locality.is_some();
    let checks = upstream.outlier_detection.is_some() || upstream.health_check.is_some();
    let calls = service
        .calls
        .iter()
        .map(|call| {
            let changed = setup.calls.iter().find(|other| is_target && other.to == call.to);
            let call = changed.unwrap_or(call);
            let timeout = cut(scenario, setup, &call.to, Some(call.timeout)).unwrap_or(call.timeout);
            book.plan(scenario, &Call { timeout, ..call.clone() })
        })
        .collect();
    ServicePlan {
        name: service.name.clone(),
        key: key_of(&service.name),
        workers: u16::try_from(service.workers).unwrap_or(u16::MAX),
        queue: service.queue,
        discipline: service.discipline,
        demand: service.demand.sampler(),
        errors_below: service.errors.threshold(),
        calls,
        boot: BootPlan {
            pull: service.boot.pull.sampler(),
            start: service.boot.start.sampler(),
            warm_up: service.boot.warm_up,
        },
        memory: service.memory,
        probes: [probes.startup, probes.readiness, probes.liveness],
        drain,
        proxy: ProxyPlan {
            balancer,
            upstream,
            tracks_hosts: averages || grows || near || checks,
            weighs_hosts: averages || grows || near,
            count: service.endpoints.proxies.max(1) as u16,
            lag: service.endpoints.lag.sampler(),
            route_lag: service.endpoints.route_lag.sampler(),
        },
        instances: service.instances,
        mean_work_s: service.demand.mean(),
        reaches: 0,
        shedding: if is_target { setup.shedding.or(service.shedding) } else { service.shedding },
    }
}

/// Fills in which services each one reaches; calls form no cycle, so as many rounds as services suffice.
pub(super) fn find_reach(services: &mut [ServicePlan]) {
    for (index, service) in services.iter_mut().enumerate() {
        service.reaches = 1 << index;
    }
    for _ in 0..services.len() {
        for index in 0..services.len() {
            let below: u64 = services[index]
                .calls
                .iter()
                .map(|call| services[usize::from(call.to)].reaches)
                .fold(0, |all, some| all | some);
            services[index].reaches |= below;
        }
    }
}

/// The timeout of a try at the service called `to`: the caller's own, or that of the proxies before the service, whichever is shorter.
pub(super) fn cut(scenario: &Scenario, setup: &Setup, to: &str, own: Option<Span>) -> Option<Span> {
    let service = scenario.services.iter().find(|service| service.name == to)?;
    let changed = setup.upstream.filter(|_| scenario.target == to);
    let proxies = changed.unwrap_or(service.upstream).timeout;
    own.into_iter().chain(proxies).min()
}
