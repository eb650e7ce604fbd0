//! What is done by hand while a run goes on, and what is wrong with it under a plan and in a scenario.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::Plan;
use crate::engine::{Share, Span, Time};
use crate::scenario::{Issue, MOST_INSTANCES, Scenario, Severity};
use crate::sim::{ManualAction, Route, Suspect};

/// Something asked for by hand, when it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandAction {
    /// When it was asked; it takes effect after the scenario's `people.act`.
    pub at: Time,
    /// What was asked. Its type holds what a person can do and nothing else.
    pub action: ManualAction,
    /// Why, as a sentence for the audit record. Default none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
}

impl HandAction {
    /// An action at a time, without a reason.
    pub const fn new(at: Time, action: ManualAction) -> Self {
        Self { at, action, because: String::new() }
    }
}

/// Problems of actions by hand under a plan: each must come before the latest end of the run, and must name things that
/// exist. With the scenario, and how long a settled rollout is watched in it, the end and the scenario's names are checked too.
pub fn hand_problems(
    actions: &[HandAction],
    plan: &Plan,
    world: Option<(&Scenario, Option<Span>)>,
) -> Vec<Issue> {
    let mut found = Vec::new();
    if actions.len() > MOST_ACTIONS {
        let message = format!("{} actions by hand; write at most {MOST_ACTIONS}", actions.len());
        found.push(Issue::error("actions", "too-many", message));
        return found;
    }
    let scenario = world.map(|(scenario, _)| scenario);
    let end = world.map(|(scenario, bake)| latest_end(scenario, bake));
    for (index, hand) in actions.iter().enumerate() {
        if let Some(end) = end.filter(|end| hand.at >= *end) {
            let message = format!("{} is not before the end of the run, {end}", hand.at);
            found.push(Issue::error(format!("actions[{index}].at"), "out-of-range", message));
        }
        found.extend(action_problem(&format!("actions[{index}].action"), &hand.action, plan, scenario));
    }
    found
}

/// The most that is done by hand in a run: more than a person can do in the longest.
const MOST_ACTIONS: usize = 1_000;

/// When a run ends at the latest, that watches a settled rollout for `bake`.
pub(super) fn latest_end(scenario: &Scenario, bake: Option<Span>) -> Time {
    Time::ZERO + scenario.horizon + bake.unwrap_or(Span::ZERO) * 2
}

/// What is wrong with one action, at the path `at`.
fn action_problem(
    at: &str,
    action: &ManualAction,
    plan: &Plan,
    scenario: Option<&Scenario>,
) -> Option<Issue> {
    let unknown = |field: &str, kind: &str, name: &str, valid: Vec<String>| {
        let valid = valid.iter().map(String::as_str);
        let is_known = valid.clone().any(|known| known == name);
        (!is_known).then(|| Issue::unknown(format!("{at}.{field}"), kind, name, valid))
    };
    match action {
        ManualAction::DrainInstance { instance } | ManualAction::RestartInstance { instance } => {
            let fits = (1..=MOST_INSTANCES).contains(instance);
            (!fits).then(|| {
                let message =
                    format!("instance {instance}; instances are numbered from 1 to at most {MOST_INSTANCES}");
                Issue::error(format!("{at}.instance"), "out-of-range", message)
            })
        }
        ManualAction::Scale { to, .. } | ManualAction::Resize { to } => (*to > MOST_INSTANCES).then(|| {
            let message = format!("{to} instances; write at most {MOST_INSTANCES}");
            Issue::error(format!("{at}.to"), "out-of-range", message)
        }),
        ManualAction::Acknowledge { alert } => {
            let rules = plan.alert_rules();
            unknown("alert", "alert", alert, rules.into_iter().map(|rule| rule.name).collect())
        }
        ManualAction::Flag { name, share } => {
            let of_releases = scenario?.releases.iter().filter_map(|release| release.flag.clone());
            let of_plan = plan.flags.iter().map(|(name, _)| name.clone());
            unknown("name", "flag", name, of_releases.chain(of_plan).collect())
                .or_else(|| over_all(&format!("{at}.share"), *share))
        }
        ManualAction::Shed { share } => over_all(&format!("{at}.share"), *share),
        ManualAction::Route(route) => route_problem(&format!("{at}.Route"), route),
        ManualAction::OpenBreaker { to, .. } => {
            let scenario = scenario?;
            let target = scenario.service(&scenario.target)?;
            unknown("to", "called service", to, target.calls.iter().map(|call| call.to.clone()).collect())
        }
        ManualAction::Inject { fault } => {
            let faults = scenario?.faults.iter().map(|fault| fault.name.clone());
            unknown("fault", "fault", fault, faults.collect())
        }
        ManualAction::Localise(Suspect::Service(name)) => {
            let services = scenario?.services.iter().map(|service| service.name.clone());
            unknown("Localise", "service", name, services.collect())
        }
        ManualAction::Experiment { fault, stop } => {
            let scenario = scenario?;
            let lasting = scenario.faults.iter().filter(|fault| fault.lasts.is_some());
            unknown("fault", "fault that ends", fault, lasting.map(|fault| fault.name.clone()).collect())
                .or_else(|| first_error(stop.as_ref()?.problems(&format!("{at}.stop"), scenario)))
        }
        ManualAction::Hypothesise(statement) => {
            first_error(statement.problems(&format!("{at}.Hypothesise"), scenario?))
        }
        ManualAction::Tell(text) => text.trim().is_empty().then(|| {
            let message = "the status update is empty; write what is known and what is being done";
            Issue::error(format!("{at}.Tell"), "empty", message)
        }),
        ManualAction::Localise(_)
        | ManualAction::Restart { .. }
        | ManualAction::Note(_)
        | ManualAction::Conclude(_)
        | ManualAction::Command(_) => None,
    }
}

/// What is wrong with a route that is given by hand.
fn route_problem(at: &str, route: &Route) -> Option<Issue> {
    let sum: u64 = route.weights.map_or(10_000, |weights| weights.into_iter().map(u64::from).sum());
    if sum != 10_000 {
        let message = format!("the weights add up to {sum}; they are basis points, and add up to 10000");
        return Some(Issue::error(format!("{at}.weights"), "out-of-range", message));
    }
    for (field, rules) in [("rules", route.rules.len()), ("mirror_kinds", route.mirror_kinds.len())] {
        if rules > MOST_RULES {
            let message = format!("{rules} rules; write at most {MOST_RULES}");
            return Some(Issue::error(format!("{at}.{field}"), "too-many", message));
        }
    }
    route.mirror.and_then(|(_, share)| over_all(&format!("{at}.mirror"), share))
}

/// The most rules of a route: each request is held against all of them.
const MOST_RULES: usize = 64;

/// What cannot be done; what is merely unwise is said elsewhere and done.
fn first_error(issues: Vec<Issue>) -> Option<Issue> {
    issues.into_iter().find(|issue| issue.severity == Severity::Error)
}

fn over_all(at: &str, share: Share) -> Option<Issue> {
    let message = || format!("{share} is more than all; write at most 100%");
    (share > Share::ALL).then(|| Issue::error(at, "out-of-range", message()))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_is_done_by_hand_can_be_done() {
        let scenario = sample::scenario();
        let one = |at: u64, action: ManualAction| paths(&scenario, None, at, action);
        let flag = |name: &str| ManualAction::Flag { name: name.to_owned(), share: Share::ALL };
        assert_eq!(one(60, ManualAction::RestartInstance { instance: 3 }), Vec::<String>::new());
        assert_eq!(
            one(60, ManualAction::RestartInstance { instance: 99_999 }),
            ["actions[0].action.instance"]
        );
        assert_eq!(one(7200, ManualAction::Note("late".to_owned())), ["actions[0].at"]);
        assert_eq!(one(60, flag("new-cart")), ["actions[0].action.name"]);
        assert_eq!(one(60, ManualAction::Acknowledge { alert: "x".to_owned() }), ["actions[0].action.alert"]);
        let breaker = ManualAction::OpenBreaker { to: "bank".to_owned(), open: true };
        assert_eq!(one(60, breaker), ["actions[0].action.to"]);
        let shed = ManualAction::Shed { share: Share::percent(120.0) };
        assert_eq!(one(60, shed), ["actions[0].action.share"]);
        assert_eq!(one(60, ManualAction::Resize { to: 1_000_000 }), ["actions[0].action.to"]);
    }

    #[test]
    fn an_action_by_hand_may_come_while_a_settled_rollout_is_watched() {
        let scenario = sample::scenario();
        let horizon = 1_200;
        assert_eq!(scenario.horizon, Span::from_secs(horizon));
        let note = || ManualAction::Note("still slow".to_owned());
        for bake in [60, 600, 1_800] {
            let at = |late: u64| paths(&scenario, Some(Span::from_secs(bake)), horizon + late, note());
            for late in [0, bake, 2 * bake - 1] {
                assert_eq!(at(late), Vec::<String>::new(), "{late} s into a bake of {bake} s");
            }
            assert_eq!(at(2 * bake), ["actions[0].at"], "a bake of {bake} s");
        }
    }

    fn paths(scenario: &Scenario, bake: Option<Span>, at: u64, action: ManualAction) -> Vec<String> {
        let hand = HandAction::new(Time::from_secs(at), action);
        let found = hand_problems(&[hand], &sample::plan(), Some((scenario, bake)));
        found.into_iter().map(|issue| issue.path).collect()
    }
}
