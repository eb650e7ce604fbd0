//! The commands of the debrief. Entering it starts the jobs in the background; the score is `exercise::grade`'s, as on the
//! command line.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::app::model::Lab;
use crate::app::model::debrief::{Debrief, DebriefCommand, Part};
use crate::app::model::findings::Brief;
use crate::app::model::jobs::Done;
use crate::app::model::run::{Run, RunCommand};
use crate::app::model::told::{issues_told, told};
use crate::app::texts::{t, tf};
use crate::exercise::{Grading, HandIn, Verdict, grade};
use crate::library::{kept, write_ron};

impl Lab {
    /// Begins the debrief of the run as it stands, unless it is there already.
    pub(in crate::app) fn begin_debrief(&mut self) {
        let Some(run) = &mut self.run else { return };
        let brief = run.brief();
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
            findings: None,
            spots: None,
        });
        let look = brief.clone();
        self.jobs.begin(move || {
            Done::Debrief(
                serial,
                Part::Findings(look.look().map(Box::new).map_err(|issues| issues_told(&issues))),
            )
        });
        if brief.entry().is_none() {
            return;
        }
        let spots = brief.clone();
        self.jobs.begin(move || Done::Debrief(serial, Part::Verdict(graded(&brief, &done))));
        self.jobs.begin(move || {
            Done::Debrief(serial, Part::Spots(spots.spots().map_err(|issues| issues_told(&issues))))
        });
    }

    /// Takes in a part that was worked out.
    pub(in crate::app) fn finish_debrief(&mut self, serial: u64, part: Part) {
        let Some(run) = &mut self.run else { return };
        let Some(debrief) = run.debrief.as_mut().filter(|debrief| debrief.serial == serial) else { return };
        match part {
            Part::Findings(found) => debrief.findings = Some(found),
            Part::Spots(spots) => debrief.spots = Some(spots),
            Part::Verdict(verdict) => {
                debrief.verdict = Some(verdict);
                self.keep_score();
            }
        }
    }

    /// Notes the grade; the points count when they are the learner's own, and not those of the model solution.
    fn keep_score(&mut self) {
        let Some(run) = &self.run else { return };
        let Some(debrief) = &run.debrief else { return };
        let Some(Ok(verdict)) = &debrief.verdict else { return };
        let solution = run.entry().and_then(|entry| entry.solution.as_ref());
        let hand_in = HandIn { actions: run.session().actions, ..HandIn::of_plan("", run.plan.clone()) };
        let is_solution = solution.is_some_and(|(_, plan)| hand_in.is_plan(plan));
        let counts = run.points().filter(|_| !run.notes.is_assisted && !is_solution);
        let verdict = verdict.clone();
        self.note_verdict(&verdict, counts);
    }

    /// Applies a command of the debrief.
    pub(in crate::app) fn apply_debrief(&mut self, command: DebriefCommand) {
        let Some(run) = &self.run else { return };
        match command {
            DebriefCommand::TryAgain => self.apply(crate::app::model::LabCommand::Run(RunCommand::Restart)),
            DebriefCommand::HandIn => {
                self.apply(crate::app::model::LabCommand::Show(crate::app::model::screen::Overlay::HandIn));
            }
            DebriefCommand::Picture => self.apply(crate::app::model::LabCommand::SavePicture),
            DebriefCommand::NextExercise => {
                let next = run.entry().and_then(|entry| self.learner.after(&self.catalog, &entry.id));
                if let Some(next) = next.map(|entry| entry.id.clone()) {
                    self.apply(crate::app::model::LabCommand::OpenExercise(next));
                }
            }
            DebriefCommand::Course => {
                self.apply(crate::app::model::LabCommand::Go(crate::app::model::screen::Screen::Course));
            }
            DebriefCommand::SaveSession => {
                let mut session = run.session();
                if let Some(Ok(found)) = run.debrief.as_ref().and_then(|debrief| debrief.findings.as_ref()) {
                    session.digest = found.rows.first().map(|row| row.run.digest.clone());
                }
                let stem = format!("{}-{}", name_of(run), run.seed);
                match write_ron(&session.sealed()) {
                    Ok(text) => self.keep_new("sessions", &stem, "ron", &text),
                    Err(why) => self.trouble(why),
                }
            }
            DebriefCommand::Export(page) => {
                let stem = format!("{}-{}", name_of(run), run.seed);
                self.keep_new("reports", &stem, "html", &page);
            }
        }
    }

    /// Saves a text in a folder of the data folder under a name that is free, and adds a notice with the path.
    pub(in crate::app) fn keep_new(&mut self, folder: &str, stem: &str, ending: &str, text: &str) {
        let Some(folder) = self.start.data.as_ref().map(|data| data.join(folder)) else {
            self.trouble(t("debrief.no_folder"));
            return;
        };
        match kept::save_new(&folder, stem, ending, text) {
            Ok(path) => self.tell(tf("debrief.saved", &[&path.display()])),
            Err(problem) => self.trouble(told(&problem)),
        }
    }
}

/// What a run is of, as a part of a file's name.
fn name_of(run: &Run) -> &str {
    match &run.subject {
        crate::app::model::subject::Subject::Exercise(entry) => &entry.id,
        crate::app::model::subject::Subject::World(world) => &world.id,
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
    verdict.map(Box::new).map_err(|issues| issues_told(&issues))
}
