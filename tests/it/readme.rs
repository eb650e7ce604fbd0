//! The commands of the README and of `docs/`, run as a reader would run them: each document in a fresh folder, in its order.
//!
//! A command stands after `$ ` in a block marked `console`; `# exit code N` behind it says how it ends, 0 without. The lines
//! below it are its whole output and are compared; `UPDATE=1 cargo test readme` writes the output of now. A block that is marked with
//! a language and a path, such as `ron 11-mine/starter.ron`, is a file that the reader writes. Commands of cargo
//! are run by `.ci/run`, which takes them from the README. The links between the documents are checked here as well.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::lab::shell;

/// Stands for an output that has not been recorded yet.
const UNRECORDED: &str = "...\n";

/// One command of a document.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shown {
    line: String,
    code: i32,
    /// What is shown of its output; empty when nothing is.
    output: String,
}

/// What a document asks of its reader.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// To type a command.
    Command(Shown),
    /// To write a file.
    File { path: String, text: String },
}

/// The commands and the files of a document, in its order.
fn parts(text: &str) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let (mut inside, mut fresh, mut in_file) = (false, false, false);
    for line in text.lines() {
        if let Some(mark) = line.strip_prefix("```") {
            (inside, fresh) = (line == "```console", false);
            let path = mark.split_once(' ').map(|(_, path)| path.to_owned());
            in_file = path.is_some();
            found.extend(path.map(|path| Part::File { path, text: String::new() }));
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let (command, code) = command.split_once("# exit code ").unwrap_or((command, "0"));
            let code = code.trim().parse().unwrap_or_else(|_| panic!("no exit code: {line}"));
            let line = command.trim_end().to_owned();
            found.push(Part::Command(Shown { line, code, output: String::new() }));
            fresh = true;
        } else {
            match found.last_mut() {
                Some(Part::File { text, .. }) if in_file => *text += &format!("{line}\n"),
                Some(Part::Command(shown)) if inside => {
                    assert!(fresh, "a console block begins with a command: {line}");
                    shown.output += &format!("{line}\n");
                }
                _ => assert!(!inside, "a console block begins with a command: {line}"),
            }
        }
    }
    found
}

/// The commands of a document, in its order.
fn commands(text: &str) -> Vec<Shown> {
    let commands = parts(text).into_iter().filter_map(|part| match part {
        Part::Command(shown) => Some(shown),
        Part::File { .. } => None,
    });
    commands.collect()
}

/// The document with the output of each command that shows one replaced by `outputs`.
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

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// The README, then the documents in `docs/`, by name.
fn documents() -> Vec<String> {
    let listed = fs::read_dir(root().join("docs")).unwrap();
    let names = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut found: Vec<String> =
        names.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    found.sort();
    found.insert(0, "README.md".to_owned());
    found
}

/// The text of every file in `folder`, by path, without what begins with a dot.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            found.append(&mut files_in(&entry.path()));
        } else {
            found.insert(entry.path(), fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// Runs the commands of a document and writes their outputs into it when asked to; everything that went wrong.
fn wrong_in(document: &str) -> Vec<String> {
    let text = read(document);
    let folder = tempfile::tempdir().unwrap();
    let (mut wrong, mut outputs) = (Vec::new(), Vec::new());
    let mut files = files_in(folder.path());
    for part in parts(&text) {
        let shown = match part {
            Part::Command(shown) => shown,
            Part::File { path, text } => {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
                files = files_in(folder.path());
                continue;
            }
        };
        let Shown { line, code, output } = &shown;
        if line.starts_with("cargo ") {
            outputs.push(None);
            continue;
        }
        let answer = shell(folder.path(), line).answer();
        if answer.code != *code {
            wrong.push(format!(
                "{document}: $ {line}\nexit code {}, not {code}: {}",
                answer.code, answer.stderr
            ));
        }
        if !output.is_empty() && output != UNRECORDED && answer.stdout != *output {
            wrong.push(format!("{document}: $ {line}\nUPDATE=1 rewrites it; it prints\n{}", answer.stdout));
        }
        let now = files_in(folder.path());
        for (path, _) in files.iter().filter(|(path, before)| now.get(*path) != Some(*before)) {
            wrong.push(format!(
                "{document}: $ {line}\nchanges a file of an earlier command: {}",
                path.display()
            ));
        }
        files = now;
        outputs.push((!output.is_empty()).then_some(answer.stdout));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(document), with_outputs(&text, &outputs)).unwrap();
    }
    wrong
}

#[test]
fn every_command_of_the_readme_and_the_docs_does_what_they_say() {
    let wrong: Vec<String> = documents().par_iter().flat_map(|document| wrong_in(document)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "{lines} lines; at most 150, the rest belongs into docs/");
}

#[test]
fn every_cargo_command_of_the_readme_is_run_by_the_checks() {
    let checks = read(".ci/run");
    let commands = commands(&read("README.md"));
    let of_cargo: Vec<&str> =
        commands.iter().map(|shown| shown.line.as_str()).filter(|line| line.starts_with("cargo ")).collect();
    assert!(of_cargo.contains(&"cargo test") && of_cargo.contains(&"cargo run --release"), "{of_cargo:?}");
    for line in of_cargo {
        let arguments = line.split(" -- ").next().unwrap_or(line);
        assert!(checks.contains(&format!("from_readme '{arguments}'")), "{line} is not run by .ci/run");
    }
}

#[test]
fn every_subcommand_is_in_the_docs() {
    let folder = tempfile::tempdir().unwrap();
    let help = shell(folder.path(), "rollout-lab --help").answer().stdout;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let text = read("docs/commands.md");
    // A long description goes on in lines that are set in further.
    let first = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    for name in first.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
        assert!(text.contains(&format!("| `rollout-lab {name}")), "{name} is not in docs/commands.md");
    }
}

/// The targets of all links and pictures of a document.
fn links(text: &str) -> Vec<String> {
    let link = regex::Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    link.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// The anchor that a forge makes of a heading: small letters, digits and hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

/// Whether a link of `document` leads to a file, and to a heading of it where it names one.
fn leads_somewhere(document: &str, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let folder = root().join(document).parent().unwrap().to_owned();
    let target = if file.is_empty() { root().join(document) } else { folder.join(file) };
    if heading.is_empty() {
        return target.exists();
    }
    let text = fs::read_to_string(target).unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with('#'))
        .any(|line| anchor(line.trim_start_matches('#')) == heading)
}

#[test]
fn every_link_of_the_documents_leads_somewhere_and_the_readme_leads_to_all() {
    let of_readme = links(&read("README.md"));
    let mut all = documents();
    all.extend(["CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(str::to_owned));
    let mut wrong = Vec::new();
    for document in &all {
        let inside = links(&read(document)).into_iter().filter(|link| !link.contains("://"));
        let dead = inside.filter(|link| !leads_somewhere(document, link));
        wrong.extend(dead.map(|link| format!("{document}: {link} leads nowhere")));
        if document != "README.md" && !of_readme.contains(document) {
            wrong.push(format!("README.md has no link to {document}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        !leads_somewhere("docs/files.md", "#no-such-heading") && !leads_somewhere("README.md", "docs/no.md")
    );
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

#[test]
fn every_exercise_is_in_the_docs() {
    let text = read("docs/student.md");
    for exercise in rollout_lab::library::shipped::exercise_ids() {
        assert!(text.contains(&format!("| `{exercise}` |")), "{exercise} is not in docs/student.md");
    }
}
