//! What all formats of a course say alike.

use crate::exercise::course::Course;
use crate::exercise::format::decimal;

/// How lateness was treated, in a sentence.
pub(super) fn policy(course: &Course) -> String {
    let late = &course.late;
    format!(
        "Each day late costs {} % of a hand-in's points; {} free for each learner; after day {} it counts nothing.",
        decimal(late.percent_each_day, 1),
        if late.free_days == 1 { "1 day is".to_owned() } else { format!("{} days are", late.free_days) },
        late.last_day
    )
}

/// `points` of `most` in percent, 0 to 100; 0 where nothing can be earned.
pub(super) fn percent(points: f64, most: f64) -> f64 {
    if most > 0.0 { (points / most * 1000.0).round() / 10.0 } else { 0.0 }
}
