//! Plans of flags, drawn at random.

use std::collections::BTreeSet;

use proptest::prelude::*;

use rollout_lab::control::Plan;
use rollout_lab::engine::{Share, Span};
use rollout_lab::manifest::unleash;
use rollout_lab::scenario::{FlagKind, FlagRule, Stickiness};

use super::plans::blank;

/// How a flag is evaluated; its age no file says.
fn flag_rule() -> impl proptest::strategy::Strategy<Value = FlagRule> {
    let stickiness = prop_oneof![Just(Stickiness::User), Just(Stickiness::Session), Just(Stickiness::Random)];
    let kind = prop_oneof![
        Just(FlagKind::Release),
        Just(FlagKind::Experiment),
        Just(FlagKind::Operational),
        Just(FlagKind::KillSwitch),
        Just(FlagKind::Permission),
    ];
    let names = || prop::collection::vec("[a-z]{1,6}", 0..3);
    // A group may not be called like its flag, which begins with `f`.
    (prop::option::of("[a-e][a-z]{0,8}"), stickiness, names(), names(), kind).prop_map(
        |(group, stickiness, cohorts, requires, kind)| FlagRule {
            name: String::new(),
            group,
            stickiness,
            cohorts,
            requires,
            kind,
            age: Span::ZERO,
        },
    )
}

pub(super) fn for_unleash() -> impl proptest::strategy::Strategy<Value = Plan> {
    let share = (0_u32..=10_000).prop_map(|points| Share::percent(f64::from(points) / 100.0));
    prop::collection::btree_map("f[a-z0-9-]{0,12}", (share, flag_rule()), 1..6).prop_map(|flags| {
        let mut plan = Plan { title: "Feature flags".to_owned(), ..blank() };
        // Unleash takes a flag for off whose parent has a parent itself, or is the flag; an export says so, see `unleash::export`.
        let children: BTreeSet<String> = flags
            .iter()
            .filter(|(_, (_, rule))| !rule.requires.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        for (name, (share, mut rule)) in flags {
            rule.requires.retain(|parent| !children.contains(parent));
            let rule = FlagRule { name: name.clone(), ..rule };
            let usual = unleash::usual(&name);
            plan.flags.push((name, share));
            plan.flag_rules.extend((rule != usual).then_some(rule));
        }
        plan
    })
}
