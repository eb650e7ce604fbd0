//! A verdict as JUnit XML, for continuous integration: the suite is one hand-in to an exercise, a test case is a criterion.
//! Times are left out, so that equal verdicts give equal bytes.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::format::VerdictFormat;
use super::told::lost_otherwise;
use crate::exercise::format::decimal;
use crate::exercise::{CriterionResult, Verdict};
use crate::report::escape::lines;

/// The format `junit`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "junit",
    about: "JUnit XML, for continuous integration",
    write: |graded| xml(graded.verdict),
};

/// The verdict as JUnit XML. A criterion fails when it lost points; its points are its property `points`.
fn xml(verdict: &Verdict) -> String {
    let mut suite = TestSuite::new(format!("{} {}", verdict.exercise, verdict.submission));
    suite.add_property(Property::new("score", of(verdict.score, verdict.max_score)));
    suite.add_property(Property::new("pass_score", decimal(verdict.pass_score, 2)));
    suite.add_property(Property::new("passed", verdict.passed.to_string()));
    suite.add_property(Property::new("revision", verdict.revision.to_string()));
    suite.add_property(Property::new("exercise_hash", verdict.exercise_hash.as_str()));
    suite.add_property(Property::new("engine_version", verdict.engine_version.as_str()));
    if let Some(used) = &verdict.secret {
        suite.add_property(Property::new("key", used.key.as_str()));
        suite.add_property(Property::new("student", used.student.as_str()));
        suite.add_property(Property::new("attempt", used.attempt.to_string()));
    }
    for remark in &verdict.remarks {
        suite.add_property(Property::new("remark", remark.as_str()));
    }
    suite.add_test_cases(verdict.criteria.iter().map(|line| test_case(&verdict.exercise, line)));
    let mut report = Report::new("rollout-lab");
    report.add_test_suite(suite);
    let mut text = lines(&report.to_string().expect("XML is written to memory")).into_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn test_case(exercise: &str, line: &CriterionResult) -> TestCase {
    let lost = line.points < line.max_points;
    let mut status = TestCaseStatus::success();
    if lost {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let mut message = format!("{}: {}, wanted {}", line.measure.title(), line.measured, line.wanted);
        for reason in lost_otherwise(line) {
            message.push_str("; ");
            message.push_str(&reason);
        }
        status.set_message(message).set_type("points-lost").set_description(line.say.as_str());
    }
    let mut case = TestCase::new(line.id.as_str(), status);
    case.set_classname(format!("{exercise}.{:?}", line.category));
    case.add_property(Property::new("points", of(line.points, line.max_points)));
    if let Some(standard) = line.standard {
        case.add_property(Property::new("standard", standard.key()));
    }
    if line.required {
        case.add_property(Property::new("required", "true"));
    }
    case.add_property(Property::new("measured", line.measured.as_str()));
    case.add_property(Property::new("wanted", line.wanted.as_str()));
    case
}

fn of(points: f64, most: f64) -> String {
    format!("{}/{}", decimal(points, 2), decimal(most, 2))
}

#[cfg(test)]
mod tests {
    use super::super::sample::verdict;
    use super::*;
    use crate::report::golden;

    #[test]
    fn a_verdict_is_the_same_bytes_each_time() {
        golden("grade.xml", &xml(&verdict()));
    }

    #[test]
    fn names_cannot_break_out_of_the_xml() {
        let mut verdict = verdict();
        verdict.submission = "\"><evil/>\u{1}\u{202e}\u{1b}[31m".to_owned();
        let xml = xml(&verdict);
        assert!(!xml.contains("<evil/>") && !xml.chars().any(|c| c != '\n' && crate::engine::is_hidden(c)));
    }
}
