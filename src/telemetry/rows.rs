//! One series in columns: when each row was scraped, when it became visible, its counters, its gauges.

use super::rate::{Sample, Stretch};
use super::store::Row;
use crate::engine::{Span, Time};

/// The columns of counters that every series has; the buckets follow, then the business counters.
pub(super) const REQUESTS: usize = 0;
pub(super) const ERRORS: usize = 1;
pub(super) const RESTARTS: usize = 2;
pub(super) const BUCKETS: usize = 3;

/// A window of time, and what may be looked at: rows scraped after `end - over`, at `end` at the latest, and to be
/// seen by `now`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub end: Time,
    pub over: Span,
    pub now: Time,
}

/// The gauges of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gauges {
    pub busy: u32,
    pub workers: u32,
    pub queue: u32,
    pub ready: u32,
    pub memory: f64,
}

/// The rows of a window: the first, the last, and how many are visible between them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    first: usize,
    last: usize,
    rows: usize,
}

/// All rows of one series, by the time of their scrape.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    at: Vec<Time>,
    visible: Vec<Time>,
    /// From when on a row and all before it can be seen. It never falls, so it can be searched.
    settled: Vec<Time>,
    /// As many in a row as `push` is given, row after row.
    counters: Vec<u64>,
    gauges: Vec<Gauges>,
    /// When the series went away, each time, and when that could be seen.
    gone: Vec<(Time, Time)>,
    /// Whether some counter ever fell.
    resets: bool,
}

impl Rows {
    /// Adds a row; one that is not later than the last is refused, as Prometheus refuses samples out of order.
    pub fn push(&mut self, at: Time, visible: Time, row: &Row) {
        if self.at.last().is_some_and(|last| at <= *last) {
            return;
        }
        let settled = self.settled.last().map_or(visible, |before| visible.max(*before));
        self.at.push(at);
        self.visible.push(visible);
        self.settled.push(settled);
        let before = self.counters.len();
        self.counters.extend([row.requests, row.errors, row.restarts]);
        self.counters.extend(&row.within);
        self.counters.extend(&row.business);
        let stride = self.counters.len() - before;
        self.resets |= before > 0
            && self.counters[before - stride..before]
                .iter()
                .zip(&self.counters[before..])
                .any(|(a, b)| b < a);
        let Row { busy, workers, queue, ready, memory, .. } = *row;
        self.gauges.push(Gauges { busy, workers, queue, ready, memory });
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.at.len()
    }

    /// Bytes held.
    pub fn held(&self) -> usize {
        self.at.len() * (24 + size_of::<Gauges>()) + self.counters.len() * 8 + self.gone.len() * 16
    }

    /// Steps of work that one counter of these rows takes: every row is read where some counter fell.
    pub fn steps(&self, found: Found) -> usize {
        if self.resets { (found.last - found.first) / 16 } else { 0 }
    }

    /// Notes that the series went away at `at`, to be seen from `visible` on.
    pub fn gone(&mut self, at: Time, visible: Time) {
        self.gone.push((at, visible));
    }

    /// The rows in a window that can be seen; `None` when there are none.
    pub fn find(&self, look: Look) -> Option<Found> {
        let from = self.at.partition_point(|at| *at + look.over <= look.end);
        let until = self.at.partition_point(|at| *at <= look.end);
        // Up to here all can be seen; beyond, a later scrape may be seen before an earlier one.
        let settled = self.settled.partition_point(|by| *by <= look.now).clamp(from, until.max(from));
        let seen = |index: &usize| self.visible[*index] <= look.now;
        let first = (from..until).find(seen)?;
        let last = (from..until).rfind(seen)?;
        let rows = settled - from + (settled..until).filter(seen).count();
        Some(Found { first, last, rows })
    }

    /// What the rows found, seen by `now`, say of one counter.
    pub fn stretch(&self, found: Found, column: usize, now: Time) -> Stretch {
        let carried = if self.resets { self.carried(found, column, now) } else { 0 };
        Stretch {
            from: self.at[found.first],
            first: self.counter(found.first, column),
            until: self.at[found.last],
            last: self.counter(found.last, column) + carried,
            samples: found.rows,
        }
    }

    fn counter(&self, row: usize, column: usize) -> u64 {
        self.counters[row * (self.counters.len() / self.at.len()) + column]
    }

    /// What a counter had reached at each of its resets among the rows found (Prometheus adds it back).
    fn carried(&self, found: Found, column: usize, now: Time) -> u64 {
        let (mut before, mut carried) = (0, 0);
        for row in (found.first..=found.last).filter(|row| self.visible[*row] <= now) {
            let count = self.counter(row, column);
            if count < before {
                carried += before;
            }
            before = count;
        }
        carried
    }

    /// One counter's samples until `now` and its staleness markers, in order of time.
    pub fn samples(&self, column: usize, now: Time) -> Vec<Sample> {
        let rows = (0..self.at.len()).filter(|row| self.visible[*row] <= now);
        let mut samples: Vec<Sample> =
            rows.map(|row| (self.at[row], Some(self.counter(row, column)))).collect();
        samples.extend(self.gone.iter().filter(|(_, visible)| *visible <= now).map(|(at, _)| (*at, None)));
        samples.sort_by_key(|(at, _)| *at);
        samples
    }

    /// The last gauges that can be seen, if they are within the window and the series has not gone away since.
    pub fn latest(&self, look: Look) -> Option<Gauges> {
        let found = self.find(look)?;
        let seen = |(at, visible): &&(Time, Time)| *at <= look.end && *visible <= look.now;
        let gone = self.gone.iter().rev().find(seen).is_some_and(|(at, _)| *at > self.at[found.last]);
        if gone { None } else { Some(self.gauges[found.last]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    fn look(end: u64, over: u64) -> Look {
        Look { end: at(end), over: Span::from_secs(over), now: at(end) }
    }

    fn rows(times: &[(u64, u64)]) -> Rows {
        let mut rows = Rows::default();
        for (index, (scraped, visible)) in times.iter().enumerate() {
            let row = Row { requests: index as u64 * 10, queue: index as u32, ..Row::default() };
            rows.push(at(*scraped), at(*visible), &row);
        }
        rows
    }

    #[test]
    fn a_window_is_open_at_its_start_and_closed_at_its_end() {
        let rows = rows(&[(0, 0), (15, 15), (30, 30), (45, 45), (60, 60)]);
        assert_eq!(rows.find(look(60, 60)), Some(Found { first: 1, last: 4, rows: 4 }));
        assert_eq!(rows.find(look(44, 60)), Some(Found { first: 0, last: 2, rows: 3 }));
        assert_eq!(rows.find(look(200, 60)), None);
    }

    #[test]
    fn a_row_counts_from_when_it_can_be_seen() {
        let rows = rows(&[(0, 2), (15, 40), (30, 33), (45, 47)]);
        assert_eq!(rows.find(look(1, 60)), None);
        // At 33 the row of 30 overtakes that of 15.
        assert_eq!(rows.find(look(33, 60)), Some(Found { first: 0, last: 2, rows: 2 }));
        assert_eq!(rows.find(look(40, 60)), Some(Found { first: 0, last: 2, rows: 3 }));
        assert_eq!(rows.find(look(46, 32)), Some(Found { first: 1, last: 2, rows: 2 }));
    }

    #[test]
    fn looking_back_shows_what_was_learned_since() {
        let rows = rows(&[(0, 2), (15, 40), (30, 33)]);
        let back = Look { end: at(20), over: Span::from_secs(60), now: at(50) };
        assert_eq!(rows.find(back), Some(Found { first: 0, last: 1, rows: 2 }));
    }

    #[test]
    fn a_row_out_of_order_is_refused() {
        let rows = rows(&[(0, 0), (30, 30), (15, 31), (30, 32)]);
        assert_eq!(rows.find(look(60, 100)), Some(Found { first: 0, last: 1, rows: 2 }));
    }

    #[test]
    fn a_gauge_lasts_until_it_is_stale_or_its_series_goes() {
        let mut rows = rows(&[(0, 0), (15, 15)]);
        assert_eq!(rows.latest(look(314, 300)).map(|gauges| gauges.queue), Some(1));
        assert!(rows.latest(look(315, 300)).is_none());
        rows.gone(at(30), at(30));
        assert!(rows.latest(look(29, 300)).is_some());
        assert!(rows.latest(look(30, 300)).is_none());
        rows.push(at(45), at(45), &Row::default());
        assert!(rows.latest(look(45, 300)).is_some());
    }
}
