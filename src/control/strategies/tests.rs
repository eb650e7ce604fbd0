//! What strategies compile to, and what is left of them without analyses and at half the weight: one table, `tests/golden/strategies.txt`, which
//! `UPDATE=1 cargo test --lib control::strategies::tests` writes anew.

use std::fmt::Write;

use super::flagger::progression::Progression;
use super::{Flagger, Strategy};
use crate::control::compiled_plan::CompiledPlan;
use crate::control::fake_cluster::{plan, read};

const CHECKS: &str =
    r#"[(name: "errors", query: (metric: ErrorRatio, over: "1m"), pass: Below("2%"), interval: "30s")]"#;

const STRATEGIES: &[&str] = &[
    "Nothing",
    "Recreate",
    "Rolling(max_surge: 2, max_unavailable: 1, min_ready: \"20s\")",
    "Ab(for: \"5m\")",
    "Ab(share: \"30%\", for: \"5m\", sample_ratio: None, guardrails: (checks: CHECKS), goal: (checks: CHECKS))",
    "Ab(share: \"30%\", for: \"5m\", goal: (for: \"2m\", checks: CHECKS))",
    "Ab(for: \"5m\", goal: (checks: [(name: \"a\", query: (metric: ErrorRatio), pass: Below(\"2%\"), count: 3), (name: \"b\", query: (metric: ErrorRatio), pass: Below(\"2%\"))]))",
    "BlueGreen()",
    "BlueGreen(auto_promote: false, auto_promote_after: \"1m\")",
    "BlueGreen(auto_promote_after: \"1m\", scale_down_delay: \"2m\")",
    "BlueGreen(preview: 2, smoke_test: (requests: 100, over: \"30s\"), before: (for: \"2m\", checks: CHECKS), after: (for: \"3m\", checks: CHECKS))",
    "BlueGreen(after: (for: \"3m\", checks: CHECKS), cuts_after: true, scale_down_delay: \"2m\")",
    "BlueGreen(after: (for: \"1m\", checks: CHECKS), cuts_after: true, scale_down_delay: \"2m\")",
    "BlueGreen(after: (checks: CHECKS), cuts_after: true, scale_down_delay: \"2m\")",
    "BlueGreen(abort_scale_down_delay: \"0s\", progress_deadline: \"1m\", abort_on_deadline: true)",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\"), Analyse(for: \"3m\", checks: CHECKS), Weight(\"50%\"), Approve])",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\")], scale_down_delay: \"5m\", min_instances: 3, sticky: false)",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\")], dynamic_stable_scale: true)",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\")], dynamic_stable_scale: true, abort_scale_down_delay: \"0s\")",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\")], dynamic_stable_scale: true, abort_scale_down_delay: \"1m\")",
    "Canary(steps: [Weight(\"10%\"), Pause(\"2m\")], abort_scale_down_delay: \"0s\")",
    "Canary(steps: [Scale(2), Weight(\"10%\")], abort_scale_down_delay: \"0s\")",
    "Canary(steps: [Scale(2), Weight(\"10%\")], abort_scale_down_delay: \"1m\")",
    "Canary(steps: [Scale(2), Weight(\"10%\")])",
    "Canary(router: false, steps: [Weight(\"10%\"), Pause(\"2m\")], max_surge: 3, max_unavailable: 0, dynamic_stable_scale: true, scale_down_delay: \"5m\")",
    "Canary(router: false, steps: [Weight(\"10%\")], dynamic_stable_scale: true, abort_scale_down_delay: \"0s\")",
    "Canary(steps: [Weight(\"10%\")], progress_threshold: \"50%\", min_ready: \"5s\", abort_on_deadline: true)",
    "Canary(steps: [Weight(\"10%\")], progress_threshold: 3, min_instances: 0)",
    "Canary(steps: [Weight(\"10%\"), Promote, Retire(\"1m\")], scale_down_delay: \"5m\")",
    "Shadow(share: \"50%\", for: \"3m\")",
    "Shadow(share: \"50%\", for: \"3m\", size: 2, kinds: [(method: \"GET\", path: Exact(\"/menu\"))], analysis: (for: \"3m\", checks: CHECKS), then: [Weight(\"10%\"), Analyse(for: \"1m\", checks: CHECKS)])",
    "Flag()",
    "Flag(schedule: (shares: [\"10%\", \"50%\"], hold: \"1m\", approve: true))",
    "Flag(schedule: (shares: [\"10%\", \"100%\"], hold: \"1m\", approve: true))",
    "Flag(schedule: (shares: [\"10%\"], hold: \"1m\"), steps: [Flag(\"30%\"), Analyse(for: \"1m\", checks: CHECKS), Pause(\"1m\")])",
    "Flag(schedule: None, steps: [Flag(\"30%\"), Flag(\"100%\")])",
    "Flag(schedule: None, steps: [Flag(\"30%\"), Flag(\"100%\"), Pause(\"1m\")])",
    "Waves()",
    "Waves(bake: \"1m\", approve: true)",
    "Waves(waves: [[\"a\"], [\"b\"]], bake: \"1m\", analysis: (checks: CHECKS), approve: true)",
    "Waves(waves: [[\"a\", \"b\"]], bake: \"1m\")",
    "Steps([Scale(\"25%\"), Test(requests: 200, may_fail: 4), Weight(\"25%\"), Pause(\"2m\"), Analyse(for: \"1m\", checks: CHECKS), Promote, Retire(\"1m\")])",
    "Steps([Wave(zones: [\"a\"]), Roll()])",
    "Steps([Pause(\"1m\")])",
    "Flagger(interval: \"30s\", threshold: 3, step_weight: \"10%\", max_weight: \"30%\", checks: CHECKS)",
    "Flagger(step_weight_promotion: \"40%\", max_weight: \"30%\", confirm_rollout: true, confirm_promotion: true, sticky: true, checks: CHECKS)",
    "Flagger(iterations: 3, checks: CHECKS)",
    "Flagger(iterations: 3, matches: [(to: Candidate)], mirror: true, checks: CHECKS)",
    "Flagger(mirror: true, mirror_weight: \"50%\", drifts: true, candidate_size: 2, step_weights: [\"5%\", \"50%\"], checks: CHECKS)",
];

/// The steps, one a line, then what watches beside them and the rules.
fn compiled(strategy: &Strategy, zones: &[&str], table: &mut String) {
    let zones: Vec<String> = zones.iter().map(|zone| (*zone).to_owned()).collect();
    let of = CompiledPlan::over(&plan(strategy.clone()), Some("new"), &zones);
    for step in &of.steps {
        writeln!(table, "    {step}").unwrap();
        if let Some(analysis) = step.traits().analysis {
            let checks: Vec<String> =
                analysis.checks.iter().map(|check| format!("{} {:?}", check.name, check.count)).collect();
            writeln!(table, "        for {:?}: {}", analysis.lasts, checks.join(", ")).unwrap();
        }
    }
    for beside in &of.background {
        writeln!(table, "    beside {} to {}: {}", beside.from, beside.until, beside.analysis.checks.len())
            .unwrap();
    }
    writeln!(table, "    complete at {}", of.completion()).unwrap();
}

/// The rules that are not those of every strategy, one a line.
fn rules(strategy: &Strategy, table: &mut String) {
    // A field begins four spaces in; what stands further in belongs to it.
    let fields = |of: &CompiledPlan| {
        let mut fields: Vec<String> = Vec::new();
        for line in format!("{:#?}", of.rules).lines().filter(|line| line.starts_with("    ")) {
            match fields.last_mut() {
                Some(field)
                    if line.starts_with("     ")
                        || line.starts_with("    )")
                        || line.starts_with("    }") =>
                {
                    field.push_str(line.trim());
                }
                _ => fields.push(line.trim().to_owned()),
            }
        }
        fields
    };
    let usual = fields(&CompiledPlan::default());
    let own = fields(&CompiledPlan::over(&plan(strategy.clone()), None, &[]));
    let own = own.iter().filter(|field| !usual.contains(field));
    own.for_each(|field| writeln!(table, "    rule {field}").unwrap());
}

fn differs(kept: &str, table: &str) -> String {
    let lines = kept.lines().zip(table.lines()).enumerate().find(|(_, (then, now))| then != now);
    format!("{lines:?}, or one is longer")
}

fn keep(name: &str, table: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, table).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(table == kept, "{name}: {}", differs(&kept, table));
}

#[test]
fn every_strategy_compiles_to_what_is_kept_with_and_without_its_analyses() {
    let mut table = String::new();
    for text in STRATEGIES {
        writeln!(table, "{text}").unwrap();
        let mut strategy: Strategy = read(&text.replace("CHECKS", CHECKS));
        compiled(&strategy, &[], &mut table);
        rules(&strategy, &mut table);
        if text.starts_with("Waves") {
            table.push_str("  in zones a, b and c:\n");
            compiled(&strategy, &["a", "b", "c"], &mut table);
        }
        table.push_str("  without analyses:\n");
        compiled(&strategy.without_analyses(), &["a", "b"], &mut table);
        table.push_str("  at half the weight:\n");
        compiled(&strategy.at_half_weight(), &["a", "b"], &mut table);
        let list = strategy.step_list().map(|list| (list.path, list.steps.len(), list.before));
        let analyses: Vec<&str> = strategy.analyses().iter().map(|(field, _)| *field).collect();
        writeln!(table, "  {:?}, steps {list:?}, analyses {analyses:?}", strategy.exposure()).unwrap();
        let lists: Vec<String> = strategy.check_lists().into_iter().map(|list| list.path).collect();
        writeln!(table, "  lists of checks {lists:?}").unwrap();
    }
    keep("strategies.txt", &table);
}

const PROGRESSIONS: &[&str] = &[
    "step_weight: 10, max_weight: 30",
    "step_weight: 10, max_weight: 35, threshold: 2",
    "step_weight: 40",
    "step_weight: 100",
    "step_weight: 150, max_weight: 50",
    "step_weights: [1, 2, 10, 80]",
    "step_weights: [5, 50, 100]",
    "step_weights: [50, 120]",
    "step_weight: 10, step_weights: [5, 25], max_weight: 20",
    "step_weight: 50, max_weight: 50, step_weight_promotion: 30",
    "step_weight: 50, max_weight: 50, step_weight_promotion: 50",
    "step_weight: 20, max_weight: 20, mirror: true",
    "iterations: 2",
    "iterations: 2, mirror: true",
    "iterations: 2, matches: true",
    "iterations: 2, matches: true, threshold: 3",
    "matches: true, step_weight: 50",
    "",
];

const RESULTS: [&[bool]; 5] = [
    &[],
    &[false],
    &[true, false, true, false, false],
    &[false, false, false, false],
    &[true, true, true, false],
];

/// One field of a progression, as the list above says it.
fn progression(text: &str) -> Progression {
    let mut of = Progression::default();
    let pairs = text.split(", ").filter_map(|pair| pair.split_once(": "));
    let mut rest = text;
    for (field, value) in pairs {
        let number = || value.parse().unwrap();
        match field {
            "step_weight" => of.step_weight = number(),
            "max_weight" => of.max_weight = number(),
            "threshold" => of.threshold = number(),
            "step_weight_promotion" => of.step_weight_promotion = number(),
            "iterations" => of.iterations = number(),
            "matches" => of.matches = true,
            "mirror" => of.mirror = true,
            "step_weights" => {
                let (_, list) = rest.split_once('[').unwrap();
                let (list, after) = list.split_once(']').unwrap();
                of.step_weights = list.split(", ").map(|weight| weight.parse().unwrap()).collect();
                rest = after;
            }
            other => panic!("{other}"),
        }
    }
    of
}

#[test]
fn every_progression_of_flagger_goes_through_the_states_that_are_kept() {
    let mut table = String::new();
    for text in PROGRESSIONS {
        let of = progression(text);
        writeln!(table, "{text}: {:?} up to {}, weights {:?}", of.kind(), of.max(), of.weights()).unwrap();
        for results in RESULTS {
            let states: Vec<String> = of
                .run(results)
                .iter()
                .map(|state| {
                    let copied = if state.mirrored { " copied" } else { "" };
                    let counts = (state.failed_checks, state.iterations);
                    format!(
                        "{:?} {}/{}{copied} {counts:?}",
                        state.phase, state.canary_weight, state.primary_weight
                    )
                })
                .collect();
            writeln!(table, "    {results:?}: {}", states.join("; ")).unwrap();
        }
    }
    let flagger = |text: &str| read::<Flagger>(text);
    for text in [
        "(max_weight: \"30%\", step_weight: \"10%\")",
        "(max_weight: \"30%\", step_weight: \"10%\", step_weight_promotion: \"30%\")",
        "(max_weight: \"60%\", step_weight: \"30%\", step_weight_promotion: \"20%\")",
        "(step_weights: [\"5%\", \"50%\"], step_weight_promotion: \"25%\")",
        "(step_weights: [\"5%\", \"100%\"], step_weight_promotion: \"25%\")",
        "(iterations: 3, step_weight_promotion: \"25%\")",
        "(interval: \"10s\", iterations: 3, matches: [(to: Candidate)])",
        "(interval: \"10s\", mirror: true)",
    ] {
        let of = flagger(text);
        let weights: Vec<String> = of.promotion_weights().iter().map(ToString::to_string).collect();
        writeln!(table, "{text}: lasts {}, promoted by {weights:?}", of.lasts()).unwrap();
    }
    keep("flagger.txt", &table);
}
