//! The learner's prediction and the outcome, as text and as JSON fields.

use serde::Serialize;

use crate::exercise::format::{lasting, of_them};
use crate::exercise::predict::{Came, Course, Prediction, Sign};

use super::style::{TextStyle, Tone, page};

/// A prediction and its outcome.
#[derive(Serialize)]
pub(super) struct PredictionJson {
    said: String,
    came: String,
    right: bool,
}

/// The prediction and its outcome for JSON.
pub(super) fn json((said, came): (Prediction, Came)) -> PredictionJson {
    PredictionJson { said: of_prediction(said), came: of_what_came(said, came), right: said.is_right(came) }
}

/// The prediction and its outcome as the last section of a page of text.
pub fn section(prediction: (Prediction, Came), style: TextStyle) -> String {
    let [said, came] = lines(prediction, style).map(|line| format!("  {line}"));
    page(&[String::new(), style.heading("The prediction of the run that was seen"), said, came])
}

/// `✓ predicted: 50 users harmed`, and below it `  it came so: 45 users harmed`.
pub(super) fn lines((said, came): (Prediction, Came), style: TextStyle) -> [String; 2] {
    let (tone, verdict) =
        if said.is_right(came) { (Tone::Good, "it came so") } else { (Tone::Caution, "it came otherwise") };
    [
        format!("{} predicted: {}", style.mark(tone), of_prediction(said)),
        format!("  {}", style.paint(tone, &format!("{verdict}: {}", of_what_came(said, came)))),
    ]
}

fn of_prediction(said: Prediction) -> String {
    match said {
        Prediction::FirstSign(Sign::Errors) => "errors stand out first".to_owned(),
        Prediction::FirstSign(Sign::Slowness) => "slowness stands out first".to_owned(),
        Prediction::FirstSign(Sign::Neither) => "neither errors nor slowness stand out".to_owned(),
        Prediction::UsersHarmed(users) => format!("{} harmed", of_them(users, "user")),
        Prediction::Minutes(minutes) => format!("out after {}", of_them(minutes, "minute")),
        Prediction::Course(course) => format!("failures {}", of_course(course)),
    }
}

fn of_what_came(said: Prediction, came: Came) -> String {
    let later = |span: crate::engine::Span| lasting(span.as_secs_f64());
    match (came, said) {
        (Came::FirstSign(Sign::Errors, Some(lead)), _) => {
            format!("errors stood out {} before slowness", later(lead))
        }
        (Came::FirstSign(Sign::Errors, None), _) => "errors stood out, slowness never did".to_owned(),
        (Came::FirstSign(Sign::Slowness, Some(lead)), _) => {
            format!("slowness stood out {} before errors", later(lead))
        }
        (Came::FirstSign(Sign::Slowness, None), _) => "slowness stood out, errors never did".to_owned(),
        (Came::FirstSign(Sign::Neither, _), _) => "neither errors nor slowness stood out".to_owned(),
        (Came::Number(None), _) => "it never came to that".to_owned(),
        (Came::Number(Some(minutes)), Prediction::Minutes(_)) => {
            format!("out after {}", of_them(minutes, "minute"))
        }
        (Came::Number(Some(users)), _) => format!("{} harmed", of_them(users, "user")),
        (Came::Course(course), _) => format!("failures {}", of_course(course)),
    }
}

const fn of_course(course: Course) -> &'static str {
    match course {
        Course::Flat => "stay as they were",
        Course::Jumps => "jump and stay",
        Course::Climbs => "climb slowly",
        Course::Returns => "rise and come back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Span;

    #[test]
    fn every_answer_has_its_sentence() {
        let lead = Some(Span::from_secs(90));
        let cases = [
            (
                Prediction::FirstSign(Sign::Slowness),
                Came::FirstSign(Sign::Errors, lead),
                [
                    "! predicted: slowness stands out first",
                    "  it came otherwise: errors stood out 1m30s before slowness",
                ],
            ),
            (
                Prediction::Minutes(1.0),
                Came::Number(None),
                ["! predicted: out after 1 minute", "  it came otherwise: it never came to that"],
            ),
            (
                Prediction::Minutes(12.0),
                Came::Number(Some(12.5)),
                ["✓ predicted: out after 12 minutes", "  it came so: out after 12.5 minutes"],
            ),
            (
                Prediction::Course(Course::Flat),
                Came::Course(Course::Returns),
                [
                    "! predicted: failures stay as they were",
                    "  it came otherwise: failures rise and come back",
                ],
            ),
        ];
        for (said, came, sentence) in cases {
            assert_eq!(lines((said, came), TextStyle::PLAIN), sentence);
        }
    }
}
