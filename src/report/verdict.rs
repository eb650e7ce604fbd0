//! The formats in which a verdict is written. A new format is a file beside these, and its two lines here.

mod format;
pub mod html;
pub mod json;
mod junit;
#[cfg(test)]
pub(crate) mod sample;
pub mod text;
pub mod told;

pub use format::{Graded, VerdictFormat};

/// All formats of verdicts; the first is the default.
pub const FORMATS: [VerdictFormat; 4] = [text::FORMAT, json::FORMAT, junit::FORMAT, html::FORMAT];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample as of_exercise;
    use crate::report::style::TextStyle;

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
