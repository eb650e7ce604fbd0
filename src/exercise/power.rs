//! The power of a plan: what share of regressions of each size it would roll back, how soon, and at what harm. Runs of the
//! same worlds with the release made worse, step by step; beside them the formulas for the checks that have one.

mod detection_time;
mod exact;
mod stopped;

pub use detection_time::{ALPHA, POWER, Rise};
pub use exact::{ExactCheck, ExactLevel, Rule};
pub use stopped::Stopped;

use rayon::prelude::*;

use stopped::End;

use super::seeds::paired_seeds;
use super::{Measure, play};
use crate::control::Plan;
use crate::engine::stats::proportions::wilson;
use crate::engine::{Share, Span, Time};
use crate::scenario::{Defect, DefectTrigger, Effect, Issue, Scenario};
use crate::sim::{Case, Record};
use crate::telemetry::{Metric, Query, Subject};

/// Confidence of the intervals of shares, as is usual.
pub const CONFIDENCE: f64 = 0.95;

/// A regression counts as caught when this share of runs rolls back: the usual power that experiments are planned for.
pub const CAUGHT: f64 = 0.8;

/// A regression: how much worse the release is than the running one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Regression {
    /// Not at all: what is rolled back is a false alarm.
    None,
    /// This share of its requests fails that would not have.
    Errors(Share),
    /// Its work takes this many times as long.
    Slower(f64),
    /// This share of its requests crashes the instance that works on them.
    Crash(Share),
    /// Each of its requests leaves this many megabytes behind.
    Leak(f64),
    /// This share of the requests fails, of the scenario's last cohort alone.
    Group(Share),
    /// This share of its requests is answered wrongly with status 200, which only a business counter shows.
    Wrong(Share),
}

/// The results of all levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Power {
    /// The levels, in the order they were asked for.
    pub levels: Vec<Level>,
    /// For each level the seconds from the rollout's start to the decision to roll back, of the runs that made one, from the
    /// shortest on.
    pub times: Vec<Vec<f64>>,
    /// What formulas say about single checks, where there is one.
    pub exact: Vec<ExactCheck>,
    /// What the formulas were given: the requests as monitoring saw them without a regression.
    pub volume: Volume,
    /// What became of the releases without a regression that were not out at the end.
    pub stopped: Stopped,
    /// How many runs each level had.
    pub runs: usize,
    /// The seed that all seeds were drawn from.
    pub seed: u64,
}

/// The result of one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// How much worse the release was.
    pub regression: Regression,
    /// How many runs.
    pub runs: usize,
    /// In how many it went back on evidence, and the baseline served everybody at the end.
    pub rolled_back: usize,
    /// In how many the candidate ended up serving everybody.
    pub completed: usize,
    /// Median seconds from the rollout's start to the decision to roll back, over the runs that made one.
    pub seconds_to_roll_back: Option<f64>,
    /// Median seconds from the rollout's start until the candidate served everybody, over the runs in which it did.
    pub seconds_to_complete: Option<f64>,
    /// What the instances cost, on average over all runs, in the scenario's currency.
    pub cost: f64,
    /// Users harmed, on average over all runs.
    pub harmed: f64,
    /// Users harmed in the run that nine in ten are not worse than.
    pub harmed_p90: f64,
}

impl Level {
    /// Share of runs that were rolled back.
    pub fn share(&self) -> f64 {
        self.rolled_back as f64 / self.runs.max(1) as f64
    }

    /// Where the true share lies with [`CONFIDENCE`]: Wilson's interval (E. B. Wilson, 1927), which is right for few
    /// runs and for shares of none or all, too:
    /// (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    pub fn interval(&self) -> [f64; 2] {
        wilson(self.rolled_back as u64, self.runs.max(1) as u64, CONFIDENCE).map(|end| end.clamp(0.0, 1.0))
    }
}

/// Requests of the target as monitoring saw them while the rollout ran.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Volume {
    /// Requests per second, all releases together.
    pub requests_per_s: f64,
    /// Share of them that failed.
    pub error_ratio: f64,
}

impl Power {
    /// The level without a regression, if it was run: its share of rollbacks is that of false alarms.
    pub fn false_alarms(&self) -> Option<&Level> {
        self.levels.iter().find(|level| level.regression == Regression::None)
    }

    /// The smallest regression of those that `is_of` picks from which on all are rolled back in [`CAUGHT`] of the runs.
    pub fn smallest_caught(&self, is_of: fn(Regression) -> bool) -> Option<&Level> {
        self.smallest_caught_in(CAUGHT, is_of)
    }

    /// The same for another share of the runs.
    pub fn smallest_caught_in(&self, share: f64, is_of: fn(Regression) -> bool) -> Option<&Level> {
        let mut of: Vec<&Level> = self.levels.iter().filter(|level| is_of(level.regression)).collect();
        of.sort_by(|a, b| a.regression.size().total_cmp(&b.regression.size()));
        let missed = of.iter().rposition(|level| level.share() < share);
        of.get(missed.map_or(0, |missed| missed + 1)).copied()
    }
}

impl Regression {
    /// How much worse, among those of its kind.
    pub const fn size(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Errors(share) => share.fraction(),
            Self::Crash(share) | Self::Group(share) | Self::Wrong(share) => share.fraction(),
            Self::Slower(size) | Self::Leak(size) => size,
        }
    }

    /// The defect that makes a release so much worse in `scenario`.
    fn defect(self, scenario: &Scenario) -> Option<Defect> {
        let chance = |share| vec![DefectTrigger::Chance(share)];
        let (when, then) = match self {
            Self::None => return None,
            Self::Errors(share) => (vec![DefectTrigger::Chance(share)], Effect::Errors),
            Self::Slower(factor) => (Vec::new(), Effect::Latency(factor)),
            Self::Crash(share) => (chance(share), Effect::Crash),
            Self::Leak(per_request_mb) => (Vec::new(), Effect::Leak { per_request_mb }),
            Self::Group(share) => {
                let last = scenario.clients.cohorts.last().map(|cohort| cohort.name.clone());
                let group = last.map(|name| DefectTrigger::Cohort(vec![name]));
                (chance(share).into_iter().chain(group).collect(), Effect::Errors)
            }
            Self::Wrong(share) => (chance(share), Effect::WrongAnswers),
        };
        Some(Defect { name: "the regression".to_owned(), when, then })
    }

    /// `scenario`, in which this regression is the only defect of the release `name`.
    pub(super) fn of(self, scenario: &Scenario, name: &str) -> Scenario {
        let world = scenario;
        let mut scenario = world.clone();
        for release in scenario.releases.iter_mut().filter(|release| release.name == name) {
            release.defects = self.defect(world).into_iter().collect();
        }
        scenario
    }
}

/// Runs `plan` in `case` of `scenario`, `runs` times for each of `levels` on the same seeds drawn from `seed`, in parallel;
/// `on_run` is called after each run. The defects of the case's release give way to the regression. The answer
/// depends on the arguments alone. Formulas need the level [`Regression::None`], from which they take the volume.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan.
pub fn power(
    scenario: &Scenario,
    case: &Case,
    plan: &Plan,
    levels: &[Regression],
    (runs, seed): (usize, u64),
    on_run: &(dyn Fn() + Sync),
) -> Result<Power, Vec<Issue>> {
    let found = power_until(scenario, case, plan, levels, (runs, seed), on_run, &|| false)?;
    Ok(found.expect("nobody stops it"))
}

/// The same, unless `is_cancelled` says so before the end: then no run is begun any more, and there is no result.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan.
pub fn power_until(
    scenario: &Scenario,
    case: &Case,
    plan: &Plan,
    levels: &[Regression],
    (runs, seed): (usize, u64),
    on_run: &(dyn Fn() + Sync),
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Power>, Vec<Issue>> {
    let release = case.release.clone().or_else(|| scenario.releases.get(1).map(|second| second.name.clone()));
    let worlds: Vec<Scenario> =
        levels.iter().map(|level| level.of(scenario, release.as_deref().unwrap_or_default())).collect();
    let seeds = paired_seeds(seed, runs);
    let jobs: Vec<(usize, u64)> =
        (0..levels.len()).flat_map(|level| seeds.iter().map(move |seed| (level, *seed))).collect();
    let ended: Vec<Result<Option<Ended>, Vec<Issue>>> = jobs
        .par_iter()
        .map(|(level, seed)| {
            if is_cancelled() {
                return Ok(None);
            }
            let record = play(&worlds[*level], case, plan, &[], *seed)?;
            on_run();
            Ok(Some(Ended::of(&record, scenario)))
        })
        .collect();
    let ended: Vec<Option<Ended>> = ended.into_iter().collect::<Result<_, _>>()?;
    let Some(ended) = ended.into_iter().collect::<Option<Vec<Ended>>>() else { return Ok(None) };
    let of = |index: usize| &ended[index * runs..(index + 1) * runs];
    let found = levels.iter().enumerate().map(|(index, level)| of_runs(*level, of(index)));
    let times = (0..levels.len()).map(|index| {
        let mut times: Vec<f64> =
            of(index).iter().filter(|run| run.rolled_back).filter_map(|run| run.seconds).collect();
        times.sort_by(f64::total_cmp);
        times
    });
    let times = times.collect();
    let sound = levels.iter().position(|level| *level == Regression::None);
    let volume = sound.map(of).map_or_else(Volume::default, volume_of);
    let exact = exact::checks(plan, volume, levels);
    let stopped =
        sound.map(of).map_or_else(Stopped::default, |runs| Stopped::of(runs.iter().map(|run| &run.end)));
    Ok(Some(Power { levels: found.collect(), times, exact, volume, stopped, runs, seed }))
}

/// What is kept of one run.
struct Ended {
    rolled_back: bool,
    completed: bool,
    seconds: Option<f64>,
    out_after: Option<f64>,
    cost: f64,
    harmed: f64,
    requests: u64,
    errors: u64,
    watched: f64,
    end: End,
}

impl Ended {
    fn of(record: &Record, scenario: &Scenario) -> Self {
        let measured = |measure: Measure| measure.of(record, scenario);
        let sure = |measure: Measure| measured(measure).unwrap_or_default();
        let seen = &record.observed;
        let decided = seen.started.zip(seen.aborted);
        let end = Time::ZERO + record.simulated;
        let watched = seen.started.map_or(Span::ZERO, |started| end.since(started));
        let all = Query {
            metric: Metric::ErrorRatio,
            of: Subject::Target,
            over: watched,
            zone: None,
            cohort: None,
            kind: None,
        };
        let counted = seen.metrics.seen_of(&all, end).unwrap_or_default();
        let rolled_back = sure(Measure::RolledBack) > 0.0;
        let completed = sure(Measure::Completed) > 0.0;
        Self {
            rolled_back,
            completed,
            end: End::of(record, (completed, rolled_back)),
            seconds: decided.map(|(started, aborted)| aborted.since(started).as_secs_f64()),
            out_after: measured(Measure::TimeToComplete),
            cost: sure(Measure::Cost),
            harmed: sure(Measure::UsersHarmed),
            requests: counted.requests,
            errors: counted.errors,
            watched: watched.as_secs_f64(),
        }
    }
}

fn of_runs(regression: Regression, runs: &[Ended]) -> Level {
    let harmed: Vec<f64> = runs.iter().map(|run| run.harmed).collect();
    Level {
        regression,
        runs: runs.len(),
        rolled_back: runs.iter().filter(|run| run.rolled_back).count(),
        completed: runs.iter().filter(|run| run.completed).count(),
        seconds_to_roll_back: ranked(runs.iter().filter_map(|run| run.seconds).collect(), 0.5),
        seconds_to_complete: ranked(runs.iter().filter_map(|run| run.out_after).collect(), 0.5),
        cost: runs.iter().map(|run| run.cost).sum::<f64>() / runs.len().max(1) as f64,
        harmed: harmed.iter().sum::<f64>() / runs.len().max(1) as f64,
        harmed_p90: ranked(harmed, 0.9).unwrap_or_default(),
    }
}

/// The value at this quantile by nearest rank; the lower one in the middle of an even number.
fn ranked(mut values: Vec<f64>, quantile: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (quantile * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

fn volume_of(runs: &[Ended]) -> Volume {
    let requests: u64 = runs.iter().map(|run| run.requests).sum();
    let errors: u64 = runs.iter().map(|run| run.errors).sum();
    let watched: f64 = runs.iter().map(|run| run.watched).sum();
    if requests == 0 || watched <= 0.0 {
        return Volume::default();
    }
    Volume { requests_per_s: requests as f64 / watched, error_ratio: errors as f64 / requests as f64 }
}

#[cfg(test)]
mod tests;
