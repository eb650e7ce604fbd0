//! Outlier detection: which hosts a proxy ejects because of their answers, and for how long.
//!
//! Source: `outlier_detection_impl.cc` of Envoy. gRPC (proposal A50) differs in a few details.

use crate::engine::{Share, Span, Time};
use crate::scenario::{FailurePercentage, SuccessRate};

/// Mean of the success rates, and the rate below which a host is an outlier.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    /// Mean of all rates.
    pub mean: f64,
    /// `mean - stdev_factor * standard deviation`.
    pub threshold: f64,
}

/// The threshold for these success rates (any unit), with the population's standard deviation.
pub fn success_rate_threshold(rates: &[f64], stdev_factor: f64) -> Threshold {
    if rates.is_empty() {
        return Threshold::default();
    }
    let count = rates.len() as f64;
    let mean = rates.iter().sum::<f64>() / count;
    let variance = rates.iter().map(|rate| (rate - mean) * (rate - mean)).sum::<f64>() / count;
    Threshold { mean, threshold: mean - stdev_factor * variance.sqrt() }
}

/// Positions of the rates below their threshold.
pub fn below_threshold(rates: &[f64], stdev_factor: f64) -> Vec<usize> {
    let threshold = success_rate_threshold(rates, stdev_factor).threshold;
    (0..rates.len()).filter(|host| rates[*host] < threshold).collect()
}

/// How long a host stays ejected: `min(base * multiplier, max(base, max))`.
pub fn ejection_time(multiplier: u32, base: Span, max: Span) -> Span {
    (base * u64::from(multiplier)).min(max.max(base))
}

/// Whether one more of `hosts` may be ejected when `ejected` are: as long as the share with that one is within the percentage;
/// the first may always with `always_one` (Envoy `ejectHost`; `always_eject_one_host`, false since 1.31).
pub fn may_eject(ejected: u32, hosts: u32, max_ejection_percent: Share, always_one: bool) -> bool {
    let with_it = f64::from(ejected + 1) * 100.0;
    (always_one && ejected == 0)
        || with_it <= max_ejection_percent.fraction() * 100.0 * f64::from(hosts) + 1e-9
}

/// Whether and how often one host was ejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ejection {
    /// The time since which it is ejected.
    pub since: Option<Time>,
    /// The factor on the base ejection time; it falls by one in every interval without an ejection.
    pub multiplier: u32,
}

impl Ejection {
    /// Ejects it at `now`, for longer than before.
    pub fn eject(&mut self, now: Time) {
        self.since = Some(now);
        self.multiplier += 1;
    }

    /// Ends an interval: the factor of a host that is not ejected falls; a host whose time is over comes back (Envoy: at
    /// the end of the interval), and the result is true.
    pub fn tick(&mut self, now: Time, base: Span, max: Span) -> bool {
        let Some(since) = self.since else {
            self.multiplier = self.multiplier.saturating_sub(1);
            return false;
        };
        let back = now >= since + ejection_time(self.multiplier, base, max);
        if back {
            self.since = None;
        }
        back
    }
}

/// The answers of one host that a proxy has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Failures since the last success.
    pub consecutive: u32,
    /// Successes in this interval.
    pub succeeded: u32,
    /// Failures in this interval.
    pub failed: u32,
}

impl Seen {
    /// Counts an answer. True when it is the last of `consecutive_5xx` failures in a row; the row then starts again.
    pub fn count(&mut self, failed: bool, consecutive_5xx: u32) -> bool {
        if !failed {
            self.consecutive = 0;
            self.succeeded += 1;
            return false;
        }
        self.failed += 1;
        self.consecutive += 1;
        let ejects = consecutive_5xx > 0 && self.consecutive >= consecutive_5xx;
        if ejects {
            self.consecutive = 0;
        }
        ejects
    }

    /// Begins a new interval; the count of failures in a row stays.
    pub fn close(&mut self) {
        (self.succeeded, self.failed) = (0, 0);
    }

    /// Answers in this interval.
    pub fn volume(&self) -> u32 {
        self.succeeded + self.failed
    }

    /// Percentage of successes, 0 to 100; 100 without answers.
    pub fn success_percent(&self) -> f64 {
        match self.volume() {
            0 => 100.0,
            volume => 100.0 * f64::from(self.succeeded) / f64::from(volume),
        }
    }
}

/// Positions of the hosts whose success rate in the interval is an outlier; none when too few had enough requests.
pub fn success_rate_outliers(hosts: &[Seen], rule: &SuccessRate) -> Vec<usize> {
    let counted = with_volume(hosts, rule.request_volume);
    if counted.is_empty() || (counted.len() as u64) < u64::from(rule.minimum_hosts) {
        return Vec::new();
    }
    let rates: Vec<f64> = counted.iter().map(|host| hosts[*host].success_percent()).collect();
    below_threshold(&rates, rule.stdev_factor).into_iter().map(|place| counted[place]).collect()
}

/// Positions of the hosts whose share of failures in the interval was too large; none when too few had enough requests.
pub fn failure_percentage_outliers(hosts: &[Seen], rule: &FailurePercentage) -> Vec<usize> {
    let counted = with_volume(hosts, rule.request_volume);
    if (counted.len() as u64) < u64::from(rule.minimum_hosts) {
        return Vec::new();
    }
    let most = rule.threshold.fraction() * 100.0;
    counted.into_iter().filter(|host| 100.0 - hosts[*host].success_percent() >= most - 1e-9).collect()
}

fn with_volume(hosts: &[Seen], volume: u32) -> Vec<usize> {
    (0..hosts.len()).filter(|host| hosts[*host].volume() > 0 && hosts[*host].volume() >= volume).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(succeeded: u32, failed: u32) -> Seen {
        Seen { consecutive: 0, succeeded, failed }
    }

    #[test]
    fn the_fifth_failure_in_a_row_ejects_and_a_success_between_starts_over() {
        let mut host = Seen::default();
        assert!((0..4).all(|_| !host.count(true, 5)));
        assert!(!host.count(false, 5));
        assert!((0..4).all(|_| !host.count(true, 5)));
        assert!(host.count(true, 5));
        assert!((0..100).all(|_| !host.count(true, 0)), "zero turns it off");
    }

    #[test]
    fn fewer_than_five_hosts_are_never_judged_by_success_rate() {
        let mut hosts = vec![seen(1000, 0); 3];
        hosts.push(seen(0, 1000));
        assert!(success_rate_outliers(&hosts, &SuccessRate::default()).is_empty());
        hosts.push(seen(99, 0));
        assert!(success_rate_outliers(&hosts, &SuccessRate::default()).is_empty(), "too little traffic");
        hosts[4] = seen(100, 0);
        assert_eq!(success_rate_outliers(&hosts, &SuccessRate::default()), [3]);
    }

    #[test]
    fn a_failure_percentage_needs_no_comparison() {
        let hosts = [seen(5, 45); 5];
        assert_eq!(failure_percentage_outliers(&hosts, &FailurePercentage::default()), [0, 1, 2, 3, 4]);
        assert!(failure_percentage_outliers(&hosts[1..], &FailurePercentage::default()).is_empty());
    }

    #[test]
    fn never_more_than_the_percentage_is_out_and_one_of_few_only_if_that_is_asked_for() {
        for hosts in 1..60 {
            let out = |always_one| {
                let may = |out: &u32| may_eject(*out, hosts, Share::percent(10.0), always_one);
                (0..).find(|out| !may(out)).unwrap()
            };
            assert_eq!(out(true), (hosts / 10).max(1), "{hosts} hosts");
            assert_eq!(out(false), hosts / 10, "{hosts} hosts");
        }
    }

    #[test]
    fn time_out_grows_with_each_time_up_to_its_cap() {
        let (base, max) = (Span::from_secs(30), Span::from_secs(300));
        let times: Vec<u64> =
            [1, 2, 10, 11].iter().map(|times| ejection_time(*times, base, max).0 / 1_000_000_000).collect();
        assert_eq!(times, [30, 60, 300, 300]);
    }

    #[test]
    fn a_rate_is_an_outlier_below_its_threshold_and_not_at_it() {
        let found = success_rate_threshold(&[90.0, 100.0], 1.0);
        assert_eq!((found.mean, found.threshold), (95.0, 90.0));
        assert!(below_threshold(&[90.0, 100.0], 1.0).is_empty());
        assert_eq!(below_threshold(&[90.0, 100.0], 0.9), [0]);
        assert_eq!(success_rate_threshold(&[], 1.9), Threshold::default());
        assert_eq!(below_threshold(&[100.0; 4], 1.9), [] as [usize; 0]);
    }

    #[test]
    fn hosts_count_from_the_volume_and_number_on_that_the_rule_asks_for() {
        let rule = SuccessRate { minimum_hosts: 3, request_volume: 10, stdev_factor: 1.0 };
        let hosts = [seen(10, 0), seen(10, 0), seen(5, 5), seen(0, 9)];
        assert_eq!(success_rate_outliers(&hosts, &rule), [2]);
        assert!(success_rate_outliers(&hosts, &SuccessRate { minimum_hosts: 4, ..rule }).is_empty());
        assert_eq!(
            success_rate_outliers(&hosts, &SuccessRate { minimum_hosts: 4, request_volume: 9, ..rule }),
            [3]
        );
        let none = SuccessRate { minimum_hosts: 0, request_volume: 0, ..rule };
        assert!(success_rate_outliers(&[], &none).is_empty());
        assert!(success_rate_outliers(&[Seen::default(); 3], &none).is_empty(), "who was asked nothing");
        assert_eq!(success_rate_outliers(&[seen(1, 0), Seen::default(), seen(1, 0), seen(0, 1)], &none), [3]);

        let share =
            FailurePercentage { minimum_hosts: 2, request_volume: 10, threshold: Share::percent(50.0) };
        let hosts = [seen(5, 5), seen(6, 5), seen(4, 5), seen(0, 0)];
        assert_eq!(failure_percentage_outliers(&hosts, &share), [0]);
        let of_three = FailurePercentage { minimum_hosts: 3, ..share };
        assert!(failure_percentage_outliers(&hosts, &of_three).is_empty());
        let any = FailurePercentage { minimum_hosts: 3, request_volume: 0, threshold: Share::ZERO };
        assert_eq!(failure_percentage_outliers(&hosts, &any), [0, 1, 2], "but not who was asked nothing");
    }

    #[test]
    fn an_ejected_host_is_back_at_the_end_of_its_time_and_its_factor_falls_while_it_is_in() {
        let (base, max) = (Span::from_secs(30), Span::from_secs(300));
        let mut host = Ejection::default();
        let secs = Time::from_secs;
        assert!(!host.tick(secs(1), base, max));
        assert_eq!(host, Ejection::default());
        host.eject(secs(10));
        assert!(!host.tick(secs(39), base, max) && host.since == Some(secs(10)));
        assert!(host.tick(secs(40), base, max));
        assert_eq!(host, Ejection { since: None, multiplier: 1 });
        host.eject(secs(50));
        assert!(!host.tick(secs(109), base, max) && host.tick(secs(110), base, max));
        assert_eq!(host.multiplier, 2);
        assert!(!host.tick(secs(120), base, max) && !host.tick(secs(130), base, max));
        assert_eq!(host, Ejection { since: None, multiplier: 0 });
        assert_eq!(ejection_time(1, Span::from_secs(30), Span::from_secs(10)), Span::from_secs(30));
        assert_eq!(ejection_time(0, base, max), Span::ZERO);
    }

    #[test]
    fn answers_are_counted_until_the_interval_is_closed_and_a_row_goes_on() {
        let mut host = Seen::default();
        assert_eq!((host.volume(), host.success_percent()), (0, 100.0));
        assert!(
            !host.count(true, 3) && !host.count(false, 3) && !host.count(true, 3) && !host.count(true, 3)
        );
        assert_eq!((host.succeeded, host.failed, host.consecutive, host.volume()), (1, 3, 2, 4));
        assert_eq!(host.success_percent(), 25.0);
        host.close();
        assert_eq!(host, Seen { consecutive: 2, succeeded: 0, failed: 0 });
        assert!(host.count(true, 3), "the third in a row");
        assert_eq!((host.consecutive, host.failed), (0, 1));
        assert!(host.count(true, 1));
    }
}
