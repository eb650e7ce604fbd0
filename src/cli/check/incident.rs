//! Checks the folder of an incident: its four files and their translations, that they fit each other, and that who meets it on duty has to
//! look.

use std::path::Path;

use crate::library::Problem;
use crate::library::folder::is_folder;
use crate::library::load::exhibit;
use crate::library::shipped::{exercise_files, incident_files};
use crate::library::translations::{TEXTS_PREFIX, texts_of_incident};

use super::Checking;

impl Checking {
    /// Checks all files of the incident called `name`. Whether its runs meet what was published is for `museum` to say.
    pub(super) fn incident(&mut self, name: &str) -> Result<(), Problem> {
        let files = incident_files(name)?;
        self.checked.files += files.files.iter().filter(|file| file.file.ends_with(".ron")).count();
        match exhibit(name) {
            Ok(exhibit) => {
                let before = self.checked.problems.len();
                self.add(exhibit.warnings);
                for loaded in files.starting(TEXTS_PREFIX) {
                    let read = texts_of_incident(loaded, &exhibit.incident, &exhibit.scenario);
                    drop(self.found(read));
                }
                if self.has_errors_since(before) {
                    return Ok(());
                }
                let own = is_folder(Path::new(name));
                let duty = if own { name.to_owned() } else { format!("museum/{}", exhibit.id) };
                return self.operate(&exercise_files(&duty)?);
            }
            Err(problems) => self.add(problems),
        }
        Ok(())
    }
}
