//! Files that the user names for a command to write: none of the user's own is replaced by accident.

use std::path::Path;

use clap::Args;

use crate::library::Problem;
use crate::library::disk::save_atomic;
use crate::library::folder::is_taken;

/// For commands that write a file of work: a plan, a session, a manifest.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Overwrite {
    /// Replace the file if it is there already
    #[arg(long)]
    force: bool,
}

impl Overwrite {
    /// Fails when something stands at `path` and `--force` was not given. Called before long work, so that it is not lost.
    ///
    /// # Errors
    /// A [`Problem`] with code `exists`.
    pub fn check(self, path: &str) -> Result<(), Problem> {
        if self.force || !is_taken(Path::new(path)) {
            return Ok(());
        }
        let message = "there is such a file already; choose another name, or replace it with --force";
        Err(Problem::of_file(path, "exists", message))
    }

    /// Writes the file.
    ///
    /// # Errors
    /// As [`check`](Self::check), and when the file cannot be saved.
    pub fn save(self, path: &str, text: &str) -> Result<(), Problem> {
        self.check(path)?;
        save_atomic(Path::new(path), text.as_bytes())
    }
}

/// For results, which the same command writes again: an earlier result is replaced, recognised by the `ending` of its name;
/// a file with another ending is not.
///
/// # Errors
/// A [`Problem`] with code `exists`.
pub(super) fn replaces_only(ending: &str, path: &Path) -> Result<(), Problem> {
    let has_ending = path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    if has_ending || !is_taken(path) {
        return Ok(());
    }
    let message = format!(
        "there is such a file already, and only one that ends in .{ending} is replaced; choose another name"
    );
    Err(Problem::of_file(path.display().to_string(), "exists", message))
}
