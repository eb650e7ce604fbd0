//! Validation of the rules by which proxies treat their hosts.

use super::super::{
    Balancer, FailurePercentage, HealthCheck, Issue, OutlierDetection, Scenario, SlowStart, SuccessRate,
    Upstream,
};
use super::notes::Notes;

pub(super) fn check(notes: &mut Notes, at: &str, upstream: &Upstream) {
    if let Some(slow_start) = &upstream.slow_start {
        ramp(notes, &format!("{at}.slow_start"), slow_start);
    }
    if let Some(outliers) = &upstream.outlier_detection {
        detection(notes, &format!("{at}.outlier_detection"), outliers);
    }
    if let Some(health) = &upstream.health_check {
        health_check(notes, &format!("{at}.health_check"), health);
    }
    if let Some(timeout) = upstream.timeout {
        notes.some_time(format!("{at}.timeout"), timeout);
    }
    notes.share(format!("{at}.panic_threshold"), upstream.panic_threshold);
    let knows_health = upstream.outlier_detection.is_some() || upstream.health_check.is_some();
    if !knows_health && upstream.panic_threshold != Upstream::default().panic_threshold {
        let message = "a proxy takes all instances for healthy here: it takes outlier_detection or health_check to panic";
        notes.warning(format!("{at}.panic_threshold"), "no-effect", message);
    }
    notes.not_negative(format!("{at}.active_request_bias"), upstream.active_request_bias, 10.0);
    if let Some(locality) = &upstream.locality {
        let found = locality.overprovisioning;
        if !(1.0..=10.0).contains(&found) {
            let message = format!("found {found}; allowed is 1 to 10");
            notes.error(format!("{at}.locality.overprovisioning"), "out-of-range", message);
        }
    }
}

/// Checks the rules against the service behind the proxies: its balancer, its size, its zones.
pub(super) fn fits(notes: &mut Notes, at: &str, upstream: &Upstream, world: &Around) {
    if upstream.slow_start.is_some()
        && !matches!(world.balancer, Balancer::RoundRobin | Balancer::LeastRequest { .. })
    {
        let message =
            "only RoundRobin and LeastRequest know weights, so that nobody starts slowly (as in Envoy)";
        notes.warning(format!("{at}.slow_start"), "no-effect", message);
    }
    if upstream.locality.is_some() && world.zones < 2 {
        let message = "the scenario has no two zones to prefer one of; name them in `zones`";
        notes.warning(format!("{at}.locality"), "no-effect", message);
    }
    let Some(outliers) = &upstream.outlier_detection else { return };
    if let (0, None, Some(rate)) =
        (outliers.consecutive_5xx, outliers.failure_percentage, outliers.success_rate)
        && rate.minimum_hosts > world.instances
    {
        let message = format!(
            "it takes {} hosts to look at success rates and there are {}: nobody is ever ejected",
            rate.minimum_hosts, world.instances
        );
        notes.warning(format!("{at}.outlier_detection.success_rate"), "never", message);
    }
}

/// What an upstream's rules depend on.
pub(super) struct Around {
    pub balancer: Balancer,
    pub instances: u32,
    pub zones: usize,
}

fn ramp(notes: &mut Notes, at: &str, slow_start: &SlowStart) {
    notes.some_time(format!("{at}.window"), slow_start.window);
    notes.positive(format!("{at}.aggression"), slow_start.aggression, 1_000.0);
    notes.share(format!("{at}.min_weight"), slow_start.min_weight);
}

fn detection(notes: &mut Notes, at: &str, rule: &OutlierDetection) {
    notes.interval(format!("{at}.interval"), rule.interval);
    notes.some_time(format!("{at}.base_ejection_time"), rule.base_ejection_time);
    notes.some_time(format!("{at}.max_ejection_time"), rule.max_ejection_time);
    if rule.max_ejection_time < rule.base_ejection_time && !rule.max_ejection_time.is_zero() {
        let message = format!(
            "the longest, {}, is below the first ejection, base_ejection_time {}; it must be at least as long",
            rule.max_ejection_time, rule.base_ejection_time
        );
        notes.error(format!("{at}.max_ejection_time"), "out-of-range", message);
    }
    notes.share(format!("{at}.max_ejection_percent"), rule.max_ejection_percent);
    if let Some(SuccessRate { stdev_factor, minimum_hosts, request_volume }) = rule.success_rate {
        notes.not_negative(format!("{at}.success_rate.stdev_factor"), stdev_factor, 100.0);
        notes.within(format!("{at}.success_rate.minimum_hosts"), minimum_hosts, 1..=1_000_000);
        notes.within(format!("{at}.success_rate.request_volume"), request_volume, 1..=1_000_000);
    }
    if let Some(FailurePercentage { threshold, minimum_hosts, request_volume }) = rule.failure_percentage {
        notes.share(format!("{at}.failure_percentage.threshold"), threshold);
        notes.within(format!("{at}.failure_percentage.minimum_hosts"), minimum_hosts, 1..=1_000_000);
        notes.within(format!("{at}.failure_percentage.request_volume"), request_volume, 1..=1_000_000);
    }
    if rule.consecutive_5xx == 0 && rule.success_rate.is_none() && rule.failure_percentage.is_none() {
        let message = "no detector is on, so nobody is ever ejected; set \"consecutive_5xx\" above 0";
        notes.warning(at, "no-effect", message);
    }
}

fn health_check(notes: &mut Notes, at: &str, rule: &HealthCheck) {
    notes.interval(format!("{at}.interval"), rule.interval);
    notes.some_time(format!("{at}.timeout"), rule.timeout);
    notes.within(format!("{at}.unhealthy_threshold"), rule.unhealthy_threshold, 1..=1_000);
    notes.within(format!("{at}.healthy_threshold"), rule.healthy_threshold, 1..=1_000);
}

impl Upstream {
    /// Everything wrong with it, as in a plan; `at` is its field path. With a scenario, also what does not fit its target
    /// behind `balancer`.
    pub fn problems(&self, at: &str, balancer: Option<Balancer>, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut notes = Notes::default();
        check(&mut notes, at, self);
        if let Some((scenario, target)) = scenario.and_then(|s| Some((s, s.service(&s.target)?))) {
            let balancer = balancer.unwrap_or(target.balancer);
            let world = Around { balancer, instances: target.instances, zones: scenario.zones.len() };
            fits(&mut notes, at, self, &world);
        }
        notes.into_issues()
    }
}
