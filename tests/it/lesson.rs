//! Each line of the lesson is learned by doing: `docs/lesson.md` has a table of lines and exercises, made of the exercise files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rollout_lab::exercise::{Exercise, Standard, outline};
use rollout_lab::library::{read_ron, shipped};

/// The line of `docs/lesson.md` that the tables follow.
const MARK: &str = "<!-- What follows is written by";

fn exercises() -> Vec<Exercise> {
    let read = |id: &&str| {
        let files = shipped::exercise_files(id).expect("it is shipped");
        let file = files.file("exercise.ron").expect("it is there");
        read_ron::<Exercise>(&file.file, &file.text).unwrap_or_else(|problems| panic!("{problems:?}")).0
    };
    shipped::exercise_ids().iter().map(read).collect()
}

/// "`canary` (slow contained, growth watched)" for each exercise that has any, in the order of the course.
fn cells<'a>(by: impl Iterator<Item = (&'a str, Vec<&'a str>)>) -> String {
    let cells = by.filter(|(_, criteria)| !criteria.is_empty());
    cells.map(|(id, criteria)| format!("`{id}`: {}", criteria.join(", "))).collect::<Vec<_>>().join("; ")
}

fn tables(exercises: &[Exercise]) -> String {
    let mut text = String::new();
    for (heading, lines) in outline::LESSON {
        let _ = write!(text, "\n## {heading}\n\n| line | exercises and criteria |\n|---|---|\n");
        for line in *lines {
            let full = format!("{heading}: {line}");
            let by = exercises.iter().map(|exercise| {
                let covers = exercise.covers.iter().filter(|covers| covers.line == full);
                let criteria = covers.flat_map(|covers| covers.by.iter().map(String::as_str));
                (exercise.id.as_str(), criteria.collect())
            });
            let _ = writeln!(text, "| {line} | {} |", cells(by));
        }
    }
    text.push_str("\n## Assessment criteria\n\n| criterion | exercises and criteria |\n|---|---|\n");
    for standard in Standard::ALL.iter().copied() {
        let by = exercises.iter().map(|exercise| {
            let rubric = exercise.rubric.iter().filter(|criterion| criterion.standard == Some(standard));
            (exercise.id.as_str(), rubric.map(|criterion| criterion.id.as_str()).collect())
        });
        let _ = writeln!(text, "| {} | {} |", standard.title(), cells(by));
    }
    text
}

#[test]
fn the_table_of_the_lesson_is_made_of_the_exercises() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lesson.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, after) = text.split_at(text.find(MARK).unwrap());
    let mark = after.lines().next().unwrap();
    let made = format!("{before}{mark}\n{}", tables(&exercises()));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, made).unwrap();
    } else {
        assert!(text == made, "docs/lesson.md is not what the exercises say; write it anew with UPDATE=1");
    }
}

/// Lines that no exercise covers yet; a line that is covered must not stand here.
const NOT_YET: [&str; 0] = [];

#[test]
fn every_line_of_the_lesson_is_covered_or_known_to_be_missing() {
    let mut covered: BTreeMap<String, Vec<String>> =
        outline::lines().map(|line| (line, Vec::new())).collect();
    for exercise in exercises() {
        for covers in &exercise.covers {
            covered.get_mut(&covers.line).expect("a line of the lesson").push(exercise.id.clone());
        }
    }
    let missing: Vec<&str> =
        covered.iter().filter(|(_, by)| by.is_empty()).map(|(line, _)| line.as_str()).collect();
    let mut known = NOT_YET.to_vec();
    known.sort_unstable();
    assert_eq!(missing, known);
}
