//! What can be done to the plan in the picture itself: the weight at the router, a limit on its chart, a pause on the time bar. Each by
//! the pointer and by keys, each can be undone, and each has a name.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::Lab;
use crate::app::model::LabCommand;
use crate::app::model::editor::EditorCommand;
use crate::app::model::known::{KnownKind, known};
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::tests::typing::run;
use crate::app::tests::{lab, window};
use crate::engine::Time;

const PLAN: &str = "(
    format: 1,
    title: \"Mine\",
    strategy: Canary(steps: [Weight(\"20%\"), Pause(\"2m\"), Weight(\"50%\"), Pause(\"3m\")]),
    alerts: [(name: \"errors\", when: Above((metric: ErrorRatio, of: Candidate, over: \"1m\"), \"2%\"), for: \"30s\")],
)
";

/// The whole window, in which this plan was played to its end.
fn played() -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    lab.apply(LabCommand::Plan(EditorCommand::SetText(PLAN.to_owned())));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    harness.run_steps(3);
    assert_eq!(run(&harness).editor.errors(), 0, "{:?}", run(&harness).editor.problems());
    harness
}

fn middle(harness: &Harness<'static, Lab>, name: &str) -> Pos2 {
    let is_handle = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::Slider;
    let found = harness.query_all_by_label_contains(name).find(is_handle);
    found.unwrap_or_else(|| panic!("there is no {name:?}")).rect().center()
}

fn drag(harness: &mut Harness<'static, Lab>, from: Pos2, by: egui::Vec2) {
    harness.drag_at(from);
    harness.run_steps(2);
    for part in 1..=4 {
        harness.hover_at(from + by * (part as f32 / 4.0));
        harness.run_steps(2);
    }
    harness.drop_at(from + by);
    harness.run_steps(2);
}

/// Drags a handle, undoes it, moves it by a key, and undoes that; gives what the plan's text said after the first and the third.
fn tried(name: &str, by: egui::Vec2, key: Key) -> [String; 2] {
    let mut harness = played();
    let at = middle(&harness, name);
    drag(&mut harness, at, by);
    let dragged = run(&harness).editor.text().to_owned();
    assert_ne!(dragged, PLAN, "{name} was dragged");
    assert_eq!(run(&harness).editor.errors(), 0, "{name}: {:?}", run(&harness).editor.problems());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    if run(&harness).editor.text() != PLAN {
        harness.state_mut().apply(LabCommand::Plan(EditorCommand::Undo));
    }
    assert_eq!(run(&harness).editor.text(), PLAN, "{name}: one drag is one step of undo");
    let is_handle = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::Slider;
    harness.query_all_by_label_contains(name).find(is_handle).unwrap().focus();
    harness.run_steps(2);
    harness.key_press(key);
    harness.run_steps(3);
    let pressed = run(&harness).editor.text().to_owned();
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::Undo));
    assert_eq!(run(&harness).editor.text(), PLAN, "{name}: a key is one step of undo");
    [dragged, pressed]
}

#[test]
fn a_pause_is_moved_on_the_time_bar() {
    let [dragged, pressed] = tried("Pause of step 2", egui::vec2(60.0, 0.0), Key::ArrowRight);
    assert!(!dragged.contains("Pause(\"2m\")") && dragged.contains("Pause(\"3m\")"), "{dragged}");
    assert_eq!(pressed, PLAN.replace("\"2m\"", "\"3m\""));
}

#[test]
fn a_limit_is_moved_on_its_chart_and_says_what_it_would_have_caught() {
    let [dragged, pressed] = tried("Limit of errors", egui::vec2(0.0, -12.0), Key::ArrowUp);
    let level =
        |text: &str| text.split("\"1m\"), \"").nth(1).unwrap().split('%').next().unwrap().parse::<f64>();
    assert!(level(&dragged).unwrap() > 2.0, "{dragged}");
    assert_eq!(pressed, PLAN.replace("\"2%\"", "\"3%\""));
    let harness = played();
    let handle = harness.query_all_by_label_contains("Limit of errors").next().unwrap();
    let said = handle.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(said.starts_with("by now beyond it at "), "{said:?}");
}

#[test]
fn the_weight_is_moved_at_the_router() {
    let [dragged, pressed] = tried("Weight of step", egui::vec2(20.0, 0.0), Key::ArrowRight);
    assert!(!dragged.contains("Weight(\"50%\")") || !dragged.contains("Weight(\"20%\")"), "{dragged}");
    assert_ne!(pressed, PLAN);
}

#[test]
fn freezes_the_peak_and_past_faults_are_known_and_a_fault_to_come_is_not() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("freeze".to_owned()));
    let kinds = |lab: &Lab| known(lab.run.as_ref().unwrap()).iter().map(|one| one.kind).collect::<Vec<_>>();
    assert!(kinds(&lab).contains(&KnownKind::Freeze), "{:?}", kinds(&lab));
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let entry = lab.run.as_ref().unwrap().entry().unwrap().clone();
    let struck = entry.exercise.cases.iter().position(|case| case.faults.len() == 1).unwrap();
    lab.apply(LabCommand::Run(RunCommand::Case(struck)));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(600))));
    assert!(!kinds(&lab).contains(&KnownKind::Fault), "it is a secret until the end");
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    assert!(kinds(&lab).contains(&KnownKind::Fault), "{:?}", kinds(&lab));
}

#[test]
fn a_future_has_a_name_of_its_own_and_says_by_how_much_it_differs() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("all-at-once".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(240))));
    lab.apply(LabCommand::Play(Order::Fork));
    lab.apply(LabCommand::Play(Order::Name(0, "as it was".to_owned())));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let harness = window(lab, [1600.0, 900.0], 1.0);
    let branch = harness.query_all_by_label_contains("Future as it was, from 04:00").next();
    assert!(branch.is_some(), "the branch stands on the time bar");
}
