//! What is said of plans that catch little.

use serde_json::json;

use super::*;

const TODAY: Setting = Setting { requests_per_s: 40.0, errors: 0.002, more: 0.01 };

/// Three weights, a wait after the first and the last, and a check in the background.
fn shipped(change: fn(&mut Check), pause: &str) -> Vec<(&'static str, String)> {
    let steps =
        json!([{"Weight": "5%"}, {"Pause": pause}, {"Weight": "33%"}, {"Weight": "66%"}, {"Pause": "30s"}]);
    let check = json!({"name": "errors", "query": {"metric": "ErrorRatio", "of": "Candidate"}, "pass": {"Below": "1%"}});
    let text =
        json!({"format": 1, "strategy": {"Canary": {"steps": steps}}, "analysis": {"checks": [check]}});
    let mut plan: Plan = serde_json::from_value(text).unwrap();
    plan.analysis.iter_mut().flat_map(|of| &mut of.checks).for_each(change);
    why_not(&plan, TODAY).into_iter().map(|of| (of.code, of.said)).collect()
}

fn says(found: &[(&'static str, String)], code: &str) -> bool {
    found.iter().any(|(of, _)| *of == code)
}

#[test]
fn a_rollout_that_ends_before_enough_measurements_is_told() {
    let late = |check: &mut Check| (check.failure_limit, check.interval) = (3, Span::from_secs(60));
    assert!(says(&shipped(late, "1m"), "too-short"));
    assert!(!says(&shipped(late, "10m"), "too-short"));
    assert!(says(&shipped(|check| check.failure_limit = -1, "10m"), "never-fails"));
}

#[test]
fn weights_without_a_wait_between_them_are_told() {
    let found = shipped(|_| (), "1m");
    assert!(found.iter().any(|(_, said)| said.contains("between `setWeight` 33% and 66%")), "{found:?}");
    assert!(!found.iter().any(|(_, said)| said.contains("between `setWeight` 5%")), "{found:?}");
}

#[test]
fn what_luck_hides_and_what_a_limit_allows_are_told() {
    assert!(says(&shipped(|_| (), "1m"), "luck"));
    assert!(says(
        &shipped(|check| check.pass = Limit::Below(Level::Share(Share::percent(5.0))), "1m"),
        "limit-too-wide"
    ));
    assert!(says(&shipped(|check| check.query.of = Subject::Target, "1m"), "both-versions"));
    assert!(says(&shipped(|check| check.query.of = Subject::Baseline, "1m"), "not-the-candidate"));
    let found = shipped(
        |check| {
            check.query.over = Span::from_secs(600);
            check.pass = Limit::Below(Level::Share(Share::percent(0.7)));
        },
        "1m",
    );
    assert!(!says(&found, "luck"), "{found:?}");
}

#[test]
fn nothing_measured_is_the_first_remark() {
    let text = json!({"format": 1, "strategy": {"Canary": {"steps": [{"Weight": "20%"}]}}});
    let found = why_not(&serde_json::from_value(text).unwrap(), TODAY);
    assert_eq!(found[0].code, "nothing-measured");
}
