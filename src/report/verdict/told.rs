//! What is said about a criterion that lost points and about a key that was used; all formats say the same.

use crate::exercise::format::decimal;
use crate::exercise::{CriterionResult, Verdict};

/// That a key was used, and for whom; `None` for the exercise's own seeds.
pub fn key_line(verdict: &Verdict) -> Option<String> {
    let used = verdict.secret.as_ref()?;
    let course = if used.course.is_empty() { String::new() } else { format!(" of course {}", used.course) };
    Some(format!(
        "secret seeds by the key {}{course}, for {}, attempt {}",
        used.key, used.student, used.attempt
    ))
}

/// Why a criterion lost points, or the hand-in its pass, other than by the criterion's own value; empty for most.
pub fn lost_otherwise(line: &CriterionResult) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(needed) = &line.needs
        && line.lost_through_need() > 0.0
    {
        reasons.push(format!(
            "earned {} of {} points by itself; {} were lost because it needs \"{needed}\", which fell short",
            decimal(line.own_points, 2),
            decimal(line.max_points, 2),
            decimal(line.lost_through_need(), 2),
        ));
    }
    if line.missed {
        reasons.push("required to pass, and earned less than half of its points".to_owned());
    }
    reasons
}

/// What a learner is told about a criterion that lost points: why, and the rubric's own text where its own value fell short.
pub fn told(line: &CriterionResult) -> Vec<String> {
    let mut texts = lost_otherwise(line);
    texts.extend((line.own_points < line.max_points).then(|| line.say.clone()));
    texts
}
