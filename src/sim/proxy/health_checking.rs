//! Health checking: proxies count answers, check the health of their hosts, and leave out unhealthy ones.

use super::draw;
use super::host_health::{HealthChange, HostHealth};
use crate::engine::{Stream, Time};
use crate::scenario::{Balancer, Probe};
use crate::sim::Pool;
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::fleet::{probe, purpose};
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Gives every proxy of a service with such rules its own view, and books the first intervals, spread over one.
    pub(in crate::sim) fn begin_health_checking(&mut self) {
        let zones = self.world.scenario.zones.len().max(1);
        for service in 0..self.world.services.len() {
            let plan = &self.world.services[service];
            if !plan.proxy.tracks_hosts {
                continue;
            }
            let (rules, proxies) = (plan.proxy.upstream, plan.proxy.count);
            for proxy in 0..proxies {
                let zone = (usize::from(proxy) % zones) as u8;
                self.routing.proxies[service][usize::from(proxy)].hosts =
                    Some(Box::new(HostHealth::new(rules, zone)));
                if let Some(rule) = rules.outlier_detection {
                    let wait = rule.interval.scaled(f64::from(proxy + 1) / f64::from(proxies));
                    let event = Event::Interval { service: service as u8, proxy };
                    self.agenda.book(Time::ZERO + wait, class::LEARN, event);
                }
            }
        }
    }

    /// A proxy learns that an instance is ready, or is not; `since` is when it began to be used.
    pub(in crate::sim) fn update_proxy(&mut self, number: u32, proxy: u16, ready: bool, since: Option<Time>) {
        let (service, pool) =
            (self.cluster.instances[number as usize].service, self.cluster.instances[number as usize].pool);
        let told = &mut self.routing.proxies[usize::from(service)][usize::from(proxy)];
        let Some(hosts) = &mut told.hosts else { return told.learn(number, pool, ready) };
        if ready {
            let zone = self.cluster.status[number as usize].zone;
            let series = hosts.add(number, pool, zone, since);
            if let (Some(series), Some(rule)) = (series, hosts.rules.health_check) {
                let status = &self.cluster.status[number as usize];
                let begins = status.luck.child(purpose::HEALTH_CHECK).child(u64::from(status.changes));
                let wait = rule.interval.scaled(begins.unit(u64::from(proxy)));
                let event = Event::HealthCheck { instance: number, proxy, series };
                self.agenda.book(self.now + wait, class::LIFE, event);
            }
        } else {
            hosts.remove(number);
        }
        self.meter.charge(hosts.count() / 4);
        told.settle();
        self.report_health_changes(service, proxy);
    }

    /// An answer that a proxy sees.
    #[inline(never)]
    pub(in crate::sim) fn observe_answer(&mut self, hop: &Hop) {
        let here = usize::from(hop.service);
        if hop.instance == NONE || !self.world.services[here].proxy.tracks_hosts {
            return;
        }
        let decay = match self.world.services[here].proxy.balancer {
            Balancer::PeakEwma { decay } => Some(decay),
            Balancer::RoundRobin
            | Balancer::Random
            | Balancer::LeastRequest { .. }
            | Balancer::RingHash { .. }
            | Balancer::Maglev { .. } => None,
        };
        let which = Stream::from_key(hop.luck).below(draw::PROXY, self.routing.proxies[here].len() as u64);
        let proxy = &mut self.routing.proxies[here][which as usize];
        let Some(hosts) = &mut proxy.hosts else { return };
        let took = self.now.since(hop.arrived);
        if hosts.observe_answer(self.now, hop.instance, hop.is(mark::FAILS), took, decay) {
            self.meter.charge(hosts.count() / 4);
            proxy.settle();
            self.report_health_changes(hop.service, which as u16);
        }
    }

    /// An interval of a proxy's outlier detection is over.
    pub(in crate::sim) fn interval(&mut self, service: u8, number: u16) {
        let proxy = &mut self.routing.proxies[usize::from(service)][usize::from(number)];
        let Some(hosts) = &mut proxy.hosts else { return };
        let Some(rule) = hosts.rules.outlier_detection else { return };
        self.meter.charge(hosts.count() / 8);
        if hosts.close_interval(self.now) {
            proxy.settle();
        }
        self.report_health_changes(service, number);
        self.agenda.book(self.now + rule.interval, class::LEARN, Event::Interval { service, proxy: number });
    }

    /// A proxy checks the health of an instance. It asks what the readiness probe asks.
    pub(in crate::sim) fn health_check(&mut self, number: u32, proxy: u16, series: u32) {
        let service = self.cluster.instances[number as usize].service;
        let hosts = self.routing.proxies[usize::from(service)][usize::from(proxy)].hosts.as_ref();
        let Some(rule) = hosts
            .filter(|hosts| hosts.host(number).is_some_and(|host| host.series == series))
            .and_then(|hosts| hosts.rules.health_check)
        else {
            return;
        };
        let asked = Probe { timeout: rule.timeout, checks: rule.checks, ..Probe::default() };
        let passes = self.cluster.instances[number as usize].accepts
            && self.check_probe(number, probe::READINESS, asked).is_ok();
        let told = &mut self.routing.proxies[usize::from(service)][usize::from(proxy)];
        if let Some(hosts) = &mut told.hosts
            && hosts.check(self.now, number, passes)
        {
            self.meter.charge(hosts.count() / 4);
            told.settle();
            self.report_health_changes(service, proxy);
        }
        let event = Event::HealthCheck { instance: number, proxy, series };
        self.agenda.book(self.now + rule.interval, class::LIFE, event);
    }

    /// Notes the changes of host health that a proxy has decided.
    pub(super) fn report_health_changes(&mut self, service: u8, proxy: u16) {
        let Some(hosts) = &mut self.routing.proxies[usize::from(service)][usize::from(proxy)].hosts else {
            return;
        };
        if hosts.changes.is_empty() {
            return;
        }
        let name = self.world.services[usize::from(service)].name.clone();
        let proxy = u32::from(proxy);
        for changes in std::mem::take(&mut hosts.changes) {
            let service = name.clone();
            let named = |bodies: &[crate::sim::fleet::InstanceStatus], number: u32| {
                let status = &bodies[number as usize];
                (status.number, status.pool)
            };
            match changes {
                HealthChange::Ejected { instance, why } => {
                    let (instance, pool) = named(&self.cluster.status, instance);
                    self.note(What::Ejected { service, instance, pool, proxy }, &why);
                }
                HealthChange::Back { instance, why } => {
                    let (instance, pool) = named(&self.cluster.status, instance);
                    self.note(What::Restored { service, instance, pool, proxy }, why);
                }
                HealthChange::Panic { group, begins, meant, healthy, known } => {
                    let pool = Pool::ALL.get(usize::from(group)).copied();
                    let unmeant = if meant { "" } else { ", and no request goes there any more" };
                    let why = format!("{healthy} of {known} instances are in health{unmeant}");
                    self.note(What::Panic { service, pool, proxy, begins }, &why);
                }
            }
        }
    }

    /// The instances of a service that each proxy knows but leaves out, by their numbers within the service.
    pub fn left_out(&self, service: &str) -> Vec<Vec<u32>> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        let number = |instance: u32| self.cluster.status[instance as usize].number;
        let of = |proxy: &super::router::Proxy| {
            proxy.hosts.iter().flat_map(|hosts| hosts.left_out()).map(number).collect()
        };
        self.routing.proxies[index].iter().map(of).collect()
    }

    /// Whether each proxy of a service is in panic mode: it uses all instances it knows, because too few are healthy.
    pub fn panics(&self, service: &str) -> Vec<bool> {
        let Some(index) = self.position_of(service) else { return Vec::new() };
        self.routing.proxies[index]
            .iter()
            .map(|proxy| proxy.hosts.as_ref().is_some_and(|hosts| hosts.panics()))
            .collect()
    }
}
