//! The twin of a run: the same world with nothing released. Users who fare worse in the run than there were harmed by the
//! release or its rollout, users who fare better were helped; what would have gone wrong anyway is neither.
//!
//! Both worlds have the same users, who ask for the same at the same times, with the same luck. So each request has a partner
//! in the other world: the one with the same number, or, in a closed loop, the same user's request with the same number. A
//! request that has not ended is neither good nor bad, and so is its partner.
//!
//! Instances are others in the two worlds, so where a zone is lost or a host crashes, luck decides whom it strikes. Users who were
//! struck here and not there, and as many who were struck there and not here, have changed places, and are neither.
#![expect(
    clippy::disallowed_types,
    reason = "a twin is shared by the runs of all threads, and answers the same whichever asks first"
)]

mod outcomes;
mod world;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub(super) use outcomes::{Ended, Odds, Outcomes};

use super::budget::Spent;
use crate::engine::{Span, Time};

/// For so long a twin goes on after the end of a stage, so that what was asked before it has an end (assumed: clients wait for
/// less than a minute).
pub(super) const AFTERMATH: Span = Span::from_secs(60);

/// A world in which nothing is released: the scenario's own settings, its traffic and the case's faults, with the same seed.
///
/// It is simulated when its outcomes are first asked for, once, in stages; another thread that asks meanwhile waits. Its answers depend on
/// the world and the time alone, not on who asks first.
pub struct Twin {
    /// What simulates it.
    world: Box<dyn UnreleasedWorld>,
    /// When each stage ends.
    ends: Vec<Time>,
    /// How its requests ended, as far as that is known [`AFTERMATH`] after the end of each stage.
    stages: Vec<OnceLock<Outcomes>>,
    /// Twins in which one fault more was let loose.
    diverted: Mutex<Vec<(Injected, Arc<Twin>)>>,
}

/// A fault that somebody let loose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Injected {
    pub at: Time,
    /// Position of the fault in the scenario.
    pub fault: u16,
}

/// What simulates a twin. The simulation itself holds a twin, so that the twin does not know it.
trait UnreleasedWorld: Send + Sync {
    /// How its requests ended, as far as that is known at `until`; no earlier than the time asked for before.
    fn simulate(&self, until: Time) -> Outcomes;

    /// That it took more than its budget, as far as it has been simulated.
    fn spent(&self) -> Option<Spent>;

    /// The same world from its start, with one fault more let loose.
    fn with(&self, injected: Injected) -> Box<dyn UnreleasedWorld>;
}

impl Twin {
    /// The twin that `world` simulates in stages which end at these times. It is not simulated yet.
    fn of(world: Box<dyn UnreleasedWorld>, ends: Vec<Time>) -> Self {
        Self {
            world,
            stages: ends.iter().map(|_| OnceLock::new()).collect(),
            ends,
            diverted: Mutex::default(),
        }
    }

    /// How the partner of a request ended; `None` when it did not end. `now` is when the request ended in the run.
    #[inline]
    pub(super) fn ended(&self, now: Time, user: u32, number: u32) -> Option<Ended> {
        self.outcomes(self.stage(now)).of(user, number)
    }

    /// How likely a request of a class goes badly in a second; `now` is the end of that second in the run.
    pub(super) fn odds(&self, now: Time, second: u64, class: usize) -> Option<Odds> {
        self.outcomes(self.stage(now)).odds(second, class)
    }

    /// The stage in which this time is.
    #[inline]
    fn stage(&self, now: Time) -> usize {
        match self.ends[0] < now {
            false => 0,
            true => self.ends.partition_point(|end| *end < now).min(self.ends.len() - 1),
        }
    }

    /// The outcomes known after a stage; it is simulated when it was not yet.
    #[inline]
    fn outcomes(&self, stage: usize) -> &Outcomes {
        self.stages[stage].get().unwrap_or_else(|| self.simulate(stage))
    }

    /// Simulates a stage, after those before it.
    #[cold]
    #[inline(never)]
    fn simulate(&self, stage: usize) -> &Outcomes {
        if let Some(before) = stage.checked_sub(1) {
            self.outcomes(before);
        }
        self.stages[stage].get_or_init(|| self.world.simulate(self.ends[stage] + AFTERMATH))
    }

    /// That it took more than its budget, as far as it has been simulated.
    pub(super) fn spent(&self) -> Option<Spent> {
        self.world.spent()
    }

    /// The twin in which one fault more was let loose.
    pub(super) fn diverted(&self, by: Injected) -> Arc<Self> {
        let mut known = self.diverted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, twin)) = known.iter().find(|(injected, _)| *injected == by) {
            return Arc::clone(twin);
        }
        let twin = Arc::new(Self::of(self.world.with(by), self.ends.clone()));
        known.push((by, Arc::clone(&twin)));
        twin
    }
}

impl fmt::Debug for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twin").field("ends", &self.ends).finish_non_exhaustive()
    }
}
