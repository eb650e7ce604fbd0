//! A blue-green release by the rules of Argo Rollouts: a second fleet starts, is tested, and gets all users at once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{Definition, Exposure, StepList};
use crate::control::check_list::CheckList;
use crate::control::compiled_plan::{AfterAbort, CompiledPlan, Rules};
use crate::control::problems::amounts::{amount, is_none};
use crate::control::problems::analysis;
use crate::control::{Analysis, SmokeTest, Step};
use crate::engine::{Amount, Share, Span};
use crate::scenario::{Notes, Scenario};
use crate::sim::AntiAffinity;
use crate::telemetry::Subject;

/// A blue-green release; defaults are those of Argo Rollouts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BlueGreen {
    /// How many instances green has before the switch; it comes to full size at the switch. Default all
    /// (`previewReplicaCount`). It may be more than all, such as `"150%"`.
    pub preview: Option<Amount>,
    /// Test requests to green before the switch. Default none.
    pub smoke_test: Option<SmokeTest>,
    /// Analysis of green before the switch (Argo Rollouts `prePromotionAnalysis`). Default none.
    pub before: Option<Analysis>,
    /// Whether the switch needs no approval. Argo Rollouts `autoPromotionEnabled`, true.
    pub auto_promote: bool,
    /// How long green waits before the switch by itself. Argo Rollouts `autoPromotionSeconds`, 0.
    pub auto_promote_after: Span,
    /// Analysis of green after the switch; a failure switches back (Argo Rollouts `postPromotionAnalysis`). Default none.
    pub after: Option<Analysis>,
    /// How long blue stays after the switch. Argo Rollouts `scaleDownDelaySeconds`, 30 s. Blue also stays while `after`
    /// runs, unless `cuts_after`. Until it goes, an undo switches back at once; after that blue has to be started again.
    pub scale_down_delay: Span,
    /// Whether `after` ends when blue goes, at `scale_down_delay` after the switch. So it is in Argo Rollouts where
    /// `scaleDownDelaySeconds` is written; without that blue stands until the analysis is over. Default false.
    pub cuts_after: bool,
    /// How long green stays after an abort; 0 is for ever. Argo Rollouts `abortScaleDownDelaySeconds`, 30 s.
    pub abort_scale_down_delay: Span,
    /// How long green may go without progress before it counts as stuck. Argo Rollouts
    /// `progressDeadlineSeconds`, 600 s.
    #[schemars(extend("x-range" = "more than 0s"))]
    pub progress_deadline: Span,
    /// Whether a rollout that exceeds the deadline also aborts. Argo Rollouts `progressDeadlineAbort`, false.
    pub abort_on_deadline: bool,
    /// How blue and green instances keep out of each other's zones. Argo Rollouts `antiAffinity`, none.
    pub anti_affinity: Option<AntiAffinity>,
}

impl Default for BlueGreen {
    fn default() -> Self {
        Self {
            preview: None,
            smoke_test: None,
            before: None,
            auto_promote: true,
            auto_promote_after: Span::ZERO,
            after: None,
            scale_down_delay: Span::from_secs(30),
            cuts_after: false,
            abort_scale_down_delay: Span::from_secs(30),
            progress_deadline: Span::from_secs(600),
            abort_on_deadline: false,
            anti_affinity: None,
        }
    }
}

impl Definition for BlueGreen {
    /// The order of events is that of Argo Rollouts (`docs/features/bluegreen.md`, "Sequence of Events").
    fn compile(&self, _zones: &[String]) -> CompiledPlan {
        let mut steps = vec![Step::Scale(self.preview.unwrap_or(Amount::Share(Share::ALL)))];
        steps.extend(self.smoke_test.map(Step::Test));
        steps.extend(self.before.clone().map(Step::Analyse));
        if !self.auto_promote {
            steps.push(Step::Approve);
        } else if !self.auto_promote_after.is_zero() {
            steps.push(Step::Pause(self.auto_promote_after));
        }
        steps.push(Step::Promote);
        steps.extend(self.after_switch().map(Step::Analyse));
        steps.push(Step::Retire(self.scale_down_delay));
        let rules = Rules {
            sticky: false,
            fast_while_standing: true,
            after_abort: AfterAbort::of(self.abort_scale_down_delay),
            deadline: (self.progress_deadline, self.abort_on_deadline),
            anti_affinity: self.anti_affinity,
            retires_by_switch: self.cuts_after,
            ..Rules::default()
        };
        CompiledPlan { steps, rules, ..CompiledPlan::default() }
    }

    fn problems(&self, notes: &mut Notes, at: &str, beside: Option<&Analysis>, scenario: Option<&Scenario>) {
        if let Some(preview) = self.preview {
            amount(notes, format!("{at}.preview"), preview);
            if is_none(preview) {
                let message = "found 0; green needs one instance at least";
                notes.error(format!("{at}.preview"), "out-of-range", message);
            }
        }
        if let Some(test) = &self.smoke_test {
            test.check(notes, &format!("{at}.smoke_test"));
        }
        notes.some_time(format!("{at}.progress_deadline"), self.progress_deadline);
        for (field, analysis) in [("before", &self.before), ("after", &self.after)] {
            if let Some(analysis) = analysis {
                analysis::step(notes, &format!("{at}.{field}"), analysis, scenario);
            }
        }
        if !self.auto_promote && !self.auto_promote_after.is_zero() {
            let message = "without auto_promote somebody has to approve the switch, however long it takes";
            notes.warning(format!("{at}.auto_promote_after"), "no-effect", message);
        }
        if beside.is_some_and(looks_too_early) {
            let message = "the candidate has no users before the switch, so that there is no data; use `before` and `after`";
            notes.warning("analysis", "no-users-yet", message);
        }
    }

    /// The switch waits as long as the test and the analysis before it would have taken.
    fn drop_analyses(&mut self) {
        let tested = self.smoke_test.take().map_or(Span::ZERO, |test| test.over);
        let judged = self.before.take().map_or(Span::ZERO, |analysis| analysis.expected());
        self.auto_promote_after = self.auto_promote_after + tested + judged;
        self.after = None;
    }

    fn halve_weights(&mut self) {}

    fn exposure(&self) -> Exposure {
        Exposure::Switch
    }

    fn step_list(&self) -> Option<StepList<'_>> {
        None
    }

    fn analyses(&self) -> Vec<(&'static str, &Analysis)> {
        let before = self.before.iter().map(|analysis| ("before", analysis));
        before.chain(self.after.iter().map(|analysis| ("after", analysis))).collect()
    }

    fn check_lists(&mut self) -> Vec<CheckList<'_>> {
        let before = self.before.iter_mut().map(|of| of.check_list("strategy.before"));
        before.chain(self.after.iter_mut().map(|of| of.check_list("strategy.after"))).collect()
    }
}

impl BlueGreen {
    /// The analysis after the switch. With `cuts_after` it ends when blue goes (Argo Rollouts, `postPromotionAnalysis`: "the
    /// AnalysisRun will be cancelled at time of scaleDownDelay").
    fn after_switch(&self) -> Option<Analysis> {
        let after = self.after.clone()?;
        if !self.cuts_after {
            return Some(after);
        }
        let most = self.scale_down_delay;
        Some(Analysis { lasts: Some(after.lasts.map_or(most, |lasts| lasts.min(most))), ..after })
    }
}

/// Whether a background analysis measures the candidate from before the switch on.
fn looks_too_early(analysis: &Analysis) -> bool {
    analysis.from_step == 0 && analysis.checks.iter().any(|check| check.query.of == Subject::Candidate)
}
