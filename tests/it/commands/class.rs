//! `class`: a folder of hand-ins.

use std::fs;
use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::{call, json};

/// A class of four: a solution, a starter in a folder of its own, a broken file, and one that is a formula.
fn class() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exercise = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/03-canary");
    let hand_ins = folder.path().join("hand-ins");
    fs::create_dir_all(hand_ins.join("bob")).unwrap();
    fs::copy(exercise.join("solution.ron"), hand_ins.join("ada.ron")).unwrap();
    fs::copy(exercise.join("starter.ron"), hand_ins.join("bob/plan.ron")).unwrap();
    fs::write(hand_ins.join("eve.ron"), "(format: 1, stratgy: Nothing)").unwrap();
    fs::write(hand_ins.join("=1+1.ron"), "").unwrap();
    fs::write(hand_ins.join("notes.txt"), "not a hand-in").unwrap();
    folder
}

#[test]
fn every_hand_in_is_a_row_and_a_bad_one_is_no_crash() {
    let folder = class();
    let class = json(folder.path(), "class canary hand-ins --seeds 1 --format json", 1);
    let rows = class["hand_ins"].as_array().unwrap();
    let students: Vec<&str> = rows.iter().map(|row| row["student"].as_str().unwrap()).collect();
    assert_eq!(students, ["=1+1", "ada", "bob", "eve"]);
    assert_eq!((&rows[1]["passed"], &rows[2]["passed"]), (&true.into(), &false.into()));
    assert!(rows[3]["error"].as_str().unwrap().contains("did you mean \"strategy\"?"));
    assert!(rows[3]["score"].is_null());
}

#[test]
fn grades_go_to_csv_and_reports_to_files() {
    let folder = class();
    let answer = call(folder.path(), "class canary hand-ins --seeds 1 --csv grades.csv --out reports/all");
    assert_eq!(answer.code, 1, "{}", answer.stderr);
    assert!(answer.stdout.contains("1 of 4 passed"), "{}", answer.stdout);
    let csv = fs::read_to_string(folder.path().join("grades.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    assert_eq!(head.iter().take(4).collect::<Vec<_>>(), ["assignment", "duedate", "timestamp", "student_id"]);
    let column = |name: &str| head.iter().position(|title| title == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(&rows[0][column("student_id")], "'=1+1", "no cell is a formula");
    assert_eq!(&rows[1][column("max_score")], "100");
    assert!(rows[1][column("score")].parse::<f64>().unwrap() >= 70.0);
    assert!(!rows[3][column("error")].is_empty());
    let report = |name: &str| fs::read_to_string(folder.path().join("reports/all").join(name)).unwrap();
    assert!(report("ada.txt").contains("passed"));
    assert!(serde_json::from_str::<serde_json::Value>(&report("bob.json")).is_ok());
    assert!(report("eve.txt").contains("eve.ron:1:13"));
}

/// Columns of a terminal up to `word` in the line about `student`.
fn place_of(word: &str, student: &str, page: &str) -> usize {
    let line =
        page.lines().find(|line| line.contains(student)).unwrap_or_else(|| panic!("{student}: {page}"));
    line[..line.find(word).unwrap_or_else(|| panic!("{line}"))].width()
}

#[test]
fn names_of_wide_characters_keep_the_columns() {
    let folder = tempfile::tempdir().unwrap();
    let students = ["ada", "王小明", "김민준", "👩‍🔬"];
    for student in students {
        fs::write(folder.path().join(format!("{student}.ron")), "(format: 1, stratgy: Nothing)").unwrap();
    }
    let page = call(folder.path(), "class canary .").stdout;
    let places: Vec<usize> = students.iter().map(|student| place_of("not graded", student, &page)).collect();
    assert_eq!(places, [places[0]; 4], "{page}");
    // One long name leaves the columns of the others where they can be seen.
    fs::write(folder.path().join(format!("{}.ron", "n".repeat(251))), "(format: 1, stratgy: Nothing)")
        .unwrap();
    let page = call(folder.path(), "class canary .").stdout;
    let table: Vec<&str> = page.lines().take_while(|line| !line.is_empty()).collect();
    assert!(table.iter().all(|line| line.width() <= 120), "{page}");
    assert!(page.contains(&format!("{}…", "n".repeat(40))), "{page}");
}

#[test]
fn a_class_where_all_are_graded_ends_well_whether_they_pass_or_not() {
    let folder = class();
    fs::remove_file(folder.path().join("hand-ins/eve.ron")).unwrap();
    fs::remove_file(folder.path().join("hand-ins/=1+1.ron")).unwrap();
    let answer = call(folder.path(), "class canary hand-ins --seeds 1");
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
}

#[test]
fn an_empty_or_missing_folder_says_so() {
    let folder = class();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (line, said) in [("class canary empty", "no hand-in"), ("class canary missing", "no such folder")] {
        let answer = call(folder.path(), line);
        assert_eq!(answer.code, 2, "{line}");
        assert!(answer.stderr.contains(said), "{line}: {}", answer.stderr);
    }
}

#[test]
fn a_score_does_not_depend_on_who_else_handed_in() {
    let folder = class();
    let class = json(folder.path(), "class canary hand-ins --seeds 1 --format json", 1);
    let alone = json(folder.path(), "grade canary hand-ins/bob/plan.ron --seeds 1 --format json", 1);
    assert_eq!(class["hand_ins"][2]["score"], alone["score"]);
}

#[test]
fn whatever_fails_for_one_hand_in_is_a_row_and_the_others_are_graded() {
    let folder = class();
    let hand_ins = folder.path().join("hand-ins");
    // The longest name that a disk takes, with its ending; and two whose reports would have one name.
    let long = "n".repeat(251);
    fs::copy(hand_ins.join("ada.ron"), hand_ins.join(format!("{long}.ron"))).unwrap();
    fs::create_dir(hand_ins.join("kim")).unwrap();
    for name in ["kim/a.ron", "kim/b.ron", "kim-a.ron"] {
        fs::copy(hand_ins.join("ada.ron"), hand_ins.join(name)).unwrap();
    }
    // The report of `ada` cannot be written: a folder stands there.
    fs::create_dir_all(folder.path().join("reports/ada.txt")).unwrap();
    let line = "class canary hand-ins --seeds 1 --csv grades.csv --out reports --format json";
    let class = json(folder.path(), line, 1);
    let rows = class["hand_ins"].as_array().unwrap();
    assert_eq!(rows.len(), 8);
    let row = |student: &str| rows.iter().find(|row| row["student"] == student).unwrap();
    assert!(row(&long)["score"].as_f64().unwrap() >= 70.0);
    assert!(row(&long)["report_not_written"].is_null());
    assert!(row("ada")["score"].as_f64().unwrap() >= 70.0, "the grade stands");
    assert!(row("ada")["report_not_written"].as_str().unwrap().contains("cannot be saved"));
    assert_eq!(fs::read_to_string(folder.path().join("grades.csv")).unwrap().lines().count(), 9);
    let reports = fs::read_dir(folder.path().join("reports")).unwrap();
    let verdicts = reports
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "json"));
    // All that were graded but `ada`: bob, the three of kim's, and the long one.
    assert_eq!(verdicts.count(), 5);
}

#[test]
fn with_a_key_each_student_of_a_class_has_the_seeds_that_grade_gives_them() {
    let folder = class();
    for file in ["eve.ron", "=1+1.ron"] {
        fs::remove_file(folder.path().join("hand-ins").join(file)).unwrap();
    }
    fs::write(folder.path().join("course.key"), "a long secret").unwrap();
    let key = "--seeds 1 --key course.key --course devops --format json";
    let class = json(folder.path(), &format!("class canary hand-ins --out reports {key}"), 0);
    assert_eq!((&class["key"], &class["attempt"]), (&"ce83fda5".into(), &1.into()));
    let alone = json(folder.path(), &format!("grade canary hand-ins/bob/plan.ron --student bob {key}"), 1);
    assert_eq!(class["hand_ins"][1]["score"], alone["score"]);
    let report = fs::read_to_string(folder.path().join("reports/bob.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["secret"]["student"], "bob");
    assert!(report["cases"][0]["runs"][0]["seed"].is_null(), "what students get shows no seed");
    assert!(fs::read_to_string(folder.path().join("reports/bob.txt")).unwrap().contains("ce83fda5"));
}

#[test]
fn a_hand_in_that_is_graded_no_longer_keeps_no_report_with_its_old_score() {
    let folder = class();
    let bob = folder.path().join("hand-ins/bob/plan.ron");
    let line = "class canary hand-ins --seeds 1 --out reports";
    call(folder.path(), line);
    let report = |ending: &str| folder.path().join(format!("reports/bob.{ending}"));
    assert!(report("json").exists() && report("html").exists());
    fs::write(bob, "(format: 1, stratgy: Nothing)").unwrap();
    call(folder.path(), line);
    assert!(fs::read_to_string(report("txt")).unwrap().contains("stratgy"));
    assert!(!report("json").exists() && !report("html").exists(), "they told of another hand-in");
    assert!(folder.path().join("reports/ada.json").exists());
}

#[test]
fn nothing_is_written_where_it_would_be_taken_for_a_hand_in() {
    let folder = class();
    let hand_ins = folder.path().join("hand-ins");
    fs::copy(hand_ins.join("ada.ron"), hand_ins.join("ada.json")).unwrap();
    let before = fs::read_dir(&hand_ins).unwrap().count();
    for line in ["class canary hand-ins --out hand-ins", "class canary hand-ins --work hand-ins/kept"] {
        let answer = call(folder.path(), line);
        assert!(
            answer.code == 2 && answer.stderr.contains("name a folder outside"),
            "{line}: {}",
            answer.stderr
        );
    }
    let answer = call(&hand_ins, "class canary . --out reports/new");
    assert!(answer.code == 2 && answer.stderr.contains("reports/new: it lies in ."), "{}", answer.stderr);
    assert_eq!(fs::read_dir(&hand_ins).unwrap().count(), before);
}

#[test]
fn a_table_that_cannot_be_written_keeps_nothing_else_from_being_written() {
    let folder = class();
    let line = "class canary hand-ins --seeds 1 --csv nowhere/grades.csv --staff staff.html --format json";
    let answer = call(folder.path(), line);
    assert!(answer.code == 2 && answer.stderr.contains("nowhere/grades.csv"), "{}", answer.stderr);
    assert!(serde_json::from_str::<serde_json::Value>(&answer.stdout).is_ok());
    assert!(fs::read_to_string(folder.path().join("staff.html")).unwrap().contains("ada"));
}
