//! The README's commands, run as a reader would run them, in its order, in one fresh folder.
//!
//! A command stands after `$ ` in a block marked `console`; `# exit code N` behind it says how it ends, 0 without. Lines
//! below it are what it prints, in full, and are compared (unless they are `...`); `UPDATE=1 cargo test readme` writes what is printed now.
//! Commands of cargo are run by `.ci/run`, which takes them from the README.

use std::fs;
use std::path::PathBuf;

use crate::lab::shell;

/// Stands for an output that has not been recorded yet.
const UNRECORDED: &str = "...\n";

/// One command of the README.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shown {
    line: String,
    code: i32,
    /// What is shown of its output; empty when nothing is.
    output: String,
}

/// A README in pieces: text that stays as it is, and the commands in between.
fn commands(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let (mut inside, mut fresh) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            (inside, fresh) = (line == "```console", false);
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let (command, code) = command.split_once("# exit code ").unwrap_or((command, "0"));
            let code = code.trim().parse().unwrap_or_else(|_| panic!("no exit code: {line}"));
            found.push(Shown { line: command.trim_end().to_owned(), code, output: String::new() });
            fresh = true;
        } else if inside {
            assert!(fresh, "a console block begins with a command: {line}");
            let shown = found.last_mut().expect("a command came before");
            shown.output += &format!("{line}\n");
        }
    }
    found
}

/// The README with each shown output replaced by what `output_of` its command is.
fn with_outputs(text: &str, outputs: &[Option<String>]) -> String {
    let mut new = String::new();
    let (mut inside, mut command, mut skipping) = (false, 0, false);
    for line in text.lines() {
        if line.starts_with("```") {
            (inside, skipping) = (line == "```console", false);
        } else if inside && line.starts_with("$ ") {
            new += &format!("{line}\n");
            skipping = outputs[command].is_some();
            new += outputs[command].as_deref().unwrap_or_default();
            command += 1;
            continue;
        }
        if !skipping {
            new += &format!("{line}\n");
        }
    }
    new
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

#[test]
fn every_command_of_the_readme_does_what_the_readme_says() {
    let text = fs::read_to_string(path()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let mut outputs = Vec::new();
    for shown in commands(&text) {
        let mut output = None;
        if !shown.line.starts_with("cargo ") {
            let answer = shell(folder.path(), &shown.line).answer();
            if answer.code != shown.code {
                let Shown { line, code, .. } = &shown;
                wrong.push(format!("$ {line}\nexit code {}, not {code}: {}", answer.code, answer.stderr));
            }
            if !shown.output.is_empty() {
                if shown.output != UNRECORDED && answer.stdout != shown.output {
                    wrong.push(format!(
                        "$ {}\nUPDATE=1 rewrites it; it prints\n{}",
                        shown.line, answer.stdout
                    ));
                }
                output = Some(answer.stdout);
            }
        }
        outputs.push(output);
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), with_outputs(&text, &outputs)).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_cargo_command_of_the_readme_is_run_by_the_checks() {
    let checks = fs::read_to_string(path().with_file_name(".ci").join("run")).unwrap();
    let commands = commands(&fs::read_to_string(path()).unwrap());
    let of_cargo: Vec<&str> =
        commands.iter().map(|shown| shown.line.as_str()).filter(|line| line.starts_with("cargo ")).collect();
    assert!(of_cargo.contains(&"cargo test") && of_cargo.contains(&"cargo run --release"), "{of_cargo:?}");
    for line in of_cargo {
        let arguments = line.split(" -- ").next().unwrap_or(line);
        assert!(checks.contains(&format!("from_readme '{arguments}'")), "{line} is not run by .ci/run");
    }
}

#[test]
fn every_subcommand_is_in_the_readme() {
    let folder = tempfile::tempdir().unwrap();
    let help = shell(folder.path(), "rollout-lab --help").answer().stdout;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let text = fs::read_to_string(path()).unwrap();
    for name in list.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help")
    {
        assert!(text.contains(&format!("| `rollout-lab {name}")), "{name} is not in the README's table");
    }
}

#[test]
fn commands_and_their_outputs_are_told_apart() {
    let text = "# Title\n```console\n$ a b   # exit code 1\none\n\ntwo\n$ c\n```\n```text\n$ no\n```\n";
    let output = "one\n\ntwo\n".to_owned();
    let found = commands(text);
    assert_eq!(found[0], Shown { line: "a b".to_owned(), code: 1, output });
    assert_eq!(found[1], Shown { line: "c".to_owned(), ..Shown::default() });
    assert_eq!(found.len(), 2);
    assert_eq!(with_outputs(text, &[Some("one\n\ntwo\n".to_owned()), None]), text);
    assert_eq!(with_outputs(text, &[Some("new\n".to_owned()), None]), text.replace("one\n\ntwo\n", "new\n"));
}

/// The names of the fields that a value of this file has when it is written out.
fn fields<T: serde::Serialize + serde::de::DeserializeOwned + Send>(text: &str) -> Vec<String> {
    let (value, _) =
        rollout_lab::library::read_ron::<T>("f", text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let written = serde_json::to_value(value).unwrap();
    written.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn everything_that_a_plan_and_a_scenario_can_say_is_in_the_readme() {
    let text = fs::read_to_string(path()).unwrap();
    let scenario = include_str!("../good/scenario.ron");
    let (plan, rest) =
        text.split_once("### What a plan can say").unwrap().1.split_once("### What a scenario").unwrap();
    let world = rest.split("\n## ").next().unwrap();
    let of_plan = fields::<rollout_lab::control::Plan>("(format: 1, strategy: Nothing)");
    let of_world = fields::<rollout_lab::scenario::Scenario>(scenario);
    for (said, fields) in [(plan, of_plan), (world, of_world)] {
        let missing: Vec<_> = fields
            .iter()
            .filter(|field| !["format", "title", "id", "about"].contains(&field.as_str()))
            .filter(|field| !said.contains(&format!("`{field}`")))
            .collect();
        assert!(missing.is_empty(), "not in the README: {missing:?}");
    }
    for exercise in rollout_lab::library::shipped::exercise_ids() {
        assert!(text.contains(&format!("| `{exercise}` |")), "{exercise} is not in the README");
    }
}
