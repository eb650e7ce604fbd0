//! Packages, each unpacked into the folders that its system gives and run as that system runs it, by a user without rights where the
//! tests may become one.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{hand_ins, here, keeps};
use crate::lab::lab;

/// The package of the first exercise for `system`, with what else is asked for.
fn package(folder: &Path, system: &str, more: &[&str]) -> Vec<u8> {
    let out = folder.join(format!("{system}.zip"));
    let call = lab(here()).args(["package", system, "all-at-once", "--seeds", "1", "--out"]);
    let answer = call.arg(&out.display().to_string()).args(more.iter().copied()).answer();
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    // The program of the tests is no static one, where the compiler makes none.
    assert!(answer.stderr.is_empty() || answer.stderr.contains("C library"), "{}", answer.stderr);
    fs::read(out).unwrap()
}

fn unpack(bytes: Vec<u8>, folder: &Path) {
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().extract(folder).unwrap();
    // The library lets nobody else into the folders that it makes; the systems' own tools do.
    let opened = Command::new("chmod").args(["-R", "a+rX"]).arg(folder).status().unwrap();
    assert!(opened.success());
}

/// Lets everybody in, and write where `open` says so.
fn let_in(folder: &Path, open: bool) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if open { 0o777 } else { 0o755 };
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
}

/// `program` as a user without rights, where the tests run as root and so may become one.
fn unprivileged(program: &str, arguments: &[&str]) -> Command {
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    let mut command = if id == b"0\n" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
        command
    } else {
        Command::new(program)
    };
    command.args(arguments).env_remove("HOME");
    command
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Empties a folder and lays `files` into it.
fn fill(folder: &Path, files: &[(&str, &Path)]) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let_in(folder, false);
    for (name, file) in files {
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        fs::copy(file, folder.join(name)).unwrap();
    }
}

/// The score that `grade` gives to a plan, with what else is asked for.
fn score(plan: &Path, more: &[&str]) -> f64 {
    let call = lab(here()).args(["grade", "all-at-once", "--seeds", "1", "--format", "json"]);
    let answer = call.arg(&plan.display().to_string()).args(more.iter().copied()).answer();
    serde_json::from_str::<Value>(&answer.stdout).unwrap()["score"].as_f64().unwrap()
}

/// A key file that is not the exercise's own seeds.
fn key(folder: &Path) -> PathBuf {
    let key = folder.join("course.key");
    fs::write(&key, "a long secret of this course").unwrap();
    key
}

#[test]
fn gradescope_runs_its_autograder_and_gets_a_result_for_whatever_was_submitted() {
    let folder = tempfile::tempdir().unwrap();
    let_in(folder.path(), false);
    let [starter, solution, broken] = hand_ins(folder.path());
    let key = key(folder.path());
    let secret = ["--key", &key.display().to_string(), "--course", "it's 2026"].map(str::to_owned);
    let secret: Vec<&str> = secret.iter().map(String::as_str).collect();
    for more in [&[][..], &secret[..]] {
        // The folders of "File hierarchy" in Gradescope's specification.
        let root = folder.path().join("autograder");
        let _ = fs::remove_dir_all(&root);
        unpack(package(folder.path(), "gradescope", more), &root.join("source"));
        fs::copy(root.join("source/run_autograder"), root.join("run_autograder")).unwrap();
        fs::create_dir_all(root.join("results")).unwrap();
        let_in(&root.join("results"), true);
        fs::write(
            root.join("submission_metadata.json"),
            r#"{"id": 123456, "users": [{"email": "eva@x", "id": 1234, "name": "Eva"}], "submission_method": "upload"}"#,
        )
        .unwrap();
        let setup =
            Command::new(root.join("source/setup.sh")).env("AUTOGRADER_ROOT", &root).output().unwrap();
        assert!(setup.status.success(), "{}", told(&setup));
        let run = || {
            let program = root.join("run_autograder").display().to_string();
            let mut command = unprivileged(&program, &[]);
            let output = command.current_dir(&root).env("AUTOGRADER_ROOT", &root).output().unwrap();
            assert!(output.status.success(), "{}", told(&output));
            let value = read(&root.join("results/results.json"));
            keeps("gradescope", &value);
            value
        };
        let student = ["--student", "1234"];
        let asked: Vec<&str> =
            if more.is_empty() { vec![] } else { more.iter().chain(&student).copied().collect() };
        for plan in [&solution, &starter] {
            fill(&root.join("submission"), &[("plan.ron", plan), ("README.md", &broken)]);
            assert_eq!(run()["score"], score(plan, &asked), "{}", plan.display());
        }
        fill(&root.join("submission"), &[("my work/plan.ron", &solution)]);
        assert_eq!(run()["score"], score(&solution, &asked), "a folder in the submission is looked into");
        for (files, says) in [
            (vec![("plan.ron", broken.as_path())], "stepz"),
            (vec![("a.ron", solution.as_path()), ("b.ron", starter.as_path())], "holds 2 hand-ins"),
            (vec![("notes.txt", broken.as_path())], "holds no hand-in"),
        ] {
            fill(&root.join("submission"), &files);
            let value = run();
            assert_eq!(
                (value["score"].as_f64(), &value["extra_data"]["graded"]),
                (Some(0.0), &Value::Bool(false))
            );
            assert!(value["output"].as_str().unwrap().contains(says), "{value:#}");
        }
        // What cannot be graded for a reason of ours is no result, so that Gradescope tells staff.
        fs::remove_file(root.join("source/exercise/exercise.ron")).unwrap();
        let program = root.join("run_autograder").display().to_string();
        let failed =
            unprivileged(&program, &[]).current_dir(&root).env("AUTOGRADER_ROOT", &root).output().unwrap();
        assert!(!failed.status.success() && !root.join("results/results.json").exists(), "{}", told(&failed));
    }
}

#[test]
fn prairielearn_runs_its_grader_and_reads_its_question() {
    let folder = tempfile::tempdir().unwrap();
    let_in(folder.path(), false);
    let [starter, solution, broken] = hand_ins(folder.path());
    let key = key(folder.path()).display().to_string();
    for more in [&[][..], &["--key", &key, "--course", "c"][..]] {
        let course = folder.path().join("course");
        let _ = fs::remove_dir_all(&course);
        unpack(package(folder.path(), "prairielearn", more), &course);
        let question = course.join("questions/rollout-lab/all-at-once");
        let info = read(&question.join("info.json"));
        keeps("prairielearn-question", &info);
        assert_eq!(info["singleVariant"], more.is_empty(), "with a key each variant has seeds of its own");
        let page = fs::read_to_string(question.join("question.html")).unwrap();
        assert!(page.contains("<pl-external-grader-results>") && !page.contains("{{"));
        assert!(fs::read_to_string(course.join("grader/Dockerfile")).unwrap().contains("FROM "));
        // The folders of "The Grading Process" in PrairieLearn's documentation.
        let root = folder.path().join("grade");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("data")).unwrap();
        let_in(&root, true);
        fs::write(
            root.join("data/data.json"),
            r#"{"variant_seed": "3fz", "params": {}, "submitted_answers": {}}"#,
        )
        .unwrap();
        let copied = Command::new("cp")
            .arg("-r")
            .arg(question.join("tests"))
            .arg(root.join("tests"))
            .status()
            .unwrap();
        assert!(copied.success());
        let asked: Vec<&str> = if more.is_empty() {
            vec![]
        } else {
            more.iter().chain(&["--student", "3fz"]).copied().collect()
        };
        for (plan, expected) in [
            (&solution, Some(score(&solution, &asked))),
            (&starter, Some(score(&starter, &asked))),
            (&broken, None),
        ] {
            fill(&root.join("student"), &[("plan.ron", plan)]);
            let program = course.join("grader/grade.sh").display().to_string();
            let output = unprivileged(&program, &[]).env("GRADE_ROOT", &root).output().unwrap();
            assert!(output.status.success(), "{}", told(&output));
            let value = read(&root.join("results/results.json"));
            keeps("prairielearn", &value);
            let found = value["score"].as_f64().map(|share| (share * 10_000.0).round());
            assert_eq!(found, expected.map(|score| (score * 100.0).round()), "{value:#}");
        }
    }
}

#[test]
fn a_step_of_github_actions_grades_the_checkout_and_tells_it_in_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let_in(folder.path(), false);
    let [_, solution, broken] = hand_ins(folder.path());
    let checkout = folder.path().join("checkout");
    unpack(package(folder.path(), "github", &["--course", "c"]), &checkout);
    let workflow = fs::read_to_string(checkout.join(".github/workflows/rollout-lab.yml")).unwrap();
    assert!(workflow.contains("bash .rollout-lab/grade.sh") && workflow.contains("secrets.ROLLOUT_LAB_KEY"));
    assert!(checkout.join("plan.ron").is_file(), "learners find the starter");
    let temp = folder.path().join("temp");
    fs::create_dir(&temp).unwrap();
    let_in(&temp, true);
    let summary = temp.join("summary.md");
    let run = |key: &str| {
        let _ = fs::remove_file(&summary);
        let mut command = unprivileged("bash", &[".rollout-lab/grade.sh"]);
        command.current_dir(&checkout).env("RUNNER_TEMP", &temp).env("GITHUB_STEP_SUMMARY", &summary);
        let output = command.env("ROLLOUT_LAB_KEY", key).env("STUDENT", "eva").output().unwrap();
        let text = fs::read_to_string(&summary).unwrap_or_else(|_| panic!("{}", told(&output)));
        (output.status.code(), text)
    };
    let (code, text) = run("");
    assert!(code == Some(1) && text.contains(": not passed: ") && text.contains("| criterion |"), "{text}");
    fs::copy(&solution, checkout.join("plan.ron")).unwrap();
    let (code, text) = run("");
    assert!(code == Some(0) && text.contains(": passed: "), "{text}");
    assert!(temp.join("rollout-lab/verdict.html").is_file());
    let (_, text) = run("a long secret");
    assert!(text.contains("secret seeds by the key"), "{text}");
    assert!(!temp.join("rollout-lab/course.key").exists(), "no later step finds the key");
    fs::copy(&broken, checkout.join("plan.ron")).unwrap();
    let (code, text) = run("");
    assert!(code == Some(2) && text.contains(": not graded") && !text.contains("<script"), "{text}");
}

#[test]
fn no_key_goes_where_students_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let key = key(folder.path()).display().to_string();
    let out = folder.path().join("p.zip").display().to_string();
    let call = lab(here()).args(["package", "github", "all-at-once", "--out", &out, "--key", &key]);
    let answer = call.answer();
    assert!(answer.code == 2 && answer.stderr.contains("ROLLOUT_LAB_KEY"), "{}", answer.stderr);
    assert!(!Path::new(&out).exists());
}

#[test]
fn classroom_50_runs_its_autograder_in_a_checkout() {
    let folder = tempfile::tempdir().unwrap();
    let_in(folder.path(), false);
    let [starter, _, broken] = hand_ins(folder.path());
    let bundle = folder.path().join("bundle");
    unpack(package(folder.path(), "classroom50", &[]), &bundle);
    let checkout = folder.path().join("checkout");
    fs::create_dir(&checkout).unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(&checkout)
            .args(["-c", "user.name=eva", "-c", "user.email=eva@x"])
            .args(arguments);
        let date = "2026-06-01T16:32:01+02:00";
        let output = command.env("GIT_COMMITTER_DATE", date).env("GIT_AUTHOR_DATE", date).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
    };
    git(&["init", "-q"]);
    for (plan, graded) in [(&starter, true), (&broken, false)] {
        fs::copy(plan, checkout.join("plan.ron")).unwrap();
        git(&["add", "-A"]);
        git(&["commit", "-q", "-m", "submit"]);
        let mut command = Command::new("python3");
        command.arg(bundle.join("autograder.py")).current_dir(&checkout).env_remove("SUBMITTED_AT");
        for (name, value) in [
            ("CLASSROOM", "devops"),
            ("ASSIGNMENT", "all-at-once"),
            ("SUBMISSION_TAG", "submit/x"),
            ("COMMIT_URL", "https://github.com/x/y/commit/z"),
            ("RELEASE_URL", "https://github.com/x/y/releases/tag/z"),
            ("OWNER", "eva"),
        ] {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        let value = read(&checkout.join("result.json"));
        keeps("classroom50", &value);
        assert_eq!(value["datetime"], "2026-06-01T14:32:01Z");
        assert_eq!(value["owner"], "eva");
        assert_eq!(value["tests"].as_array().unwrap().len() > 1, graded, "{value:#}");
    }
}

#[test]
fn a_package_says_when_its_program_does_not_run_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let out = folder.path().join("p.zip");
    let mut elf = vec![0; 64 + 56];
    elf[..6].copy_from_slice(b"\x7fELF\x02\x01");
    // Machine, place of the table of parts, width and number of these, and the type of the one.
    for (machine, kind, says) in [(62, 1, ""), (62, 3, "loads the C library"), (183, 1, "another processor")]
    {
        for (at, byte) in [(18, machine), (32, 64), (54, 56), (56, 1), (64, kind)] {
            elf[at] = byte;
        }
        fs::write(&program, &elf).unwrap();
        let call = lab(here()).args(["package", "gradescope", "all-at-once", "--out", out.to_str().unwrap()]);
        let answer = call.args(["--binary", program.to_str().unwrap()]).answer();
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        assert_eq!(answer.stderr.is_empty(), says.is_empty(), "{}", answer.stderr);
        assert!(answer.stderr.contains(says), "{}", answer.stderr);
    }
}

#[test]
fn a_package_is_the_same_bytes_each_time_and_holds_no_solution() {
    let folder = tempfile::tempdir().unwrap();
    let one = package(folder.path(), "gradescope", &[]);
    assert_eq!(one, package(folder.path(), "gradescope", &[]), "an earlier .zip is replaced by the same");
    let archive = zip::ZipArchive::new(Cursor::new(one)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    for name in ["setup.sh", "run_autograder", "exercise/exercise.ron"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    assert!(!names.iter().any(|name| name.contains("solution") || name.contains("wrong")), "{names:?}");
}
