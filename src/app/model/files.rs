//! Files that can be opened, and what each kind of file is known by.

use std::path::{Path, PathBuf};

use crate::app::model::dialogs::DialogPurpose;
use crate::app::texts::t;
use crate::library::Problem;

/// The commands about files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilesCommand {
    /// Show a folder.
    Look(PathBuf),
    /// Open a file, or a folder of exercises.
    Take(PathBuf),
    /// Ask for a path in a dialog of the desktop.
    Dialog(DialogPurpose),
    /// Save all progress as one file in the folder that is shown.
    Export,
    /// Go on with the session that was left.
    GoOn,
    /// Do not offer that session any more.
    NotNow,
}

/// The folder that is shown in the dialog that opens files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// The folder.
    pub folder: PathBuf,
    /// Folders in it, by name.
    pub folders: Vec<PathBuf>,
    /// Files in it that can be opened, by name.
    pub files: Vec<PathBuf>,
    /// Why it cannot be shown.
    pub problem: Option<String>,
    /// The side of a comparison that a file is chosen for; none when it is opened.
    pub side: Option<usize>,
}

/// What a RON file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Content {
    /// All progress.
    Progress,
    /// An exercise.
    Exercise,
    /// A scenario.
    Scenario,
    /// A session.
    Session,
    /// A plan.
    Plan,
}

/// What a RON file seems to hold, by the fields that only such a file has; reading it shows whether that is so.
pub(in crate::app) fn kind_of(text: &str) -> Content {
    let has = |field: &str| {
        text.match_indices(field).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
                && text[at + field.len()..].trim_start().starts_with(':')
        })
    };
    match () {
        () if has(crate::app::model::backup::FIELD) => Content::Progress,
        () if has("rubric") => Content::Exercise,
        () if has("services") && has("releases") => Content::Scenario,
        () if has("plan") && has("seed") => Content::Session,
        () => Content::Plan,
    }
}

pub(in crate::app) fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// A file's name without its folder.
pub fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Problems, one after the other.
pub(in crate::app) fn rendered(problems: &[Problem]) -> String {
    if problems.is_empty() {
        return t("files.no_reason").to_owned();
    }
    problems.iter().map(Problem::rendered).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_told_apart_by_its_fields() {
        for (path, text) in crate::library::shipped::files() {
            let expected = match *path {
                path if path.ends_with("exercise.ron") => Content::Exercise,
                path if path.starts_with("scenarios/") && path.ends_with(".ron") => Content::Scenario,
                path if path.ends_with(".ron") => Content::Plan,
                _ => continue,
            };
            assert_eq!(kind_of(text), expected, "{path}");
        }
        assert_eq!(kind_of("(format: 1, scenario: \"a\", seed: 1, plan: (), case: ())"), Content::Session);
    }
}
