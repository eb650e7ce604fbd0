//! What a plan asks for that the fluid mode cannot say.

use crate::control::Plan;
use crate::scenario::{Fidelity, Notes, Scenario};

/// Refuses what a plan asks for that the fidelity of the scenario cannot say.
pub(super) fn check(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    match scenario.map(|scenario| scenario.fidelity) {
        None | Some(Fidelity::Requests) => return,
        Some(Fidelity::Fluid) => {}
    }
    let mut refuse = |at: &str, why: &str| {
        let message = format!(
            "the fluid mode cannot say this: {why}; leave it out, or have each request simulated (`fidelity: Requests` in the scenario, \
             `--fidelity requests` of a command)"
        );
        notes.error(at, "not-fluid", message);
    };
    if let Some(why) = plan.balancer.and_then(|balancer| balancer.why_not_fluid()) {
        refuse("balancer", why);
    }
    if let Some(why) = plan.probes.and_then(|probes| probes.why_not_fluid()) {
        refuse("probes", why);
    }
    if let Some(why) = plan.upstream.and_then(|upstream| upstream.why_not_fluid()) {
        refuse("upstream", why);
    }
    for (index, call) in plan.calls.iter().enumerate() {
        if let Some((field, why)) = call.why_not_fluid() {
            refuse(&format!("calls[{index}].{field}"), why);
        }
    }
    if plan.shedding.is_some() {
        refuse("shedding", "whether an instance is too busy is decided by each request");
    }
    let setup = plan.setup();
    if setup.counts_users {
        refuse(
            "strategy",
            "it does not tell users apart, and a check of this plan counts those of each side",
        );
    }
    if setup.parts.iter().any(|part| part.zone.is_some()) {
        refuse("strategy", "it does not tell zones apart, and a check of this plan asks about one");
    }
}
