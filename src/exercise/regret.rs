//! Regret: what the best other decision would have been worth in the same world.

use super::what_if::{APART, Choice, Met, what_if};
use super::{RunResult, play};
use crate::scenario::Issue;
use crate::sim::Record;

/// Runs what was `met` to its end, as a grading does. With `regret`, the other decisions of a what-if are run as well, and the record
/// says what the best of them would have been worth.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan, when they cannot be simulated.
pub(super) fn graded_run(met: &Met<'_>, regret: bool) -> Result<Record, Vec<Issue>> {
    let mut record = play(met.scenario, met.case, met.plan, met.actions, met.seed)?;
    if regret {
        let found = what_if(met, &record)?;
        // Not to ship is no way to get a release out; it is there to compare with.
        let others = found.others.iter().filter(|other| other.choice != Choice::NotShipped);
        let worth = others.map(|other| regret_of(&found.actual, &other.run));
        record.truth.regret = Some(worth.max().unwrap_or_default());
    }
    Ok(record)
}

/// Users by whom `other` is better than `actual`: harmed less helped. What differs by less than luck makes equals differ is equal.
fn regret_of(actual: &RunResult, other: &RunResult) -> u64 {
    let lost = |run: &RunResult| run.users_harmed as f64 - run.users_helped as f64;
    let counted = |run: &RunResult| (run.users_harmed + run.users_helped) as f64;
    let spared = lost(actual) - lost(other);
    if spared > APART * (counted(actual) + counted(other)).sqrt() { spared as u64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::{HandAction, sample};
    use super::*;
    use crate::engine::Time;
    use crate::sim::{Case, ManualAction, RolloutCommand};

    #[test]
    fn who_goes_back_late_regrets_it_and_who_ships_a_sound_release_does_not() {
        let (scenario, plan) = (sample::scenario(), sample::plan());
        let regret = |release: &str, actions: &[HandAction]| {
            let case = Case { release: Some(release.to_owned()), ..Case::default() };
            let met = Met { scenario: &scenario, case: &case, plan: &plan, actions, seed: 7 };
            assert_eq!(graded_run(&met, false).unwrap().truth.regret, None);
            graded_run(&met, true).unwrap().truth.regret.unwrap()
        };
        let back =
            |at: u64| [HandAction::new(Time::from_secs(at), ManualAction::Command(RolloutCommand::Abort))];
        assert_eq!(regret("v2", &[]), 0);
        let begin = scenario.release_at.as_secs_f64() as u64;
        let (soon, late) = (regret("v2-errors", &back(begin + 60)), regret("v2-errors", &back(begin + 400)));
        assert!(late > 2 * soon && late > 50, "{soon} {late}");
    }
}
