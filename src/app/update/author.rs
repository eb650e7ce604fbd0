//! The author's mode: opening an exercise, and changing and saving its files.

mod asking;
mod beginning;

use std::time::Duration;

use crate::app::model::author::{Addition, Author, AuthorCommand, AuthorFile};
use crate::app::model::editor::EditorCommand;
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
            AuthorCommand::Leave => self.leave_author(),
            AuthorCommand::Beginning(command) => self.apply_beginning(command),
            AuthorCommand::Show(name) => self.show_file(name),
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
            AuthorCommand::Prove => self.prove_author(),
            AuthorCommand::KeepAs(name) => self.keep_as(&name),
            AuthorCommand::CopyAs(name) => self.copy_as(&name),
        }
    }

    fn open_author(&mut self, id: &str) {
        let read = self.catalog.exercises.iter().find(|entry| entry.id == id && entry.is_own);
        let (id, folder) = match read {
            Some(entry) => (Some(entry.id.clone()), entry.folder.clone()),
            None if self.catalog.broken.iter().any(|(name, _)| name == id) => (None, id.to_owned()),
            None => return,
        };
        self.save_author(|_| true);
        match exercise_files(&folder) {
            Ok(files) => {
                let id = id.unwrap_or_else(|| files.id.clone());
                let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
                let texts = files.files.into_iter().filter(|file| !file.file.ends_with("proof.ron"));
                let files: Vec<AuthorFile> =
                    texts.map(|file| AuthorFile::new(name(&file.file), file.text)).collect();
                let open = files.iter().position(|file| file.name == "exercise.ron").unwrap_or(0);
                let mut author = Author {
                    id,
                    folder: folder.into(),
                    files,
                    open,
                    cases: Vec::new(),
                    checked: None,
                    shown: None,
                    is_proven: false,
                    made: None,
                    asked: [0, 0],
                };
                read_cases(&mut author);
                self.author = Some(author);
                self.beginning = None;
                self.screen = Screen::Author;
                self.overlay = None;
                self.check_author();
            }
            Err(problem) => self.trouble(told(&problem)),
        }
    }

    /// Leaves the exercise that is open, as it is.
    fn leave_author(&mut self) {
        self.edit_author(EditorCommand::Settle);
        self.save_author(|_| true);
        self.author = None;
    }

    /// Shows a file; one that is not there is begun, and saved when something is typed.
    fn show_file(&mut self, name: String) {
        self.edit_author(EditorCommand::Settle);
        let Some(author) = &mut self.author else { return };
        author.open = author.place_of(name);
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

    /// Keeps what is played in the open run as a file of the exercise: the plan, or of an Operate exercise what was done by hand.
    fn keep_as(&mut self, name: &str) {
        let Some(author) = &self.author else { return };
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
        self.put_plan(name, text);
    }

    /// Begins a wrong plan as a copy of the solution.
    fn copy_as(&mut self, name: &str) {
        let Some(author) = &self.author else { return };
        let solution = author.files.iter().find(|file| file.name == "solution.ron");
        let text = solution.map(|file| file.text.clone()).unwrap_or_default();
        if author.files.iter().any(|file| file.name == format!("{name}.ron")) {
            return self.trouble(tf("author.is_there {}", &[&name]));
        }
        self.put_plan(name, text);
    }

    /// Makes `text` a plan of the exercise, by the name of its file without ending, and shows it.
    fn put_plan(&mut self, name: &str, text: String) {
        let is_wrong = name.strip_prefix(WRONG_PREFIX).is_some_and(|rest| !rest.is_empty());
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !(name == "solution" || is_wrong) || !name.chars().all(plain) {
            return self.trouble(tf("author.no_name {}", &[&name]));
        }
        let now = self.clock;
        let Some(author) = &mut self.author else { return };
        author.open = author.place_of(format!("{name}.ron"));
        let kept = &mut author.files[author.open];
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
