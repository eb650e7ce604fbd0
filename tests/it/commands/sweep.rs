//! `sweep`: values of a plan and of a scenario, varied.

#[cfg(feature = "parquet")]
mod parquet;

use std::fs;
use std::path::Path;

use rollout_lab::library::items::digest_of;

use super::call;
use super::class_kept::{class, kept, killed_midway};
use crate::lab::lab;

const SPEC: &str = r#"(format: 1, scenario: "proof/stand.ron", plan: "proof/solution.ron", release: "v2-errors", runs: 2, design: DESIGN, vary: [
    (name: "first", plan: "strategy.steps[0]", values: List(["5", "20", "900"]), write: "Weight(\"{}%\")"),
    (name: "rate", scenario: "FIELD", values: Between(10, 30, 2), write: "Constant(\"{}/s\")"),
    MORE
])"#;

fn spec(design: &str) -> String {
    spec_with(design, "")
}

/// With a further axis.
fn spec_with(design: &str, more: &str) -> String {
    SPEC.replace("DESIGN", design).replace("FIELD", "traffic[0].shape").replace("MORE", more)
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_grid_has_a_row_for_each_run_and_a_reason_for_each_point_that_is_refused() {
    let folder = class();
    fs::write(folder.path().join("grid.ron"), spec("Grid")).unwrap();
    let answer = call(folder.path(), "sweep grid.ron");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    let all = rows(&answer.stdout);
    // Two values of the first axis work, with two of the second and two runs each; the third is refused.
    assert_eq!(all.len(), 2 * 2 * 2 + 2, "{}", answer.stdout);
    let head: Vec<&str> = answer.stdout.lines().next().unwrap().split(',').collect();
    let place = |name: &str| head.iter().position(|title| *title == name).unwrap();
    for row in &all {
        assert_eq!(row[place("error")].is_empty(), row[place("first")] != "900", "{row:?}");
    }
    assert_eq!(all[0][place("seed")], all[2][place("seed")], "all points have the same seeds");
    assert_ne!(all[0][place("users_harmed")], "");
}

#[test]
fn a_sweep_of_which_no_point_can_be_run_says_so_and_fails() {
    let folder = class();
    let here = folder.path();
    // Refused by the plan, by the scenario, and by the path of a field: the rows are written all the same.
    let refused = [
        (r#"List(["5", "20", "900"])"#, r#"List(["500", "900"])"#, 4, "500%"),
        (r#"Between(10, 30, 2)"#, r#"List(["-1", "-2"])"#, 6, "-1/s"),
        ("traffic[0].shape", "traffic[7].shape", 6, "traffic[7]"),
    ];
    for (good, bad, points, named) in refused {
        let text = spec("Grid");
        assert!(text.contains(good), "{good}");
        fs::write(here.join("none.ron"), text.replace(good, bad)).unwrap();
        let answer = call(here, "sweep none.ron --out none.csv");
        assert_eq!(answer.code, 1, "{bad}: {}", answer.stderr);
        let said = format!("no point could be run: all {points} were refused, point 0 because of ");
        assert!(answer.stderr.contains(&said) && answer.stderr.contains(named), "{}", answer.stderr);
        assert_eq!(rows(&fs::read_to_string(here.join("none.csv")).unwrap()).len(), points);
    }
}

#[test]
fn the_parts_of_a_sweep_have_every_row_once() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("cube.ron"), spec("LatinHypercube(6)")).unwrap();
    let whole = rows(&call(here, "sweep cube.ron").stdout);
    let mut parts: Vec<Vec<String>> = Vec::new();
    for number in 1..=3 {
        let answer = call(here, &format!("sweep cube.ron --shard {number}/3 --csv part.csv"));
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        parts.extend(rows(&fs::read_to_string(here.join("part.csv")).unwrap()));
    }
    parts.sort_by_key(|row| row[0].parse::<u32>().unwrap());
    assert_eq!(parts, whole);
}

/// Makes a kept point tell something else, so that a row shows whether it was taken up or run again.
fn told_otherwise(kept: &Path) {
    let text = fs::read_to_string(kept).unwrap();
    let (_, content) = text.split_once('\n').unwrap();
    let other = content.replace("\"cost\":", "\"cost\":7").replace("allowed", "not allowed");
    assert_ne!(other, content);
    fs::write(kept, format!("{}\n{other}", digest_of([other.as_bytes()]))).unwrap();
}

#[test]
fn a_sweep_that_is_killed_goes_on_where_it_stood_to_the_same_bytes() {
    let folder = class();
    let here = folder.path();
    let (rows, work) = (here.join("rows.csv"), here.join("rows.csv.points"));
    fs::write(here.join("cube.ron"), spec("LatinHypercube(40)")).unwrap();
    for part in ["", " --shard 1/2", " --shard 2/2"] {
        let line = format!("sweep cube.ron --out rows.csv{part}");
        let whole = || {
            assert_eq!(call(here, &line).code, 0);
            assert!(!work.exists(), "nothing is left beside a whole file");
            fs::read_to_string(&rows).unwrap()
        };
        let in_one_piece = whole();
        killed_midway(here, &line, &work, 3, 12);
        assert_eq!(
            fs::read_to_string(&rows).unwrap(),
            in_one_piece,
            "an earlier file stays until the next is whole"
        );
        assert_eq!(whole(), in_one_piece);
        killed_midway(here, &line, &work, 3, 12);
        told_otherwise(kept(&work).keys().next().unwrap());
        let with_another = whole();
        assert_eq!(with_another.lines().count(), in_one_piece.lines().count());
        assert_ne!(with_another, in_one_piece, "a finished point was run again");
    }
}

#[test]
fn a_spec_that_makes_no_sweep_is_refused() {
    let folder = class();
    fs::write(folder.path().join("none.ron"), spec("LatinHypercube(0)")).unwrap();
    let answer = call(folder.path(), "sweep none.ron");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("none.ron: 0 points; choose 1 to 100000"), "{}", answer.stderr);
}

#[test]
fn names_that_would_title_two_columns_are_refused() {
    let folder = class();
    for (name, place) in [("first", 1), ("seed", 0)] {
        let spec = spec("Grid").replace(["first", "rate"][place], name);
        fs::write(folder.path().join("twice.ron"), spec).unwrap();
        let answer = call(folder.path(), "sweep twice.ron");
        let says = format!("twice.ron: vary[{place}].name: there is a column \"{name}\" already");
        assert!(answer.code == 2 && answer.stderr.contains(&says), "{}", answer.stderr);
    }
}

/// Runs a sweep as task `number`, from 0, of seven of HyperQueue, with what else is asked for.
fn as_a_task(here: &Path, number: usize, more: &str) {
    let line = format!("sweep cube.ron {more}");
    let call = lab(here).args(line.split(' ')).env("HQ_TASK_ID", &number.to_string());
    let answer = call.env("ROLLOUT_LAB_SHARD_COUNT", "7").answer();
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
}

#[test]
fn parts_that_one_line_starts_write_a_file_each() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("cube.ron"), spec("LatinHypercube(6)")).unwrap();
    let whole = rows(&call(here, "sweep cube.ron").stdout);
    let mut parts: Vec<Vec<String>> = Vec::new();
    for number in 0..7 {
        as_a_task(here, number, "--out rows.csv");
        let file = here.join(format!("rows-{}-of-7.csv", number + 1));
        parts.extend(rows(&fs::read_to_string(file).unwrap()));
    }
    parts.sort_by_key(|row| row[0].parse::<u32>().unwrap());
    assert_eq!(parts, whole);
    assert!(!here.join("rows.csv").exists());
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_that_writes_no_parquet_says_which_one_does() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("grid.ron"), spec("Grid")).unwrap();
    let answer = call(here, "sweep grid.ron --format parquet --out rows.parquet");
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    assert!(answer.stderr.contains("the feature `parquet`"), "{}", answer.stderr);
    assert!(answer.stderr.contains("--features parquet"), "{}", answer.stderr);
    assert!(!here.join("rows.parquet").exists());
}
