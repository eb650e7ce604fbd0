//! A verdict as JSON, for programs. Its fields are a contract: they are only ever added.

use serde::Serialize;

use super::format::VerdictFormat;
use crate::exercise::{Total, Verdict};
use crate::report::json::pretty;

/// The format `json`.
pub(super) const FORMAT: VerdictFormat =
    VerdictFormat { name: "json", about: "For programs", write: |graded| json(graded.verdict) };

#[derive(Serialize)]
struct VerdictJson<'a> {
    #[serde(flatten)]
    verdict: &'a Verdict,
    categories: Vec<Total>,
    standards: Vec<Total>,
}

/// The verdict as JSON.
pub fn json(verdict: &Verdict) -> String {
    pretty(&VerdictJson { verdict, categories: verdict.by_category(), standards: verdict.by_standard() })
}

#[cfg(test)]
mod tests {
    use super::super::sample::verdict;
    use super::*;

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
}
