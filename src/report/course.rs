//! A course as a whole, in each of its formats.

mod csv;
mod html;
mod json;
mod parts;
mod text;

use crate::exercise::course::Course;
use crate::report::TextStyle;

/// A format in which a course is written.
#[derive(Clone, Copy, Debug)]
pub struct CourseFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// A line for the help.
    pub about: &'static str,
    /// Writes a course. Only the page for people uses the style.
    pub write: fn(&Course, TextStyle) -> String,
}

/// All formats of a course; the first is the default.
pub const FORMATS: [CourseFormat; 4] = [
    CourseFormat { name: "text", about: "For people", write: text::text },
    CourseFormat {
        name: "csv",
        about: "For a spreadsheet: a row for each learner",
        write: |course, _| csv::csv(course),
    },
    CourseFormat { name: "json", about: "For programs", write: |course, _| json::json(course) },
    CourseFormat { name: "html", about: "A page for a browser", write: |course, _| html::html(course) },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::exercise::Standard;
    use crate::exercise::course::{Attempt, Claim, LatePolicy, course};
    use crate::report::html::tests::tags;

    /// A course of two exercises: eva was late once, the other learner's name is hostile and claims what was not handed in.
    fn sample(name: &str) -> Course {
        let attempt = |learner: &str, exercise: &str, points: Option<f64>, days_late| Attempt {
            exercise: exercise.to_owned(),
            name: format!("{exercise}-1"),
            learner: learner.to_owned(),
            points,
            passed: points.is_some_and(|points| points >= 70.0),
            standards: vec![(Standard::DesignRollback, points.unwrap_or(0.0) / 2.0, 50.0)],
            days_late,
        };
        let most = BTreeMap::from([("canary".to_owned(), 100.0), ("probes".to_owned(), 100.0)]);
        let attempts = [
            attempt("eva", "canary", Some(90.0), 1),
            attempt("eva", "probes", None, 0),
            attempt(name, "canary", Some(40.5), 0),
        ];
        let claims = [(name.to_owned(), Claim { exercise: "probes".to_owned(), points: 99.0 })];
        course(&most, &attempts, &claims, LatePolicy::default())
    }

    #[test]
    fn every_format_tells_each_learner_the_sum_the_criteria_and_the_claims() {
        for format in FORMATS {
            let written = (format.write)(&sample("bob"), TextStyle::PLAIN);
            for told in ["eva", "bob", "81", "40.5", "canary", "probes", "99"] {
                assert!(written.contains(told), "{}: {told} in\n{written}", format.name);
            }
            let criterion = ["design_rollback", Standard::DesignRollback.title()];
            assert!(criterion.iter().any(|told| written.contains(told)), "{}:\n{written}", format.name);
            assert!(written.ends_with('\n'), "{}", format.name);
        }
    }

    #[test]
    fn no_name_breaks_a_format() {
        for name in ["<script>x</script>", "=1+1;=2", "\u{1b}[31m\u{202e}x\n| y |", "\u{ff1d}1"] {
            for format in FORMATS {
                let written = (format.write)(&sample(name), TextStyle::PLAIN);
                assert_eq!(crate::report::escape::lines(&written), written, "{}: {written:?}", format.name);
                match format.name {
                    "html" => assert!(!tags(&written).unwrap().contains(&"script".to_owned())),
                    "json" => assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok()),
                    "csv" => {
                        assert!(written.lines().all(|line| !line.starts_with(['=', '\u{ff1d}'])), "{written}")
                    }
                    _ => {}
                }
            }
        }
    }
}
