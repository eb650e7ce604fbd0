//! Checks single files: scenarios, plans, sessions, exercises.

use serde::de::DeserializeOwned;

use crate::exercise::incident::{Incident, IncidentTexts};
use crate::exercise::prove::Proof;
use crate::exercise::{Duty, Exercise, ExerciseTexts, Playbook, Session};
use crate::library::shipped::Loaded;
use crate::library::{FileKind, Problem, Versioned};
use crate::scenario::{Issue, Scenario};

use super::super::load::{Read, exercise, read, read_plan, read_scenario, scenario_named};
use super::Checking;

impl Checking {
    /// Checks a file by its kind.
    pub(super) fn file(&mut self, loaded: &Loaded) {
        match FileKind::of(&loaded.file, &loaded.text) {
            FileKind::Scenario => self.scenario(loaded),
            FileKind::Exercise => self.exercise_alone(loaded),
            FileKind::Session => self.session(loaded),
            FileKind::Duty => self.duty(loaded),
            FileKind::Playbook => self.playbook(loaded),
            FileKind::Translation => self.alone::<ExerciseTexts>(loaded),
            FileKind::Proof => self.alone::<Proof>(loaded),
            FileKind::Incident => self.alone::<Incident>(loaded),
            FileKind::IncidentTranslation => self.alone::<IncidentTexts>(loaded),
            FileKind::Plan | FileKind::Manifest | FileKind::Progress => self.plan(loaded),
        }
    }

    pub(super) fn scenario(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        match read_scenario(loaded) {
            Ok(read) => self.add(read.place(&read.value.problems(), "")),
            Err(problems) => self.add(problems),
        }
    }

    fn plan(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        match read_plan(loaded) {
            Ok(read) => self.add(read.place(&read.value.problems(None), "")),
            Err(problems) => self.add(problems),
        }
    }

    /// Checks that a file can be read as what it is; what it rests on is not looked at.
    fn alone<T: Versioned + DeserializeOwned + Send>(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        if let Err(problems) = read::<T>(loaded) {
            self.add(problems);
        }
    }

    /// Checks what was done on duty, against the exercise that it names.
    fn duty(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        let read = match read::<Duty>(loaded) {
            Ok(read) => read,
            Err(problems) => return self.add(problems),
        };
        match exercise(&read.value.exercise) {
            Ok(ready) => {
                let problems = read.value.problems(&ready.exercise, &ready.scenario, &ready.starter);
                self.add(read.place(&problems, ""));
            }
            Err(problems) if problems.iter().all(|problem| problem.code == "not-found") => {
                let said = |problem: &Problem| {
                    let message = format!("\"{}\": {}", read.value.exercise, problem.message);
                    Issue::error("exercise", problem.code, message)
                };
                let issues: Vec<Issue> = problems.iter().map(said).collect();
                self.add(read.place(&issues, ""));
            }
            Err(problems) => self.add(problems),
        }
    }

    /// Checks a playbook by itself: which exercise it is for does not stand in it.
    fn playbook(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        match read::<Playbook>(loaded) {
            Ok(read) => self.add(read.place(&read.value.problems(None), "")),
            Err(problems) => self.add(problems),
        }
    }

    fn session(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        let read = match read::<Session>(loaded) {
            Ok(read) => read,
            Err(problems) => return self.add(problems),
        };
        let world = self.world(&read.value.scenario, &read);
        self.add(read.place(&read.value.problems(world.as_ref()), ""));
    }

    /// Checks an exercise file that is not called `exercise.ron`; the other files of its folder are not read.
    fn exercise_alone(&mut self, loaded: &Loaded) {
        self.checked.files += 1;
        let read = match read::<Exercise>(loaded) {
            Ok(read) => read,
            Err(problems) => return self.add(problems),
        };
        let world = self.world(&read.value.scenario, &read);
        self.add(read.place(&read.value.problems(world.as_ref()), ""));
    }

    /// The scenario that a file names; its problems are added.
    fn world<T>(&mut self, name: &str, by: &Read<T>) -> Option<Scenario> {
        match scenario_named(name, by) {
            Ok(read) => Some(read.value),
            Err(problems) => {
                self.add(problems);
                None
            }
        }
    }
}
