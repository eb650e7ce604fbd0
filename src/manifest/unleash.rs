//! Reads the feature flags of Unleash: each flag, the share of users it is on for, and how it is evaluated.

mod export;
mod flagd;

use super::cursor::At;
use super::format::{Format, Reader};
use super::parts::{Document, Parts, Templates};
use super::quantity::percent;
use super::table::Table;
use crate::engine::{Share, Span};
use crate::scenario::{FlagKind, FlagRule, Stickiness};

/// The format `unleash`.
pub const FORMAT: Format = Format {
    name: "unleash",
    title: "Unleash",
    ending: "json",
    writes: "Feature flags, as JSON",
    reads: "feature flags: of a client, of an export, and of flagd",
    main: "feature flags",
    readers: &[Reader::of_field("features", read), Reader::of_field("flags", flagd::read)],
    write: export::export,
};

fn read(parts: &mut Parts, _: &Document<'_>, at: &At<'_>, _: &Templates<'_>, _: &Table) {
    let flags = flags(at);
    (parts.flags, parts.flag_rules) = (flags.shares, flags.rules);
}

/// The flags of a file of Unleash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// The flags, and the share of users each begins with.
    pub shares: Vec<(String, Share)>,
    /// How they are evaluated, where that is not the default.
    pub rules: Vec<FlagRule>,
}

/// The default rule of a flag called `name`.
pub fn usual(name: &str) -> FlagRule {
    FlagRule {
        name: name.to_owned(),
        group: None,
        stickiness: Stickiness::User,
        cohorts: Vec::new(),
        requires: Vec::new(),
        kind: FlagKind::Release,
        age: Span::ZERO,
    }
}

/// Unleash's names for the kinds of flags.
pub const KINDS: [(&str, FlagKind); 5] = [
    ("release", FlagKind::Release),
    ("experiment", FlagKind::Experiment),
    ("operational", FlagKind::Operational),
    ("kill-switch", FlagKind::KillSwitch),
    ("permission", FlagKind::Permission),
];

/// The flags in a file of Unleash (`{"version": 2, "features": [...]}`).
pub fn flags(at: &At<'_>) -> Flags {
    if at.get("version").is_some() {
        at.number("version");
    }
    if let Some(query) = at.get("query") {
        query.ignore("it names the flags that were queried");
    }
    let exported = Exported::of(at);
    let features = at.items("features");
    let requires = |feature: &At<'_>| !feature.items("dependencies").is_empty();
    let children: Vec<String> =
        features.iter().filter(|of| requires(of)).filter_map(|of| of.text("name")).collect();
    let mut found = Flags::default();
    for feature in features {
        let Some((share, rule)) = flag(&feature, &exported, &children) else { continue };
        if rule != usual(&rule.name) {
            found.rules.push(rule.clone());
        }
        found.shares.push((rule.name, share));
    }
    found
}

/// The lists beside the features in an export of an Unleash server (documentation, "Environment import and export"): strategies and
/// states stand there, not in the features.
#[derive(Default)]
struct Exported<'a> {
    strategies: Vec<At<'a>>,
    environments: Vec<At<'a>>,
    is_export: bool,
}

impl<'a> Exported<'a> {
    fn of(at: &At<'a>) -> Self {
        const BESIDE: [&str; 8] = [
            "contextFields",
            "featureTags",
            "featureLinks",
            "links",
            "tagTypes",
            "projects",
            "tags",
            "dependencies",
        ];
        let keys = ["featureStrategies", "featureEnvironments"];
        if !keys.iter().any(|key| at.get(key).is_some()) {
            return Self::default();
        }
        for beside in BESIDE.iter().filter_map(|key| at.get(key)) {
            beside.ignore("it does not change who gets a flag here");
        }
        let all = Self { strategies: at.items(keys[0]), environments: at.items(keys[1]), is_export: true };
        all.one_environment(at)
    }

    /// Of several environments production counts, or else the first.
    fn one_environment(mut self, at: &At<'_>) -> Self {
        let of = |at: &At<'_>| at.text("environment");
        let named: Vec<String> = self.environments.iter().chain(&self.strategies).filter_map(of).collect();
        let wanted = named.iter().find(|name| *name == "production").or(named.first()).cloned();
        if named.iter().any(|name| Some(name) != wanted.as_ref())
            && let Some(wanted) = &wanted
        {
            at.note(format!("of several environments \"{wanted}\" is taken"));
        }
        for list in [&mut self.environments, &mut self.strategies] {
            list.retain(|at| {
                let keeps = of(at).is_none_or(|name| Some(&name) == wanted.as_ref());
                if !keeps {
                    at.ignore("another environment is taken");
                }
                keeps
            });
        }
        self
    }

    fn strategies_of(&self, name: &str) -> Vec<At<'a>> {
        self.strategies.iter().filter(|at| at.text("featureName").as_deref() == Some(name)).cloned().collect()
    }

    /// Whether a feature is on in the environment; a feature without a state there is off.
    fn enables(&self, name: &str) -> bool {
        let mut of = self.environments.iter().filter(|at| at.text("featureName").as_deref() == Some(name));
        of.next().is_some_and(|at| {
            for key in ["name", "variants"] {
                if let Some(at) = at.get(key) {
                    at.node.read_all();
                }
            }
            at.flag("enabled") == Some(true)
        })
    }
}

/// The share and the rule of a feature. `children` are the features that require others.
fn flag(at: &At<'_>, exported: &Exported<'_>, children: &[String]) -> Option<(Share, FlagRule)> {
    let Some(name) = at.text("name") else {
        at.wrong("a feature with a name");
        return None;
    };
    let mut rule = usual(&name);
    for key in [
        "project",
        "stale",
        "impressionData",
        "createdAt",
        "lastSeenAt",
        "description",
        "archived",
        "archivedAt",
        "createdByUserId",
        "environments",
        "tags",
        "favorite",
    ] {
        if let Some(at) = at.get(key) {
            at.ignore("it describes the flag and does not change who gets it");
        }
    }
    if let Some(at) = at.get("variants") {
        if matches!(&at.node.value, crate::manifest::tree::Value::List(items) if items.is_empty()) {
            at.mark();
        } else {
            at.refuse("a flag is on or off here; which variant a user gets is not told apart");
        }
    }
    if let Some(kind) = at.text("type") {
        match KINDS.iter().find(|(word, _)| *word == kind) {
            Some((_, kind)) => rule.kind = *kind,
            None => at.refuse_at("type", "a type of flag that is none of Unleash's"),
        }
    }
    // What narrows and cannot be said leaves the flag off, so that it never becomes wider.
    let mut narrower = false;
    for parent in at.items("dependencies") {
        let wanted = parent.flag("enabled").unwrap_or(true) && parent.items("variants").is_empty();
        match parent.text("feature") {
            // Unleash client specification, "Child is disabled if a transitive dependency exists".
            Some(feature) if children.contains(&feature) => {
                parent.refuse(format!(
                    "\"{feature}\" requires a flag itself, and upstream a flag that requires such a one is off; it is off here"
                ));
                narrower = true;
            }
            Some(feature) if wanted => rule.requires.push(feature),
            _ => {
                parent.refuse("a flag can only require that another flag is on; this flag is off here");
                narrower = true;
            }
        }
    }
    let (enabled, strategies) = if exported.is_export {
        (exported.enables(&name), exported.strategies_of(&name))
    } else {
        (at.flag("enabled").unwrap_or(true), at.items("strategies"))
    };
    let enabled = enabled && !narrower;
    // An enabled flag without strategies is on for everybody. With several strategies it is on when one of them is.
    let mut taken: Option<(Share, FlagRule)> = None;
    for strategy in &strategies {
        let mut own = rule.clone();
        let share = self::strategy(strategy, &mut own).unwrap_or(Share::ZERO);
        if taken.as_ref().is_none_or(|(most, _)| share > *most) {
            taken = Some((share, own));
        }
    }
    let (share, rule) = taken.unwrap_or((Share::ALL, rule));
    if strategies.len() > 1 {
        at.note("of several strategies the one with the most users is taken");
    }
    Some((if enabled { share } else { Share::ZERO }, rule))
}

/// The share of users that a strategy is on for.
fn strategy(at: &At<'_>, rule: &mut FlagRule) -> Option<Share> {
    let name = at.text("name").or_else(|| at.text("strategyName"))?;
    for key in ["title", "featureName", "id", "sortOrder", "projectId", "environment", "milestoneId"] {
        if let Some(at) = at.get(key) {
            at.node.read_all();
        }
    }
    if let Some(at) = at.get("variants") {
        if matches!(&at.node.value, crate::manifest::tree::Value::List(items) if items.is_empty()) {
            at.mark();
        } else {
            at.refuse("a flag is on or off here; which variant a user gets is not told apart");
        }
    }
    if at.flag("disabled") == Some(true) {
        at.node.read_all();
        return Some(Share::ZERO);
    }
    let mut narrower = false;
    for segment in at.items("segments") {
        segment.refuse(
            "a segment picks users by their properties, which users do not have here; nobody gets the flag by this strategy",
        );
        narrower = true;
    }
    for constraint in at.items("constraints") {
        let of_cohorts = constraint.text("contextName").as_deref() == Some("cohort")
            && constraint.text("operator").as_deref() == Some("IN")
            && constraint.flag("inverted") != Some(true);
        if of_cohorts && rule.cohorts.is_empty() {
            rule.cohorts = constraint.items("values").iter().filter_map(At::as_text).collect();
        } else {
            constraint.refuse(
                "who gets it is a share of all users, or of those in some cohorts: one constraint on `cohort` with `IN`; \
                 nobody gets the flag by this strategy here",
            );
            narrower = true;
        }
    }
    let key = match name.as_str() {
        _ if narrower => {
            at.node.read_all();
            return Some(Share::ZERO);
        }
        "default" => {
            at.mark();
            return Some(Share::ALL);
        }
        "flexibleRollout" => "rollout",
        "gradualRolloutUserId" | "gradualRolloutSessionId" | "gradualRolloutRandom" => "percentage",
        _ => {
            let name: String = name.chars().take(40).collect();
            at.refuse(format!("the strategy \"{name}\" picks users by name; a plan knows shares of users"));
            return None;
        }
    };
    stickiness_and_group(at, rule);
    let value = at.get("parameters")?.get(key)?;
    let share = percent(value.as_number()?);
    if share.is_none() {
        value.wrong("a percentage, 0 to 100");
    }
    share
}

/// Reads the stickiness and the group of a strategy.
fn stickiness_and_group(at: &At<'_>, rule: &mut FlagRule) {
    match at.text("name").as_deref() {
        Some("gradualRolloutSessionId") => rule.stickiness = Stickiness::Session,
        Some("gradualRolloutRandom") => rule.stickiness = Stickiness::Random,
        _ => {}
    }
    let Some(parameters) = at.get("parameters") else { return };
    match parameters.text("stickiness").as_deref() {
        None | Some("default" | "userId" | "") => {}
        Some("sessionId") => rule.stickiness = Stickiness::Session,
        Some("random") => rule.stickiness = Stickiness::Random,
        Some(_) => parameters.refuse_at("stickiness", "users have no such property here; it goes by user"),
    }
    rule.group = parameters.text("groupId").filter(|group| *group != rule.name && !group.is_empty());
}
