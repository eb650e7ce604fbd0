//! Files that were accepted and then hung, ended the program, ate the memory, or lied: each is refused at once, or ends with a verdict of
//! its own. `tests/hostile/` holds one of each kind, and in its first line what is said; to add one, add a file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::lab::lab;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile")
}

/// The arguments that give a file to the command that reads its kind.
fn arguments<'a>(name: &str, path: &'a str, plan: &'a str) -> Vec<&'a str> {
    match name.split('-').next() {
        Some("session") => vec!["grade", "canary", path, "--seeds", "1"],
        Some("scenario") => vec!["run", path, "--plan", plan],
        Some("manifest") => vec!["import", path],
        _ => vec!["run", "checkout", "--plan", path],
    }
}

#[test]
fn every_hostile_file_is_refused_at_once_with_its_reason() {
    let scratch = tempfile::tempdir().unwrap();
    let plan = scratch.path().join("rolling.ron");
    fs::write(&plan, "(format: 1, strategy: Rolling())").unwrap();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 12, "{}", files.len());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        let says = text
            .lines()
            .next()
            .and_then(|line| line.trim_start_matches(['/', '#']).trim().strip_prefix("says: "));
        let says = says.unwrap_or_else(|| panic!("{name} begins with what is said"));
        let path = file.to_string_lossy().into_owned();
        let answer = lab(scratch.path()).args(arguments(&name, &path, plan.to_str().unwrap())).answer();
        let said = format!("{}{}", answer.stdout, answer.stderr);
        assert!(said.contains(says), "{name} says:\n{said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
    }
}

/// Characters that steer a terminal or hide.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A page without the colours that the lab itself writes.
fn without_colours(page: &str) -> String {
    let mut rest = page.to_owned();
    for own in ["38;2;86;180;233", "38;2;230;159;0", "38;2;224;96;43", "38;2;47;181;138", "33", "2", "1", "0"]
    {
        rest = rest.replace(&format!("\u{1b}[{own}m"), "");
    }
    rest
}

#[test]
fn no_output_of_any_command_holds_what_a_hostile_text_brings() {
    let scratch = tempfile::tempdir().unwrap();
    let evil = "a\u{1b}[31mb\u{1b}]0;owned\u{7}\u{202e}c\u{2066}\u{9b}2J";
    let name = format!("{evil}.ron");
    let write = |name: &str, text: &str| fs::write(scratch.path().join(name), text).unwrap();
    write(&name, &format!("(format: 1, title: \"{evil}\", strategy: Canary(steps: [Weight(\"{evil}\")]))"));
    write("second-line.ron", &format!("(format: 1 \"\n{evil}\", strategy: Nothing)"));
    write("good.ron", "(format: 1, title: \"one\ntwo\", strategy: Rolling())");
    write(
        "evil.yaml",
        &format!(
            "kind: Rollout\nmetadata:\n  name: \"{}\"\nspec: {{strategy: {{canary: {{steps: [{{setWeight: 10}}]}}}}}}\n",
            evil.replace('\u{1b}', "\\e")
                .replace('\u{7}', "\\a")
                .replace('\u{202e}', "\\u202e")
                .replace('\u{2066}', "\\u2066")
                .replace('\u{9b}', "\\x9b")
        ),
    );
    write("evil.json", &format!("{{\"flags\": {}}}", serde_json::to_string(evil).unwrap()));
    let class = scratch.path().join("class");
    fs::create_dir(&class).unwrap();
    fs::write(class.join(&name), "(format: 1, strategy: Nothing)").unwrap();
    fs::write(class.join("=\u{202e}ava.ron"), "(").unwrap();
    let commands: Vec<Vec<&str>> = vec![
        vec!["check", &name],
        vec!["check", "second-line.ron"],
        vec!["check", &name, "--format", "json"],
        vec!["check", "second-line.ron", "--format", "sarif"],
        vec!["run", "checkout", "--plan", &name],
        vec!["run", "checkout", "--plan", "good.ron", "--release", evil],
        vec!["run", evil, "--plan", "good.ron"],
        vec!["run", "checkout", "--plan", "good.ron", "--hand", evil],
        vec!["grade", "canary", &name],
        vec!["grade", "canary", "second-line.ron"],
        vec!["grade", evil, "good.ron"],
        vec!["class", "canary", "class", "--seeds", "1", "--csv", "out.csv"],
        vec!["compare", "checkout", &name, "good.ron"],
        vec!["power", "checkout", "--plan", &name],
        vec!["import", "evil.yaml"],
        vec!["import", "evil.yaml", "--format", "json"],
        vec!["import", "evil.json"],
        vec!["export", &name, "--to", "argo"],
        vec!["rehearse", "evil.yaml"],
        vec!["replay", &name],
        vec!["explain", evil],
        vec!["brief", evil],
        vec!["museum", evil],
        vec!["new", evil],
        vec!["schema", evil],
        vec!["judges", evil],
        vec!["preview", evil],
    ];
    for command in commands {
        let answer = lab(scratch.path())
            .args(command.iter().copied())
            .without("NO_COLOR")
            .env("CLICOLOR_FORCE", "1")
            .answer();
        // What clap says of arguments that it cannot read shows them as they were typed, to the person who typed them.
        if answer.stderr.contains("For more information, try") {
            continue;
        }
        for page in [&answer.stdout, &answer.stderr] {
            let page = without_colours(page);
            let harmful = page.chars().find(|c| is_harmful(*c));
            assert_eq!(harmful, None, "{command:?}: {page:?}");
        }
    }
    let csv = fs::read_to_string(scratch.path().join("out.csv")).unwrap();
    assert!(!csv.chars().any(is_harmful), "{csv:?}");
    assert!(!csv.lines().any(|line| line.contains(",=")), "{csv:?}");
}

#[test]
fn a_long_line_with_thousands_of_mistakes_is_told_in_short_and_soon() {
    let scratch = tempfile::tempdir().unwrap();
    let triggers: String =
        (0..6_500).map(|index| format!("(alert: \"none{index}\", then: Page), ")).collect();
    let text = format!("(format: 1, strategy: Rolling(), triggers: [{triggers}])");
    assert!(text.len() > 200_000 && text.len() < 262_144, "{}", text.len());
    fs::write(scratch.path().join("long.ron"), &text).unwrap();
    fs::write(scratch.path().join("torn.ron"), text.replace("then", "them")).unwrap();
    for file in ["long.ron", "torn.ron"] {
        let answer = lab(scratch.path()).args(["check", file]).answer();
        assert_eq!(answer.code, 1, "{}", answer.stderr);
        assert!(answer.stderr.len() < 100_000, "{} bytes", answer.stderr.len());
    }
}

#[test]
fn what_is_recorded_imported_and_saved_is_read_again() {
    let scratch = tempfile::tempdir().unwrap();
    let lab = |line: &[&str]| {
        let answer = lab(scratch.path()).args(line.iter().copied()).answer();
        assert!(answer.code != 2, "{line:?}: {}{}", answer.stdout, answer.stderr);
        answer
    };
    let alerts = "alerts: [(name: \"few\", when: Below((metric: RequestRate), \"1/h\"))]";
    let text =
        format!("(format: 1, strategy: Canary(steps: [Weight(\"33.333333333%\"), Pause(\"1m\")]), {alerts})");
    fs::write(scratch.path().join("rate.ron"), text).unwrap();
    lab(&["run", "checkout", "--plan", "rate.ron", "--record", "session.ron"]);
    let session = fs::read_to_string(scratch.path().join("session.ron")).unwrap();
    assert!(session.contains("\"1/h\"") && session.contains("\"33.333333333%\""), "{session}");
    let replayed = lab(&["replay", "session.ron"]);
    assert_eq!(replayed.code, 0, "{}{}", replayed.stdout, replayed.stderr);
    let long = "x".repeat(5_000);
    let yaml = format!(
        "kind: Rollout\nmetadata:\n  name: r\n  annotations: {{rollout-lab/title: \"\\u202e{long}\"}}\nspec: {{strategy: {{canary: {{steps: [{{setWeight: 10}}]}}}}}}\n"
    );
    fs::write(scratch.path().join("bidi.yaml"), yaml).unwrap();
    lab(&["import", "bidi.yaml", "--out", "imported.ron"]);
    let checked = lab(&["check", "imported.ron"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
}
