//! Validation of a plan's flags and of the rules by which they are evaluated.

use std::collections::BTreeSet;

use super::limits::MOST_ENTRIES;
use super::responses::flag_names;
use crate::control::Plan;
use crate::engine::Share;
use crate::scenario::{FlagRule, Notes, Scenario};

/// The most flags that a run evaluates for each request.
const MOST_FLAGS: usize = 8;

pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("flags", "flag", plan.flags.len(), 0..=MOST_ENTRIES);
    notes.names("flags", ".0", "flag", plan.flags.iter().map(|(name, _)| name.as_str()));
    let is_required = |name: &String| plan.flag_rules.iter().any(|rule| rule.requires.contains(name));
    for (index, (name, share)) in plan.flags.iter().enumerate() {
        notes.share(format!("flags[{index}].1"), *share);
        if let Some(scenario) = scenario.filter(|_| !is_required(name)) {
            notes.known(format!("flags[{index}].0"), "flag", name, flag_names(scenario));
        }
    }
    rules(notes, plan, scenario);
}

fn rules(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("flag_rules", "rule", plan.flag_rules.len(), 0..=MOST_FLAGS);
    notes.names("flag_rules", ".name", "flag", plan.flag_rules.iter().map(|rule| rule.name.as_str()));
    let mut known: Vec<&str> = plan.flags.iter().map(|(name, _)| name.as_str()).collect();
    known.extend(scenario.map(flag_names).unwrap_or_default());
    known.sort();
    known.dedup();
    for (index, rule) in plan.flag_rules.iter().enumerate().take(MOST_FLAGS) {
        let at = format!("flag_rules[{index}]");
        if scenario.is_some() {
            notes.known(format!("{at}.name"), "flag", &rule.name, known.iter().copied());
        }
        notes.length(&format!("{at}.requires"), "flag", rule.requires.len(), 0..=MOST_ENTRIES);
        for (place, parent) in rule.requires.iter().enumerate().take(MOST_ENTRIES) {
            let at = format!("{at}.requires[{place}]");
            if scenario.is_some() {
                notes.known(&at, "flag", parent, known.iter().copied());
            }
            let starts_off = !plan.flags.iter().any(|(name, share)| name == parent && *share > Share::ZERO);
            if starts_off && scenario.is_some_and(|scenario| !flag_names(scenario).contains(&parent.as_str()))
            {
                let message = format!(
                    "flag \"{parent}\" is off and nothing turns it on, so \"{}\" stays off",
                    rule.name
                );
                notes.warning(&at, "never", message);
            }
        }
        if let Some(circle) = circle(&plan.flag_rules, &rule.name) {
            let message =
                format!("a flag may not require itself: {}; take one of them out", circle.join(" requires "));
            notes.error(format!("{at}.requires"), "cycle", message);
        }
        if let Some(scenario) = scenario {
            let cohorts = || scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str());
            notes.length(&format!("{at}.cohorts"), "cohort", rule.cohorts.len(), 0..=MOST_ENTRIES);
            for (place, cohort) in rule.cohorts.iter().enumerate().take(MOST_ENTRIES) {
                notes.known(format!("{at}.cohorts[{place}]"), "cohort", cohort, cohorts());
            }
        }
        if rule.group.as_ref().is_some_and(|group| group.is_empty() || group.len() > 64) {
            notes.error(
                format!("{at}.group"),
                "out-of-range",
                "a group has 1 to 64 bytes; leave it out for the flag's name",
            );
        }
        if let Some(lifetime) = rule.kind.lifetime().filter(|lifetime| rule.age > *lifetime) {
            let message = format!(
                "the flag is {} old and stale: one of kind {:?} is expected to live {lifetime}; take it out of the code",
                rule.age, rule.kind
            );
            notes.warning(format!("{at}.age"), "stale-flag", message);
        }
    }
}

/// A circle of requirements that starts and ends at `name`; none where there is none.
fn circle(rules: &[FlagRule], name: &str) -> Option<Vec<String>> {
    let mut walk = Walk { rules, seen: BTreeSet::new(), path: vec![name] };
    walk.closes().then(|| walk.path.into_iter().map(str::to_owned).collect())
}

/// A way along requirements. What was looked at once leads to no circle by another way either.
struct Walk<'a> {
    rules: &'a [FlagRule],
    seen: BTreeSet<&'a str>,
    path: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    /// Goes on from the end of the path, until it comes back to where it began.
    fn closes(&mut self) -> bool {
        let (first, last) = (self.path.first().copied(), self.path.last().copied());
        let Some(rule) = self.rules.iter().find(|rule| Some(rule.name.as_str()) == last) else {
            return false;
        };
        for parent in &rule.requires {
            let closes = first == Some(parent.as_str());
            if !closes && !self.seen.insert(parent) {
                continue;
            }
            self.path.push(parent);
            if closes || self.closes() {
                return true;
            }
            self.path.pop();
        }
        false
    }
}
