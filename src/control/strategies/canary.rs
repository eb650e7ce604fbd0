//! A canary release: a growing share of requests, step by step; rules and defaults of Argo Rollouts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::Analysis;
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{AfterAbort, CompiledPlan, RollbackMethod, SCALE_DOWN_DELAY};
use crate::control::problems::amounts::{amount, is_none, surge};
use crate::control::problems::limits::MOST_INSTANCES;
use crate::control::problems::steps;
use crate::control::sizing::routed::Threshold;
use crate::control::step::{self, Step};
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::AntiAffinity;

/// A canary release; rules and defaults are those of Argo Rollouts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// The steps, in order; at the end the candidate gets all requests.
    pub steps: Vec<Step>,
    /// Whether a router splits the requests; otherwise the weight is approximated by instance counts. Default true.
    #[serde(default = "yes")]
    pub router: bool,
    /// Whether a user stays on one side while the weight stays or grows. Default true.
    #[serde(default = "yes")]
    pub sticky: bool,
    /// Without a router: how many instances there may be above the fleet's size; rounded up. Argo Rollouts `maxSurge`, 25
    /// %.
    #[serde(default = "quarter")]
    pub max_surge: Amount,
    /// Without a router: how many may be unavailable; rounded down. Argo Rollouts `maxUnavailable`, 25 %.
    #[serde(default = "quarter")]
    pub max_unavailable: Amount,
    /// Whether the stable pool shrinks as the canary grows; otherwise it stays whole until the end. `dynamicStableScale`,
    /// false.
    #[serde(default)]
    pub dynamic_stable_scale: bool,
    /// How long the canary stays after an abort, with a router. With 0 it stays for ever at the size of a first step `Scale`, and goes
    /// at once without one. Argo Rollouts `abortScaleDownDelaySeconds`, 30 s; with `dynamic_stable_scale` it shrinks with its weight,
    /// unless a delay is given.
    #[serde(default)]
    pub abort_scale_down_delay: Option<Span>,
    /// With a router: fewest instances of a pool that has any, up to the fleet's size. Argo Rollouts
    /// `minPodsPerReplicaSet`, 1.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10000))]
    pub min_instances: u32,
    /// How long a step may go without progress before it counts as stuck. Argo Rollouts `progressDeadlineSeconds`, 600 s.
    #[serde(default = "ten_minutes")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub progress_deadline: Span,
    /// Whether a rollout that exceeds the deadline also aborts. Argo Rollouts `progressDeadlineAbort`, false.
    #[serde(default)]
    pub abort_on_deadline: bool,
    /// How many of a step's candidate instances must be ready for the rollout to go on; the promotion waits for all.
    /// `replicaProgressThreshold`, all of them.
    #[serde(default)]
    pub progress_threshold: Option<Amount>,
    /// How long an instance must be ready before it counts as available, at every step. Kubernetes and Argo Rollouts
    /// `minReadySeconds`, 0.
    #[serde(default, skip_serializing_if = "is_at_once")]
    pub min_ready: Span,
    /// With a router: how long the old instances stand after the last step. Argo Rollouts `scaleDownDelaySeconds`, 30 s.
    #[serde(default = "half_a_minute", skip_serializing_if = "is_half_a_minute")]
    pub scale_down_delay: Span,
    /// How canary and stable instances keep out of each other's zones. Argo Rollouts `antiAffinity`, none.
    #[serde(default)]
    pub anti_affinity: Option<AntiAffinity>,
}

fn one() -> u32 {
    1
}

fn half_a_minute() -> Span {
    SCALE_DOWN_DELAY
}

// Proofs rest on plans as they are written: a field that came later is not written where it stands at its default.
const fn is_at_once(span: &Span) -> bool {
    span.is_zero()
}

fn is_half_a_minute(span: &Span) -> bool {
    *span == SCALE_DOWN_DELAY
}

fn ten_minutes() -> Span {
    Span::from_secs(600)
}

fn quarter() -> Amount {
    Amount::Share(Share::percent(25.0))
}

fn yes() -> bool {
    true
}

impl Definition for Canary {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let mut compiled = CompiledPlan::of_steps(self.steps.clone());
        if let Some(Step::Retire(delay)) = compiled.steps.last_mut()
            && self.router
        {
            *delay = self.scale_down_delay;
        }
        let rules = &mut compiled.rules;
        rules.sticky = self.sticky;
        rules.dynamic_stable = self.dynamic_stable_scale && self.router;
        rules.after_abort = self.after_abort();
        rules.least = self.min_instances.max(1);
        rules.min_ready = self.min_ready;
        rules.deadline = (self.progress_deadline, self.abort_on_deadline);
        rules.threshold = self.progress_threshold.map(|amount| match amount {
            Amount::Count(count) => Threshold::Pods(i64::from(count)),
            Amount::Share(share) => Threshold::Percentage(i64::from(share.basis_points() / 100)),
        });
        rules.anti_affinity = self.anti_affinity;
        if !self.router {
            rules.router = false;
            rules.back = RollbackMethod::Instances;
            rules.max_surge = self.max_surge;
            rules.max_unavailable = self.max_unavailable;
        }
        compiled
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        let list = format!("{at}.steps");
        steps::check(notes, &list, &self.steps, scenario);
        notes.within(format!("{at}.min_instances"), self.min_instances, 1..=MOST_INSTANCES);
        notes.some_time(format!("{at}.progress_deadline"), self.progress_deadline);
        // Argo Rollouts and Kubernetes: progressDeadlineSeconds must be greater than minReadySeconds.
        if self.progress_deadline <= self.min_ready && !self.min_ready.is_zero() {
            let message = format!(
                "found {}; it must be longer than min_ready, {}",
                self.progress_deadline, self.min_ready
            );
            notes.error(format!("{at}.progress_deadline"), "out-of-range", message);
        }
        if let Some(threshold) = self.progress_threshold {
            let name = format!("{at}.progress_threshold");
            amount(notes, name.clone(), threshold);
            if let Amount::Share(share) = threshold {
                notes.share(name.clone(), share);
            }
            if is_none(threshold) {
                notes.warning(name, "never", "with none of its instances ready a step would be over at once");
            }
        }
        if !self.router {
            self.without_router(notes, at, &list);
        }
    }

    fn drop_analyses(&mut self) {
        self.steps = step::without_analyses(&self.steps);
    }

    fn halve_weights(&mut self) {
        self.steps = step::at_half_weight(&self.steps);
    }

    fn exposure(&self) -> Exposure {
        Exposure::Weight
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        Some(StepList { path: "strategy.steps", steps: &self.steps, before: 0 })
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        Vec::new()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        CheckList::of_steps(&mut self.steps, "strategy.steps")
    }
}

impl Canary {
    /// What becomes of the candidate after an abort. A delay of 0 keeps the size that the first step sets, since an abort goes back to
    /// the first step; without one the size follows the weight, which is 0 (`UseSetCanaryScale`, `shouldDelayScaleDownOnAbort`; issue
    /// 1841 of Argo Rollouts).
    fn after_abort(&self) -> AfterAbort {
        let shrinks = self.dynamic_stable_scale && self.router;
        match (self.abort_scale_down_delay, self.steps.first()) {
            (Some(Span::ZERO), Some(Step::Scale(size))) => AfterAbort::StaysAt(*size),
            (None | Some(Span::ZERO), _) if shrinks => AfterAbort::Shrinks,
            (Some(delay), _) => AfterAbort::Stands(delay),
            (None, _) => AfterAbort::default(),
        }
    }

    /// Notes what does not work without a router.
    fn without_router(&self, notes: &mut Notes, at: &str, list: &str) {
        if self.min_instances > 1 {
            let message = "without a router the counts stand for the weight, whatever the least";
            notes.warning(format!("{at}.min_instances"), "no-effect", message);
        }
        surge(notes, at, self.max_surge, self.max_unavailable);
        for (index, _) in self.steps.iter().enumerate().filter(|(_, step)| step.traits().takes_router) {
            let message = "it takes a router to do this; set `router: true`";
            notes.error(format!("{list}[{index}]"), "needs-router", message);
        }
        if self.dynamic_stable_scale {
            let message = "without a router the stable pool shrinks anyway";
            notes.warning(format!("{at}.dynamic_stable_scale"), "no-effect", message);
        }
    }
}
