//! `play`: an exercise by hand, line by line, from a pipe; and what it keeps, as it is graded.

use std::fs;
use std::path::Path;

use super::{call, json};
use crate::lab::{Answer, lab};

/// `rollout-lab play LINE` in `folder`, with `script` on its standard input; watches are counted there.
fn play(folder: &Path, line: &str, script: &str) -> Answer {
    lab(folder).env("ROLLOUT_LAB_DATA", ".kept").arg("play").args(line.split_whitespace()).typed(script)
}

/// Plays all cases of the duty in `ada.ron`, each to its end without doing anything.
fn to_the_end(folder: &Path) -> Answer {
    let script = "run until end\nnext\n".repeat(6);
    play(folder, "incident-response --learner ada --out ada.ron", &script)
}

/// The words that would tell what a case is.
const TELLING: [&str; 9] = [
    "v2-errors",
    "v2-slow",
    "payments-brownout",
    "metrics-dark",
    "spike",
    "three in ten payments",
    "an index was forgotten",
    "not our fault",
    "fault ",
];

#[test]
fn the_dashboards_are_shown_and_never_what_the_case_is() {
    let folder = tempfile::tempdir().unwrap();
    for learner in ["ada", "bob", "eve"] {
        let script =
            "status\nrun until change\nstep 2m\nstatus\nlook candidate\nlook payments\nlog\nbrief\nquit\n";
        let line = format!("incident-response --learner {learner} --out {learner}.ron");
        let answer = play(folder.path(), &line, script);
        assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
        for shown in ["requests/s", "stable", "candidate", "payments", "stock", "orders", "alert errors: "] {
            assert!(answer.stdout.contains(shown), "{shown}: {}", answer.stdout);
        }
        let kept = fs::read_to_string(folder.path().join(format!("{learner}.ron"))).unwrap();
        for telling in TELLING {
            assert!(!answer.stdout.contains(telling), "{telling}: {}", answer.stdout);
            assert!(!kept.contains(telling), "{telling}: {kept}");
        }
    }
}

#[test]
fn what_was_done_is_kept_and_a_case_is_not_played_twice() {
    let folder = tempfile::tempdir().unwrap();
    let line = "incident-response --learner ada --out ada.ron";
    let first = play(folder.path(), line, "step 8m\nhold because I want to look\n");
    assert!(first.stdout.contains("case 1 of 6, ada on duty"), "{}", first.stdout);
    let kept = fs::read_to_string(folder.path().join("ada.ron")).unwrap();
    assert!(kept.contains("I want to look") && kept.contains("played: \"8m\""), "{kept}");
    let on = play(folder.path(), line, "status\nback 1m\nnext\nrun until end\nstep\nnext\nquit\n");
    assert!(on.stdout.contains("8:00"), "it goes on where it stood: {}", on.stdout);
    for (line, said) in [(2, "not played again"), (3, "not over yet"), (5, "write `next`")] {
        let place = format!("line {line}: ");
        let told = on.stderr.lines().find(|text| text.starts_with(&place)).unwrap_or_default();
        assert!(told.contains(said), "{}", on.stderr);
    }
    assert!(on.stdout.contains("Case 1 is over.") && on.stdout.contains("case 2 of 6"), "{}", on.stdout);
    let other = play(folder.path(), "incident-response --learner bob --out ada.ron", "");
    assert!(other.code == 2 && other.stderr.contains("the duty of \"ada\""), "{}", other.stderr);
}

#[test]
fn no_case_is_seen_twice_in_another_file_nor_in_an_older_copy_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let to_the_end = "run until end\nnext\n".repeat(6);
    let cases = |file: &str| -> Vec<String> {
        let line = format!("incident-response --learner ada --out {file}");
        assert_eq!(play(folder.path(), &line, &to_the_end).code, 1);
        let verdict = json(folder.path(), &format!("grade incident-response {file} --format json"), 1);
        let sessions = verdict["sessions"].as_array().unwrap().iter();
        let cases = sessions.map(|session| session["case"].as_str().unwrap().to_owned());
        cases.collect()
    };
    // Five watches of one learner: the order of one tells nothing of the next.
    let orders: Vec<Vec<String>> =
        ["one.ron", "two.ron", "three.ron", "four.ron", "five.ron"].map(cases).into();
    assert!(orders.iter().any(|order| *order != orders[0]), "{orders:?}");
    // They are counted. The first that is handed in counts, and what is missing is told, to a class as well.
    fs::create_dir_all(folder.path().join("class/ada")).unwrap();
    for file in ["five.ron", "three.ron"] {
        fs::copy(folder.path().join(file), folder.path().join("class/ada").join(file)).unwrap();
    }
    let told = "Watch 3 counts, the first of 2 that were handed in (3, 5); watches 1, 2, 4 were begun and not handed in.";
    let alone = json(folder.path(), "grade incident-response three.ron --format json", 1);
    let class = json(folder.path(), "class incident-response class --format json", 0);
    let row = &class["hand_ins"][0];
    assert_eq!((&row["remarks"][0], &row["score"]), (&told.into(), &alone["score"]), "{class}");
    // Another number makes other worlds of it.
    let three = fs::read_to_string(folder.path().join("three.ron")).unwrap();
    assert!(three.contains("watch: 3,"), "{three}");
    fs::write(folder.path().join("first.ron"), three.replace("watch: 3,", "watch: 1,")).unwrap();
    let claimed = json(folder.path(), "grade incident-response first.ron --format json", 1);
    assert!(claimed["remarks"].to_string().contains("claims the digest"), "{claimed}");

    // A copy from before a case was seen goes on where the case was left.
    let line = "incident-response --learner ada --out ada.ron";
    play(folder.path(), line, "step 1m\n");
    fs::copy(folder.path().join("ada.ron"), folder.path().join("before.ron")).unwrap();
    play(folder.path(), line, "step 8m\nhold because I want to look\nrun until end\n");
    fs::copy(folder.path().join("before.ron"), folder.path().join("ada.ron")).unwrap();
    let again = play(folder.path(), line, "quit\n");
    assert!(again.stderr.contains("older than what was played"), "{}", again.stderr);
    assert!(again.stdout.contains("case 2 of 6"), "{}", again.stdout);
    // Both together are one run, and another run of the same case beside it is refused.
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    fs::copy(folder.path().join("before.ron"), parts.join("before.ron")).unwrap();
    fs::copy(folder.path().join("ada.ron"), parts.join("ada.ron")).unwrap();
    json(folder.path(), "grade incident-response parts --format json", 1);
    let text = fs::read_to_string(folder.path().join("ada.ron")).unwrap();
    fs::write(parts.join("other.ron"), text.replace("I want to look", "I know it")).unwrap();
    let refused = call(folder.path(), "grade incident-response parts");
    assert!(refused.code == 2 && refused.stderr.contains("case 1 is kept twice"), "{}", refused.stderr);
}

#[test]
fn a_line_that_is_wrong_gets_its_number_and_the_game_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let script = "stauts\nstep 30\nlocalise service payment\nack nobody\nresize many\nrestart 3\n\n# a remark\nstatus\n";
    let answer = play(folder.path(), "incident-response --learner ada --out ada.ron", script);
    let told: Vec<&str> = answer.stderr.lines().collect();
    for (index, said) in [
        "line 1: \"stauts\" is not known; did you mean \"status\"?",
        "line 2: ",
        "line 3: ",
        "line 4: ",
        "line 5: \"many\" is not a number",
        "line 6: this exercise does not allow RestartInstance by hand",
    ]
    .iter()
    .enumerate()
    {
        assert!(told[index].starts_with(said), "{said}: {}", answer.stderr);
    }
    assert!(told[2].contains("did you mean \"payments\"?"), "{}", told[2]);
    assert!(told[3].contains("errors"), "{}", told[3]);
    assert!(answer.code == 0 && answer.stdout.contains("requests/s"), "{}", answer.stdout);
}

#[test]
fn a_whole_duty_is_graded_case_by_case_and_a_missing_case_earns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let played = to_the_end(folder.path());
    assert_eq!(played.code, 1, "{}{}", played.stdout, played.stderr);
    assert!(played.stdout.contains("not passed"), "{}", played.stdout);
    let again = play(folder.path(), "incident-response --learner ada --out ada.ron", "step\n");
    assert!(again.code == 1 && again.stdout.contains("not passed"), "all is done: {}", again.stdout);

    let grade = |file: &str| json(folder.path(), &format!("grade incident-response {file} --format json"), 1);
    let whole = grade("ada.ron");
    assert_eq!(whole["revision"], 1);
    let sessions = whole["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 6);
    assert!(sessions.iter().all(|session| session["is_complete"] == true));
    let points = |verdict: &serde_json::Value| verdict["score"].as_f64().unwrap();

    // With its first session not at its end: that case earns nothing, and the others what they did.
    let text = fs::read_to_string(folder.path().join("ada.ron")).unwrap();
    let incomplete = text.replacen("complete: true", "complete: false", 1);
    fs::create_dir(folder.path().join("parts")).unwrap();
    fs::write(folder.path().join("parts/all-but-one.ron"), &incomplete).unwrap();
    let without = grade("parts/all-but-one.ron");
    assert!(without["remarks"][0].as_str().unwrap().starts_with("Case 1 of 6 earns nothing"), "{without}");
    // Which case comes first is drawn, and in some of them stepping on earns nothing either.
    assert!(points(&without) <= points(&whole), "{without}");
    assert_eq!(without["sessions"][0]["points"], 0.0);
    for other in 1..6 {
        assert_eq!(without["sessions"][other], whole["sessions"][other]);
    }
    // A folder is one hand-in: what one file lacks another has.
    fs::write(folder.path().join("parts/the-rest.ron"), &text).unwrap();
    assert_eq!(points(&grade("parts")), points(&whole));

    // A class: each student's file or folder, and a name that is another's is told.
    let class = folder.path().join("class");
    fs::create_dir_all(class.join("bob")).unwrap();
    fs::write(class.join("ada.ron"), &text).unwrap();
    fs::write(class.join("bob/duty.ron"), &text).unwrap();
    let answer = call(folder.path(), "class incident-response class --out reports --format json");
    assert_eq!(answer.code, 0, "{}{}", answer.stdout, answer.stderr);
    let report = |name: &str| fs::read_to_string(folder.path().join(format!("reports/{name}.txt"))).unwrap();
    assert!(report("bob").contains("played by \"ada\" and is handed in by \"bob\""), "{}", report("bob"));
    assert!(!report("ada").contains("handed in by"));
}

#[test]
fn what_is_not_of_the_exercise_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(play(folder.path(), "incident-response --learner ada --out ada.ron", "step\n").code, 0);
    let text = fs::read_to_string(folder.path().join("ada.ron")).unwrap();
    let said = |line: &str| {
        let answer = call(folder.path(), line);
        assert_eq!(answer.code, 2, "{line}: {}", answer.stdout);
        answer.stderr
    };
    fs::write(folder.path().join("other.ron"), text.replace("incident-response", "canary")).unwrap();
    assert!(said("grade incident-response other.ron").contains("other.ron:3:"), "the place is told");
    fs::write(folder.path().join("old.ron"), text.replace("revision: 1", "revision: 7")).unwrap();
    assert!(said("grade incident-response old.ron").contains("revision 7 was played"));
    assert!(said("grade canary ada.ron").contains("hand in a plan or a session"));
    assert!(said("grade incident-response canary/solution").contains("rollout-lab play incident-response"));
    assert!(said("grade incident-response ada.ron --seeds 3").contains("no --seeds"));
    assert!(said("play incident-response --seed 3").contains("--practice"));
    assert!(said("play canary --learner ada").contains("--learner"));
    assert!(said("play canary --case erors").contains("did you mean \"errors\"?"));
}

#[test]
fn a_plan_is_practised_and_the_run_is_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "run until change\nstep 1m\nback 30s\nstep 10s\nabort because errors are high\nrun until end\n";
    let line = "canary --case errors --seed 3 --out session.ron";
    let answer = play(folder.path(), line, script);
    assert_eq!((answer.code, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("In numbers") && answer.stdout.contains("rolled back"),
        "{}",
        answer.stdout
    );
    let replayed = json(folder.path(), "replay session.ron --format json", 0);
    assert_eq!((&replayed["same"], &replayed["unchanged"]), (&true.into(), &true.into()));
    assert!(fs::read_to_string(folder.path().join("session.ron")).unwrap().contains("errors are high"));
    assert_eq!(play(folder.path(), line, "").code, 2, "no session is overwritten");
}

#[test]
fn the_brief_the_hints_and_the_cases_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let tell = |line: &str, code: i32| {
        let answer = call(folder.path(), line);
        assert_eq!(answer.code, code, "{line}: {}{}", answer.stdout, answer.stderr);
        answer.stdout + &answer.stderr
    };
    assert!(tell("brief canary", 0).starts_with("# Ship it to a few first"));
    assert!(tell("brief canary --lang de", 0).starts_with("# Erst an wenige"));
    assert!(
        tell("brief few-requests --lang de", 0).starts_with("# "),
        "what is not translated is in English"
    );
    assert!(tell("hint all-at-once 1 --lang de", 0).contains("Startplan"));
    assert!(tell("hint canary", 0).contains("4 hints"));
    assert!(tell("hint canary 2", 0).starts_with("Hint 2 of 4 (costs 2 points"));
    assert!(tell("hint canary 5", 2).contains("4 hints"));
    let cases = tell("preview incident-response", 0);
    for shown in ["quiet", "v2-errors", "an index was forgotten", "fault payments-brownout", "traffic spike"]
    {
        assert!(cases.contains(shown), "{shown}: {cases}");
    }
    assert!(tell("preview canary --case 2", 0).contains("What is wrong: three in ten payments fail"));
    assert!(tell("preview canary --case erors", 2).contains("did you mean \"errors\"?"));
}

#[test]
fn the_model_response_passes_and_the_others_fail() {
    let folder = tempfile::tempdir().unwrap();
    let checked = json(folder.path(), "check incident-response --seeds 1 --format json", 0);
    let text = checked.to_string();
    for name in [
        "solution.ron",
        "wrong-blame-the-release.ron",
        "wrong-mend-the-symptom.ron",
        "do nothing",
        "go back at every page",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
}

#[test]
fn a_folder_with_a_shipped_name_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(call(folder.path(), "new exercise canary").code, 0);
    let shipped = call(folder.path(), "brief canary");
    assert!(shipped.stderr.contains("./canary"), "{}", shipped.stderr);
    assert!(shipped.stdout.starts_with("# Ship it to a few first"));
    let own = call(folder.path(), "brief ./canary");
    assert_eq!(own.stderr, "");
    assert_ne!(own.stdout, shipped.stdout);
}

#[test]
fn a_hypothesis_is_written_down_tried_and_concluded() {
    let folder = tempfile::tempdir().unwrap();
    let script = "step 4m\nhypothesise error-ratio of target over 1m below 50%\nexperiment no-such-fault\n\
        experiment two-of-four stop error-ratio of target over 1m above 0.001% because we want to know\n\
        experiment one-of-four\nstep 2m\nconclude keep\nrun until end\nquit\n";
    let begun = "(format: 2, exercise: \"game-day\", learner: \"ada\", sessions: [(case: 1, draw: 1, played: \"0s\")])";
    fs::write(folder.path().join("ada.ron"), begun).unwrap();
    let answer = play(folder.path(), "game-day --learner ada --out ada.ron", script);
    assert_eq!(answer.code, 0, "{}", answer.stderr);
    for shown in [
        "the hypothesis holds",
        "the experiment two-of-four begins",
        "the experiment two-of-four is ended by its condition",
        "experiment one-of-four: another one is under way",
        "keep the hypothesis",
    ] {
        assert!(answer.stdout.contains(shown), "{shown}: {}", answer.stdout);
    }
    assert!(
        answer.stderr.contains("line 3: ") && answer.stderr.contains("no-such-fault"),
        "{}",
        answer.stderr
    );
    let verdict = json(folder.path(), "grade game-day ada.ron --format json", 1);
    let concluded = &verdict["criteria"][3];
    assert_eq!((&concluded["id"], &concluded["points"]), (&"concluded".into(), &0.0.into()), "{concluded}");
    let canary =
        play(folder.path(), "incident-response --learner ada --out other.ron", "experiment metrics-dark\n");
    assert!(canary.stderr.contains("does not allow Experiment by hand"), "{}", canary.stderr);
}
