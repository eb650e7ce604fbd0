//! `rehearse`: a page about a manifest without a scenario, its goals as exit codes, and the smallest change that reaches a goal.

use std::path::Path;

use crate::lab::{Answer, lab};

const MANIFEST: &str = "26-no-error-no-series.yaml";

fn rehearse(line: &str) -> Answer {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/public");
    lab(&folder).args(["rehearse", MANIFEST]).args(line.split(' ')).answer()
}

#[test]
fn the_plan_alone_is_told_with_its_lines_and_every_default() {
    let answer = rehearse("--static --rps 40");
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for wanted in [
        "40 requests a second (given: --rps)",
        "5000 users (default: --users)",
        "26-no-error-no-series.yaml:25:",
        "cannot tell",
    ] {
        assert!(answer.stdout.replace('\n', " ").contains(wanted), "{wanted}: {}", answer.stdout);
    }
    let log: serde_json::Value = serde_json::from_str(&rehearse("--static --format sarif").stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(
        results.iter().any(|of| of["locations"][0]["physicalLocation"]["region"]["startLine"] == 25),
        "{log}"
    );
}

#[test]
fn a_goal_that_is_missed_is_exit_code_1_and_a_change_reaches_it() {
    let goal = "--rps 10 --seeds 4 --catch errors=2% --within 10m";
    let answer = rehearse(&format!("{goal} --format json"));
    assert_eq!(answer.code, 1, "{} {}", answer.stdout, answer.stderr);
    let page: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(page["met"], false);
    let answer = rehearse(&format!("{goal} --improve"));
    assert_eq!(answer.code, 0, "{} {}", answer.stdout, answer.stderr);
    assert!(
        answer
            .stdout
            .contains("-    successCondition: result[0] < 0.05\n+    successCondition: result[0] < "),
        "{}",
        answer.stdout
    );
}

/// An export of a morning is larger than a plan may be; the world's traffic is what was measured.
#[test]
fn a_large_export_of_metrics_gives_the_world_its_traffic() {
    let folder = tempfile::tempdir().unwrap();
    let (mut text, mut count) = (String::new(), 0);
    for scrape in 0..1_440_u64 {
        count += if scrape < 720 { 300 } else { 900 };
        for pod in 0..8 {
            text += &format!(
                "http_requests_total{{pod=\"{pod}\",code=\"200\"}} {count} {}\n",
                1_700_000_000 + scrape * 15
            );
        }
    }
    assert!(text.len() > 400_000, "{}", text.len());
    let (export, world) = (folder.path().join("day.txt"), folder.path().join("world.ron"));
    std::fs::write(&export, text).unwrap();
    let answer = rehearse(&format!(
        "--static --from-metrics {} --save-scenario {}",
        export.display(),
        world.display()
    ));
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let said = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("as they were measured (measured: --rps)"), "{}", answer.stdout);
    let world = std::fs::read_to_string(world).unwrap();
    assert!(world.contains("as measured") && world.contains("Trace(points:"), "{world}");
    let check = lab(folder.path()).args(["check", "world.ron"]).answer();
    assert_eq!(check.code, 0, "{} {}", check.stdout, check.stderr);
}

fn static_world(manifest: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests").join(manifest);
    let manifest = manifest.display().to_string();
    let answer =
        lab(folder.path()).args(["rehearse", &manifest, "--static", "--save-scenario", "world.ron"]).answer();
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    let check = lab(folder.path()).args(["check", "world.ron"]).answer();
    assert_eq!(check.code, 0, "{} {}", check.stdout, check.stderr);
    let said = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    (said, std::fs::read_to_string(folder.path().join("world.ron")).unwrap())
}

#[test]
fn what_proxies_try_again_is_tried_again_in_the_world() {
    let (said, world) = static_world("shapes/160-virtual-service-retries.yaml");
    assert!(said.contains("what fails is tried again up to 3 times by the proxies (the manifest)"), "{said}");
    let wanted = "retries: (limit: 3, base: \"25ms\", cap: \"250ms\", jitter: Envoy, on_timeout: true, \
                  on: (errors: true, unavailable: true, refused: true, reset: true, no_instance: false), deadline: \"5s\")";
    assert!(world.contains(wanted), "{world}");
    let (said, world) = static_world("shapes/161-virtual-service-of-others.yaml");
    assert!(!said.contains("tried again up to") && !world.contains("retries"), "{said} {world}");
}

/// A release that leads one kind of request to the candidate needs a world that has it.
#[test]
fn kinds_of_requests_that_a_manifest_names_are_in_the_world() {
    let (_, world) = static_world("public/12a-header-matches-are-or.yaml");
    assert!(world.contains("(name: \"GET /offers\", weight: 1.0)"), "{world}");
}

#[test]
fn a_manifest_whose_metrics_cannot_be_read_is_not_told_to_measure_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/shapes");
    let answer = lab(&folder).args(["rehearse", "46-another-provider.yaml", "--static"]).answer();
    let told = answer.stdout.replace("\n  ", " ");
    assert!(
        told.contains("None of the manifest's metrics could be read"),
        "{}{}",
        answer.stdout,
        answer.stderr
    );
    assert!(!told.contains("Nothing is measured"), "{told}");
}
