//! Host health: which instances one proxy considers healthy, whether it is in panic mode, and how the instances have
//! answered. Only proxies of a service with such rules keep it.

use std::collections::BTreeMap;

use crate::engine::{Span, Time};
use crate::scenario::{OutlierDetection, SlowStart, Upstream};
use crate::sim::Pool;
use crate::sim::dataplane::ewma::PeakEwma;
use crate::sim::dataplane::outlier::{
    self, Ejection, Seen, failure_percentage_outliers, success_rate_outliers,
};
use crate::sim::dataplane::priority::{OVERPROVISIONING_PERCENT, PriorityHosts, priority_load};
use crate::sim::dataplane::slow_start::slow_start_factor;
use crate::sim::fleet::ProbeRun;

/// The group of all pools together, after the three pools.
pub(in crate::sim) const ALL: usize = 3;

/// One instance as a proxy knows it.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Host {
    pub pool: u8,
    pub zone: u8,
    /// Since when it is used; `None` for those of the start, which are long warm.
    pub since: Option<Time>,
    pub seen: Seen,
    pub ejection: Ejection,
    /// Whether its active health checks fail.
    pub failing: bool,
    pub run: ProbeRun,
    /// Tells its present series of health checks from older ones.
    pub series: u32,
    pub average: PeakEwma,
}

impl Host {
    fn healthy(&self) -> bool {
        self.ejection.since.is_none() && !self.failing
    }
}

/// A change that is noted as a fact.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sim) enum HealthChange {
    Ejected { instance: u32, why: String },
    Back { instance: u32, why: &'static str },
    Panic { group: u8, begins: bool, meant: bool, healthy: u32, known: u32 },
}

/// How the load of a group is split between zones.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct LoadSplit {
    /// Instances of the first choice.
    pub first: Vec<u32>,
    /// Instances that take what the first choice cannot carry.
    pub second: Vec<u32>,
    /// Percent of the requests that the first choice gets.
    pub first_percent: u32,
}

/// The health of the instances that one proxy knows.
#[derive(Clone, Debug)]
pub(in crate::sim) struct HostHealth {
    pub rules: Upstream,
    /// The proxy's own zone.
    zone: u8,
    hosts: BTreeMap<u32, Host>,
    panics: [bool; 4],
    series: u32,
    /// Until when some host is in slow start.
    young_until: Time,
    pub changes: Vec<HealthChange>,
}

impl HostHealth {
    pub fn new(rules: Upstream, zone: u8) -> Self {
        let young_until = Time::ZERO;
        Self {
            rules,
            zone,
            hosts: BTreeMap::new(),
            panics: [false; 4],
            series: 0,
            young_until,
            changes: Vec::new(),
        }
    }

    pub fn host(&self, instance: u32) -> Option<&Host> {
        self.hosts.get(&instance)
    }

    /// How many instances it knows.
    pub fn count(&self) -> u64 {
        self.hosts.len() as u64
    }

    /// Whether it knows an instance of a pool.
    pub fn knows(&self, pool: usize) -> bool {
        self.hosts.values().any(|host| usize::from(host.pool) == pool)
    }

    /// Learns that an instance is ready; the answer is the series of its health checks, when it is new.
    pub fn add(&mut self, instance: u32, pool: u8, zone: u8, since: Option<Time>) -> Option<u32> {
        if self.hosts.contains_key(&instance) {
            return None;
        }
        self.series += 1;
        let series = self.series;
        self.hosts.insert(instance, Host { pool, zone, since, series, ..Host::default() });
        self.grow_up(since);
        Some(series)
    }

    /// The candidate's instances are the stable pool's from now on.
    pub fn rename_candidate(&mut self) {
        let (stable, candidate) = (Pool::Stable.index(), Pool::Candidate.index());
        for host in self.hosts.values_mut().filter(|host| usize::from(host.pool) == candidate) {
            host.pool = stable as u8;
        }
        self.panics.swap(stable, candidate);
    }

    pub fn remove(&mut self, instance: u32) {
        self.hosts.remove(&instance);
    }

    /// Slow start of a host begins.
    pub fn grow_up(&mut self, since: Option<Time>) {
        if let (Some(slow), Some(since)) = (self.rules.slow_start, since) {
            self.young_until = self.young_until.max(since + slow.window);
        }
    }

    /// The slow start that holds now, if some host is in it.
    pub fn slow_start(&self, now: Time) -> Option<SlowStart> {
        self.rules.slow_start.filter(|_| now < self.young_until)
    }

    /// The weight of an instance in slow start, from its least to 1.
    pub fn weight(&self, slow: SlowStart, instance: u32, now: Time) -> f64 {
        let since = self.hosts.get(&instance).and_then(|host| host.since);
        let Some(since) = since else { return 1.0 };
        let (age, window) = (now.since(since).as_secs_f64(), slow.window.as_secs_f64());
        slow_start_factor(age, window, slow.aggression, slow.min_weight.fraction())
    }

    /// An answer has come from an instance.
    pub fn observe_answer(
        &mut self,
        now: Time,
        instance: u32,
        failed: bool,
        took: Span,
        decay: Option<Span>,
    ) -> bool {
        let Some(host) = self.hosts.get_mut(&instance) else { return false };
        if let Some(decay) = decay {
            host.average.observe(now, took, decay);
        }
        let Some(rule) = self.rules.outlier_detection else { return false };
        if !host.seen.count(failed, rule.consecutive_5xx) || host.ejection.since.is_some() {
            return false;
        }
        let why = format!("{} answers in a row failed", rule.consecutive_5xx);
        self.eject(now, instance, rule, why)
    }

    /// Ejects an instance if that many may be out.
    fn eject(&mut self, now: Time, instance: u32, rule: OutlierDetection, why: String) -> bool {
        let out = self.hosts.values().filter(|host| host.ejection.since.is_some()).count() as u32;
        if !outlier::may_eject(
            out,
            self.hosts.len() as u32,
            rule.max_ejection_percent,
            rule.always_eject_one_host,
        ) {
            return false;
        }
        if let Some(host) = self.hosts.get_mut(&instance) {
            host.ejection.eject(now);
            let time = outlier::ejection_time(
                host.ejection.multiplier,
                rule.base_ejection_time,
                rule.max_ejection_time,
            );
            self.changes.push(HealthChange::Ejected { instance, why: format!("{why}; out for {time}") });
        }
        true
    }

    /// An interval of outlier detection is over. True when an instance was ejected or came back.
    pub fn close_interval(&mut self, now: Time) -> bool {
        let Some(rule) = self.rules.outlier_detection else { return false };
        let mut changed = false;
        for (instance, host) in &mut self.hosts {
            if host.ejection.tick(now, rule.base_ejection_time, rule.max_ejection_time) {
                host.seen.consecutive = 0;
                self.changes.push(HealthChange::Back { instance: *instance, why: "its time out is over" });
                changed = true;
            }
        }
        changed |= self.judge(now, rule);
        for host in self.hosts.values_mut() {
            host.seen.close();
        }
        changed
    }

    /// Compares the success rates of an interval.
    fn judge(&mut self, now: Time, rule: OutlierDetection) -> bool {
        let (numbers, seen): (Vec<u32>, Vec<Seen>) = self
            .hosts
            .iter()
            .filter(|(_, host)| host.ejection.since.is_none())
            .map(|(number, host)| (*number, host.seen))
            .unzip();
        let mut outliers = Vec::new();
        if let Some(by_rate) = &rule.success_rate {
            let far_below = success_rate_outliers(&seen, by_rate).into_iter();
            outliers.extend(far_below.map(|place| (place, "is far below the others'")));
        }
        if let Some(by_share) = &rule.failure_percentage {
            let too_bad = failure_percentage_outliers(&seen, by_share).into_iter();
            outliers.extend(too_bad.map(|place| (place, "is too low")));
        }
        let mut changed = false;
        for (place, why) in outliers {
            if self.hosts[&numbers[place]].ejection.since.is_none() {
                let why = format!("its success rate of {:.1} % {why}", seen[place].success_percent());
                changed |= self.eject(now, numbers[place], rule, why);
            }
        }
        changed
    }

    /// An active health check of an instance passed or failed. True when that changes whether it is used.
    pub fn check(&mut self, now: Time, instance: u32, passes: bool) -> bool {
        let Some(rule) = self.rules.health_check else { return false };
        let Some(host) = self.hosts.get_mut(&instance) else { return false };
        let run = host.run;
        host.run = if passes {
            ProbeRun { passed: run.passed + 1, failed: 0 }
        } else {
            ProbeRun { passed: 0, failed: run.failed + 1 }
        };
        if !host.failing && host.run.failed >= rule.unhealthy_threshold {
            host.failing = true;
            let why = format!("{} health checks in a row failed", rule.unhealthy_threshold);
            self.changes.push(HealthChange::Ejected { instance, why });
            return true;
        }
        if host.failing && host.run.passed >= rule.healthy_threshold {
            host.failing = false;
            host.since = Some(now);
            host.ejection.since = None;
            self.changes.push(HealthChange::Back { instance, why: "its health checks pass again" });
            self.grow_up(Some(now));
            return true;
        }
        // Envoy `successful_active_health_check_uneject_host`, true.
        if passes && !host.failing && host.ejection.since.is_some() {
            host.ejection.since = None;
            host.seen.consecutive = 0;
            self.changes.push(HealthChange::Back { instance, why: "a health check passed" });
            return true;
        }
        false
    }

    /// Splits the load of a group, which is a pool or [`ALL`], between the instances of the proxy's zone and the others.
    /// A group that no request is `meant` for does not panic.
    pub fn deal(&mut self, group: usize, meant: bool) -> LoadSplit {
        let mine = self.hosts.iter().filter(|(_, host)| group == ALL || usize::from(host.pool) == group);
        let all: Vec<(u32, bool, bool)> = mine
            .map(|(number, host)| {
                (*number, host.healthy(), self.rules.locality.is_none() || host.zone == self.zone)
            })
            .collect();
        let count = |near: bool| {
            let there = || all.iter().filter(|(_, _, is_near)| *is_near == near);
            let healthy = there().filter(|(_, healthy, _)| *healthy).count() as u32;
            PriorityHosts { hosts: there().count() as u32, healthy, ..PriorityHosts::default() }
        };
        let levels = [count(true), count(false)];
        let factor = self
            .rules
            .locality
            .map_or(OVERPROVISIONING_PERCENT, |locality| (locality.overprovisioning * 100.0 + 0.5) as u32);
        let threshold = (self.rules.panic_threshold.fraction() * 100.0 + 0.5) as u32;
        let levels = if self.rules.locality.is_some() { &levels[..] } else { &levels[..1] };
        let load = priority_load(levels, factor, threshold);
        let panics = |near: bool| load.in_panic.get(usize::from(!near)).copied().unwrap_or(false);
        let used = |near: bool| -> Vec<u32> {
            let there =
                all.iter().filter(|(_, healthy, is_near)| *is_near == near && (*healthy || panics(near)));
            there.map(|(number, ..)| *number).collect()
        };
        let watches = self.rules.outlier_detection.is_some() || self.rules.health_check.is_some();
        let in_panic = watches && meant && !all.is_empty() && load.in_panic.contains(&true);
        if in_panic != self.panics[group] {
            self.panics[group] = in_panic;
            let (healthy, known) =
                (all.iter().filter(|(_, healthy, _)| *healthy).count() as u32, all.len() as u32);
            self.changes.push(HealthChange::Panic {
                group: group as u8,
                begins: in_panic,
                meant,
                healthy,
                known,
            });
        }
        let first_percent = load.healthy.first().copied().unwrap_or(100);
        LoadSplit { first: used(true), second: used(false), first_percent }
    }

    /// Instances that it knows but leaves out.
    pub fn left_out(&self) -> impl Iterator<Item = u32> {
        self.hosts.iter().filter(|(_, host)| !host.healthy()).map(|(number, _)| *number)
    }

    /// Whether it panics in any group.
    pub fn panics(&self) -> bool {
        self.panics.contains(&true)
    }
}
