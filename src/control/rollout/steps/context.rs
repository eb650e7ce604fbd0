//! What a step is given when it looks at the world, and what comes of the look.

use crate::control::Response;
use crate::control::analysis::results::CheckResults;
use crate::control::compiled_plan::{CompiledPlan, Rules};
use crate::control::rollout::orders::Orders;
use crate::control::sizing::replicas::WHOLE;
use crate::sim::{Ask, Observation, Pool};

/// The result of a look at the world.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) enum Outcome {
    /// It goes on by itself.
    Going,
    /// It waits for an approval.
    Approval,
    /// A judgement was inconclusive.
    Inconclusive(String),
    /// A judgement was bad: the rollout goes back.
    RollBack(String),
    /// An analysis failed whose response is not a rollback.
    Failed(Response, String),
    /// All users are on the candidate; only retirements are left.
    Complete,
    /// There is nothing left to do.
    Done,
}

/// The surroundings of a step.
pub(in crate::control) struct StepContext<'a, 'b> {
    pub compiled: &'a CompiledPlan,
    pub orders: &'a mut Orders,
    pub results: &'a mut CheckResults,
    pub seen: &'a Observation<'b>,
    pub asks: &'a mut Vec<Ask>,
}

impl StepContext<'_, '_> {
    pub(super) fn rules(&self) -> &Rules {
        &self.compiled.rules
    }

    pub(super) fn size(&self, pool: Pool) -> u32 {
        self.orders.size(pool, self.seen)
    }

    /// The pool that gets all requests at the end.
    pub(super) fn goal(&self) -> Pool {
        self.compiled.rules.new
    }

    /// The pool that had all requests at the start.
    pub(super) fn old(&self) -> Pool {
        self.compiled.rules.old
    }

    /// Basis points of the requests that the route gives the new pool.
    pub(super) fn weight(&self) -> u32 {
        let of_candidate = self.orders.weight;
        if self.goal() == Pool::Candidate { of_candidate } else { WHOLE.saturating_sub(of_candidate) }
    }
}
