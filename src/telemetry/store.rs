//! The samples scraped so far, by series.

use super::{Metric, Query, Subject};
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

/// All rows scraped so far, and when each can be seen.
#[derive(Clone, Debug, Default)]
pub struct Store {
    rows: Vec<Vec<(Time, Time, Row)>>,
}

impl Store {
    /// An empty store for `series` series with these bucket bounds and names of business counters.
    /// `series_of` of a subject: candidate, baseline, or a service by name.
    pub fn new(series: usize, bounds: &[Span], business: &[String], staleness: Span) -> Self {
        let _ = (bounds, business, staleness);
        Self { rows: vec![Vec::new(); series] }
    }

    /// Says which series a subject is the sum of.
    pub fn name(&mut self, subject: Subject, series: &[SeriesId]) {
        let _ = (subject, series);
    }

    /// Takes in what a scrape at `at` saw; it can be queried from `visible` on.
    pub fn push(&mut self, series: SeriesId, at: Time, visible: Time, row: Row) {
        self.rows[usize::from(series.0)].push((at, visible, row));
    }

    /// The query's answer at `now`, from what is visible by then; `None` is no data.
    pub fn ask(&self, query: &Query, now: Time) -> Option<f64> {
        let _ = (query, now, Metric::ErrorRatio);
        None
    }
}
