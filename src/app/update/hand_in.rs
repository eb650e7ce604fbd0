//! The commands of handing in: the session becomes one file that `rollout-lab class` takes.

use std::path::Path;

use crate::app::model::Lab;
use crate::app::model::hand_in::{HandInCommand, HandedIn, LONGEST, file_stem};
use crate::app::model::told::told;
use crate::app::texts::{t, tf};
use crate::library::{Problem, kept, write_ron};

impl Lab {
    /// Applies a command of handing in.
    pub(in crate::app) fn apply_hand_in(&mut self, command: HandInCommand) {
        match command {
            HandInCommand::Student(name) => {
                self.settings.student = name.chars().take(LONGEST).collect();
                self.keep_settings();
            }
            HandInCommand::Write => self.hand_in(),
            HandInCommand::OpenFolder => {
                let folder = self.handed_in.as_ref().and_then(|handed| handed.file.parent());
                let Some(folder) = folder.map(Path::to_owned) else { return };
                let opened = match self.start.programs {
                    Some(programs) => (programs.open_folder)(&folder),
                    None => Err(t("data.no_programs").to_owned()),
                };
                if let Err(why) = opened {
                    self.trouble(tf("hand_in.no_folder {} {}", &[&folder.display(), &why]));
                }
            }
        }
    }

    fn hand_in(&mut self) {
        let Some((run, entry)) = self.run.as_ref().and_then(|run| Some((run, run.entry()?))) else { return };
        let Some(data) = self.start.data.clone() else {
            self.trouble(t("debrief.no_folder"));
            return;
        };
        let student = file_stem(&self.settings.student);
        if student.is_empty() {
            self.trouble(t("hand_in.no_name"));
            return;
        }
        let folder = data.join("hand-ins").join(&entry.id);
        let written = write_ron(&run.session().sealed());
        let written =
            written.map_err(|why| Problem::of_file(folder.display().to_string(), "cannot-save", why));
        match written.and_then(|text| kept::replace(&folder, &student, "ron", &text)) {
            Ok((file, earlier)) => self.handed_in = Some(HandedIn { file, earlier }),
            Err(problem) => self.trouble(told(&problem)),
        }
    }
}
