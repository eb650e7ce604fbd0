//! The language of the window: chosen at the start, in the settings, or by the surroundings.

use std::sync::Arc;

use crate::app::model::Lab;
use crate::app::model::catalog::Catalog;
use crate::app::model::lab::Start;
use crate::app::model::settings::Settings;
use crate::app::model::subject::Subject;
use crate::app::texts::{self, languages, nearest};

/// Lets the lab speak: the language that was asked for at the start, or else the one chosen in the settings, or else that of the
/// surroundings; English where there are no texts in it.
pub(super) fn speak(start: &Start, settings: &Settings) {
    let wanted = [&start.language, &settings.language, &start.locale];
    let language = wanted.into_iter().flatten().find_map(|wanted| nearest(wanted)).unwrap_or(&languages()[0]);
    // Without threads of its own, all of a lab happens on one: other labs may speak otherwise.
    texts::speak(language, !start.threads);
}

impl Lab {
    /// Lets the lab speak as the settings now say, exercises included. What was said before stays as it was: notices, and what the
    /// open run has already told.
    pub(super) fn speak_anew(&mut self) {
        self.start.language = None;
        speak(&self.start, &self.settings);
        self.catalog = Catalog::load(self.start.exercises.as_deref());
        let Some(run) = &mut self.run else { return };
        match &mut run.subject {
            Subject::Exercise(entry) => {
                if let Some(told) = self.catalog.exercise(&entry.id) {
                    *entry = Arc::clone(told);
                }
            }
            Subject::World(world) => {
                if let Some(told) = self.catalog.world(&world.id) {
                    world.scenario = Arc::clone(&told.scenario);
                }
            }
        }
    }
}
