//! Starts the reference runs when they are wanted and cannot give the cause away.

use std::sync::Arc;

use crate::app::model::Lab;
use crate::app::model::charts::Charts;
use crate::app::model::jobs::Done;
use crate::app::model::reference_runs::ReferenceRun;
use crate::app::model::screen::Screen;
use crate::app::texts::t;
use crate::control::Plan;
use crate::exercise::Playback;

impl Lab {
    /// Starts the reference runs that are wanted, may be seen and are not made yet.
    pub(in crate::app) fn want_reference_runs(&mut self) {
        let wants = self.settings.dashboards.reference_runs;
        let is_debrief = self.screen == Screen::Debrief;
        let Some(run) = self.run.as_mut().filter(|run| wants && run.reference_runs.is_none()) else { return };
        if !is_debrief && !run.may_show_references() {
            return;
        }
        run.reference_runs = Some(Vec::new());
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
                    playback.finish();
                    let (_, release) = playback.simulation().release_names();
                    Some(Arc::new(Charts::of(&playback.record(), &scenario, &release)))
                };
                // A plan that cannot be simulated has no reference run.
                Done::ReferenceRun(played(&plan).map(|charts| ReferenceRun { name: name.to_owned(), charts }))
            });
        }
    }

    /// Takes in a reference run.
    pub(in crate::app) fn finish_reference_run(&mut self, reference_run: Option<ReferenceRun>) {
        if let Some(run) = &mut self.run {
            run.reference_runs.get_or_insert_default().extend(reference_run);
        }
    }
}
