//! The debrief of a run, as far as it is computed, and the commands of its screen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::app::model::findings::{Brief, Findings};
use crate::exercise::format::decimal;
use crate::exercise::{Spot, Verdict};

/// The commands of the debrief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebriefCommand {
    /// Write this page, the debrief as HTML, into a file of its own.
    Export(String),
    /// Save a picture of the window.
    Picture,
    /// Save the session as a file, which can be replayed and graded on the command line.
    SaveSession,
    /// Open the dialog in which the session is handed in.
    HandIn,
    /// The same exercise again.
    TryAgain,
    /// The exercise after this one.
    NextExercise,
    /// Back to the course, when all of it is passed.
    Course,
}

/// A result that is `None` until it is computed.
pub type Awaited<T> = Option<Result<T, String>>;

/// A debrief, as far as it is computed.
pub struct Debrief {
    /// What it is about.
    pub brief: Brief,
    /// Which of the run's debriefs it is: what comes in of an earlier one is not wanted.
    pub(in crate::app) serial: u64,
    /// How many of the runs that a grade takes are done.
    pub(in crate::app) done: Arc<AtomicU64>,
    /// How many a grade takes.
    pub runs: u64,
    /// The grade.
    pub verdict: Awaited<Box<Verdict>>,
    /// The run, and others in the same world.
    pub findings: Awaited<Box<Findings>>,
    /// Safety against speed.
    pub spots: Awaited<Vec<Spot>>,
}

/// A computed part of a debrief.
#[derive(Debug)]
pub enum Part {
    /// The grade.
    Verdict(Result<Box<Verdict>, String>),
    /// The run and others.
    Findings(Result<Box<Findings>, String>),
    /// Safety against speed.
    Spots(Result<Vec<Spot>, String>),
}

impl Debrief {
    /// How much of the grading is done, 0 to 1.
    pub fn share_done(&self) -> f32 {
        if self.runs == 0 { 1.0 } else { self.done.load(Ordering::Relaxed) as f32 / self.runs as f32 }
    }
}

/// A score, as it is written.
pub fn shown(points: f64) -> String {
    decimal(points, 1)
}
