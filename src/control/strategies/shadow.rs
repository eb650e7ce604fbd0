//! A shadow: the candidate gets copies of requests for a fixed time, and its answers are dropped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::Analysis;
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{BackgroundAnalysis, CompiledPlan};
use crate::control::problems::amounts::{amount, is_none};
use crate::control::problems::requests::{copied_kinds, doubling};
use crate::control::problems::{analysis, steps};
use crate::control::step::{self, Copies, Step};
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::KindMatch;

/// Copies of requests for a fixed time, then the switch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// Share of requests copied. Default all (Flagger `mirrorWeight`, 100).
    #[serde(default = "all")]
    #[schemars(extend("x-range" = "more than 0%, up to 100%"))]
    pub share: Share,
    /// The kinds of request that are copied, so that what must not happen twice is not copied; one of these has to hold. Default
    /// all (Argo Rollouts `setMirrorRoute.match`; Flagger copies all).
    #[serde(default)]
    pub kinds: Vec<KindMatch>,
    /// Length of the test.
    #[serde(rename = "for")]
    #[schemars(extend("x-range" = "more than 0s"))]
    pub lasts: Span,
    /// Number of instances of the candidate meanwhile, and in `then` until it is promoted; `"150%"` is more than the baseline has, for a
    /// candidate that copies are to load lightly. Default as many as the share needs.
    #[serde(default)]
    pub size: Option<Amount>,
    /// Analysis of the candidate meanwhile; a failure aborts the rollout. Default nothing.
    #[serde(default)]
    pub analysis: Option<Analysis>,
    /// The steps that follow. Default the switch at once.
    #[serde(default)]
    pub then: Vec<Step>,
}

fn all() -> Share {
    Share::ALL
}

impl Shadow {
    /// The steps before `then`, and the position of the one that waits while requests are copied.
    fn copying(&self) -> (Vec<Step>, usize) {
        let mut steps: Vec<Step> = self.size.map(Step::Scale).into_iter().collect();
        steps.push(match self.kinds.as_slice() {
            [] => Step::Mirror(self.share),
            kinds => Step::Copy(Copies { share: self.share, kinds: kinds.to_vec() }),
        });
        let waiting = steps.len();
        steps.extend([Step::Pause(self.lasts), Step::Mirror(Share::ZERO)]);
        (steps, waiting)
    }
}

impl Definition for Shadow {
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let (mut steps, waiting) = self.copying();
        let guard = |analysis: &Analysis| BackgroundAnalysis {
            analysis: analysis.clone(),
            from: waiting,
            until: waiting + 1,
        };
        let background = self.analysis.iter().map(guard).collect();
        steps.extend(self.then.iter().cloned());
        CompiledPlan { background, ..CompiledPlan::of_steps(steps) }
    }

    fn problems(&self, notes: &mut Notes, at: &str, _beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        notes.share(format!("{at}.share"), self.share);
        if self.share == Share::ZERO {
            notes.error(format!("{at}.share"), "out-of-range", "found 0%; nothing would be copied");
        }
        notes.some_time(format!("{at}.for"), self.lasts);
        if let Some(size) = self.size {
            amount(notes, format!("{at}.size"), size);
            if is_none(size) {
                let message = "found 0; the copies need one instance at least";
                notes.error(format!("{at}.size"), "out-of-range", message);
            }
        }
        if let Some(analysis) = &self.analysis {
            analysis::checks(notes, &format!("{at}.analysis"), analysis, scenario);
        }
        copied_kinds(notes, &format!("{at}.kinds"), &self.kinds, scenario);
        doubling(notes, &format!("{at}.share"), &self.kinds, scenario);
        if !self.then.is_empty() {
            steps::check(notes, &format!("{at}.then"), &self.then, scenario);
        }
    }

    fn drop_analyses(&mut self) {
        self.analysis = None;
        self.then = step::without_analyses(&self.then);
    }

    /// Copies reach no users, so their share stays.
    fn halve_weights(&mut self) {
        self.then = step::at_half_weight(&self.then);
    }

    fn exposure(&self) -> Exposure {
        Exposure::Copies
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        Some(StepList { path: "strategy.then", steps: &self.then, before: self.copying().0.len() })
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        self.analysis.iter().map(|analysis| ("analysis", analysis)).collect()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        let mut lists: Vec<CheckList<'_>> =
            self.analysis.iter_mut().map(|of| of.check_list("strategy.analysis")).collect();
        lists.extend(CheckList::of_steps(&mut self.then, "strategy.then"));
        lists
    }
}
