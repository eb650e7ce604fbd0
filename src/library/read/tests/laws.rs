//! Laws of the reports: one mistake is one problem at its place, and no file is too hostile for an answer.

use serde::Deserialize;

use super::{GOOD, Lesson};
use crate::engine::Span;
use crate::library::read::{MAX_PROBLEMS, Outline, Problem, read_ron};

#[test]
fn one_wrong_value_anywhere_is_one_problem_at_its_place() {
    let (outline, _) = Outline::read("f.ron", GOOD);
    let mut wrong = Vec::new();
    for node in &outline.nodes[1..] {
        for value in ["7", "\"7\"", "x", "X(1)", "[7]", "(7)", "{}", "NaN", "'c'", "true"] {
            let text = format!("{}{value}{}", &GOOD[..node.start], &GOOD[node.end..]);
            let Err(problems) = read_ron::<Lesson>("f.ron", &text) else { continue };
            let (line, column, _) = outline.source().place(node.start);
            // A wrong item inside the brackets that we wrote is placed there.
            let right = |problem: &Problem| {
                problem.line == line && (column..column + value.len() as u32).contains(&problem.column)
            };
            if problems.len() != 1 || !problems.iter().all(right) {
                wrong.push(format!("{line}:{column} {value}: {problems:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_misspelt_or_lost_field_anywhere_is_one_problem() {
    let (outline, _) = Outline::read("f.ron", GOOD);
    let items: Vec<_> = outline.nodes.iter().flat_map(|node| &node.items).collect();
    let mut wrong = Vec::new();
    let mut missing = 0;
    for item in items {
        let lost = format!("{}{}", &GOOD[..item.start], &GOOD[item.end..]);
        let problems = read_ron::<Lesson>("f.ron", &lost).map(|_| ()).err().unwrap_or_default();
        missing += problems.iter().filter(|problem| problem.code == "missing-field").count();
        if problems.len() > 1 {
            wrong.push(format!("{}: {problems:#?}", &GOOD[item.start..item.end]));
        }
        let Some(key) = &item.key else { continue };
        if GOOD[key.start..].starts_with('"') {
            continue;
        }
        let text = format!("{}q{}", &GOOD[..key.end], &GOOD[key.end..]);
        let problems = read_ron::<Lesson>("f.ron", &text).map(|_| ()).unwrap_err();
        let (line, column, _) = outline.source().place(key.start);
        if problems.len() != 1 || (problems[0].line, problems[0].column) != (line, column) {
            wrong.push(format!("{}q: {problems:#?}", key.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(missing, 8);
}

/// A type that holds itself, as laws and rules do.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "what is read is compared in its printed form")]
enum Nest {
    Leaf(Span),
    All(Vec<Nest>),
}

#[test]
fn no_depth_of_brackets_exhausts_the_stack() {
    let nest = |depth: usize| format!("{}Leaf(\"1s\"){}", "All([".repeat(depth), "])".repeat(depth));
    assert!(read_ron::<Nest>("f.ron", &nest(15)).is_ok());
    for depth in [31, 32, 33, 100, 10_000, 30_000] {
        let text = nest(depth);
        let result = read_ron::<Nest>("f.ron", &text).map(|_| ());
        let codes: Vec<&str> = result.unwrap_err().iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["too-deep"], "{depth}");
    }
}

#[test]
fn what_is_wrong_many_times_is_reported_fifty_times() {
    let services = "(name: 5, load: 7), ".repeat(2_000);
    let text = format!("(format: 1, title: \"t\", services: [{services}])");
    let problems = read_ron::<Lesson>("f.ron", &text).map(|_| ()).unwrap_err();
    assert_eq!(problems.len(), MAX_PROBLEMS);
}

#[test]
fn hostile_files_are_answered() {
    let many = |piece: &str| piece.repeat(262_000 / piece.len());
    let start = "(format: 1, title: \"t\",";
    let pieces =
        ["@", "'", "\"\" ", "/*", "//\n", "[", "(", "r#", "r#\"", "\\", "a: 1 ", "a: 1,", "x(", "{1:"];
    let mut texts: Vec<String> = pieces.iter().map(|piece| many(piece)).collect();
    texts.push(format!("{start} services: [(name: \"x\", {})])", many("name: 1,\n")));
    texts.push(format!("{start} services: [{}])", "(name: 5, load: 7),".repeat(9_990)));
    texts.push(format!("{start} strategy: Canary(steps: [{}]))", "Pausx(5, a: [(x)]),".repeat(9_990)));
    texts.push(format!("{start} services: [(name: 5, zones: [{}])])", "[[],[]],".repeat(9_990)));
    for text in texts {
        let problems = read_ron::<Lesson>("f.ron", &text).map(|_| ()).unwrap_err();
        assert!(!problems.is_empty() && problems.len() <= MAX_PROBLEMS, "{}", &text[..60]);
    }
}
