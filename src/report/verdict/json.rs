//! A verdict as JSON, for programs. Its fields are a contract: they are only ever added.

use super::VerdictFormat;
use crate::exercise::Verdict;
use crate::report::json::pretty;

/// The format `json`.
pub(super) const FORMAT: VerdictFormat =
    VerdictFormat { name: "json", about: "For programs", write: |graded| json(graded.verdict) };

/// The verdict as JSON.
pub fn json(verdict: &Verdict) -> String {
    pretty(verdict)
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
        ] {
            assert!(json.get(field).is_some(), "{field}");
        }
        for field in ["id", "category", "points", "max_points", "measured", "wanted", "say", "cases"] {
            assert!(json["criteria"][0].get(field).is_some(), "{field}");
        }
        assert_eq!(json["cases"][0]["runs"][1]["seed"], 8);
        assert!(json["cases"][0]["runs"][0]["digest"].is_string());
    }
}
