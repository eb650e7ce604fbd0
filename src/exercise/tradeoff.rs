//! Safety against speed: the users that plans harm and the time that they take, over one run of each case of an exercise.

use rayon::prelude::*;

use super::seeds::seeds_of;
use super::{Exercise, HandAction, RunResult, play};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};

/// A plan, and what is done by hand.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Its name.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// What is done by hand, in every run.
    pub actions: Vec<HandAction>,
}

/// Where a plan lies between safety and speed.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// Users harmed, mean over the cases.
    pub harmed: f64,
    /// Seconds until the candidate served everybody, median over the cases in which it did; `None` when it did in none.
    pub takes: Option<f64>,
}

/// Plays every contender once in each case, with the case's first seed, in parallel; all meet the same worlds.
///
/// # Errors
/// What is wrong with a plan, when it cannot be simulated.
pub fn tradeoff(
    exercise: &Exercise,
    scenario: &Scenario,
    contenders: &[Contender],
) -> Result<Vec<Spot>, Vec<Issue>> {
    let one = |(contender, case): (usize, usize)| {
        let (contender, case) = (&contenders[contender], &exercise.cases[case]);
        let seed = seeds_of(exercise, case, Some(1), None)[0];
        let drawn = exercise.draw(case, scenario, seed);
        let record = play(scenario, &drawn, &contender.plan, &contender.actions, seed)?;
        Ok(RunResult::of(&record, scenario))
    };
    let cases = exercise.cases.len();
    let jobs: Vec<(usize, usize)> =
        (0..contenders.len()).flat_map(|contender| (0..cases).map(move |case| (contender, case))).collect();
    let runs: Result<Vec<RunResult>, Vec<Issue>> = jobs.into_par_iter().map(one).collect();
    let runs = runs?;
    let spot = |(contender, runs): (&Contender, &[RunResult])| Spot {
        name: contender.name.clone(),
        harmed: runs.iter().map(|run| run.users_harmed as f64).sum::<f64>() / runs.len() as f64,
        takes: {
            let times: Vec<f64> = runs.iter().filter_map(|run| run.time_to_complete_s).collect();
            (!times.is_empty()).then(|| super::Over::Median.together(&times))
        },
    };
    Ok(contenders.iter().zip(runs.chunks(cases.max(1))).map(spot).collect())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::control::null_policies;

    #[test]
    fn all_at_once_is_quick_and_harms_and_never_shipping_is_neither() {
        let (exercise, scenario) = (sample::exercise(), sample::scenario());
        let contenders: Vec<Contender> = null_policies(&sample::plan())
            .into_iter()
            .map(|(name, plan)| Contender { name, plan, actions: Vec::new() })
            .collect();
        let spots = tradeoff(&exercise, &scenario, &contenders).unwrap();
        let spot = |name: &str| spots.iter().find(|spot| spot.name == name).unwrap();
        assert_eq!(spot("do nothing").takes, None);
        assert!(spot("do nothing").harmed < spot("all at once").harmed, "{spots:?}");
        assert!(spot("all at once").takes.is_some());
    }
}
