//! The alert engine against Prometheus: random series, read by a model that knows no index, no sum kept and no short cut. It takes what a
//! query sees out of all samples anew each time, in the way and in the order of Prometheus' own `promql/functions.go`
//! (`extrapolatedRate`), `promql/quantile.go` (`bucketQuantile`) and `rules/alerting.go` (`Eval`).

use super::chaos::cases;
use rollout_lab::engine::{Chance, Level, Span, Stream, Time};
use rollout_lab::telemetry::{
    AlertRule, AlertState, Alerts, Condition, Metric, Query, Row, SeriesId, Store, Subject, Urgency,
};

/// How many worlds of series there are, each with up to three series and one rule, unless the variable `LAWS_CASES` says how many.
const WORLDS: u32 = 10_000;
/// Bounds of the histogram.
const BOUNDS: [Span; 4] =
    [Span::from_millis(50), Span::from_millis(200), Span::from_millis(500), Span::from_secs(2)];
/// For how many milliseconds a last sample stands in (Prometheus' lookback).
const LOOKBACK: i64 = 300_000;

/// One sample as it was scraped, in milliseconds: all counters and gauges of a series, or that the series is gone.
struct Scraped {
    at: i64,
    visible: i64,
    row: Option<Row>,
}

/// Draws of one world, one after the other.
struct Draws(Stream, u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.1 += 1;
        self.0.below(self.1, bound)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }
}

const fn time(millis: i64) -> Time {
    Time(millis as u64 * 1_000_000)
}

const fn span(millis: i64) -> Span {
    Span(millis as u64 * 1_000_000)
}

/// A series whose process begins again now and then, whose scrapes fail, come late or find nothing.
fn series(draws: &mut Draws) -> Vec<Scraped> {
    let every = [5_000, 15_000, 30_000][draws.below(3) as usize];
    let busy = draws.below(60);
    let mut all = Vec::new();
    let mut row = Row { within: vec![0; BOUNDS.len()], workers: 8, ready: 4, ..Row::default() };
    let mut at = draws.below(every as u64) as i64;
    while at < 900_000 {
        let more = if draws.one_in(6) { 0 } else { draws.below(busy + 1) };
        row.requests += more;
        row.errors += if draws.one_in(4) { draws.below(more + 1) } else { draws.below(more / 10 + 1) };
        // What is within a bound is within every larger one.
        let mut within: Vec<u64> = BOUNDS.iter().map(|_| draws.below(more + 1)).collect();
        within.sort_unstable();
        row.within.iter_mut().zip(within).for_each(|(count, more)| *count += more);
        if draws.one_in(25) {
            row = Row { within: vec![0; BOUNDS.len()], workers: 8, ready: 4, ..Row::default() };
            row.restarts = draws.below(3);
        }
        row.restarts += u64::from(draws.one_in(40));
        row.queue = draws.below(20) as u32;
        row.busy = draws.below(9) as u32;
        row.ready = draws.below(5) as u32;
        row.memory = draws.below(100) as f64 / 100.0;
        let visible = at + if draws.one_in(8) { draws.below(40_000) as i64 } else { 500 };
        if draws.one_in(30) {
            all.push(Scraped { at, visible, row: None });
        } else if !draws.one_in(10) {
            all.push(Scraped { at, visible, row: Some(row.clone()) });
        }
        at += every * if draws.one_in(20) { draws.below(30) as i64 + 1 } else { 1 };
    }
    all
}

/// `increase(counter[over])` at `now` of one series.
fn increase(series: &[Scraped], counter: &dyn Fn(&Row) -> u64, over: i64, now: i64) -> Option<f64> {
    let seen: Vec<(i64, f64)> = series
        .iter()
        .filter(|sample| sample.at > now - over && sample.at <= now && sample.visible <= now)
        .filter_map(|sample| Some((sample.at, counter(sample.row.as_ref()?) as f64)))
        .collect();
    if seen.len() < 2 {
        return None;
    }
    let (first, last) = (seen[0], seen[seen.len() - 1]);
    let mut result = last.1 - first.1;
    let mut before = first.1;
    for (_, count) in &seen[1..] {
        if *count < before {
            result += before;
        }
        before = *count;
    }
    let seconds = |millis: i64| millis as f64 / 1000.0;
    let (mut to_start, mut to_end) = (seconds(first.0 - (now - over)), seconds(now - last.0));
    let sampled = seconds(last.0 - first.0);
    let average = sampled / (seen.len() - 1) as f64;
    let threshold = average * 1.1;
    if to_start >= threshold {
        to_start = average / 2.0;
    }
    let to_zero = if result > 0.0 { sampled * (first.1 / result) } else { to_start };
    if to_zero < to_start {
        to_start = to_zero;
    }
    if to_end >= threshold {
        to_end = average / 2.0;
    }
    Some(result * ((sampled + to_start + to_end) / sampled))
}

/// `sum(increase(...))`; no data when no series has any.
fn sum(all: &[Vec<Scraped>], counter: &dyn Fn(&Row) -> u64, over: i64, now: i64) -> Option<f64> {
    let each: Vec<f64> = all.iter().filter_map(|series| increase(series, counter, over, now)).collect();
    (!each.is_empty()).then(|| each.iter().sum())
}

/// The last row that can be seen of each series: not too old, and the series not gone since.
fn instant(all: &[Vec<Scraped>], now: i64) -> Vec<&Row> {
    let last = |series: &'_ Vec<Scraped>| -> Option<usize> {
        series.iter().rposition(|sample| sample.at <= now && sample.visible <= now)
    };
    let rows = all.iter().filter_map(|series| {
        let sample = &series[last(series)?];
        if sample.at <= now - LOOKBACK { None } else { sample.row.as_ref() }
    });
    rows.collect()
}

fn histogram_quantile(q: f64, all: &[Vec<Scraped>], over: i64, now: i64) -> Option<f64> {
    let mut buckets: Vec<(f64, f64)> = Vec::new();
    for (index, bound) in BOUNDS.iter().enumerate() {
        let count = sum(all, &|row| row.within[index], over, now)?;
        buckets.push((bound.as_secs_f64(), count));
    }
    buckets.push((f64::INFINITY, sum(all, &|row| row.requests, over, now)?));
    for index in 1..buckets.len() {
        buckets[index].1 = buckets[index].1.max(buckets[index - 1].1);
    }
    let observations = buckets[buckets.len() - 1].1;
    if observations == 0.0 {
        return None;
    }
    let mut rank = q * observations;
    let b = buckets.iter().position(|(_, count)| *count >= rank).unwrap();
    if b == buckets.len() - 1 {
        return Some(buckets[buckets.len() - 2].0);
    }
    let (mut start, end, mut count) = (0.0, buckets[b].0, buckets[b].1);
    if b > 0 {
        start = buckets[b - 1].0;
        count -= buckets[b - 1].1;
        rank -= buckets[b - 1].1;
    }
    Some(start + (end - start) * (rank / count))
}

/// The answer of a query; no number and no data are both none.
fn answer(query: &Query, all: &[Vec<Scraped>], now: i64) -> Option<f64> {
    let over = (query.over.0 / 1_000_000) as i64;
    let per_second = |increase: f64| increase / query.over.as_secs_f64();
    let gauge = |of: fn(&Row) -> u32| {
        let rows = instant(all, now);
        (!rows.is_empty()).then(|| rows.iter().map(|row| f64::from(of(row))).sum::<f64>())
    };
    match query.metric {
        Metric::RequestRate => sum(all, &|row| row.requests, over, now).map(per_second),
        Metric::Failures => sum(all, &|row| row.errors, over, now).map(per_second),
        Metric::ErrorRatio => {
            let ratio = sum(all, &|row| row.errors, over, now)? / sum(all, &|row| row.requests, over, now)?;
            ratio.is_finite().then_some(ratio)
        }
        Metric::Latency(q) => histogram_quantile(q, all, over, now),
        Metric::Saturation => Some(gauge(|row| row.busy)? / gauge(|row| row.workers)?),
        Metric::QueueDepth => gauge(|row| row.queue),
        Metric::ReadyInstances => gauge(|row| row.ready),
        Metric::Memory => instant(all, now).iter().map(|row| row.memory).reduce(f64::max),
        Metric::Restarts => sum(all, &|row| row.restarts, over, now),
        Metric::Business(_) => None,
    }
}

/// An alert as `rules/alerting.go` has it.
#[derive(Default)]
struct Model {
    firing: bool,
    active_at: Option<i64>,
    keep_firing_since: Option<i64>,
}

impl Model {
    fn eval(&mut self, holds: bool, hold: i64, keep: i64, now: i64) -> &'static str {
        if holds {
            self.active_at.get_or_insert(now);
            self.keep_firing_since = None;
        } else if self.active_at.is_some() {
            let since = *self.keep_firing_since.get_or_insert(now);
            if !(self.firing && keep > 0 && now - since < keep) {
                *self = Self::default();
            }
        }
        match self.active_at {
            None => "inactive",
            Some(since) if !self.firing && now - since < hold => "pending",
            Some(_) => {
                self.firing = true;
                "firing"
            }
        }
    }
}

const fn named(state: AlertState) -> &'static str {
    match state {
        AlertState::Inactive => "inactive",
        AlertState::Pending(_) => "pending",
        AlertState::Firing(_) => "firing",
    }
}

fn metric(draws: &mut Draws) -> (Metric, f64) {
    let share = [0.5, 0.9, 0.99][draws.below(3) as usize];
    let all = [
        (Metric::RequestRate, 6.0),
        (Metric::Failures, 1.0),
        (Metric::ErrorRatio, 0.3),
        (Metric::Latency(share), 1.5),
        (Metric::Saturation, 1.0),
        (Metric::QueueDepth, 40.0),
        (Metric::ReadyInstances, 10.0),
        (Metric::Restarts, 1.0),
        (Metric::Memory, 1.0),
    ];
    all[draws.below(all.len() as u64) as usize].clone()
}

/// Evaluations of one world, and how many of them were pending and firing.
fn world(number: u64) -> [u64; 3] {
    let mut draws = Draws(Chance::new(11).stream("prometheus", number), 0);
    let all: Vec<Vec<Scraped>> = (0..=draws.below(3)).map(|_| series(&mut draws)).collect();
    let mut store = Store::new(all.len(), &BOUNDS, &[], span(LOOKBACK));
    let ids: Vec<SeriesId> = (0..all.len() as u32).map(SeriesId).collect();
    store.name(Subject::Target, &ids);
    for (id, series) in ids.iter().zip(&all) {
        for sample in series {
            match &sample.row {
                Some(row) => store.push(*id, time(sample.at), time(sample.visible), row.clone()),
                None => store.gone(*id, time(sample.at), time(sample.visible)),
            }
        }
    }
    let (metric, scale) = metric(&mut draws);
    let level = draws.below(1_000_000) as f64 / 1_000_003.0 * scale;
    let mut query = Query::new(metric, Subject::Target);
    query.over = span([30_000, 60_000, 120_000, 300_000][draws.below(4) as usize]);
    let kind = draws.below(5);
    let when = match kind {
        0 | 1 => Condition::Above(query.clone(), Level::Number(level)),
        2 | 3 => Condition::Below(query.clone(), Level::Number(level)),
        _ => Condition::Absent(query.clone()),
    };
    let (hold, keep) = ([0, 20_000, 60_000][draws.below(3) as usize], [0, 45_000][draws.below(2) as usize]);
    let rule = AlertRule {
        name: "rule".to_owned(),
        when,
        hold: span(hold),
        keep_firing_for: span(keep),
        urgency: Urgency::Page,
    };
    let mut alerts = Alerts::new(vec![rule], Vec::new());
    let mut model = Model::default();
    let every = [7_000, 15_000, 30_000][draws.below(3) as usize];
    let mut counts = [0; 3];
    // The lab counts nothing before a run begins, and says nothing of too few until a window is full; Prometheus knows no beginning.
    let mut now = (query.over.0 / 1_000_000) as i64;
    while now < 1_300_000 {
        let (found, wanted) = (store.ask(&query, time(now)), answer(&query, &all, now));
        let near = match (found, wanted) {
            (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-9 * wanted.abs().max(1e-3),
            (None, None) => true,
            _ => false,
        };
        assert!(near, "world {number} at {now} ms: {query} is {found:?}, and Prometheus says {wanted:?}");
        let holds = match kind {
            0 | 1 => wanted.is_some_and(|wanted| wanted > level),
            2 | 3 => wanted.is_some_and(|wanted| wanted < level),
            _ => wanted.is_none(),
        };
        let wanted = model.eval(holds, hold, keep, now);
        alerts.evaluate(&store, time(now));
        let found = named(alerts.states()[0]);
        assert_eq!(found, wanted, "world {number} at {now} ms: {query}, level {level}");
        counts[0] += 1;
        counts[1] += u64::from(wanted == "pending");
        counts[2] += u64::from(wanted == "firing");
        now += every;
    }
    counts
}

#[test]
fn alerts_are_those_of_prometheus_on_random_series() {
    let worlds = u64::from(cases(WORLDS));
    let mut all = [0; 3];
    for number in 0..worlds {
        let counts = world(number);
        all.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let [seen, pending, firing] = all;
    println!(
        "{worlds} worlds: {seen} evaluations, {pending} pending, {firing} firing, all as Prometheus has them"
    );
    assert!(pending > seen / 100 && firing > seen / 20 && firing < seen, "{all:?}");
}
