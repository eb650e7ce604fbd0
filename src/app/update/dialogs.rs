//! Opens the desktop's own dialogs for choosing files. A dialog is a future that is asked once a frame, so that the window
//! never waits for it. Where the desktop has none, or gives no answer, files are chosen in the lab's own list.

use std::path::Path;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use rfd::{AsyncFileDialog, FileHandle};

use crate::app::model::Lab;
use crate::app::model::backup::FILE;
use crate::app::model::dialogs::{Answer, DialogPurpose, Waiting};
use crate::app::model::editor::EditorCommand;
use crate::app::model::files::FilesCommand;
use crate::app::texts::t;

/// A person needs longer than this to close a dialog; what ends sooner without a path was never shown.
const LEAST: Duration = Duration::from_millis(500);

impl Lab {
    /// Opens a dialog of the desktop, one at a time.
    pub(in crate::app) fn open_dialog(&mut self, purpose: DialogPurpose) {
        if let Some(open) = self.dialogs.open.filter(|_| !self.dialogs.is_open()) {
            let answer = open(purpose, &self.files.folder);
            self.dialogs.waiting = Some(Waiting { purpose, answer, since: self.clock });
        }
    }

    /// Does what a dialog was opened for once it has an answer.
    pub(in crate::app) fn follow_dialog(&mut self) {
        let Some(mut waiting) = self.dialogs.waiting.take() else { return };
        let Poll::Ready(chosen) = waiting.answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            self.dialogs.waiting = Some(waiting);
            return;
        };
        match (waiting.purpose, chosen) {
            (DialogPurpose::File | DialogPurpose::Folder, Some(path)) => {
                self.apply_files(FilesCommand::Take(path))
            }
            (DialogPurpose::Progress, Some(path)) => self.export(&path),
            (DialogPurpose::Plan(to), Some(path)) => self.apply_plan(EditorCommand::Export { to, path }),
            (_, None) if self.clock < waiting.since + LEAST => {
                self.dialogs.open = None;
                self.trouble(t("files.no_dialog"));
            }
            (_, None) => {}
        }
    }
}

/// Opens a dialog of the desktop: that of the XDG portal, or else of Zenity.
pub fn desktop(purpose: DialogPurpose, folder: &Path) -> Answer {
    let dialog = AsyncFileDialog::new().set_directory(folder);
    let path = |file: FileHandle| file.path().to_owned();
    match purpose {
        DialogPurpose::File => {
            let file = dialog
                .set_title(t("files.title"))
                .add_filter(t("files.kinds"), &["ron", "yaml", "yml", "json"])
                .pick_file();
            Box::pin(async move { file.await.map(path) })
        }
        DialogPurpose::Folder => {
            let file = dialog.set_title(t("files.choose_folder")).pick_folder();
            Box::pin(async move { file.await.map(path) })
        }
        DialogPurpose::Progress => {
            let file = dialog.set_title(t("files.save_progress")).set_file_name(FILE).save_file();
            Box::pin(async move { file.await.map(path) })
        }
        DialogPurpose::Plan(to) => {
            let name = format!("plan.{}", to.map_or("ron", |format| format.ending));
            let file = dialog.set_title(t("plan.save")).set_file_name(name).save_file();
            Box::pin(async move { file.await.map(path) })
        }
    }
}
