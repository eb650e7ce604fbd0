//! Priorities and panic, as Envoy spreads load over them (`load_balancer_impl.cc`).
//!
//! Envoy computes in whole percent and rounds down; the remainder goes to the first level that may get it.

/// Envoy `overprovisioning_factor`: a level counts as whole while `1 / 1.4` = 71.4 % of its hosts are available.
pub const OVERPROVISIONING_PERCENT: u32 = 140;

/// The hosts of one priority level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PriorityHosts {
    /// All hosts.
    pub hosts: u32,
    /// Healthy hosts.
    pub healthy: u32,
    /// Degraded hosts: they answer, but ask for less load.
    pub degraded: u32,
    /// Hosts that do not count yet, such as hosts that were not checked so far.
    pub excluded: u32,
}

impl PriorityHosts {
    /// Available percentage with overprovisioning, healthy and degraded, each at most 100.
    fn availability(&self, overprovisioning_percent: u32) -> (u32, u32) {
        match u64::from(self.hosts.saturating_sub(self.excluded)) {
            0 => (0, 0),
            counted => {
                let of = |hosts: u32| u64::from(overprovisioning_percent) * u64::from(hosts) / counted;
                (of(self.healthy).min(100) as u32, of(self.degraded).min(100) as u32)
            }
        }
    }

    /// True when less than `threshold_percent` of the counted hosts are available.
    pub fn is_short(&self, threshold_percent: u32) -> bool {
        let counted = self.hosts.saturating_sub(self.excluded);
        let available = u64::from(self.healthy) + u64::from(self.degraded);
        let share = if counted == 0 { 0.0 } else { 100.0 * available as f64 / f64::from(counted) };
        share < f64::from(threshold_percent.min(100))
    }
}

/// How load is spread over priority levels, in percent of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriorityLoad {
    /// To the healthy hosts of each level, or to all hosts of a level in panic.
    pub healthy: Vec<u32>,
    /// To the degraded hosts of each level.
    pub degraded: Vec<u32>,
    /// Which levels use all their hosts, whatever their health.
    pub in_panic: Vec<bool>,
    /// Available percentage of all levels together, at most 100.
    pub total_health: u32,
}

/// Spreads load over levels, the first preferred: each gets what its availability allows and the next ones the rest.
/// When less than 100 % is available, levels short of `panic_threshold_percent` panic; when all do, load follows the
/// number of hosts.
pub fn priority_load(
    levels: &[PriorityHosts],
    overprovisioning_percent: u32,
    panic_threshold_percent: u32,
) -> PriorityLoad {
    let (healthy, degraded): (Vec<u32>, Vec<u32>) =
        levels.iter().map(|level| level.availability(overprovisioning_percent)).unzip();
    let total_health = healthy.iter().chain(&degraded).sum::<u32>().min(100);
    let mut load = PriorityLoad {
        healthy: vec![0; levels.len()],
        degraded: vec![0; levels.len()],
        in_panic: vec![false; levels.len()],
        total_health,
    };
    if levels.is_empty() {
        return load;
    }
    if total_health > 0 {
        let mut left = 100;
        let first_healthy = deal(&mut load.healthy, &healthy, &mut left, total_health);
        let first_degraded = deal(&mut load.degraded, &degraded, &mut left, total_health);
        if let Some(first) = first_healthy {
            load.healthy[first] += left;
        } else if let Some(first) = first_degraded {
            load.degraded[first] += left;
        }
    } else if panic_threshold_percent == 0 {
        load.healthy[0] = 100;
        return load;
    }
    if total_health < 100 {
        load.in_panic = levels.iter().map(|level| level.is_short(panic_threshold_percent)).collect();
    }
    if load.in_panic.iter().all(|panics| *panics) {
        load.healthy = by_host_count(levels);
        load.degraded = vec![0; levels.len()];
    }
    load
}

/// Gives the rest of 100 to the levels in order, and returns the first level with an available host.
fn deal(load: &mut [u32], available: &[u32], left: &mut u32, total_health: u32) -> Option<usize> {
    for (load, available) in load.iter_mut().zip(available) {
        *load = (available * 100 / total_health).min(*left);
        *left -= *load;
    }
    available.iter().position(|available| *available > 0)
}

fn by_host_count(levels: &[PriorityHosts]) -> Vec<u32> {
    let all: u64 = levels.iter().map(|level| u64::from(level.hosts)).sum();
    let share = |level: &PriorityHosts| (100 * u64::from(level.hosts)).checked_div(all).unwrap_or(0) as u32;
    let mut load: Vec<u32> = levels.iter().map(share).collect();
    let rest = 100 - load.iter().sum::<u32>();
    let first = levels.iter().position(|level| level.hosts > 0).unwrap_or(0);
    load[first] += rest;
    load
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(hosts: u32, healthy: u32) -> PriorityHosts {
        PriorityHosts { hosts, healthy, ..Default::default() }
    }

    #[test]
    fn load_sums_to_a_hundred_whatever_the_health() {
        for first in 0..=7 {
            for second in 0..=5 {
                for threshold in [0, 50] {
                    let load = priority_load(&[level(7, first), level(5, second)], 140, threshold);
                    assert_eq!(load.healthy.iter().sum::<u32>(), 100, "{first} {second} {threshold}");
                }
            }
        }
    }

    #[test]
    fn no_level_panics_while_the_others_can_carry_it() {
        assert_eq!(priority_load(&[level(4, 0), level(4, 4)], 140, 50).in_panic, [false, false]);
        assert_eq!(priority_load(&[], 140, 50), PriorityLoad::default());
    }

    #[test]
    fn whole_percents_are_rounded_down_and_the_rest_goes_to_the_first_that_may_have_it() {
        let load = |levels: &[PriorityHosts], panic| priority_load(levels, 140, panic);
        // 5 of 7 are exactly 100 % with overprovisioning, 4 of 7 are 80 %.
        assert_eq!(load(&[level(7, 5), level(7, 7)], 50).healthy, [100, 0]);
        assert_eq!(load(&[level(7, 4), level(7, 7)], 50).healthy, [80, 20]);
        assert_eq!(load(&[level(0, 0), level(7, 7)], 50).healthy, [0, 100]);
        // 1 of 7 is 20 %, twice: together 40 %, of which each is half; none is left.
        let few = load(&[level(7, 1), level(7, 1)], 0);
        assert_eq!((few.healthy, few.total_health, few.in_panic), (vec![50, 50], 40, vec![false, false]));
        // Three of 28 %, of 84 together: the first gets what rounding leaves.
        assert_eq!(load(&[level(10, 2); 3], 0).healthy, [34, 33, 33]);
        let degraded = |degraded| PriorityHosts { hosts: 10, degraded, ..PriorityHosts::default() };
        let mixed = load(&[degraded(5), level(10, 2)], 0);
        assert_eq!((mixed.healthy, mixed.degraded), (vec![0, 29], vec![71, 0]));
        let all_degraded = load(&[degraded(1), degraded(1), degraded(1)], 0);
        assert_eq!((all_degraded.healthy, all_degraded.degraded), (vec![0; 3], vec![34, 33, 33]));
    }

    #[test]
    fn a_level_panics_below_its_threshold_while_all_together_are_too_few() {
        let in_panic = |levels: &[PriorityHosts], panic| priority_load(levels, 140, panic).in_panic;
        assert_eq!(in_panic(&[level(10, 5), level(10, 1)], 50), [false, true]);
        assert_eq!(in_panic(&[level(10, 4), level(10, 1)], 50), [true, true]);
        assert_eq!(in_panic(&[level(10, 4), level(10, 4)], 50), [false, false], "112 % are enough");
        assert_eq!(in_panic(&[level(10, 7), level(10, 0)], 70), [false, true]);
        // Where all panic the load follows the hosts, the first getting the rest.
        let all = priority_load(&[level(1, 0), level(2, 0)], 140, 50);
        assert_eq!((all.healthy, all.in_panic, all.total_health), (vec![34, 66], vec![true, true], 0));
        let none = priority_load(&[level(0, 0), level(2, 0)], 140, 50);
        assert_eq!(none.healthy, [0, 100]);
        assert_eq!(priority_load(&[level(0, 0), level(0, 0)], 140, 50).healthy, [100, 0]);
        // Without panic the first level gets everything, though nobody is there.
        let calm = priority_load(&[level(4, 0), level(4, 0)], 140, 0);
        assert_eq!((calm.healthy, calm.in_panic), (vec![100, 0], vec![false, false]));
    }

    #[test]
    fn hosts_that_do_not_count_are_left_out_and_degraded_ones_are_there() {
        let mut hosts = PriorityHosts { hosts: 10, healthy: 3, degraded: 1, excluded: 2 };
        assert!(!hosts.is_short(50), "4 of 8 are half");
        assert!(hosts.is_short(51));
        hosts.excluded = 10;
        assert!(hosts.is_short(1) && !hosts.is_short(0));
        hosts.excluded = 11;
        assert!(hosts.is_short(50));
        assert!(!level(5, 5).is_short(200), "a threshold is at most 100 %");
        assert!(level(5, 4).is_short(200));
    }
}
