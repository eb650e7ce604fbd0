//! The incident museum: every incident meets what was published, `docs/museum.md` says so, and an incident of one's own that
//! does not is told.

use std::fs;
use std::path::{Path, PathBuf};

use rollout_lab::exercise::Playbook;
use rollout_lab::library::load::exercise;
use rollout_lab::library::shipped::{exercise_files, find_text};
use rollout_lab::library::{museum_duty, read_ron};
use serde_json::Value;

use crate::lab::{Answer, lab};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_incident_is_retold_and_the_page_of_the_museum_is_what_the_command_says() {
    let answer = lab(&root()).args(["museum", "--format", "markdown"]).answer();
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    let path = root().join("docs/museum.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &answer.stdout).unwrap();
    } else {
        let page = fs::read_to_string(path).unwrap();
        assert!(
            page == answer.stdout,
            "docs/museum.md is not what the command says; write it anew with UPDATE=1"
        );
    }
    let incidents = answer.stdout.lines().filter(|line| line.starts_with("## ")).count();
    assert!(incidents >= 20, "{incidents} incidents");
}

/// The folder `crates-2023` with changes to its files, and what `museum` answers about it.
fn changed(changes: &[(&str, &str, &str)]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("crates-2023");
    fs::create_dir(&own).unwrap();
    for file in ["incident.ron", "scenario.ron", "naive.ron", "recommended.ron"] {
        let mut text = fs::read_to_string(root().join("scenarios/museum/crates-2023").join(file)).unwrap();
        for (_, from, to) in changes.iter().filter(|(of, ..)| *of == file) {
            assert!(text.contains(from), "{file}: {from}");
            text = text.replace(from, to);
        }
        fs::write(own.join(file), text).unwrap();
    }
    lab(folder.path()).args(["museum", "./crates-2023", "--format", "json"]).answer()
}

fn incident(answer: &Answer) -> Value {
    let json: Value = serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.stderr));
    json["incidents"][0].clone()
}

#[test]
fn an_incident_that_is_not_as_published_is_told_and_the_json_keeps_its_contract() {
    let sound = changed(&[]);
    assert_eq!(sound.code, 0, "{}", sound.stdout);
    let told = incident(&sound);
    for field in
        ["id", "title", "date", "source", "seed", "figures", "order", "naive", "recommended", "holds"]
    {
        assert!(told.get(field).is_some(), "{field}");
    }
    for field in ["figure", "unit", "published", "measured", "is_met"] {
        assert!(told["figures"][0].get(field).is_some(), "{field}");
    }
    let lasted = changed(&[("incident.ron", "\"13m\"", "\"18m\"")]);
    assert_eq!((lasted.code, &incident(&lasted)["figures"][0]["is_met"]), (1, &Value::Bool(false)));
    let order = changed(&[("incident.ron", "[ReleaseBegins, OutageBegins", "[OutageBegins, ReleaseBegins")]);
    assert_eq!((order.code, &incident(&order)["is_in_order"]), (1, &Value::Bool(false)));
    let late = changed(&[
        ("recommended.ron", "Weight(\"5%\")", "Weight(\"50%\")"),
        ("recommended.ron", "\"30s\"", "\"5m\""),
    ]);
    assert_eq!((late.code, &incident(&late)["holds"]), (1, &Value::Bool(false)));
}

#[test]
fn what_is_wrong_with_an_incident_is_told_with_its_place() {
    let changes = [
        ("incident.ron", "2023-07-20", "2023-13-20"),
        ("incident.ron", "\"100%\"", "\"0%\""),
        ("incident.ron", "(release: \"v2\")", "(release: \"v3\")"),
        ("incident.ron", "\"18m10s\"", "\"2h\""),
        ("scenario.ron", "id: \"crates-2023\"", "id: \"other\""),
    ];
    let answer = changed(&changes);
    assert_eq!(answer.code, 2);
    for part in [
        "incident.ron:4:11: \"2023-13-20\" is no day",
        "a published figure is above zero",
        "unknown release \"v3\"",
        "2:00:00 is not before the end of the run",
        "the id is \"other\" and the folder \"crates-2023\"",
    ] {
        assert!(answer.stderr.contains(part), "{part}\n{}", answer.stderr);
    }
    let empty = tempfile::tempdir().unwrap();
    let none = lab(empty.path()).args(["museum", "."]).answer();
    assert_eq!(
        (none.code, none.stderr.contains("this folder holds no incident.ron")),
        (2, true),
        "{}",
        none.stderr
    );
}

#[test]
fn an_incident_is_a_page_of_its_own_and_its_scenario_runs_by_its_id() {
    let here = Path::new(".");
    let page = lab(here).args(["museum", "crates-2023"]).answer();
    assert_eq!(page.code, 0);
    for part in ["20 July 2023", "Source:", "Simplified:", "Try:", "3,700,000", "times fewer"] {
        assert!(page.stdout.contains(part), "{part}\n{}", page.stdout);
    }
    assert!(page.stdout.lines().all(|line| line.chars().count() <= 100), "{}", page.stdout);
    let run = page.stdout.lines().find_map(|line| line.strip_prefix("rollout-lab ")).unwrap();
    let answer = lab(here).args(run.split(' ')).answer();
    assert_eq!(answer.code, 0, "{run}\n{}", answer.stderr);
    let unknown = lab(here).args(["museum", "crates"]).answer();
    assert_eq!(
        (unknown.code, unknown.stderr.contains("no incident of that name")),
        (2, true),
        "{}",
        unknown.stderr
    );
}

#[test]
fn every_incident_can_be_met_on_duty() {
    let names: Vec<String> = museum_duty::names().collect();
    assert!(names.len() >= 20, "{}", names.len());
    for name in names {
        let ready = exercise(&name).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        let (on, world) = (&ready.exercise, &ready.scenario);
        assert_eq!(on.problems(Some(world)), [], "{name}");
        let cases: Vec<&str> = on.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(cases, ["incident", "quiet", "passing trouble"], "{name}");
        let points: f64 = on.rubric.iter().map(|criterion| criterion.points).sum();
        assert_eq!(points, 100.0, "{name}");
        assert_eq!(ready.starter.problems(Some(world)), [], "{name}");
        for learner in ["ada", "bob", "eve"] {
            let orders: Vec<usize> = on.watch_of(learner).iter().map(|turn| turn.case).collect();
            assert_eq!(orders.len(), 3, "{name}");
        }
        let files = exercise_files(&name).unwrap();
        let playbook = files.file("solution.ron").unwrap();
        let playbook: Playbook = read_ron(&playbook.file, &playbook.text).unwrap().0;
        assert_eq!(playbook.problems(Some((on, world, &ready.starter))), [], "{name}");
        let brief = find_text(&format!("{name}/brief.md")).unwrap().text;
        assert!(brief.contains(&format!("rollout-lab play {name}")) && !brief.contains("{title}"), "{name}");
    }
}

/// What is done on duty is scored as in any other exercise, and nothing that is shown tells which day it is.
#[test]
fn an_incident_is_played_graded_and_not_told_apart_by_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let play = |learner: &str, script: &str| {
        let line = ["play", "museum/crates-2023", "--learner", learner, "--out", &format!("{learner}.ron")];
        lab(folder.path()).args(line).typed(script)
    };
    for learner in ["ada", "bob", "eve"] {
        let answer = play(learner, "status\nrun until change\nstatus\nlog\nbrief\nquit\n");
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
        for telling in ["every address is wrong", "passing-trouble", "passing trouble", "without defects"] {
            assert!(!answer.stdout.contains(telling), "{telling}: {}", answer.stdout);
        }
    }
    let all = play("ada", &"run until end\nnext\n".repeat(3));
    assert_eq!(all.code, 1, "{}{}", all.stdout, all.stderr);
    let graded =
        lab(folder.path()).args(["grade", "museum/crates-2023", "ada.ron", "--format", "json"]).answer();
    let json: Value = serde_json::from_str(&graded.stdout).unwrap_or_else(|_| panic!("{}", graded.stderr));
    assert_eq!(json["passed"], false);
    assert_eq!(lab(folder.path()).args(["brief", "museum/crates-2023"]).answer().code, 0);
    // Commands that are printed name the exercise by its id.
    let run = ["run", "museum-crates-2023/quiet", "--plan", "museum-crates-2023/starter"];
    assert_eq!(lab(folder.path()).args(run).answer().code, 0);
    let unknown = lab(folder.path()).args(["play", "museum/crates-2032"]).answer();
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean \"crates-2023\"?"), "{}", unknown.stderr);
}

#[test]
fn an_incident_is_told_in_the_language_that_is_asked_for() {
    let here = &root();
    let said = |line: &str| {
        let answer = lab(here).args(line.split(' ')).answer();
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{line}");
        answer.stdout
    };
    let page = said("museum knight-2012 --lang de-AT").replace('\n', " ");
    for text in [
        "Neuer Code erreichte sieben von acht Servern",
        "Schicke alle Aufträge",
        "Knight Capital, 2012-08-01",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("New code reached"), "{page}");
    let json: Value = serde_json::from_str(&said("museum slack-2021 --lang de --format json")).unwrap();
    assert_eq!(json["incidents"][0]["title"], "Slack, der erste Arbeitstag");
    // What there is no translation into is told as it is.
    assert!(said("museum knight-2012 --lang tlh").contains("New code reached"));
    let brief = said("brief museum/knight-2012 --lang de");
    assert!(brief.starts_with("# Im Dienst: Ein Auftragsrouter mit einem Flag"), "{brief}");
    assert!(brief.contains("Acht Server leiten Aufträge weiter") && !brief.contains('{'), "{brief}");
    let hint = said("hint museum/knight-2012 1 --lang de").replace('\n', " ");
    assert!(hint.contains("Schreib auf, wann das Release begann"), "{hint}");
    assert!(said("brief museum/knight-2012").starts_with("# On duty: An order router"));
}

/// An incident of one's own: the folder of `crates-2023`, with these files more.
fn own_incident(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("crates-2023");
    fs::create_dir(&own).unwrap();
    for file in ["incident.ron", "scenario.ron", "naive.ron", "recommended.ron"] {
        fs::copy(root().join("scenarios/museum/crates-2023").join(file), own.join(file)).unwrap();
    }
    for (name, text) in files {
        fs::write(own.join(name), text).unwrap();
    }
    folder
}

#[test]
fn what_does_not_fit_in_a_translation_of_an_incident_is_told_with_its_place() {
    for (text, told) in [
        ("(format: 1, titel: \"x\")", "texts.de.ron:1:13: unknown field \"titel\""),
        ("(format: 1, to_try: [\"eins\"])", "texts.de.ron:1:21: 1 texts, and the incident has 2"),
        ("(format: 1, by_hand: [\"a\", \"b\"])", "texts.de.ron:1:22: 2 texts, and the incident has 1"),
        (
            "(format: 1, scenario: (notes: {\"v3\": \"x\"}))",
            "texts.de.ron:1:38: unknown release \"v3\"; did you mean",
        ),
        ("(format: 1, scenario: (titel: \"x\"))", "texts.de.ron:1:24: unknown field \"titel\""),
        ("(format: 7)", "texts.de.ron:1:10: format 7 is from a newer Rollout Lab"),
    ] {
        let folder = own_incident(&[("texts.de.ron", text)]);
        let answer = lab(folder.path()).args(["check", "crates-2023"]).answer();
        assert_eq!(answer.code, 1, "{text}: {}", answer.stdout);
        assert!(answer.stdout.contains(told), "{told}: {}", answer.stdout);
        // What is broken is not told half.
        let page = lab(folder.path()).args(["museum", "./crates-2023", "--lang", "de"]).answer();
        assert_eq!(page.code, 2, "{}", page.stdout);
        assert!(page.stderr.contains(told), "{}", page.stderr);
    }
}

#[test]
fn each_text_of_an_incident_is_told_in_english_where_it_has_no_other() {
    let texts = "(format: 1, lesson: \"Gelernt.\", scenario: (title: \"Ein Verzeichnis\"))";
    let folder = own_incident(&[("texts.de.ron", texts)]);
    let said = |line: &[&str]| {
        let answer = lab(folder.path()).args(line.iter().copied()).answer();
        assert_eq!(answer.code, 0, "{line:?}: {}{}", answer.stdout, answer.stderr);
        answer.stdout
    };
    let page = said(&["museum", "./crates-2023", "--lang", "de"]);
    assert!(page.contains("Lesson: Gelernt.") && page.contains("A deploy built wrong addresses"), "{page}");
    let brief = said(&["brief", "./crates-2023", "--lang", "de"]);
    assert!(brief.starts_with("# Im Dienst: Ein Verzeichnis"), "{brief}");
    assert!(brief.contains("Builds all over the world") && brief.contains("Heute hast du Dienst"), "{brief}");
    said(&["check", "crates-2023"]);
    // A brief of its own is told in place of the one that all incidents share, in each language that it has.
    let own = ("brief.md", "# Mine: {title}\n\n{about}\n\n## Goals\n\n- Look at `{name}`.\n");
    let folder = own_incident(&[("texts.de.ron", texts), own, ("brief.fr.md", "# Le mien\n")]);
    let said = |line: &[&str]| lab(folder.path()).args(line.iter().copied()).answer().stdout;
    // By a path, and by a name that a shipped incident has too: no exercise is called like that, so the folder is meant.
    for name in ["./crates-2023", "crates-2023"] {
        let brief = said(&["brief", name]);
        assert!(brief.starts_with("# Mine: A package registry"), "{name}: {brief}");
        assert!(brief.contains("Builds all over") && brief.contains(&format!("Look at `{name}`")), "{brief}");
        assert!(said(&["brief", name, "--lang", "de"]).starts_with("# Mine: A package registry"), "{name}");
    }
    assert!(said(&["brief", "./crates-2023", "--lang", "fr"]).starts_with("# Le mien"));
}
