//! A new route or flag is sent to the proxies, and each takes it up in its own time.

use super::KeptUsers;
use crate::engine::Share;
use crate::sim::action::{Pool, Route};
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::proxy::router::RoutePlan;
use crate::sim::simulation::{Simulation, key_of};

impl Simulation {
    /// Gives the proxies of the target a new route.
    pub(in crate::sim) fn route(&mut self, route: &Route, because: &str) {
        let sum: u64 = route.weights.map_or(10_000, |weights| weights.into_iter().map(u64::from).sum());
        if sum != 10_000 {
            let text = format!("a route whose weights add up to {sum} instead of 10000");
            return self.note(What::Refused(text), because);
        }
        let mirrored = route.mirror.map_or(Share::ZERO, |(_, share)| share);
        self.routing.weights = route.weights;
        if route.weights.is_some_and(|weights| weights[Pool::Candidate.index()] == 0) {
            // Flagger: at a weight of 0 the cookies of the candidate are taken back.
            self.routing.kept = KeptUsers::default();
            if let Some(fluid) = &mut self.fluid {
                fluid.keep_nobody();
            }
        }
        self.reset_exposures();
        self.note(What::Routed { weights: route.weights, mirrored }, because);
        let Ok(number) = u16::try_from(self.routing.routes.len()) else { return self.use_up() };
        self.routing.routes.push(RoutePlan::new(route, &self.world));
        self.update_proxies("route", |proxy| Event::TakeRoute { proxy, route: number });
    }

    /// The candidate's instances are the stable pool's from now on, and `route` leads there. No request goes another way than before, so
    /// the proxies need not learn of it.
    pub(in crate::sim) fn rename_candidate_in_proxies(&mut self, route: &Route) {
        let Ok(number) = u16::try_from(self.routing.routes.len()) else { return self.use_up() };
        self.routing.routes.push(RoutePlan::new(route, &self.world));
        self.routing.weights = route.weights;
        for proxy in &mut self.routing.proxies[usize::from(self.world.target)] {
            (proxy.route, proxy.awaited_route) = (number, None);
            proxy.rename_candidate();
        }
        self.routing.kept = KeptUsers::default();
    }

    /// Sends an update to every proxy of the target, each with its own lag; a proxy never takes up an old update after a new one.
    /// `about` names what is updated: with the time and the proxy it decides the lag.
    pub(in crate::sim) fn update_proxies(&mut self, about: &str, event: impl Fn(u16) -> Event) {
        let plan = &self.world.services[usize::from(self.world.target)];
        let lags = self.draws.update.child(key_of(about)).child(self.now.0);
        for proxy in 0..plan.proxy.count {
            let lag = plan.proxy.route_lag.at(lags.bits(u64::from(proxy)));
            let known = &mut self.routing.updated_until[usize::from(proxy)];
            let at = (self.now + lag).max(*known);
            *known = at;
            self.agenda.book(at, class::LEARN, event(proxy));
        }
    }

    /// Whether every proxy and every client that listens has taken up the last route and flag change.
    pub(in crate::sim) fn is_routed(&self) -> bool {
        let proxies = &self.routing.proxies[usize::from(self.world.target)];
        self.routing.updated_until.iter().all(|at| *at <= self.now)
            && proxies.iter().all(|proxy| proxy.awaited_route.is_none())
            && !self.orders.holds_a_route()
            && self.flags_are_known()
    }

    /// A route has come to one proxy: it goes by it once it knows where the route leads.
    pub(in crate::sim) fn take_route(&mut self, proxy: u16, route: u16) {
        let target = usize::from(self.world.target);
        self.routing.proxies[target][usize::from(proxy)].awaited_route = Some(route);
        self.take_awaited_route(proxy);
    }

    /// One proxy takes up the route that has come to it, unless the route leads to a pool of which the proxy is still to learn
    /// the first instance. So a mesh makes before it breaks: endpoints are sent before the routes that need them (Envoy, xDS
    /// protocol, "Eventual consistency considerations": CDS and EDS, then LDS and RDS), and a cluster is not used before it has
    /// warmed (Envoy, "Cluster warming"). A pool without any ready instance is not waited for.
    pub(in crate::sim) fn take_awaited_route(&mut self, proxy: u16) {
        let target = usize::from(self.world.target);
        let ready = self.cluster.ready[target];
        let told = &mut self.routing.proxies[target][usize::from(proxy)];
        let Some(number) = told.awaited_route else { return };
        let route = &self.routing.routes[usize::from(number)];
        let waits = |pool: &Pool| {
            ready[pool.index()] > 0 && route.leads_to(pool.index()) && !told.knows(pool.index())
        };
        if !Pool::ALL.iter().any(waits) {
            (told.route, told.awaited_route) = (number, None);
            let meant = route.meant();
            if told.meant != meant {
                told.meant = meant;
                told.settle();
                self.report_health_changes(target as u8, proxy);
            }
        }
    }

    /// One proxy takes up a flag change.
    pub(in crate::sim) fn take_flag(&mut self, proxy: u16, change: u16) {
        let (flag, buckets) = self.routing.flag_changes[usize::from(change)];
        let proxy = &mut self.routing.proxies[usize::from(self.world.target)][usize::from(proxy)];
        proxy.flags[usize::from(flag)] = buckets;
    }
}
