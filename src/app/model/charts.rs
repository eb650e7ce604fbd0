//! The series of a run's charts: what its monitoring showed at each moment, with its lag and its gaps. They are computed on
//! the player's thread, once for each moment of a future.

#[cfg(test)]
mod tests;
mod thresholds;

use serde::{Deserialize, Serialize};
use strum::VariantArray;
pub use thresholds::{Threshold, chart_of, thresholds};

use crate::engine::{Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Fact, Pool, Record, TruthPoint, What};
use crate::telemetry::{Metric, Query, Store, Subject};

/// What a chart is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, VariantArray)]
pub enum Topic {
    /// Requests per second, by release.
    Requests,
    /// Share of requests that failed, as the monitoring counts them.
    Errors,
    /// Latency at a quantile, in seconds.
    Latency,
    /// How fast the error budget burns: 1 spends it exactly within its window (Google SRE workbook).
    Budget,
    /// Share of requests that the new release answers, with its behaviour on where a flag guards it.
    Exposure,
    /// Requests per second that the ready instances of each version can take, against those that come.
    Capacity,
    /// Busy workers over all.
    Saturation,
    /// Share of users that a flag is on for.
    Flag,
    /// What the target's ready instances cost in an hour.
    Cost,
}

impl Topic {
    /// All topics, in the order in which they are shown.
    pub const ALL: &[Self] = Self::VARIANTS;
}

/// A quantile of latency that is charted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Quantile {
    /// The median.
    P50,
    /// 95 of 100 are quicker.
    P95,
    /// 99 of 100 are quicker.
    #[default]
    P99,
}

impl Quantile {
    /// All that are charted.
    pub const ALL: [Self; 3] = [Self::P50, Self::P95, Self::P99];

    /// As a share, 0 to 1.
    pub const fn share(self) -> f64 {
        match self {
            Self::P50 => 0.5,
            Self::P95 => 0.95,
            Self::P99 => 0.99,
        }
    }

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
        }
    }
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// The running release.
    Stable,
    /// The new release.
    Candidate,
    /// The fresh group of the running release.
    Control,
    /// The target as a whole.
    Whole,
    /// The truth, which the monitoring does not show.
    Truth,
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its chart.
    pub topic: Topic,
    /// Its quantile, where the chart is of latency.
    pub quantile: Option<Quantile>,
    /// The shortcut that has it.
    pub of: Of,
    /// A value for each step from the start; `None` where there was no data.
    pub values: Vec<Option<f64>>,
}

/// All series of a run, as far as it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Charts {
    /// Between two values of a line.
    pub step: Span,
    /// The lines, those of one chart together.
    pub lines: Vec<Line>,
    known: usize,
    /// Requests per second that one ready instance can take.
    able: f64,
    price: f64,
    /// The error budget as a share of requests, of the scenario's first SLO.
    budget: Option<f64>,
    /// The flag that guards the new release, and the share of users that it is on for, as far as was read.
    flag: Option<(String, Option<f64>)>,
    /// Over how much time rates are taken: four scrapes, at least a minute.
    over: Span,
}

/// The least time between two values, in seconds.
const FINEST: u64 = 5;

/// The window over which the burning of the error budget is charted: the short one of a page (Google SRE workbook).
pub const BURN: Span = Span::from_secs(300);

/// About how many values a line has at most.
const MOST: u64 = 720;

impl Charts {
    /// The lines of a world before anything is known, in which `release` goes out.
    pub fn new(scenario: &Scenario, release: &str) -> Self {
        let target = scenario.service(&scenario.target);
        // A worker is held while a call is waited for.
        let held = target.map_or(0.0, |target| {
            let calls = target.calls.iter().filter_map(|call| {
                scenario.service(&call.to).map(|callee| call.share.fraction() * callee.demand.mean())
            });
            target.demand.mean() + calls.sum::<f64>()
        });
        let workers = target.map_or(0.0, |target| f64::from(target.workers));
        let finest = scenario.horizon.as_secs_f64() as u64 / MOST;
        let line = |topic, quantile, of| Line { topic, quantile, of, values: Vec::new() };
        let mut lines = Vec::new();
        for &topic in Topic::ALL {
            let of: &[Of] = match topic {
                Topic::Requests | Topic::Saturation | Topic::Latency => {
                    &[Of::Stable, Of::Control, Of::Candidate]
                }
                Topic::Capacity => &[Of::Stable, Of::Control, Of::Candidate, Of::Whole],
                Topic::Errors => &[Of::Truth, Of::Stable, Of::Control, Of::Candidate],
                Topic::Exposure => &[Of::Truth, Of::Candidate],
                Topic::Budget | Topic::Cost => &[Of::Whole],
                Topic::Flag => &[Of::Candidate],
            };
            if topic == Topic::Latency {
                for quantile in Quantile::ALL {
                    lines.extend(of.iter().map(|of| line(topic, Some(quantile), *of)));
                }
            } else {
                lines.extend(of.iter().map(|of| line(topic, None, *of)));
            }
        }
        Self {
            step: Span::from_secs(finest.div_ceil(FINEST).max(1) * FINEST),
            lines,
            known: 0,
            able: if held > 0.0 { workers / held } else { 0.0 },
            price: scenario.cost.instance_hour,
            budget: scenario.slos.first().map(|slo| 1.0 - slo.objective.fraction()),
            flag: scenario.release(release).and_then(|release| Some((release.flag.clone()?, None))),
            over: (scenario.monitoring.scrape * 4).max(Span::from_secs(60)),
        }
    }

    /// The series of a run that was recorded.
    pub fn of(record: &Record, scenario: &Scenario, release: &str) -> Self {
        let mut charts = Self::new(scenario, release);
        charts.read(record, Time::ZERO);
        charts
    }

    /// Whether there is anything to read on for a run that is at `now`, when what was read before `holds` still holds.
    pub fn is_due(&self, holds: Time, now: Time) -> bool {
        let steps = (now.0 / self.step.0) as usize + 1;
        let kept = holds.0.div_ceil(self.step.0) as usize;
        kept.min(self.known) != steps || self.known != steps
    }

    /// Drops what was read from `holds` on, and reads on to the record's end.
    pub fn read(&mut self, record: &Record, holds: Time) {
        let kept = (holds.0.div_ceil(self.step.0) as usize).min(self.known);
        for line in &mut self.lines {
            line.values.truncate(kept);
        }
        if let Some((name, share)) = &mut self.flag {
            // A flag is at its last setting: what is known of it is read again from the start of what was dropped.
            let until = Time(self.step.0 * (kept as u64).saturating_sub(1));
            let read = record.facts.partition_point(|fact| fact.at <= until);
            *share = record.facts[..read].iter().rev().find_map(|fact| set_to(fact, name));
        }
        let steps = (record.simulated.0 / self.step.0) as usize + 1;
        for index in kept..steps {
            let at = Time(self.step.0 * index as u64);
            self.read_at(record, at);
        }
        self.known = steps.max(kept);
    }

    fn read_at(&mut self, record: &Record, at: Time) {
        let (metrics, step) = (&record.observed.metrics, self.step);
        let truth = truth_at(&record.truth.points, at);
        let (able, price, budget, over) = (self.able, self.price, self.budget, self.over);
        let until = record.facts.partition_point(|fact| fact.at <= at);
        let behind = match &mut self.flag {
            None => 1.0,
            Some((name, share)) => {
                let recent = record.facts[..until].iter().rev().take_while(|fact| fact.at + step > at);
                *share = recent.filter_map(|fact| set_to(fact, name)).next().or(*share);
                share.unwrap_or(0.0)
            }
        };
        // The fleet is what it is, whatever the last scrape found.
        let ready = |of: Of| {
            let pool = match of {
                Of::Stable => Pool::Stable,
                Of::Candidate => Pool::Candidate,
                Of::Control => Pool::Control,
                Of::Whole | Of::Truth => return truth.map(|point| point.ready.iter().sum::<u32>()),
            };
            truth.map(|point| point.ready[pool.index()])
        };
        for line in &mut self.lines {
            let ask = |metric| Query { over, ..Query::new(metric, subject(line.of)) };
            let value = match line.topic {
                Topic::Errors if line.of == Of::Truth => {
                    truth.and_then(|point| ratio(point.failed, point.ended))
                }
                Topic::Exposure if line.of == Of::Truth => {
                    truth.and_then(|point| ratio(point.exposed, point.ended))
                }
                Topic::Requests => metrics.ask(&ask(Metric::RequestRate), at),
                Topic::Errors => metrics.ask(&ask(Metric::ErrorRatio), at),
                Topic::Latency => {
                    let quantile = line.quantile.unwrap_or_default().share();
                    metrics.ask(&ask(Metric::Latency(quantile)), at)
                }
                Topic::Saturation => metrics.ask(&ask(Metric::Saturation), at),
                Topic::Exposure => exposure(metrics, over, at).map(|share| share * behind),
                Topic::Budget => budget.and_then(|budget| burn_rate(metrics, budget, at)),
                Topic::Capacity if line.of == Of::Whole => metrics.ask(&ask(Metric::RequestRate), at),
                Topic::Capacity => ready(line.of).map(|ready| f64::from(ready) * able),
                Topic::Cost => ready(line.of).map(|ready| f64::from(ready) * price),
                Topic::Flag => flag(&record.facts, at, step, line.values.last().copied().flatten()),
            };
            line.values.push(value.filter(|value| value.is_finite()));
        }
    }

    /// Whether a flag guards the release that goes out.
    pub const fn is_behind_flag(&self) -> bool {
        self.flag.is_some()
    }

    /// The last moment up to `now` for which there are values.
    pub fn known(&self, now: Time) -> Time {
        let last = self.known.saturating_sub(1) as u64;
        Time((now.0 / self.step.0).min(last) * self.step.0)
    }

    /// The lines of a chart; of latency, those of one quantile.
    pub fn of_topic(&self, topic: Topic, quantile: Quantile) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.topic == topic && line.quantile.is_none_or(|of| of == quantile))
    }
}

impl Line {
    /// The value at `at`, which is that of the step before it.
    pub fn at(&self, at: Time, step: Span) -> Option<f64> {
        self.values.get((at.0 / step.0.max(1)) as usize).copied().flatten()
    }
}

const fn subject(of: Of) -> Subject {
    match of {
        Of::Stable => Subject::Baseline,
        Of::Candidate => Subject::Candidate,
        Of::Control => Subject::Control,
        Of::Whole | Of::Truth => Subject::Target,
    }
}

fn ratio(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// The last ten seconds of the truth that had passed at `at`.
fn truth_at(points: &[TruthPoint], at: Time) -> Option<TruthPoint> {
    let count = points.partition_point(|point| point.at <= at);
    count.checked_sub(1).map(|last| points[last])
}

/// The candidate's part of all requests that were counted.
fn exposure(metrics: &Store, over: Span, at: Time) -> Option<f64> {
    let rate = |of| metrics.ask(&Query { over, ..Query::new(Metric::RequestRate, of) }, at);
    let (stable, candidate, control) =
        (rate(Subject::Baseline), rate(Subject::Candidate), rate(Subject::Control));
    let all = stable.unwrap_or(0.0) + candidate.unwrap_or(0.0) + control.unwrap_or(0.0);
    (all > 0.0).then(|| candidate.unwrap_or(0.0) / all)
}

/// How fast the error budget burns, by the errors that were counted in [`BURN`]: their ratio over the budget.
fn burn_rate(metrics: &Store, budget: f64, at: Time) -> Option<f64> {
    let seen = metrics.seen_in(&Subject::Target, BURN, at).filter(|seen| seen.requests > 0)?;
    (budget > 0.0).then(|| seen.errors as f64 / seen.requests as f64 / budget)
}

/// To what share of users a fact sets this flag; `None` when it is about something else.
fn set_to(fact: &Fact, flag: &str) -> Option<f64> {
    match &fact.what {
        What::Flagged { name, share } if name == flag => Some(share.fraction()),
        _ => None,
    }
}

/// The share of users that a flag is on for, when it was `before` one step ago.
fn flag(facts: &[Fact], at: Time, step: Span, before: Option<f64>) -> Option<f64> {
    let until = facts.partition_point(|fact| fact.at <= at);
    let changed = facts[..until].iter().rev().take_while(|fact| fact.at + step > at).find_map(|fact| {
        match &fact.what {
            What::Flagged { share, .. } => Some(share.fraction()),
            _ => None,
        }
    });
    changed.or(before)
}
