//! A course as text.

use super::parts::{percent, policy};
use crate::exercise::course::{Counted, Course, Learner};
use crate::exercise::format::{counted, decimal};
use crate::report::TextStyle;
use crate::report::style::{Tone, WIDTH, harmless, page, wrapped};
use crate::report::table::{Side, Table};

/// The course as text: a row for each learner, the mean by assessment criterion, and claims that no hand-in stands behind.
pub(super) fn text(course: &Course, style: TextStyle) -> String {
    let mut lines = vec![format!(
        "{}: {} learners, {} exercises",
        style.heading("Course"),
        counted(course.learners.len() as u64),
        counted(course.exercises.len() as u64)
    )];
    lines.extend(
        wrapped(&policy(course), WIDTH - 2).iter().map(|line| format!("  {}", style.paint(Tone::Mute, line))),
    );
    let mut table = Table::new(&[
        ("learner", Side::Left),
        ("points", Side::Right),
        ("of", Side::Right),
        ("percent", Side::Right),
        ("passed", Side::Right),
        ("late days", Side::Right),
        ("lost to it", Side::Right),
        ("not handed in", Side::Left),
    ]);
    for learner in &course.learners {
        let own = || learner.counted.iter().flatten();
        let lost: f64 = own().map(|one| one.earned - one.points).sum();
        let missing = course.exercises.iter().zip(&learner.counted).filter(|(_, one)| one.is_none());
        let missing: Vec<String> = missing.map(|(exercise, _)| harmless(&exercise.id).into_owned()).collect();
        table.row([
            harmless(&learner.name).into_owned(),
            decimal(learner.points, 2),
            decimal(learner.max_points, 2),
            decimal(percent(learner.points, learner.max_points), 1),
            format!("{} of {}", own().filter(|one| one.passed).count(), course.exercises.len()),
            own().map(|one: &Counted| one.days_late).sum::<u32>().to_string(),
            decimal(lost, 2),
            missing.join(", "),
        ]);
    }
    lines.extend(table.lines(style));
    lines.extend(by_exercise(course, style));
    lines.extend(by_standard(course, style));
    lines.extend(course.learners.iter().flat_map(|learner| claims(course, learner, style)));
    page(&lines)
}

fn by_exercise(course: &Course, style: TextStyle) -> Vec<String> {
    let mut table = Table::new(&[
        ("exercise", Side::Left),
        ("handed in", Side::Right),
        ("passed", Side::Right),
        ("mean points", Side::Right),
        ("of", Side::Right),
    ]);
    for (index, exercise) in course.exercises.iter().enumerate() {
        let all: Vec<&Counted> =
            course.learners.iter().filter_map(|learner| learner.counted[index].as_ref()).collect();
        let mean = all.iter().map(|one| one.earned).sum::<f64>() / all.len().max(1) as f64;
        table.row([
            harmless(&exercise.id).into_owned(),
            all.len().to_string(),
            all.iter().filter(|one| one.passed).count().to_string(),
            decimal(mean, 2),
            decimal(exercise.max_points, 2),
        ]);
    }
    let mut lines = vec![String::new(), style.heading("By exercise, before what lateness cost")];
    lines.extend(table.lines(style));
    lines
}

fn by_standard(course: &Course, style: TextStyle) -> Vec<String> {
    let Some(first) = course.learners.first().filter(|learner| !learner.standards.is_empty()) else {
        return Vec::new();
    };
    let mut table = Table::new(&[("", Side::Left), ("", Side::Right), ("", Side::Left)]);
    for (index, total) in first.standards.iter().enumerate() {
        let sum: f64 = course.learners.iter().map(|learner| learner.standards[index].points).sum();
        table.row([
            total.standard.title().to_owned(),
            decimal(sum / course.learners.len() as f64, 2),
            format!("of {}", decimal(total.max_points, 2)),
        ]);
    }
    let mut lines = vec![String::new(), style.heading("Mean points, by the lesson's assessment criteria")];
    lines.extend(table.lines(style));
    lines
}

/// Claims that differ from what was graded, or that no hand-in stands behind.
fn claims(course: &Course, learner: &Learner, style: TextStyle) -> Vec<String> {
    let graded = |id: &str| {
        let at = course.exercises.iter().position(|exercise| exercise.id == id)?;
        learner.counted[at].as_ref().map(|one| one.earned)
    };
    let said = learner.claims.iter().filter_map(|claim| {
        let found = match graded(&claim.exercise) {
            Some(earned) if earned >= claim.points => return None,
            Some(earned) => format!("graded {}", decimal(earned, 2)),
            None => "no hand-in that could be graded".to_owned(),
        };
        let (name, exercise) = (harmless(&learner.name), harmless(&claim.exercise));
        let claimed = decimal(claim.points, 2);
        Some(format!("{} {name}: {exercise}: {claimed} points claimed, {found}", style.mark(Tone::Caution)))
    });
    said.collect()
}
