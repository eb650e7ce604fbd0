//! The desktop's own dialogs for choosing files. A dialog is a future that is asked once a frame, so that the window
//! never waits for it. Where the desktop has none, or gives no answer, files are chosen in the lab's own list.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rfd::{AsyncFileDialog, FileHandle};

use super::Lab;
use super::bundle;
use super::editor::EditorCommand;
use super::files::FilesCommand;
use super::texts::t;
use crate::manifest::Target;

/// What a dialog is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Open a file.
    File,
    /// Open a folder of exercises.
    Folder,
    /// Save all progress as one file.
    Progress,
    /// Save the plan, as it is or as a manifest of another tool.
    Plan(Option<Target>),
}

/// What comes of a dialog: the path that was chosen, or none.
pub type Answer = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// Opens a dialog that shows a folder.
pub type Open = fn(Purpose, &Path) -> Answer;

/// The dialogs of the desktop.
#[derive(Default)]
pub struct Dialogs {
    open: Option<Open>,
    waiting: Option<Waiting>,
}

/// A dialog that is open.
struct Waiting {
    purpose: Purpose,
    answer: Answer,
    /// When it was opened, by the lab's clock.
    since: Duration,
}

/// A person needs longer than this to close a dialog; what ends sooner without a path was never shown.
const LEAST: Duration = Duration::from_millis(500);

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

impl Lab {
    /// Opens a dialog of the desktop, one at a time.
    pub(super) fn open_dialog(&mut self, purpose: Purpose) {
        if let Some(open) = self.dialogs.open.filter(|_| !self.dialogs.is_open()) {
            let answer = open(purpose, &self.files.folder);
            self.dialogs.waiting = Some(Waiting { purpose, answer, since: self.clock });
        }
    }

    /// Does what a dialog was opened for once it has an answer.
    pub(super) fn follow_dialog(&mut self) {
        let Some(mut waiting) = self.dialogs.waiting.take() else { return };
        let Poll::Ready(chosen) = waiting.answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            self.dialogs.waiting = Some(waiting);
            return;
        };
        match (waiting.purpose, chosen) {
            (Purpose::File | Purpose::Folder, Some(path)) => self.apply_files(FilesCommand::Take(path)),
            (Purpose::Progress, Some(path)) => self.export(&path),
            (Purpose::Plan(to), Some(path)) => self.apply_plan(EditorCommand::Export { to, path }),
            (_, None) if self.clock < waiting.since + LEAST => {
                self.dialogs.open = None;
                self.trouble(t("files.no_dialog"));
            }
            (_, None) => {}
        }
    }
}

/// Opens a dialog of the desktop: that of the XDG portal, or else of Zenity.
pub fn desktop(purpose: Purpose, folder: &Path) -> Answer {
    let dialog = AsyncFileDialog::new().set_directory(folder);
    let path = |file: FileHandle| file.path().to_owned();
    match purpose {
        Purpose::File => {
            let file = dialog
                .set_title(t("files.title"))
                .add_filter(t("files.kinds"), &["ron", "yaml", "yml", "json"])
                .pick_file();
            Box::pin(async move { file.await.map(path) })
        }
        Purpose::Folder => {
            let file = dialog.set_title(t("files.choose_folder")).pick_folder();
            Box::pin(async move { file.await.map(path) })
        }
        Purpose::Progress => {
            let file = dialog.set_title(t("files.save_progress")).set_file_name(bundle::FILE).save_file();
            Box::pin(async move { file.await.map(path) })
        }
        Purpose::Plan(to) => {
            let name = match to {
                None => "plan.ron",
                Some(Target::Argo | Target::Flagger | Target::Kubernetes) => "plan.yaml",
                Some(Target::Unleash) => "plan.json",
            };
            let file = dialog.set_title(t("plan.save")).set_file_name(name).save_file();
            Box::pin(async move { file.await.map(path) })
        }
    }
}
