//! The desktop's own dialogs for choosing files: whether there are any, and the one that is open.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::Duration;

use crate::manifest::Format;

/// What a dialog is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogPurpose {
    /// Open a file.
    File,
    /// Open a folder of exercises.
    Folder,
    /// Save all progress as one file.
    Progress,
    /// Save the plan, as it is or as a manifest of another tool.
    Plan(Option<&'static Format>),
}

/// What comes of a dialog: the path that was chosen, or none.
pub type Answer = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// Opens a dialog that shows a folder.
pub type Open = fn(DialogPurpose, &Path) -> Answer;

/// The dialogs of the desktop.
#[derive(Default)]
pub struct Dialogs {
    pub(in crate::app) open: Option<Open>,
    pub(in crate::app) waiting: Option<Waiting>,
}

/// A dialog that is open.
pub(in crate::app) struct Waiting {
    pub purpose: DialogPurpose,
    pub answer: Answer,
    /// When it was opened, by the lab's clock.
    pub since: Duration,
}

impl Dialogs {
    /// Dialogs that are opened by `open`; without it there are none.
    pub const fn new(open: Option<Open>) -> Self {
        Self { open, waiting: None }
    }

    /// Whether the desktop has dialogs, as far as is known.
    pub const fn are_there(&self) -> bool {
        self.open.is_some()
    }

    /// Whether a dialog is open.
    pub const fn is_open(&self) -> bool {
        self.waiting.is_some()
    }
}
