//! The plan as the learner writes it, without a window.

use similar::ChangeTag;

use crate::app::model::editor::{Editor, EditorCommand};
use crate::app::model::lab::Start;
use crate::app::model::run::RunCommand;
use crate::app::model::{Lab, LabCommand};
use crate::control::{Step, Strategy};
use crate::engine::Span;
use crate::manifest;

fn lab(id: &str) -> Lab {
    let mut lab = Lab::new(Start::default());
    lab.apply(LabCommand::OpenExercise(id.to_owned()));
    lab
}

fn editor(lab: &Lab) -> &Editor {
    &lab.run.as_ref().unwrap().editor
}

fn ask(lab: &mut Lab, command: EditorCommand) {
    lab.apply(LabCommand::Plan(command));
}

fn steps(lab: &Lab) -> Vec<Step> {
    match &editor(lab).plan().unwrap().strategy {
        Strategy::Canary(canary) => canary.steps.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_shipped_exercise_and_scenario_opens_without_an_error_in_its_plan() {
    let mut lab = Lab::new(Start::default());
    let ids: Vec<String> = lab.catalog.exercises.iter().map(|entry| entry.id.clone()).collect();
    for id in ids {
        lab.apply(LabCommand::OpenExercise(id.clone()));
        let editor = editor(&lab);
        assert_eq!(editor.errors(), 0, "{id}: {:?}", editor.problems());
        assert!(!editor.differs_from(&lab.run.as_ref().unwrap().plan));
    }
}

#[test]
fn broken_text_is_told_with_its_place_and_mended_by_undo() {
    let mut lab = lab("canary");
    let whole = editor(&lab).text().to_owned();
    ask(&mut lab, EditorCommand::SetText(whole.replacen("steps", "stepz", 1)));
    let place = editor(&lab).problems()[0].clone();
    assert!(place.line > 0 && place.message.contains("stepz"), "{place:?}");
    assert!(editor(&lab).plan().is_none());
    ask(&mut lab, EditorCommand::Undo);
    assert_eq!(editor(&lab).text(), whole);
    assert_eq!((editor(&lab).errors(), editor(&lab).can_redo()), (0, true));
}

#[test]
fn what_the_exercise_does_not_allow_is_told_where_it_stands() {
    let mut lab = lab("canary");
    let field = |field: &str| !editor(&lab).may_change(field);
    let Some(locked) = ["balancer", "drain", "probes", "gates"].into_iter().find(|name| field(name)) else {
        panic!("the exercise allows everything");
    };
    assert_eq!(locked, "balancer");
    ask(&mut lab, EditorCommand::SetField { path: "balancer".into(), value: "Random".into() });
    let problems = editor(&lab).problems();
    assert_eq!((problems[0].code, problems[0].field.as_str()), ("not-allowed", "balancer"));
    assert!(problems[0].source.contains("balancer"));
}

#[test]
fn typing_is_undone_at_once_and_steps_one_by_one() {
    let mut lab = lab("canary");
    let start = editor(&lab).text().to_owned();
    for letter in 1..=3 {
        ask(&mut lab, EditorCommand::SetText(format!("{start}//{}", "x".repeat(letter))));
    }
    ask(&mut lab, EditorCommand::Undo);
    assert_eq!(editor(&lab).text(), start);
    ask(&mut lab, EditorCommand::Redo);
    assert!(editor(&lab).text().ends_with("//xxx"));
    ask(&mut lab, EditorCommand::Undo);
    let list = "strategy.steps".to_owned();
    ask(&mut lab, EditorCommand::Insert { list: list.clone(), at: 0, value: "Pause(\"7s\")".into() });
    ask(&mut lab, EditorCommand::Move { list: list.clone(), from: 0, to: 1 });
    assert_eq!(steps(&lab)[1], Step::Pause(Span::from_secs(7)));
    ask(&mut lab, EditorCommand::Duplicate { list, at: 1 });
    ask(&mut lab, EditorCommand::Remove("strategy.steps[2]".into()));
    assert_eq!(steps(&lab)[1], Step::Pause(Span::from_secs(7)));
    for _ in 0..4 {
        ask(&mut lab, EditorCommand::Undo);
    }
    assert_eq!(editor(&lab).text(), start);
    assert!(!editor(&lab).can_undo());
}

#[test]
fn a_run_begins_anew_with_the_plan_as_written_and_not_with_a_broken_one() {
    let mut lab = lab("canary");
    let list = "strategy.steps".to_owned();
    ask(&mut lab, EditorCommand::Insert { list, at: 0, value: "Pause(\"7s\")".into() });
    assert!(editor(&lab).differs_from(&lab.run.as_ref().unwrap().plan));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    assert_eq!(lab.run.as_ref().unwrap().plan, *editor(&lab).plan().unwrap());
    assert!(editor(&lab).can_undo());
    ask(&mut lab, EditorCommand::SetText("(".into()));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    assert!(lab.notices.last().unwrap().text.contains("Line 1, column 1"), "{:?}", lab.notices);
    assert_eq!(editor(&lab).text(), "(");
}

#[test]
fn a_template_changes_what_may_be_changed_and_a_reset_brings_the_starter_back() {
    let mut lab = lab("canary");
    let start = editor(&lab).text().to_owned();
    ask(&mut lab, EditorCommand::Template(0));
    assert_eq!(editor(&lab).errors(), 0, "{:?}", editor(&lab).problems());
    assert_ne!(editor(&lab).text(), start);
    let diff = editor(&lab).diff();
    let side = |other: ChangeTag| {
        let kept = diff.iter().filter(move |(tag, _)| *tag != other);
        kept.map(|(_, line)| line.as_str()).collect::<Vec<_>>()
    };
    assert!(diff.iter().any(|(tag, _)| *tag == ChangeTag::Equal), "the two texts share lines");
    assert_eq!(side(ChangeTag::Insert), start.lines().collect::<Vec<_>>());
    assert_eq!(side(ChangeTag::Delete), editor(&lab).text().lines().collect::<Vec<_>>());
    ask(&mut lab, EditorCommand::Reset);
    assert_eq!(editor(&lab).text(), start);
    assert!(editor(&lab).diff().iter().all(|(tag, _)| *tag == ChangeTag::Equal));
}

#[test]
fn a_manifest_becomes_the_plan_with_what_it_could_not_say() {
    let mut lab = Lab::new(Start::default());
    lab.apply(LabCommand::OpenScenario("checkout".into()));
    let text = include_str!("../../../tests/manifests/argo-canary.yaml").to_owned();
    ask(&mut lab, EditorCommand::Import { name: "rollout.yaml".into(), text });
    let import = editor(&lab).import().unwrap();
    assert!(import.problems.is_empty() && !import.findings.is_empty(), "{import:?}");
    assert!(matches!(editor(&lab).plan().unwrap().strategy, Strategy::Canary(_)));
    ask(&mut lab, EditorCommand::Import { name: "x.yaml".into(), text: "kind: Potato".into() });
    assert!(!editor(&lab).import().unwrap().problems.is_empty());
    ask(&mut lab, EditorCommand::PutAway);
    assert_eq!(editor(&lab).import(), None);
}

#[test]
fn the_plan_is_kept_and_there_again_the_next_time_even_when_broken() {
    let folder = tempfile::tempdir().unwrap();
    let start = Start { data: Some(folder.path().to_owned()), ..Start::default() };
    let mut lab = Lab::new(start.clone());
    lab.apply(LabCommand::OpenExercise("canary".into()));
    ask(&mut lab, EditorCommand::SetText("(half".into()));
    let mut again = Lab::new(start);
    again.apply(LabCommand::OpenExercise("canary".into()));
    assert_eq!(editor(&again).text(), "(half");
    assert_eq!(again.notices.len(), 0);
    assert_eq!(again.run.as_ref().unwrap().plan, again.run.as_ref().unwrap().entry().unwrap().starter);
}

#[test]
fn a_plan_is_exported_with_what_the_format_cannot_say() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = lab("canary");
    let path = folder.path().join("rollout.yaml");
    let to = Some(&manifest::argo::FORMAT);
    ask(&mut lab, EditorCommand::Export { to, path: path.clone() });
    let exported = editor(&lab).exported().unwrap().as_ref().unwrap();
    assert_eq!(exported.path, path);
    assert!(crate::library::disk::load_text(&path).unwrap().contains("kind: Rollout"));
    let to = Some(&manifest::unleash::FORMAT);
    ask(&mut lab, EditorCommand::Export { to, path });
    assert!(editor(&lab).exported().unwrap().is_err());
}
