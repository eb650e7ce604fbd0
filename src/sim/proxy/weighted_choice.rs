//! Weighted choice: how a proxy chooses an instance by weight, cost or zone. It takes more work for each request, so it runs
//! only where a service asks for it.

use super::balancer::{Turns, View};
use super::draw;
use super::host_health::{ALL, HostHealth};
use super::router::Proxy;
use crate::engine::{Span, Stream, Time};
use crate::scenario::{Balancer, SlowStart};
use crate::sim::compiled_world::ServicePlan;
use crate::sim::dataplane::weighted::{Edf, Smooth, least_request_weight};
use crate::sim::fleet::{Cluster, Instance};
use crate::sim::request::NONE;

/// The parts of a full weight that round robin counts in.
const PARTS: f64 = 10_000.0;

/// The instance of a group that answers the request of this luck and user at this time; [`NONE`] when none is known.
#[inline(never)]
pub(in crate::sim) fn choose_weighted(
    proxy: &mut Proxy,
    group: usize,
    plan: &ServicePlan,
    cluster: &Cluster,
    (luck, user, now): (u64, u32, Time),
) -> u32 {
    let mut view = if group == ALL { &mut proxy.all } else { &mut proxy.pools[group] };
    if let Some((away, percent)) = proxy.away.get_mut(group) {
        let drawn = Stream::from_key(luck).below(draw::ZONE, 100) as u32;
        if (drawn >= *percent && !away.instances().is_empty()) || view.instances().is_empty() {
            view = away;
        }
    }
    let fleet = &cluster.instances;
    let Some(hosts) = &proxy.hosts else { return view.choose(plan.proxy.balancer, cluster, luck, user, 0) };
    if let Balancer::PeakEwma { decay } = plan.proxy.balancer {
        return least_cost(view, hosts, fleet, luck, (now, decay));
    }
    match hosts.slow_start(now) {
        Some(slow) => by_weight(view, hosts, plan, fleet, (slow, now))
            .unwrap_or_else(|| view.choose(plan.proxy.balancer, cluster, luck, user, 0)),
        None => {
            view.turns = None;
            view.choose(plan.proxy.balancer, cluster, luck, user, 0)
        }
    }
}

/// Of two drawn the one that costs less; the first of equals.
fn least_cost(
    view: &View,
    hosts: &HostHealth,
    fleet: &[Instance],
    luck: u64,
    (now, decay): (Time, Span),
) -> u32 {
    let instances = view.instances();
    let count = instances.len() as u64;
    if count <= 1 {
        return instances.first().copied().unwrap_or(NONE);
    }
    let draws = Stream::from_key(Stream::from_key(luck).bits(draw::BALANCE));
    let first = draws.below(0, count);
    let other = draws.below(1, count - 1);
    let second = other + u64::from(other >= first);
    let [first, second] = [first, second].map(|place| instances[place as usize]);
    let cost = |instance: u32| {
        let pending = fleet[instance as usize].load();
        hosts.host(instance).map_or(0.0, |host| host.average.load(now, pending, decay))
    };
    if cost(second) < cost(first) { second } else { first }
}

/// Round robin or least request by weights that differ; `None` for other balancers, which know no weights.
fn by_weight(
    view: &mut View,
    hosts: &HostHealth,
    plan: &ServicePlan,
    fleet: &[Instance],
    (slow, now): (SlowStart, Time),
) -> Option<u32> {
    let grown = |instance: &u32| hosts.weight(slow, *instance, now);
    let place = match plan.proxy.balancer {
        Balancer::RoundRobin => {
            let parts = |instance| ((grown(instance) * PARTS + 0.5) as u32).max(1);
            let weights: Vec<u32> = view.instances().iter().map(parts).collect();
            if !matches!(view.turns.as_deref(), Some(Turns::Smooth(_))) {
                view.turns = Some(Box::new(Turns::Smooth(Smooth::new(weights.len()))));
            }
            match view.turns.as_deref_mut() {
                Some(Turns::Smooth(smooth)) => smooth.pick(&weights),
                _ => None,
            }
        }
        Balancer::LeastRequest { .. } => {
            let weight = |instance: &u32| {
                let load = fleet[*instance as usize].load();
                least_request_weight(grown(instance).max(1e-4), load, plan.proxy.upstream.active_request_bias)
            };
            let weights: Vec<f64> = view.instances().iter().map(weight).collect();
            if !matches!(view.turns.as_deref(), Some(Turns::Edf(_))) {
                view.turns = Some(Box::new(Turns::Edf(Edf::new(&weights))));
            }
            match view.turns.as_deref_mut() {
                Some(Turns::Edf(edf)) => edf.pick(&weights),
                _ => None,
            }
        }
        Balancer::Random
        | Balancer::RingHash { .. }
        | Balancer::Maglev { .. }
        | Balancer::PeakEwma { .. } => return None,
    };
    Some(place.map_or(NONE, |place| view.instances()[place]))
}
