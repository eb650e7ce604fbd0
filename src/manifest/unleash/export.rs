//! Writes a plan's flags as Unleash sends them to its clients.

use super::{KINDS, usual};
use crate::control::Plan;
use crate::engine::Share;
use crate::manifest::export::write::{Out, list, map, number, text};
use crate::manifest::quantity::clean;

use crate::scenario::Stickiness;

/// Writes the flags of a plan.
pub(super) fn export(plan: &Plan, unsaid: &mut Vec<String>) -> Result<String, String> {
    let requires =
        |name: &String| plan.flag_rules.iter().any(|of| of.name == *name && !of.requires.is_empty());
    for rule in &plan.flag_rules {
        for parent in rule.requires.iter().filter(|parent| requires(parent)) {
            unsaid.push(format!(
                "flag_rules: {} requires {parent}, which requires a flag itself: upstream {} is then off",
                rule.name, rule.name
            ));
        }
    }
    let toggle = |(name, share): &(String, Share)| {
        let own = plan.flag_rules.iter().find(|rule| rule.name == *name);
        let rule = own.cloned().unwrap_or_else(|| usual(name));
        let stickiness = match rule.stickiness {
            Stickiness::User => "default",
            Stickiness::Session => "sessionId",
            Stickiness::Random => "random",
        };
        let rollout = clean(share.fraction() * 100.0).to_string();
        let parameters = map([
            ("rollout", text(rollout)),
            ("stickiness", text(stickiness)),
            ("groupId", text(rule.group.unwrap_or_else(|| name.clone()))),
        ]);
        let names = |names: &[String]| list(names.iter().cloned().map(Out::Text).collect());
        let constraint = (!rule.cohorts.is_empty()).then(|| {
            map([("contextName", text("cohort")), ("operator", text("IN")), ("values", names(&rule.cohorts))])
        });
        let strategy = map([
            ("name", text("flexibleRollout")),
            ("constraints", list(constraint.into_iter().collect())),
            ("parameters", Some(parameters)),
        ]);
        let parents = rule.requires.iter().map(|parent| map([("feature", text(parent.clone()))])).collect();
        let kind = KINDS.iter().find(|(_, kind)| *kind == rule.kind).and_then(|(word, _)| text(*word));
        map([
            ("name", text(name.clone())),
            ("type", kind),
            ("enabled", Some(Out::Flag(true))),
            ("dependencies", list(parents)),
            ("strategies", list(vec![strategy])),
        ])
    };
    if plan.flags.is_empty() {
        return Err("the plan has no `flags`, and Unleash has only flags; use --to argo".to_owned());
    }
    let features = plan.flags.iter().map(toggle).collect();
    let file = map([("version", number(2)), ("features", list(features))]);
    serde_json::to_string_pretty(&file).map(|text| text + "\n").map_err(|error| error.to_string())
}
