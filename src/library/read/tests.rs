//! Broken files and the exact messages they get.

mod faults;
mod laws;
mod mutations;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::engine::{Amount, Level, Rate, Share, Span};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lesson {
    format: u32,
    title: String,
    #[serde(default)]
    minutes: Option<u32>,
    #[serde(default)]
    services: Vec<Service>,
    #[serde(default)]
    costs: BTreeMap<String, f64>,
    #[serde(default)]
    strategy: Strategy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
struct Service {
    name: String,
    #[serde(default)]
    probes: Probes,
    #[serde(default)]
    load: Option<Rate>,
    #[serde(default)]
    zones: Vec<Zone>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Probes {
    readiness: Option<Probe>,
    enabled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
struct Probe {
    period: Span,
    path: String,
    failures: u8,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
enum Zone {
    North,
    South,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
enum Strategy {
    #[default]
    Recreate,
    Canary(Canary),
    Flag {
        #[serde(default)]
        share: Option<Share>,
        by: Zone,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
struct Canary {
    steps: Vec<Step>,
    #[serde(default)]
    limit: f64,
    #[serde(default)]
    surge: Option<Amount>,
    #[serde(default)]
    bar: Option<Level>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
enum Step {
    Weight(Share),
    Pause(Span),
    Split(u32, u32),
    Promote,
}

const GOOD: &str = r#"// A lesson.
(
    format: 1,
    title: "Ship it /* not a comment */",
    minutes: 25,
    services: [
        (name: "web", load: "120/s", zones: [North, South]),
        (
            name: "api", /* the one behind */
            probes: (
                enabled: true,
                readiness: (period: "5s", path: r"/ready", failures: 3),
            ),
        ),
    ],
    costs: { "instance hour": 0.1, "page": 5 },
    strategy: Canary(
        steps: [Weight("5%"), Pause("10m"), Split(1, 2), Promote],
        limit: 0.5,
        surge: "25%", bar: 250,
    ),
)
"#;

/// The problems of a text, each as its one line.
fn complaints(text: &str) -> Vec<String> {
    read_ron::<Lesson>("f.ron", text).expect_err("refused").iter().map(ToString::to_string).collect()
}

/// The problems of the good file with `from` replaced by `to`.
fn broken(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from), "{from}");
    complaints(&GOOD.replacen(from, to, 1))
}

#[test]
fn a_good_file_is_read_and_placed() {
    let (lesson, outline) = read_ron::<Lesson>("f.ron", GOOD).unwrap();
    assert_eq!((lesson.format, lesson.minutes, lesson.services.len()), (1, Some(25), 2));
    assert_eq!(lesson.title, "Ship it /* not a comment */");
    let (line, column, source) = outline.locate("services[1].probes.readiness.period").unwrap();
    assert_eq!(
        (line, column, source.trim()),
        (12, 37, "readiness: (period: \"5s\", path: r\"/ready\", failures: 3),")
    );
    assert!(matches!(lesson.strategy, Strategy::Canary(Canary { ref steps, .. }) if steps.len() == 4));
    assert_eq!(lesson.costs["page"], 5.0);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let text = r#"(
    formt: 1,
    minutes: "soon",
    services: [
        (name: 7, load: "fast", zones: [Noth, South, 5]),
        (nmae: "api", probes: (readiness: (period: "5", failures: 256))),
        (load: "1/s"),
        "db",
    ],
    costs: { "a": NaN, "b": "x", "b": 2 },
    strategy: Canry(stepz: [Weight(5), Wiat(1), Pause("1"), Split("a", 2), Promote(1)], extra: true),
)
"#;
    let expected = r#"1:1: missing field "title" in this file; write title: followed by a text in double quotes
2:5: unknown field "formt" in this file; did you mean "format"? (fields: format, title, minutes, services, costs, strategy)
3:14: expected a whole number; found the text "soon"
5:16: expected a text in double quotes; found the number 7; write "7"
5:25: "fast" is not a rate; write a number per second, minute or hour, such as "120/s" or "30/m"
5:41: unknown name "Noth"; did you mean "North"? (allowed: North, South)
5:54: expected one of North, South; found the number 5
6:10: unknown field "nmae" in services[1]; did you mean "name"? (fields: name, probes, load, zones)
6:43: missing field "path" in services[1].probes.readiness; write path: followed by a text in double quotes
6:52: "5" is not a length of time; write a number with a unit, such as "90s", "250ms" or "2h30m" (units: d, h, m, s, ms, us, ns)
6:67: the number 256 is outside the range of this field; write a smaller one
7:9: missing field "name" in services[2]; write name: followed by a text in double quotes
8:9: expected round brackets, (...); found the text "db"
10:19: NaN is not a finite number; write an ordinary one, such as 1000000
10:29: expected a number; found the text "x"
10:34: key "b" stands here twice, first on line 10; keep one of them
11:15: unknown name "Canry"; did you mean "Canary"? (allowed: Recreate, Canary, Flag)
11:21: unknown field "stepz" in Canry; did you mean "steps"? (fields: steps, limit, surge, bar)
11:36: expected a share, such as "2.5%"; found the number 5
11:40: unknown name "Wiat"; write one of Weight, Pause, Split, Promote
11:55: "1" is not a length of time; write a number with a unit, such as "90s", "250ms" or "2h30m" (units: d, h, m, s, ms, us, ns)
11:67: expected a whole number; found the text "a"
11:76: Promote takes nothing in brackets; write Promote
11:89: unknown field "extra" in Canry; delete it, or use one of the fields steps, limit, surge, bar"#;
    let expected: Vec<String> = expected.lines().map(|line| format!("f.ron:{line}")).collect();
    assert_eq!(complaints(text), expected);
}

#[test]
fn fields_of_brackets_need_names() {
    let line = "f.ron:12:29: found the number 7 where a name should be; write the field's name and a colon before it";
    assert_eq!(broken("(period: \"5s\", path: r\"/ready\", failures: 3)", "(7)"), [line]);
}

#[test]
fn what_was_left_out_by_us_is_never_called_missing() {
    // `name` is wrong, then left out or replaced: the only complaint is about what its author wrote.
    assert_eq!(
        broken("\"web\"", "[1]"),
        ["f.ron:7:16: expected a text in double quotes; found a list, [...]"]
    );
    assert_eq!(broken("limit: 0.5", "limit: inf").len(), 1);
    assert_eq!(broken("period: \"5s\"", "period: NaN").len(), 1);
    assert_eq!(broken("Weight(\"5%\")", "Weight(NaN)").len(), 1);
}
