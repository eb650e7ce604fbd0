//! What is said of manifests, where they are read, written and rehearsed, is told in German: every sentence that the source has, and every remark
//! on the manifests that the tests keep.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use regex::Regex;

use super::german::german;
use crate::app::model::Lab;
use crate::app::tests::rehearsal::manifest;
use crate::app::tests::window;
use crate::app::texts::{spoken, told_with_gaps};
use crate::library::shipped::Loaded;
use crate::manifest::{Table, import};

/// Sentences that no window shows: what a program is told that breaks a rule of ours, what is looked for in a library's message, a comment in a
/// scenario that is written, and what the window says with words of its own (`rehearsal.autoscaler`, `rehearsal.kubernetes`).
const NOT_SHOWN: [&str; 6] = [
    "a plan needs a format and a strategy only",
    "cannot deserialize null",
    "so many requests are drawn as counts",
    "code that is out already",
    "the least of the autoscaler",
    "Kubernetes' default, since the manifest has no `replicas`",
];

/// Words that stand only in English sentences.
const ENGLISH: [&str; 12] =
    ["the", "of", "is", "an", "to", "with", "it", "each", "are", "here", "upstream", "which"];

/// The files of source below a folder, without tests.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, into),
            false if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") => {
                into.push(path);
            }
            false => {}
        }
    }
}

/// The texts in quotes of a file of source, as a program has them, with `{}` for each gap; no comments and no tests.
fn quoted(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let source = lines.collect::<Vec<_>>().join("\n");
    // Patterns are no sentences.
    let source = Regex::new(r##"(?s)r#".*?"#"##).unwrap().replace_all(&source, "");
    let (mut found, mut text): (Vec<String>, Option<String>) = (Vec::new(), None);
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match (&mut text, letter) {
            (None, '\'') => {
                // A letter in quotes, maybe a quote; a lifetime has no second one.
                let mut ahead = letters.clone();
                let first = ahead.next();
                let is_letter = ahead.next() == Some('\'') || first == Some('\\');
                if is_letter {
                    letters.next();
                    letters.find(|letter| *letter == '\'');
                }
            }
            (None, '"') => text = Some(String::new()),
            (None, _) => {}
            (Some(_), '"') => found.extend(text.take()),
            (Some(inside), '\\') => match letters.next() {
                Some('\n') => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                Some('n') => inside.push('\n'),
                Some(other) => inside.push(other),
                None => {}
            },
            (Some(inside), '{') => match letters.next_if_eq(&'{') {
                Some(_) => inside.push('{'),
                None => {
                    letters.find(|letter| *letter == '}');
                    inside.push_str("{}");
                }
            },
            (Some(inside), '}') => {
                letters.next_if_eq(&'}');
                inside.push('}');
            }
            (Some(inside), other) => inside.push(other),
        }
    }
    found
}

/// Whether a text has three words in a row.
fn is_sentence(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '\'');
    let words: Vec<bool> =
        text.split(' ').map(|word| is_word(word.trim_end_matches([',', ';', ':']))).collect();
    words.windows(3).any(|three| three.iter().all(|is| *is))
}

/// Whether a text stands in a key, with whatever in its gaps.
fn stands_in(text: &str, key: &str) -> bool {
    let mut rest = key;
    text.split("{}").all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[test]
fn every_sentence_about_manifests_has_its_german() {
    german();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join("manifest.rs"), root.join("rehearsal.rs")];
    for folder in ["manifest", "rehearsal"] {
        sources(&root.join(folder), &mut files);
    }
    let (mut sentences, mut untold) = (0, Vec::new());
    for file in files {
        for text in quoted(&fs::read_to_string(&file).unwrap()) {
            // What has lines is a file that is written.
            let is_file = text.contains("\n    ");
            if is_file || !is_sentence(&text) || NOT_SHOWN.iter().any(|other| text.contains(other)) {
                continue;
            }
            sentences += 1;
            // This is taken off before it is said.
            let text = text.trim_start_matches("not applied: ");
            if !spoken().texts().keys().any(|key| stands_in(text, key)) {
                untold.push(format!("{}: {text}", file.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    assert!(sentences > 250, "{sentences} sentences");
    assert!(untold.is_empty(), "{} are not told:\n{}", untold.len(), untold.join("\n"));
}

/// The manifests that the tests keep.
fn manifests() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["", "public", "shapes", "whole"] {
        let entries = fs::read_dir(manifest(folder)).unwrap().map(|entry| entry.unwrap().path());
        let is_one = |path: &PathBuf| path.extension().is_some_and(|end| end == "yaml" || end == "json");
        files.extend(entries.filter(is_one));
    }
    files.sort();
    files
}

#[test]
fn every_remark_on_a_manifest_is_told_in_german() {
    german();
    let (mut said, mut untold) = (0, BTreeSet::new());
    for path in manifests() {
        let text = fs::read_to_string(&path).unwrap();
        let loaded = Loaded { file: path.display().to_string(), text };
        let messages: Vec<String> = match import(&loaded.file, &loaded.text, &Table::default()) {
            Ok(imported) => imported.findings.into_iter().map(|finding| finding.message).collect(),
            Err(problems) => problems.into_iter().map(|problem| problem.message).collect(),
        };
        for message in messages {
            said += 1;
            match told_with_gaps(&message) {
                None => drop(untold.insert(message)),
                Some((_, gaps)) => {
                    // What libraries say of a query or of YAML stays as it is.
                    let is_english = |gap: &&String| gap.split(' ').any(|word| ENGLISH.contains(&word));
                    let is_quoted = message.contains("cannot be read");
                    let left = gaps.iter().filter(|gap| !is_quoted && is_english(gap));
                    untold.extend(left.map(|gap| format!("{gap:?} in {message}")));
                }
            }
        }
    }
    assert!(said > 400, "{said} remarks");
    let untold: Vec<String> = untold.into_iter().collect();
    assert!(untold.is_empty(), "{} are not told:\n{}", untold.len(), untold.join("\n"));
}

/// The texts of a window, one below the other.
fn texts(harness: &Harness<'static, Lab>) -> String {
    let nodes = harness.root().children_recursive();
    let texts = nodes.filter_map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value())
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_of_a_manifest_and_its_plan_say_in_german_what_was_not_read() {
    let mut lab = german();
    lab.jobs.hold();
    lab.take(&manifest("flagger.yaml"));
    let remarks = lab.rehearsing.page.as_ref().expect("it is read").read.clone();
    assert!(!remarks.is_empty());
    let harness = window(lab, [1280.0, 4000.0], 1.0);
    let page = texts(&harness);
    for remark in remarks {
        let (path, why) = remark.said.split_once(": ").expect("a path and why");
        assert!(page.contains(&format!("{path}: nicht unterstützt")), "{path}: {page}");
        assert!(!page.contains(why), "{why}: {page}");
    }
}
