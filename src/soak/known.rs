//! Runs whose digests are kept, in `tests/digests.txt`: small random worlds, and shipped exercises with their model solutions. A run is named
//! in a line, so that adding one changes no other. Two builds that simulate alike give all of them the same digests.

use std::fmt;
use std::str::FromStr;

use super::soaked::{Soaked, first_error};
use crate::exercise::{hex_sha256, play};
use crate::library::shipped::exercise_files;
use crate::library::{Problem, load};
use crate::sim::TOO_COSTLY;

/// Digits of a hash of texts that are kept.
const DIGITS: usize = 12;

/// A run whose digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A random world with a random plan.
    Random(Soaked),
    /// The model solution of a shipped exercise.
    Shipped {
        /// Id of the exercise.
        exercise: String,
        /// Which of its cases, from 0.
        case: usize,
        /// Seed of the world.
        seed: u64,
    },
}

/// What came of a run whose digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Digits of a hash over the texts that the run was made of; none for a random world, which its name alone makes. Where they differ, another
    /// digest says nothing of the simulation.
    pub texts: String,
    /// The run's digest, or `refused` or `too-costly`.
    pub run: String,
}

impl Known {
    /// Runs it.
    ///
    /// # Errors
    /// When there is no such exercise, case or solution.
    pub fn digest(&self) -> Result<Digest, String> {
        match self {
            Self::Random(run) => Ok(Digest { texts: "-".to_owned(), run: of_random(run) }),
            Self::Shipped { exercise, case, seed } => of_shipped(exercise, *case, *seed),
        }
    }
}

fn of_random(run: &Soaked) -> String {
    let scenario = run.scenario();
    let plan = first_error(&scenario.problems()).and_then(|()| run.plan(&scenario));
    let Ok(plan) = plan else { return "refused".to_owned() };
    let actions = run.actions(&scenario);
    match play(&scenario, &run.case(&scenario), &plan, &actions, run.world.seed) {
        Ok(record) => record.digest,
        Err(issues) if issues.iter().any(|issue| issue.code == TOO_COSTLY) => "too-costly".to_owned(),
        Err(_) => "refused".to_owned(),
    }
}

fn of_shipped(exercise: &str, case: usize, seed: u64) -> Result<Digest, String> {
    let told = |problems: Vec<Problem>| problems.first().map_or_else(String::new, ToString::to_string);
    let ready = load::exercise(exercise).map_err(told)?;
    let found = ready.exercise.cases.get(case).ok_or_else(|| format!("{exercise} has no case {case}"))?;
    let plan = ready.solution.as_ref().ok_or_else(|| format!("{exercise} has no solution"))?;
    let files = exercise_files(exercise).map_err(|problem| problem.to_string())?;
    let of = |name: &str| load::needed(&files, name).map(|file| file.text.clone());
    let scenario = load::scenario_text_of(&files, &ready.exercise.scenario).map(|file| file.text);
    let texts = [of("exercise.ron"), of("solution.ron"), scenario].into_iter().collect::<Result<Vec<_>, _>>();
    let texts = texts.map_err(|problem| problem.to_string())?.concat();
    let drawn = ready.exercise.draw(found, &ready.scenario, seed);
    let record = play(&ready.scenario, &drawn, plan, &[], seed).map_err(|issues| format!("{issues:?}"))?;
    Ok(Digest { texts: hex_sha256(texts.as_bytes()).chars().take(DIGITS).collect(), run: record.digest })
}

/// In a line, as [`FromStr`] reads it.
impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random(run) => write!(f, "random {run}"),
            Self::Shipped { exercise, case, seed } => write!(f, "shipped {exercise} {case} {seed}"),
        }
    }
}

impl FromStr for Known {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} names no run; expected `random RUN` or `shipped EXERCISE CASE SEED`");
        match text.split(' ').collect::<Vec<_>>().as_slice() {
            ["random", run] => run.parse().map(Self::Random),
            ["shipped", exercise, case, seed] => Ok(Self::Shipped {
                exercise: (*exercise).to_owned(),
                case: case.parse().map_err(|_| wrong())?,
                seed: seed.parse().map_err(|_| wrong())?,
            }),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_the_run_of_its_line() {
        for line in ["random 12-2-1-Canary-7-60:4", "shipped canary 2 7"] {
            assert_eq!(line.parse::<Known>().unwrap().to_string(), line);
        }
        for line in ["", "random", "random 12", "shipped canary", "shipped canary two 7", "other a b c"] {
            assert!(line.parse::<Known>().is_err(), "{line}");
        }
    }

    #[test]
    fn what_there_is_not_is_said() {
        for line in ["shipped no-such 0 1", "shipped canary 99 1", "shipped incident-response 0 1"] {
            assert!(line.parse::<Known>().unwrap().digest().is_err(), "{line}");
        }
    }
}
