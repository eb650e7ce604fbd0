//! What is said about a criterion that lost points and about a key that was used; all formats say the same.

use crate::exercise::class::{Mark, Marks};
use crate::exercise::format::decimal;
use crate::exercise::{KeyUse, Verdict};
use crate::report::escape::{harmless, lines};

/// That a key was used, and for whom; `None` for the exercise's own seeds.
pub fn key_line(verdict: &Verdict) -> Option<String> {
    verdict.secret.as_ref().map(key_text)
}

fn key_text(used: &KeyUse) -> String {
    let course = if used.course.is_empty() { String::new() } else { format!(" of course {}", used.course) };
    format!("secret seeds by the key {}{course}, for {}, attempt {}", used.key, used.student, used.attempt)
}

/// Why a criterion lost points, or the hand-in its pass, other than by the criterion's own value; empty for most.
pub fn lost_otherwise(mark: &Mark) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(needed) = &mark.needs
        && mark.own_points > mark.points
    {
        reasons.push(format!(
            "earned {} of {} points by itself; {} were lost because it needs \"{needed}\", which fell short",
            decimal(mark.own_points, 2),
            decimal(mark.max_points, 2),
            decimal(mark.own_points - mark.points, 2),
        ));
    }
    if mark.missed {
        reasons.push("required to pass, and earned less than half of its points".to_owned());
    }
    reasons
}

/// What a learner is told about a criterion that lost points: why, and the rubric's own text where its own value fell short.
pub fn told(mark: &Mark) -> Vec<String> {
    let mut texts = lost_otherwise(mark);
    texts.extend((mark.own_points < mark.max_points).then(|| mark.say.clone()));
    texts
}

/// What was measured and what was wanted, in one sentence.
pub(super) fn measured(mark: &Mark) -> String {
    harmless(&format!("{}: {}, wanted {}", mark.title, mark.measured, mark.wanted)).into_owned()
}

/// What a system shows below a criterion: what was measured, and what the learner is told where points were lost; a line each.
pub(super) fn below(mark: &Mark) -> String {
    let told = if mark.lost() > 0.0 { told(mark) } else { Vec::new() };
    let all = std::iter::once(measured(mark)).chain(told.iter().map(|text| harmless(text).into_owned()));
    all.collect::<Vec<String>>().join("\n")
}

/// The score in a sentence.
pub(super) fn score(marks: &Marks) -> String {
    format!(
        "{}: {} of {} points, {} needed",
        if marks.passed { "passed" } else { "not passed" },
        decimal(marks.score, 2),
        decimal(marks.max_score, 2),
        decimal(marks.pass_score, 2)
    )
}

/// What a system shows above all criteria: the score, the criteria that are required and were missed, the key, remarks, and which
/// exercise and engine it was; a line each.
pub(super) fn above(exercise: &str, marks: &Marks) -> String {
    let mut all = vec![score(marks)];
    let missed: Vec<&str> =
        marks.criteria.iter().filter(|mark| mark.missed).map(|mark| mark.id.as_str()).collect();
    if !missed.is_empty() {
        all.push(format!("Required and missed: {}. Nobody passes without.", missed.join(", ")));
    }
    all.extend(marks.key.as_ref().map(key_text));
    all.extend(marks.remarks.clone());
    let hash: String = marks.exercise_hash.chars().take(12).collect();
    all.push(format!(
        "exercise {exercise}, revision {}, hash {hash}; engine {}",
        marks.revision, marks.engine_version
    ));
    all.iter().map(|line| harmless(line)).collect::<Vec<_>>().join("\n")
}

/// That a hand-in could not be graded, and why; a line each.
pub(super) fn refused(problems: &[String]) -> String {
    let all = std::iter::once("This could not be graded.".into())
        .chain(problems.iter().map(|problem| lines(problem)));
    all.collect::<Vec<_>>().join("\n")
}
