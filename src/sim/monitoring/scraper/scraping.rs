//! A scrape reads the counters, and hides what a fault or a defect hides.

use crate::engine::{Span, Time};
use crate::scenario::MetricsTrouble;
use crate::sim::event::{Event, POINT_EVERY, class};
use crate::sim::simulation::Simulation;
use crate::telemetry::{Row, SeriesId};

impl Simulation {
    /// Books the first scrape, evaluation, truth point and decision.
    pub(in crate::sim) fn book_monitoring(&mut self, early: bool) {
        let monitoring = &self.world.scenario.monitoring;
        let (scrape, evaluation) = (monitoring.scrape, monitoring.evaluation);
        self.agenda.book(Time::ZERO + scrape, class::WATCH, Event::Scrape);
        self.agenda.book(Time::ZERO + POINT_EVERY, class::WATCH, Event::Point);
        if !self.pager.alerts.rules().is_empty() {
            self.agenda.book(Time::ZERO + evaluation, class::WATCH, Event::Evaluate);
        }
        if !self.controllers.is_empty() {
            let first = if early { Time::ZERO } else { self.world.release_at };
            self.agenda.book(first, class::DECIDE, Event::Decide);
        }
    }

    /// The monitoring scrapes everything.
    pub(in crate::sim) fn scrape(&mut self) {
        let every = self.world.scenario.monitoring.scrape;
        self.agenda.book(self.now + every, class::WATCH, Event::Scrape);
        if self.faults.metrics_lost() {
            return;
        }
        self.meter.charge(self.steps_of_a_scrape());
        let mut rows: Vec<Row> =
            (0..self.recorder.series_counts.len()).map(|series| self.counters(series)).collect();
        self.gauges(&mut rows);
        if !self.world.counting.parts.is_empty() {
            self.gauges_of_parts(&mut rows);
        }
        self.add_fluid_gauges(&mut rows);
        let hidden = self.hide_candidate(&mut rows);
        let late = match self.faults.metrics_trouble {
            Some(MetricsTrouble::Late(by)) => by,
            Some(MetricsTrouble::Lost | MetricsTrouble::Unlabelled) | None => Span::ZERO,
        };
        for (series, row) in rows.into_iter().enumerate() {
            let lost = hidden != usize::MAX && self.is_part_of_candidate(series);
            if series == hidden || lost {
                continue;
            }
            let lag = self.lag_of_series(series);
            self.scraper.store.push(SeriesId(series as u32), self.now, self.now + lag + late, row);
        }
        if self.world.counting.by_instance {
            self.scrape_instances(late);
        }
        if self.world.counting.users {
            let lag =
                self.lag_of_series(usize::from(self.scraper.first_series[usize::from(self.world.target)]));
            let seen =
                self.scraped_exposures(self.now + lag + late, hidden != usize::MAX, self.is_unlabelled());
            self.scraper.store.push_exposures(seen);
        }
    }

    /// What a scrape costs: the gauges of every instance, and a counter of each bucket of each series.
    fn steps_of_a_scrape(&self) -> u64 {
        let counters = self.world.scenario.monitoring.buckets.len() + self.world.counting.counters.len() + 4;
        let series = self.recorder.series_counts.len();
        let instances = self.cluster.instances.len();
        let own = if self.world.counting.by_instance { instances * counters / 4 } else { instances / 16 };
        (series * counters / 2 + own) as u64
    }

    /// How late the scrape of this moment is seen in a series.
    fn lag_of_series(&self, series: usize) -> Span {
        self.world.counting.scrape_lag.at(self.scraper.lags[series].bits(self.now.0))
    }

    fn counters(&self, series: usize) -> Row {
        let counts = &self.recorder.series_counts[series];
        let count = counts.latency.count() as f64;
        let fractions = counts.latency.fractions_at_most(&self.world.scenario.monitoring.buckets);
        let within = fractions.iter().map(|fraction| (fraction * count + 0.5) as u64).collect::<Vec<_>>();
        // Where a bound falls within a bucket of the tally, its count is a guess that more answers may lower; a counter
        // never falls.
        let within = match self.scraper.counted.get(series) {
            Some(before) => within.iter().zip(&before.within).map(|(now, before)| *now.max(before)).collect(),
            None => within,
        };
        Row {
            requests: counts.latency.count(),
            errors: counts.errors,
            within,
            business: counts.business.clone(),
            ..Row::default()
        }
    }

    fn gauges(&self, rows: &mut [Row]) {
        for (index, instance) in self.cluster.instances.iter().enumerate() {
            if let Some(row) = rows.get_mut(usize::from(instance.series)) {
                self.gauges_of(index, row);
            }
        }
        for (service, first) in self.scraper.first_series.iter().enumerate() {
            for pool in 0..3 {
                if let Some(row) = rows.get_mut(usize::from(*first) + pool)
                    && (pool == 0 || service == usize::from(self.world.target))
                {
                    row.restarts = u64::from(self.cluster.restarts[service][pool]);
                }
            }
        }
    }

    /// Hides the candidate's metrics, or adds them to the baseline's, where a defect or a fault does so. The answer is the
    /// series that must not be pushed.
    ///
    /// What the candidate counts while its label is lost stays with the baseline for ever, and nothing else does: so counters
    /// never jump and never fall.
    fn hide_candidate(&mut self, rows: &mut [Row]) -> usize {
        let first = usize::from(self.scraper.first_series[usize::from(self.world.target)]);
        let unlabelled = self.is_unlabelled();
        let hides = self.defects_of_candidate().hides_metrics;
        let (candidate, nothing) = (rows[first + 1].clone(), self.counters_of_nothing());
        if unlabelled {
            let before = self.scraper.counted.get(first + 1).unwrap_or(&nothing);
            let growth = count(&candidate, before, |now, before| now - before);
            self.scraper.misplaced =
                count(self.scraper.misplaced.as_ref().unwrap_or(&nothing), &growth, |all, more| all + more)
                    .into();
        }
        self.scraper.counted = rows.to_vec();
        if let Some(misplaced) = &self.scraper.misplaced {
            rows[first] = count(&rows[first], misplaced, |own, more| own + more);
            rows[first + 1] = count(&rows[first + 1], misplaced, |own, less| own - less);
        }
        if unlabelled {
            add_gauges(&mut rows[first], &candidate);
        }
        if unlabelled || hides { first + 1 } else { usize::MAX }
    }

    /// Whether the candidate's metrics have lost its label.
    fn is_unlabelled(&self) -> bool {
        self.faults.metrics_trouble == Some(MetricsTrouble::Unlabelled)
            || self.defects_of_candidate().mislabels_metrics
    }

    /// A row in which nothing was counted yet.
    pub(in crate::sim) fn counters_of_nothing(&self) -> Row {
        Row {
            within: vec![0; self.world.scenario.monitoring.buckets.len()],
            business: vec![0; self.world.counting.counters.len()],
            ..Row::default()
        }
    }

    /// Closes ten seconds of truth.
    pub(in crate::sim) fn point(&mut self) {
        self.agenda.book(self.now + POINT_EVERY, class::WATCH, Event::Point);
        self.note_instance_defects();
        self.recorder.close_point(self.now, self.now > self.world.release_at);
    }
}

/// The row `row` with each of its counters combined with the other's.
fn count(row: &Row, other: &Row, combine: impl Fn(u64, u64) -> u64) -> Row {
    let all = |own: &[u64], others: &[u64]| own.iter().zip(others).map(|(a, b)| combine(*a, *b)).collect();
    Row {
        requests: combine(row.requests, other.requests),
        errors: combine(row.errors, other.errors),
        within: all(&row.within, &other.within),
        business: all(&row.business, &other.business),
        restarts: combine(row.restarts, other.restarts),
        ..row.clone()
    }
}

/// Adds the gauges of one row to another.
fn add_gauges(to: &mut Row, from: &Row) {
    to.busy += from.busy;
    to.workers += from.workers;
    to.queue += from.queue;
    to.ready += from.ready;
    to.memory = to.memory.max(from.memory);
}
