//! Reads the blue-green strategy of a Rollout.

use super::analysis::{AnalysisPlace, analysis};
use super::around::Around;
use crate::control::BlueGreen;
use crate::engine::Amount;
use crate::manifest::cursor::At;

/// Reads `spec.strategy.blueGreen`.
pub(super) fn blue_green(spec: &At<'_>, at: &At<'_>, around: &Around<'_, '_>) -> BlueGreen {
    at.mark();
    let default = BlueGreen::default();
    let judged = |key, place| at.get(key).and_then(|at| analysis(&at, around, place));
    let before = judged("prePromotionAnalysis", AnalysisPlace::Before);
    let after = judged("postPromotionAnalysis", AnalysisPlace::After);
    let delay = at.span("scaleDownDelaySeconds");
    if let Some(at) = at.get("scaleDownDelayRevisionLimit") {
        match at.as_number() == Some(0.0) {
            true => at.not_applied(
                "upstream the old instances go at once, without their delay; here the delay holds",
            ),
            false => at.ignore("a release has one revision before it, whose instances stay for their delay"),
        }
    }
    if let Some(at) = at.get("maxUnavailable") {
        at.refuse(
            "the new instances start all at once here, and the switch waits until all of them are ready",
        );
    }
    BlueGreen {
        preview: at.whole("previewReplicaCount").map(Amount::Count),
        before,
        // With a delay that is written, blue goes then, and the analysis is cancelled (Argo Rollouts, docs/features/bluegreen.md,
        // `postPromotionAnalysis`).
        cuts_after: after.is_some() && delay.is_some(),
        after,
        // Argo Rollouts (`CompletedBlueGreenPause`): where it is disabled, `autoPromotionSeconds` has no effect.
        auto_promote: at.flag("autoPromotionEnabled").unwrap_or(default.auto_promote),
        auto_promote_after: at.span("autoPromotionSeconds").unwrap_or(default.auto_promote_after),
        scale_down_delay: delay.unwrap_or(default.scale_down_delay),
        abort_scale_down_delay: at
            .span("abortScaleDownDelaySeconds")
            .unwrap_or(default.abort_scale_down_delay),
        anti_affinity: at.get("antiAffinity").and_then(|at| super::anti_affinity(&at)),
        progress_deadline: spec.span("progressDeadlineSeconds").unwrap_or(default.progress_deadline),
        abort_on_deadline: spec.flag("progressDeadlineAbort").unwrap_or(default.abort_on_deadline),
        ..default
    }
}
