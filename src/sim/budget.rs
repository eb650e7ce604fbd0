//! The budget of a run: how much work and memory it may take. A run that takes more ends there, by itself.
//!
//! What is counted is the same on every machine: events handled, and what costs as much as events besides them. No clock decides.

use std::fmt;

use crate::engine::Time;
use crate::scenario::{RunCost, Scenario};

/// How many events pass at most between two looks at what has been spent.
const LOOK_EVERY: u64 = 4_096;

/// The most memory of a run, in bytes: 512 MiB.
const MOST_BYTES: u64 = 512 << 20;

/// The work that every run may take, in steps: some seconds' worth. A step is about as much as one event, a tenth of a
/// microsecond.
const FREE_STEPS: u64 = 20_000_000;

/// How much more than the estimate of its scenario a run may take on top of that: retries, restarts and judges come to several
/// times the work of a quiet run.
const TIMES_THE_ESTIMATE: f64 = 3.0;

/// The most that one run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps of work: events, and what costs as much.
    pub steps: u64,
    /// Bytes of memory.
    pub bytes: u64,
}

impl Budget {
    /// The budget of runs of a scenario that is estimated to take this; it is the same for every plan, so that a plan that multiplies
    /// the work is told so.
    pub fn of(estimate: &RunCost) -> Self {
        Self { steps: FREE_STEPS + (estimate.steps * TIMES_THE_ESTIMATE) as u64, bytes: MOST_BYTES }
    }
}

impl Scenario {
    /// What one run may take in this scenario. Expects a scenario without errors.
    pub fn budget(&self) -> Budget {
        Budget::of(&self.run_cost())
    }
}

/// That a run took more than its budget, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The simulated time at which it was spent, and the run ended.
    pub at: Time,
    /// Whether memory ran out, and not work.
    pub memory: bool,
    /// What there was.
    pub budget: Budget,
}

/// A sentence for people: what was spent, when, the limit, and what to do.
impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Budget { steps, bytes } = self.budget;
        let (what, limit) = if self.memory {
            ("memory", format!("{} MiB", bytes >> 20))
        } else {
            ("work", format!("{} million steps", steps / 1_000_000))
        };
        write!(
            f,
            "too costly: at {} of simulated time the run had used up its {what}, {limit}; nothing is judged. Make fewer instances, retries, checks or alerts, or longer intervals",
            self.at
        )
    }
}

/// What a run has spent so far.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Meter {
    pub budget: Budget,
    /// Steps spent besides events.
    pub charged: u64,
    /// The number of events at which what was spent is looked at next.
    pub next_look: u64,
    pub last_look: u64,
    pub look_every: u64,
    pub spent: Option<Spent>,
    /// Of the events, those about watching the world and deciding on it, and what they were charged.
    pub watched: Spending,
    /// Whether what watching took can no longer be told from the rest: it has moved a look, or an event cost more than one step.
    pub is_mixed: bool,
}

/// A part of what was spent.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct Spending {
    pub events: u64,
    pub charged: u64,
}

impl Meter {
    /// A budget of which nothing is spent. What has tables that are built anew is looked at more often.
    pub fn new(budget: Budget, has_tables: bool) -> Self {
        let look_every = if has_tables { LOOK_EVERY / 64 } else { LOOK_EVERY };
        Self {
            budget,
            charged: 0,
            next_look: look_every,
            last_look: 0,
            look_every,
            spent: None,
            watched: Spending::default(),
            is_mixed: false,
        }
    }

    /// Counts work that costs as much as so many events; much of it is looked at before the next event.
    #[inline]
    pub fn charge(&mut self, steps: u64) {
        self.charged = self.charged.saturating_add(steps);
        if steps >= self.look_every {
            self.next_look = 0;
            self.is_mixed = true;
        }
    }

    /// What the same world has spent in which nobody watches, when this one has handled so many `events`; `None` where that cannot be
    /// told.
    pub fn without_watching(&self, events: u64) -> Option<Self> {
        if self.is_mixed || self.spent.is_some() {
            return None;
        }
        let last_look = (events - self.watched.events) / self.look_every * self.look_every;
        Some(Self {
            charged: self.charged - self.watched.charged,
            next_look: last_look + self.look_every,
            last_look,
            watched: Spending::default(),
            ..self.clone()
        })
    }
}
