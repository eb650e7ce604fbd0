//! The shapes of public manifests that were once read as something else than upstream reads them: each file of
//! `tests/manifests/public` says what is right, and why. The numbers are those of the files.

use std::path::PathBuf;

use serde_json::Value;

use crate::lab::{Answer, lab};

fn here() -> PathBuf {
    super::folder().join("public")
}

/// The file whose name begins with this number.
fn file(number: &str) -> String {
    let names = std::fs::read_dir(here()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut named = names.map(|name| name.to_string_lossy().into_owned());
    named.find(|name| name.starts_with(&format!("{number}-"))).unwrap()
}

fn import(number: &str) -> Answer {
    lab(&here()).args(["import", file(number).as_str(), "--format", "json"]).answer()
}

/// The plan and the findings of a file that is read.
fn read(number: &str) -> (Value, String) {
    let answer = import(number);
    assert_eq!(answer.code, 0, "{number}: {}", answer.stderr);
    let page: Value = serde_json::from_str(&answer.stdout).unwrap();
    (page["plan"].clone(), page["findings"].to_string())
}

/// A run of a file's plan.
fn run(number: &str, arguments: &str) -> Value {
    let (file, mut words) = (file(number), arguments.split(' '));
    let scenario = words.next().unwrap().to_owned();
    let line = ["run", &scenario, "--plan", &file, "--format", "json"];
    let words: Vec<String> = words.map(|word| word.replace('_', " ")).collect();
    let answer = lab(&here()).args(line).args(words.iter().map(String::as_str)).answer();
    assert_eq!(answer.code, 0, "{number}: {}", answer.stderr);
    serde_json::from_str(&answer.stdout).unwrap()
}

/// What the log of a run says, and when.
fn said(run: &Value, text: &str) -> Option<f64> {
    let facts = run["timeline"].as_array().unwrap();
    let fact = facts.iter().find(|fact| fact.to_string().contains(text))?;
    fact["at_s"].as_f64()
}

#[test]
fn case_01_after_the_switch_the_active_service_is_the_candidates() {
    let (plan, _) = read("01");
    assert_eq!(plan["checks"][0]["query"]["of"], "Candidate");
    let run = run("01", "checkout --release v2");
    assert_eq!(run["rollout"]["phase"], "completed", "{}", run["rollout"]);
}

#[test]
fn case_02_the_services_names_decide_and_no_word_within_them() {
    let (plan, _) = read("02a");
    assert_eq!(plan["checks"][0]["query"]["of"], "Baseline");
}

#[test]
fn case_03_checks_go_on_while_a_promotion_waits() {
    let run = run("03", "checkout --release v2-fuse");
    assert_eq!(run["rollout"]["phase"], "rolled_back", "{}", run["rollout"]);
}

#[test]
fn case_04_going_back_without_a_window_runs_the_steps() {
    let (plan, _) = read("04");
    assert_eq!(plan["rollback"]["window"]["revisions"], 0);
    let run = run("04", "checkout --hand 15m_undo");
    let back = said(&run, "all users are on the baseline again").unwrap();
    assert!(back > 900.0 + 240.0, "back at {back}");
}

#[test]
fn case_05_weights_are_parts_of_the_greatest_weight() {
    let (plan, _) = read("05");
    let steps = &plan["strategy"]["Canary"]["steps"];
    assert_eq!((&steps[0]["Weight"], &steps[2]["Weight"]), (&"0.5%".into(), &"10%".into()));
}

#[test]
fn case_06_an_export_of_unleash_has_its_strategies_beside_the_features() {
    let (plan, _) = read("06a");
    assert_eq!(plan["flags"].to_string(), r#"[["new-till","5%"],["old-till","0%"]]"#);
}

#[test]
fn case_07_a_documented_unit_is_known() {
    let (plan, _) = read("07");
    assert_eq!(plan["strategy"]["Flagger"]["checks"][0]["pass"]["Below"], "500ms");
}

#[test]
fn case_08_a_router_without_steps_switches_at_once() {
    let (plan, findings) = read("08");
    assert_eq!(plan["strategy"]["Canary"]["steps"].to_string(), r#"[{"Weight":"100%"}]"#);
    assert!(!findings.contains("rolling update"), "{findings}");
}

#[test]
fn case_09_the_kind_of_another_group_is_another_kind() {
    let answer = import("09");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("rollouts.kruise.io"), "{}", answer.stderr);
}

#[test]
fn case_10_the_workload_is_the_one_that_is_named() {
    let (plan, findings) = read("10a");
    assert_eq!(plan["probes"]["readiness"]["period"], "5s");
    assert_eq!(plan["drain"]["grace"], "45s");
    assert!(findings.contains("nothing that is released here refers to it"), "{findings}");
}

#[test]
fn case_11_without_a_mesh_there_are_no_weights() {
    let (plan, _) = read("11");
    assert_eq!(plan["strategy"]["Flagger"]["iterations"], 10);
}

#[test]
fn case_12_header_matches_are_alternatives_and_a_mirror_has_its_match_and_its_end() {
    let (plan, _) = read("12a");
    let rules = &plan["strategy"]["Canary"]["steps"][1]["Match"];
    assert_eq!(rules.as_array().unwrap().len(), 2, "{rules}");
    let (plan, _) = read("12c");
    let steps = &plan["strategy"]["Canary"]["steps"];
    assert_eq!(steps[1]["Copy"]["share"], "35%", "{steps}");
    assert_eq!(steps[1]["Copy"]["kinds"][0]["method"], "GET", "{steps}");
    assert_eq!(steps[3]["Mirror"], "0%", "{steps}");
    let exported = lab(&here()).args(["export", file("12c").as_str(), "--to", "argo"]).answer();
    assert!(exported.stdout.contains("match:"), "{}", exported.stdout);
}

#[test]
fn case_13_a_step_may_have_several_keys() {
    let (plan, _) = read("13");
    let steps = &plan["strategy"]["Canary"]["steps"];
    assert_eq!(steps[0]["Scale"], 2, "{steps}");
    assert!(steps[1]["Match"].is_array() && steps[2]["Pause"] == "5m", "{steps}");
    assert_eq!(steps[3]["Weight"], "50%", "{steps}");
}

#[test]
fn case_15_a_load_test_gives_the_checks_their_requests() {
    let run = run("15", "checkout --release v2");
    assert_eq!(run["rollout"]["phase"], "completed", "{}", run["rollout"]);
}

#[test]
fn case_16_arguments_are_filled_in_as_flagger_does() {
    let (plan, findings) = read("16");
    let checks = plan["strategy"]["Flagger"]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 2, "{findings}");
    for check in checks {
        assert_eq!(
            (&check["query"]["metric"], &check["query"]["of"]),
            (&"ErrorRatio".into(), &"Candidate".into())
        );
        assert_eq!(check["pass"]["Below"], "1%");
    }
    let (plan, _) = read("16b");
    assert_eq!(plan["strategy"]["Flagger"]["checks"][0]["query"]["of"], "Candidate");
}

#[test]
fn case_17_no_weight_comes_before_an_instance_is_ready_again() {
    let run = run("17", "s10.scenario.ron");
    assert_eq!(run["users_harmed"], 0, "{}", run["causes"]);
}

#[test]
fn case_18_an_export_can_be_applied_or_says_what_is_to_be_filled_in() {
    let answer = lab(&here()).args(["export", file("18").as_str(), "--to", "argo"]).answer();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for wanted in ["activeService:", "previewService:", "selector:", "image:"] {
        assert!(answer.stdout.contains(wanted), "{wanted}: {}", answer.stdout);
    }
    for wanted in ["activeService", "image", "selector"] {
        let lines = || answer.stderr.lines().filter(|line| line.contains("to fill in"));
        assert!(lines().any(|line| line.contains(wanted)), "{wanted}: {}", answer.stderr);
    }
    let answer = lab(&here()).args(["export", file("12a").as_str(), "--to", "argo"]).answer();
    assert!(answer.stdout.contains("managedRoutes:"), "{}", answer.stdout);
}

#[test]
fn case_19_an_autoscaler_by_what_is_not_known_is_none() {
    let (plan, findings) = read("19a");
    assert!(plan["autoscaler"].is_null(), "{plan}");
    assert!(findings.contains("keeps its size"), "{findings}");
}

#[test]
fn case_20_envoy_ejects_nobody_where_one_is_too_many_and_an_unused_pool_does_not_panic() {
    let run = run("20", "s8.scenario.ron --release v2-errors");
    assert_eq!(said(&run, "jected"), None);
    assert_eq!(said(&run, "panics"), None);
}

#[test]
fn case_21_a_plan_of_nothing_is_refused() {
    let answer = import("21");
    assert_eq!(answer.code, 2, "{}", answer.stdout);
    assert!(answer.stderr.contains("none of the steps"), "{}", answer.stderr);
}

#[test]
fn case_22_the_delay_after_an_abort_begins_when_the_baseline_is_whole() {
    let run = run("22", "checkout --hand 10m_abort");
    let back = said(&run, "all users are on the baseline again").unwrap();
    let gone = said(&run, "nobody is on the candidate any more").unwrap();
    assert!((gone - back - 120.0).abs() < 5.0, "back at {back}, gone at {gone}");
}

#[test]
fn case_24_a_rollout_without_a_strategy_says_so() {
    let answer = import("24");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("Rollout/shop has no spec.strategy"), "{}", answer.stderr);
}

#[test]
fn case_25_with_a_written_delay_blue_goes_though_the_analysis_runs() {
    let (plan, _) = read("25");
    assert_eq!(plan["strategy"]["BlueGreen"]["cuts_after"], true);
    let run = run("25", "checkout --release v2-fuse");
    assert_eq!(run["rollout"]["phase"], "completed", "{}", run["rollout"]);
}

#[test]
fn case_26_a_share_without_a_numerator_is_told_of() {
    let (_, findings) = read("26");
    assert!(findings.contains("or vector(0)"), "{findings}");
}

#[test]
fn case_27_no_probe_is_none_and_no_hook_is_none() {
    let (plan, findings) = read("27");
    assert!(plan["probes"].is_object() && plan["probes"]["readiness"].is_null(), "{plan}");
    assert_eq!((&plan["drain"]["pre_stop"], &plan["drain"]["grace"]), (&"0s".into(), &"30s".into()));
    assert!(findings.contains("readinessProbe") && findings.contains("preStop"), "{findings}");
    let run = run("27", "s10.scenario.ron --release v2");
    assert!(run["users_harmed"].as_u64().unwrap() > 40, "{}", run["users_harmed"]);
}

/// Import, export and import again gives the same plan, and nothing but placeholders is left to say.
#[test]
fn what_is_read_is_written_and_read_again_as_the_same_plan() {
    for number in ["01", "04", "05", "08", "12a", "12c", "13", "25", "26", "27"] {
        let text = std::fs::read_to_string(here().join(file(number))).unwrap();
        let plan = super::imported(&file(number), &text).plan;
        let exported = super::best(&plan).unwrap();
        assert_eq!(exported.unsaid, Vec::<String>::new(), "{number}\n{}", exported.text);
        let again = super::imported("again.yaml", &exported.text).plan;
        assert_eq!(super::differences(&plan, &again), Vec::<String>::new(), "{number}\n{}", exported.text);
    }
}
