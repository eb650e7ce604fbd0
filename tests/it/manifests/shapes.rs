//! Manifests after public shapes. Each file says what is right in its first lines: `# PLAN POINTER VALUE` is a value of the plan as
//! JSON, `# RETRIES POINTER VALUE` one of what the proxies try again, `# SAID text` a part of a finding, `# NOT text` what no finding says, and `# REFUSED text` a part of the message with which
//! it is refused.

use std::fs;

use rollout_lab::manifest::{Table, import};
use serde_json::Value;

#[test]
fn every_shape_is_read_as_its_first_lines_say() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(super::folder().join("shapes")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        count += 1;
        let wanted: Vec<(&str, &str)> =
            text.lines().filter_map(|line| line.strip_prefix("# ")?.split_once(' ')).collect();
        let read = import(&name, &text, &Table::default());
        let refused = wanted.iter().find(|(word, _)| *word == "REFUSED");
        let found = match (read, refused) {
            (Err(problems), Some((_, part))) => {
                if !problems.iter().any(|problem| problem.message.contains(part)) {
                    wrong.push(format!("{name}: {problems:?}"));
                }
                continue;
            }
            (Err(problems), None) => {
                wrong.push(format!("{name}: refused: {problems:?}"));
                continue;
            }
            (Ok(_), Some((_, part))) => {
                wrong.push(format!("{name}: read, and not refused with \"{part}\""));
                continue;
            }
            (Ok(found), None) => found,
        };
        let plan = serde_json::to_value(&found.plan).unwrap();
        let retries = serde_json::to_value(found.retries).unwrap();
        let said: Vec<&str> = found.findings.iter().map(|finding| finding.message.as_str()).collect();
        for (word, rest) in wanted {
            let is_right = match word {
                "PLAN" | "RETRIES" => {
                    let (pointer, value) = rest.split_once(' ').unwrap();
                    let value: Value = serde_json::from_str(value).unwrap();
                    let of = if word == "PLAN" { &plan } else { &retries };
                    let found = of.pointer(pointer).cloned().unwrap_or_default();
                    if found != value {
                        wrong.push(format!("{name}: {pointer} is {found}, not {value}"));
                    }
                    true
                }
                "SAID" => said.iter().any(|message| message.contains(rest)),
                "NOT" => !said.iter().any(|message| message.contains(rest)),
                _ => true,
            };
            if !is_right {
                wrong.push(format!("{name}: {word} {rest}\n  of {said:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 40, "only {count} shapes");
}
