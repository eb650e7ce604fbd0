//! The laws of balancers, outlier detection, back-off and slow start (22 to 24, 26 and 27) over random hosts and rules.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rollout_lab::engine::{Chance, Share, Span};
use rollout_lab::scenario::{Balancer, FailurePercentage, Jitter, Retries, SuccessRate};
use rollout_lab::sim::dataplane::backoff::wait;
use rollout_lab::sim::dataplane::outlier::{
    Seen, ejection_time, failure_percentage_outliers, may_eject, success_rate_outliers,
};
use rollout_lab::sim::dataplane::priority::{PriorityHosts, priority_load};
use rollout_lab::sim::dataplane::ring::{maglev_offset_skip, maglev_table, on_ring};
use rollout_lab::sim::dataplane::slow_start::slow_start_factor;
use rollout_lab::sim::dataplane::weighted::{Edf, Smooth};

use crate::conformance::upstream::hashing::jump_hash;
use crate::conformance::upstream::lvs::Lvs;

use rollout_lab::engine::Time;

use crate::laws::routing::{arrivals, roomy};
use crate::laws::simulate;

/// Random bits of a host or a key.
fn bits(seed: u64, index: u64) -> u64 {
    Chance::new(seed).stream("hosts", 0).bits(index)
}

proptest! {
    /// Law 22: weighted round robin serves each host exactly its weight in every full cycle, whichever of the three it is.
    /// Within one, smooth round robin is never a whole pick ahead, nor more than `hosts - 1` behind: the credits of all
    /// hosts add up to nothing, and each is above minus one cycle. Earliest deadline first is less than one behind, and
    /// ahead by less than the picks that all hosts together may be behind.
    #[test]
    fn weighted_round_robin_is_exact_over_a_cycle_and_near_within_it(
        weights in prop::collection::vec(1_u32..20, 1..9),
    ) {
        let hosts = weights.len();
        let cycle: u32 = weights.iter().sum();
        let floats: Vec<f64> = weights.iter().map(|weight| f64::from(*weight)).collect();
        let (mut smooth, mut edf, mut lvs) = (Smooth::new(hosts), Edf::new(&floats), Lvs::default());
        let mut counts = [vec![0_u32; hosts], vec![0; hosts], vec![0; hosts]];
        for pick in 1..=3 * cycle {
            counts[0][smooth.pick(&weights).unwrap()] += 1;
            counts[1][edf.pick(&floats).unwrap()] += 1;
            counts[2][lvs.pick(&weights).unwrap()] += 1;
            for host in 0..hosts {
                let share = floats[host] / f64::from(cycle);
                let ideal = f64::from(pick) * share;
                let (by_smooth, by_edf) = (f64::from(counts[0][host]), f64::from(counts[1][host]));
                prop_assert!(by_smooth < ideal + 1.0 && by_smooth > ideal - hosts as f64);
                prop_assert!(by_edf > ideal - 1.0 - 1e-9);
                prop_assert!(by_edf < ideal + hosts as f64 * share + 1e-9);
            }
            if pick % cycle == 0 {
                let wanted: Vec<u32> = weights.iter().map(|weight| weight * (pick / cycle)).collect();
                prop_assert_eq!(&counts[0], &wanted);
                prop_assert_eq!(&counts[2], &wanted);
            }
        }
    }

    /// Law 23: on a ring the keys of a host that leaves move, and no others; jump hashing moves keys only to the new
    /// bucket.
    #[test]
    fn only_the_keys_of_the_host_that_left_move_on_a_ring(seed: u64, hosts in 2_u32..20, gone in 0_u32..20) {
        let gone = gone % hosts;
        let mut ring: Vec<(u64, u32)> = (0..hosts)
            .flat_map(|host| (0..50).map(move |copy| (bits(seed, u64::from(host) * 1000 + copy), host)))
            .collect();
        ring.sort();
        let without: Vec<(u64, u32)> = ring.iter().copied().filter(|(_, host)| *host != gone).collect();
        for key in 0..2_000 {
            let point = bits(seed, 1_000_000 + key);
            let (before, after) = (on_ring(&ring, point), on_ring(&without, point));
            prop_assert!(before == Some(gone) || before == after);
            prop_assert_ne!(after, Some(gone));
            let (few, more) = (jump_hash(point, hosts), jump_hash(point, hosts + 1));
            prop_assert!(few == more || more == hosts);
        }
    }

    /// Law 24: out are at most the percentage, but one where that is always allowed; a host stays out `30 s` times its count, up to the
    /// most; and below its volume or its number of hosts no rate is looked at.
    #[test]
    fn ejections_keep_to_their_limits(
        hosts in 1_u32..60,
        percent in 0_u32..=100,
        count in 1_u32..50,
        answers in prop::collection::vec((0_u32..200, 0_u32..200), 1..12),
    ) {
        let most = Share::percent(f64::from(percent));
        let out = |one| (0..hosts).find(|out| !may_eject(*out, hosts, most, one)).unwrap_or(hosts);
        prop_assert_eq!(out(true), (hosts * percent / 100).max(1).min(hosts));
        prop_assert_eq!(out(false), hosts * percent / 100);
        let time = ejection_time(count, Span::from_secs(30), Span::from_secs(300));
        prop_assert_eq!(time, Span::from_secs((30 * u64::from(count)).min(300)));
        let seen: Vec<Seen> = answers
            .iter()
            .map(|(succeeded, failed)| Seen { consecutive: 0, succeeded: *succeeded, failed: *failed })
            .collect();
        let (by_rate, by_share) = (SuccessRate::default(), FailurePercentage::default());
        for (outliers, volume, minimum) in [
            (success_rate_outliers(&seen, &by_rate), by_rate.request_volume, by_rate.minimum_hosts),
            (failure_percentage_outliers(&seen, &by_share), by_share.request_volume, by_share.minimum_hosts),
        ] {
            let judged = seen.iter().filter(|host| host.volume() >= volume).count() as u32;
            prop_assert!(outliers.iter().all(|host| seen[*host].volume() >= volume));
            prop_assert!(judged >= minimum || outliers.is_empty());
        }
    }

    /// Law 24: a proxy panics exactly where less than the threshold of its hosts are in health, and then uses them all.
    #[test]
    fn a_proxy_panics_exactly_below_the_threshold(hosts in 1_u32..100, healthy in 0_u32..100, threshold in 1_u32..=50) {
        let healthy = healthy % (hosts + 1);
        let level = PriorityHosts { hosts, healthy, ..PriorityHosts::default() };
        let load = priority_load(&[level], 140, threshold);
        prop_assert_eq!(load.in_panic[0], healthy * 100 < threshold * hosts);
        prop_assert_eq!(load.healthy[0], 100, "the only level carries all, panic or not");
    }

    /// Law 26: every wait lies within its policy's envelope, and without jitter waits never shrink.
    #[test]
    fn waits_stay_within_their_envelope(
        base_ms in 0_u64..500,
        cap_ms in 1_u64..20_000,
        multiplier in 1.0..4.0_f64,
        attempt in 0_u32..20,
        luck in 0.0..1.0_f64,
        previous_ms in 0_u64..20_000,
    ) {
        let [base, cap, previous] = [base_ms, cap_ms, previous_ms].map(Span::from_millis);
        let longest = (base_ms as f64 * libm::pow(multiplier, f64::from(attempt))).min(cap_ms as f64);
        let with = |jitter| {
            let policy = Retries { base, cap, multiplier, jitter, ..Retries::default() };
            wait(&policy, attempt, previous, luck).as_secs_f64() * 1_000.0
        };
        let near = 1e-3 * (longest + 1.0);
        prop_assert!((with(Jitter::None) - longest).abs() <= near);
        prop_assert!(with(Jitter::Full) <= longest + near);
        prop_assert!((longest / 2.0 - near..=longest + near).contains(&with(Jitter::Equal)));
        prop_assert!((longest * 0.8 - near..=longest * 1.2 + near).contains(&with(Jitter::Around)));
        let most = previous_ms.max(base_ms) as f64 * 3.0;
        prop_assert!(with(Jitter::Decorrelated) <= most.min(cap_ms as f64) + near);
        prop_assert!(with(Jitter::Decorrelated) >= (base_ms.min(cap_ms)) as f64 - near);
        let envoy = base_ms as f64 * ((1u64 << (attempt + 1)) - 1) as f64;
        prop_assert!(with(Jitter::Envoy) <= envoy.min(cap_ms as f64) + near);
    }

    /// Law 27: the weight of a newcomer lies between its least and 1, never falls, and is 1 from the window's end on.
    #[test]
    fn slow_start_never_falls_and_is_whole_at_the_window(
        window in 1.0..900.0_f64,
        aggression in 0.1..10.0_f64,
        least in 0.01..1.0_f64,
        ages in prop::collection::vec(0.0..1_800.0_f64, 2..30),
    ) {
        let mut ages = ages;
        ages.sort_by(f64::total_cmp);
        let weight = |age: f64| slow_start_factor(age, window, aggression, least);
        for pair in ages.windows(2) {
            prop_assert!(weight(pair[0]) <= weight(pair[1]) + 1e-12);
        }
        for age in ages {
            prop_assert!((least - 1e-12..=1.0 + 1e-12).contains(&weight(age)), "{} at {age}", weight(age));
            prop_assert!(age < window || weight(age) == 1.0);
        }
    }
}

/// Law 23: when one of `n` backends leaves a Maglev table, at most about two shares of the keys move: its own, and few more.
#[test]
fn a_maglev_table_moves_at_most_about_two_shares() {
    for (seed, backends) in (0..30).zip([3_u32, 5, 10, 20].into_iter().cycle()) {
        let size = 65_537;
        let both = |host: u64| maglev_offset_skip(bits(seed, 2 * host), bits(seed, 2 * host + 1), size);
        let places: Vec<(u32, u32)> = (0..u64::from(backends)).map(both).collect();
        let all: Vec<u32> = (0..backends).collect();
        let gone = (seed as u32) % backends;
        let rest: Vec<u32> = all.iter().copied().filter(|host| *host != gone).collect();
        let (before, after) = (maglev_table(size, &places, &all), maglev_table(size, &places, &rest));
        let moved = before.iter().zip(&after).filter(|(old, new)| old != new).count() as f64;
        let share = f64::from(size) / f64::from(backends);
        assert!(moved >= 0.9 * share && moved <= 2.0 * share, "{moved} of {size} with {backends} backends");
    }
}

/// Law 22: by luck, hosts are chosen alike (chi-square, p = 0.001); the less busy of two drawn spreads more evenly still.
#[test]
fn luck_and_the_less_busy_of_two_choose_equals_alike() {
    let two = Balancer::LeastRequest { choices: 2, with_replacement: false };
    for balancer in [Balancer::Random, two] {
        for seed in 0..6 {
            let mut scenario = roomy();
            scenario.services[0].instances = 8;
            scenario.services[0].balancer = balancer;
            let mut simulation = simulate(&scenario, seed);
            let seen = arrivals(&mut simulation, Time::from_secs(30));
            let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
            for request in &seen {
                *counts.entry(request.instance).or_default() += 1.0;
            }
            let wanted = seen.len() as f64 / 8.0;
            let chi_square: f64 =
                counts.values().map(|count| (count - wanted) * (count - wanted) / wanted).sum();
            assert_eq!(counts.len(), 8);
            // The 99.9th percentile with seven degrees of freedom is 24.32.
            assert!(chi_square < 24.32, "{balancer:?}, seed {seed}: {chi_square}");
        }
    }
}
