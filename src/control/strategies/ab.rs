//! An A/B test: two groups of users for a fixed time, then a decision.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::analysis::sample_ratio;
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{BackgroundAnalysis, CompiledPlan, SCALE_DOWN_DELAY};
use crate::control::problems::analysis;
use crate::control::step::half;
use crate::control::{Analysis, Step};
use crate::engine::{Share, Span};
use crate::scenario::{Notes, Scenario};

/// Two groups of users for a fixed time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ab {
    /// Share of users on the candidate; they stay there. Default 50 %.
    #[serde(default = "fifty")]
    pub share: Share,
    /// Length of the test.
    #[serde(rename = "for")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub lasts: Span,
    /// Analysis while the test runs; a failure aborts the rollout. Default nothing.
    #[serde(default)]
    pub guardrails: Option<Analysis>,
    /// Analysis at the end: if it passes, the candidate gets all users, otherwise it is rolled back. Without `for`, a check
    /// without a count is measured once. Default nothing.
    #[serde(default)]
    pub goal: Option<Analysis>,
    /// The p-value of the split of the users (chi-square) below which the result of the goal is invalid and the rollout
    /// pauses for a person. `None` does not test the split. Default 0.001 (GrowthBook's sample ratio mismatch).
    #[serde(default = "one_in_a_thousand")]
    pub sample_ratio: Option<f64>,
}

fn one_in_a_thousand() -> Option<f64> {
    Some(0.001)
}

fn fifty() -> Share {
    Share::percent(50.0)
}

impl Ab {
    /// The goal as a step: without a length of its own, a check without a count is measured once.
    fn last_look(&self) -> Option<Analysis> {
        let mut goal = self.goal.clone()?;
        for check in &mut goal.checks {
            if goal.lasts.is_none() && check.count.is_none() {
                check.count = Some(1);
            }
        }
        Some(goal)
    }
}

impl Definition for Ab {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let mut steps = vec![Step::Weight(self.share), Step::Pause(self.lasts)];
        let guard =
            |analysis: &Analysis| BackgroundAnalysis { analysis: analysis.clone(), from: 0, until: 2 };
        let background = self.guardrails.iter().map(guard).collect();
        steps.extend(self.last_look().map(|mut goal| {
            if let Some(alpha) = self.sample_ratio {
                goal.checks.insert(0, sample_ratio::of_users(self.share, alpha));
            }
            Step::Analyse(goal)
        }));
        steps.extend([Step::Promote, Step::Retire(SCALE_DOWN_DELAY)]);
        CompiledPlan { steps, background, ..CompiledPlan::default() }
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        if self.share == Share::ZERO || self.share >= Share::ALL {
            let message = format!("found {}; a comparison takes users on both sides", self.share);
            notes.error(format!("{at}.share"), "out-of-range", message);
        }
        notes.some_time(format!("{at}.for"), self.lasts);
        if let Some(guardrails) = &self.guardrails {
            analysis::checks(notes, &format!("{at}.guardrails"), guardrails, scenario);
        }
        match &self.goal {
            Some(goal) if goal.lasts.is_some() => {
                analysis::step(notes, &format!("{at}.goal"), goal, scenario);
            }
            Some(goal) => analysis::checks(notes, &format!("{at}.goal"), goal, scenario),
            None => {}
        }
        if self.sample_ratio.is_some_and(|alpha| !(alpha > 0.0 && alpha <= 0.5)) {
            let message =
                "allowed is above 0 and at most 0.5: how often a sound experiment may be called invalid";
            notes.error(format!("{at}.sample_ratio"), "out-of-range", message);
        }
    }

    /// Waits as long as the goal would have taken.
    fn drop_analyses(&mut self) {
        let judged = self.last_look().map_or(Span::ZERO, |goal| goal.expected());
        self.lasts = self.lasts + judged;
        (self.guardrails, self.goal, self.sample_ratio) = (None, None, None);
    }

    fn halve_weights(&mut self) {
        self.share = half(self.share);
    }

    fn exposure(&self) -> Exposure {
        Exposure::Variants
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        None
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        let guardrails = self.guardrails.iter().map(|analysis| ("guardrails", analysis));
        guardrails.chain(self.goal.iter().map(|analysis| ("goal", analysis))).collect()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        let guardrails = self.guardrails.iter_mut().map(|of| of.check_list("strategy.guardrails"));
        guardrails.chain(self.goal.iter_mut().map(|of| of.check_list("strategy.goal"))).collect()
    }
}
