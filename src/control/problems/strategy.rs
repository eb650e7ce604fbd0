//! Validation of a strategy: its settings, and whether it fits the scenario.

use crate::control::Plan;
use crate::control::compiled_plan::CompiledPlan;
use crate::scenario::{Notes, Scenario};
use crate::sim::AntiAffinity;

pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    let at = "strategy";
    plan.strategy.problems(notes, at, plan, scenario);
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
