//! The formats in which a verdict is written. A new format is a file beside these, and its two lines here.

pub mod html;
pub mod json;
mod junit;
#[cfg(test)]
pub(crate) mod sample;
pub mod text;

use crate::exercise::predict::{Came, Prediction};
use crate::exercise::{Exercise, Verdict};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample as of_exercise;

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
