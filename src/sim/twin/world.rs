//! The world of a twin: the simulation that is run for it, stage by stage.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Injected, Outcomes, Twin, UnreleasedWorld};
use crate::engine::Time;
use crate::scenario::{Issue, Scenario};
use crate::sim::budget::Spent;
use crate::sim::setup::Case;
use crate::sim::simulation::{Opening, Simulation};

/// A world in which nothing is released, as far as it has been simulated.
struct Simulated {
    /// The world before anything happened.
    origin: Simulation,
    /// Faults that somebody let loose in the run: they strike here as well.
    injected: Vec<Injected>,
    /// The world at the end of the last stage that was simulated.
    latest: Mutex<Option<Simulation>>,
}

impl Twin {
    /// The twin of all runs of `case` in `scenario` with `seed`, whatever their plan and their release. It is not simulated yet, but for
    /// the `opening` of such a run where it is the twin's as well.
    ///
    /// # Errors
    /// Everything wrong with the scenario, and every name in the case that it does not know.
    pub fn new(
        scenario: &Scenario,
        case: &Case,
        seed: u64,
        opening: Option<&Opening>,
    ) -> Result<Arc<Self>, Vec<Issue>> {
        let baseline = scenario.baseline().map(|release| release.name.clone());
        let variation = Box::new(case.variation.without_release());
        let case = Case { release: baseline, then: Vec::new(), variation, ..case.clone() };
        let origin = Simulation::unreleased(scenario, &case, seed)?;
        let ends = origin.stage_ends();
        let latest = opening.and_then(|opening| opening.unreleased(&origin));
        let world = Simulated { origin, injected: Vec::new(), latest: Mutex::new(latest) };
        Ok(Arc::new(Self::of(Box::new(world), ends)))
    }
}

impl UnreleasedWorld for Simulated {
    fn simulate(&self, until: Time) -> Outcomes {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let world = latest.get_or_insert_with(|| self.origin.clone());
        let begun = world.now();
        for injected in self.injected.iter().filter(|one| one.at <= until) {
            if injected.at > begun || begun == Time::ZERO {
                world.pass(injected.at);
                world.strike_by_hand(injected.fault);
            }
        }
        world.pass(until);
        world.outcomes()
    }

    fn spent(&self) -> Option<Spent> {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().and_then(Simulation::spent)
    }

    fn with(&self, injected: Injected) -> Box<dyn UnreleasedWorld> {
        let injected = self.injected.iter().copied().chain([injected]).collect();
        Box::new(Self { origin: self.origin.clone(), injected, latest: Mutex::default() })
    }
}
