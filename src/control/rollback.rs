//! Going back: what each kind of rollout does after an abort, or when it is undone.

use super::orders::Orders;
use super::replicas::{WHOLE, weight_on_abort};
use super::rolling::{Rolled, RollingRun};
use super::script::{Back, Rules, Script};
use super::steps::by_instances;
use crate::engine::{Share, Time};
use crate::sim::{Ask, Observation, Pool, Route};

/// How far the way back has been gone.
#[derive(Clone, Debug)]
pub(super) struct RollbackRun {
    back: Back,
    since: Time,
    stage: Stage,
    because: String,
    /// Whether the stable pool was shrunk, or had gone, when the way back began.
    restoring: bool,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Users are brought back to the baseline.
    Returning,
    /// A rolling update backwards.
    Rolling(RollingRun),
    /// They are back; the candidate still stands.
    Returned,
    /// Nothing is left to do.
    Over,
}

impl RollbackRun {
    /// Begins to go back, for this reason.
    pub fn start(back: Back, because: String, orders: &Orders, seen: &Observation<'_>) -> Self {
        let now = seen.now;
        let restoring = orders.size(Pool::Stable, seen) < seen.replicas;
        let stage = match back {
            Back::Roll => Stage::Rolling(RollingRun::start(Pool::Candidate, Pool::Stable, now)),
            _ => Stage::Returning,
        };
        Self { back, since: now, stage, because, restoring }
    }

    /// Goes as far as it can now. True when all users have just come back to the baseline.
    pub fn advance(
        &mut self,
        script: &Script,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let rules = &script.rules;
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
            self.stage = Stage::Returned;
        }
        returned
    }

    /// The fleet was resized: once all users are back the pool that serves them follows; before, the way back does.
    pub fn resize(&self, orders: &mut Orders, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let pool = if self.back == Back::Flag { Pool::Candidate } else { Pool::Stable };
        if self.back == Back::Flag || matches!(self.stage, Stage::Returned | Stage::Over) {
            let because = || format!("the target is to have {} instances", seen.replicas);
            orders.scale(pool, seen.replicas, seen, asks, because);
        }
    }

    fn bring_back(
        &self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        let because = || self.because.clone();
        // A flag that no step has touched is left as the plan set it, unless the flag is the way back.
        let flag = rules.flag.as_ref().filter(|_| self.back == Back::Flag || orders.flag.is_some());
        if let Some(flag) = flag {
            orders.flag(flag, Share::ZERO, seen.now, asks, because);
        }
        match self.back {
            Back::Route | Back::Roll => self.route_back(rules, orders, seen, asks),
            Back::Instances => by_instances(0, rules, orders, seen, asks, because),
            Back::Recreate => {
                let candidate = seen.pool(Pool::Candidate);
                orders.scale(Pool::Candidate, 0, seen, asks, because);
                if candidate.existing > 0 || candidate.terminating > 0 {
                    return false;
                }
                orders.scale(Pool::Stable, seen.replicas, seen, asks, because);
                seen.pool(Pool::Stable).ready() >= seen.replicas
            }
            Back::Flag => orders.settled(seen),
        }
    }

    /// By the router: at once when the stable pool is whole; as its instances become available when it was shrunk
    /// with the weight (Argo Rollouts, abort with `dynamicStableScale`); when all are ready if it had gone.
    fn route_back(
        &self,
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
        false
    }

    /// True when the candidate has gone, or stays for good.
    fn let_candidate_go(
        &self,
        rules: &Rules,
        orders: &mut Orders,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> bool {
        if self.back == Back::Flag {
            return true;
        }
        if self.back == Back::Route && seen.now < self.since + rules.abort_delay {
            return false;
        }
        orders.scale(Pool::Candidate, 0, seen, asks, || "nobody is on the candidate any more".to_owned());
        let candidate = seen.pool(Pool::Candidate);
        candidate.desired == 0 && candidate.existing == 0 && candidate.terminating == 0
    }
}
