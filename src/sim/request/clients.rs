//! Clients: the users of an open or a closed loop, and the budget of their retries.

use super::arrivals::Arrivals;
use super::path::cohort_of;
use crate::engine::{Sampler, Time};
use crate::scenario::{LEAST_THOUGHT, Shape};
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::dataplane::budget::BudgetRun;
use crate::sim::event::{Event, class};
use crate::sim::simulation::{Draws, Simulation};
use crate::sim::twin::AFTERMATH;

/// The users.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Clients {
    /// When the users of an open loop ask.
    pub arrivals: Arrivals,
    /// How long a user of a closed loop thinks between two requests; none in an open loop.
    think_time: Option<Sampler>,
    /// How often each user of a closed loop has asked.
    loop_requests: Vec<u32>,
    /// How many users each cohort has; one number for all without cohorts.
    pub users_by_cohort: Vec<u64>,
    /// What the clients' retries may add.
    pub retry_budget: Option<BudgetRun>,
}

impl Clients {
    /// Users who have not asked yet.
    pub fn new(world: &CompiledWorld, draws: &Draws) -> Self {
        let ends = &world.clients.cohort_ends;
        let mut users_by_cohort = vec![0; ends.len().max(1)];
        for user in 0..world.clients.users {
            users_by_cohort[usize::from(cohort_of(ends, draws.cohort, user))] += 1;
        }
        let draws = draws.arrivals();
        let (think_time, users) = match world.shape() {
            Shape::Closed { users, think } => (Some(think.sampler()), *users as usize),
            Shape::Constant(_)
            | Shape::Ramp { .. }
            | Shape::Daily { .. }
            | Shape::Spike { .. }
            | Shape::FlashCrowd { .. }
            | Shape::Trace { .. } => (None, 0),
        };
        let lines = world.shape().lines((world.latest_end() + AFTERMATH).since(Time::ZERO));
        let spacing = world.scenario.traffic[world.traffic].spacing;
        let arrivals =
            if lines.is_empty() { Arrivals::none(draws) } else { Arrivals::new(&lines, spacing, draws) };
        Self {
            arrivals,
            think_time,
            loop_requests: vec![0; users],
            users_by_cohort,
            retry_budget: world.clients.retries.budget.as_ref().map(BudgetRun::new),
        }
    }

    /// How many users a closed loop has; none in an open one.
    pub const fn loop_users(&self) -> usize {
        self.loop_requests.len()
    }

    /// Whether each user waits for an answer, thinks, and asks again.
    #[inline]
    pub const fn is_closed_loop(&self) -> bool {
        self.think_time.is_some()
    }
}

impl Simulation {
    /// Books the first request of each user of a closed loop.
    pub(in crate::sim) fn book_first_requests(&mut self) {
        let Some(think) = &self.clients.think_time else { return };
        for user in 0..self.clients.loop_requests.len() as u32 {
            let wait = think.at(self.draws.think.bits(u64::from(user) << 32));
            self.agenda.book(self.now + wait, class::TIMER, Event::Think { user });
        }
    }

    /// The user of a closed loop, who asked at `asked`, thinks, then asks again. After an answer that took no time they think for
    /// [`LEAST_THOUGHT`] at least, so that time passes.
    pub(in crate::sim) fn think(&mut self, user: u32, asked: Time) {
        let Some(think) = &self.clients.think_time else { return };
        let count = &mut self.clients.loop_requests[user as usize];
        *count += 1;
        let drawn = think.at(self.draws.think.bits(u64::from(user) << 32 | u64::from(*count)));
        let wait = if self.now == asked { drawn.max(LEAST_THOUGHT) } else { drawn };
        self.agenda.book(self.now + wait, class::TIMER, Event::Think { user });
    }

    /// A user of a closed loop asks.
    pub(in crate::sim) fn ask_again(&mut self, user: u32) {
        let count = self.clients.loop_requests[user as usize];
        let luck = self.draws.request.bits(u64::from(user) << 32 | u64::from(count));
        self.enter(luck, user, count);
    }
}
