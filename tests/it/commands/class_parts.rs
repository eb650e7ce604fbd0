//! `class --shard` and `merge`: several machines grade parts of a class, to the same bytes.

use std::fs;
use std::path::{Path, PathBuf};

use super::class_kept::{class, kept, killed_midway};
use super::{call, json};
use crate::lab::lab;

const MERGE: &str =
    "proof hand-ins --roster roster.csv --csv grades.csv --out reports --staff staff.html --work parts";

fn roster(folder: &Path) {
    let students = (10..22).map(|number| {
        let came = if number == 12 { "2026-11-30T12:10Z" } else { "2026-11-30T11:00Z" };
        format!("s{number},\"Name{number}, Ada\",,2026-11-30T12:00Z,{came}\n")
    });
    let list = format!(
        "id,name,group,due,submitted\n{}zoe,Zoe Z,s10,,\nmax,Max M,,,\n",
        students.collect::<String>()
    );
    fs::write(folder.join("roster.csv"), list).unwrap();
}

/// Everything that a command writes, and how it ends.
fn all(folder: &Path, line: &str) -> (i32, Vec<String>) {
    fs::remove_dir_all(folder.join("reports")).ok();
    let answer = call(folder, line);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder.join("reports")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.extend(["grades.csv", "staff.html"].map(|name| folder.join(name)));
    let texts = files.into_iter().map(|path| fs::read_to_string(path).unwrap());
    (answer.code, std::iter::once(answer.stdout).chain(texts).collect())
}

#[test]
fn parts_come_to_the_same_bytes_however_many_there_are_and_in_any_order() {
    let folder = class();
    let here = folder.path();
    roster(here);
    let whole = all(here, &format!("class {}", MERGE.replace("parts", "whole")));
    for count in [1, 2, 7] {
        fs::remove_dir_all(here.join("parts")).ok();
        for number in (1..=count).rev() {
            let line = format!("class proof hand-ins --work parts --shard {number}/{count}");
            let answer = call(here, &line);
            // A whole class ends by whether all could be graded; a part only by whether it was done.
            assert_eq!(answer.code, i32::from(count == 1), "{line}: {}", answer.stderr);
        }
        let merged = all(here, &format!("merge {MERGE}"));
        assert_eq!(merged, whole, "{count} parts");
    }
    let table = &whole.1[whole.1.len() - 2];
    let head: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let place = |name: &str| head.iter().position(|title| *title == name).unwrap();
    let cell = |student: &str, name: &str| {
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let row = rows.iter().find(|row| &row[place("student_id")] == student).unwrap();
        row[place(name)].to_owned()
    };
    assert_eq!((cell("s12", "late_s").as_str(), cell("s13", "late_s").as_str()), ("600", "0"));
    assert_eq!((cell("s12", "first_name").as_str(), cell("s12", "last_name").as_str()), ("Ada", "Name12"));
    assert_eq!(cell("zoe", "score"), cell("s10", "score"), "the hand-in of her group");
    assert_eq!(cell("max", "error"), "no hand-in");
    let staff = &whole.1[whole.1.len() - 1];
    for said in ["came late by", "is not on the list", "no hand-in", "wrong-unwatched.ron"] {
        assert!(staff.contains(said), "{said}: {staff}");
    }
}

#[test]
fn a_part_that_was_killed_is_missed_and_begun_again() {
    let folder = class();
    let here = folder.path();
    let part = |number: u32| format!("class proof hand-ins --work parts --shard {number}/2");
    assert_eq!(call(here, &part(1)).code, 0);
    let parts = here.join("parts");
    let whole = 13 - kept(&parts).len();
    killed_midway(here, &part(2), &parts, 1, whole);
    let answer = call(here, "merge proof hand-ins --work parts --format json");
    assert_eq!(answer.code, 1);
    let missing = answer.stderr.lines().filter(|line| line.ends_with("no part has graded it yet")).count();
    assert!(missing > 0, "{}", answer.stderr);
    let merged: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    let rows = merged["hand_ins"].as_array().unwrap();
    assert_eq!(rows.iter().filter(|row| row["error_kind"] == "missing").count(), missing);
    assert_eq!(call(here, &part(2)).code, 0);
    let merged = call(here, "merge proof hand-ins --work parts --format json");
    assert_eq!((merged.code, merged.stderr.as_str()), (1, ""), "one hand-in is broken");
    assert_eq!(merged.stdout, call(here, "class proof hand-ins --work other --format json").stdout);
}

#[test]
fn a_hand_in_that_no_part_has_graded_keeps_no_report_of_an_earlier_one() {
    let folder = class();
    let here = folder.path();
    let merge = "merge proof hand-ins --work parts --out reports";
    assert_eq!(call(here, "class proof hand-ins --work parts").code, 1);
    assert_eq!(call(here, merge).code, 1);
    let report = |ending: &str| here.join(format!("reports/s10.{ending}"));
    assert!(["txt", "json", "html"].iter().all(|ending| report(ending).is_file()));
    let hand_in = here.join("hand-ins/s10.ron");
    fs::write(&hand_in, fs::read_to_string(&hand_in).unwrap() + "// changed\n").unwrap();
    let answer = call(here, merge);
    assert!(answer.stderr.contains("s10.ron: no part has graded it yet"), "{}", answer.stderr);
    assert!(!report("json").exists() && !report("html").exists());
    let told = fs::read_to_string(report("txt")).unwrap();
    assert_eq!(told, "hand-ins/s10.ron: no part has graded it yet\n");
}

#[test]
fn an_engine_says_which_part_it_is() {
    let folder = class();
    let here = folder.path();
    let line = "class proof hand-ins --format json --work parts";
    let rows = |variables: &[(&str, &str)]| -> Vec<String> {
        let call = variables
            .iter()
            .fold(lab(here).args(line.split(' ')), |call, (name, value)| call.env(name, value));
        let answer = call.answer();
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let value: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        let rows = value["hand_ins"].as_array().unwrap();
        rows.iter().map(|row| row["student"].as_str().unwrap().to_owned()).collect()
    };
    let count = ("ROLLOUT_LAB_SHARD_COUNT", "3");
    for index in 0..3u32 {
        let (zero, one) = (index.to_string(), (index + 1).to_string());
        let slurm =
            [("SLURM_ARRAY_TASK_ID", &*one), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "3")];
        let by_slurm = rows(&slurm);
        assert_eq!(by_slurm, rows(&[("JOB_COMPLETION_INDEX", &*zero), count]));
        assert_eq!(by_slurm, rows(&[("HQ_TASK_ID", &*zero), count]));
    }
    let answer = lab(here).args(line.split(' ')).env("HQ_TASK_ID", "1").answer();
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("ROLLOUT_LAB_SHARD_COUNT"), "{}", answer.stderr);
    let answer = call(here, "class proof hand-ins --shard 1/2 --csv grades.csv");
    assert!(answer.code == 2 && answer.stderr.contains("merge"), "{}", answer.stderr);
}

#[test]
fn a_list_that_is_wrong_is_refused_with_its_line() {
    let folder = class();
    fs::write(folder.path().join("roster.csv"), "id\ns10\ns10\n").unwrap();
    let answer = call(folder.path(), "class proof hand-ins --roster roster.csv");
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("roster.csv:3: \"s10\" is there twice"), "{}", answer.stderr);
    let answer = json(folder.path(), "class proof hand-ins --format json", 1);
    assert!(answer["hand_ins"][0]["listed"].is_null());
    for (list, told) in [
        ("id,name\ns10,\"Burns\ns11,Ada\n", "roster.csv:2: a cell goes over several lines"),
        ("id,name\ns10,Burns, Bob\n", "roster.csv:2: the cell \" Bob\" stands under no title"),
        (
            "id,due,submitted\ns10,2026-11-30T12:00Z,2026-11-30 12:10\n",
            "roster.csv:2: of \"2026-11-30T12:00Z\" and \"2026-11-30 12:10\" one has an offset",
        ),
    ] {
        fs::write(folder.path().join("roster.csv"), list).unwrap();
        let answer = call(folder.path(), "class proof hand-ins --roster roster.csv");
        assert!(answer.code == 2 && answer.stderr.contains(told), "{told} in {}", answer.stderr);
    }
}

/// What spreadsheets and systems write: semicolons and tabs, and a gradebook in which the students' logins stand in the fourth column.
#[test]
fn a_list_is_read_whatever_parts_its_cells_and_whichever_column_has_the_ids() {
    let folder = class();
    for list in [
        "id;name;due;submitted\ns10;\"Burns, Bob\";2026-11-30 12:00;2026-11-30 12:10\n",
        "\u{feff}Student ID\tFull Name\tDeadline\tSubmitted\ns10\tBurns, Bob\t2026-11-30 12:00\t2026-11-30 12:10\n",
        "Student,ID,SIS User ID,SIS Login ID,Section,Due,Submitted\n    Points Possible,,,,,,\n\"Burns, Bob\",17,u17,s10,A,2026-11-30T12:00Z,2026-11-30T12:10Z\n",
    ] {
        fs::write(folder.path().join("roster.csv"), list).unwrap();
        let value = json(folder.path(), "class proof hand-ins --roster roster.csv --format json", 1);
        let rows = value["hand_ins"].as_array().unwrap();
        let s10 = rows.iter().find(|row| row["student"] == "s10").unwrap();
        let listed = &s10["listed"];
        assert_eq!(
            (&listed["last_name"], &listed["late_s"]),
            (&"Burns".into(), &600.into()),
            "{list}: {s10}"
        );
        assert!(rows.iter().all(|row| row["error_kind"] != "missing"), "{list}: {value:#}");
    }
}
