//! Clients: the users of an open or a closed loop, and the budget of their retries.

mod closed_loop;

use super::arrivals::Arrivals;
use crate::engine::{Sampler, Stream, Time};
use crate::scenario::{Fidelity, Shape};
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::dataplane::budget::BudgetRun;
use crate::sim::simulation::Draws;
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
        let cohort = draws.cohort;
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
        // The shape of a closed loop says how many users it has; the scenario's number is for open loops.
        let everybody = if think_time.is_some() { users as u32 } else { world.clients.users };
        let ends = &world.clients.cohort_ends;
        let mut users_by_cohort = vec![0; ends.len().max(1)];
        for user in 0..everybody {
            users_by_cohort[usize::from(cohort_of(ends, cohort, user))] += 1;
        }
        let lines = world.shape().lines((world.latest_end() + AFTERMATH).since(Time::ZERO));
        let spacing = world.scenario.traffic[world.traffic].spacing;
        let one_by_one = match world.scenario.fidelity {
            Fidelity::Requests => true,
            Fidelity::Fluid => false,
        };
        let arrivals = if lines.is_empty() || !one_by_one {
            Arrivals::none(draws)
        } else {
            Arrivals::new(&lines, spacing, draws)
        };
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

/// The cohort of a user by the upper ends of the cohorts' parts of all draws; the first one where there are none.
#[inline]
pub(in crate::sim) fn cohort_of(ends: &[u64], draws: Stream, user: u32) -> u8 {
    if ends.is_empty() {
        return 0;
    }
    let bits = draws.bits(u64::from(user));
    ends.iter().position(|end| bits <= *end).unwrap_or(0) as u8
}
