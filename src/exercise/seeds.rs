//! The seeds of an exercise's runs: the same for every hand-in, so that all meet the same worlds, or a student's own with a key.

use super::{Exercise, ExerciseCase, SeedSource};
use crate::engine::Chance;

/// Upper bound of seeds without a key: they are short enough to be typed.
const BOUND: u64 = 1_000_000_000;

/// The seeds of `case`: `seeds` (default the exercise's own number) times the weight of the case. Without a `secret` a seed
/// is a pure function of the exercise's id, the case's name and the seed's number, so that another case or more seeds
/// change none. With a secret it depends on course, student and attempt as well, and cannot be computed without the key.
pub fn seeds_of(
    exercise: &Exercise,
    case: &ExerciseCase,
    seeds: Option<u32>,
    secret: Option<&SeedSource>,
) -> Vec<u64> {
    let count = u64::from(seeds.unwrap_or(exercise.seeds)) * u64::from(case.weight);
    if let Some(source) = secret {
        return (0..count).map(|number| source.seed(&case.name, number)).collect();
    }
    let name = format!("grade {}\n{}\n", exercise.id, case.name);
    let stream = Chance::new(0);
    (0..count).map(|number| stream.stream(&name, number).below(0, BOUND)).collect()
}

/// `count` seeds drawn from `seed`, the first being `seed` itself, so that a single run can be looked at alone.
pub(super) fn paired_seeds(seed: u64, count: usize) -> Vec<u64> {
    let chance = Chance::new(seed);
    let drawn = (1..count as u64).map(|number| chance.stream("pairs", number).below(0, BOUND));
    std::iter::once(seed).chain(drawn).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Secret, sample};
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
        let (exercise, scenario) = (sample::exercise(), sample::scenario());
        let source = Secret::new("autumn", "", "ada", 1).unwrap().source(&exercise, &scenario);
        let open = seeds_of(&exercise, &exercise.cases[0], None, None);
        let hidden = seeds_of(&exercise, &exercise.cases[0], None, Some(&source));
        assert_eq!(hidden.len(), open.len());
        assert!(open.iter().all(|seed| !hidden.contains(seed)));
        let more = seeds_of(&exercise, &exercise.cases[0], Some(50), Some(&source));
        assert_eq!(more[..hidden.len()], hidden[..], "more seeds change none of the first");
    }
}
