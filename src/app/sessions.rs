//! Sessions that are kept while one plays, so that a crash loses at most the last second, and offered again.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Lab;
use super::facilitating::Facilitating;
use super::player::Order;
use super::run::{Run, Subject};
use super::texts::tf;
use crate::engine::Time;
use crate::exercise::Session;
use crate::library::disk::load_text;
use crate::library::{Problem, folder, kept, read_ron};

/// How often a session is kept while time passes.
const EVERY: Duration = Duration::from_secs(1);

/// How the names of kept sessions begin: of exercises, and of the sandbox.
const KINDS: [&str; 2] = ["exercise-", "sandbox-"];

/// A session that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptSession {
    /// The exercise; empty in the sandbox.
    #[serde(default)]
    pub exercise: String,
    /// Position of the case among the exercise's.
    #[serde(default)]
    pub case: usize,
    /// How many runs of the exercise were played before it.
    #[serde(default)]
    pub rounds: u32,
    /// How many hints were taken.
    #[serde(default)]
    pub hints: usize,
    /// Whether the solution was shown.
    #[serde(default)]
    pub is_assisted: bool,
    /// Whether a class was led through it, its cause hidden.
    #[serde(default)]
    pub led: bool,
    /// How far it was played.
    pub at: Time,
    /// Whether it was played to its end.
    #[serde(default)]
    pub is_over: bool,
    /// When it was kept, in seconds since 1970.
    #[serde(default)]
    pub saved: i64,
    /// The session.
    pub session: Session,
}

/// What a session looked like when it was kept.
type Mark = (String, usize, u64, Time, usize);

/// Sessions that are kept.
#[derive(Default)]
pub struct Sessions {
    /// The one that was left before its end when the lab was last closed.
    pub offered: Option<KeptSession>,
    mark: Option<Mark>,
    kept_at: Duration,
    pending: Option<Receiver<Option<Problem>>>,
}

impl Sessions {
    /// The sessions kept in the data folder, newest first, and what the learner should be told about them.
    pub fn all(data: &Path) -> (Vec<KeptSession>, Vec<String>) {
        let here = place(data);
        let (mut all, mut notices) = (Vec::new(), Vec::new());
        if !folder::is_folder(&here) {
            return (all, notices);
        }
        for path in folder::entries(&here).unwrap_or_default() {
            let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
                continue;
            };
            // Sessions that were saved from a debrief lie here as well, under other names and in another form.
            if !is_kept(&name) || !name.ends_with(".ron") {
                continue;
            }
            match kept::load::<KeptSession>(&here, &name) {
                Ok((session, notice)) => {
                    all.extend(session);
                    notices.extend(notice);
                }
                Err(problem) => notices.push(problem.rendered()),
            }
        }
        all.sort_by_key(|session| std::cmp::Reverse(session.saved));
        (all, notices)
    }

    /// The sessions that were saved from debriefs, by the names of their files, and what the learner should be told about
    /// them. One that cannot be read stays as it is.
    pub fn saved(data: &Path) -> (Vec<(String, Session)>, Vec<String>) {
        let here = place(data);
        let (mut all, mut notices) = (Vec::new(), Vec::new());
        if !folder::is_folder(&here) {
            return (all, notices);
        }
        for path in folder::entries(&here).unwrap_or_default() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if !name.ends_with(".ron") || is_kept(&name) {
                continue;
            }
            let read = load_text(&path).map_err(|problem| vec![problem]);
            let read = read.and_then(|text| read_ron::<Session>(&path.display().to_string(), &text));
            match read {
                Ok((session, _)) => all.push((name, session)),
                Err(problems) => notices.extend(problems.first().map(Problem::rendered)),
            }
        }
        (all, notices)
    }

    /// What was left before its end.
    pub fn load(data: &Path) -> (Self, Vec<String>) {
        let (all, notices) = Self::all(data);
        let offered = all.into_iter().next().filter(|session| !session.is_over);
        (Self { offered, ..Self::default() }, notices)
    }
}

fn is_kept(name: &str) -> bool {
    KINDS.iter().any(|kind| name.starts_with(kind))
}

fn place(data: &Path) -> PathBuf {
    data.join("sessions")
}

/// Keeps a session in the data folder.
pub(super) fn save(data: &Path, session: &KeptSession) -> Result<(), Problem> {
    kept::save(&place(data), &file(session), session)
}

/// The name of a session's file.
pub(super) fn file(session: &KeptSession) -> String {
    let id = if session.exercise.is_empty() { &session.session.scenario } else { &session.exercise };
    // An id is `[a-z0-9_-]`; what came from elsewhere may not be.
    let id: String =
        id.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();
    let kind = KINDS[usize::from(session.exercise.is_empty())];
    format!("{kind}{id}.ron")
}

fn mark(run: &Run) -> Mark {
    let view = run.player.view();
    let help = run.notes.hints + usize::from(run.notes.is_assisted);
    let deeds = view.actions.len() + run.notes.answers.len() + help;
    (run.subject.ids().0, run.case.0, run.seed, view.now, deeds)
}

impl Lab {
    /// Keeps the session of the run that is open, when something happened in it: at once after something was done by hand,
    /// else once a second.
    pub(super) fn keep_session(&mut self) {
        self.hear_of_session();
        let (Some(run), Some(data)) = (&self.run, self.start.data.clone()) else { return };
        let now = mark(run);
        let view = run.player.view();
        let has_begun = view.now > Time::ZERO || !view.actions.is_empty() || !run.notes.answers.is_empty();
        if !has_begun || self.sessions.mark.as_ref() == Some(&now) || self.sessions.pending.is_some() {
            return;
        }
        let acted = self.sessions.mark.as_ref().is_none_or(|before| before.4 != now.4);
        if !acted && !view.is_over() && self.clock < self.sessions.kept_at + EVERY {
            return;
        }
        let kept = KeptSession {
            exercise: now.0.clone(),
            case: run.case.0,
            rounds: run.notes.rounds,
            hints: run.notes.hints,
            is_assisted: run.notes.is_assisted,
            led: self.facilitating.leads,
            at: view.now,
            is_over: view.is_over(),
            saved: super::shelf::now(),
            session: run.session(),
        };
        self.sessions.mark = Some(now);
        self.sessions.kept_at = self.clock;
        self.sessions.offered = None;
        let (sender, receiver) = channel();
        // The lab may be gone by then.
        let work = move || drop(sender.send(save(&data, &kept).err()));
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
            Ok(Some(problem)) => self.trouble(problem.rendered()),
            Ok(None) | Err(TryRecvError::Disconnected) => {}
        }
        self.sessions.pending = None;
    }

    /// Goes on with the session that was left.
    pub(super) fn go_on(&mut self) {
        let Some(kept) = self.sessions.offered.take() else { return };
        let session = &kept.session;
        self.facilitating.leads = false;
        if kept.led {
            self.facilitating = Facilitating::of(session);
        }
        let opened = match self.catalog.exercise(&kept.exercise).cloned() {
            Some(entry) => {
                self.shelf.open = self.shelf.for_exercise(&entry.id).map(|plan| plan.number);
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

    /// Opens a session in the sandbox, at its start; tells whether it could be.
    pub(super) fn open_session(&mut self, session: &Session) -> bool {
        self.facilitating.leads = false;
        self.open_in_sandbox(session)
    }

    fn open_in_sandbox(&mut self, session: &Session) -> bool {
        let Some(mut world) = self.catalog.world(&session.scenario).cloned() else {
            self.trouble(tf("open.no_scenario", &[&session.scenario]));
            return false;
        };
        let mut releases = world.scenario.releases.iter().skip(1);
        let index = releases.position(|release| Some(&release.name) == session.case.release.as_ref());
        world.case = Some(session.case.clone());
        self.shelf.open = None;
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
