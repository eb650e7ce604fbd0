//! Reads `trafficRouting`: whose router it is, and what it counts weights of.

use crate::manifest::cursor::At;

/// Reads `spec.strategy.canary.trafficRouting` and returns what weights are parts of. Argo Rollouts `maxTrafficWeight`, 100
/// (`utils/weightutil`).
pub(super) fn read(at: &At<'_>) -> u32 {
    at.mark();
    let whole = at.whole("maxTrafficWeight").unwrap_or(100);
    for (name, provider) in at.entries() {
        match name {
            "maxTrafficWeight" => {}
            // Names of routes; the steps that use them are read.
            "managedRoutes" => provider.node.read_all(),
            _ => {
                provider.note("the lab's router splits the requests, whichever router is named here");
                provider.node.read_all();
            }
        }
    }
    if whole == 0 {
        at.wrong("a `maxTrafficWeight` above 0");
        return 100;
    }
    whole
}
