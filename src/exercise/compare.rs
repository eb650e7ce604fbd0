//! Comparing plans on the same worlds: run by run, each pair with the same seed, so that luck cancels out.

use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::seeds::paired_seeds;
use super::{HandAction, Measure, play};
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::Case;

/// The measures in which plans are compared.
pub const COMPARED: [Measure; 6] = [
    Measure::UsersHarmed,
    Measure::FailedShare,
    Measure::TimeToComplete,
    Measure::MaxExposure,
    Measure::Cost,
    Measure::WorstP99,
];

/// Several plans on the same worlds.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The plans; all differences are from the first.
    pub plans: Vec<Compared>,
    /// How many runs each had.
    pub runs: usize,
    /// The seed that all seeds were drawn from.
    pub seed: u64,
}

/// One plan of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Share of its runs in which the candidate ended up serving everybody.
    pub completed: f64,
    /// Share of its runs that went back on evidence, the baseline serving everybody at the end.
    pub rolled_back: f64,
    /// One entry for each of [`COMPARED`].
    pub measures: Vec<MeasureSummary>,
}

/// One measure of one plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeasureSummary {
    /// Which.
    pub measure: Measure,
    /// Its mean over the runs in which it has a value; none when it has none in any.
    pub mean: Option<f64>,
    /// Number of runs in which it has a value; a time has none when its event never happened.
    pub runs: usize,
    /// Difference from the first plan, over the pairs in which both have a value; none for the first plan itself.
    pub difference: Option<Difference>,
}

/// A mean of paired differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Mean of this plan's value minus the first plan's.
    pub mean: f64,
    /// Half the width of its 95 % confidence interval (Student's t over the paired differences); none for a single pair.
    pub margin: Option<f64>,
    /// How many pairs.
    pub pairs: usize,
}

impl Difference {
    /// Whether zero lies outside the interval.
    pub fn is_clear(&self) -> bool {
        self.margin.is_some_and(|margin| self.mean.abs() > margin)
    }

    /// Of paired values; `None` when there are none.
    pub fn of(differences: &[f64]) -> Option<Self> {
        let pairs = differences.len();
        if pairs == 0 {
            return None;
        }
        let mean = differences.iter().sum::<f64>() / pairs as f64;
        let margin = (pairs > 1).then(|| {
            let squares: f64 = differences.iter().map(|value| (value - mean) * (value - mean)).sum();
            let error = (squares / (pairs - 1) as f64 / pairs as f64).sqrt();
            quantile_975(pairs - 1) * error
        });
        Some(Self { mean, margin, pairs })
    }
}

/// The 97.5 % quantile of Student's t.
fn quantile_975(freedom: usize) -> f64 {
    StudentsT::new(0.0, 1.0, freedom as f64).map_or(f64::INFINITY, |t| t.inverse_cdf(0.975))
}

/// A plan that is compared, and what is done by hand while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrant {
    /// Its name.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// What is done by hand, at the same simulated times in every world.
    pub actions: Vec<HandAction>,
}

impl Entrant {
    /// A plan with nothing done by hand.
    pub fn of_plan(name: impl Into<String>, plan: Plan) -> Self {
        Self { name: name.into(), plan, actions: Vec::new() }
    }
}

/// Runs every entrant in `scenario`, `runs` times on the same seeds drawn from `seed`, in parallel, each in the case that `case_of`
/// gives for its seed; `on_run` is called after each run. The answer depends on the arguments alone.
///
/// # Errors
/// What is wrong with the scenario, the case or a plan: the entrant's index, and its issues.
pub fn compare(
    scenario: &Scenario,
    case_of: &(dyn Fn(u64) -> Case + Sync),
    entrants: &[Entrant],
    runs: usize,
    seed: u64,
    on_run: &(dyn Fn() + Sync),
) -> Result<Comparison, (usize, Vec<Issue>)> {
    let seeds = paired_seeds(seed, runs);
    let jobs: Vec<(usize, u64)> =
        (0..entrants.len()).flat_map(|plan| seeds.iter().map(move |seed| (plan, *seed))).collect();
    let values: Vec<Result<Values, (usize, Vec<Issue>)>> = jobs
        .par_iter()
        .map(|(plan, seed)| {
            let Entrant { plan: played, actions, .. } = &entrants[*plan];
            let record =
                play(scenario, &case_of(*seed), played, actions, *seed).map_err(|issues| (*plan, issues))?;
            on_run();
            let sure = |measure: Measure| measure.of(&record, scenario).unwrap_or_default();
            Ok(Values {
                completed: sure(Measure::Completed),
                rolled_back: sure(Measure::RolledBack),
                measures: COMPARED.map(|measure| measure.of(&record, scenario)),
            })
        })
        .collect();
    let values: Vec<Values> = values.into_iter().collect::<Result<_, _>>()?;
    let names = entrants.iter().map(|entrant| entrant.name.as_str());
    Ok(Comparison { plans: compared(names, &values, runs), runs, seed })
}

/// What is kept of one run.
struct Values {
    completed: f64,
    rolled_back: f64,
    measures: [Option<f64>; COMPARED.len()],
}

fn compared<'a>(names: impl Iterator<Item = &'a str>, values: &[Values], runs: usize) -> Vec<Compared> {
    let first = &values[..runs.min(values.len())];
    let one = |(index, name): (usize, &str)| {
        let own = &values[index * runs..(index + 1) * runs];
        let share = |part: fn(&Values) -> f64| own.iter().map(part).sum::<f64>() / runs.max(1) as f64;
        Compared {
            name: name.to_owned(),
            completed: share(|run| run.completed),
            rolled_back: share(|run| run.rolled_back),
            measures: (0..COMPARED.len())
                .map(|figure| summary_of(figure, own, (index > 0).then_some(first)))
                .collect(),
        }
    };
    names.enumerate().map(one).collect()
}

fn summary_of(figure: usize, own: &[Values], first: Option<&[Values]>) -> MeasureSummary {
    let some: Vec<f64> = own.iter().filter_map(|run| run.measures[figure]).collect();
    let difference = first.and_then(|first| {
        let pairs = own
            .iter()
            .zip(first)
            .filter_map(|(own, first)| Some(own.measures[figure]? - first.measures[figure]?));
        Difference::of(&pairs.collect::<Vec<f64>>())
    });
    let mean = (!some.is_empty()).then(|| some.iter().sum::<f64>() / some.len() as f64);
    MeasureSummary { measure: COMPARED[figure], mean, runs: some.len(), difference }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students_over_the_paired_differences() {
        // By hand: mean 3, standard deviation sqrt(2.5), standard error sqrt(0.5); t(0.975, 4) = 2.776445.
        let difference = Difference::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((difference.mean, difference.pairs), (3.0, 5));
        let margin = difference.margin.unwrap();
        assert!((margin - 2.776_445 * 0.5_f64.sqrt()).abs() < 1e-5, "{margin}");
        assert!(difference.is_clear());
    }

    #[test]
    fn a_single_pair_has_no_interval_and_none_no_difference() {
        assert_eq!(Difference::of(&[2.0]).unwrap().margin, None);
        assert!(!Difference::of(&[2.0]).unwrap().is_clear());
        assert_eq!(Difference::of(&[]), None);
    }

    #[test]
    fn equal_plans_differ_by_exactly_nothing() {
        let difference = Difference::of(&[0.0; 8]).unwrap();
        assert_eq!((difference.mean, difference.margin), (0.0, Some(0.0)));
        assert!(!difference.is_clear());
    }

    fn run(harmed: f64, completes: Option<f64>) -> Values {
        let measures = [Some(harmed), Some(0.0), completes, Some(1.0), Some(2.0), Some(0.1)];
        Values { completed: f64::from(u8::from(completes.is_some())), rolled_back: 0.0, measures }
    }

    #[test]
    fn runs_are_paired_by_seed_and_never_has_no_pair() {
        let values = [run(10.0, Some(60.0)), run(20.0, None), run(11.0, Some(90.0)), run(22.0, Some(100.0))];
        let plans = compared(["a", "b"].into_iter(), &values, 2);
        assert_eq!(plans[0].measures[0].difference, None);
        assert_eq!(plans[0].completed, 0.5);
        let harmed = plans[1].measures[0].difference.unwrap();
        assert_eq!((harmed.mean, harmed.pairs), (1.5, 2));
        let completes = plans[1].measures[2];
        assert_eq!((completes.runs, completes.mean), (2, Some(95.0)));
        assert_eq!(completes.difference.map(|d| (d.mean, d.pairs)), Some((30.0, 1)));
    }
}
