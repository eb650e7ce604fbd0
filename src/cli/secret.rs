//! The arguments with which seeds are made secret; `grade` and `class` share them.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::exercise::Secret;
use crate::library::Problem;
use crate::library::disk::load_text;

/// How seeds are made secret.
#[derive(Debug, Args)]
pub(super) struct SecretArguments {
    /// A file with the course's secret; the seeds are then derived from it, the course, the exercise and its revision, the student
    /// and the attempt, so that nobody can guess them. Results name a fingerprint of the key and show no seed
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The course, for the seeds
    #[arg(long, value_name = "NAME", requires = "key", default_value = "")]
    course: String,
    /// Which attempt it is, for the seeds
    #[arg(long, value_name = "N", requires = "key", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    attempt: u32,
    /// Show the seeds, digests and draws of runs although a key was used: for staff, since a student could play these worlds
    #[arg(long, requires = "key")]
    show_seeds: bool,
}

/// The key of a course, read, for any student.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Key {
    text: String,
    course: String,
    attempt: u32,
    show_seeds: bool,
}

impl SecretArguments {
    /// Whether a key is named.
    pub const fn is_given(&self) -> bool {
        self.key.is_some()
    }

    /// The key; `None` without one.
    ///
    /// # Errors
    /// A file that cannot be read, or an empty key.
    pub fn read(&self) -> Result<Option<Key>, Problem> {
        let Some(path) = &self.key else { return Ok(None) };
        let text = load_text(path)?;
        secret_in(path, &text)?;
        let Self { course, attempt, show_seeds, .. } = self;
        Ok(Some(Key { text, course: course.clone(), attempt: *attempt, show_seeds: *show_seeds }))
    }
}

/// The key in the file at `path`, of no student.
///
/// # Errors
/// A file that cannot be read, or an empty key.
pub(super) fn course_key(path: &Path) -> Result<Secret, Problem> {
    secret_in(path, &load_text(path)?)
}

fn secret_in(path: &Path, text: &str) -> Result<Secret, Problem> {
    Secret::new(text, "", "", 1)
        .map_err(|message| Problem::of_file(path.display().to_string(), "empty-key", message))
}

impl Key {
    /// What makes the seeds of `student` secret.
    pub fn secret_of(&self, student: &str) -> Secret {
        let secret = Secret::new(&self.text, &self.course, student, self.attempt);
        let secret = secret.expect("the key was checked when it was read");
        if self.show_seeds { secret.showing_worlds() } else { secret }
    }
}
