//! What the author's mode asks of the commands: the checker, previews, calibration and the proof.

use crate::app::model::Lab;
use crate::app::model::author::{AuthorDone, AuthorTools, Shown};
use crate::app::model::jobs::Done;
use crate::app::model::told::told;

impl Lab {
    /// Asks the checker about the files as they are on the disk.
    pub(super) fn check_author(&mut self) {
        let Some(tools) = self.start.author else { return };
        let Some(author) = &mut self.author else { return };
        author.asked[0] += 1;
        author.checked = None;
        let (number, folder) = (author.asked[0], author.folder.display().to_string());
        self.jobs.begin_lasting(move || Done::Author(AuthorDone::Checked(number, (tools.check)(&folder))));
    }

    /// Asks for a page about the exercise as it is on the disk.
    pub(super) fn ask_author_page(
        &mut self,
        title: String,
        page: impl FnOnce(AuthorTools, &str) -> Result<String, String> + Send + 'static,
    ) {
        self.save_author(|_| true);
        let Some(tools) = self.start.author else { return };
        let Some(author) = &mut self.author else { return };
        author.asked[1] += 1;
        author.shown = Some(Shown { title, page: None });
        let (number, folder) = (author.asked[1], author.folder.display().to_string());
        self.jobs.begin_lasting(move || Done::Author(AuthorDone::Page(number, page(tools, &folder))));
    }

    /// Makes the proof of the exercise as it is on the disk.
    pub(super) fn prove_author(&mut self) {
        self.save_author(|_| true);
        let Some(tools) = self.start.author else { return };
        let Some(author) = self.author.as_mut().filter(|author| !author.is_proven) else { return };
        author.is_proven = true;
        let folder = author.folder.clone();
        self.jobs.begin_lasting(move || {
            let problems = (tools.prove)(&folder.display().to_string());
            Done::Author(AuthorDone::Proven(folder, problems))
        });
    }

    /// Takes in what a job came to, unless another was asked for since.
    pub(in crate::app) fn finish_author(&mut self, done: AuthorDone) {
        let Some(author) = &mut self.author else { return };
        match done {
            AuthorDone::Checked(number, problems) if number == author.asked[0] => {
                author.checked = Some(problems);
            }
            AuthorDone::Page(number, page) if number == author.asked[1] => {
                if let Some(shown) = &mut author.shown {
                    shown.page = Some(page);
                }
            }
            AuthorDone::Proven(folder, problems) => {
                // What the proof shows is among what the checker says; that it could not be kept is not.
                let lost =
                    problems.iter().find(|problem| matches!(problem.code, "cannot-save" | "not-a-folder"));
                let lost = lost.map(told);
                if author.folder == folder {
                    author.is_proven = false;
                    self.check_author();
                }
                lost.into_iter().for_each(|text| self.trouble(text));
            }
            AuthorDone::Checked(..) | AuthorDone::Page(..) => {}
        }
    }
}
