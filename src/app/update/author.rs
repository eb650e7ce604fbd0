//! The author's mode: opening an exercise, changing and saving its files, and asking the checker about it.

use std::time::Duration;

use crate::app::model::author::{Addition, Author, AuthorCommand, AuthorDone, AuthorFile, Shown};
use crate::app::model::editor::EditorCommand;
use crate::app::model::jobs::Done;
use crate::app::model::screen::Screen;
use crate::app::model::told::told;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf, translated};
use crate::exercise::{Exercise, ExerciseKind, Playbook, WRONG_PREFIX};
use crate::library::disk::save_atomic;
use crate::library::shipped::exercise_files;
use crate::library::{Outline, Problem, patch, read_ron, write_ron};

/// A file is saved, and the exercise checked, this long after the last letter.
const RESTS: Duration = Duration::from_millis(500);

impl Lab {
    /// Applies a command of the author's mode.
    pub(in crate::app) fn apply_author(&mut self, command: AuthorCommand) {
        match command {
            AuthorCommand::Open(id) => self.open_author(&id),
            AuthorCommand::Show(name) => {
                self.edit_author(EditorCommand::Settle);
                if let Some(author) = &mut self.author
                    && let Some(index) = author.files.iter().position(|file| file.name == name)
                {
                    author.open = index;
                }
            }
            AuthorCommand::Type(text) => self.change_author(true, |_| Ok(text)),
            AuthorCommand::Add(addition) => self.change_author(false, |text| added(text, addition)),
            AuthorCommand::Edit(command) => self.edit_author(command),
            AuthorCommand::Undo => self.step_author(false),
            AuthorCommand::Redo => self.step_author(true),
            AuthorCommand::Preview(case) => {
                let title = tf("author.preview_of {}", &[&case]);
                self.ask_author_page(title, move |tools, folder| (tools.preview)(folder, &case));
            }
            AuthorCommand::Calibrate => {
                self.ask_author_page(t("author.calibration").to_owned(), |tools, folder| {
                    (tools.calibrate)(folder)
                });
            }
            AuthorCommand::KeepAs(name) => self.keep_as(&name),
        }
    }

    fn open_author(&mut self, id: &str) {
        let Some(entry) = self.catalog.exercises.iter().find(|entry| entry.id == id && entry.is_own) else {
            return;
        };
        let folder = entry.folder.clone();
        match exercise_files(&folder) {
            Ok(files) => {
                let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
                let texts = files.files.into_iter().filter(|file| !file.file.ends_with("proof.ron"));
                let files: Vec<AuthorFile> =
                    texts.map(|file| AuthorFile::new(name(&file.file), file.text)).collect();
                let open = files.iter().position(|file| file.name == "exercise.ron").unwrap_or(0);
                let mut author = Author {
                    id: id.to_owned(),
                    folder: folder.into(),
                    files,
                    open,
                    cases: Vec::new(),
                    checked: None,
                    shown: None,
                    asked: [0, 0],
                };
                read_cases(&mut author);
                self.author = Some(author);
                self.screen = Screen::Author;
                self.overlay = None;
                self.check_author();
            }
            Err(problem) => self.trouble(told(&problem)),
        }
    }

    /// Changes a field of the file that is shown. One field is typed into at a time: whatever else is done, what was typed comes first.
    fn edit_author(&mut self, command: EditorCommand) {
        let Some(file) = self.author.as_mut().and_then(|author| author.files.get_mut(author.open)) else {
            return;
        };
        let goes_on = match &command {
            EditorCommand::Draft(draft) => file.draft.as_ref().is_none_or(|before| before.path == draft.path),
            EditorCommand::Discard => {
                file.draft = None;
                true
            }
            _ => false,
        };
        if !goes_on && let Some(draft) = file.draft.take() {
            self.change_author(false, |text| draft.within(text));
        }
        match command {
            EditorCommand::Draft(draft) => {
                if let Some(file) = self.author.as_mut().and_then(|author| author.files.get_mut(author.open))
                {
                    file.draft = Some(draft);
                }
            }
            EditorCommand::SetField { path, value } => {
                self.change_author(false, |text| patch::set(text, &path, &value));
            }
            EditorCommand::Remove(path) => self.change_author(false, |text| patch::remove(text, &path)),
            EditorCommand::Insert { list, at, value } => {
                self.change_author(false, |text| patch::insert(text, &list, at, &value));
            }
            EditorCommand::Move { list, from, to } => {
                self.change_author(false, |text| patch::shift(text, &list, from, to));
            }
            EditorCommand::Duplicate { list, at } => {
                self.change_author(false, |text| patch::duplicate(text, &list, at));
            }
            EditorCommand::Settle | EditorCommand::Discard => {}
            // What concerns a plan as a whole has no place in an exercise.
            EditorCommand::SetText(_)
            | EditorCommand::Undo
            | EditorCommand::Redo
            | EditorCommand::Reset
            | EditorCommand::Template(_)
            | EditorCommand::Import { .. }
            | EditorCommand::Open(_)
            | EditorCommand::Export { .. }
            | EditorCommand::PutAway => {}
        }
    }

    /// Changes the text of the file that is shown.
    fn change_author(&mut self, is_typed: bool, change: impl FnOnce(&str) -> Result<String, Problem>) {
        let now = self.clock;
        let Some(author) = &mut self.author else { return };
        let Some(file) = author.files.get_mut(author.open) else { return };
        match change(&file.text) {
            Ok(text) if text != file.text => {
                let before = file.replace(text, now);
                file.history.note(before, is_typed.then(|| (file.name.clone(), now)));
            }
            Ok(_) => {}
            Err(problem) => self.trouble(translated(&problem.message).into_owned()),
        }
        if let Some(author) = &mut self.author {
            read_cases(author);
        }
    }

    /// Takes the last change of the file that is shown back, or does it again.
    fn step_author(&mut self, again: bool) {
        let now = self.clock;
        let Some(author) = &mut self.author else { return };
        let Some(file) = author.files.get_mut(author.open) else { return };
        // What is being typed is dropped first, and alone.
        if file.draft.take().is_some() {
            return;
        }
        let text = if again { file.history.redo(&file.text) } else { file.history.undo(&file.text) };
        if let Some(text) = text {
            file.replace(text, now);
            read_cases(author);
        }
    }

    /// Saves what has rested, and checks it.
    pub(in crate::app) fn follow_author(&mut self) {
        let now = self.clock;
        let rests = |since: Duration| now >= since + RESTS;
        self.save_author(rests);
    }

    /// Saves the files that have been changed for as long as `is_due` says.
    pub(in crate::app) fn save_author(&mut self, is_due: impl Fn(Duration) -> bool) {
        let Some(author) = &mut self.author else { return };
        let mut trouble = Vec::new();
        let mut is_saved = false;
        for file in author.files.iter_mut().filter(|file| file.unsaved.is_some_and(&is_due)) {
            match save_atomic(&author.folder.join(&file.name), file.text.as_bytes()) {
                Ok(()) => is_saved = true,
                Err(problem) => trouble.push(told(&problem)),
            }
            // What cannot be saved is told once; the next letter tries again.
            file.unsaved = None;
        }
        trouble.into_iter().for_each(|text| self.trouble(text));
        if is_saved {
            self.check_author();
        }
    }

    /// Asks the checker about the files as they are on the disk.
    fn check_author(&mut self) {
        let Some(tools) = self.start.author else { return };
        let Some(author) = &mut self.author else { return };
        author.asked[0] += 1;
        author.checked = None;
        let (number, folder) = (author.asked[0], author.folder.display().to_string());
        self.jobs.begin(move || Done::Author(AuthorDone::Checked(number, (tools.check)(&folder))));
    }

    /// Asks for a page about the exercise as it is on the disk.
    fn ask_author_page(
        &mut self,
        title: String,
        page: impl FnOnce(crate::app::model::author::AuthorTools, &str) -> Result<String, String> + Send + 'static,
    ) {
        self.save_author(|_| true);
        let Some(tools) = self.start.author else { return };
        let Some(author) = &mut self.author else { return };
        author.asked[1] += 1;
        author.shown = Some(Shown { title, page: None });
        let (number, folder) = (author.asked[1], author.folder.display().to_string());
        self.jobs.begin(move || Done::Author(AuthorDone::Page(number, page(tools, &folder))));
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
            AuthorDone::Checked(..) | AuthorDone::Page(..) => {}
        }
    }

    /// Keeps what is played in the open run as a file of the exercise: the plan, or of an Operate exercise what was done by hand.
    fn keep_as(&mut self, name: &str) {
        let is_wrong = name.strip_prefix(WRONG_PREFIX).is_some_and(|rest| !rest.is_empty());
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !(name == "solution" || is_wrong) || !name.chars().all(plain) {
            return self.trouble(tf("author.no_name {}", &[&name]));
        }
        let now = self.clock;
        let Some(author) = &mut self.author else { return };
        let run = self.run.as_ref().filter(|run| run.entry().is_some_and(|entry| entry.id == author.id));
        let Some((run, entry)) = run.and_then(|run| Some((run, run.entry()?))) else {
            return self.trouble(t("author.not_played").to_owned());
        };
        let text = match entry.exercise.kind {
            ExerciseKind::Plan => run.editor.text_to_keep(),
            ExerciseKind::Operate => {
                let snapshot = run.player.snapshot();
                let playbook = Playbook::recorded("Recorded", &snapshot.actions, &snapshot.record.facts);
                match write_ron(&playbook) {
                    Ok(text) => text,
                    Err(why) => return self.trouble(why),
                }
            }
        };
        let file = format!("{name}.ron");
        let index = author.files.iter().position(|known| known.name == file).unwrap_or_else(|| {
            author.files.push(AuthorFile::new(file, String::new()));
            author.files.len() - 1
        });
        author.open = index;
        let kept = &mut author.files[index];
        let before = kept.replace(text, now);
        kept.history.note(before, None);
        self.apply(LabCommand::Go(Screen::Author));
    }
}

/// The names of the cases, where the exercise can be read.
fn read_cases(author: &mut Author) {
    let text = author.files.iter().find(|file| file.name == "exercise.ron");
    let read = text.and_then(|file| read_ron::<Exercise>("exercise.ron", &file.text).ok());
    if let Some((exercise, _)) = read {
        author.cases = exercise.cases.into_iter().map(|case| case.name).collect();
    }
}

/// The text of an exercise with something more at the end of one of its lists.
fn added(text: &str, addition: Addition) -> Result<String, Problem> {
    let (list, value) = addition.written();
    let outline = Outline::of("exercise.ron", text)?;
    match outline.items(list) {
        Some(count) => patch::insert(text, list, count, value),
        None => patch::set(text, list, &format!("[{value}]")),
    }
}
