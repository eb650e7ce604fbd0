//! KEDA's ScaledObject: it makes a HorizontalPodAutoscaler of its triggers (keda.sh, "ScaledObject specification"), of which the
//! one on CPU can be followed.

use super::autoscaler::{self, behaviours};
use crate::control::Autoscaler;
use crate::manifest::cursor::At;

/// KEDA's default of `maxReplicaCount`.
const MOST: u32 = 100;

/// Reads the `spec` of a ScaledObject.
pub(super) fn scaled_object(spec: &At<'_>) -> Option<Autoscaler> {
    spec.mark();
    if let Some(of) = spec.get("scaleTargetRef") {
        of.node.read_all();
    }
    let mut target = None;
    let triggers = spec.items("triggers");
    for trigger in &triggers {
        let is_cpu = trigger.text("type").as_deref() == Some("cpu");
        let metadata = trigger.get("metadata").filter(|_| is_cpu && target.is_none());
        // The kind of the metric stood in `metadata.type` in older versions.
        let kind = trigger.text("metricType").or_else(|| metadata.as_ref()?.text("type"));
        let by_share = kind.is_none_or(|kind| kind == "Utilization");
        let Some(value) = metadata.filter(|_| by_share).and_then(|at| at.get("value")) else {
            trigger.refuse(
                "the autoscaler follows one metric, the share of busy workers, in place of CPU utilisation; what this trigger would add \
                 is not added",
            );
            continue;
        };
        target = autoscaler::utilisation(&value);
    }
    for key in ["pollingInterval", "cooldownPeriod", "initialCooldownPeriod"] {
        if let Some(at) = spec.get(key) {
            at.ignore("it is about scaling from and to nothing");
        }
    }
    spec.refuse_at("idleReplicaCount", "the fleet never has less than its least size here");
    spec.refuse_at("fallback", "the autoscaler never lacks its metric here");
    let Some(target) = target else {
        spec.refuse(
            "none of its triggers can be followed, so the fleet keeps its size here, whatever the load; write a CPU trigger as well",
        );
        return None;
    };
    let of = spec.dig(&["advanced", "horizontalPodAutoscalerConfig"]);
    let (up, down) = behaviours(of.as_ref());
    Some(Autoscaler {
        // A trigger on CPU cannot wake what sleeps: the least is 1 (keda.sh, "CPU scaler").
        min: spec.whole("minReplicaCount").unwrap_or(0).max(1),
        max: spec.whole("maxReplicaCount").unwrap_or(MOST),
        ..autoscaler::following(target, up, down)
    })
}
