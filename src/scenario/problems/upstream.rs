//! What is wrong with what proxies make of their hosts.

use super::super::{
    FailurePercentage, HealthCheck, Issue, OutlierDetection, SlowStart, SuccessRate, Upstream,
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
    notes.share(format!("{at}.panic_threshold"), upstream.panic_threshold);
    notes.not_negative(format!("{at}.active_request_bias"), upstream.active_request_bias, 10.0);
    if let Some(locality) = &upstream.locality {
        let found = locality.overprovisioning;
        if !(1.0..=10.0).contains(&found) {
            let message = format!("found {found}; allowed is 1 to 10");
            notes.error(format!("{at}.locality.overprovisioning"), "out-of-range", message);
        }
    }
}

fn ramp(notes: &mut Notes, at: &str, slow_start: &SlowStart) {
    notes.some_time(format!("{at}.window"), slow_start.window);
    notes.positive(format!("{at}.aggression"), slow_start.aggression, 1_000.0);
    notes.share(format!("{at}.min_weight"), slow_start.min_weight);
}

fn detection(notes: &mut Notes, at: &str, rule: &OutlierDetection) {
    notes.some_time(format!("{at}.interval"), rule.interval);
    notes.some_time(format!("{at}.base_ejection_time"), rule.base_ejection_time);
    notes.some_time(format!("{at}.max_ejection_time"), rule.max_ejection_time);
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
    notes.some_time(format!("{at}.interval"), rule.interval);
    notes.some_time(format!("{at}.timeout"), rule.timeout);
    notes.within(format!("{at}.unhealthy_threshold"), rule.unhealthy_threshold, 1..=1_000);
    notes.within(format!("{at}.healthy_threshold"), rule.healthy_threshold, 1..=1_000);
}

impl Upstream {
    /// Everything wrong with it, as in a plan; `at` is its field path.
    pub fn problems(&self, at: &str) -> Vec<Issue> {
        let mut notes = Notes::default();
        check(&mut notes, at, self);
        notes.into_issues()
    }
}
