//! Problems as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which forges and editors show beside the lines
//! of a change.

use serde_json::{Value, json};

use crate::library::{Problem, Severity};

use super::json::pretty;

/// The problems as a SARIF log with one run. Columns count characters, as the places of problems do.
pub fn sarif(problems: &[Problem]) -> String {
    let mut rules: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, &rules)).collect();
    let driver = json!({
        "name": "rollout-lab",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|code| json!({"id": code})).collect::<Vec<_>>(),
    });
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }))
}

fn result(problem: &Problem, rules: &[&str]) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(&problem.file)}});
    if problem.line > 0 {
        place["region"] = json!({"startLine": problem.line, "startColumn": problem.column});
    }
    let mut location = json!({"physicalLocation": place});
    if !problem.field.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": problem.field}]);
    }
    json!({
        "ruleId": problem.code,
        "ruleIndex": rules.iter().position(|code| *code == problem.code),
        "level": match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": {"text": problem.message},
        "locations": [location],
    })
}

/// A path as a URI reference: `/` between its parts, and what a URI may not hold as percent-encoded bytes (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_its_rule_its_level_and_its_place() {
        let placed = Problem {
            line: 3,
            column: 5,
            field: "cases[0]".into(),
            ..Problem::of_file("a b/x.ron", "unused-case", "nobody looks")
        };
        let whole =
            Problem { severity: Severity::Warning, ..Problem::of_file("c\\y.ron", "no-proof", "unproven") };
        let log: Value = serde_json::from_str(&sarif(&[placed, whole])).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"], json!([{"id": "no-proof"}, {"id": "unused-case"}]));
        let first = &run["results"][0];
        assert_eq!(
            (&first["ruleId"], &first["ruleIndex"], &first["level"]),
            (&json!("unused-case"), &json!(1), &json!("error"))
        );
        let place = &first["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/x.ron");
        assert_eq!(place["region"], json!({"startLine": 3, "startColumn": 5}));
        assert_eq!(first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "cases[0]");
        let second = &run["results"][1];
        assert_eq!((&second["level"], &second["ruleIndex"]), (&json!("warning"), &json!(0)));
        assert_eq!(second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "c/y.ron");
        assert!(second["locations"][0]["physicalLocation"].get("region").is_none());
    }
}
