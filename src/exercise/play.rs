//! Runs a plan in a case, with actions by hand. Grading, comparing and replaying all use it.

use super::{HandAction, Playback};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Record};

/// Runs `plan` in `case` of `scenario` to its end, with `actions` done by hand as in a [`Playback`].
///
/// # Errors
/// What is wrong with the scenario, the case or the plan, when they cannot be simulated; `too-costly` when the run takes more than
/// its budget.
pub fn play(
    scenario: &Scenario,
    case: &Case,
    plan: &Plan,
    actions: &[HandAction],
    seed: u64,
) -> Result<Record, Vec<Issue>> {
    let mut playback = Playback::opened(scenario, case, plan, actions, seed)?;
    playback.finish();
    playback.record().within_budget()
}
