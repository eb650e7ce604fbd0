//! One run: a plan meets a case, with what was done by hand. Everything that is graded, compared or replayed comes
//! through here.

use super::HandAction;
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Record, Simulation};

/// Runs `plan` in `case` of `scenario` to its end. Actions by hand are asked for at their times, those of equal times in
/// the order given, and take effect after the scenario's `people.act`; those after the end of the run never happen.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan, when they cannot be simulated.
pub fn play(
    scenario: &Scenario,
    case: &Case,
    plan: &Plan,
    actions: &[HandAction],
    seed: u64,
) -> Result<Record, Vec<Issue>> {
    let controllers = plan.controllers(scenario, case);
    let mut simulation = Simulation::new(scenario, case, plan.setup(), controllers, seed)?;
    let mut actions: Vec<&HandAction> = actions.iter().collect();
    actions.sort_by_key(|hand| hand.at);
    let end = simulation.horizon();
    for hand in actions.into_iter().filter(|hand| hand.at < end) {
        simulation.run_until(hand.at);
        simulation.act(hand.action.clone(), "");
    }
    simulation.run();
    Ok(simulation.record())
}
