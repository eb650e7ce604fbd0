//! What a process that grades one hand-in is asked, and what it answers. Both are JSON, so that the answer can be kept as it is.

use serde::{Deserialize, Serialize};

use super::limits::Limits;
use crate::cli::secret::Key;
use crate::exercise::class::Row;
use crate::exercise::hex_sha256;
use crate::library::items::digest_of;
use crate::library::shipped::{FolderFiles, Loaded};

/// A hand-in to be graded. The whole text is in it: the process that grades reads nothing but the exercise.
#[derive(Serialize, Deserialize)]
pub struct Job {
    /// The exercise, as the command line names it.
    pub exercise: String,
    /// The student.
    pub student: String,
    /// The hand-in's name in reports.
    pub name: String,
    /// Name and text of each of its files.
    pub files: Vec<(String, String)>,
    /// Number of seeds for a case of weight 1.
    pub seeds: Option<u32>,
    /// The key of the course.
    pub key: Option<Key>,
    /// What the process may use.
    pub limits: Limits,
}

/// A graded hand-in: its row, and its reports.
#[derive(Serialize, Deserialize)]
pub struct Done {
    /// The row.
    pub row: Row,
    /// The report as text.
    pub text: String,
    /// The verdict as JSON; none when it could not be graded.
    pub json: Option<String>,
    /// The report as a page of HTML; none when it could not be graded.
    pub html: Option<String>,
}

/// Label of the digests. It changes whenever what they are made of does.
const LABEL: &str = "rollout-lab class item 1";
/// Hash of the code that grades.
const SOURCES: &str = env!("ROLLOUT_LAB_SOURCES");

impl Job {
    /// The hand-in's files.
    pub fn loaded(&self) -> Vec<Loaded> {
        let loaded = |(file, text): &(String, String)| Loaded { file: file.clone(), text: text.clone() };
        self.files.iter().map(loaded).collect()
    }

    /// The hash of the hand-in, as [`hash_of`] gives it.
    pub fn hash(&self) -> String {
        hash_of(&self.files)
    }

    /// A digest of everything that the answer depends on: the code, the exercise and its scenario, the hand-in, its student and name, the
    /// seeds and the key. `exercise` is its files, and `edition` a hash of what of it and its scenario changes scores.
    pub fn digest(&self, exercise: &FolderFiles, edition: &str) -> String {
        let key = self.key.as_ref().map(|key| key.secret_of(&self.student).used());
        let used = key.map_or_else(String::new, |used| format!("{used:?}"));
        let seeds = format!("{:?}", self.seeds);
        let mut parts = vec![LABEL, SOURCES, edition, &self.student, &self.name, &used, &seeds];
        parts.extend(exercise.files.iter().flat_map(|file| [base(&file.file), &file.text]));
        parts.extend(self.files.iter().flat_map(|(name, text)| [name.as_str(), text]));
        digest_of(parts.into_iter().map(str::as_bytes))
    }
}

/// SHA-256 of a hand-in by the names and texts of its files, as `sha256sum` gives it; of several files, of the list that `sha256sum`
/// would print of them.
pub fn hash_of(files: &[(String, String)]) -> String {
    match files {
        [(_, text)] => hex_sha256(text.as_bytes()),
        several => {
            let line = |(name, text): &(String, String)| {
                format!("{}  {}\n", hex_sha256(text.as_bytes()), base(name))
            };
            hex_sha256(several.iter().map(line).collect::<String>().as_bytes())
        }
    }
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
