//! Verdicts as JUnit XML, for continuous integration: a suite is one hand-in to an exercise, a test case is a criterion.
//! Times are left out, so that equal verdicts give equal bytes.

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::format::{Form, VerdictFormat};
use super::told::{lost_otherwise, measured, refused};
use crate::exercise::class::{Class, Mark, Row};
use crate::exercise::format::decimal;
use crate::report::escape::{harmless, lines};

/// The format `junit`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "junit",
    about: "JUnit XML, for continuous integration",
    ending: "xml",
    omits: "the runs",
    needs: &[],
    form: Form::Book(|class, _| xml(class)),
};

/// The hand-ins as JUnit XML. A criterion fails when it lost points; its output tells its points, what was measured and what was
/// wanted. A hand-in that could not be graded is a suite with one error. Only what the schema of Jenkins' xUnit plugin knows
/// (`junit-10.xsd`) is written, which has no properties of a test case.
fn xml(class: &Class) -> String {
    let mut report = Report::new("rollout-lab");
    report.add_test_suites(class.rows.iter().map(|row| suite(class, row)));
    let text = lines(&report.to_string().expect("XML is written to memory")).into_owned();
    // The schema knows how many tests were skipped of suites only. The first such attribute is that of all suites together.
    let mut text = text.replacen(" skipped=\"0\"", "", 1);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn suite(class: &Class, row: &Row) -> TestSuite {
    let mut suite = TestSuite::new(harmless(&format!("{} {}", class.exercise, row.file)).into_owned());
    let property = |name: &str, value: &str| Property::new(name, harmless(value).into_owned());
    let marks = match &row.outcome {
        Ok(marks) => marks,
        Err(refusal) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let problem = refused(&refusal.problems);
            status
                .set_message(harmless(&refusal.why).into_owned())
                .set_type("not-graded")
                .set_description(problem);
            let mut case = TestCase::new("graded", status);
            case.set_classname(class.exercise.as_str());
            suite.add_test_case(case);
            return suite;
        }
    };
    suite.add_property(property("score", &of(marks.score, marks.max_score)));
    suite.add_property(property("pass_score", &decimal(marks.pass_score, 2)));
    suite.add_property(property("passed", &marks.passed.to_string()));
    suite.add_property(property("revision", &marks.revision.to_string()));
    suite.add_property(property("exercise_hash", &marks.exercise_hash));
    suite.add_property(property("engine_version", &marks.engine_version));
    if let Some(used) = &marks.key {
        suite.add_property(property("key", &used.key));
        suite.add_property(property("student", &used.student));
        suite.add_property(property("attempt", &used.attempt.to_string()));
    }
    for remark in &marks.remarks {
        suite.add_property(property("remark", remark));
    }
    suite.add_test_cases(marks.criteria.iter().map(|mark| test_case(&class.exercise, mark)));
    suite
}

fn test_case(exercise: &str, mark: &Mark) -> TestCase {
    let mut status = TestCaseStatus::success();
    if mark.lost() > 0.0 {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let mut message = measured(mark);
        for reason in lost_otherwise(mark) {
            message.push_str("; ");
            message.push_str(&harmless(&reason));
        }
        status.set_message(message).set_type("points-lost").set_description(lines(&mark.say).into_owned());
    }
    let mut case = TestCase::new(harmless(&mark.id).into_owned(), status);
    case.set_classname(format!("{exercise}.{:?}", mark.category));
    let mut told = vec![format!("points: {}", of(mark.points, mark.max_points))];
    told.extend(mark.standard.map(|standard| format!("standard: {}", standard.key())));
    told.extend(mark.required.then(|| "required: true".to_owned()));
    told.push(format!("measured: {}", harmless(&mark.measured)));
    told.push(format!("wanted: {}", harmless(&mark.wanted)));
    case.set_system_out(told.join("\n"));
    case
}

fn of(points: f64, most: f64) -> String {
    format!("{}/{}", decimal(points, 2), decimal(most, 2))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::golden;

    #[test]
    fn a_verdict_is_the_same_bytes_each_time() {
        golden("grade.xml", &xml(&sample::class(vec![Ok(sample::verdict())])));
    }
}
