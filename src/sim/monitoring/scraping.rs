//! CheckStatus: scrapes, and the controllers' looks at it all.

use crate::engine::{Span, Time};
use crate::scenario::MetricsTrouble;
use crate::sim::Pool;
use crate::sim::compiled_world::EffectPlan;
use crate::sim::event::{DECIDE_EVERY, Event, POINT_EVERY, class};
use crate::sim::observation::{Observation, PoolView, ZoneView};
use crate::sim::simulation::Simulation;
use crate::telemetry::{Row, SeriesId};

impl Simulation {
    /// Books the first scrape, evaluation, truth point and decision.
    pub(in crate::sim) fn book_monitoring(&mut self, early: bool) {
        let monitoring = &self.world.scenario.monitoring;
        let (scrape, evaluation) = (monitoring.scrape, monitoring.evaluation);
        self.agenda.book(Time::ZERO + scrape, class::WATCH, Event::Scrape);
        self.agenda.book(Time::ZERO + POINT_EVERY, class::WATCH, Event::Point);
        if !self.alerts.rules().is_empty() {
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
        if self.metrics_lost() {
            return;
        }
        let mut rows: Vec<Row> =
            (0..self.recorder.series_counts.len()).map(|series| self.counters(series)).collect();
        self.gauges(&mut rows);
        if !self.world.parts.is_empty() {
            self.gauges_of_parts(&mut rows);
        }
        let hidden = self.hide_candidate(&mut rows);
        let number = self.scrapes;
        self.scrapes += 1;
        let late = match self.metrics_trouble {
            Some(MetricsTrouble::Late(by)) => by,
            _ => Span::ZERO,
        };
        for (series, row) in rows.into_iter().enumerate() {
            let lost = hidden != usize::MAX && self.is_part_of_candidate(series);
            if series == hidden || lost {
                continue;
            }
            let lag = self.world.scrape_lag.at(self.scrape_draws.bits(number * 256 + series as u64));
            self.metrics.push(SeriesId(series as u32), self.now, self.now + lag + late, row);
        }
        if self.world.counts_by_instance {
            self.scrape_instances(number, late);
        }
        if self.world.counts_users {
            let target = u64::from(self.first_series[usize::from(self.world.target)]);
            let lag = self.world.scrape_lag.at(self.scrape_draws.bits(number * 256 + target));
            let seen =
                self.scraped_exposures(self.now + lag + late, hidden != usize::MAX, self.is_unlabelled());
            self.metrics.push_exposures(seen);
        }
    }

    fn counters(&self, series: usize) -> Row {
        let counts = &self.recorder.series_counts[series];
        let bounds = &self.world.scenario.monitoring.buckets;
        let within = bounds
            .iter()
            .map(|bound| {
                (counts.latency.fraction_at_most(*bound) * counts.latency.count() as f64 + 0.5) as u64
            })
            .collect::<Vec<_>>();
        // Where a bound falls within a bucket of the tally, its count is a guess that more answers may lower; a counter
        // never falls.
        let within = match self.counted.get(series) {
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
        for (index, instance) in self.fleet.iter().enumerate() {
            if let Some(row) = rows.get_mut(usize::from(instance.series)) {
                self.gauges_of(index, row);
            }
        }
        for (service, first) in self.first_series.iter().enumerate() {
            for pool in 0..3 {
                if let Some(row) = rows.get_mut(usize::from(*first) + pool)
                    && (pool == 0 || service == usize::from(self.world.target))
                {
                    row.restarts = u64::from(self.restarts[service][pool]);
                }
            }
        }
    }

    /// What the candidate's own defects, or a fault, do to its metrics: hidden, or added to the baseline's. Answers
    /// with the series that is not to be pushed.
    ///
    /// What the candidate counts while its label is lost, and no more, is the baseline's for ever: counters never jump
    /// and never fall.
    fn hide_candidate(&mut self, rows: &mut [Row]) -> usize {
        let first = usize::from(self.first_series[usize::from(self.world.target)]);
        let defects = &self.world.releases[1].of_instances;
        let unlabelled = self.is_unlabelled();
        let hides = defects.iter().any(|defect| matches!(defect.then, EffectPlan::HideMetrics));
        let (candidate, nothing) = (rows[first + 1].clone(), self.counters_of_nothing());
        if unlabelled {
            let before = self.counted.get(first + 1).unwrap_or(&nothing);
            let growth = count(&candidate, before, |now, before| now - before);
            self.misplaced =
                count(self.misplaced.as_ref().unwrap_or(&nothing), &growth, |all, more| all + more).into();
        }
        self.counted = rows.to_vec();
        if let Some(misplaced) = &self.misplaced {
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
        let defects = &self.world.releases[1].of_instances;
        self.metrics_trouble == Some(MetricsTrouble::Unlabelled)
            || defects.iter().any(|defect| matches!(defect.then, EffectPlan::MislabelMetrics))
    }

    /// A row in which nothing was counted yet.
    pub(in crate::sim) fn counters_of_nothing(&self) -> Row {
        Row {
            within: vec![0; self.world.scenario.monitoring.buckets.len()],
            business: vec![0; self.world.counters.len()],
            ..Row::default()
        }
    }

    /// Closes ten seconds of truth.
    pub(in crate::sim) fn point(&mut self) {
        self.agenda.book(self.now + POINT_EVERY, class::WATCH, Event::Point);
        self.recorder.close_point(self.now, self.now > self.world.release_at);
    }

    /// The controllers look, and what they ask for is taken in.
    pub(in crate::sim) fn decide(&mut self) {
        self.agenda.book(self.now + DECIDE_EVERY, class::DECIDE, Event::Decide);
        let pools = Pool::ALL.map(|pool| self.view_of(pool));
        let commands = std::mem::take(&mut self.commands);
        let tests = std::mem::take(&mut self.test_reports);
        let acknowledged = std::mem::take(&mut self.acknowledged);
        let no_way_back = self.no_way_back.clone();
        let mut asks = Vec::new();
        let seen = Observation {
            now: self.now,
            release_at: self.world.release_at,
            replicas: self.replicas,
            weights: self.weights,
            no_way_back: no_way_back.as_deref(),
            zones: &self.world.scenario.zones,
            pools: &pools,
            routed: self.is_routed(),
            disconnected: &self.flagging.deaf,
            metrics: &self.metrics,
            alerts: &self.alerts,
            commands: &commands,
            tests: &tests,
            acknowledged: &acknowledged,
        };
        for controller in &mut self.controllers {
            controller.decide(&seen, &mut asks);
        }
        for ask in asks {
            self.ask(ask);
        }
    }

    /// A pool of the target as the control plane reports it.
    pub(in crate::sim) fn view_of(&self, pool: Pool) -> PoolView {
        let target = usize::from(self.world.target);
        let mut view = PoolView {
            desired: self.desired[pool.index()],
            restarts: self.restarts[target][pool.index()],
            zones: vec![ZoneView::default(); self.world.scenario.zones.len().max(1)],
            ..PoolView::default()
        };
        for (body, instance) in self.bodies.iter().zip(&self.fleet) {
            if usize::from(instance.service) != target || body.pool != pool {
                continue;
            }
            view.existing += u32::from(body.stays());
            view.terminating += u32::from(body.goes());
            view.ready_since.extend(body.ready_since);
            let zone = &mut view.zones[usize::from(body.zone)];
            zone.existing += u32::from(body.stays());
            zone.ready_since.extend(body.ready_since);
        }
        view.ready_since.sort();
        for zone in &mut view.zones {
            zone.ready_since.sort();
        }
        view
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
