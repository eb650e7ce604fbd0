//! The seeds of an exercise's runs: the same for every hand-in, so that all meet the same worlds.

use super::{Exercise, ExerciseCase};
use crate::engine::Chance;

/// Seeds are below this, so that they are short enough to be typed again.
const BOUND: u64 = 1_000_000_000;

/// The seeds that `case` is run with: `seeds` (default the exercise's own) times the case's weight of them. Each is a
/// pure function of the exercise's id, the case's name, its number and the secret, so another case, or more seeds,
/// changes none. With a `secret`, nobody without it can know them beforehand.
pub fn seeds_of(
    exercise: &Exercise,
    case: &ExerciseCase,
    seeds: Option<u32>,
    secret: Option<&str>,
) -> Vec<u64> {
    let count = u64::from(seeds.unwrap_or(exercise.seeds)) * u64::from(case.weight);
    let name = format!("grade {}\n{}\n{}", exercise.id, case.name, secret.unwrap_or_default());
    let chance = Chance::new(0);
    (0..count).map(|number| chance.stream(&name, number).below(0, BOUND)).collect()
}

/// `count` seeds drawn from `seed`, the first being `seed` itself, so that a single run can be looked at alone.
pub(super) fn paired_seeds(seed: u64, count: usize) -> Vec<u64> {
    let chance = Chance::new(seed);
    let drawn = (1..count as u64).map(|number| chance.stream("pairs", number).below(0, BOUND));
    std::iter::once(seed).chain(drawn).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn more_seeds_change_none_of_the_first() {
        let exercise = sample::exercise();
        let few = seeds_of(&exercise, &exercise.cases[1], None, None);
        let many = seeds_of(&exercise, &exercise.cases[1], Some(50), None);
        assert_eq!(few.len(), 5);
        assert_eq!(many.len(), 50);
        assert_eq!(many[..5], few[..]);
    }

    #[test]
    fn weight_multiplies_the_runs_and_cases_have_their_own() {
        let exercise = sample::exercise();
        let healthy = seeds_of(&exercise, &exercise.cases[0], None, None);
        let errors = seeds_of(&exercise, &exercise.cases[1], None, None);
        assert_eq!((healthy.len(), errors.len()), (10, 5));
        assert!(healthy.iter().all(|seed| !errors.contains(seed)));
    }

    #[test]
    fn a_secret_changes_them_all() {
        let exercise = sample::exercise();
        let open = seeds_of(&exercise, &exercise.cases[0], None, None);
        let hidden = seeds_of(&exercise, &exercise.cases[0], None, Some("autumn"));
        assert!(open.iter().all(|seed| !hidden.contains(seed)));
    }
}
