//! An Operate exercise in the window: its cases come one after the other, what is done is kept as a duty, and what the cases were is
//! told when all are done.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::model::Lab;
use crate::app::model::catalog::Entry;
use crate::app::model::duty::OnDuty;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::subject::Subject;
use crate::app::model::told::{all_told, issues_told, told};
use crate::app::texts::{t, tf, translated};
use crate::engine::{Span, Time};
use crate::exercise::format::decimal;
use crate::exercise::{CaseSession, Duty, grade_duty};
use crate::library::{Problem, duties};

/// A case is kept again when it was seen so much further.
const EVERY: Span = Span::from_secs(30);

impl Lab {
    /// Opens an Operate exercise at the case that is next, where it was left.
    pub(in crate::app) fn open_duty(&mut self, entry: Arc<Entry>) {
        let learner = duties::learner();
        let file = self.start.data.as_ref().map(|data| duties::file_of(data, &entry.id, &learner));
        let mut duty = match file.as_deref().map(duties::load) {
            Some(Err(problems)) => return self.trouble(all_told(&problems)),
            Some(Ok(Some(duty))) => {
                let wrong = duty.problems(&entry.exercise, &entry.scenario, &entry.starter);
                if let Some(issue) = wrong.first() {
                    let name = file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
                    return self.trouble(tf("duty.cannot {} {}", &[&name, &translated(&issue.message)]));
                }
                duty
            }
            Some(Ok(None)) | None => {
                let data = self.start.data.as_ref();
                let watch = data.map_or(1, |data| duties::next_watch(data, &entry.exercise.id, &learner));
                Duty { watch, ..Duty::new(&entry.exercise, &learner) }
            }
        };
        if let Some(data) = &self.start.data {
            duties::catch_up(data, &mut duty);
        }
        self.meet_next(entry, duty, file);
    }

    /// Opens the next case of a duty, or tells what came of it.
    fn meet_next(&mut self, entry: Arc<Entry>, mut duty: Duty, file: Option<PathBuf>) {
        let turn = match duty.take_up(&entry.exercise, self.start.draw.0) {
            Ok(Some(turn)) => turn,
            Ok(None) => return self.tell_duty(&entry, &duty, file),
            Err(message) => return self.trouble(message),
        };
        // Kept before it is shown: nobody draws again until they like what comes.
        if let Err(problem) = self.keep_duty(file.as_deref(), &duty) {
            return self.trouble(told(&problem));
        }
        let CaseSession { actions, played, .. } = duty.session(turn.number).cloned().unwrap_or_default();
        let cases = entry.exercise.watch_length() as usize;
        let plan = entry.starter.clone();
        if !self.open_with(Subject::Exercise(entry), plan, turn.case, turn.seed, &actions) {
            return;
        }
        if let Some(run) = &mut self.run
            && played > Time::ZERO
        {
            run.player.order(Order::Seek(played));
        }
        self.tell(tf("duty.case {} {}", &[&turn.number, &cases]));
        self.duty = Some(OnDuty { duty, turn, cases, file, kept: (actions.len(), played) });
    }

    fn keep_duty(&self, file: Option<&Path>, duty: &Duty) -> Result<(), Problem> {
        file.map_or(Ok(()), |file| duties::keep(file, self.start.data.as_deref(), duty))
    }

    /// Says what a whole duty came to, and opens the first case for practice.
    fn tell_duty(&mut self, entry: &Arc<Entry>, duty: &Duty, file: Option<PathBuf>) {
        match grade_duty(&entry.exercise, &entry.scenario, &entry.starter, t("debrief.hand_in"), duty) {
            Ok(verdict) => {
                let place = file.map_or_else(String::new, |file| file.display().to_string());
                let passed = if verdict.passed { t("duty.passed") } else { t("duty.not_passed") };
                let numbers = [verdict.score, verdict.max_score, verdict.pass_score].map(|it| decimal(it, 1));
                self.note_verdict(&verdict, Some(verdict.score));
                let [score, most, needed] = &numbers;
                self.tell(tf("duty.done {} {} {} {} {}", &[&passed, score, most, needed, &place]));
                for session in &verdict.sessions {
                    let points = [session.points, session.max_points].map(|it| decimal(it, 1));
                    let [points, most] = &points;
                    self.tell(tf(
                        "duty.was {} {} {} {}",
                        &[&session.number, &entry.case_name(&session.case), points, most],
                    ));
                }
            }
            Err(issues) => {
                self.trouble(issues_told(&issues));
            }
        }
        self.run = None;
        self.duty = None;
        self.screen = Screen::Course;
    }

    /// Keeps what was done in the case that is open, and goes on to the next one when it is over: what a case was is not told before
    /// all are done, so a case that is over is not looked at again.
    pub(in crate::app) fn follow_duty(&mut self) {
        let (Some(on), Some(run)) = (&mut self.duty, &self.run) else { return };
        let view = run.player.snapshot();
        let over = view.is_over();
        let seen = view.seen.max(view.now);
        let is_new = on.kept.0 != view.actions.len() || seen >= on.kept.1 + EVERY;
        if !over && !is_new {
            return;
        }
        on.kept = (view.actions.len(), seen);
        on.duty.keep(CaseSession {
            case: on.turn.number,
            draw: on.duty.session(on.turn.number).map_or(0, |session| session.draw),
            played: seen,
            complete: over,
            actions: view.actions.to_vec(),
            digest: over.then(|| view.record.digest.clone()),
        });
        let data = self.start.data.as_deref();
        let saved = on.file.as_deref().map_or(Ok(()), |file| duties::keep(file, data, &on.duty));
        let entry = run.entry().cloned();
        if let Err(problem) = saved {
            self.trouble(told(&problem));
        }
        if over && let (Some(on), Some(entry)) = (self.duty.take(), entry) {
            self.meet_next(entry, on.duty, on.file);
        }
    }

    /// Whether an order to the player is refused since the case counts; a notice says so.
    pub(in crate::app) fn refused_on_duty(&mut self, order: &Order) -> bool {
        let refused = match (&self.duty, &self.run) {
            (Some(on), Some(run)) => on.refuses(order, run.player.snapshot()),
            _ => false,
        };
        if refused {
            self.trouble(t("duty.no_way_back"));
        }
        refused
    }

    /// Whether a command about the run is refused since the case counts; a notice says so.
    pub(in crate::app) fn fixed_on_duty(&mut self, command: &RunCommand) -> bool {
        let refused = self.duty.is_some()
            && match command {
                RunCommand::Restart | RunCommand::Case(_) | RunCommand::Seed(_) | RunCommand::Finish => true,
            };
        if refused {
            self.trouble(t("duty.fixed"));
        }
        refused
    }
}
