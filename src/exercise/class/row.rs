//! One hand-in of a class: whose it is, and what became of it.

use serde::{Deserialize, Serialize};

use super::{Listed, Marks};

/// One hand-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The student: the name of the file without its ending, or the name of the folder.
    pub student: String,
    /// The file.
    pub file: String,
    /// SHA-256 of what was handed in, in hexadecimal; empty when it could not be read.
    pub hand_in_hash: String,
    /// Its marks, or why it could not be graded.
    pub outcome: Result<Marks, Refusal>,
    /// Why its report could not be written, in one line; the grade stands.
    #[serde(skip)]
    pub not_written: Option<String>,
    /// The student on the list of the class.
    #[serde(skip)]
    pub listed: Option<Listed>,
}

impl Row {
    /// The row of a hand-in that is not graded, without its hash.
    pub fn refused(student: &str, file: &str, why: Refusal) -> Self {
        Self {
            student: student.to_owned(),
            file: file.to_owned(),
            hand_in_hash: String::new(),
            outcome: Err(why),
            not_written: None,
            listed: None,
        }
    }
}

/// Why a hand-in could not be graded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Whose fault it is.
    pub kind: RefusalKind,
    /// The reason, in one line: the first problem, and how many there are more.
    pub why: String,
    /// All problems, one each, with their places.
    pub problems: Vec<String>,
}

/// Whose fault it is that a hand-in could not be graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalKind {
    /// The hand-in's: it cannot be read, or may not do what it does. It is refused again whenever it is graded.
    HandIn,
    /// Ours: the simulation broke on it.
    Broke,
    /// Nobody's: grading was stopped by a limit on time or memory of this computer. It says nothing about the hand-in.
    Stopped,
    /// Nobody's: there is nothing to be graded, or no part of the class has graded it yet.
    Missing,
}

impl RefusalKind {
    /// Its name in results.
    pub const fn key(self) -> &'static str {
        match self {
            Self::HandIn => "hand_in",
            Self::Broke => "broke",
            Self::Stopped => "stopped",
            Self::Missing => "missing",
        }
    }
}

impl Refusal {
    /// A refusal for one reason.
    pub fn new(kind: RefusalKind, why: impl Into<String>) -> Self {
        Self::of(kind, vec![why.into()])
    }

    /// A refusal for these problems.
    pub fn of(kind: RefusalKind, problems: Vec<String>) -> Self {
        let why = match problems.as_slice() {
            [] => "it could not be graded".to_owned(),
            [one] => one.clone(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        };
        Self { kind, why, problems }
    }
}

/// Something in the folder of hand-ins that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Its path.
    pub path: String,
    /// Why it is none.
    pub why: String,
}
