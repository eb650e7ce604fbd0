//! The exercises and scenarios that can be opened, and what is wrong with those that cannot.

use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use crate::app::texts::{languages, spoken, word};
use crate::control::Plan;
use crate::exercise::incident::Incident;
use crate::exercise::{Exercise, ExerciseKind};
use crate::library::brief::Brief;
use crate::library::shipped::{FolderFiles, exercise_files, exercise_ids, incident_files, scenario_ids};
use crate::library::translations::{Told, incident_told, told};
use crate::library::{Problem, folder, load, museum_duty};
use crate::scenario::Scenario;
use crate::sim::Case;

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
    /// The model solution, as written and as it is; none of an Operate exercise.
    pub solution: Option<(String, Plan)>,
    /// The brief, in Markdown, in the original language; its headings say which part is which.
    pub brief: String,
    /// What is said otherwise in the language that is spoken. The words of `exercise` are replaced by it; names of cases and criteria are
    /// not, since files and scores go by them.
    pub told: Told,
}

impl Entry {
    /// The parts of its brief.
    pub fn parts_of_brief(&self) -> Brief {
        match &self.told.brief {
            Some(told) => Brief::translated(told, &self.brief),
            None => Brief::of(&self.brief),
        }
    }

    /// What a case is called in the language that is spoken.
    pub fn case_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.told.texts.case(name)
    }

    /// What a criterion is called in the language that is spoken.
    pub fn criterion_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.told.texts.criterion(id)
    }

    /// Whether both are the same to a learner.
    fn is_as(&self, other: &Self) -> bool {
        self.exercise == other.exercise
            && self.scenario == other.scenario
            && self.starter == other.starter
            && self.brief == other.brief
            && self.told == other.told
            && self.solution == other.solution
    }
}

/// A scenario that can be opened in the sandbox.
#[derive(Clone, Debug)]
pub struct World {
    /// Its id.
    pub id: String,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// What was chosen to strike, and the traffic; without, nothing strikes and the first traffic comes.
    pub case: Option<Case>,
}

/// An incident of the museum.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// What happened, and what was published.
    pub incident: Incident,
    /// Its scenario, by the incident's id, in the case of the incident.
    pub world: World,
    /// The plan that shows the outage.
    pub naive: Plan,
    /// The plan that spares most of it.
    pub recommended: Plan,
}

/// The shipped incidents, by their dates, as they are told in the language that is spoken.
fn museum() -> &'static [Exhibit] {
    static READ: LazyLock<Vec<load::Exhibit>> = LazyLock::new(|| load::museum().0);
    static TOLD: PerLanguage<Vec<Exhibit>> = PerLanguage::new();
    TOLD.get(|language| READ.iter().map(|read| exhibit(read, language)).collect())
}

/// An incident as it is told in a language; in English where its words in that cannot be read, which `check` refuses.
fn exhibit(read: &load::Exhibit, language: &str) -> Exhibit {
    let files = incident_files(&read.id).ok();
    let texts = files.and_then(|files| incident_told(&files, &read.incident, &read.scenario, language).ok());
    let texts = texts.unwrap_or_default();
    Exhibit {
        world: World {
            id: read.id.clone(),
            scenario: Arc::new(texts.applied_to(&read.scenario)),
            case: Some(read.incident.case.clone()),
        },
        incident: texts.applied(&read.incident),
        naive: read.naive.clone(),
        recommended: read.recommended.clone(),
    }
}

/// A scenario as it is told in the language that is spoken. Its names and numbers are as before. That of an exercise stays as it is written:
/// its seeds rest on it.
fn told_scenario(mut scenario: Scenario) -> Scenario {
    let notes = scenario.releases.iter_mut().map(|release| &mut release.notes);
    for text in [&mut scenario.title, &mut scenario.about].into_iter().chain(notes) {
        *text = word(text).to_owned();
    }
    scenario
}

/// The shipped incidents as they are met on duty, in the language that is spoken. They are read when the first is asked for.
fn duties() -> &'static [Arc<Entry>] {
    static TOLD: PerLanguage<Vec<Arc<Entry>>> = PerLanguage::new();
    let one = |name: String| {
        let files = exercise_files(&name).map_err(|problem| vec![problem])?;
        entry(&name, &files, false).map(Arc::new)
    };
    TOLD.get(|_| museum_duty::names().filter_map(|name| one(name).ok()).collect())
}

/// What is made once for each language, when it is first asked for.
struct PerLanguage<T>(OnceLock<Vec<OnceLock<T>>>);

impl<T> PerLanguage<T> {
    const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// That of the language that is spoken, made by `make` from its code.
    fn get(&self, make: impl FnOnce(&'static str) -> T) -> &T {
        let all = self.0.get_or_init(|| languages().iter().map(|_| OnceLock::new()).collect());
        let language = spoken();
        let place = languages().iter().position(|other| other.id == language.id).unwrap_or_default();
        all[place].get_or_init(|| make(language.id))
    }
}

/// All that can be opened.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Exercises, an instructor's own first, then by their folders' numbers.
    pub exercises: Vec<Arc<Entry>>,
    /// Scenarios, by id.
    pub worlds: Vec<World>,
    /// Incidents, by their dates.
    pub museum: &'static [Exhibit],
    /// What is wrong with exercises and scenarios that cannot be opened, by their folder or id.
    pub broken: Vec<(String, Vec<Problem>)>,
}

impl Catalog {
    /// Everything shipped, and before it the exercises in `own`: a folder of exercises, or of one.
    pub fn load(own: Option<&Path>) -> Self {
        let mut catalog = Self { museum: museum(), ..Self::default() };
        if let Some(own) = own {
            match folder::exercises_in(own) {
                Ok(folders) => folders.iter().for_each(|folder| catalog.add(folder, true)),
                Err(problem) => catalog.broken.push((own.display().to_string(), vec![problem])),
            }
        }
        exercise_ids().into_iter().for_each(|id| catalog.add(id, false));
        for id in scenario_ids() {
            match load::scenario(id) {
                Ok(read) => catalog.worlds.push(World {
                    id: id.to_owned(),
                    scenario: Arc::new(told_scenario(read.value)),
                    case: None,
                }),
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

    /// Reads the exercises in `own` again, and returns which changed. What is wrong with one is among the broken, and its old
    /// version stays until it is right again.
    pub fn reload(&mut self, own: &Path) -> Vec<String> {
        let folders = match folder::exercises_in(own) {
            Ok(folders) => folders,
            Err(problem) => {
                self.broken = vec![(own.display().to_string(), vec![problem])];
                return Vec::new();
            }
        };
        let mut changed = Vec::new();
        let old: Vec<Arc<Entry>> = self.exercises.iter().filter(|entry| entry.is_own).cloned().collect();
        let mut new: Vec<Arc<Entry>> = Vec::new();
        self.broken.clear();
        for name in &folders {
            let before = old.iter().find(|entry| entry.folder == *name);
            let read = exercise_files(name).map_err(|problem| vec![problem]);
            match read.and_then(|files| entry(name, &files, true)) {
                Ok(read) if new.iter().any(|other| other.id == read.id) => {}
                Ok(read) => {
                    if before.is_none_or(|before| !before.is_as(&read)) {
                        changed.push(read.id.clone());
                    }
                    new.push(Arc::new(read));
                }
                Err(problems) => {
                    self.broken.push((name.clone(), problems));
                    new.extend(before.cloned());
                }
            }
        }
        let is_free = |entry: &Arc<Entry>| new.iter().all(|own| own.id != entry.id);
        let shipped = exercise_ids().into_iter().filter_map(|id| {
            let there = self.exercises.iter().find(|entry| entry.id == id && !entry.is_own).cloned();
            there.or_else(|| Some(Arc::new(entry(id, &exercise_files(id).ok()?, false).ok()?)))
        });
        let shipped: Vec<Arc<Entry>> = shipped.filter(is_free).collect();
        self.exercises = new.into_iter().chain(shipped).collect();
        changed
    }

    /// The exercise of this id, which may be an incident of the museum that is met on duty.
    pub fn exercise(&self, id: &str) -> Option<&Arc<Entry>> {
        let listed = self.exercises.iter().find(|entry| entry.id == id);
        let is_duty = listed.is_none() && id.starts_with("museum-");
        listed.or_else(|| duties().iter().filter(|_| is_duty).find(|entry| entry.id == id))
    }

    /// The scenario of this id, which may be that of an incident.
    pub fn world(&self, id: &str) -> Option<&World> {
        let of_museum = self.museum.iter().map(|exhibit| &exhibit.world);
        self.worlds.iter().chain(of_museum).find(|world| world.id == id)
    }

    /// The incident of this id.
    pub fn exhibit(&self, id: &str) -> Option<&'static Exhibit> {
        self.museum.iter().find(|exhibit| exhibit.world.id == id)
    }

    /// Whether a plan is one of the museum's.
    pub fn is_of_museum(&self, plan: &Plan) -> bool {
        self.museum.iter().any(|exhibit| exhibit.naive == *plan || exhibit.recommended == *plan)
    }
}

fn entry(name: &str, files: &FolderFiles, is_own: bool) -> Result<Entry, Vec<Problem>> {
    let ready = load::exercise(name)?;
    let text = |name: &str| files.file(name).map(|loaded| loaded.text.clone());
    let solution = match files.file("solution.ron") {
        // What to do on duty is a playbook, and no plan.
        _ if ready.exercise.kind == ExerciseKind::Operate => None,
        Some(loaded) => Some((loaded.text.clone(), load::read::<Plan>(loaded)?.value)),
        None => None,
    };
    let told = told(files, &ready.exercise, spoken().id)?;
    Ok(Entry {
        id: ready.exercise.id.clone(),
        folder: files.folder.clone(),
        is_own,
        exercise: told.texts.applied(&ready.exercise),
        scenario: Arc::new(ready.scenario),
        starter_text: text("starter.ron").unwrap_or_default(),
        starter: ready.starter,
        solution,
        brief: text("brief.md").unwrap_or_default(),
        told,
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
        for entry in &catalog.exercises {
            assert_eq!(entry.solution.is_some(), entry.exercise.kind.is_plan(), "{}", entry.id);
            assert!(!entry.brief.is_empty(), "{}", entry.id);
        }
        assert_eq!(catalog.museum.len(), crate::library::shipped::incident_ids().len());
        assert!(catalog.museum.is_sorted_by_key(|exhibit| &exhibit.incident.date));
    }
}
