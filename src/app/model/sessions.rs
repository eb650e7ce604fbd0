//! Sessions in the data folder: those saved while they play, and those saved from debriefs.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::model::told::told;
use crate::app::texts::translated;
use crate::engine::Time;
use crate::exercise::Session;
use crate::library::disk::load_text;
use crate::library::{Format, Problem, Versioned, folder, kept, read_file};

/// How the names of kept sessions begin: of exercises, and of the sandbox.
const KINDS: [&str; 2] = ["exercise-", "sandbox-"];

/// A session that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptSession {
    /// Version of the file format; a file without it is of version 1.
    #[serde(default)]
    pub format: Format<1>,
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
    /// Whether the cause was shown to the class.
    #[serde(default)]
    pub is_revealed: bool,
    /// How many simulated seconds pass in one of the wall's; none while time stands.
    #[serde(default)]
    pub pace: Option<u32>,
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

impl Versioned for KeptSession {
    const NEWEST: u32 = 1;
}

/// What a session looked like when it was kept.
pub(in crate::app) type Mark = (String, usize, u64, Time, usize);

/// Sessions that are kept.
#[derive(Default)]
pub struct Sessions {
    /// The one that was left before its end when the lab was last closed.
    pub offered: Option<KeptSession>,
    pub(in crate::app) mark: Option<Mark>,
    pub(in crate::app) kept_at: Duration,
    /// Whether the session that is played has gone on since it was kept.
    pub(in crate::app) is_behind: bool,
    /// When a class was last looked after, by the lab's clock.
    pub(in crate::app) followed_at: Option<Duration>,
    pub(in crate::app) pending: Option<Receiver<Result<(), Problem>>>,
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
                    notices.extend(notice.map(|text| translated(&text).into_owned()));
                }
                Err(problem) => notices.push(told(&problem)),
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
            let read = read.and_then(|text| read_file::<Session>(&path.display().to_string(), &text));
            match read {
                Ok((session, _)) => all.push((name, session)),
                Err(problems) => notices.extend(problems.first().map(told)),
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
pub(in crate::app) fn save(data: &Path, session: &KeptSession) -> Result<(), Problem> {
    kept::save(&place(data), &file(session), session)
}

/// The name of a session's file.
pub(in crate::app) fn file(session: &KeptSession) -> String {
    let id = if session.exercise.is_empty() { &session.session.scenario } else { &session.exercise };
    // An id is `[a-z0-9_-]`; what came from elsewhere may not be.
    let id: String =
        id.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();
    let kind = KINDS[usize::from(session.exercise.is_empty())];
    format!("{kind}{id}.ron")
}
