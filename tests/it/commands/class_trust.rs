//! Trust: the hash of a key that is published first, signed results, and hand-ins that are alike.

use std::fs;

use super::call;
use super::class_kept::class;

#[test]
fn a_key_is_committed_to_before_the_course() {
    let folder = class();
    fs::write(folder.path().join("course.key"), "a long secret of this course\n").unwrap();
    let answer = call(folder.path(), "commit course.key");
    // From `printf %s "a long secret of this course" | sha256sum`.
    let hash = "sha256 4fb541bc603efc7cb5661a220698d71179cb75be15c3ceb02a1b158dd19e9b1e";
    assert!(answer.stdout.starts_with(hash), "{}", answer.stdout);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""));
    fs::write(folder.path().join("course.key"), "short").unwrap();
    assert!(call(folder.path(), "commit course.key").stderr.contains("could be found by trying"));
    fs::write(folder.path().join("course.key"), " \n").unwrap();
    assert_eq!(call(folder.path(), "commit course.key").code, 2);
}

#[test]
fn a_signed_result_is_verified_and_a_changed_one_is_found() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("course.key"), "a long secret of this course").unwrap();
    fs::write(here.join("other.key"), "another long secret of a course").unwrap();
    call(here, "class proof hand-ins --key course.key --course devops --out reports --work work");
    let verify = |more: &str| call(here, &format!("verify reports/s10.json --key {more}"));
    let answer = verify("course.key --hand-in hand-ins/s10.ron");
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("exercise proof, student s10"), "{}", answer.stdout);
    assert_eq!(verify("other.key").code, 1);
    let other = verify("course.key --hand-in hand-ins/s11.ron");
    assert!(other.code == 1 && other.stdout.contains("another hand-in"), "{}", other.stdout);
    let text = fs::read_to_string(here.join("reports/s10.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for field in ["engine_version", "exercise_hash", "hand_in_hash", "signature"] {
        assert!(value[field].is_string(), "{field}");
    }
    // Every 97th byte here; every bit of every byte in the test of the signature itself.
    for at in (0..text.len()).step_by(97).chain([text.len() - 1]) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        fs::write(here.join("reports/s10.json"), bytes).unwrap();
        assert_ne!(verify("course.key").code, 0, "byte {at}");
    }
}

#[test]
fn a_single_grade_is_signed_as_well() {
    let folder = class();
    let here = folder.path();
    fs::write(here.join("course.key"), "a long secret").unwrap();
    let line = "grade proof hand-ins/s10.ron --format json --out result.json";
    let graded = call(here, &format!("{line} --key course.key --student s10"));
    assert!(graded.code < 2, "{}", graded.stderr);
    let verify = || call(here, "verify result.json --key course.key --hand-in hand-ins/s10.ron");
    assert_eq!(verify().code, 0, "{}{}", verify().stdout, verify().stderr);
    let text = fs::read_to_string(here.join("result.json")).unwrap();
    fs::write(here.join("result.json"), text.replacen("\"score\": ", "\"score\": 1", 1)).unwrap();
    assert!(verify().code == 1 && verify().stdout.contains("not as signed"), "{}", verify().stdout);
    // Without a key nobody could check a signature, and the hash of the hand-in stands there all the same.
    call(here, line);
    let value =
        serde_json::from_str::<serde_json::Value>(&fs::read_to_string(here.join("result.json")).unwrap());
    let value = value.unwrap();
    assert!(value["hand_in_hash"].is_string() && value.get("signature").is_none());
}

#[test]
fn hand_ins_that_are_alike_are_reported_to_staff_and_cost_nobody_a_point() {
    let folder = class();
    let here = folder.path();
    let solution = fs::read_to_string(here.join("proof/solution.ron")).unwrap();
    let copied = solution.replace("A tenth, measured", "mine");
    for student in ["ann", "ben"] {
        fs::write(here.join(format!("hand-ins/{student}.ron")), format!("// by {student}\n{copied}"))
            .unwrap();
    }
    let answer = call(here, "class proof hand-ins --staff staff.html");
    assert!(answer.stdout.contains("ann"), "{}", answer.stdout);
    let page = fs::read_to_string(here.join("staff.html")).unwrap();
    assert!(page.contains("is the model solution"), "whatever its title: {page}");
    for said in ["<svg", "<desc>", "Hand-ins by score", "Safety against speed", "discrimination"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<script") && !page.contains("http"));
}
