//! Runs that the learner's is compared with: nobody watches, and the model solution. They are made when somebody wants to
//! see them, and shown only where they cannot give the cause away.

use std::sync::Arc;

use super::charts::Charts;
use super::jobs::Done;
use super::lab::{Lab, Screen};
use super::run::Run;
use super::texts::t;
use super::view::View;
use crate::control::Plan;
use crate::exercise::Playback;

/// A run to its end, drawn behind the learner's.
#[derive(Clone, Debug)]
pub struct Ghost {
    /// What it is called.
    pub name: String,
    /// Its series.
    pub charts: Arc<Charts>,
}

/// Whether the ghosts of a run may be seen: in the sandbox always, in an exercise once it is over.
pub fn may_be_seen(run: &Run, view: &View) -> bool {
    run.entry().is_none() || view.is_over()
}

impl Lab {
    /// Begins to make the ghosts that are wanted, may be seen and are not made yet.
    pub(super) fn want_ghosts(&mut self) {
        let wants = self.settings.dashboards.ghosts;
        let is_debrief = self.screen == Screen::Debrief;
        let Some(run) = self.run.as_mut().filter(|run| wants && run.ghosts.is_none()) else { return };
        if !is_debrief && !may_be_seen(run, run.player.view()) {
            return;
        }
        run.ghosts = Some(Vec::new());
        let mut plans = vec![(t("ghost.unwatched"), run.plan.without_analyses())];
        if let Some((_, solution)) = run.entry().and_then(|entry| entry.solution.clone()) {
            plans.push((t("ghost.model"), solution));
        }
        let (scenario, case, seed) = (Arc::clone(&run.scenario), run.case.1.clone(), run.seed);
        for (name, plan) in plans {
            let (scenario, case) = (Arc::clone(&scenario), case.clone());
            self.jobs.begin(move || {
                let played = |plan: &Plan| {
                    let mut playback = Playback::new(&scenario, &case, plan, &[], seed).ok()?;
                    playback.seek(playback.end());
                    Some(Arc::new(Charts::of(&playback.record(), &scenario)))
                };
                // A plan that cannot be simulated has no ghost.
                Done::Ghost(played(&plan).map(|charts| Ghost { name: name.to_owned(), charts }))
            });
        }
    }

    /// Takes a ghost in.
    pub(super) fn finish_ghost(&mut self, ghost: Option<Ghost>) {
        if let Some(run) = &mut self.run {
            run.ghosts.get_or_insert_default().extend(ghost);
        }
    }
}
