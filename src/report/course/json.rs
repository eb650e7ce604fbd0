//! A course as JSON. Its fields are a contract: they are only ever added.

use serde::Serialize;

use super::parts::percent;
use crate::exercise::course::{Claim, Counted, Course, CourseExercise, LatePolicy};
use crate::report::json::pretty;

#[derive(Serialize)]
struct CourseJson<'a> {
    exercises: &'a [CourseExercise],
    late: LatePolicy,
    learners: Vec<LearnerJson<'a>>,
}

#[derive(Serialize)]
struct LearnerJson<'a> {
    learner: &'a str,
    points: f64,
    max_points: f64,
    percent: f64,
    exercises: Vec<CountedJson<'a>>,
    standards: Vec<StandardJson>,
    claims: &'a [Claim],
}

#[derive(Serialize)]
struct CountedJson<'a> {
    exercise: &'a str,
    max_points: f64,
    counted: Option<&'a Counted>,
}

#[derive(Serialize)]
struct StandardJson {
    key: &'static str,
    title: &'static str,
    points: f64,
    max_points: f64,
}

/// The course as JSON.
pub(super) fn json(course: &Course) -> String {
    let learners = course.learners.iter().map(|learner| LearnerJson {
        learner: &learner.name,
        points: learner.points,
        max_points: learner.max_points,
        percent: percent(learner.points, learner.max_points),
        exercises: course
            .exercises
            .iter()
            .zip(&learner.counted)
            .map(|(exercise, counted)| CountedJson {
                exercise: &exercise.id,
                max_points: exercise.max_points,
                counted: counted.as_ref(),
            })
            .collect(),
        standards: learner
            .standards
            .iter()
            .map(|total| StandardJson {
                key: total.standard.key(),
                title: total.standard.title(),
                points: total.points,
                max_points: total.max_points,
            })
            .collect(),
        claims: &learner.claims,
    });
    pretty(&CourseJson { exercises: &course.exercises, late: course.late, learners: learners.collect() })
}
