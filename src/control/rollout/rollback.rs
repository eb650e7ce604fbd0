//! Rollbacks: what each kind of rollout does after an abort, or when it is undone.

use super::orders::Orders;
use super::rolling::{Rolled, RollingRun};
use super::steps::by_instances;
use crate::control::Gradual;
use crate::control::compiled_plan::{AfterAbort, CompiledPlan, RollbackMethod, Rules};
use crate::control::sizing::replicas::{WHOLE, Weight, weight_on_abort};
use crate::control::sizing::routed::{CanaryScale, Routed};
use crate::engine::{Share, Time};
use crate::sim::{Ask, Observation, Pool, Route};

/// The progress of a rollback.
#[derive(Clone, Debug)]
pub(super) struct RollbackRun {
    back: RollbackMethod,
    since: Time,
    stage: Stage,
    because: String,
    /// Whether the stable pool was smaller than the fleet, or gone, when the rollback began.
    restoring: bool,
    gradual: Option<Gradual>,
    /// The time of the last step down.
    stepped: Option<Time>,
    /// The time when all users were back on a stable pool that is whole.
    returned: Option<Time>,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Users are moved back to the baseline.
    Returning,
    /// A rolling update backwards.
    Rolling(RollingRun),
    /// They are back; the candidate still has instances.
    Returned,
    /// Nothing is left to do.
    Over,
}

impl RollbackRun {
    /// Begins the rollback, for this reason.
    pub fn start(
        back: RollbackMethod,
        gradual: Option<Gradual>,
        because: String,
        orders: &Orders,
        seen: &Observation<'_>,
    ) -> Self {
        let now = seen.now;
        let restoring = orders.size(Pool::Stable, seen) < seen.replicas;
        let stage = match back {
            RollbackMethod::Roll => Stage::Rolling(RollingRun::start(Pool::Candidate, Pool::Stable, now)),
            RollbackMethod::Route
            | RollbackMethod::Instances
            | RollbackMethod::Recreate
            | RollbackMethod::Flag => Stage::Returning,
        };
        Self { back, since: now, stage, because, restoring, gradual, stepped: None, returned: None }
    }

    /// Takes all steps that are possible now. True when all users have just come back to the baseline.
    pub fn advance(
        &mut self,
        compiled: &CompiledPlan,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let rules = &compiled.rules;
        let returned = match &mut self.stage {
            Stage::Over => return false,
            Stage::Returned => {
                if self.let_candidate_go(rules, orders, seen, asks) {
                    self.stage = Stage::Over;
                }
                return false;
            }
            Stage::Rolling(run) => run.advance(&rules.rolling, orders, seen, asks) == Rolled::Done,
            Stage::Returning => self.bring_back(rules, orders, seen, asks),
        };
        if returned {
            self.returned = Some(seen.now);
            self.stage = Stage::Returned;
        }
        returned
    }

    /// When an aborted candidate has stood for its delay; `None` without one.
    pub fn deadline(&self, rules: &Rules) -> Option<Time> {
        match rules.after_abort {
            AfterAbort::Stands(delay) if self.back == RollbackMethod::Route && !rules.dynamic_stable => {
                Some(self.since + delay)
            }
            AfterAbort::Stands(_) | AfterAbort::Stays | AfterAbort::StaysAt(_) | AfterAbort::Shrinks => None,
        }
    }

    /// Reacts to a resized fleet: when all users are back, the pool that serves them gets the new size; before that, the
    /// rollback takes it into account.
    pub fn resize(&self, orders: &mut Orders, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let pool = if self.back == RollbackMethod::Flag { Pool::Candidate } else { Pool::Stable };
        if self.back == RollbackMethod::Flag || matches!(self.stage, Stage::Returned | Stage::Over) {
            let because = || format!("the target is to have {} instances", seen.replicas);
            orders.scale(pool, seen.replicas, seen, asks, because);
        }
    }

    fn bring_back(
        &mut self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let because = || self.because.clone();
        // A flag that no step has changed stays as the plan set it, unless the rollback works by the flag.
        let flag = rules.flag.as_ref().filter(|_| self.back == RollbackMethod::Flag || orders.flag.is_some());
        if let Some(flag) = flag {
            orders.flag(flag, Share::ZERO, seen.now, asks, because);
        }
        match self.back {
            RollbackMethod::Route | RollbackMethod::Roll => self.route_back(rules, orders, seen, asks),
            RollbackMethod::Instances => by_instances(0, rules, orders, seen, asks, because),
            RollbackMethod::Recreate => {
                let candidate = seen.pool(Pool::Candidate);
                orders.scale(Pool::Candidate, 0, seen, asks, because);
                if candidate.existing > 0 || candidate.terminating > 0 {
                    return false;
                }
                orders.scale(Pool::Stable, seen.replicas, seen, asks, because);
                seen.pool(Pool::Stable).ready() >= seen.replicas
            }
            RollbackMethod::Flag => orders.settled(seen),
        }
    }

    /// Goes back by the router: at once when the stable pool is complete; as its instances become available when it was shrunk
    /// with the weight (Argo Rollouts, abort with `dynamicStableScale`); when all are ready if it had gone.
    fn route_back(
        &mut self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let ready = seen.pool(Pool::Stable).ready();
        orders.scale(Pool::Stable, seen.replicas, seen, asks, || {
            format!("the baseline has to come back first: {}", self.because)
        });
        let complete = !self.restoring || ready >= seen.replicas;
        if complete {
            if self.steps_down(rules, orders, seen, asks) {
                return false;
            }
            orders.route(Route::all_to(Pool::Stable), seen.now, asks, || self.because.clone());
            return orders.settled(seen);
        }
        let weight = weight_on_abort(orders.weight, ready, seen.replicas);
        if rules.dynamic_stable && weight < orders.weight {
            let weights = Some([WHOLE - weight, weight, 0]);
            let route = Route { sticky: rules.sticky, weights, ..Route::by_instances() };
            let because = || format!("ready stable instances: {ready} of {}", seen.replicas);
            orders.route(route, seen.now, asks, because);
        }
        if rules.after_abort == AfterAbort::Shrinks && orders.settled(seen) {
            self.shrink(rules, orders, seen, asks);
        }
        false
    }

    /// Lets the candidate shrink with its weight, as far as its requests have gone (Argo Rollouts, abort with
    /// `dynamicStableScale`).
    fn shrink(&self, rules: &Rules, orders: &mut Orders, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let actual = (Weight::points(orders.weight), Weight::points(WHOLE - orders.weight));
        let (candidate, _) = after_abort(None, Some(actual), rules, seen);
        if candidate < orders.size(Pool::Candidate, seen) {
            orders.scale(Pool::Candidate, candidate, seen, asks, || {
                "the candidate shrinks as its requests go".to_owned()
            });
        }
    }

    /// Lowers the weight by a step when it is time. False when the last step, to 0, is due.
    fn steps_down(
        &mut self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let Some(Gradual { step, every }) = self.gradual.filter(|_| orders.weight > 0) else { return false };
        if self.stepped.is_some_and(|at| seen.now < at + every) {
            return true;
        }
        let weight = orders.weight.saturating_sub(step.basis_points().max(1));
        self.stepped = Some(seen.now);
        if weight == 0 {
            return false;
        }
        let route = Route {
            sticky: rules.sticky,
            weights: Some([WHOLE - weight, weight, 0]),
            ..Route::by_instances()
        };
        orders.route(route, seen.now, asks, || format!("back by {step} every {every}: {}", self.because));
        true
    }

    /// Removes the candidate if it is to go. True when it has gone, or stays for good.
    fn let_candidate_go(
        &self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        if self.back == RollbackMethod::Flag {
            return true;
        }
        let goes = match rules.after_abort {
            AfterAbort::Stands(delay) if self.back == RollbackMethod::Route => {
                // Argo Rollouts (`reconcileNewReplicaSet`): the delay begins when the stable ReplicaSet is whole.
                let since = self.returned.filter(|_| rules.dynamic_stable && self.restoring);
                if seen.now < since.unwrap_or(self.since) + delay {
                    return false;
                }
                true
            }
            // A stable pool that had gone has come back as a release of its own; after that the candidate goes.
            AfterAbort::Stays | AfterAbort::StaysAt(_)
                if self.back == RollbackMethod::Route && !self.restoring =>
            {
                false
            }
            AfterAbort::Stays | AfterAbort::StaysAt(_) => true,
            AfterAbort::Stands(_) | AfterAbort::Shrinks => true,
        };
        if let (AfterAbort::StaysAt(size), false) = (rules.after_abort, goes) {
            let (size, _) = after_abort(Some(size.into()), None, rules, seen);
            let because = || "it stays, at the size that the first step sets".to_owned();
            orders.scale(Pool::Candidate, size, seen, asks, because);
        }
        let going: &[Pool] = if goes { &[Pool::Candidate, Pool::Control] } else { &[Pool::Control] };
        for pool in going.iter().copied() {
            orders.scale(pool, 0, seen, asks, || format!("nobody is on the {} any more", pool.name()));
        }
        going.iter().copied().all(|pool| {
            let pool = seen.pool(pool);
            pool.desired == 0 && pool.existing == 0 && pool.terminating == 0
        })
    }
}

/// The sizes of both pools after an abort, by a size of the candidate's own and the weights that the router has.
fn after_abort(
    scale: Option<CanaryScale>,
    actual: Option<(Weight, Weight)>,
    rules: &Rules,
    seen: &Observation<'_>,
) -> (u32, u32) {
    let (replicas, least, dynamic_stable) = (seen.replicas, rules.least, rules.dynamic_stable);
    Routed { replicas, weight: Weight::points(0), scale, least, dynamic_stable, aborted: true, actual }
        .counts()
}
