//! The judge lab in the window: what the judges are shown, how far they are, and the result.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::engine::{Share, Span};
use crate::exercise::judges::{Bench, Judged};
use crate::exercise::power::Regression;

/// In how many worlds.
pub const WORLDS: usize = 200;

/// The commands of the judge lab.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum JudgingCommand {
    /// How many percent of requests fail in addition.
    Errors(f64),
    /// The weight in percent.
    Weight(f64),
    /// For how many minutes it is watched.
    Minutes(f64),
    /// Let them judge.
    Begin,
    /// Stop them.
    Cancel,
}

/// How far the judges are.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    done: Arc<AtomicUsize>,
    cancelled: Arc<AtomicBool>,
}

impl Progress {
    /// Notes that a run has ended.
    pub fn tick(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Runs that have ended.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// Asks for no more runs.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether no more runs are wanted.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// What the judge lab shows.
#[derive(Debug)]
pub struct Judging {
    /// Percent of requests that fail in addition.
    pub errors: f64,
    /// The weight in percent.
    pub weight: f64,
    /// Minutes of watching.
    pub minutes: f64,
    /// In how many worlds.
    pub worlds: usize,
    /// Which judging is awaited.
    pub(in crate::app) serial: u64,
    /// How far it is; none when none is under way.
    pub progress: Option<Progress>,
    /// Its result, with the title of the scenario.
    pub result: Option<(String, Result<Box<Judged>, String>)>,
}

impl Default for Judging {
    fn default() -> Self {
        Self {
            errors: 2.0,
            weight: 10.0,
            minutes: 15.0,
            worlds: WORLDS,
            serial: 0,
            progress: None,
            result: None,
        }
    }
}

impl Judging {
    /// What the judges are to be shown, in the world of `seed` first.
    pub fn bench(&self, seed: u64) -> Bench {
        Bench {
            weight: Share::percent(self.weight),
            hold: Span::from_secs_f64(60.0 * self.minutes),
            regression: Regression::Errors(Share::percent(self.errors)),
            runs: self.worlds,
            seed,
        }
    }
}
