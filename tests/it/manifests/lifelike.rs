//! Manifests as they lie about in repositories: editors, generators and people leave their marks on them.

use rollout_lab::control::{Canary, Flagger, Step, Strategy};
use rollout_lab::engine::{Amount, Share, Span};
use rollout_lab::manifest::{Finding, Table, import};

use super::imported;

/// Anchors, merge keys, numbers in quotes, empty values, and steps that are not known.
const WORN: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: shop
spec:
  replicas: \"5\"
  selector: {matchLabels: &labels {app: shop}}
  template:
    metadata: {labels: *labels}
    spec:
      containers:
      - name: web
        readinessProbe: &probe
          httpGet: {path: /, port: http}
          periodSeconds: \"5\"
        livenessProbe:
          <<: *probe
          periodSeconds: 20
  strategy:
    canary:
      maxSurge: '1'
      maxUnavailable: 0%
      trafficRouting: {istio: {virtualService: {name: shop}}}
      steps:
      - setWeight: \"20\"
      - pause: {duration: \"60\"}
      - setWeight: 40.0
      - pause:
      - plugin: {name: x}
";

fn worn(text: &str) -> (Canary, Vec<Finding>) {
    let found = imported("f.yaml", text);
    let Strategy::Canary(canary) = found.plan.strategy else { panic!("{:?}", found.plan.strategy) };
    let probes = found.plan.probes.unwrap();
    assert_eq!(probes.readiness.unwrap().period, Span::from_secs(5));
    assert_eq!(probes.liveness.unwrap().period, Span::from_secs(20));
    (canary, found.findings)
}

#[test]
fn quotes_anchors_line_ends_and_marks_change_nothing() {
    let (canary, findings) = worn(WORN);
    let share = |percent| Step::Weight(Share::percent(percent));
    assert_eq!(canary.steps, [share(20.0), Step::Pause(Span::from_secs(60)), share(40.0), Step::Approve]);
    assert_eq!((canary.max_surge, canary.router), (Amount::Count(1), true));
    let unknown = findings.iter().find(|found| found.path.ends_with("steps[4].plugin")).unwrap();
    assert!(unknown.line == 29 && unknown.message.contains("known to the plugin alone"), "{unknown:?}");
    let windows = format!("\u{feff}{}", WORN.replace('\n', "\r\n"));
    assert_eq!(worn(&windows), (canary.clone(), findings.clone()));
    let listed = WORN.replace("\n", "\n  ").replacen("apiVersion", "- apiVersion", 1);
    let listed = format!("apiVersion: v1\nkind: List\nitems:\n{listed}");
    assert_eq!(worn(listed.trim_end()).0, canary);
    let many = format!("---\n# nothing\n---\n{WORN}---\nkind: Service\nmetadata: {{name: shop}}\n...\n");
    assert_eq!(worn(&many).0, canary);
}

#[test]
fn what_cannot_be_read_says_why_and_what_to_do() {
    let step = "        - analysis: {templates: [{templateName: t}, {templateName: t}]}\n";
    let metric = "  - {name: m, successCondition: \"result[0] < 1\", provider: {prometheus: {query: \"sum(rate(requests[1m]))\"}}}\n";
    let grown = format!(
        "kind: Rollout\nspec:\n  strategy:\n    canary:\n      steps:\n{}---\nkind: AnalysisTemplate\nmetadata: {{name: t}}\nspec:\n  metrics:\n{}",
        step.repeat(150),
        metric.repeat(900)
    );
    let checks =
        "    - {name: m, query: \"sum(rate(requests[1m]))\", thresholdRange: {max: 1}}\n".repeat(2_000);
    let canary = |analysis: &str| format!("kind: Canary\nspec:\n  analysis:\n{analysis}");
    for (text, line, parts) in [
        (String::new(), 0, ["this file has no release", "the file is empty"]),
        ("# only\n---\n".to_owned(), 0, ["this file has no release", "the file is empty"]),
        ("hello\n".to_owned(), 0, ["this file has no release", "without `kind`"]),
        ("kind: Service\n".to_owned(), 0, ["found Service", "a Rollout, a Canary"]),
        (WORN.replace("    canary:", "\tcanary:"), 20, ["YAML", "tabs"]),
        ("kind: x\nkind: y\n".to_owned(), 2, ["duplicate", "kind"]),
        ("kind: x\nspec:\n  replicas: {{ default 1 .Values.n }}\n".to_owned(), 3, ["template", "helm"]),
        ("{% if x %}\nkind: x\n".to_owned(), 1, ["template", "render it first"]),
        ("kind: Deployment\nspec:\n  replicas: ${N}\n".to_owned(), 3, ["${N}", "envsubst"]),
        (canary("    stepWeight: 2.5\n"), 4, ["found 2.5", "whole percentage"]),
        (canary("    threshold: 3\n"), 3, ["a mapping", "`iterations`"]),
        (canary("    interval: 1m\n    stepWeight: ten\n"), 5, ["\"ten\"", "a number"]),
        (
            canary(&format!("    stepWeight: 5\n    metrics:\n{checks}")),
            56,
            ["metrics[50]", "at most 50 checks"],
        ),
        (grown, 6, ["steps[0].analysis", "at most 50 metrics"]),
    ] {
        let start: String = text.chars().take(200).collect();
        let problems = match import("f.yaml", &text, &Table::default()) {
            Ok(found) => panic!("{start}\n{:?}", found.plan),
            Err(problems) => problems,
        };
        let first = &problems[0];
        assert_eq!(first.line, line, "{start}\n{first:?}");
        for part in parts {
            assert!(first.message.contains(part), "{part}: {start}\n{}", first.message);
        }
        assert!(!first.message.contains("Options"), "{}", first.message);
    }
}

/// The A/B test of Flagger's documentation: its header is kept, and it is said who has it.
#[test]
fn a_canary_with_a_match_of_a_cookie_says_who_has_it() {
    let text = "\
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: podinfo}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: podinfo}
  service: {port: 9898, retries: {attempts: 3}}
  analysis:
    interval: 5s
    threshold: 10
    iterations: 10
    match:
    - headers: {cookie: {regex: '^(.*?;)?(canary=always)(;.*)?$'}}
    metrics:
    - name: request-success-rate
      thresholdRange: {min: 99}
";
    let found = imported("f.yaml", text);
    let Strategy::Flagger(Flagger { matches, interval, iterations, checks, .. }) = &found.plan.strategy
    else {
        panic!("{:?}", found.plan.strategy)
    };
    assert_eq!((matches[0].headers.len(), *iterations, checks.len()), (1, 10, 1));
    assert_eq!(*interval, Span::from_secs(10), "Flagger takes no interval under 10 s");
    let said = |line: u32, part: &str| {
        let is_said = found.findings.iter().any(|f| f.line == line && f.message.contains(part));
        assert!(is_said, "{line} {part}: {:?}", found.findings);
    };
    said(7, "not supported");
    said(9, "10s");
    said(13, "where the scenario says so of their cohort");
    let known = text.replace(
        "cookie: {regex: '^(.*?;)?(canary=always)(;.*)?$'}",
        "x-cohort: {regex: '^(insiders|staff)$'}",
    );
    let Strategy::Flagger(read) = imported("f.yaml", &known).plan.strategy else { panic!() };
    assert_eq!(read.matches[0].cohorts, ["insiders", "staff"]);
}

#[test]
fn of_two_that_say_the_same_the_first_counts_and_the_other_is_listed() {
    let hpa = |max: u32| {
        format!("kind: HorizontalPodAutoscaler\nmetadata: {{name: h}}\nspec: {{maxReplicas: {max}}}\n---\n")
    };
    let text = format!(
        "{WORN}---\nkind: Deployment\nmetadata: {{name: shop}}\nspec: {{strategy: {{type: Recreate}}}}\n---\n{}{}",
        hpa(5),
        hpa(9)
    );
    let found = imported("f.yaml", &text);
    assert!(matches!(found.plan.strategy, Strategy::Canary(_)));
    assert_eq!(found.plan.autoscaler.unwrap().max, 5);
    for part in ["another autoscaler before it", "nothing that is released here refers to it"] {
        assert!(found.findings.iter().any(|f| f.message.contains(part)), "{part}: {:?}", found.findings);
    }
}
