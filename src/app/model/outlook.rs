//! What the plan that is being written comes to: in the world of the open run at once, and over all cases once the learner rests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::app::model::case_order::harmed;
use crate::control::Plan;
use crate::exercise::{RunResult, Verdict};
use crate::scenario::Scenario;
use crate::sim::Record;

/// How long a plan rests before all cases are tried with it.
pub const RESTS: Duration = Duration::from_millis(600);

/// How many values the curve of a glance has.
const CURVE: usize = 60;

/// What a plan comes to in the world of the open run, with nothing done by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    /// Its result.
    pub run: RunResult,
    /// Share of the users' requests that failed, over the time of the run, in equal parts.
    pub curve: Vec<f32>,
}

/// What a plan comes to over all cases, in one world of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Points, as far as one world of each case tells.
    pub score: f64,
    /// Points there are.
    pub max_score: f64,
    /// The fewest and the most users harmed in a case.
    pub harmed: [f64; 2],
    /// The case in which they were the most.
    pub worst: String,
}

/// What is known of the plan that is being written.
#[derive(Debug, Default)]
pub struct Outlook {
    /// What the plan of the run comes to.
    pub base: Option<Arc<Glance>>,
    /// What the plan that is written comes to.
    pub now: Option<Arc<Glance>>,
    /// The same over all cases; none until the plan has rested.
    pub band: Option<Band>,
    /// The plan that was asked about last, and when by the lab's clock.
    pub(in crate::app) asked: Option<(Plan, Duration)>,
    /// Whether what it comes to in this world is being worked out: while a knob moves, one plan is tried after the other.
    pub(in crate::app) is_trying: bool,
    /// Whether all cases are still to be tried with it.
    pub(in crate::app) wants_band: bool,
    /// The number of the question that was asked last: what comes in of an earlier one is not wanted, and not worked out.
    pub(in crate::app) latest: Arc<AtomicU64>,
}

impl Glance {
    /// What a run came to.
    pub fn of(record: &Record, scenario: &Scenario) -> Self {
        let points = &record.truth.points;
        let part = |index: usize| {
            let of = |index: usize| index * points.len() / CURVE;
            let here = &points[of(index)..of(index + 1).max(of(index) + 1).min(points.len())];
            let (failed, ended) =
                here.iter().fold((0, 0), |sum, point| (sum.0 + point.failed, sum.1 + point.ended));
            failed as f32 / ended.max(1) as f32
        };
        let curve = if points.is_empty() { Vec::new() } else { (0..CURVE).map(part).collect() };
        Self { run: RunResult::of(record, scenario), curve }
    }
}

impl Band {
    /// What a grade of one world of each case came to.
    pub fn of(verdict: &Verdict) -> Self {
        let by_case = || verdict.cases.iter().map(harmed);
        let most = by_case().fold(0.0, f64::max);
        let worst = verdict.cases.iter().find(|case| harmed(case) >= most);
        Self {
            score: verdict.score,
            max_score: verdict.max_score,
            harmed: [by_case().fold(f64::INFINITY, f64::min), most],
            worst: worst.map(|case| case.name.clone()).unwrap_or_default(),
        }
    }
}

impl Outlook {
    /// Whether anything is still to be worked out.
    pub const fn is_awaited(&self) -> bool {
        self.wants_band
    }

    /// Begins another question, and gives its number.
    pub(in crate::app) fn next(&self) -> u64 {
        self.latest.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether `number` is that of the question that was asked last.
    pub(in crate::app) fn is_latest(&self, number: u64) -> bool {
        self.latest.load(Ordering::Relaxed) == number
    }
}
