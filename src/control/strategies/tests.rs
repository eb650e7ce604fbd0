//! What strategies compile to, with and without their analyses and at half the weight; the states of Flagger's progressions; and what each
//! strategy does when things happen to it. Three tables in `tests/golden`; where one differs the test says all of it, to be read and kept.

use std::fmt::Write;

use super::flagger::progression::Progression;
use super::{Flagger, Strategy};
use crate::control::compiled_plan::CompiledPlan;
use crate::control::fake_cluster::{Cluster, plan, read};
use crate::sim::{Pool, RolloutCommand};

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

/// Fails where a table is not as it is kept, and says all of it.
fn keep(kept: &str, table: &str) {
    assert!(table == kept, "{}; all of it is now:\n{table}", differs(kept, table));
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
    keep(include_str!("../../../tests/golden/strategies.txt"), &table);
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
    keep(include_str!("../../../tests/golden/flagger.txt"), &table);
}

/// Plans that are led through each of the scripts below.
const LED: &[&str] = &[
    "Rolling(max_surge: 2, max_unavailable: 1, min_ready: \"5s\")",
    "Recreate",
    "BlueGreen(smoke_test: (requests: 100, over: \"10s\", may_fail: 4), auto_promote_after: \"20s\", scale_down_delay: \"30s\")",
    "BlueGreen(auto_promote: false, preview: 2)",
    "Canary(steps: [Weight(\"20%\"), Pause(\"30s\"), Approve, Weight(\"60%\"), Analyse(for: \"60s\", checks: CHECKS)])",
    "Canary(router: false, steps: [Weight(\"20%\"), Pause(\"30s\"), Weight(\"60%\"), Pause(\"30s\")])",
    "Ab(share: \"30%\", for: \"60s\", sample_ratio: None, guardrails: (checks: CHECKS))",
    "Shadow(share: \"50%\", for: \"40s\", then: [Weight(\"50%\"), Pause(\"20s\")])",
    "Flag(schedule: (shares: [\"10%\", \"100%\"], hold: \"20s\", approve: true))",
    "Steps([Test(requests: 100, over: \"10s\", may_fail: 4), Weight(\"25%\"), Pause(\"30s\"), Promote, Retire(\"20s\")])",
    "Steps([Experiment(size: 2, share: \"10%\", for: \"40s\"), Weight(\"50%\")])",
    "Flagger(interval: \"20s\", threshold: 2, step_weight: \"25%\", max_weight: \"50%\", step_weight_promotion: \"50%\", checks: CHECKS)",
    "Flagger(interval: \"20s\", iterations: 2, confirm_rollout: true, confirm_promotion: true, checks: CHECKS)",
    "Flagger(interval: \"20s\", step_weight: \"50%\", max_weight: \"50%\", confirm_traffic_increase: true, pre_rollout: (requests: 50, over: \"5s\", may_fail: 1), mirror: true, checks: CHECKS)",
];

/// What is done to a rollout under way.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Ask(RolloutCommand),
    Resize(u32),
    /// The candidate's errors from then on.
    Errors(f64),
    /// Candidates do not become ready from then on.
    Stuck,
    /// So many of the stable pool are ready from then on.
    Primary(usize),
}

/// Scripts: what is done after so many seconds.
const SCRIPTS: &[&[(u64, Deed)]] = &[
    &[],
    &[
        (15, Deed::Ask(RolloutCommand::Pause)),
        (45, Deed::Resize(20)),
        (90, Deed::Ask(RolloutCommand::Resume)),
    ],
    &[
        (35, Deed::Ask(RolloutCommand::Promote)),
        (70, Deed::Ask(RolloutCommand::Promote)),
        (110, Deed::Ask(RolloutCommand::Promote)),
    ],
    &[(25, Deed::Ask(RolloutCommand::PromoteFull))],
    &[(25, Deed::Ask(RolloutCommand::Abort)), (90, Deed::Ask(RolloutCommand::Retry))],
    &[(0, Deed::Errors(0.2)), (200, Deed::Ask(RolloutCommand::Undo))],
    &[(5, Deed::Stuck), (100, Deed::Resize(6))],
    &[(60, Deed::Primary(3))],
    &[(400, Deed::Ask(RolloutCommand::Undo))],
];

#[test]
fn every_strategy_is_led_through_every_script_as_kept() {
    let mut table = String::new();
    for text in LED {
        let strategy: Strategy = read(&text.replace("CHECKS", CHECKS));
        writeln!(table, "{text}").unwrap();
        for script in SCRIPTS {
            let mut cluster = Cluster::of(&plan(strategy.clone()));
            let begun = cluster.now;
            for (second, deed) in *script {
                let gone = cluster.now.since(begun).as_secs_f64() as u64;
                cluster.run(second - gone);
                match *deed {
                    Deed::Ask(command) => {
                        cluster.command(command);
                    }
                    Deed::Resize(to) => {
                        cluster.resize(to);
                    }
                    Deed::Errors(ratio) => (cluster.errors, cluster.test_failures) = (ratio, ratio),
                    Deed::Stuck => cluster.boots = false,
                    Deed::Primary(count) => cluster.ready(Pool::Stable, count),
                }
            }
            let gone = cluster.now.since(begun).as_secs_f64() as u64;
            cluster.run(900 - gone);
            let deeds: Vec<String> =
                script.iter().map(|(second, deed)| format!("{deed:?} at {second} s")).collect();
            writeln!(table, "  {}: {:?}, {:?}", deeds.join(", "), cluster.phase, cluster.sizes()).unwrap();
            writeln!(table, "    {}", cluster.log.join("; ")).unwrap();
        }
    }
    keep(include_str!("../../../tests/golden/courses.txt"), &table);
}
