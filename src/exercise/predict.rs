//! Predictions: one question to the learner before a run, and the answer that the run gives.

mod asking;

pub use asking::next_question;
pub(super) use asking::{not_a_number, problems};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Measure;
use crate::engine::{Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Record, TruthPoint};
use crate::telemetry::{Metric, Query, Store, Subject};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Question {
    /// Which sign of trouble the new release shows first.
    FirstSign,
    /// How many users will be harmed.
    UsersHarmed,
    /// How many minutes the rollout will take.
    Minutes,
    /// How the failures of the whole service will go.
    Course,
}

/// A question as an exercise asks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What is asked.
    pub ask: Question,
    /// Wording of the question. Default the lab's own.
    #[serde(default)]
    pub say: Option<String>,
}

/// A sign of trouble that monitoring can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Sign {
    /// The new release fails a point of its requests more than the one beside it.
    Errors,
    /// Its p99 is half as long again as that of the one beside it.
    Slowness,
    /// Neither.
    Neither,
}

/// How a service's failures go over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Course {
    /// They stay as they were.
    Flat,
    /// They jump and stay.
    Jumps,
    /// They climb slowly.
    Climbs,
    /// They rise and come back.
    Returns,
}

/// A learner's answer before a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Prediction {
    /// The first sign that something is wrong, or none.
    FirstSign(Sign),
    /// The number of users that the release harms.
    UsersHarmed(f64),
    /// The minutes from the start until the release is out, or back.
    Minutes(f64),
    /// The course that the release takes.
    Course(Course),
}

/// What a learner said when asked before a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub enum Forecast {
    /// Nothing yet.
    #[default]
    Open,
    /// The learner declined to answer.
    Skipped,
    /// The learner's answer.
    Made(Prediction),
}

/// The answer that a run gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Came {
    /// The first sign, and how much later the other one came, if it did.
    FirstSign(Sign, Option<Span>),
    /// A number in the question's unit; `None` when the event never happened.
    Number(Option<f64>),
    /// The course.
    Course(Course),
}

impl Sign {
    /// All signs.
    pub const ALL: [Self; 3] = [Self::Errors, Self::Slowness, Self::Neither];
}

impl Course {
    /// All courses.
    pub const ALL: [Self; 4] = [Self::Flat, Self::Jumps, Self::Climbs, Self::Returns];
}

/// Error ratio above the baseline's that is a sign (modelling choice: one point).
pub const ERRORS_ABOVE: f64 = 0.01;

/// Times the baseline's p99 that are a sign (modelling choice: half as long again).
pub const SLOWER: f64 = 1.5;

/// A sign rests on at least so many requests in its minute (modelling choice): of fewer, one error is a point already.
pub const AT_LEAST: u64 = 100;

/// A number is right within this factor either way (modelling choice).
pub const CLOSE: f64 = 1.5;

impl Prediction {
    /// What it answers.
    pub const fn question(self) -> Question {
        match self {
            Self::FirstSign(_) => Question::FirstSign,
            Self::UsersHarmed(_) => Question::UsersHarmed,
            Self::Minutes(_) => Question::Minutes,
            Self::Course(_) => Question::Course,
        }
    }

    /// Whether the run confirmed it.
    pub fn is_right(self, came: Came) -> bool {
        match (self, came) {
            (Self::FirstSign(said), Came::FirstSign(first, _)) => said == first,
            (Self::Course(said), Came::Course(course)) => said == course,
            (Self::UsersHarmed(said) | Self::Minutes(said), Came::Number(Some(number))) => {
                // One more or less of a few is close as well.
                (said - number).abs() <= 1.0 || (said <= number * CLOSE && number <= said * CLOSE)
            }
            (
                Self::FirstSign(_) | Self::Course(_) | Self::UsersHarmed(_) | Self::Minutes(_),
                Came::FirstSign(..) | Came::Course(_) | Came::Number(_),
            ) => false,
        }
    }
}

/// The answer that `record`, a whole run of `scenario`, gives.
pub fn came(question: Question, record: &Record, scenario: &Scenario) -> Came {
    match question {
        Question::FirstSign => {
            let [errors, slowness] = [Sign::Errors, Sign::Slowness].map(|sign| first(sign, record));
            match (errors, slowness) {
                (None, None) => Came::FirstSign(Sign::Neither, None),
                (Some(errors), slowness) if slowness.is_none_or(|slow| errors <= slow) => {
                    Came::FirstSign(Sign::Errors, slowness.map(|slow| slow.since(errors)))
                }
                (errors, Some(slowness)) => {
                    Came::FirstSign(Sign::Slowness, errors.map(|errors| errors.since(slowness)))
                }
                (Some(_), None) => Came::FirstSign(Sign::Errors, None),
            }
        }
        Question::UsersHarmed => Came::Number(Measure::UsersHarmed.of(record, scenario)),
        Question::Minutes => {
            Came::Number(Measure::TimeToComplete.of(record, scenario).map(|seconds| seconds / 60.0))
        }
        Question::Course => {
            let start = record.observed.started.unwrap_or(Time::ZERO + scenario.release_at);
            Came::Course(course(&record.truth.points, start))
        }
    }
}

/// When monitoring first showed a sign, after the rollout began.
fn first(sign: Sign, record: &Record) -> Option<Time> {
    let started = record.observed.started?;
    let step = Span::from_secs(5);
    let moments = (0..).map(|index| started + step * index);
    let metrics = &record.observed.metrics;
    moments
        .take_while(|at| *at <= Time::ZERO + record.simulated)
        .find(|at| shows(metrics, sign, *at, started))
}

fn shows(metrics: &Store, sign: Sign, at: Time, started: Time) -> bool {
    let metric = match sign {
        Sign::Errors => Metric::ErrorRatio,
        Sign::Slowness => Metric::Latency(0.99),
        Sign::Neither => return false,
    };
    let query = Query::new(metric, Subject::Candidate);
    if metrics.requests_of(&query, at).is_none_or(|requests| requests < AT_LEAST) {
        return false;
    }
    let beside = Query { of: Subject::Baseline, ..query.clone() };
    // Once the baseline is gone, what it was before the rollout stands in for it.
    let baseline = metrics.ask(&beside, at).or_else(|| metrics.ask(&beside, started));
    match (metrics.ask(&query, at), baseline) {
        (Some(value), Some(baseline)) if sign == Sign::Errors => value >= baseline + ERRORS_ABOVE,
        (Some(value), Some(baseline)) => value >= baseline * SLOWER,
        _ => false,
    }
}

/// How failures go from `start` on, by the minute: flat while no minute fails half a point and three times more than before;
/// returned when the last two minutes fail less than a third of the worst; else they jumped when from a fifth of the worst to four
/// fifths it took less than two minutes (modelling choices).
fn course(points: &[TruthPoint], start: Time) -> Course {
    let ratio = |points: &[TruthPoint]| {
        let sum =
            |part: fn(&TruthPoint) -> u32| points.iter().map(|point| u64::from(part(point))).sum::<u64>();
        sum(|point| point.failed) as f64 / sum(|point| point.ended).max(1) as f64
    };
    let cut = points.partition_point(|point| point.at <= start);
    let (before, after) = points.split_at(cut);
    let minutes: Vec<f64> = after.chunks(6).map(ratio).collect();
    let worst = minutes.iter().copied().fold(0.0, f64::max);
    if worst < (3.0 * ratio(before)).max(0.005) {
        return Course::Flat;
    }
    let last = &after[after.len().saturating_sub(12)..];
    if ratio(last) < worst / 3.0 {
        return Course::Returns;
    }
    let reached = |share: f64| minutes.iter().position(|minute| *minute >= share * worst).unwrap_or(0);
    if reached(0.8) - reached(0.2) < 2 { Course::Jumps } else { Course::Climbs }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn failing(by_minute: &[u32]) -> Course {
        let minutes = [0, 0].iter().chain(by_minute).enumerate();
        let points = minutes.flat_map(|(minute, failed)| {
            (1..=6).map(move |ten| TruthPoint {
                at: Time::from_secs(minute as u64 * 60 + ten * 10),
                ended: 1000,
                failed: *failed,
                ..TruthPoint::default()
            })
        });
        course(&points.collect::<Vec<_>>(), Time::from_secs(120))
    }

    #[test]
    fn a_prediction_of_one_of_several_is_right_for_that_one_alone() {
        for said in Sign::ALL {
            for first in Sign::ALL {
                assert_eq!(Prediction::FirstSign(said).is_right(Came::FirstSign(first, None)), said == first);
            }
        }
        for said in Course::ALL {
            for course in Course::ALL {
                assert_eq!(Prediction::Course(said).is_right(Came::Course(course)), said == course);
            }
        }
    }

    #[test]
    fn a_course_is_told_by_its_shape() {
        assert_eq!(failing(&[0, 1, 0, 2, 0]), Course::Flat);
        assert_eq!(failing(&[0, 90, 100, 100, 95]), Course::Jumps);
        assert_eq!(failing(&[5, 30, 50, 70, 100]), Course::Climbs);
        assert_eq!(failing(&[0, 90, 100, 5, 0]), Course::Returns);
    }

    #[test]
    fn numbers_are_right_when_they_are_close() {
        let came = Came::Number(Some(100.0));
        for (said, right) in [(100.0, true), (150.0, true), (151.0, false), (67.0, true), (60.0, false)] {
            assert_eq!(Prediction::UsersHarmed(said).is_right(came), right, "{said}");
        }
        assert!(Prediction::UsersHarmed(1.0).is_right(Came::Number(Some(0.0))));
        assert!(!Prediction::Minutes(5.0).is_right(Came::Number(None)), "it never came to it");
    }

    #[test]
    fn what_came_is_read_from_the_run() {
        let (record, scenario) = (sample::record(), sample::scenario());
        assert_eq!(came(Question::UsersHarmed, &record, &scenario), Came::Number(Some(45.0)));
        assert_eq!(came(Question::Minutes, &record, &scenario), Came::Number(Some(10.0)));
        assert_eq!(came(Question::FirstSign, &record, &scenario), Came::FirstSign(Sign::Neither, None));
        assert_eq!(came(Question::Course, &record, &scenario), Came::Course(Course::Climbs));
    }
}
