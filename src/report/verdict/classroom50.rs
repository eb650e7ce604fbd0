//! Classroom 50's `result.json` (github.com/foundation50/classroom50, wiki, "Advanced Autograding"). Scores are whole numbers there,
//! so points are rounded to the largest remainder: the sum over the criteria is the rounded score, and no criterion is off by a
//! point or more. The exact points stand beside them.

use jiff::Timestamp;
use serde::Serialize;

use super::format::{Environment, Form, VerdictFormat};
use super::told::{below, refused};
use crate::exercise::class::{Class, Row};
use crate::report::escape::harmless;
use crate::report::json::pretty;

/// The format `classroom50`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "classroom50",
    about: "Classroom 50's result.json; in its runner, which sets the variables that it needs",
    ending: "json",
    omits: "hundredths of points (only as further fields); that a file could not be graded (a test that failed says it)",
    needs: &["CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL", "SUBMITTED_AT"],
    form: Form::Each(json),
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcome {
    schema: &'static str,
    classroom: String,
    assignment: String,
    #[serde(rename = "assignment_type")]
    assignment_type: String,
    owner: String,
    submission: String,
    commit: String,
    release: String,
    review: String,
    datetime: String,
    score: u64,
    max_score: u64,
    tests: Vec<Test>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Test {
    test_name: String,
    passed: bool,
    score: u64,
    max_score: u64,
    points: f64,
    max_points: f64,
    output: String,
}

fn json(class: &Class, row: &Row, environment: Environment<'_>) -> String {
    let tests = match &row.outcome {
        Ok(marks) => {
            let scores = whole(&marks.criteria.iter().map(|mark| mark.points).collect::<Vec<f64>>());
            let most = whole(&marks.criteria.iter().map(|mark| mark.max_points).collect::<Vec<f64>>());
            let tests = marks.criteria.iter().zip(scores.into_iter().zip(most));
            let test = |(mark, (score, most)): (&crate::exercise::class::Mark, (u64, u64))| Test {
                test_name: harmless(&mark.id).into_owned(),
                passed: mark.lost() <= 0.0,
                score: score.min(most),
                max_score: most,
                points: mark.points,
                max_points: mark.max_points,
                output: below(mark),
            };
            tests.map(test).collect()
        }
        Err(refusal) => vec![Test {
            test_name: "graded".to_owned(),
            passed: false,
            score: 0,
            max_score: class.max_score.round() as u64,
            points: 0.0,
            max_points: class.max_score,
            output: refused(&refusal.problems),
        }],
    };
    let given = |name: &str| environment(name).unwrap_or_default();
    pretty(&Outcome {
        schema: "classroom50/result/v1",
        classroom: given("CLASSROOM"),
        assignment: given("ASSIGNMENT"),
        assignment_type: environment("ASSIGNMENT_TYPE").unwrap_or_else(|| "individual".to_owned()),
        owner: environment("OWNER")
            .or_else(|| environment("USERNAME"))
            .unwrap_or_else(|| row.student.clone()),
        submission: given("SUBMISSION_TAG"),
        commit: given("COMMIT_URL"),
        release: given("RELEASE_URL"),
        review: environment("REVIEW_URL").unwrap_or_else(|| given("COMMIT_URL")),
        datetime: instant(&given("SUBMITTED_AT")),
        score: tests.iter().map(|test| test.score).sum(),
        max_score: tests.iter().map(|test| test.max_score).sum(),
        tests,
    })
}

/// An instant in UTC, to the second, as `2026-06-01T14:32:01Z`; what is no instant stays as it is.
fn instant(text: &str) -> String {
    match text.trim().parse::<Timestamp>() {
        Ok(at) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => text.to_owned(),
    }
}

/// `points` as whole numbers whose sum is their rounded sum: all are rounded down, and those with the largest remainders, the first
/// among equals, get one more.
fn whole(points: &[f64]) -> Vec<u64> {
    let mut whole: Vec<u64> = points.iter().map(|points| points.max(0.0).floor() as u64).collect();
    let sum = points.iter().sum::<f64>().max(0.0).round() as u64;
    let missing = sum.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*b].fract().total_cmp(&points[*a].fract()).then(a.cmp(b)));
    order.into_iter().take(missing as usize).for_each(|index| whole[index] += 1);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_points_add_up_and_none_is_off_by_one() {
        let lists: [&[f64]; 6] = [
            &[26.67, 0.0],
            &[12.5, 12.4],
            &[0.4, 0.4, 0.4],
            &[33.33, 33.33, 33.34],
            &[],
            &[0.49, 0.49, 0.49, 0.49],
        ];
        for points in lists {
            let whole = whole(points);
            assert_eq!(whole.iter().sum::<u64>(), points.iter().sum::<f64>().round() as u64, "{points:?}");
            assert!(
                whole.iter().zip(points).all(|(whole, points)| (*whole as f64 - points).abs() < 1.0),
                "{points:?}"
            );
        }
        assert_eq!(whole(&[12.5, 12.5]), [13, 12]);
    }

    #[test]
    fn an_instant_of_any_zone_is_told_in_utc() {
        assert_eq!(instant("2026-06-01T16:32:01+02:00"), "2026-06-01T14:32:01Z");
        assert_eq!(instant("2026-06-01T14:32:01Z\n"), "2026-06-01T14:32:01Z");
    }
}
