//! A verdict as JSON, for programs. Its fields are a contract: they are only ever added.

use serde::Serialize;
use serde_json::Value;

use super::format::{Form, VerdictFormat};
use crate::exercise::class::{Class, Row};
use crate::exercise::{Total, Verdict};
use crate::report::json::pretty;

/// The format `json`.
pub(super) const FORMAT: VerdictFormat = VerdictFormat {
    name: "json",
    about: "For programs",
    ending: "json",
    omits: "nothing",
    needs: &[],
    form: Form::Whole { write: |graded| json(graded.verdict), refuse: refused },
};

#[derive(Serialize)]
struct RefusedJson<'a> {
    exercise: &'a str,
    revision: u32,
    exercise_hash: &'a str,
    submission: &'a str,
    score: Option<f64>,
    max_score: f64,
    pass_score: f64,
    passed: bool,
    criteria: [(); 0],
    cases: [(); 0],
    engine_version: &'a str,
    error: &'a str,
    problems: &'a [String],
}

/// That a hand-in could not be graded: the fields of a verdict, with `score` null, and the reasons in `error` and `problems`.
fn refused(class: &Class, row: &Row) -> String {
    let (error, problems) =
        row.outcome.as_ref().err().map_or(("", &[][..]), |refusal| (refusal.why.as_str(), &refusal.problems));
    pretty(&RefusedJson {
        exercise: &class.exercise,
        revision: class.revision,
        exercise_hash: &class.exercise_hash,
        submission: &row.file,
        score: None,
        max_score: class.max_score,
        pass_score: class.pass_score,
        passed: false,
        criteria: [],
        cases: [],
        engine_version: &class.engine_version,
        error,
        problems,
    })
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    #[serde(flatten)]
    verdict: &'a Verdict,
    categories: Vec<Total>,
    standards: Vec<Total>,
}

/// The verdict as JSON. Where a key was used, seeds, digests and what was drawn are null, unless it is for staff.
pub fn json(verdict: &Verdict) -> String {
    let whole = VerdictJson { verdict, categories: verdict.by_category(), standards: verdict.by_standard() };
    if verdict.shows_worlds() {
        return pretty(&whole);
    }
    let mut value = serde_json::to_value(&whole).expect("plain data becomes JSON");
    let cases = value["cases"].as_array_mut().into_iter().flatten();
    for run in cases.flat_map(|case| case["runs"].as_array_mut().into_iter().flatten()) {
        for field in ["seed", "digest", "variation"] {
            run[field] = Value::Null;
        }
    }
    pretty(&value)
}

#[cfg(test)]
mod tests {
    use super::super::sample::verdict;
    use super::*;
    use crate::exercise::KeyUse;

    #[test]
    fn the_json_has_the_promised_fields() {
        let json: serde_json::Value = serde_json::from_str(&json(&verdict())).unwrap();
        for field in [
            "exercise",
            "submission",
            "score",
            "max_score",
            "pass_score",
            "passed",
            "criteria",
            "cases",
            "engine_version",
            "categories",
            "standards",
        ] {
            assert!(json.get(field).is_some(), "{field}");
        }
        for field in [
            "id",
            "category",
            "standard",
            "points",
            "own_points",
            "max_points",
            "needs",
            "required",
            "missed",
            "measured",
            "wanted",
            "say",
            "cases",
        ] {
            assert!(json["criteria"][0].get(field).is_some(), "{field}");
        }
        assert_eq!(json["categories"][1]["key"], "risk_management");
        assert_eq!(json["categories"][1]["points"], 26.67);
        assert_eq!(json["cases"][0]["runs"][1]["seed"], 8);
        assert!(json["cases"][0]["runs"][0]["digest"].is_string());
    }

    #[test]
    fn with_a_key_nothing_tells_the_worlds_unless_it_is_for_staff() {
        let mut verdict = verdict();
        let mut used = KeyUse {
            key: "0a1b2c3d".to_owned(),
            course: "devops".to_owned(),
            student: "ada".to_owned(),
            attempt: 2,
            shows_worlds: false,
        };
        verdict.secret = Some(used.clone());
        let hidden = json(&verdict);
        let run = &verdict.cases[0].runs[0];
        assert!(!hidden.contains(&run.digest), "{hidden}");
        let value: serde_json::Value = serde_json::from_str(&hidden).unwrap();
        assert_eq!(value["cases"][0]["runs"][0]["seed"], serde_json::Value::Null);
        assert_eq!(value["cases"][0]["runs"][0]["users_harmed"], 45);
        assert_eq!(value["secret"]["key"], "0a1b2c3d");
        used.shows_worlds = true;
        verdict.secret = Some(used);
        assert!(json(&verdict).contains(&run.digest));
    }
}
