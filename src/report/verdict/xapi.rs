//! Statements of the Experience API 1.0.3 (adlnet/xAPI-Spec, `xAPI-Data.md`), one in a line, for a learning record store. The id of
//! a statement follows from the result, so that a store takes the same result once. No clock is read: a statement has a time
//! only where SUBMITTED_AT gives one, and else gets that of its storing.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::format::{Environment, Form, VerdictFormat};
use super::told::refused;
use crate::exercise::class::{Class, Row};
use crate::report::escape::{harmless, visible};
use crate::report::json::finite;

/// The format `xapi`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "xapi",
    about: "Statements of xAPI 1.0.3 as JSON Lines; XAPI_HOME_PAGE names the system of the accounts",
    ending: "jsonl",
    omits: "what the learner is told; the runs",
    needs: &[],
    form: Form::Book(|class, environment| {
        class.rows.iter().map(|row| line(class, row, environment)).collect()
    }),
};

/// Where ids of exercises and extensions of this program live. The domain is reserved so that it is nobody's (RFC 6761).
const BASE: &str = "https://rollout-lab.invalid";

fn line(class: &Class, row: &Row, environment: Environment<'_>) -> String {
    let home = environment("XAPI_HOME_PAGE").unwrap_or_else(|| format!("{BASE}/students"));
    let mut statement = json!({
        "actor": {
            "objectType": "Agent",
            "account": { "homePage": home, "name": harmless(&row.student) },
        },
        "verb": verb(row),
        "object": {
            "objectType": "Activity",
            "id": format!("{BASE}/exercises/{}", segment(&class.exercise)),
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/assessment",
                "name": { "en": harmless(&class.title) },
            },
        },
        "result": result(row),
        "context": {
            "platform": format!("Rollout Lab {}", class.engine_version),
            "extensions": extensions([
                ("exercise-revision", json!(class.revision)),
                ("exercise-hash", json!(class.exercise_hash)),
                ("hand-in-hash", json!(row.hand_in_hash)),
            ]),
        },
    });
    // The fields of an object are sorted, so the text is the same for the same result.
    let name = statement.to_string();
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{BASE}/statements/{name}").as_bytes());
    statement["id"] = json!(id.to_string());
    if let Some(at) = environment("SUBMITTED_AT").and_then(|text| text.trim().parse::<jiff::Timestamp>().ok())
    {
        statement["timestamp"] = json!(at.to_string());
    }
    visible(statement.to_string()) + "\n"
}

fn verb(row: &Row) -> Value {
    let name = match &row.outcome {
        Ok(marks) if marks.passed => "passed",
        Ok(_) => "failed",
        Err(_) => "attempted",
    };
    json!({ "id": format!("http://adlnet.gov/expapi/verbs/{name}"), "display": { "en": name } })
}

fn result(row: &Row) -> Value {
    match &row.outcome {
        Ok(marks) => {
            let criteria: Vec<Value> = marks
                .criteria
                .iter()
                .map(|mark| {
                    json!({
                        "id": harmless(&mark.id),
                        "points": mark.points,
                        "max_points": mark.max_points,
                        "measured": harmless(&mark.measured),
                        "wanted": harmless(&mark.wanted),
                        "category": mark.category.key(),
                        "standard": mark.standard.map(|it| it.key()),
                    })
                })
                .collect();
            json!({
                "score": {
                    "scaled": finite(marks.score / marks.max_score).clamp(0.0, 1.0),
                    "raw": marks.score,
                    "min": 0.0,
                    "max": marks.max_score,
                },
                "success": marks.passed,
                "completion": true,
                "extensions": extensions([
                    ("pass-score", json!(marks.pass_score)),
                    ("criteria", json!(criteria)),
                ]),
            })
        }
        Err(refusal) => json!({ "completion": false, "response": refused(&refusal.problems) }),
    }
}

fn extensions<const N: usize>(of: [(&str, Value); N]) -> impl Serialize {
    of.map(|(name, value)| (format!("{BASE}/extensions/{name}"), value))
        .into_iter()
        .collect::<BTreeMap<_, _>>()
}

/// `text` as one segment of a path in an IRI: every byte but letters, digits, `-`, `.`, `_` and `~` as `%XX` (RFC 3986, section 2.3).
fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_segment_of_a_path() {
        assert_eq!(segment("canary-2.b_~"), "canary-2.b_~");
        assert_eq!(segment("a/b ?ü"), "a%2Fb%20%3F%C3%BC");
    }
}
