//! Prometheus' functions of the raw samples of one counter, with which the answers of the simulator's store are compared.

use rollout_lab::engine::{Span, Time};
use rollout_lab::telemetry::{Sample, Stretch, increase};

/// The growth of one counter over the window of length `over` that ends at `end`, as Prometheus' `increase()` answers it
/// from raw samples in order of time: a counter that falls was reset, and what it had counted before is added back;
/// staleness markers are no samples; `None` with fewer than two samples.
pub fn increase_of(samples: &[Sample], end: Time, over: Span) -> Option<f64> {
    let from = samples.partition_point(|(at, _)| *at + over <= end);
    let until = samples.partition_point(|(at, _)| *at <= end);
    let seen: Vec<(Time, u64)> =
        samples.get(from..until)?.iter().filter_map(|(at, count)| Some((*at, (*count)?))).collect();
    let (first, last) = (seen.first()?, seen.last()?);
    let resets = seen.windows(2).filter(|pair| pair[1].1 < pair[0].1).map(|pair| pair[0].1);
    let carried: u64 = resets.sum();
    let stretch =
        Stretch { from: first.0, first: first.1, until: last.0, last: last.1 + carried, samples: seen.len() };
    increase(stretch, end, over)
}

/// The last sample that stands at `now`: not older than `staleness`, and no staleness marker since (Prometheus instant
/// queries, lookback 5 m).
pub fn latest_of(samples: &[Sample], now: Time, staleness: Span) -> Option<u64> {
    let until = samples.partition_point(|(at, _)| *at <= now);
    let (at, count) = samples[..until].last()?;
    if now.since(*at) < staleness { *count } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reset_adds_back_what_was_counted_before_it() {
        let at = |seconds, count| (Time::from_secs(seconds), count);
        let samples =
            [at(15, Some(100)), at(30, Some(130)), at(45, None), at(60, Some(10)), at(75, Some(40))];
        // 30 before the reset, 10 and 30 after it, over 60 s between the outermost samples.
        let whole = increase_of(&samples, Time::from_secs(75), Span::from_secs(61)).unwrap();
        assert!((whole - 70.0 * 61.0 / 60.0).abs() < 1e-9, "{whole}");
        assert_eq!(latest_of(&samples, Time::from_secs(50), Span::from_secs(300)), None);
        assert_eq!(latest_of(&samples, Time::from_secs(40), Span::from_secs(300)), Some(130));
        assert_eq!(latest_of(&samples, Time::from_secs(375), Span::from_secs(300)), None);
    }
}
