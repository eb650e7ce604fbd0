//! The worlds in which plans can be compared: those of the open run, or of any exercise, scenario or session.

use crate::app::model::catalog::World;
use crate::app::model::comparing::{ComparisonSetup, OnDisk, Place};
use crate::app::model::lab::Lab;
use crate::app::model::subject::{Subject, case_of};
use crate::app::texts::tf;

impl Lab {
    /// What plans are compared in; none until that is chosen.
    pub fn comparison_setup(&self) -> Option<ComparisonSetup> {
        let comparing = &self.comparing;
        Some(match &comparing.place {
            Place::Open => {
                let run = self.run.as_ref()?;
                let drawn = run.entry().map(|_| run.case.0);
                ComparisonSetup {
                    subject: run.subject.clone(),
                    case: run.case.1.clone(),
                    seed: run.seed,
                    drawn,
                }
            }
            Place::Sandbox => {
                let chosen = &self.chosen;
                let case = Some(chosen.case.clone());
                let world = World { case, ..self.catalog.world(&chosen.world)?.clone() };
                ComparisonSetup {
                    subject: Subject::World(world),
                    case: chosen.case.clone(),
                    seed: chosen.seed,
                    drawn: None,
                }
            }
            Place::Session(file) => {
                let session = &comparing.session(file)?.session;
                let case = Some(session.case.clone());
                let world = World { case, ..self.catalog.world(&session.scenario)?.clone() };
                ComparisonSetup {
                    subject: Subject::World(world),
                    case: session.case.clone(),
                    seed: session.seed,
                    drawn: None,
                }
            }
            Place::Exercise(id) => {
                let subject = Subject::Exercise(self.catalog.exercise(id)?.clone());
                let case = case_of(&subject, comparing.case, comparing.seed);
                ComparisonSetup { subject, case, seed: comparing.seed, drawn: Some(comparing.case) }
            }
            Place::Scenario(id) => {
                let subject = Subject::World(self.catalog.world(id)?.clone());
                let case = case_of(&subject, comparing.case, comparing.seed);
                ComparisonSetup { subject, case, seed: comparing.seed, drawn: None }
            }
        })
    }

    /// Everywhere that worlds can come from now.
    pub fn places(&self) -> Vec<Place> {
        let mut all = Vec::new();
        all.extend(self.run.as_ref().map(|_| Place::Open));
        all.extend(self.catalog.world(&self.chosen.world).map(|_| Place::Sandbox));
        let is_there = |one: &&OnDisk| self.catalog.world(&one.session.scenario).is_some();
        let sessions = self.comparing.sessions.iter().filter(is_there);
        all.extend(sessions.map(|one| Place::Session(one.file.clone())));
        all.extend(self.catalog.exercises.iter().map(|entry| Place::Exercise(entry.id.clone())));
        all.extend(self.catalog.worlds.iter().map(|world| Place::Scenario(world.id.clone())));
        all
    }

    /// What a place is called; empty when it is no longer there.
    pub fn place_name(&self, place: &Place) -> String {
        let scenario = |id: &str| self.catalog.world(id).map(|world| world.scenario.title.clone());
        let name = match place {
            Place::Open => self.run.as_ref().map(|run| tf("compare.where_open {}", &[&run.subject.title()])),
            Place::Sandbox => {
                scenario(&self.chosen.world).map(|title| tf("compare.where_sandbox {}", &[&title]))
            }
            Place::Session(file) => self.comparing.session(file).map(|one| {
                let title = scenario(&one.session.scenario).unwrap_or_default();
                tf("compare.where_session {} {}", &[&title, &one.called])
            }),
            Place::Exercise(id) => {
                let entry = self.catalog.exercise(id);
                entry.map(|entry| tf("compare.where_exercise {}", &[&entry.exercise.title]))
            }
            Place::Scenario(id) => scenario(id).map(|title| tf("compare.where_scenario {}", &[&title])),
        };
        name.unwrap_or_default()
    }
}

impl Lab {
    /// How many cases, or releases after the first, can be chosen among; none where the case is given.
    pub fn cases_to_compare(&self) -> Option<usize> {
        match (&self.comparing.place, self.comparison_setup()?.subject) {
            (Place::Exercise(_), Subject::Exercise(entry)) => Some(entry.exercise.cases.len()),
            (Place::Scenario(_), Subject::World(world)) => Some(world.scenario.releases.len().max(2) - 1),
            _ => None,
        }
    }
}
