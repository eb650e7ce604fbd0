//! The result of replaying a session as text and as JSON.

use serde::Serialize;

use crate::exercise::{ENGINE_VERSION, Replay};

use super::json::pretty;
use super::prediction::{self, PredictionJson};
use super::style::{TextStyle, Tone, WIDTH, harmless, page, wrapped};

#[derive(Serialize)]
struct ReplayJson<'a> {
    session: &'a str,
    same: Option<bool>,
    digest: &'a str,
    recorded_digest: Option<&'a str>,
    engine_version: &'static str,
    recorded_engine_version: Option<&'a str>,
    prediction: Option<PredictionJson>,
    answers: Vec<AnswerJson<'a>>,
    unchanged: Option<bool>,
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    at_s: f64,
    asked: &'a str,
    said: &'a str,
}

/// The result as JSON.
pub fn json(session: &str, replay: &Replay) -> String {
    pretty(&ReplayJson {
        session,
        same: replay.is_same(),
        digest: &replay.record.digest,
        recorded_digest: replay.claimed.as_deref(),
        engine_version: ENGINE_VERSION,
        recorded_engine_version: replay.recorded_by.as_deref(),
        prediction: replay.prediction.map(prediction::json),
        answers: replay
            .answers
            .iter()
            .map(|answer| AnswerJson {
                at_s: answer.at.as_secs_f64(),
                asked: &answer.asked,
                said: &answer.said,
            })
            .collect(),
        unchanged: replay.unchanged,
    })
}

/// The result as text.
pub fn text(session: &str, replay: &Replay, style: TextStyle) -> String {
    let digest = &replay.record.digest;
    let (tone, answer) = match (replay.is_same(), &replay.claimed) {
        (Some(true), _) => (Tone::Good, format!("the same run as recorded, digest {digest}")),
        (None, _) | (_, None) => {
            (Tone::Caution, format!("the session claims no digest; this run's is {digest}"))
        }
        (Some(false), Some(claimed)) => (
            Tone::Harm,
            format!("not the run that was recorded: digest {digest}, recorded {}", harmless(claimed)),
        ),
    };
    let mut lines =
        vec![format!("{}: {} {}", harmless(session), style.mark(tone), style.paint(tone, &answer))];
    if replay.unchanged == Some(false) {
        let text = "the session was changed after it was saved: its hash is not that of its content";
        lines.push(format!("  {} {}", style.mark(Tone::Harm), style.paint(Tone::Harm, text)));
    }
    if !replay.is_same_engine() {
        let recorded = replay.recorded_by.as_deref().unwrap_or_default();
        lines.push(format!(
            "  it was recorded by engine {}, this is {ENGINE_VERSION}: digests may differ between versions",
            harmless(recorded)
        ));
    }
    let prediction = replay.prediction.map(|prediction| prediction::lines(prediction, style));
    lines.extend(prediction.iter().flatten().map(|line| format!("  {line}")));
    for answer in &replay.answers {
        let asked = format!("{} asked: {}", answer.at, harmless(&answer.asked));
        let said = format!("answered: {}", harmless(&answer.said));
        lines.extend(wrapped(&asked, WIDTH - 2).iter().map(|line| format!("  {line}")));
        lines.extend(wrapped(&said, WIDTH - 4).iter().map(|line| format!("    {line}")));
    }
    page(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Time;
    use crate::exercise::Answer;
    use crate::exercise::predict::{Came, Prediction};
    use crate::exercise::sample;

    fn replay(claimed: Option<&str>, recorded_by: &str) -> Replay {
        Replay {
            record: sample::record(),
            claimed: claimed.map(str::to_owned),
            recorded_by: Some(recorded_by.to_owned()),
            prediction: None,
            answers: Vec::new(),
            unchanged: None,
        }
    }

    #[test]
    fn what_a_class_answered_is_told_by_time() {
        let answers = vec![Answer {
            at: Time::from_secs(450),
            asked: "What do you check next?".into(),
            said: "The \u{1b}[31mbank".into(),
        }];
        let replay = Replay { answers, ..replay(None, ENGINE_VERSION) };
        let page = text("s.ron", &replay, TextStyle::PLAIN);
        assert!(page.contains("\n  7:30 asked: What do you check next?\n    answered: The "), "{page}");
        assert!(!page.contains('\u{1b}'), "{page}");
        let json: serde_json::Value = serde_json::from_str(&json("s.ron", &replay)).unwrap();
        assert_eq!(json["answers"][0]["at_s"], 450.0);
    }

    #[test]
    fn a_prediction_stands_beside_what_came() {
        let prediction = Some((Prediction::UsersHarmed(50.0), Came::Number(Some(45.0))));
        let replay = Replay { prediction, ..replay(None, ENGINE_VERSION) };
        let page = text("s.ron", &replay, TextStyle::PLAIN);
        assert!(
            page.contains("\n  ✓ predicted: 50 users harmed\n    it came so: 45 users harmed\n"),
            "{page}"
        );
        let json: serde_json::Value = serde_json::from_str(&json("s.ron", &replay)).unwrap();
        assert_eq!(json["prediction"]["right"], true);
        assert_eq!(json["prediction"]["came"], "45 users harmed");
    }

    #[test]
    fn a_replay_says_whether_it_is_the_same() {
        let same = text("s.ron", &replay(Some("00c0ffee00c0ffee"), ENGINE_VERSION), TextStyle::PLAIN);
        assert_eq!(same, "s.ron: ✓ the same run as recorded, digest 00c0ffee00c0ffee\n");
        let other = text("s.ron", &replay(Some("dead"), "0.0.1"), TextStyle::PLAIN);
        assert!(other.contains("✕ not the run") && other.contains("engine 0.0.1"), "{other}");
        assert!(text("s.ron", &replay(None, ENGINE_VERSION), TextStyle::PLAIN).contains("claims no digest"));
    }
}
