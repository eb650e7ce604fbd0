//! What of a plan is left out where so many requests come that they are drawn as counts.

use super::numbers::Stated;
use crate::control::Plan;
use crate::scenario::Balancer;

/// Leaves out of `plan` what treats each instance or request by itself, which counts cannot say. The answer is a sentence for each part.
pub(super) fn leave_out(plan: &mut Plan) -> Vec<Stated> {
    let mut parts = Vec::new();
    let mut out = |part: &'static str, is_out: bool| {
        if is_out {
            parts.push(part);
        }
    };
    if let Some(upstream) = &mut plan.upstream {
        out("outlier detection (the ejection of instances)", upstream.outlier_detection.take().is_some());
        out("the active health check", upstream.health_check.take().is_some());
        out("slow start", upstream.slow_start.take().is_some());
        out("the preference for a proxy's own zone", upstream.locality.take().is_some());
    }
    out(
        "the balancer that tells users or single answers apart",
        plan.balancer.take_if(|of| Balancer::why_not_fluid(of).is_some()).is_some(),
    );
    out("load shedding", plan.shedding.take().is_some());
    let said = |part| Stated {
        said: format!(
            "{part} is left out, since counts of requests cannot say it (the fluid mode); it is rehearsed with a smaller --rps"
        ),
        from: None,
        argument: "",
    };
    parts.into_iter().map(said).collect()
}
