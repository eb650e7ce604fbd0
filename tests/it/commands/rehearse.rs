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
fn a_number_of_instances_that_cannot_be_had_is_told() {
    let page = |line: &str| rehearse(&format!("--static {line}")).stdout.replace('\n', " ");
    let many = page("--rps 40 --instances 5000");
    assert!(many.contains("2000 instances (given: --instances)"), "{many}");
    assert!(many.contains("5000 instances are more than the 2000"), "{many}");
    let counted = page("--rps 2000000 --instances 5000");
    assert!(
        counted.contains("5000 instances (given: --instances)") && !counted.contains("more than"),
        "{counted}"
    );
    let few = page("--rps 2000000 --instances 1");
    assert!(few.contains("1 instance is too few for so many requests"), "{few}");
    assert!(!page("--rps 40 --instances 2000").contains("instances are"), "{many}");
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
fn every_whole_manifest_can_be_rehearsed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/whole");
    let files = std::fs::read_dir(&folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let manifests: Vec<String> =
        names.filter(|name| name.ends_with(".yaml") || name.ends_with(".json")).collect();
    assert!(manifests.len() >= 44, "{manifests:?}");
    for name in manifests {
        let answer = lab(&folder).args(["rehearse", &name, "--static"]).answer();
        assert!(answer.code < 2, "{name}: {}", answer.stderr);
    }
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

/// What `rehearse` answers to a manifest of this text, with further arguments; what it says is in one line.
fn of_text(name: &str, text: &str, more: &[&str]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let mut answer = lab(folder.path()).args(["rehearse", name]).args(more.iter().copied()).answer();
    for text in [&mut answer.stdout, &mut answer.stderr] {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    answer
}

const FLAGS: &str = r#"{"version": 2, "features": [
    {"name": "basket", "enabled": true, "strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "40"}}]},
    {"name": "search", "enabled": true, "dependencies": [{"feature": "basket"}],
     "strategies": [{"name": "flexibleRollout", "parameters": {"rollout": "10"}}]},
    {"name": "old", "enabled": false, "strategies": []}]}"#;

/// A file of flags releases the flag, as far as it is on there: nobody looks at it, and only so many users are hurt.
#[test]
fn a_file_of_flags_alone_turns_a_flag_on() {
    let answer = of_text("flags.json", FLAGS, &["--static"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for wanted in ["its flag \"basket\" is on for 40%", "--flag names another", "nobody turns it off"] {
        assert!(answer.stdout.contains(wanted), "{wanted}: {}", answer.stdout);
    }
    let harmed = |more: &[&str]| {
        let few = ["--rps", "5", "--users", "500", "--seeds", "2", "--errors", "0%", "--format", "json"];
        let answer = of_text("flags.json", FLAGS, &[&few, more].concat());
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let page: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let levels = page["levels"].as_array().unwrap();
        let worst = levels.iter().find(|of| of["regression"] == "25% more errors").unwrap();
        worst["users_harmed_mean"].as_f64().unwrap()
    };
    let (most, few) = (harmed(&[]), harmed(&["--flag", "search"]));
    assert!(few > 0.0 && few < most && most < 250.0, "{few} {most}");
}

#[test]
fn flags_that_are_on_for_nobody_release_nothing() {
    let answer = of_text("flags.json", FLAGS, &["--static", "--flag", "old"]);
    assert_eq!(answer.code, 2, "{}", answer.stdout);
    assert!(
        answer.stderr.contains("nothing is released by these flags: old is on for nobody"),
        "{}",
        answer.stderr
    );
    let answer = of_text("flags.json", FLAGS, &["--static", "--flag", "odl"]);
    assert_eq!(answer.code, 2, "{}", answer.stdout);
    assert!(answer.stderr.contains("the flags are basket, search, old"), "{}", answer.stderr);
}

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  replicas: 4\n  selector: {matchLabels: {app: shop}}\n  \
     template:\n    metadata: {labels: {app: shop}}\n    spec:\n      containers: [{name: shop}]\n";

/// Flags beside a release have no part in it, unless one is said to guard the new code.
#[test]
fn flags_beside_a_release_guard_it_when_they_are_named() {
    let flags = "---\nfeatures:\n- {name: basket, enabled: true, strategies: [{name: flexibleRollout, parameters: {rollout: '40'}}]}\n";
    let both = format!("{DEPLOYMENT}{flags}");
    let answer = of_text("both.yaml", &both, &["--static"]);
    assert!(answer.stdout.contains("the flags have no part in it"), "{}{}", answer.stdout, answer.stderr);
    let answer = of_text("both.yaml", &both, &["--static", "--flag", "basket"]);
    assert!(
        answer.stdout.contains("the flag \"basket\" guards the new code"),
        "{}{}",
        answer.stdout,
        answer.stderr
    );
}

/// Who is paged by a burn-rate alert takes the release back.
#[test]
fn alerts_alone_watch_a_rolling_update() {
    let slo = "version: prometheus/v1\nservice: shop\nslos:\n- name: requests\n  objective: 99.9\n  sli: {raw: {error_ratio_query: 'sum(rate(http_requests_total{code=~\"5..\"}[{{.window}}])) / sum(rate(http_requests_total[{{.window}}]))'}}\n  \
               alerting: {page_alert: {labels: {}}}\n";
    let few = ["--rps", "10", "--seeds", "2", "--catch", "errors=25%"];
    let answer = of_text("slo.yaml", slo, &few);
    assert_eq!(answer.code, 0, "{} {}", answer.stdout, answer.stderr);
    for wanted in
        ["it goes out by a rolling update", "who is paged by one of its alerts takes the release back"]
    {
        assert!(answer.stdout.contains(wanted), "{wanted}: {}", answer.stdout);
    }
    assert!(!answer.stdout.contains("Nothing is measured"), "{}", answer.stdout);
}

/// A manifest that asks for zones has them in its world.
#[test]
fn zones_that_a_manifest_asks_for_are_in_its_world() {
    const ZONE: &str = "topology.kubernetes.io/zone";
    let spread = |more: &str| {
        format!(
            "      topologySpreadConstraints: [{{maxSkew: 1, topologyKey: {ZONE}, whenUnsatisfiable: DoNotSchedule{more}}}]\n"
        )
    };
    let apart = format!(
        "      affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{topologyKey: {ZONE}, labelSelector: \
         {{matchLabels: {{app: shop}}}}}}]}}}}\n"
    );
    let nodes = format!(
        "      affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: \
         [{{key: {ZONE}, operator: In, values: [eu-1a, eu-1b]}}]}}]}}}}}}\n"
    );
    for (more, wanted) in [
        (spread(""), "its zones (3): zone-1, zone-2, zone-3 (default)"),
        (spread(", minDomains: 2"), "its zones (2): zone-1, zone-2 (the manifest)"),
        (nodes, "its zones (2): eu-1a, eu-1b (the manifest)"),
        (apart.clone(), "its zones (3): zone-1, zone-2, zone-3 (default)"),
    ] {
        let answer = of_text("shop.yaml", &format!("{DEPLOYMENT}{more}"), &["--static"]);
        assert!(answer.stdout.contains(wanted), "{wanted}: {}{}", answer.stdout, answer.stderr);
    }
    let answer = of_text("shop.yaml", &format!("{DEPLOYMENT}{apart}"), &["--static"]);
    assert!(answer.stdout.contains("no two of these pods share a zone"), "{}", answer.stdout);
    let other = apart.replace("app: shop", "app: other");
    let answer = of_text("shop.yaml", &format!("{DEPLOYMENT}{other}"), &["--static"]);
    assert!(!answer.stdout.contains("zone"), "{}", answer.stdout);
}

/// Argo Rollouts keeps a canary off the hosts of the stable pods; the world has hosts for both.
#[test]
fn a_canary_that_keeps_off_the_hosts_of_the_stable_pods_finds_some() {
    let rollout = |replicas: u32| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: shop}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: \
             {{app: shop}}}}\n  template:\n    metadata: {{labels: {{app: shop}}}}\n    spec: {{containers: [{{name: shop}}]}}\n  strategy:\n    \
             canary:\n      canaryService: c\n      stableService: s\n      trafficRouting: {{nginx: {{stableIngress: i}}}}\n      antiAffinity: \
             {{requiredDuringSchedulingIgnoredDuringExecution: {{}}}}\n      steps: [{{setWeight: 50}}, {{pause: {{duration: 1m}}}}]\n"
        )
    };
    let answer = of_text("shop.yaml", &rollout(5), &["--rps", "5", "--seeds", "2", "--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    assert!(answer.stdout.contains("10 hosts, so that the candidate finds some"), "{}", answer.stdout);
    assert!(!answer.stdout.contains("\"median_time_to_complete_s\": null"), "{}", answer.stdout);
    let answer = of_text("shop.yaml", &rollout(40), &["--static"]);
    assert!(answer.stdout.contains("the two sides may share hosts"), "{}{}", answer.stdout, answer.stderr);
}

/// Where a sound release is not let out, the page says why.
#[test]
fn what_keeps_a_sound_release_from_going_out_is_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/whole");
    let few = ["--rps", "5", "--users", "200", "--seeds", "2"];
    let told = |name: &str| {
        let answer = lab(&folder).args(["rehearse", name]).args(few).answer();
        answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let strict = told("flagger-daemonset-linkerd.yaml");
    assert!(
        strict.contains("the first that was sent back had seen: check request-duration: p99 latency"),
        "{strict}"
    );
    let flag = told("unleash-export.json");
    let wanted = "in 2 of 2 runs it was neither out nor sent back at the end; the first of them: its flag stays on for as many";
    assert!(flag.contains(wanted), "{flag}");
    // Contour holds all matches together, so that somebody has to carry both headers.
    let both = told("flagger-contour-ab.yaml");
    assert!(both.contains("sent back in 0 of 2 runs") && both.contains("out after"), "{both}");
}

#[test]
fn what_is_said_from_the_plan_is_about_its_checks_and_said_once() {
    let told = |name: &str| static_world(&format!("whole/{name}")).0;
    let shared = told("argo-anchors.yaml");
    assert_eq!(shared.matches("\"errors\" allows 5%").count(), 1, "{shared}");
    let autoscaled = told("deployment-zones.yaml");
    assert!(!autoscaled.contains("None of the manifest's metrics"), "{autoscaled}");
    assert!(autoscaled.contains("Nothing is measured while"), "{autoscaled}");
    let few = told("flagger-gloo.yaml");
    assert!(few.contains("at 5% it holds 120, and a sound release is blamed at 2.44%"), "{few}");
}

/// The search runs what the rehearsal runs: the release that is made where a file has none.
#[test]
fn a_search_releases_what_the_rehearsal_releases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/whole");
    let line = "slo-sloth.yaml --rps 5 --users 200 --seeds 2 --catch errors=25% --improve";
    let answer = lab(&folder).arg("rehearse").args(line.split(' ')).answer();
    assert_eq!(answer.code, 0, "{} {}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("the manifest reaches the goal as it is"), "{}", answer.stdout);
    assert!(!answer.stdout.contains("out after never"), "{}", answer.stdout);
}

/// What counts of requests cannot say is left out of a plan that is rehearsed at a high rate, and named; at a smaller rate it is not.
#[test]
fn what_counts_cannot_say_is_left_out_by_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests/whole");
    let manifest = "flagger-istio-affinity.yaml";
    for (rps, leaves_out) in [("2000000", true), ("300", false)] {
        let answer = lab(&folder).args(["rehearse", manifest, "--static", "--rps", rps]).answer();
        assert!(answer.code < 2, "{rps}: {}", answer.stderr);
        let told = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = "outlier detection (the ejection of instances) is left out";
        assert_eq!(told.contains(said), leaves_out, "{rps}: {told}");
    }
}
