//! Hand-ins that somebody made to break a grader: 200 files by kind, each with what has to become of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::here;

/// What has to become of a hand-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is graded.
    Graded,
    /// It is refused with reasons.
    Refused,
}

/// One hand-in.
pub struct Hostile {
    /// Its kind.
    pub kind: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// What has to become of it.
    pub fate: Fate,
}

/// A plan that is sound.
fn sound() -> String {
    fs::read_to_string(here().join("exercises/01-all-at-once/starter.ron")).unwrap()
}

/// The sound plan with one of its texts replaced.
fn with(from: &str, to: &str) -> Vec<u8> {
    let plan = sound();
    assert!(plan.contains(from), "the starter has no {from}");
    plan.replacen(from, to, 1).into_bytes()
}

/// The sound plan with a field more, before its end.
fn and(field: &str) -> Vec<u8> {
    let plan = sound();
    let end = plan.rfind(')').unwrap();
    format!("{}    {field},\n)\n", &plan[..end]).into_bytes()
}

/// Writes all of them into `folder`, each under a name of its own.
pub fn corpus(folder: &Path) -> Vec<Hostile> {
    let mut all = Vec::new();
    let mut put = |kind: &'static str, name: &str, bytes: Vec<u8>, fate: Fate| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        all.push(Hostile { kind, path, fate });
    };
    for (index, name) in names().into_iter().enumerate() {
        // Grading takes time, and a name is told in either case.
        match index % 10 {
            0 => put("name", &format!("{name}.ron"), sound().into_bytes(), Fate::Graded),
            _ => put("name", &format!("{name}.ron"), b"()".to_vec(), Fate::Refused),
        }
    }
    let kinds: [(&'static str, Vec<(Vec<u8>, Fate)>); 9] = [
        ("bytes", bytes()),
        ("depth", depth()),
        ("size", sizes()),
        ("direction", direction()),
        ("formula", formulas()),
        ("type", types()),
        ("number", numbers()),
        ("half", halves()),
        ("meaning", meanings()),
    ];
    for (kind, files) in kinds {
        for (index, (bytes, fate)) in files.into_iter().enumerate() {
            put(kind, &format!("{kind}-{index:03}.ron"), bytes, fate);
        }
    }
    for (index, (ending, text)) in manifests().into_iter().enumerate() {
        put("manifest", &format!("manifest-{index:03}.{ending}"), text.into_bytes(), Fate::Refused);
    }
    all
}

/// Names that a disk takes and a table, a shell, a spreadsheet or a page may not.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "=cmd|' x'!A1",
        "+1",
        "-rf",
        "@all",
        "\u{ff1d}1+1",
        "a;=1+1",
        "<img src=x onerror=alert(1)>",
        "'\" OR 1=1 --",
        "$(touch x)",
        "`id`",
        "%s%n%x",
        "a\nb",
        "a\tb",
        "\u{1b}[31mred",
        "\u{202e}nor",
        "\u{200b}",
        "王小明",
        "e\u{301}va",
        "👩\u{200d}🚀",
        " space",
        "space ",
        "..",
        "...",
        "CON",
        "a\\b",
        "null",
        "&amp;",
        "| a |",
        "*",
        "?",
        "~",
        "#{x}",
        "\u{feff}bom",
        "\u{7f}",
        "=k'\"<b>",
        "{{7*7}}",
    ]
    .map(str::to_owned)
    .to_vec();
    // 255 bytes with the ending are the most that a disk takes.
    names.extend(["n".repeat(251), "é".repeat(125), "n".repeat(181)]);
    names
}

fn bytes() -> Vec<(Vec<u8>, Fate)> {
    let plan = sound().into_bytes();
    let joined = |parts: [&[u8]; 2]| parts.concat();
    let refused: Vec<Vec<u8>> = vec![
        vec![],
        vec![0],
        vec![0; 4096],
        vec![0xff; 4096],
        b"   \n\t\n".to_vec(),
        b"// nothing but a remark\n".to_vec(),
        b"()".to_vec(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"\x1f\x8b\x08\x00".to_vec(),
        b"PK\x03\x04".to_vec(),
        b"\x7fELF".to_vec(),
        b"\xed\xa0\x80".to_vec(),
        b"\xf5\x80\x80\x80".to_vec(),
        plan.iter().flat_map(|byte| [*byte, 0]).collect(),
        joined([b"\xff\xfe", &plan]),
        joined([&plan, b"\0"]),
        joined([&plan, &plan]),
        joined([&plan, b"\xe9"]),
        b"#!/bin/sh\nrm -rf /\n".to_vec(),
        b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>".to_vec(),
    ];
    let graded = vec![String::from_utf8(plan).unwrap().replace('\n', "\r\n").into_bytes()];
    let with_fate = |files: Vec<Vec<u8>>, fate| files.into_iter().map(move |file| (file, fate));
    with_fate(refused, Fate::Refused).chain(with_fate(graded, Fate::Graded)).collect()
}

fn depth() -> Vec<(Vec<u8>, Fate)> {
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + &close.repeat(times);
    let texts = [
        deep("(", ")", 65),
        deep("(", ")", 100_000),
        deep("[", "]", 100_000),
        deep("{", "}", 50_000),
        deep("Some(", ")", 50_000),
        "(".repeat(200_000),
        "/*".repeat(100_000),
        deep("/*", "*/", 60_000),
        "r".to_owned() + &"#".repeat(100_000) + "\"",
        "\"".to_owned() + &"\\\"".repeat(100_000),
        "((".to_owned() + &"a: (".repeat(50_000),
        "[".repeat(1_000) + &"1,".repeat(10_000),
    ];
    texts.map(|text| (text.into_bytes(), Fate::Refused)).to_vec()
}

fn sizes() -> Vec<(Vec<u8>, Fate)> {
    let text = |length: usize| format!("note: \"{}\"", "x".repeat(length));
    let limit = 256 * 1024;
    let padded = |length: usize| sound() + &" ".repeat(length - sound().len());
    vec![
        (padded(limit).into_bytes(), Fate::Graded),
        (padded(limit + 1).into_bytes(), Fate::Refused),
        (padded(20 * limit).into_bytes(), Fate::Refused),
        (and(&text(4096)), Fate::Refused),
        (and(&text(200_000)), Fate::Refused),
        (with("alerts: []", &format!("alerts: [{}]", "(),".repeat(10_001))), Fate::Refused),
        (with("alerts: []", &format!("alerts: [{}]", "(),".repeat(60_000))), Fate::Refused),
        (and(&format!("{}: 1", "a".repeat(100_000))), Fate::Refused),
        (and(&"a: 1,\n".repeat(30_000)), Fate::Refused),
        (and(&(0..20_000).map(|index| format!("f{index}: 1,")).collect::<String>()), Fate::Refused),
        ("1".repeat(200_000).into_bytes(), Fate::Refused),
        (format!("({})", "1,".repeat(10_001)).into_bytes(), Fate::Refused),
    ]
}

fn direction() -> Vec<(Vec<u8>, Fate)> {
    ["\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}", "\u{feff}", "\u{2028}", "\u{85}", "\u{e0041}"]
        .map(|mark| (and(&format!("{mark}alerts: []")), Fate::Refused))
        .to_vec()
}

fn formulas() -> Vec<(Vec<u8>, Fate)> {
    ["=1+1", "+1", "-1", "@SUM(1)", "\u{ff1d}1", "=HYPERLINK('http://x')", "=cmd|'x'!A0", "\t=1"]
        .map(|text| (and(&format!("\"{text}\": 1")), Fate::Refused))
        .to_vec()
}

/// Each value in the place of the strategy, and in the place of the format's number.
fn types() -> Vec<(Vec<u8>, Fate)> {
    let values = [
        "\"1\"", "1.5", "-1", "true", "()", "(1)", "[1]", "{1: 1}", "Some(1)", "None", "'1'", "0x1",
        "b\"1\"", "inf", "a", "Canary",
    ];
    let of = |value: &str| format!("(format: {value}, strategy: {value})").into_bytes();
    values.map(|value| (of(value), Fate::Refused)).to_vec()
}

/// Numbers that no computer holds, or that a plan cannot mean.
fn numbers() -> Vec<(Vec<u8>, Fate)> {
    let values = [
        "1e999",
        "-1e999",
        "NaN",
        "inf",
        "-inf",
        "18446744073709551616",
        "4294967296",
        "-9223372036854775809",
        "1e308",
        "5e-324",
        "0.1e-400",
        "99999999999999999999999999999999999999999",
        "0xffffffffffffffffffff",
        "1_000_000_000_000_000_000_000",
    ];
    let format = values.map(|value| (with("format: 1", &format!("format: {value}")), Fate::Refused));
    let spans = [
        "\"999999999999h\"",
        "\"-1s\"",
        "\"1e99s\"",
        "\"NaNs\"",
        "\"18446744073709551616ns\"",
        "\"\"",
        "\"1 fortnight\"",
    ];
    let alert = |span: &str| {
        with(
            "alerts: []",
            &format!(
                "alerts: [(name: \"a\", when: Above((metric: ErrorRatio, of: Target, over: {span}), \"5%\"))]"
            ),
        )
    };
    let percents = ["\"1e999%\"", "\"-5%\"", "\"NaN%\"", "\"%\""];
    let level = |level: &str| {
        with(
            "alerts: []",
            &format!(
                "alerts: [(name: \"a\", when: Above((metric: ErrorRatio, of: Target, over: \"1m\"), {level}))]"
            ),
        )
    };
    let spans = spans.map(|span| (alert(span), Fate::Refused));
    let percents = percents.map(|percent| (level(percent), Fate::Refused));
    format.into_iter().chain(spans).chain(percents).collect()
}

/// The sound plan, cut off at so many places.
fn halves() -> Vec<(Vec<u8>, Fate)> {
    let plan = sound();
    let end = plan.rfind(')').unwrap();
    let cut = |part: usize| plan.as_bytes()[..plan.floor_char_boundary(end * part / 61)].to_vec();
    (1..61).map(|part| (cut(part), Fate::Refused)).collect()
}

/// Plans and sessions that can be read, and ask for what no world can do.
fn meanings() -> Vec<(Vec<u8>, Fate)> {
    let with = |strategy: &str| format!("(format: 1, strategy: {strategy})");
    let canary = |step: &str| with(&format!("Canary(steps: [{step}])"));
    let session = |action: &str| {
        let plan = sound();
        format!(
            "(format: 1, scenario: \"stand\", case: (name: \"\", release: \"v2\", faults: [], traffic: None), seed: 1, \
             plan: {plan}, actions: [(at: \"1s\", action: {action})])"
        )
    };
    let check = "(name: \"e\", query: (metric: ErrorRatio, of: Candidate, over: \"1m\"), pass: AtMost(0.1), interval: \"1s\")";
    let of_size = |size: u32| {
        let checks = vec![check; 1 << size].join(", ");
        [
            canary(&format!("Weight(\"{size}e308%\")")),
            canary(&"Weight(\"110%\"), ".repeat(1 << (size + 3))),
            canary(&format!("Pause(\"{}s\")", u64::MAX - u64::from(size))),
            canary(&format!(
                "Weight(\"10%\"), Analyse(for: \"{}h\", checks: [{checks}])",
                1u64 << (size + 5)
            )),
            with(&format!("Rolling(max_surge: Count({}))", u32::MAX - size)),
            format!("(format: {}, strategy: Nothing)", 1u64 << (size + 2)),
            session(&format!("Scale(pool: Candidate, to: {})", u32::MAX - size)),
            session(&format!("Resize(to: {})", u32::MAX - size)),
            session(&format!("Inject(fault: \"{}\")", "x".repeat(1 << size))),
        ]
    };
    [0, 4, 9].into_iter().flat_map(of_size).map(|text| (text.into_bytes(), Fate::Refused)).collect()
}

fn manifests() -> Vec<(&'static str, String)> {
    let laughs: String = (1..12)
        .map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9)))
        .collect();
    vec![
        ("yaml", format!("a0: &a0 [x,x]\n{laughs}")),
        ("yaml", "a: &a [*a]\n".to_owned()),
        ("yaml", "? ".repeat(50_000)),
        ("yaml", "- ".repeat(50_000)),
        ("yaml", "{".repeat(50_000)),
        ("yaml", "a: !!python/object/apply:os.system ['id']\n".to_owned()),
        ("yml", "%YAML 9.9\n---\n".to_owned()),
        ("yaml", "---\n".repeat(60_000)),
        (
            "yaml",
            format!(
                "kind: Rollout\nspec:\n  strategy:\n    canary:\n      steps:\n{}",
                "      - setWeight: 5\n".repeat(9_000)
            ),
        ),
        (
            "yaml",
            "kind: Rollout\nspec: {replicas: 1e999, strategy: {canary: {steps: [{setWeight: 1e999}]}}}\n"
                .to_owned(),
        ),
        ("json", "[".repeat(100_000)),
        ("json", "{\"a\":".repeat(40_000)),
        ("json", "{\"kind\": \"Rollout\", \"spec\": {\"strategy\": null}}".to_owned()),
        ("json", "\"\\ud800\"".to_owned()),
    ]
}
