//! The store: the samples scraped so far, by series, and the answers to queries.

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};

use super::quantile::quantile;
use super::rate::{Sample, increase};
use super::rows::{BUCKETS, ERRORS, Gauges, Look, REQUESTS, RESTARTS, Rows};
use super::{Exposures, Metric, Part, Query, Subject};
use crate::engine::{Span, Time};

/// Names one series of rows: one service in one release, as its proxies count, or one instance, as it counts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId(pub u32);

/// What one scrape saw of one series. A counter grows; where it falls its process has begun again from nothing.
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

/// What a subject, or a part of it, is the sum of.
#[derive(Clone, Debug)]
struct Named {
    subject: Subject,
    part: Option<Part>,
    /// As proxies and the control plane count.
    series: Vec<SeriesId>,
    /// As instances count themselves.
    instances: Vec<SeriesId>,
}

/// A count of what was looked at. Questions are asked of a store by reference, so it counts behind one.
#[derive(Debug, Default)]
struct Looked(AtomicU64);

impl Looked {
    fn add(&self, steps: usize) {
        self.0.fetch_add(steps as u64, Ordering::Relaxed);
    }

    fn steps(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clone for Looked {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.steps()))
    }
}

/// All rows scraped so far, and when each can be seen.
#[derive(Clone, Debug, Default)]
pub struct Store {
    series: Vec<Rows>,
    subjects: Vec<Named>,
    /// Whether instances count, and not the proxies in front of them.
    by_instance: bool,
    bounds: Vec<Span>,
    business: Vec<String>,
    staleness: Span,
    pub(super) exposures: Vec<Exposures>,
    /// How much was looked at to answer questions.
    looked: Looked,
}

impl Store {
    /// An empty store for `series` series with these bucket bounds (increasing) and names of business counters.
    /// A gauge's last sample stands in for `staleness` (Prometheus lookback, 5 m).
    pub fn new(series: usize, bounds: &[Span], business: &[String], staleness: Span) -> Self {
        Self {
            series: vec![Rows::default(); series],
            subjects: Vec::new(),
            by_instance: false,
            bounds: bounds.to_vec(),
            business: business.to_vec(),
            staleness,
            exposures: Vec::new(),
            looked: Looked::default(),
        }
    }

    /// Says which series a subject is the sum of, from now on.
    pub fn name(&mut self, subject: Subject, series: &[SeriesId]) {
        self.name_part(subject, None, series);
    }

    /// Says which series a part of a subject is the sum of, from now on; `None` is the whole.
    pub fn name_part(&mut self, subject: Subject, part: Option<Part>, series: &[SeriesId]) {
        self.subjects.retain(|named| named.subject != subject || named.part != part);
        self.subjects.push(Named { subject, part, series: series.to_vec(), instances: Vec::new() });
    }

    /// From now on questions are answered from what instances count themselves, except those of the control plane: how
    /// many are ready, and how often they restarted.
    pub fn count_by_instance(&mut self) {
        self.by_instance = true;
    }

    /// A new series of one instance, which belongs to these named subjects and parts.
    pub fn join(&mut self, subjects: &[(Subject, Option<Part>)]) -> SeriesId {
        let series = SeriesId(self.series.len() as u32);
        self.series.push(Rows::default());
        for named in &mut self.subjects {
            if subjects.iter().any(|(subject, part)| named.subject == *subject && named.part == *part) {
                named.instances.push(series);
            }
        }
        series
    }

    /// How much was looked at so far to answer questions, in steps of work: the part of the rows of one series that an answer reads.
    pub fn looked(&self) -> u64 {
        self.looked.steps()
    }

    /// Bytes held.
    pub fn held(&self) -> usize {
        self.series.iter().map(Rows::held).sum::<usize>() + self.exposures.len() * 64
    }

    /// Takes in what a scrape at `at` saw; it can be queried from `visible` on, which may be earlier than for an
    /// earlier scrape. A row that is not later than the series' last is refused, as Prometheus refuses it.
    ///
    /// # Panics
    /// When the series is unknown, or the row has not one counter for each bound and each business name.
    pub fn push(&mut self, series: SeriesId, at: Time, visible: Time, row: Row) {
        assert_eq!(row.within.len(), self.bounds.len(), "a counter for each bucket bound");
        assert_eq!(row.business.len(), self.business.len(), "a counter for each business name");
        self.series[series.0 as usize].push(at, visible, &row);
    }

    /// Notes that a scrape at `at` no longer found the series (Prometheus' stale marker), to be seen from `visible` on: its
    /// gauges have no data from then on, until a later row; its counters stay in the windows that still reach them.
    ///
    /// # Panics
    /// When the series is unknown.
    pub fn gone(&mut self, series: SeriesId, at: Time, visible: Time) {
        self.series[series.0 as usize].gone(at, visible);
    }

    /// The query's answer at `now`, from what is visible by then; `None` is no data.
    pub fn ask(&self, query: &Query, now: Time) -> Option<f64> {
        self.recall(query, now, now)
    }

    /// The query's answer for the moment `at`, from what is visible by `now`: late samples fill in what
    /// [`Store::ask`] could not know then.
    pub fn recall(&self, query: &Query, at: Time, now: Time) -> Option<f64> {
        let series = match query.metric {
            Metric::Restarts | Metric::ReadyInstances => {
                &self.named(&query.of, query.part().as_ref())?.series
            }
            _ => self.subject(&query.of, query.part().as_ref())?,
        };
        let look = Look { end: at, over: query.over, now };
        let rate =
            |column| self.increase(series, column, look).map(|growth| growth / query.over.as_secs_f64());
        match &query.metric {
            Metric::RequestRate => rate(REQUESTS),
            Metric::Failures => rate(ERRORS),
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
            // A pool without instances has no memory, full or empty: nobody exports the gauge.
            Metric::Memory => {
                self.latest(series, look).filter(|gauges| gauges.workers > 0).map(|gauges| gauges.memory)
            }
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
        self.sum(series, Look { end: now, over: query.over, now })
    }

    /// How many requests were counted in this window, and how many of them failed; `None` is no data.
    pub fn seen_in(&self, of: &Subject, over: Span, now: Time) -> Option<Seen> {
        self.sum(self.subject(of, None)?, Look { end: now, over, now })
    }

    /// How many of the requests of the query's subject, and of `other`'s, were counted in its window, and how many of them
    /// failed; `None` is no data. Both sides are counted from the same scrape to the same scrape: one that can be seen of one
    /// side only, because the other's comes later or was lost, would let the one count for longer.
    pub fn seen_of_both(&self, query: &Query, other: &Subject, now: Time) -> Option<[Seen; 2]> {
        let part = query.part();
        let sides = [self.subject(&query.of, part.as_ref())?, self.subject(other, part.as_ref())?];
        let whole = Look { end: now, over: query.over, now };
        let [(from, until), (other_from, other_until)] =
            [self.reach(sides[0], whole)?, self.reach(sides[1], whole)?];
        let (from, until) = (from.max(other_from), until.min(other_until));
        if until <= from {
            return None;
        }
        // A window is open at its start, and the first scrape belongs to it.
        let shared = Look { end: until, over: until.since(from) + Span(1), now };
        Some([self.sum(sides[0], shared)?, self.sum(sides[1], shared)?])
    }

    /// The times of the first and the last scrape of any of these series that can be seen.
    fn reach(&self, series: &[SeriesId], look: Look) -> Option<(Time, Time)> {
        self.looked.add(series.len());
        let reaches = series.iter().filter_map(|series| {
            let rows = &self.series[series.0 as usize];
            let seen = rows.stretch(rows.find(look)?, REQUESTS, look.now);
            Some((seen.from, seen.until))
        });
        reaches.reduce(|(from, until), (earlier, later)| (from.min(earlier), until.max(later)))
    }

    fn sum(&self, series: &[SeriesId], look: Look) -> Option<Seen> {
        let mut sum = None;
        self.looked.add(series.len());
        for series in series {
            let rows = &self.series[series.0 as usize];
            let Some(found) = rows.find(look) else { continue };
            self.looked.add(rows.steps(found));
            let stretch = |column| rows.stretch(found, column, look.now);
            let (requests, errors) = (stretch(REQUESTS), stretch(ERRORS));
            if requests.samples >= 2 {
                let seen: &mut Seen = sum.get_or_insert_default();
                seen.requests += requests.last.saturating_sub(requests.first);
                seen.errors += errors.last.saturating_sub(errors.first);
            }
        }
        sum
    }

    fn subject(&self, of: &Subject, part: Option<&Part>) -> Option<&[SeriesId]> {
        let named = self.named(of, part)?;
        Some(if self.by_instance { &named.instances } else { &named.series })
    }

    fn named(&self, of: &Subject, part: Option<&Part>) -> Option<&Named> {
        self.subjects.iter().find(|named| named.subject == *of && named.part.as_ref() == part)
    }

    /// Every series that a subject's requests are counted in: what each scrape until `now` counted, and `None` where it no
    /// longer found the series; in order of time.
    pub fn samples(&self, of: &Subject, now: Time) -> Vec<Vec<Sample>> {
        let series = self.subject(of, None).unwrap_or_default();
        self.looked.add(series.iter().map(|series| self.series[series.0 as usize].len() / 8 + 1).sum());
        series.iter().map(|series| self.series[series.0 as usize].samples(REQUESTS, now)).collect()
    }

    /// `sum(increase())`: series without data are left out, and when all are, there is no data.
    fn increase(&self, series: &[SeriesId], column: usize, look: Look) -> Option<f64> {
        self.looked.add(series.len());
        let growths = series.iter().filter_map(|series| {
            let rows = &self.series[series.0 as usize];
            let found = rows.find(look)?;
            self.looked.add(rows.steps(found));
            increase(rows.stretch(found, column, look.now), look.end, look.over)
        });
        growths.reduce(|sum, growth| sum + growth)
    }

    /// The last gauges of all series together: sums, and the fullest memory.
    fn latest(&self, series: &[SeriesId], look: Look) -> Option<Gauges> {
        let look = Look { over: self.staleness, ..look };
        self.looked.add(series.len());
        let gauges = series.iter().filter_map(|series| self.series[series.0 as usize].latest(look));
        gauges.reduce(|sum, more| Gauges {
            busy: sum.busy.saturating_add(more.busy),
            workers: sum.workers.saturating_add(more.workers),
            queue: sum.queue.saturating_add(more.queue),
            ready: sum.ready.saturating_add(more.ready),
            memory: sum.memory.max(more.memory),
        })
    }
}
