//! The exercises and scenarios that can be opened, and what is wrong with those that cannot.

use std::path::Path;
use std::sync::Arc;

use crate::control::Plan;
use crate::exercise::Exercise;
use crate::library::shipped::{ExerciseFiles, exercise_files, exercise_ids, scenario_ids};
use crate::library::{Problem, folder, load};
use crate::scenario::Scenario;

/// An exercise that can be opened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its folder, shipped or on the disk.
    pub folder: String,
    /// Whether it came from an instructor's folder.
    pub is_own: bool,
    /// The exercise.
    pub exercise: Exercise,
    /// Its scenario.
    pub scenario: Arc<Scenario>,
    /// What learners start from, as written.
    pub starter_text: String,
    /// What learners start from.
    pub starter: Plan,
    /// The model solution, as written and as it is.
    pub solution: Option<(String, Plan)>,
    /// The brief, in Markdown.
    pub brief: String,
}

/// A scenario that can be opened in the sandbox.
#[derive(Clone, Debug)]
pub struct World {
    /// Its id.
    pub id: String,
    /// The scenario.
    pub scenario: Arc<Scenario>,
}

/// All that can be opened.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Exercises, an instructor's own first, then by their folders' numbers.
    pub exercises: Vec<Arc<Entry>>,
    /// Scenarios, by id.
    pub worlds: Vec<World>,
    /// What is wrong with exercises and scenarios that cannot be opened, by their folder or id.
    pub broken: Vec<(String, Vec<Problem>)>,
}

impl Catalog {
    /// Everything shipped, and before it the exercises in `own`: a folder of exercises, or of one.
    pub fn load(own: Option<&Path>) -> Self {
        let mut catalog = Self::default();
        if let Some(own) = own {
            match folder::exercises_in(own) {
                Ok(folders) => folders.iter().for_each(|folder| catalog.add(folder, true)),
                Err(problem) => catalog.broken.push((own.display().to_string(), vec![problem])),
            }
        }
        exercise_ids().into_iter().for_each(|id| catalog.add(id, false));
        for id in scenario_ids() {
            match load::scenario(id) {
                Ok(read) => catalog.worlds.push(World { id: id.to_owned(), scenario: Arc::new(read.value) }),
                Err(problems) => catalog.broken.push((id.to_owned(), problems)),
            }
        }
        catalog
    }

    fn add(&mut self, name: &str, is_own: bool) {
        match exercise_files(name)
            .map_err(|problem| vec![problem])
            .and_then(|files| entry(name, &files, is_own))
        {
            Ok(entry) if self.exercise(&entry.id).is_none() => self.exercises.push(Arc::new(entry)),
            // An instructor's own takes the place of the one shipped under the same id.
            Ok(_) => {}
            Err(problems) => self.broken.push((name.to_owned(), problems)),
        }
    }

    /// The exercise of this id.
    pub fn exercise(&self, id: &str) -> Option<&Arc<Entry>> {
        self.exercises.iter().find(|entry| entry.id == id)
    }

    /// The scenario of this id.
    pub fn world(&self, id: &str) -> Option<&World> {
        self.worlds.iter().find(|world| world.id == id)
    }
}

fn entry(name: &str, files: &ExerciseFiles, is_own: bool) -> Result<Entry, Vec<Problem>> {
    let ready = load::exercise(name)?;
    let text = |name: &str| files.file(name).map(|loaded| loaded.text.clone());
    let solution = match files.file("solution.ron") {
        Some(loaded) => Some((loaded.text.clone(), load::read::<Plan>(loaded)?.value)),
        None => None,
    };
    Ok(Entry {
        id: ready.exercise.id.clone(),
        folder: files.folder.clone(),
        is_own,
        exercise: ready.exercise,
        scenario: Arc::new(ready.scenario),
        starter_text: text("starter.ron").unwrap_or_default(),
        starter: ready.starter,
        solution,
        brief: text("brief.md").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_shipped_can_be_opened() {
        let catalog = Catalog::load(None);
        assert!(catalog.broken.is_empty(), "{:?}", catalog.broken);
        assert_eq!(catalog.exercises.len(), exercise_ids().len());
        assert!(catalog.exercises.iter().all(|entry| entry.solution.is_some() && !entry.brief.is_empty()));
    }
}
