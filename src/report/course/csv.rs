//! A course as CSV: a row for each learner.

use super::parts::percent;
use crate::exercise::Standard;
use crate::exercise::course::{Course, Learner};
use crate::report::escape::cell;

/// The course as CSV: the sum, then for each exercise what counted, then the points by assessment criterion, then claims.
pub(super) fn csv(course: &Course) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |cells: Vec<String>| writer.write_record(cells).expect("CSV is written to memory");
    let mut head: Vec<String> =
        ["learner", "points", "max_points", "percent", "passed", "late_days", "free_days"]
            .map(str::to_owned)
            .to_vec();
    for exercise in &course.exercises {
        let of = ["points", "earned", "passed", "days_late", "attempt", "claimed"];
        head.extend(of.map(|what| cell(&format!("{}_{what}", exercise.id))));
    }
    let keys = Standard::ALL.iter().map(|standard| standard.key());
    head.extend(keys.flat_map(|key| [format!("{key}_points"), format!("{key}_max_points")]));
    write(head);
    course.learners.iter().for_each(|learner| write(cells(course, learner)));
    let bytes = writer.into_inner().expect("CSV is written to memory");
    String::from_utf8(bytes).expect("all cells are text")
}

fn cells(course: &Course, learner: &Learner) -> Vec<String> {
    let own = || learner.counted.iter().flatten();
    let mut cells = vec![
        cell(&learner.name),
        learner.points.to_string(),
        learner.max_points.to_string(),
        percent(learner.points, learner.max_points).to_string(),
        own().filter(|one| one.passed).count().to_string(),
        own().map(|one| one.days_late).sum::<u32>().to_string(),
        own().map(|one| one.free_days).sum::<u32>().to_string(),
    ];
    for (exercise, one) in course.exercises.iter().zip(&learner.counted) {
        let claimed = learner.claims.iter().find(|claim| claim.exercise == exercise.id);
        cells.extend(match one {
            Some(one) => [
                one.points.to_string(),
                one.earned.to_string(),
                one.passed.to_string(),
                one.days_late.to_string(),
                cell(&one.attempt),
            ],
            None => Default::default(),
        });
        cells.push(claimed.map_or_else(String::new, |claim| claim.points.to_string()));
    }
    for standard in Standard::ALL {
        let found = learner.standards.iter().find(|total| total.standard == *standard);
        cells.extend(found.map_or_else(Default::default, |total| {
            [total.points, total.max_points].map(|it| it.to_string())
        }));
    }
    cells
}
