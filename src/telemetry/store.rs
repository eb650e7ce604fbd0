//! The samples scraped so far, by series, and the answers to queries about them.

use super::quantile::quantile;
use super::rate::increase;
use super::rows::{BUCKETS, ERRORS, Gauges, Look, REQUESTS, RESTARTS, Rows};
use super::{Audience, Metric, Part, Query, Subject};
use crate::engine::{Span, Time};

/// Names one series of rows: one service in one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId(pub u16);

/// What one scrape saw of one series. Counters only grow; the simulation has already taken out resets, as
/// `sum(increase())` over the instances would, losing what an instance counted after its last scrape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Counter: requests answered or given up.
    pub requests: u64,
    /// Counter: of these, failed.
    pub errors: u64,
    /// Counters, one for each bucket bound: of these, answered within the bound.
    pub within: Vec<u64>,
    /// Counters, one for each business counter of the scenario.
    pub business: Vec<u64>,
    /// Counter: restarts of instances.
    pub restarts: u64,
    /// Gauge: busy workers.
    pub busy: u32,
    /// Gauge: workers.
    pub workers: u32,
    /// Gauge: waiting requests.
    pub queue: u32,
    /// Gauge: ready instances.
    pub ready: u32,
    /// Gauge: memory of the fullest instance over its limit.
    pub memory: f64,
}

/// How many requests were counted within a window, from its first sample to its last, nothing extrapolated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// All requests.
    pub requests: u64,
    /// Of these, failed.
    pub errors: u64,
}

/// All rows scraped so far, and when each can be seen.
#[derive(Clone, Debug, Default)]
pub struct Store {
    series: Vec<Rows>,
    subjects: Vec<(Subject, Option<Part>, Vec<SeriesId>)>,
    bounds: Vec<Span>,
    business: Vec<String>,
    staleness: Span,
    pub(super) audiences: Vec<Audience>,
}

impl Store {
    /// An empty store for `series` series with these bucket bounds (increasing) and names of business counters.
    /// A gauge's last sample stands in for `staleness` (Prometheus lookback, 5 m).
    pub fn new(series: usize, bounds: &[Span], business: &[String], staleness: Span) -> Self {
        Self {
            series: vec![Rows::default(); series],
            subjects: Vec::new(),
            bounds: bounds.to_vec(),
            business: business.to_vec(),
            staleness,
            audiences: Vec::new(),
        }
    }

    /// Says which series a subject is the sum of, from now on.
    pub fn name(&mut self, subject: Subject, series: &[SeriesId]) {
        self.name_part(subject, None, series);
    }

    /// Says which series a part of a subject is the sum of, from now on; `None` is the whole.
    pub fn name_part(&mut self, subject: Subject, part: Option<Part>, series: &[SeriesId]) {
        self.subjects.retain(|(known, known_part, _)| *known != subject || *known_part != part);
        self.subjects.push((subject, part, series.to_vec()));
    }

    /// Takes in what a scrape at `at` saw; it can be queried from `visible` on, which may be earlier than for an
    /// earlier scrape. A row that is not later than the series' last is refused, as Prometheus refuses it.
    ///
    /// # Panics
    /// When the series is unknown, or the row has not one counter for each bound and each business name.
    pub fn push(&mut self, series: SeriesId, at: Time, visible: Time, row: Row) {
        assert_eq!(row.within.len(), self.bounds.len(), "a counter for each bucket bound");
        assert_eq!(row.business.len(), self.business.len(), "a counter for each business name");
        self.series[usize::from(series.0)].push(at, visible, &row);
    }

    /// Notes that a scrape at `at` no longer found the series (Prometheus' stale marker): its gauges have no data
    /// from then on, until a later row; its counters stay in the windows that still reach them.
    ///
    /// # Panics
    /// When the series is unknown.
    pub fn gone(&mut self, series: SeriesId, at: Time) {
        self.series[usize::from(series.0)].gone(at);
    }

    /// The query's answer at `now`, from what is visible by then; `None` is no data.
    pub fn ask(&self, query: &Query, now: Time) -> Option<f64> {
        self.recall(query, now, now)
    }

    /// The query's answer for the moment `at`, from what is visible by `now`: late samples fill in what
    /// [`Store::ask`] could not know then.
    pub fn recall(&self, query: &Query, at: Time, now: Time) -> Option<f64> {
        let series = self.subject(&query.of, query.part().as_ref())?;
        let look = Look { end: at, over: query.over, now };
        let rate =
            |column| self.increase(series, column, look).map(|growth| growth / query.over.as_secs_f64());
        match &query.metric {
            Metric::RequestRate => rate(REQUESTS),
            Metric::ErrorRatio => {
                let requests = self.increase(series, REQUESTS, look).filter(|requests| *requests > 0.0)?;
                Some(self.increase(series, ERRORS, look)? / requests)
            }
            Metric::Latency(share) => {
                let total = self.increase(series, REQUESTS, look)?;
                let within = |bucket| self.increase(series, BUCKETS + bucket, look).unwrap_or(0.0);
                quantile(*share, &self.bounds, total, within)
            }
            Metric::Restarts => self.increase(series, RESTARTS, look),
            Metric::Business(name) => {
                let index = self.business.iter().position(|known| known == name)?;
                rate(BUCKETS + self.bounds.len() + index)
            }
            Metric::Saturation => {
                let gauges = self.latest(series, look)?;
                let some = gauges.workers > 0;
                some.then(|| f64::from(gauges.busy) / f64::from(gauges.workers))
            }
            Metric::QueueDepth => self.latest(series, look).map(|gauges| f64::from(gauges.queue)),
            Metric::ReadyInstances => self.latest(series, look).map(|gauges| f64::from(gauges.ready)),
            Metric::Memory => self.latest(series, look).map(|gauges| gauges.memory),
        }
    }

    /// The answers as they were to be had at every `step` from the start to `until`, for a chart; empty for a step of
    /// zero.
    pub fn series(&self, query: &Query, step: Span, until: Time) -> Vec<(Time, Option<f64>)> {
        if step.is_zero() {
            return Vec::new();
        }
        let moments = (0..=until.0 / step.0).map(|index| Time(index * step.0));
        moments.map(|at| (at, self.ask(query, at))).collect()
    }

    /// How many requests the query's answer rests on; `None` is no data.
    pub fn requests_of(&self, query: &Query, now: Time) -> Option<u64> {
        self.seen_of(query, now).map(|seen| seen.requests)
    }

    /// How many of the requests that the query is about were counted in its window, and how many of them failed; `None`
    /// is no data.
    pub fn seen_of(&self, query: &Query, now: Time) -> Option<Seen> {
        let series = self.subject(&query.of, query.part().as_ref())?;
        self.sum(series, query.over, now)
    }

    /// How many requests were counted in this window; `None` is no data.
    pub fn requests_in(&self, of: &Subject, over: Span, now: Time) -> Option<u64> {
        self.seen_in(of, over, now).map(|seen| seen.requests)
    }

    /// How many requests were counted in this window, and how many of them failed; `None` is no data.
    pub fn seen_in(&self, of: &Subject, over: Span, now: Time) -> Option<Seen> {
        self.sum(self.subject(of, None)?, over, now)
    }

    fn sum(&self, series: &[SeriesId], over: Span, now: Time) -> Option<Seen> {
        let look = Look { end: now, over, now };
        let mut sum = None;
        for series in series {
            let rows = &self.series[usize::from(series.0)];
            let Some(found) = rows.find(look) else { continue };
            let (requests, errors) = (rows.stretch(found, REQUESTS), rows.stretch(found, ERRORS));
            if requests.samples >= 2 {
                let seen: &mut Seen = sum.get_or_insert_default();
                seen.requests += requests.last.saturating_sub(requests.first);
                seen.errors += errors.last.saturating_sub(errors.first);
            }
        }
        sum
    }

    fn subject(&self, of: &Subject, part: Option<&Part>) -> Option<&[SeriesId]> {
        let found =
            self.subjects.iter().find(|(known, known_part, _)| known == of && known_part.as_ref() == part);
        found.map(|(_, _, series)| series.as_slice())
    }

    /// `sum(increase())`: series without data are left out, and when all are, there is no data.
    fn increase(&self, series: &[SeriesId], column: usize, look: Look) -> Option<f64> {
        let growths = series.iter().filter_map(|series| {
            let rows = &self.series[usize::from(series.0)];
            increase(rows.stretch(rows.find(look)?, column), look.end, look.over)
        });
        growths.reduce(|sum, growth| sum + growth)
    }

    /// The last gauges of all series together: sums, and the fullest memory.
    fn latest(&self, series: &[SeriesId], look: Look) -> Option<Gauges> {
        let look = Look { over: self.staleness, ..look };
        let gauges = series.iter().filter_map(|series| self.series[usize::from(series.0)].latest(look));
        gauges.reduce(|sum, more| Gauges {
            busy: sum.busy.saturating_add(more.busy),
            workers: sum.workers.saturating_add(more.workers),
            queue: sum.queue.saturating_add(more.queue),
            ready: sum.ready.saturating_add(more.ready),
            memory: sum.memory.max(more.memory),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: SeriesId = SeriesId(0);
    const NEW: SeriesId = SeriesId(1);

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    fn empty() -> Store {
        let bounds = [Span::from_millis(100), Span::from_millis(500)];
        let mut store = Store::new(2, &bounds, &["orders".to_owned()], Span::from_secs(300));
        store.name(Subject::Baseline, &[OLD]);
        store.name(Subject::Candidate, &[NEW]);
        store.name(Subject::Target, &[OLD, NEW]);
        store
    }

    /// Each second 10 requests, 1 of them failed, 8 within 100 ms, 9 within 500 ms, 5 orders.
    fn row(seconds: u64) -> Row {
        Row {
            requests: 100_000 + 10 * seconds,
            errors: 10_000 + seconds,
            within: vec![80_000 + 8 * seconds, 90_000 + 9 * seconds],
            business: vec![50_000 + 5 * seconds],
            restarts: 100 + seconds / 60,
            busy: 3,
            workers: 8,
            queue: 2,
            ready: 4,
            memory: 0.25,
        }
    }

    fn filled() -> Store {
        let mut store = empty();
        for seconds in (0..=300).step_by(15) {
            store.push(OLD, at(seconds), at(seconds + 2), row(seconds));
        }
        store
    }

    fn ask(store: &Store, metric: Metric, of: Subject, seconds: u64) -> Option<f64> {
        store.ask(&Query { metric, of, over: Span::from_secs(60), zone: None, cohort: None }, at(seconds))
    }

    fn near(answer: Option<f64>, wanted: f64) {
        let answer = answer.expect("data");
        assert!((answer - wanted).abs() < 1e-9, "{answer} is not {wanted}");
    }

    #[test]
    fn a_steady_world_is_answered_steadily() {
        let store = filled();
        let base = || Subject::Baseline;
        near(ask(&store, Metric::RequestRate, base(), 290), 10.0);
        near(ask(&store, Metric::ErrorRatio, base(), 290), 0.1);
        near(ask(&store, Metric::Business("orders".to_owned()), base(), 290), 5.0);
        near(ask(&store, Metric::Latency(0.4), base(), 290), 0.05);
        near(ask(&store, Metric::Latency(0.85), base(), 290), 0.3);
        near(ask(&store, Metric::Latency(0.99), base(), 290), 0.5);
        near(ask(&store, Metric::Saturation, base(), 290), 0.375);
        near(ask(&store, Metric::QueueDepth, base(), 290), 2.0);
        near(ask(&store, Metric::ReadyInstances, base(), 290), 4.0);
        near(ask(&store, Metric::Memory, base(), 290), 0.25);
        assert_eq!(store.requests_in(&base(), Span::from_secs(60), at(290)), Some(450));
        let seen = store.seen_in(&base(), Span::from_secs(60), at(290));
        assert_eq!(seen, Some(Seen { requests: 450, errors: 45 }));
    }

    #[test]
    fn restarts_grow_over_the_window() {
        // Samples from 240 s to 285 s, all after the fourth restart; from 165 s to 210 s one restart, carried from
        // 45 s to the window's 60 s as Prometheus' increase() does.
        let store = filled();
        near(ask(&store, Metric::Restarts, Subject::Baseline, 290), 0.0);
        near(ask(&store, Metric::Restarts, Subject::Baseline, 222), 4.0 / 3.0);
    }

    #[test]
    fn what_was_never_scraped_has_no_data() {
        let store = filled();
        assert_eq!(ask(&store, Metric::RequestRate, Subject::Candidate, 290), None);
        assert_eq!(ask(&store, Metric::RequestRate, Subject::Service("db".to_owned()), 290), None);
        assert_eq!(ask(&store, Metric::Business("refunds".to_owned()), Subject::Baseline, 290), None);
        assert_eq!(ask(&store, Metric::QueueDepth, Subject::Candidate, 290), None);
        assert_eq!(store.requests_in(&Subject::Candidate, Span::from_secs(60), at(290)), None);
    }

    #[test]
    fn a_sample_is_unknown_until_it_is_visible() {
        let store = filled();
        assert_eq!(ask(&store, Metric::RequestRate, Subject::Baseline, 16), None);
        assert!(ask(&store, Metric::RequestRate, Subject::Baseline, 17).is_some());
        assert_eq!(ask(&store, Metric::QueueDepth, Subject::Baseline, 1), None);
        let query = Query {
            metric: Metric::QueueDepth,
            of: Subject::Baseline,
            over: Span::from_secs(60),
            zone: None,
            cohort: None,
        };
        assert_eq!(store.recall(&query, at(1), at(2)), Some(2.0));
    }

    #[test]
    fn no_requests_are_no_error_ratio_and_no_latency() {
        let mut store = empty();
        for seconds in [0, 15, 30] {
            let idle = Row { within: vec![0, 0], business: vec![0], ..Row::default() };
            store.push(NEW, at(seconds), at(seconds), idle);
        }
        assert_eq!(ask(&store, Metric::RequestRate, Subject::Candidate, 30), Some(0.0));
        assert_eq!(ask(&store, Metric::ErrorRatio, Subject::Candidate, 30), None);
        assert_eq!(ask(&store, Metric::Latency(0.5), Subject::Candidate, 30), None);
        assert_eq!(ask(&store, Metric::Saturation, Subject::Candidate, 30), None);
    }

    #[test]
    fn the_target_is_the_sum_of_its_releases() {
        let mut store = filled();
        for seconds in (240..=285).step_by(15) {
            let all_failed = Row {
                requests: 50_000 + 10 * seconds,
                errors: 50_000 + 10 * seconds,
                memory: 0.75,
                ..row(0)
            };
            store.push(NEW, at(seconds), at(seconds), all_failed);
        }
        near(ask(&store, Metric::ErrorRatio, Subject::Candidate, 290), 1.0);
        near(ask(&store, Metric::ErrorRatio, Subject::Target, 290), 11.0 / 20.0);
        near(ask(&store, Metric::RequestRate, Subject::Target, 290), 20.0);
        near(ask(&store, Metric::Memory, Subject::Target, 290), 0.75);
        near(ask(&store, Metric::ReadyInstances, Subject::Target, 290), 8.0);
        assert_eq!(
            store.seen_in(&Subject::Target, Span::from_secs(60), at(290)).map(|seen| seen.requests),
            Some(900)
        );
    }

    #[test]
    fn a_series_that_goes_leaves_its_gauges_at_once_and_its_rates_with_the_window() {
        let mut store = filled();
        store.gone(OLD, at(315));
        assert!(ask(&store, Metric::ReadyInstances, Subject::Baseline, 314).is_some());
        assert_eq!(ask(&store, Metric::ReadyInstances, Subject::Baseline, 315), None);
        assert!(ask(&store, Metric::RequestRate, Subject::Baseline, 330).is_some());
        assert_eq!(ask(&store, Metric::RequestRate, Subject::Baseline, 345), None);
    }

    #[test]
    fn a_chart_has_a_point_for_every_step() {
        let store = filled();
        let query = Query {
            metric: Metric::RequestRate,
            of: Subject::Baseline,
            over: Span::from_secs(60),
            zone: None,
            cohort: None,
        };
        let chart = store.series(&query, Span::from_secs(60), at(150));
        assert_eq!(chart.iter().map(|(at, _)| at.0 / 1_000_000_000).collect::<Vec<_>>(), [0, 60, 120]);
        assert_eq!(chart[0].1, None);
        near(chart[2].1, 10.0);
        assert!(store.series(&query, Span::ZERO, at(150)).is_empty());
    }

    #[test]
    fn what_becomes_visible_later_changes_no_earlier_answer() {
        let query = Query {
            metric: Metric::ErrorRatio,
            of: Subject::Baseline,
            over: Span::from_secs(60),
            zone: None,
            cohort: None,
        };
        let mut store = filled();
        let before = store.series(&query, Span::from_secs(5), at(300));
        store.push(OLD, at(310), at(400), row(310));
        assert_eq!(store.series(&query, Span::from_secs(5), at(300)), before);
    }
}
