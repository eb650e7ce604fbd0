//! Draws are exactly these for ever, even, and independent of each other.

use rand::Rng;
use rand::seq::SliceRandom;

use super::*;

const DRAWS: u64 = 1 << 20;

/// A way to walk through draws: its name, and the draw at each place.
type Walk = (String, Box<dyn Fn(u64) -> u64>);

/// Fourteen ways to walk through a million draws; in each they must look independent.
fn walks() -> Vec<Walk> {
    let mut walks: Vec<Walk> = Vec::new();
    for seed in [0, 1, 2, GOLDEN] {
        let chance = Chance::new(seed);
        let along = chance.stream("service", 7);
        walks.push((format!("along a stream of seed {seed}"), Box::new(move |at| along.bits(at))));
        let across = move |at| chance.stream("work", at).bits(0);
        walks.push((format!("across entities of seed {seed}"), Box::new(across)));
        let arrivals = chance.stream("arrivals", 0);
        let lucky = move |at| Stream::from_key(arrivals.bits(at / 4)).bits(at % 4);
        walks.push((format!("four draws each of requests of seed {seed}"), Box::new(lucky)));
    }
    walks.push(("across seeds".to_string(), Box::new(|at| Chance::new(at).stream("luck", 0).bits(0))));
    let names = |at: u64| Chance::new(5).stream(&format!("pool-{at}"), 0).bits(0);
    walks.push(("across names".to_string(), Box::new(names)));
    walks
}

/// The chi-square statistic of `counts` against equal shares, as standard deviations from its expectation.
fn unevenness(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let off = |count: &u64| *count as f64 - expected;
    let statistic: f64 = counts.iter().map(|count| off(count) * off(count) / expected).sum();
    let freedom = (counts.len() - 1) as f64;
    (statistic - freedom) / (2.0 * freedom).sqrt()
}

#[test]
fn draws_are_exactly_these() {
    let stream = Chance::new(42).stream("arrivals", 3);
    let drawn = [stream.bits(0), stream.bits(1), stream.bits(u64::MAX), stream.child(9).bits(1)];
    let expected = [
        15_687_824_410_520_438_995,
        7_662_507_771_310_486_348,
        12_060_224_536_004_535_301,
        17_954_395_919_735_715_699,
    ];
    assert_eq!(drawn, expected);
    assert_eq!(Chance::new(0).stream("", 0).bits(0), 3_746_585_686_858_627_171);
    // Reference outputs of SplitMix64 from state 1234567, whose first output is draw 1.
    let reference = Stream::from_key(1_234_567);
    assert_eq!(reference.bits(1), 6_457_827_717_110_365_317);
    assert_eq!(reference.bits(2), 3_203_168_211_198_807_973);
    assert_eq!(reference.bits(3), 9_817_491_932_198_370_423);
}

#[test]
fn draws_are_even_whichever_way_they_are_walked() {
    for (name, draw) in walks() {
        for shift in [0, 26, 52] {
            let mut counts = vec![0; 4096];
            (0..DRAWS).for_each(|at| counts[(draw(at) >> shift) as usize & 4095] += 1);
            let off = unevenness(&counts);
            assert!(off.abs() < 5.0, "{name}, bits from {shift}: {off} standard deviations");
        }
    }
}

#[test]
fn neighbouring_draws_know_nothing_of_each_other() {
    for (name, draw) in walks() {
        for lag in [1, 2, 3, 4, 8] {
            let mut counts = vec![0; 4096];
            for at in 0..DRAWS {
                let pair = draw(at) >> 58 << 6 | draw(at + lag) >> 58;
                counts[pair as usize] += 1;
            }
            let off = unevenness(&counts);
            assert!(off.abs() < 5.0, "{name}, {lag} apart: {off} standard deviations");
        }
    }
}

/// The mistake this guards against gave a canary 9.25 % of the traffic in place of 10 %, 22 standard deviations off,
/// while mean and quantiles of the latency still looked right.
#[test]
fn a_canarys_share_is_its_share_when_several_streams_decide() {
    for seed in 0..20 {
        let chance = Chance::new(seed);
        let (first, second) = (chance.stream("choice", 1), chance.stream("choice", 2));
        let requests = 200_000;
        let canary = (0..requests)
            .filter(|&at| {
                if first.bits(at) < second.bits(at) { first } else { second }.below(at + DRAWS, 100) < 10
            })
            .count() as f64;
        let off = (canary - 20_000.0) / (200_000.0 * 0.1 * 0.9_f64).sqrt();
        assert!(off.abs() < 4.5, "seed {seed}: {off} standard deviations");
    }
}

#[test]
fn a_share_happens_as_often_as_it_says() {
    let stream = Chance::new(1).stream("errors", 0);
    for percent in [0.1, 1.0, 33.0, 50.0, 99.0] {
        let share = Share::percent(percent);
        let draws = draws_of(share);
        assert!((0..DRAWS).all(|at| stream.happens(at, share) == stream.is_among(at, draws)));
        let happened = (0..DRAWS).filter(|&at| stream.happens(at, share)).count() as f64;
        let expected = DRAWS as f64 * share.fraction();
        let off = (happened - expected) / (expected * (1.0 - share.fraction())).sqrt();
        assert!(off.abs() < 4.0, "{percent} %: {off} standard deviations");
    }
    assert!((0..1000).all(|at| stream.happens(at, Share::ALL) && !stream.happens(at, Share::ZERO)));
}

#[test]
fn names_entities_and_seeds_make_different_streams() {
    let mut keys: Vec<u64> = Vec::new();
    for seed in 0..10 {
        for name in ["", "a", "b", "ab", "ba", "aa"] {
            keys.extend((0..1000).map(|entity| Chance::new(seed).stream(name, entity).key));
        }
    }
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

#[test]
fn units_and_bounded_draws_stay_in_their_range() {
    let stream = Chance::new(3).stream("range", 0);
    let mut met = [0; 7];
    for at in 0..10_000 {
        assert!((0.0..1.0).contains(&stream.unit(at)));
        met[stream.below(at, 7) as usize] += 1;
    }
    assert!(unevenness(&met).abs() < 4.0);
    assert_eq!((stream.below(0, 1), stream.below(0, 0)), (0, 0));
}

#[test]
fn a_stream_read_in_sequence_gives_its_draws_in_order() {
    let stream = Chance::new(8).stream("shuffle", 0);
    let mut rng = stream.rng();
    assert_eq!([rng.next_u64(), rng.next_u64()], [stream.bits(0), stream.bits(1)]);
    assert_eq!(u64::from(rng.next_u32()), stream.bits(2) >> 32);
    let mut bytes = [0; 11];
    rng.fill_bytes(&mut bytes);
    assert_eq!(bytes[..8], stream.bits(3).to_le_bytes());
    assert_eq!(bytes[8..], stream.bits(4).to_le_bytes()[..3]);
    let mut cards: Vec<u32> = (0..52).collect();
    cards.shuffle(&mut stream.rng());
    assert_ne!(cards, (0..52).collect::<Vec<_>>());
    cards.sort_unstable();
    assert_eq!(cards, (0..52).collect::<Vec<_>>());
}
