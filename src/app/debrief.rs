//! The debrief: what came of a run, and what other decisions would have come to. Entering it begins the work; the
//! score is `exercise::grade`'s, as on the command line.

pub mod found;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::jobs::Done;
use super::lab::Lab;
use super::run::{Run, RunCommand};
use super::texts::{t, tf};
use crate::exercise::format::decimal;
use crate::exercise::{Grading, HandIn, Spot, Verdict, grade};
use crate::library::kept;
use crate::scenario::Issue;
use found::{Brief, Found};

/// What can be done in the debrief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebriefCommand {
    /// Write the debrief into a file of its own, to be read anywhere.
    Export,
    /// Save a picture of the window.
    Picture,
    /// Keep the session as a file, which replays, and which the command line grades.
    SaveSession,
    /// The same exercise again.
    TryAgain,
    /// The exercise after this one.
    NextExercise,
}

/// Something that comes in once it is worked out: `None` until then.
pub type Awaited<T> = Option<Result<T, String>>;

/// A debrief, as far as it is worked out.
pub struct Debrief {
    /// What it is about.
    pub brief: Brief,
    /// Which of the run's debriefs it is: what comes in of an earlier one is not wanted.
    serial: u64,
    /// How many of the runs that a grade takes are done.
    done: Arc<AtomicU64>,
    /// How many a grade takes.
    pub runs: u64,
    /// The grade.
    pub verdict: Awaited<Box<Verdict>>,
    /// The run, and others in the same world.
    pub found: Awaited<Box<Found>>,
    /// Safety against speed.
    pub spots: Awaited<Vec<Spot>>,
}

/// A part of a debrief that was worked out.
#[derive(Debug)]
pub enum Part {
    /// The grade.
    Verdict(Result<Box<Verdict>, String>),
    /// The run and others.
    Found(Result<Box<Found>, String>),
    /// Safety against speed.
    Spots(Result<Vec<Spot>, String>),
}

impl Debrief {
    /// How much of the grading is done, 0 to 1.
    pub fn share_done(&self) -> f32 {
        if self.runs == 0 { 1.0 } else { self.done.load(Ordering::Relaxed) as f32 / self.runs as f32 }
    }

    /// The points that count: the score without what the hints cost, never below none.
    pub fn points(&self, run: &Run) -> Option<f64> {
        let verdict = self.verdict.as_ref()?.as_ref().ok()?;
        Some((verdict.score - run.hint_cost()).max(0.0))
    }
}

impl Lab {
    /// Begins the debrief of the run as it stands, unless it is there already.
    pub(super) fn begin_debrief(&mut self) {
        let Some(run) = &mut self.run else { return };
        let brief = Brief::of(run);
        let is_same = |debrief: &Debrief| {
            let claims = |brief: &Brief| (brief.session.plan.clone(), brief.session.actions.clone());
            claims(&debrief.brief) == claims(&brief)
        };
        if run.debrief.as_ref().is_some_and(is_same) {
            return;
        }
        let serial = run.debrief.as_ref().map_or(0, |debrief| debrief.serial + 1);
        let done = Arc::new(AtomicU64::new(0));
        run.debrief = Some(Debrief {
            runs: brief.runs(),
            brief: brief.clone(),
            serial,
            done: Arc::clone(&done),
            verdict: None,
            found: None,
            spots: None,
        });
        let look = brief.clone();
        self.jobs.begin(move || {
            Done::Debrief(serial, Part::Found(look.look().map(Box::new).map_err(|issues| said(&issues))))
        });
        if brief.entry().is_none() {
            return;
        }
        let spots = brief.clone();
        self.jobs.begin(move || Done::Debrief(serial, Part::Verdict(graded(&brief, &done))));
        self.jobs
            .begin(move || Done::Debrief(serial, Part::Spots(spots.spots().map_err(|issues| said(&issues)))));
    }

    /// Takes in a part that was worked out.
    pub(super) fn finish_debrief(&mut self, serial: u64, part: Part) {
        let Some(run) = &mut self.run else { return };
        let Some(debrief) = run.debrief.as_mut().filter(|debrief| debrief.serial == serial) else { return };
        match part {
            Part::Found(found) => debrief.found = Some(found),
            Part::Spots(spots) => debrief.spots = Some(spots),
            Part::Verdict(verdict) => {
                debrief.verdict = Some(verdict);
                self.keep_score();
            }
        }
    }

    /// Notes the grade; the points count when they are the learner's own.
    fn keep_score(&mut self) {
        let Some(run) = &self.run else { return };
        let Some(debrief) = &run.debrief else { return };
        let Some(Ok(verdict)) = &debrief.verdict else { return };
        let counts = debrief.points(run).filter(|_| !run.notes.is_assisted);
        let verdict = verdict.clone();
        self.note_verdict(&verdict, counts);
    }

    /// Does what is asked in the debrief.
    pub(super) fn apply_debrief(&mut self, command: DebriefCommand) {
        let Some(run) = &self.run else { return };
        match command {
            DebriefCommand::TryAgain => self.apply(super::Command::Run(RunCommand::Restart)),
            DebriefCommand::Picture => self.apply(super::Command::SavePicture),
            DebriefCommand::NextExercise => {
                let id = run.entry().map(|entry| entry.id.clone());
                let place = self.catalog.exercises.iter().position(|entry| Some(&entry.id) == id.as_ref());
                let next = place.and_then(|place| self.catalog.exercises.get(place + 1));
                if let Some(next) = next.map(|entry| entry.id.clone()) {
                    self.apply(super::Command::OpenExercise(next));
                }
            }
            DebriefCommand::SaveSession => {
                let mut session = run.session();
                if let Some(Ok(found)) = run.debrief.as_ref().and_then(|debrief| debrief.found.as_ref()) {
                    session.digest = found.rows.first().map(|row| row.run.digest.clone());
                }
                let name = format!("{}-{}.ron", name_of(run), run.seed);
                self.keep_in("sessions", &name, |folder| kept::save(folder, &name, &session));
            }
            DebriefCommand::Export => {
                let Some(debrief) = &run.debrief else { return };
                let page = super::panels::debrief::export::page(run, debrief);
                let name = format!("{}-{}.html", name_of(run), run.seed);
                self.keep_in("reports", &name, |folder| kept::save_text(folder, &name, &page));
            }
        }
    }

    /// Keeps something in a folder of the data folder, and says where.
    fn keep_in(
        &mut self,
        folder: &str,
        name: &str,
        keep: impl FnOnce(&std::path::Path) -> Result<(), crate::library::Problem>,
    ) {
        let Some(folder) = self.start.data.as_ref().map(|data| data.join(folder)) else {
            self.trouble(t("debrief.no_folder"));
            return;
        };
        match keep(&folder) {
            Ok(()) => self.tell(tf("debrief.saved", &[&folder.join(name).display()])),
            Err(problem) => self.trouble(problem.rendered()),
        }
    }
}

/// What a run is of, as a part of a file's name.
fn name_of(run: &Run) -> &str {
    match &run.subject {
        super::run::Subject::Exercise(entry) => &entry.id,
        super::run::Subject::World(world) => &world.id,
    }
}

fn graded(brief: &Brief, done: &AtomicU64) -> Result<Box<Verdict>, String> {
    let Some(entry) = brief.entry() else { return Err(t("debrief.no_grade").to_owned()) };
    let on_run = || {
        done.fetch_add(1, Ordering::Relaxed);
    };
    let how = Grading { on_run: Some(&on_run), ..Grading::default() };
    let name = t("debrief.hand_in");
    let hand_in = HandIn::of_session(name, brief.session.clone());
    let verdict = grade(&entry.exercise, &entry.scenario, &entry.starter, &hand_in, &how);
    verdict.map(Box::new).map_err(|issues| said(&issues))
}

/// Issues in sentences, a line each.
fn said(issues: &[Issue]) -> String {
    let lines: Vec<String> =
        issues.iter().map(|issue| format!("{}: {}", issue.path, issue.message)).collect();
    lines.join("\n")
}

/// A score as it is shown.
pub fn shown(points: f64) -> String {
    decimal(points, 1)
}
