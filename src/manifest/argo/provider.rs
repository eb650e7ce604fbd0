//! Reads `trafficRouting`: whose router it is, what it counts weights of, and whether it keeps users on a side.

use crate::manifest::cursor::At;

/// What `trafficRouting` says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    /// What weights are parts of. Argo Rollouts `maxTrafficWeight`, 100 (`utils/weightutil`).
    pub whole: u32,
    /// Whether a user stays on one side: ALB's `stickinessConfig`, by default off.
    pub sticky: bool,
}

impl Default for Read {
    fn default() -> Self {
        Self { whole: 100, sticky: false }
    }
}

/// Reads `spec.strategy.canary.trafficRouting`.
pub(super) fn read(at: &At<'_>) -> Read {
    at.mark();
    let whole = at.whole("maxTrafficWeight").unwrap_or(100);
    let mut sticky = false;
    for (name, provider) in at.entries() {
        match name {
            "maxTrafficWeight" => {}
            // Names of routes; the steps that use them are read.
            "managedRoutes" => provider.node.read_all(),
            _ => {
                provider.note("the lab's router splits the requests, whichever router is named here");
                sticky |= is_sticky(&provider);
                by_header(&provider);
                provider.node.read_all();
            }
        }
    }
    if whole == 0 {
        at.wrong("a `maxTrafficWeight` above 0");
        return Read { sticky, ..Read::default() };
    }
    Read { whole, sticky }
}

/// Whether an ALB keeps a user in the target group that answered first (`stickinessConfig`).
fn is_sticky(provider: &At<'_>) -> bool {
    let Some(of) = provider.get("stickinessConfig").filter(|of| of.flag("enabled") == Some(true)) else {
        return false;
    };
    of.note("users stay on their side during the whole release; `durationSeconds` has no effect");
    true
}

/// Says of NGINX's annotations which requests they lead to the candidate beside the weight.
fn by_header(provider: &At<'_>) {
    for key in ["additionalIngressAnnotations", "canaryIngressAnnotations"] {
        let Some(annotations) = provider.get(key) else { continue };
        for (name, at) in annotations.entries() {
            if !name.contains("by-header") && !name.contains("by-cookie") {
                continue;
            }
            at.not_applied(
                "upstream requests with this header or cookie go to the candidate, or never, whatever the weight; here the weight \
                 alone decides",
            );
        }
    }
}
