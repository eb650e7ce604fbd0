//! The formats in which a verdict is written. A new format is a file beside these, and its two lines here.

pub mod html;
pub mod json;
mod junit;
#[cfg(test)]
pub(crate) mod sample;
pub mod text;

use crate::exercise::format::decimal;
use crate::exercise::predict::{Came, Prediction};
use crate::exercise::{CriterionResult, Exercise, Verdict};

use super::style::TextStyle;

/// All formats of verdicts; the first is the default.
pub const FORMATS: [VerdictFormat; 4] = [text::FORMAT, json::FORMAT, junit::FORMAT, html::FORMAT];

/// A format of verdicts.
#[derive(Clone, Copy, Debug)]
pub struct VerdictFormat {
    /// Its name, as the command line takes it.
    pub name: &'static str,
    /// Who or what reads it, as the help says.
    pub about: &'static str,
    /// Writes a verdict.
    pub write: fn(&Graded<'_>) -> String,
}

/// A verdict, and what a format may say besides.
pub struct Graded<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Its exercise.
    pub exercise: &'a Exercise,
    /// Colours and characters of text.
    pub style: TextStyle,
    /// What the learner predicted, and the outcome. It takes a run to find out, so only formats that tell it ask for it.
    pub prediction: &'a dyn Fn() -> Option<(Prediction, Came)>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample as of_exercise;

    #[test]
    fn every_format_tells_what_was_lost_through_another_criterion_and_what_was_required() {
        let verdict = sample::gated();
        let prediction = || None;
        let exercise = of_exercise::exercise();
        let graded = Graded {
            verdict: &verdict,
            exercise: &exercise,
            style: TextStyle::PLAIN,
            prediction: &prediction,
        };
        for format in FORMATS {
            // A line of text may break anywhere, and HTML and XML quote quotes.
            let written = (format.write)(&graded).replace("&quot;", "\"").replace("\\\"", "\"");
            let written = written.split_whitespace().collect::<Vec<_>>().join(" ");
            let told: &[&str] = match format.name {
                "json" => {
                    &["\"own_points\": 60.0", "\"needs\": \"in-time\"", "\"missed\": true", "design_rollback"]
                }
                "junit" => &["needs \"in-time\"", "required to pass", "design_rollback"],
                _ => &["needs \"in-time\"", "required to pass", "Design effective rollback procedures"],
            };
            for told in told {
                assert!(written.contains(told), "{}: {told} in\n{written}", format.name);
            }
        }
    }

    #[test]
    fn every_format_tells_the_score_and_each_criterion_and_no_text_breaks_it() {
        let mut verdict = sample::verdict();
        verdict.submission = "<a> & \"b\"\u{1b}[31m.ron".to_owned();
        let prediction = || None;
        let graded = Graded {
            verdict: &verdict,
            exercise: &of_exercise::exercise(),
            style: TextStyle::PLAIN,
            prediction: &prediction,
        };
        let mut names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        for format in FORMATS {
            let written = (format.write)(&graded);
            for told in ["26.67", "70", "caught", "in-time", "p90 900 users", "median never"] {
                assert!(written.contains(told), "{}: {told} in\n{written}", format.name);
            }
            assert!(written.ends_with('\n'), "{}", format.name);
            assert!(!written.chars().any(|c| c.is_control() && c != '\n'), "{}: {written:?}", format.name);
            assert_eq!(written, (format.write)(&graded), "{}: equal verdicts give equal bytes", format.name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FORMATS.len());
    }
}
