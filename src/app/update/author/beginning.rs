//! A new exercise: saying what it is, making its files, and taking them back.

use crate::app::model::Lab;
use crate::app::model::author::AuthorCommand;
use crate::app::model::author::beginning::{Beginning, BeginningCommand, Said};
use crate::app::model::screen::Screen;
use crate::app::model::told::told;
use crate::library::folder::make as make_folder;
use crate::library::new_exercise::{Cast, about, make, next_folder};

impl Lab {
    /// Applies a command about a new exercise.
    pub(super) fn apply_beginning(&mut self, command: BeginningCommand) {
        match command {
            BeginningCommand::Open => {
                self.apply_author(AuthorCommand::Leave);
                self.beginning.get_or_insert_default();
                self.screen = Screen::Author;
            }
            BeginningCommand::Cancel => self.beginning = None,
            BeginningCommand::Make => self.make_exercise(),
            BeginningCommand::TakeBack => self.take_back_exercise(),
            BeginningCommand::Say(what, text) => {
                self.change_beginning(|now| now.said[what as usize] = text);
            }
            BeginningCommand::Leave(what) => self.change_beginning(|now| now.judged[what as usize] = true),
            BeginningCommand::Scenario(id) => self.change_beginning(|now| now.scenario = id),
            BeginningCommand::Part(part) => self.change_beginning(|now| now.part = part),
        }
    }

    fn change_beginning(&mut self, change: impl FnOnce(&mut Beginning)) {
        if let Some(beginning) = &mut self.beginning {
            change(beginning);
        }
    }

    /// Makes the files of the exercise that is begun, and opens it; or tells at its fields why not.
    fn make_exercise(&mut self) {
        self.change_beginning(|now| now.judged = [true; 3]);
        let (Some(now), Some(own)) = (&self.beginning, self.own_folder()) else { return };
        if Said::ALL.into_iter().any(|what| now.problem(what, &self.catalog, &own).is_some()) {
            return;
        }
        let outset = now.outset();
        let Some(world) = self.catalog.world(&now.scenario) else { return };
        let Some(cast) = Cast::of(&world.scenario) else { return };
        let folder = next_folder(&own, &outset.id).display().to_string();
        // The folder of all stays when the exercise is taken back.
        let files = about(&outset, &world.scenario, cast);
        let made = files.and_then(|files| make_folder(&own).and_then(|()| make(&folder, files)));
        match made {
            Err(problem) => self.trouble(told(&problem)),
            Ok(made) => {
                let kept = self.beginning.take();
                self.start.exercises = Some(own.clone());
                self.watch();
                self.reload(&own);
                self.apply_author(AuthorCommand::Open(outset.id));
                if let Some(author) = self.author.as_mut().filter(|author| author.folder == made.folder) {
                    author.made = Some(made);
                }
                // What was said is there again when it is taken back.
                self.beginning = kept;
            }
        }
    }

    /// Takes the files back that were made for the exercise that is open, and shows what was said of it.
    fn take_back_exercise(&mut self) {
        self.save_author(|_| true);
        let Some(made) = self.author.as_ref().and_then(|author| author.made.clone()) else { return };
        match made.take_back() {
            Err(problem) => self.trouble(told(&problem)),
            Ok(()) => {
                self.author = None;
                if let Some(own) = self.start.exercises.clone() {
                    self.reload(&own);
                }
            }
        }
    }
}
