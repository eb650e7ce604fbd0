//! `import` and `export`: real manifests in and out.

use std::fs;

use super::{ask, call, json};

const CANARY: &str = include_str!("../../manifests/argo-canary.yaml");

#[test]
fn an_imported_manifest_can_be_run_and_says_what_it_left_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rollout.yaml"), CANARY).unwrap();
    let answer = call(folder.path(), "import rollout.yaml --out plan.ron");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    for part in
        ["rollout.yaml:39:11: Rollout/checkout.spec.template.spec.containers[1]: not supported", "plan.ron\n"]
    {
        assert!(answer.stdout.contains(part), "{part}: {}", answer.stdout);
    }
    let page = json(folder.path(), "import rollout.yaml --format json", 0);
    assert_eq!(page["plan"]["title"], "Rollout checkout");
    assert!(page["findings"].as_array().unwrap().iter().any(|found| found["kind"] == "ignored"));
}

#[test]
fn a_manifest_is_taken_where_a_plan_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let answer = call(folder.path(), "export canary/solution --to argo --out mine.yaml");
    assert_eq!((answer.code, answer.stdout.as_str()), (0, "mine.yaml\n"));
    let run = json(folder.path(), "run checkout --plan mine.yaml --release v2 --format json", 0);
    assert_eq!(run["rollout"]["phase"], "completed", "{run}");
}

#[test]
fn what_a_format_cannot_say_is_listed_on_standard_error() {
    let answer = ask("export canary/solution --to argo");
    assert_eq!(answer.code, 0);
    assert!(answer.stdout.starts_with("apiVersion: argoproj.io/v1alpha1\n"), "{}", answer.stdout);
    assert!(answer.stderr.contains("strategy.Canary.sticky"), "{}", answer.stderr);
    let answer = ask("export canary/solution --to kubernetes");
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("--to argo"), "{}", answer.stderr);
}

#[test]
fn a_manifest_that_cannot_be_read_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (text, place, part) in [
        ("a: [1\n", ":", "YAML"),
        ("kind: Deployment\nspec:\n  replicas: {{ .Values.n }}\n", ":3:13: ", "render it first"),
        ("kind: Deployment\nspec:\n  minReadySeconds: soon\n", ":3:3: ", "allowed is"),
        ("kind: Pod\nmetadata: {name: x}\n", ": ", "this file has no release"),
        ("", ": ", "this file has no release"),
    ] {
        fs::write(folder.path().join("m.yaml"), text).unwrap();
        let answer = call(folder.path(), "import m.yaml");
        assert_eq!((answer.code, answer.stdout.as_str()), (2, ""), "{text}");
        assert!(answer.stderr.contains(&format!("m.yaml{place}")), "{}", answer.stderr);
        assert!(answer.stderr.contains(part), "{}", answer.stderr);
    }
}

#[test]
fn a_table_says_what_metrics_are() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rollout.yaml"), CANARY).unwrap();
    let table = "(metrics: [(pattern: \"^carts$\", query: (metric: Business(\"carts\"), of: Candidate))])";
    fs::write(folder.path().join("table.ron"), table).unwrap();
    let text = fs::read_to_string(folder.path().join("rollout.yaml")).unwrap();
    fs::write(folder.path().join("rollout.yaml"), text.replace("result.carts > 10", "result[0] > 10"))
        .unwrap();
    let page = json(folder.path(), "import rollout.yaml --metrics table.ron --format json", 0);
    assert_eq!(page["plan"]["analysis"]["named"].as_array().unwrap().len(), 2, "{page}");
    let checks =
        page["plan"]["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap());
    assert!(checks.clone().any(|name| name == "carts"), "{page}");
    fs::write(folder.path().join("table.ron"), "(metrics: [(pattern: \"(\", query: (metric: Memory))])")
        .unwrap();
    assert_eq!(call(folder.path(), "import rollout.yaml --metrics table.ron").code, 2);
}
