//! Checks the folder of an incident: its four files, and that they fit each other.

use crate::library::Problem;
use crate::library::load::exhibit;
use crate::library::shipped::incident_files;

use super::Checking;

impl Checking {
    /// Checks all files of the incident called `name`. Whether its runs meet what was published is for `museum` to say.
    pub(super) fn incident(&mut self, name: &str) -> Result<(), Problem> {
        let files = incident_files(name)?;
        self.checked.files += files.files.iter().filter(|file| file.file.ends_with(".ron")).count();
        match exhibit(name) {
            Ok(exhibit) => self.add(exhibit.warnings),
            Err(problems) => self.add(problems),
        }
        Ok(())
    }
}
