//! A course as a page of HTML that needs no other file.

use super::parts::{percent, policy};
use crate::exercise::course::{Course, Learner};
use crate::exercise::format::decimal;
use crate::report::html::{Item, Page, Part, page};

/// The course as a page: the learners, each exercise, and the assessment criteria.
pub(super) fn html(course: &Course) -> String {
    let mut titles: Vec<String> = ["learner", "points", "percent", "passed"].map(str::to_owned).to_vec();
    titles.extend(course.exercises.iter().map(|exercise| exercise.id.clone()));
    let rows = course.learners.iter().map(|learner| (false, row(course, learner))).collect();
    let mut parts = vec![
        Part { title: "Lateness".to_owned(), items: vec![Item::Text(policy(course))] },
        Part { title: "Learners".to_owned(), items: vec![Item::Table(titles, rows)] },
    ];
    let standards = course.learners.first().map_or(&[][..], |learner| &learner.standards);
    if !standards.is_empty() {
        let titles = std::iter::once("learner".to_owned())
            .chain(standards.iter().map(|it| it.standard.title().to_owned()));
        let rows = course.learners.iter().map(|learner| {
            let of = |it: &crate::exercise::course::StandardTotal| {
                format!("{} of {}", decimal(it.points, 2), decimal(it.max_points, 2))
            };
            (false, std::iter::once(learner.name.clone()).chain(learner.standards.iter().map(of)).collect())
        });
        parts.push(Part {
            title: "By the lesson's assessment criteria, before what lateness cost".to_owned(),
            items: vec![Item::Table(titles.collect(), rows.collect())],
        });
    }
    let claims: Vec<(bool, Vec<String>)> = course
        .learners
        .iter()
        .flat_map(|learner| {
            let line = |claim: &crate::exercise::course::Claim| {
                (false, vec![learner.name.clone(), claim.exercise.clone(), decimal(claim.points, 2)])
            };
            learner.claims.iter().map(line).collect::<Vec<_>>()
        })
        .collect();
    if !claims.is_empty() {
        let titles = ["learner", "exercise", "points claimed"].map(str::to_owned).to_vec();
        parts.push(Part {
            title: "What learners' computers claim, which counts nothing".to_owned(),
            items: vec![Item::Table(titles, claims)],
        });
    }
    let lead = format!("{} learners, {} exercises", course.learners.len(), course.exercises.len());
    page(&Page { title: "Course".to_owned(), lead, parts })
}

fn row(course: &Course, learner: &Learner) -> Vec<String> {
    let passed = learner.counted.iter().flatten().filter(|one| one.passed).count();
    let mut cells = vec![
        learner.name.clone(),
        format!("{} of {}", decimal(learner.points, 2), decimal(learner.max_points, 2)),
        format!("{} %", decimal(percent(learner.points, learner.max_points), 1)),
        format!("{passed} of {}", course.exercises.len()),
    ];
    cells.extend(learner.counted.iter().map(|one| match one {
        None => "not handed in".to_owned(),
        Some(one) if one.days_late > 0 => {
            format!(
                "{} (earned {}, {} days late)",
                decimal(one.points, 2),
                decimal(one.earned, 2),
                one.days_late
            )
        }
        Some(one) => decimal(one.points, 2),
    }));
    cells
}
