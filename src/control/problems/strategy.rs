//! Validation of a strategy: its settings, and whether the scenario and the analyses of the plan fit it.

use super::analysis;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::{Analysis, Check, Plan, Step};
use crate::scenario::{Notes, Scenario};
use crate::sim::AntiAffinity;
use crate::telemetry::Subject;

pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    let at = "strategy";
    plan.strategy.problems(notes, at, plan.analysis.as_ref(), scenario);
    if let Some(scenario) = scenario {
        let compiled = CompiledPlan::over(plan, None, &scenario.zones);
        in_time(notes, at, &compiled, scenario);
        apart(notes, at, &compiled, scenario);
    }
}

/// Warns when the strategy cannot end before the run does.
fn in_time(notes: &mut Notes, at: &str, compiled: &CompiledPlan, scenario: &Scenario) {
    let least = compiled.least_time();
    let left = scenario.horizon - scenario.release_at;
    if least > left {
        let message = format!("its waits and analyses add up to {least}, and the run is over after {left}");
        notes.warning(at, "never", message);
    }
}

/// Refuses separate zones when every zone keeps instances of the baseline: the candidate would find no zone.
fn apart(notes: &mut Notes, at: &str, compiled: &CompiledPlan, scenario: &Scenario) {
    let rules = &compiled.rules;
    let stays = rules.router && !rules.dynamic_stable;
    let fleet = scenario.service(&scenario.target).map_or(0, |target| target.instances);
    let full = fleet as usize >= scenario.zones.len();
    if rules.anti_affinity == Some(AntiAffinity::Required) && full && stays {
        let message = format!(
            "{fleet} instances of the baseline stand in all {} zones and stay: no candidate would ever find a zone",
            scenario.zones.len()
        );
        notes.error(format!("{at}.anti_affinity"), "nothing-can-move", message);
    }
}

/// Checks the background analysis of a plan.
pub(super) fn background(notes: &mut Notes, plan: &Plan, analysis: &Analysis, scenario: Option<&Scenario>) {
    let at = "analysis";
    analysis::checks(notes, at, analysis, scenario);
    if analysis.lasts.is_some() {
        let message = "analysis in the background runs until the rollout ends; leave `for` out";
        notes.warning("analysis.for", "no-effect", message);
    }
    if !plan.ships() {
        notes.warning(at, "no-effect", "the strategy is Nothing: there is no rollout to watch");
        return;
    }
    let steps = CompiledPlan::of(plan, None).completion();
    if analysis.from_step as usize >= steps {
        let message = format!(
            "found {}; the rollout has {steps} steps, counted from 0: it would never begin",
            analysis.from_step
        );
        notes.error("analysis.from_step", "never", message);
    }
}

/// Users can be counted by side only when they stay on their side.
pub(super) fn users(notes: &mut Notes, plan: &Plan) {
    let rules = CompiledPlan::of(plan, None).rules;
    if plan.setup().counts_users && !(rules.router && rules.sticky) {
        let message = "a check counts the users of each side, and users do not stay on one: leave `router` and `sticky` \
                       at true in a Canary, or use Ab";
        notes.error("strategy", "contradiction", message);
    }
}

/// Refuses queries of the control in a plan without an experiment: only an experiment starts control instances.
pub(super) fn control(notes: &mut Notes, plan: &Plan) {
    let compiled = CompiledPlan::of(plan, None);
    if compiled.steps.iter().any(|step| matches!(step, Step::Experiment(_))) {
        return;
    }
    let message = "the control stands only while an Experiment runs, and no step is one";
    let of_control =
        |check: &Check| check.query.of == Subject::Control || check.against() == Subject::Control;
    if compiled.steps.iter().flat_map(Step::checks).any(of_control) {
        notes.error("strategy", "no-instances", message);
    }
    if plan.analysis.iter().flat_map(|analysis| &analysis.checks).any(of_control) {
        notes.error("analysis.checks", "no-instances", message);
    }
    for (index, rule) in plan.alerts.iter().enumerate() {
        if rule.when.query().is_some_and(|query| query.of == Subject::Control) {
            notes.error(format!("alerts[{index}].when"), "no-instances", message);
        }
    }
}
