//! The interface's texts: each that is asked for is there, and no other.

use std::collections::BTreeMap;

use super::{project_files, read};

/// The keys in calls of `t` and `tf` in a source file.
fn keys_in(source: &str) -> Vec<String> {
    let call = regex::Regex::new(r#"\btf?\(\s*"([^"]+)""#).unwrap();
    call.captures_iter(source).map(|found| found[1].to_owned()).collect()
}

/// The texts of a file, by their keys.
fn texts_of(path: &str) -> BTreeMap<String, String> {
    ron::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What the engine says and English tells in other words; its keys are sentences, which nobody asks for.
const RETOLD: &str = "assets/texts/en/lines.ron";

#[test]
fn what_english_tells_in_other_words_is_told_in_german_as_well() {
    let german = texts_of("assets/texts/de/lines.ron");
    let unknown: Vec<String> = texts_of(RETOLD).into_keys().filter(|key| !german.contains_key(key)).collect();
    assert!(unknown.is_empty(), "{RETOLD}: no such sentence: {unknown:?}");
}

#[test]
fn every_text_that_is_asked_for_is_there_and_no_other() {
    let files = project_files();
    let sources =
        files.iter().filter(|path| path.starts_with("src/app") && !path.starts_with("src/app/texts"));
    let mut asked: Vec<String> = sources.flat_map(|path| keys_in(&read(path))).collect();
    // What a language calls itself; it is read with the language.
    asked.push("language.name".to_owned());
    asked.sort();
    asked.dedup();
    let mut known: Vec<String> = Vec::new();
    for path in files.iter().filter(|path| path.starts_with("assets/texts/en/") && *path != RETOLD) {
        known.extend(texts_of(path).into_keys());
    }
    let missing: Vec<&String> = asked.iter().filter(|key| !known.contains(key)).collect();
    assert!(missing.is_empty(), "asked for and not in assets/texts/en: {missing:?}");
    let unused: Vec<&String> = known.iter().filter(|key| !asked.contains(key)).collect();
    assert!(unused.is_empty(), "in assets/texts/en and never asked for: {unused:?}");
    known.sort();
    let twice: Vec<&[String]> = known.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "in two files: {twice:?}");
}

#[test]
fn keys_are_found_in_calls() {
    assert_eq!(keys_in("ui.label(t(\"a.b\")); tf(\n \"c\", &[])"), ["a.b", "c"]);
}
