//! Comparing two plans or sessions on the same worlds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Key;
use egui_kittest::kittest::Queryable;

use crate::app::model::comparing::{CompareCommand, Place, Side};
use crate::app::model::debrief::DebriefCommand;
use crate::app::model::files::FilesCommand;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, press, tab_to, window};
use crate::engine::Time;
use crate::exercise::{Entrant, compare};
use crate::library::write_ron;
use crate::sim::{ManualAction, RolloutCommand};

fn ask(lab: &mut Lab, command: CompareCommand) {
    lab.apply(LabCommand::Compare(command));
}

fn offers(lab: &Lab, side: &Side) -> bool {
    lab.comparison_setup().is_some_and(|setup| lab.sides(&setup).contains(side))
}

fn told(lab: &Lab) -> String {
    lab.notices.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// A lab with its data in `folder`, in which the canary exercise was rolled back by hand.
fn played(folder: &Path) -> Lab {
    let mut lab = Lab::new(Start { data: Some(folder.to_owned()), ..Start::default() });
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(330))));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort))));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab.tick(Duration::from_secs(2));
    lab
}

/// Saves the session of the run that is open.
fn saved(lab: &Lab, folder: &Path) -> PathBuf {
    let path = folder.join("session.ron");
    std::fs::write(&path, write_ron(&lab.run.as_ref().unwrap().session()).unwrap()).unwrap();
    path
}

#[test]
fn the_screen_compares_as_the_command_line_does() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    ask(&mut lab, CompareCommand::Choose(1, Side::Null(2)));
    ask(&mut lab, CompareCommand::Worlds(2));
    lab.apply(LabCommand::Go(Screen::Compare));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    harness.get_by_label("Compare them").click();
    harness.run_steps(4);
    let lab = harness.state();
    let shown = lab.comparing.result.as_ref().unwrap().as_ref().unwrap();
    let run = lab.run.as_ref().unwrap();
    let all = crate::control::null_policies(&run.plan);
    let (name, plan) = all[2].clone();
    let plans = [Entrant::of_plan("your plan", run.plan.clone()), Entrant::of_plan(name, plan)];
    let (exercise, scenario, (index, case)) = (&run.entry().unwrap().exercise, &run.scenario, &run.case);
    let drawn = |seed| exercise.draw(&exercise.cases[*index], scenario, seed);
    let expected = compare(scenario, &drawn, &plans, 2, run.seed, &|| {}).unwrap();
    let in_one_world = compare(scenario, &|_| case.clone(), &plans, 2, run.seed, &|| {}).unwrap();
    assert_ne!(expected, in_one_world, "each seed has a world of its own, as in a grading");
    assert_eq!(shown.comparison, expected);
    assert!(harness.query_by_label_contains("second minus first").is_some());
    assert!(harness.query_all_by_label_contains("failed in all").next().is_some());
}

#[test]
fn the_solution_is_compared_with_only_when_it_was_seen() {
    let mut lab = lab();
    lab.jobs.hold();
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    assert!(!offers(&lab, &Side::Solution));
    ask(&mut lab, CompareCommand::Choose(1, Side::Solution));
    ask(&mut lab, CompareCommand::Begin);
    assert!(!lab.comparing.works);
    assert!(lab.comparing.result.as_ref().unwrap().as_ref().unwrap_err().contains("model solution"));
    lab.apply(LabCommand::Go(Screen::Debrief));
    assert!(offers(&lab, &Side::Solution));
    ask(&mut lab, CompareCommand::Place(Place::Exercise("canary".to_owned())));
    assert!(!offers(&lab, &Side::Solution), "that of another exercise was not");
}

#[test]
fn a_session_brings_its_hand_actions_and_in_its_own_world_what_happened_happens() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = played(folder.path());
    let failed: Vec<u32> = {
        let view = lab.run.as_ref().unwrap().player.snapshot();
        view.record.truth.points.iter().map(|point| point.failed).collect()
    };
    let path = saved(&lab, folder.path());
    lab.apply(LabCommand::OpenExercise("all-at-once".to_owned()));
    lab.apply(LabCommand::Go(Screen::Compare));
    let kept = lab.comparing.sessions[0].file.clone();
    ask(&mut lab, CompareCommand::Place(Place::Session(kept.clone())));
    assert!(offers(&lab, &Side::Session(kept.clone())));
    ask(&mut lab, CompareCommand::Choose(0, Side::Session(kept)));
    ask(&mut lab, CompareCommand::Browse(1));
    lab.apply(LabCommand::Files(FilesCommand::Take(path.clone())));
    assert_eq!(lab.comparing.sides[1], Some(Side::File(path)), "{}", told(&lab));
    ask(&mut lab, CompareCommand::Worlds(2));
    ask(&mut lab, CompareCommand::Begin);
    lab.tick(Duration::ZERO);
    let compared = lab.comparing.result.as_ref().unwrap().as_ref().unwrap();
    for side in &compared.failed {
        assert_eq!(side.iter().map(|(_, failed)| *failed).collect::<Vec<_>>(), failed);
    }
    assert_eq!(compared.comparison.plans[0].completed, 0.0, "it was taken back by hand in every world");
}

#[test]
fn a_session_saved_from_the_debrief_can_be_compared_and_a_damaged_one_is_told_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = played(folder.path());
    lab.jobs.hold();
    lab.apply(LabCommand::Go(Screen::Debrief));
    lab.apply(LabCommand::Debrief(DebriefCommand::SaveSession));
    let broken = folder.path().join("sessions/broken.ron");
    std::fs::write(&broken, "(seed: 1").unwrap();
    lab.notices.clear();
    lab.apply(LabCommand::Go(Screen::Compare));
    assert!(told(&lab).contains("broken.ron:1"), "{}", told(&lab));
    assert!(broken.is_file());
    let saved = Side::Session("canary-1.ron".to_owned());
    assert!(offers(&lab, &saved), "{:?}", lab.comparing.sessions);
    let setup = lab.comparison_setup().unwrap();
    assert_eq!(lab.side_name(&setup, &saved), "session of canary-1, with 1 action by hand");
}

#[test]
fn the_run_that_is_open_can_be_compared_with_and_without_what_was_done_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = played(folder.path());
    assert!(offers(&lab, &Side::Played));
    ask(&mut lab, CompareCommand::Choose(0, Side::Yours));
    ask(&mut lab, CompareCommand::Choose(1, Side::Played));
    ask(&mut lab, CompareCommand::Worlds(2));
    ask(&mut lab, CompareCommand::Begin);
    lab.tick(Duration::ZERO);
    let compared = lab.comparing.result.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(compared.comparison.plans[1].name, "the open run, with 1 action by hand");
    let means = |plan: usize| {
        let measures = compared.comparison.plans[plan].measures.iter();
        measures.map(|measure| measure.mean).collect::<Vec<_>>()
    };
    assert_ne!(means(0), means(1));
}

#[test]
fn any_exercise_and_scenario_can_be_compared_in_with_any_case_and_world() {
    let mut lab = lab();
    lab.apply(LabCommand::Go(Screen::Compare));
    assert!(lab.comparison_setup().is_none());
    ask(&mut lab, CompareCommand::Place(Place::Exercise("canary".to_owned())));
    ask(&mut lab, CompareCommand::Case(1));
    ask(&mut lab, CompareCommand::Seed(9));
    let setup = lab.comparison_setup().unwrap();
    let entry = lab.catalog.exercise("canary").unwrap();
    assert_eq!(
        (setup.case, setup.seed),
        (entry.exercise.draw(&entry.exercise.cases[1], &entry.scenario, 9), 9)
    );
    ask(&mut lab, CompareCommand::Place(Place::Scenario("clinic".to_owned())));
    let setup = lab.comparison_setup().unwrap();
    let second = setup.subject.scenario().releases[1].name.clone();
    assert_eq!(setup.case.release, Some(second));
    ask(&mut lab, CompareCommand::Worlds(1));
    ask(&mut lab, CompareCommand::Begin);
    lab.tick(Duration::ZERO);
    assert!(lab.comparing.result.as_ref().unwrap().is_ok(), "{:?}", lab.comparing.result);
    // What is open anew makes the old answer an old one.
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    assert!(lab.comparing.result.is_none());
}

#[test]
fn a_file_that_does_not_belong_here_says_why_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let session = saved(&played(folder.path()), folder.path());
    let mut lab = lab();
    ask(&mut lab, CompareCommand::Place(Place::Scenario("clinic".to_owned())));
    let wrong = folder.path().join("wrong.ron");
    std::fs::write(&wrong, "(format: 1, title: \"X\", strategy: Canry())").unwrap();
    let scenario = folder.path().join("scenario.ron");
    std::fs::write(&scenario, "(services: [], releases: [])").unwrap();
    for (path, why) in [
        (&session, "choose that session's scenario first"),
        (&wrong, "wrong.ron:1:35"),
        (&scenario, "neither a plan nor a session"),
        (&folder.path().join("none.ron"), "none.ron"),
    ] {
        ask(&mut lab, CompareCommand::Browse(0));
        lab.apply(LabCommand::Files(FilesCommand::Take(path.clone())));
        assert!(told(&lab).contains(why), "{why} in {}", told(&lab));
        assert_eq!((&lab.comparing.sides[0], lab.overlay), (&None, None));
        lab.notices.clear();
    }
    // Once the choice is left, files are opened again as they are everywhere.
    ask(&mut lab, CompareCommand::Browse(0));
    lab.apply(LabCommand::Close);
    lab.apply(LabCommand::Files(FilesCommand::Take(session)));
    assert_eq!((lab.comparing.files.len(), lab.screen), (0, Screen::Run));
}

#[test]
fn plans_are_chosen_and_compared_by_keyboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let session = saved(&played(folder.path()), folder.path());
    let mut lab = lab();
    lab.apply(LabCommand::Go(Screen::Compare));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    tab_to(&mut harness, "Worlds of");
    press(&mut harness, Key::Enter);
    let title = harness.state().catalog.exercise("canary").unwrap().exercise.title.clone();
    tab_to(&mut harness, &format!("exercise: {title}"));
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().comparing.place, Place::Exercise("canary".to_owned()));
    for name in ["Case", "World", "First", "Choose a file: First", "Second", "Choose a file: Second"] {
        tab_to(&mut harness, name);
    }
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().overlay, Some(Overlay::Open));
    tab_to(&mut harness, "Folder, or file to open");
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    harness.get_by_label("Folder, or file to open").type_text(&session.display().to_string());
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().comparing.sides[1], Some(Side::File(session)), "{}", told(harness.state()));
    tab_to(&mut harness, "5 worlds");
    press(&mut harness, Key::Enter);
    tab_to(&mut harness, "Compare them");
    press(&mut harness, Key::Enter);
    harness.run_steps(3);
    harness.get_by_label("session.ron");
    assert!(harness.state().comparing.result.as_ref().unwrap().is_ok());
}

#[test]
fn another_case_of_the_run_that_is_open_is_another_comparison() {
    let mut lab = lab();
    lab.jobs.hold();
    lab.apply(LabCommand::OpenExercise("few-requests".to_owned()));
    lab.apply(LabCommand::Go(Screen::Compare));
    ask(&mut lab, CompareCommand::Begin);
    assert!(lab.comparing.works);
    lab.apply(LabCommand::Run(RunCommand::Case(1)));
    assert!(!lab.comparing.works, "its answer will not come");
}

#[test]
fn the_screen_is_drawn_empty_and_while_it_works_at_every_size() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)] {
        let mut lab = lab();
        lab.jobs.hold();
        lab.apply(LabCommand::Go(Screen::Compare));
        let mut harness = window(lab, size, zoom);
        assert!(harness.query_by_label_contains("First choose the worlds").is_some());
        harness.state_mut().apply(LabCommand::OpenExercise("few-requests".to_owned()));
        harness.state_mut().apply(LabCommand::Go(Screen::Compare));
        harness.state_mut().apply(LabCommand::Compare(CompareCommand::Begin));
        harness.run_steps(3);
        assert!(harness.query_by_label("Calculating.").is_some());
    }
}
