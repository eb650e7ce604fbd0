//! Validation of a plan's gates and rollback, and of its autoscaler beside the scenario.

use super::limits::MOST_ENTRIES;
use super::scaling;
use crate::control::compiled_plan::{CompiledPlan, RollbackMethod};
use crate::control::{Plan, Step};
use crate::engine::{Share, Span};
use crate::scenario::{Notes, Scenario};

/// Shortest time between two steps of a rollback.
const LEAST_STEP: Span = Span::from_secs(1);

pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    if let Some(autoscaler) = &plan.autoscaler {
        scaling::autoscaler(notes, "autoscaler", autoscaler);
        let runs = scenario.and_then(|s| s.service(&s.target)).map(|target| target.instances);
        if let Some(runs) = runs.filter(|runs| *runs > autoscaler.max) {
            let message = format!(
                "the fleet has {runs} instances to begin with, more than {}: it shrinks at the first look",
                autoscaler.max
            );
            notes.warning("autoscaler.max", "shrinks", message);
        }
    }
    freeze(notes, plan, scenario);
    approvals(notes, plan, scenario);
    rollback(notes, plan);
}

fn freeze(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("gates.freeze", "freeze", plan.gates.freeze.len(), 0..=MOST_ENTRIES);
    for (index, freeze) in plan.gates.freeze.iter().enumerate() {
        let at = format!("gates.freeze[{index}]");
        freeze.check(notes, &at);
        let Some(scenario) = scenario else { continue };
        notes.before_the_end(format!("{at}.from"), freeze.from, scenario.horizon);
        if freeze.from <= scenario.release_at && freeze.until >= scenario.horizon {
            let message =
                "the release is frozen from its start to the end of the run: it never begins by itself";
            notes.warning(at, "never", message);
        }
    }
}

fn approvals(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    let of = plan.gates.approvals;
    notes.within("gates.approvals.people", of.people, 1..=2);
    notes.within("gates.approvals.simulated", of.simulated, 0..=2);
    if of.people > of.simulated.saturating_add(1) && of.people <= 2 {
        let message = "two people have to approve, but there is only the learner; make simulated 1 or 2";
        notes.error("gates.approvals.simulated", "out-of-range", message);
    }
    if let Some(limit) = of.approve_by {
        notes.some_time("gates.approvals.approve_by", limit);
    }
    // The number of waves, and so whether one waits for approval, may depend on the zones of the world.
    let zones = scenario.map_or(&[] as &[String], |scenario| &scenario.zones);
    let compiled = CompiledPlan::over(plan, None, zones);
    let open = |step: &Step| matches!(step, Step::Wave(of) if of.zones.is_empty());
    let is_known = scenario.is_some() || !compiled.steps.iter().any(open);
    if of != Default::default() && is_known && !compiled.approves() {
        let message = "no step waits for approval; add the step Approve, or auto_promote: false";
        notes.warning("gates.approvals", "no-effect", message);
    }
}

fn rollback(notes: &mut Notes, plan: &Plan) {
    // A window of no revisions alone says that an undo runs the steps, as Argo Rollouts does without one.
    if plan.rollback.window.is_some_and(|window| window.revisions == Some(0) && window.within.is_some()) {
        let message =
            "the baseline is one revision back, so that no undo is fast, however soon; leave `within` out";
        notes.warning("rollback.window.within", "never", message);
    }
    if let Some(gradual) = plan.rollback.gradual {
        let at = "rollback.gradual";
        if gradual.step == Share::ZERO || gradual.step > Share::ALL {
            let message = format!("found {}; allowed is above 0%, up to 100%", gradual.step);
            notes.error(format!("{at}.step"), "out-of-range", message);
        }
        notes.within(format!("{at}.every"), gradual.every, LEAST_STEP..=Span::MOST);
        let compiled = CompiledPlan::of(plan, None);
        if !compiled.ships() || compiled.rules.back != RollbackMethod::Route {
            let message =
                "this strategy goes back by its instances or its flag; no router brings the weight down";
            notes.warning(at, "no-effect", message);
        }
    }
}
