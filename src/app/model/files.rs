//! The folder that is shown, and what can be asked about files.

use std::path::{Path, PathBuf};

use crate::app::model::dialogs::DialogPurpose;

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

/// A file's name without its folder.
pub fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
