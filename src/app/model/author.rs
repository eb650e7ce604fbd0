//! The author's mode: the files of an exercise of one's own as texts, what the checker still wants, and how the exercise plays.

pub mod beginning;
pub mod way;

use std::path::PathBuf;
use std::time::Duration;

use crate::app::model::author::beginning::BeginningCommand;

use crate::app::model::editor::history::History;
use crate::app::model::editor::{Draft, EditorCommand};
use crate::library::new_exercise::Made;
use crate::library::{Outline, Problem};

/// What the author's mode asks of the rest of the program, as functions that the opener of the window gives it. Each takes the
/// exercise's folder.
#[derive(Clone, Copy, Debug)]
pub struct AuthorTools {
    /// Everything that `rollout-lab check` says of the exercise, each case run once.
    pub check: fn(&str) -> Vec<Problem>,
    /// What `rollout-lab calibrate` shows, with few plans.
    pub calibrate: fn(&str) -> Result<String, String>,
    /// What `rollout-lab preview` shows of a case, by its name.
    pub preview: fn(&str, &str) -> Result<String, String>,
    /// Makes the proof as `rollout-lab check --prove` does, which takes minutes, keeps it in the folder, and says what is wrong by it.
    pub prove: fn(&str) -> Vec<Problem>,
}

/// A list of an exercise to which something can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// A case.
    Case,
    /// A criterion of the rubric.
    Criterion,
    /// A hint.
    Hint,
}

impl Addition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Case, Self::Criterion, Self::Hint];

    /// The field of the list, and what is added to it, as RON.
    pub const fn written(self) -> (&'static str, &'static str) {
        match self {
            Self::Case => ("cases", "(name: \"another\", release: \"v2\")"),
            Self::Criterion => (
                "rubric",
                "(id: \"another\", points: 10, category: RiskManagement, measure: UsersHarmed, over: P90, full: 100, zero: 1000, \
                 say: \"\")",
            ),
            Self::Hint => ("hints", "(say: \"\")"),
        }
    }
}

/// A command of the author's mode.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorCommand {
    /// Open an exercise of one's own, by its id; one that cannot be read, by its folder.
    Open(String),
    /// Leave the exercise that is open, for another.
    Leave,
    /// About a new exercise.
    Beginning(BeginningCommand),
    /// Show a file, by its name; one that is not there is begun.
    Show(String),
    /// The text of the file that is shown becomes this.
    Type(String),
    /// Add something to a list of the exercise.
    Add(Addition),
    /// Change a field of the file that is shown; only what concerns fields is done.
    Edit(EditorCommand),
    /// Take back the last change of the file that is shown.
    Undo,
    /// Do it again.
    Redo,
    /// Show how the model solution fares in a case, by its name.
    Preview(String),
    /// Show how the values of the criteria are spread over plans.
    Calibrate,
    /// Make the proof.
    Prove,
    /// Keep what is played as a file of the exercise: `solution`, or `wrong-NAME`.
    KeepAs(String),
    /// Begin a wrong plan as a copy of the solution: `wrong-NAME`.
    CopyAs(String),
}

/// A file of the exercise.
#[derive(Clone, Debug)]
pub struct AuthorFile {
    /// Its name in the folder.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Where its fields stand, or why its form cannot be shown.
    pub(in crate::app) outline: Result<Outline, Problem>,
    /// What is being typed into a field of its form.
    pub(in crate::app) draft: Option<Draft>,
    pub(in crate::app) history: History,
    /// Since when it differs from what is on the disk, by the lab's clock.
    pub(in crate::app) unsaved: Option<Duration>,
}

impl AuthorFile {
    /// A file with its text as it is on the disk.
    pub fn new(name: String, text: String) -> Self {
        let outline = Outline::of(&name, &text);
        Self { name, text, outline, draft: None, history: History::default(), unsaved: None }
    }

    /// Replaces its text at `now` of the lab's clock, and returns the one before.
    pub(in crate::app) fn replace(&mut self, text: String, now: Duration) -> String {
        self.outline = Outline::of(&self.name, &text);
        self.unsaved = Some(now);
        std::mem::replace(&mut self.text, text)
    }

    /// Whether there is something to undo, and something to redo.
    pub fn can(&self) -> [bool; 2] {
        [self.history.can_undo(), self.history.can_redo()]
    }
}

/// What is shown beside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it is.
    pub title: String,
    /// The page, or why there is none; nothing while it is worked out.
    pub page: Option<Result<String, String>>,
}

/// An exercise that is being written.
#[derive(Clone, Debug)]
pub struct Author {
    /// Its id.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Its files, by name.
    pub files: Vec<AuthorFile>,
    /// The position of the file that is shown.
    pub open: usize,
    /// The names of its cases, as the file was when it could be read last.
    pub cases: Vec<String>,
    /// What the checker says of the files as they are on the disk; nothing while it checks.
    pub checked: Option<Vec<Problem>>,
    /// A preview or a calibration.
    pub shown: Option<Shown>,
    /// Whether its proof is being made.
    pub is_proven: bool,
    /// The files that were made for it, where it is new.
    pub made: Option<Made>,
    /// Numbers of the check and of the page that were asked for last.
    pub(in crate::app) asked: [u64; 2],
}

impl Author {
    /// The file that is shown.
    pub fn file(&self) -> Option<&AuthorFile> {
        self.files.get(self.open)
    }

    /// The position of the file of this name, which is begun where there is none.
    pub(in crate::app) fn place_of(&mut self, name: String) -> usize {
        self.files.iter().position(|known| known.name == name).unwrap_or_else(|| {
            self.files.push(AuthorFile::new(name, String::new()));
            self.files.len() - 1
        })
    }

    /// Whether it is new, and as it was made.
    pub fn is_as_made(&self) -> bool {
        let Some(made) = &self.made else { return false };
        let text = |path: &str| self.files.iter().find(|file| path.ends_with(&format!("/{}", file.name)));
        self.files.len() == made.files.len()
            && made.files.iter().all(|(path, made)| text(path).is_some_and(|file| file.text == *made))
    }

    /// Whether the exercise itself is shown, so that something can be added to its lists.
    pub fn shows_exercise(&self) -> bool {
        self.file().is_some_and(|file| file.name == "exercise.ron")
    }
}

/// What a job of the author's mode came to, by its number.
#[derive(Debug)]
pub enum AuthorDone {
    /// What the checker says.
    Checked(u64, Vec<Problem>),
    /// A preview or a calibration.
    Page(u64, Result<String, String>),
    /// The proof of the exercise in a folder was made, or could not be: what is wrong by it.
    Proven(PathBuf, Vec<Problem>),
}
