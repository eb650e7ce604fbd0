//! Saves the session while it plays, so that a crash loses at most the last second, and resumes it.

use std::sync::mpsc::{TryRecvError, channel};
use std::time::Duration;

use crate::app::model::Lab;
use crate::app::model::classroom::Classroom;
use crate::app::model::order::{Order, Speed};
use crate::app::model::run::Run;
use crate::app::model::sessions::{KeptSession, Mark, save};
use crate::app::model::subject::Subject;
use crate::app::texts::tf;
use crate::engine::Time;
use crate::exercise::Session;
use crate::library::Format;

/// How often a session is kept while time passes.
const EVERY: Duration = Duration::from_secs(1);

fn mark(run: &Run, is_revealed: bool) -> Mark {
    let view = run.player.snapshot();
    let help = run.notes.hints + usize::from(run.notes.is_assisted);
    let shown = usize::from(is_revealed) + usize::from(view.is_playing);
    let changes = view.actions.len() + run.notes.answers.len() + help + shown;
    (run.subject.ids().0, run.case.0, run.seed, view.now, changes)
}

impl Lab {
    /// Keeps the session of the run that is open, when something happened in it: at once after something was done by hand,
    /// else once a second.
    pub(in crate::app) fn keep_session(&mut self) {
        self.hear_of_session();
        self.sessions.is_behind = false;
        // A duty has a file of its own, in which nothing tells what the case is.
        if self.duty.is_some() {
            return;
        }
        let (Some(run), Some(data)) = (&self.run, self.start.data.clone()) else { return };
        let now = mark(run, self.classroom.is_revealed);
        let view = run.player.snapshot();
        // What a class sees begins when it is opened.
        let has_begun = view.now > Time::ZERO
            || !view.actions.is_empty()
            || !run.notes.answers.is_empty()
            || self.classroom.leads;
        if !has_begun || self.sessions.mark.as_ref() == Some(&now) || self.sessions.pending.is_some() {
            return;
        }
        let acted = self.sessions.mark.as_ref().is_none_or(|before| before.4 != now.4);
        self.sessions.is_behind = !acted && !view.is_over() && self.clock < self.sessions.kept_at + EVERY;
        if self.sessions.is_behind {
            return;
        }
        let kept = KeptSession {
            format: Format,
            exercise: now.0.clone(),
            case: run.case.0,
            rounds: run.notes.rounds,
            hints: run.notes.hints,
            is_assisted: run.notes.is_assisted,
            led: self.classroom.leads,
            is_revealed: self.classroom.is_revealed,
            pace: view.is_playing.then(|| match view.speed {
                Speed::Times(times) => times,
                Speed::Max => view.true_speed.clamp(1.0, 3600.0) as u32,
            }),
            at: view.now,
            is_over: view.is_over(),
            saved: crate::app::model::saved_plans::now(),
            session: run.session(),
        };
        self.sessions.mark = Some(now);
        self.sessions.kept_at = self.clock;
        self.sessions.offered = None;
        let (sender, receiver) = channel();
        // The lab may be gone by then.
        let work = move || drop(sender.send(save(&data, &kept)));
        if self.start.threads {
            rayon::spawn(work);
        } else {
            work();
        }
        self.sessions.pending = Some(receiver);
        self.hear_of_session();
    }

    fn hear_of_session(&mut self) {
        let Some(pending) = &self.sessions.pending else { return };
        match pending.try_recv() {
            Err(TryRecvError::Empty) => return,
            Ok(outcome) => self.saved(outcome),
            Err(TryRecvError::Disconnected) => {}
        }
        self.sessions.pending = None;
    }

    /// Goes on with the session that was left.
    pub(in crate::app) fn go_on(&mut self) {
        let Some(kept) = self.sessions.offered.take() else { return };
        let session = &kept.session;
        self.classroom.leads = false;
        if kept.led {
            self.classroom = Classroom::of(session);
        }
        let opened = match self.catalog.exercise(&kept.exercise).cloned() {
            Some(entry) => {
                self.saved_plans.open = self.saved_plans.for_exercise(&entry.id).map(|plan| plan.number);
                let subject = Subject::Exercise(entry);
                self.open_with(subject, session.plan.clone(), kept.case, session.seed, &session.actions)
            }
            None => self.open_in_sandbox(session),
        };
        if opened && let Some(run) = &mut self.run {
            run.notes.rounds = kept.rounds;
            run.notes.hints = kept.hints;
            run.notes.is_assisted = kept.is_assisted;
            run.notes.forecast = session.forecast;
            run.player.order(Order::Seek(kept.at));
        }
    }

    /// Opens a session in the sandbox, at its start. Returns whether it could.
    pub(in crate::app) fn open_session(&mut self, session: &Session) -> bool {
        self.classroom.leads = false;
        self.open_in_sandbox(session)
    }

    pub(in crate::app) fn open_in_sandbox(&mut self, session: &Session) -> bool {
        let Some(mut world) = self.catalog.world(&session.scenario).cloned() else {
            self.trouble(tf("open.no_scenario", &[&session.scenario]));
            return false;
        };
        let mut releases = world.scenario.releases.iter().skip(1);
        let index = releases.position(|release| Some(&release.name) == session.case.release.as_ref());
        world.case = Some(session.case.clone());
        self.saved_plans.open = None;
        self.leave_introduction();
        let subject = Subject::World(world);
        let opened =
            self.open_with(subject, session.plan.clone(), index.unwrap_or(0), session.seed, &session.actions);
        if opened && let Some(run) = &mut self.run {
            run.notes.forecast = session.forecast;
            run.notes.answers.clone_from(&session.answers);
        }
        opened
    }
}
