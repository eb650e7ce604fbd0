//! A plan's flags as Unleash hands them to its clients.

use super::write::{Out, list, map, number, text};
use crate::control::Plan;
use crate::manifest::quantity::clean;

/// Writes the flags of a plan.
pub(super) fn export(plan: &Plan) -> Result<String, String> {
    let toggle = |(name, share): &(String, crate::engine::Share)| {
        let rollout = clean(share.fraction() * 100.0).to_string();
        let parameters = map([
            ("rollout", text(rollout)),
            ("stickiness", text("default")),
            ("groupId", text(name.clone())),
        ]);
        let strategy = map([("name", text("flexibleRollout")), ("parameters", Some(parameters))]);
        map([
            ("name", text(name.clone())),
            ("enabled", Some(Out::Flag(true))),
            ("strategies", list(vec![strategy])),
        ])
    };
    if plan.flags.is_empty() {
        return Err("the plan has no `flags`, and Unleash knows nothing else; use --to argo".to_owned());
    }
    let features = plan.flags.iter().map(toggle).collect();
    let file = map([("version", number(2)), ("features", list(features))]);
    serde_json::to_string_pretty(&file).map(|text| text + "\n").map_err(|error| error.to_string())
}
