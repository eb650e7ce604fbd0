//! In which worlds plans are compared: those of the run that is open, or of any exercise, scenario or session.

use super::OnDisk;
use crate::app::Lab;
use crate::app::catalog::World;
use crate::app::run::{Subject, case_of};
use crate::app::texts::tf;
use crate::sim::Case;

/// Where the worlds come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The run that is open, in its case and world.
    #[default]
    Open,
    /// What was chosen in the sandbox.
    Sandbox,
    /// The case and the world of a session in the data folder, by its file.
    Session(String),
    /// An exercise, by its id.
    Exercise(String),
    /// A scenario, by its id.
    Scenario(String),
}

/// What plans are compared in.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The exercise or scenario.
    pub subject: Subject,
    /// The case.
    pub case: Case,
    /// The seed of the world that is seen; those of the others are drawn from it.
    pub seed: u64,
}

impl Ground {
    /// The id of the scenario.
    pub fn scenario_id(&self) -> String {
        self.subject.ids().1
    }
}

impl Lab {
    /// What plans are compared in; none until that is chosen.
    pub fn ground(&self) -> Option<Ground> {
        let comparing = &self.comparing;
        Some(match &comparing.place {
            Place::Open => {
                let run = self.run.as_ref()?;
                Ground { subject: run.subject.clone(), case: run.case.1.clone(), seed: run.seed }
            }
            Place::Sandbox => {
                let chosen = &self.chosen;
                let case = Some(chosen.case.clone());
                let world = World { case, ..self.catalog.world(&chosen.world)?.clone() };
                Ground { subject: Subject::World(world), case: chosen.case.clone(), seed: chosen.seed }
            }
            Place::Session(file) => {
                let session = &comparing.session(file)?.session;
                let case = Some(session.case.clone());
                let world = World { case, ..self.catalog.world(&session.scenario)?.clone() };
                Ground { subject: Subject::World(world), case: session.case.clone(), seed: session.seed }
            }
            Place::Exercise(id) => {
                let subject = Subject::Exercise(self.catalog.exercise(id)?.clone());
                let case = case_of(&subject, comparing.case);
                Ground { subject, case, seed: comparing.seed }
            }
            Place::Scenario(id) => {
                let subject = Subject::World(self.catalog.world(id)?.clone());
                let case = case_of(&subject, comparing.case);
                Ground { subject, case, seed: comparing.seed }
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
