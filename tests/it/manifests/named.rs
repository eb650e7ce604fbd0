//! Checks with names in manifests: each is an AnalysisTemplate that several analyses refer to.

use rollout_lab::control::Plan;
use rollout_lab::library::read_ron;
use rollout_lab::manifest::{Table, argo, differences, export, import};

/// A plan with named checks in two steps and in the background, and one check of a step's own.
const PLAN: &str = r#"(
    format: 1, title: "Rollout checkout",
    checks: [
        (name: "errors", query: (metric: ErrorRatio, of: Candidate, over: "2m"), pass: Below("2%"), interval: "20s", count: 9),
        (
            name: "Slow Answers", query: (metric: Latency(0.99), of: Candidate, over: "2m"), pass: Below("2s"), fail: Above("3s"),
            interval: "20s", initial_delay: "1m", count: 5, failure_limit: 1, dry_run: true,
        ),
    ],
    rollback: (window: (revisions: 0)),
    strategy: Canary(
        steps: [
            Weight("10%"),
            Analyse(named: [(check: "errors"), (check: "Slow Answers")]),
            Weight("30%"),
            Analyse(
                named: [(check: "errors", count: 4, pass: Below("1%")), (check: "Slow Answers", initial_delay: "0s")],
                checks: [(name: "few restarts", query: (metric: Restarts, of: Candidate), pass: Below(2), count: 2)],
            ),
            Experiment(size: 2, for: "5m", analysis: (named: [(check: "errors", interval: "30s")])),
        ],
        sticky: false,
    ),
    analysis: (named: [(check: "errors", count: 30)]),
)"#;

#[test]
fn names_become_templates_with_arguments_and_come_back_as_names() {
    let plan: Plan = read_ron("plan", PLAN).unwrap_or_else(|problems| panic!("{problems:?}")).0;
    let exported = export(&plan, &argo::FORMAT).unwrap();
    for part in [
        "name: errors\n",
        "name: slow-answers\n",
        "{{args.errors-count}}",
        "{{args.errors-success-condition}}",
    ] {
        assert!(exported.text.contains(part), "{part}:\n{}", exported.text);
    }
    let templates = exported.text.matches("kind: AnalysisTemplate").count();
    assert_eq!(templates, 3, "one for each name, and one for the check of a step's own:\n{}", exported.text);
    let again = import("again", &exported.text, &Table::default()).unwrap().plan;
    assert_eq!(differences(&plan, &again), Vec::<String>::new(), "{}", exported.text);
    assert_eq!(again.checks, plan.checks, "{}", exported.text);
    assert_eq!(again.strategy, plan.strategy, "{}", exported.text);
    assert_eq!(again.analysis, plan.analysis);
}

#[test]
fn what_a_name_alone_can_say_and_a_template_cannot_is_written_out() {
    let other_name =
        PLAN.replace("(check: \"errors\", count: 30)", "(check: \"errors\", name: \"failures\")");
    let plan: Plan = read_ron("plan", &other_name).unwrap().0;
    let exported = export(&plan, &argo::FORMAT).unwrap();
    assert!(exported.text.contains("name: checkout-background\n"), "{}", exported.text);
    let again = import("again", &exported.text, &Table::default()).unwrap().plan;
    assert_eq!(differences(&plan, &again), Vec::<String>::new());
    assert_eq!(again.analysis.unwrap().checks[0].name, "failures");
}
