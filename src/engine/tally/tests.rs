//! The tally against the sorted list of everything that was counted.

use proptest::prelude::*;

use super::*;

fn tally_of(spans: &[u64]) -> Tally {
    let mut tally = Tally::default();
    spans.iter().for_each(|&span| tally.record(Span(span)));
    tally
}

fn spans() -> impl Strategy<Value = Vec<u64>> {
    let span = prop_oneof![
        Just(0_u64),
        0..400_u64,
        1_000_000..90_000_000_u64,
        (0..64_u32).prop_map(|bits| (1_u64 << bits) - 1),
        any::<u64>(),
    ];
    prop::collection::vec(span, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_quantile_is_within_its_stated_error(list in spans(), share in 0.0..=1.0_f64) {
        let tally = tally_of(&list);
        let mut sorted = list.clone();
        sorted.sort_unstable();
        let rank = ((share * list.len() as f64).ceil() as usize).clamp(1, list.len());
        let (exact, found) = (sorted[rank - 1], tally.quantile(share).0);
        prop_assert!(exact.abs_diff(found) as f64 <= exact as f64 / 256.0, "{found} is not {exact}");
        prop_assert_eq!((tally.quantile(0.0).0, tally.quantile(1.0).0), (sorted[0], sorted[list.len() - 1]));
    }

    #[test]
    fn count_sum_and_extremes_are_exact(list in spans()) {
        let tally = tally_of(&list);
        prop_assert_eq!(tally.count(), list.len() as u64);
        prop_assert_eq!(tally.sum_nanos(), list.iter().map(|&span| u128::from(span)).sum::<u128>());
        let zeros = list.iter().filter(|span| **span == 0).count() as f64;
        prop_assert_eq!(tally.fractions_at_most(&[Span::ZERO])[0], zeros / list.len() as f64);
        prop_assert_eq!(Some(&tally.least().0), list.iter().min());
        prop_assert_eq!(Some(&tally.greatest().0), list.iter().max());
        prop_assert_eq!(tally.buckets().map(|(_, _, count)| count).sum::<u64>(), tally.count());
    }

    #[test]
    fn the_part_at_most_a_limit_grows_with_it_and_misses_by_one_bucket_at_most(list in spans(), limit: u64) {
        let tally = tally_of(&list);
        let (low, width) = bounds_of(bucket_of(limit));
        let part = |most: u64| list.iter().filter(|span| **span <= most).count() as f64 / list.len() as f64;
        let limits = [0, limit / 2, limit, limit.saturating_add(1), limit / 3].map(Span);
        let [_, half, found, more, third] = tally.fractions_at_most(&limits)[..] else { unreachable!() };
        let least = if low == 0 { 0.0 } else { part(low - 1) };
        prop_assert!((least..=part(low + (width - 1))).contains(&found), "{found}");
        prop_assert!(third <= half && half <= found && found <= more);
        let alone = limits.map(|limit| tally.fractions_at_most(&[limit])[0]);
        prop_assert_eq!(tally.fractions_at_most(&limits), alone);
    }

    #[test]
    fn a_quantile_since_is_that_of_the_counts_since(first in spans(), more in spans(), share in 0.0..=1.0_f64) {
        let mut earlier = Tally::default();
        earlier.follow(&tally_of(&first));
        prop_assert_eq!(&earlier, &tally_of(&first));
        let all = tally_of(&[first, more].concat());
        for share in [share, 0.0, 0.99, 1.0] {
            prop_assert_eq!(all.quantile_since(&earlier, share), Some(all.since(&earlier).quantile(share)));
            prop_assert_eq!(all.quantile_since(&Tally::default(), share), Some(all.quantile(share)));
        }
        prop_assert_eq!(all.quantile_since(&all, share), None);
    }

    #[test]
    fn a_span_lies_in_its_bucket_and_the_bucket_is_narrow(nanos: u64) {
        let (low, width) = bounds_of(bucket_of(nanos));
        prop_assert!(low <= nanos && nanos - low < width);
        prop_assert!(width == 1 || width <= low / 128);
    }
}

#[test]
fn many_of_one_length_count_as_that_many_times_one() {
    let (mut one_by_one, mut together) = (Tally::default(), Tally::default());
    for (nanos, times) in [(5_000_000, 3), (0, 2), (70_000, 0), (u64::MAX, 1), (5_100_000, 1_000)] {
        (0..times).for_each(|_| one_by_one.record(Span(nanos)));
        together.record_many(Span(nanos), times);
    }
    assert_eq!(one_by_one, together);
}

#[test]
fn buckets_follow_each_other_without_a_gap() {
    let mut next = 0;
    for bucket in 0..=bucket_of(u64::MAX) {
        let (low, width) = bounds_of(bucket);
        assert_eq!(low, next, "bucket {bucket}");
        next = low.wrapping_add(width);
    }
    assert_eq!(next, 0, "the last bucket ends where time does");
}

#[test]
fn an_idle_tally_is_empty_and_takes_no_room() {
    let tally = Tally::default();
    assert_eq!((tally.mean(), tally.quantile(0.5), tally.least(), tally.greatest()), Default::default());
    assert_eq!((tally.counts.capacity(), tally.fractions_at_most(&[Span::ZERO])[0]), (0, 1.0));
}

#[test]
fn room_is_taken_only_for_what_was_seen() {
    let mut tally = Tally::default();
    for millis in 1..=1000 {
        tally.record(Span::from_millis(millis));
    }
    assert!(tally.counts.len() <= 11 * OCTAVE, "{} buckets for a thousandfold", tally.counts.len());
    assert_eq!(tally.mean(), Span(500_500_000));
    tally.clear();
    assert_eq!(tally, Tally::default());
}
