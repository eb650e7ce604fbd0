//! The house rules, as far as a program can read them: who may know whom, who may touch the disk or the terminal, what
//! things may be called, how long a file may be.
//!
//! [`rules::findings`] is a pure function of one file's path and text; [`broken`] shows that each rule fails on an
//! example that breaks it. Here they are asked about every file of the project.

mod broken;
mod circles;
mod rules;
mod texts;
mod tokens;
mod unused;
mod wide;

use std::fs;
use std::path::{Path, PathBuf};

use rules::{findings, rooms_of};

/// Files that may be longer than [`rules::MAX_LINES`]. It is kept empty: split such a file by subject instead.
const LONG_FILES: &[&str] = &[];

/// Endings of files that hold text we wrote.
const TEXT_ENDINGS: &[&str] =
    &["rs", "md", "ron", "toml", "txt", "csv", "json", "run", "gitignore", "yml", "yaml", "html", "xml"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Paths of all files of the project, relative, with `/` between their parts, sorted; not what was built.
fn project_files() -> Vec<String> {
    fn walk(folder: &Path, name: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let own = entry.file_name().into_string().unwrap();
            let path = if name.is_empty() { own.clone() } else { format!("{name}/{own}") };
            if name.is_empty() && (own == ".git" || own.starts_with("target") || own == "shared") {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), &path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), "", &mut found);
    found.sort();
    found
}

fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or(name);
    TEXT_ENDINGS.contains(&ending) || name.starts_with("LICENSE") || path == ".ci/run"
}

#[test]
fn every_file_keeps_the_house_rules() {
    let rooms = rooms_of(&read("src/lib.rs"));
    let mut found = Vec::new();
    for path in project_files().iter().filter(|path| is_text(path)) {
        let may_be_long = LONG_FILES.contains(&path.as_str());
        let of_file = findings(&rooms, path, &read(path));
        found.extend(of_file.into_iter().filter(|finding| !(may_be_long && finding.rule == "length")));
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} against the house rules:\n{}", lines.len(), lines.join("\n"));
}

/// All files of Rust code, with their text.
fn rust_files() -> Vec<unused::File> {
    let paths = project_files().into_iter().filter(|path| path.ends_with(".rs"));
    paths.map(|path| (path.clone(), read(&path))).collect()
}

#[test]
fn every_public_item_is_used_by_the_program() {
    let found = unused::unused_items(&rust_files());
    assert!(found.is_empty(), "delete them, use them, or make them private:\n{}", found.join("\n"));
}

#[test]
fn files_do_not_import_each_other_in_large_circles() {
    let found = circles::findings(&rust_files());
    assert!(found.is_empty(), "move what both sides need into a file of its own:\n{}", found.join("\n"));
}

#[test]
fn every_list_of_all_members_is_walked_by_a_test() {
    let found = unused::unwalked_lists(&rust_files());
    assert!(found.is_empty(), "walk them in a test:\n{}", found.join("\n"));
}

#[test]
fn the_map_in_lib_lists_the_rooms_that_there_are() {
    let text = read("src/lib.rs");
    let mut listed = rooms_of(&text);
    listed.sort();
    let declared = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    assert_eq!(declared.collect::<Vec<_>>(), listed);
    let files = project_files();
    let in_src = files.iter().filter_map(|path| path.strip_prefix("src/"));
    let heads = in_src.map(|path| path.split(['/', '.']).next().unwrap_or(path));
    let strangers: Vec<&str> = heads
        .filter(|head| !["lib", "main"].contains(head) && !listed.iter().any(|room| room == head))
        .collect();
    assert!(strangers.is_empty(), "in src/ but in no room of the map in lib.rs: {strangers:?}");
}
