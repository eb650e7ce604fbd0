//! What the plan that is being written comes to: in the world of the open run at once, and over all cases once the learner rests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::app::model::case_order::harmed;
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::exercise::{Playback, RunResult, Verdict};
use crate::scenario::Scenario;
use crate::sim::{Case, Record, TruthPoint};

/// How long a plan rests before all cases are tried with it.
pub const RESTS: Duration = Duration::from_millis(600);

/// How many events are handled between two looks at a run that is tried: some 20 milliseconds' worth on an idle machine, so that a
/// machine with ten times as much to do still shows the first look within 300.
pub const LOOK_EVERY: u64 = 100_000;

/// The time between two values of the users harmed: that between two points of a record.
const STRIDE: Span = Span::from_secs(10);

/// About how many values a curve has up to the end of its scenario.
const CURVE: u64 = 60;

/// What a plan comes to in the world of the open run, with nothing done by hand, as far as it was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    /// Its result.
    pub run: RunResult,
    /// How far it was tried; none when it was to its end.
    pub until: Option<Time>,
    /// Events that were handled for it: the work that it took.
    pub events: u64,
    /// Users harmed by the end of each ten seconds.
    harmed: Vec<u64>,
    /// Its curves.
    pub curves: Curves,
}

/// The course of a run: shares, 0 to 1, over equal parts of its time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// How long a part is.
    pub part: Span,
    /// Share of the users' requests that failed.
    pub failed: Vec<f32>,
    /// Share of the users' tries that the candidate worked on.
    pub candidate: Vec<f32>,
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
    /// What tells the plan that is being tried in this world that a newer one waits; none while no plan is tried. While a knob moves,
    /// one plan is tried after the other, each until its first look at the least.
    pub(in crate::app) trying: Option<Arc<AtomicBool>>,
    /// Whether all cases are still to be tried with it.
    pub(in crate::app) wants_band: bool,
    /// The number of the question that was asked last: what comes in of an earlier one is not wanted, and not worked out.
    pub(in crate::app) latest: Arc<AtomicU64>,
}

impl Glance {
    /// Tries `plan` in a world, and shows what it has come to after every [`LOOK_EVERY`] events, until `show` says that it is enough.
    /// Returns the last of it; `None` where the plan cannot be simulated, or costs too much.
    pub fn of(
        (scenario, case, seed): (&Scenario, &Case, u64),
        plan: &Plan,
        show: &mut dyn FnMut(Self) -> bool,
    ) -> Option<Self> {
        let mut playback = Playback::new(scenario, case, plan, &[], seed).ok()?;
        let (mut harmed, mut looked) = (Vec::new(), 0);
        while !playback.is_over() {
            playback.go_on(STRIDE);
            let simulation = playback.simulation();
            harmed.push(simulation.users_harmed());
            if simulation.events() >= looked + LOOK_EVERY && !playback.is_over() {
                looked = simulation.events();
                let glance = Self::so_far(&playback, scenario, &harmed)?;
                if !show(glance.clone()) {
                    return Some(glance);
                }
            }
        }
        Self::so_far(&playback, scenario, &harmed)
    }

    fn so_far(playback: &Playback, scenario: &Scenario, harmed: &[u64]) -> Option<Self> {
        let record = playback.record().within_budget().ok()?;
        Some(Self {
            run: RunResult::of(&record, scenario),
            until: (!playback.is_over()).then(|| playback.now()),
            events: record.events,
            harmed: harmed.to_vec(),
            curves: Curves::of(&record, playback.simulation().horizon()),
        })
    }

    /// Users harmed by a time; by its end where it was over before.
    pub fn harmed_by(&self, time: Time) -> u64 {
        // The first value stands for the end of the first ten seconds.
        let place = (time.0 / STRIDE.0).checked_sub(1).and_then(|place| usize::try_from(place).ok());
        let by_then = place.map(|place| self.harmed.get(place).copied());
        by_then.map_or(0, |known| known.unwrap_or(self.run.users_harmed))
    }
}

impl Curves {
    /// The curves of a run in a scenario that ends at `horizon`.
    fn of(record: &Record, horizon: Time) -> Self {
        let parts = (horizon.0 / STRIDE.0).div_ceil(CURVE).max(1);
        let points = record.truth.points.chunks(parts as usize);
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        let shares = points.map(|points| {
            let sum = |of: &dyn Fn(&TruthPoint) -> u32| points.iter().map(of).sum::<u32>();
            let failed = share(sum(&|point| point.failed), sum(&|point| point.ended));
            (failed, share(sum(&|point| point.tries_of_candidate), sum(&|point| point.tries)))
        });
        let (failed, candidate) = shares.unzip();
        Self { part: Span(parts * STRIDE.0), failed, candidate }
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
