//! Names in every place where a check is wanted, and what is said of them.

use super::*;
use crate::control::fake_cluster::{read, scenario};

/// The checks that the plans of these tests write once.
const CHECKS: &str = "checks: [
    (name: \"errors\", query: (metric: ErrorRatio, of: Candidate), pass: Below(\"2%\"), count: 9, interval: \"20s\"),
    (name: \"p99\", query: (metric: Latency(0.99), of: Candidate), pass: Below(\"2s\"), count: 5),
]";

/// Both, with what a use says itself.
const NAMED: &str = "named: [(check: \"errors\", count: 3), (check: \"p99\", name: \"slow\")]";

/// The same, written out, with the check of the list itself.
const WRITTEN: &str = "checks: [
    (name: \"errors\", query: (metric: ErrorRatio, of: Candidate), pass: Below(\"2%\"), count: 3, interval: \"20s\"),
    (name: \"slow\", query: (metric: Latency(0.99), of: Candidate), pass: Below(\"2s\"), count: 5),
    (name: \"own\", query: (metric: ErrorRatio), pass: Below(\"5%\"), count: 2),
]";

const OWN: &str = "checks: [(name: \"own\", query: (metric: ErrorRatio), pass: Below(\"5%\"), count: 2)]";

/// Strategies with a list of checks at `@`, in every place where one can stand.
const PLACES: [&str; 13] = [
    "strategy: Nothing, analysis: (@)",
    "strategy: BlueGreen(before: (@))",
    "strategy: BlueGreen(after: (@))",
    "strategy: Canary(steps: [Weight(\"5%\"), Analyse(@)])",
    "strategy: Canary(steps: [Experiment(share: \"5%\", for: \"5m\", analysis: (@))])",
    "strategy: Steps([Progress(@)])",
    "strategy: Steps([Weight(\"5%\"), Analyse(@)])",
    "strategy: Flag(steps: [Flag(\"5%\"), Analyse(@)])",
    "strategy: Flagger(@)",
    "strategy: Ab(for: \"5m\", guardrails: (@))",
    "strategy: Ab(for: \"5m\", goal: (@))",
    "strategy: Shadow(for: \"5m\", analysis: (@))",
    "strategy: Shadow(for: \"5m\", then: [Weight(\"5%\"), Analyse(@)])",
];

fn plan(checks: &str, place: &str, list: &str) -> Plan {
    read(&format!(
        "(format: 1, {checks}{}{})",
        if checks.is_empty() { "" } else { ", " },
        place.replace('@', list)
    ))
}

#[test]
fn a_name_stands_for_its_check_wherever_a_check_can_be() {
    for place in PLACES.into_iter().chain(["strategy: Waves(analysis: (@))"]) {
        let named = plan(CHECKS, place, &format!("{NAMED}, {OWN}"));
        let written = plan("", place, WRITTEN);
        assert_eq!(*named.written_out(), written, "{place}");
        assert_eq!(*written.written_out(), written);
        assert_eq!(named.checks(), written.checks(), "{place}");
        assert_eq!(named.without_analyses(), written.without_analyses(), "{place}");
        assert_ne!(named, written);
    }
}

#[test]
fn a_plan_with_names_has_the_problems_of_the_plan_written_out() {
    for place in PLACES {
        let told = |plan: &Plan| -> Vec<(&'static str, String)> {
            let issues = plan.problems(Some(&scenario()));
            issues.into_iter().map(|issue| (issue.code, issue.message)).collect()
        };
        let named = plan(CHECKS, place, &format!("{NAMED}, {OWN}"));
        assert_eq!(told(&named), told(&plan("", place, WRITTEN)), "{place}");
    }
}

/// Path and code of all that is wrong with a canary that analyses by this list.
fn found(checks: &str, list: &str) -> Vec<(String, &'static str)> {
    let plan = plan(checks, "strategy: Canary(steps: [Weight(\"5%\"), Analyse(@)])", list);
    plan.problems(Some(&scenario())).into_iter().map(|issue| (issue.path, issue.code)).collect()
}

#[test]
fn what_is_wrong_is_said_where_its_author_wrote_it() {
    let list = "strategy.steps[1]";
    let wrong = CHECKS.replace("count: 9", "count: 9, failure_limit: -2");
    let both = "named: [(check: \"errors\"), (check: \"p99\")";
    assert_eq!(found(&wrong, &format!("{both}]")), [("checks[0].failure_limit".to_owned(), "out-of-range")]);
    let by_use = "named: [(check: \"errors\", failure_limit: -3), (check: \"p99\")]";
    assert_eq!(found(CHECKS, by_use), [(format!("{list}.named[0].failure_limit"), "out-of-range")]);
    let twice = format!("{both}, (check: \"p99\")]");
    assert_eq!(found(CHECKS, &twice), [(format!("{list}.named[2].check"), "duplicate-name")]);
    let own = OWN.replace("\"5%\"", "\"5s\"");
    assert_eq!(found(CHECKS, &format!("{both}], {own}")), [(format!("{list}.checks[0].pass"), "wrong-unit")]);
    let endless = CHECKS.replace("count: 5", "count: None");
    assert_eq!(found(&endless, &format!("{both}]")), [(format!("{list}.named[1]"), "never-ends")]);
}

#[test]
fn an_unknown_name_is_an_error_and_an_unused_one_a_warning() {
    let list = "strategy.steps[1]";
    let errors_only = found(CHECKS, "named: [(check: \"errors\")]");
    assert_eq!(errors_only, [("checks[1].name".to_owned(), "unused-name")]);
    let misspelt = found(CHECKS, "named: [(check: \"erors\"), (check: \"p99\")]");
    let expected =
        [(format!("{list}.named[0].check"), "unknown-name"), ("checks[0].name".to_owned(), "unused-name")];
    assert_eq!(misspelt, expected);
    assert_eq!(
        found("", "named: [(check: \"errors\")]"),
        [(format!("{list}.named[0].check"), "unknown-name")]
    );
    let plan =
        plan(CHECKS, "strategy: Canary(steps: [Weight(\"5%\"), Analyse(@)])", "named: [(check: \"p9\")]");
    let message = plan.problems(None).remove(0).message;
    assert_eq!(message, "unknown check \"p9\"; did you mean \"p99\"?");
}

#[test]
fn a_use_can_say_everything_that_a_check_says() {
    let check: Check = read("(name: \"a\", query: (metric: ErrorRatio), pass: Below(\"2%\"))");
    let fields = |value: serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().filter(|key| *key != "check").cloned().collect()
    };
    let of_use = fields(serde_json::to_value(NamedCheck::default()).unwrap());
    assert_eq!(of_use, fields(serde_json::to_value(check).unwrap()));
}

#[test]
fn a_use_is_found_between_two_checks() {
    let own: Check = read("(name: \"a\", query: (metric: ErrorRatio), pass: Below(\"2%\"), count: 3)");
    let wanted = Check { name: "b".to_owned(), count: Some(9), min_requests: 50, ..own.clone() };
    let used = NamedCheck::between(&own, &wanted).unwrap();
    assert_eq!(used.of(std::slice::from_ref(&own)), Some(wanted));
    assert_eq!((used.count, used.interval), (Some(9), None));
    let endless = Check { count: None, ..own.clone() };
    assert_eq!(NamedCheck::between(&own, &endless), None, "a use cannot take the count away");
}
