//! The exercise or scenario that a run plays.

use std::sync::Arc;

use crate::app::model::catalog::{Entry, World};
use crate::scenario::Scenario;
use crate::sim::Case;

/// What a run is of.
#[derive(Clone, Debug)]
pub enum Subject {
    /// An exercise.
    Exercise(Arc<Entry>),
    /// A scenario, freely.
    World(World),
}

impl Subject {
    /// Its scenario.
    pub fn scenario(&self) -> &Arc<Scenario> {
        match self {
            Self::Exercise(entry) => &entry.scenario,
            Self::World(world) => &world.scenario,
        }
    }

    /// Its title.
    pub fn title(&self) -> &str {
        match self {
            Self::Exercise(entry) => &entry.exercise.title,
            Self::World(world) => &world.scenario.title,
        }
    }

    /// The ids of its exercise, empty in the sandbox, and of its scenario.
    pub fn ids(&self) -> (String, String) {
        match self {
            Self::Exercise(entry) => (entry.id.clone(), entry.exercise.scenario.clone()),
            Self::World(world) => (String::new(), world.id.clone()),
        }
    }
}

/// The case at a position among the exercise's cases, with what differs in the world of `seed`, or among the releases of a
/// scenario after its baseline.
pub fn case_of(subject: &Subject, case: usize, seed: u64) -> Case {
    match subject {
        Subject::Exercise(entry) => {
            let cases = &entry.exercise.cases;
            entry.exercise.draw(&cases[case.min(cases.len() - 1)], &entry.scenario, seed)
        }
        Subject::World(world) => {
            let releases = &world.scenario.releases;
            let release = releases.get(case + 1).or(releases.last());
            let name = release.map(|release| release.name.clone());
            let chosen = world.case.clone().unwrap_or_default();
            Case { name: name.clone().unwrap_or_default(), release: name, ..chosen }
        }
    }
}
