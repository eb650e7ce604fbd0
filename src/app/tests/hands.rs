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
use crate::app::tests::clipping::texts;
use crate::app::tests::overlap::overlaps;
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

/// Checks that are written once and follow the baseline.
const FOLLOWING: &str = "(
    format: 1,
    title: \"Mine\",
    checks: [
        (name: \"errors\", query: (metric: ErrorRatio, of: Candidate, over: \"2m\"), pass: AtMostBaseline(factor: 1.5, plus: \"1%\")),
        (name: \"p99\", query: (metric: Latency(0.99), of: Candidate, over: \"2m\"), pass: AtMostBaseline(factor: 1.4)),
    ],
    strategy: Canary(steps: [Weight(\"20%\"), Analyse(named: [(check: \"errors\"), (check: \"p99\")], for: \"5m\")]),
)
";

/// The whole window, in which this plan was played to its end.
fn played() -> Harness<'static, Lab> {
    played_as(PLAN)
}

fn played_as(plan: &str) -> Harness<'static, Lab> {
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("checkout".to_owned()));
    lab.apply(LabCommand::Plan(EditorCommand::SetText(plan.to_owned())));
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
    tried_on(PLAN, name, by, key)
}

fn tried_on(plan: &str, name: &str, by: egui::Vec2, key: Key) -> [String; 2] {
    let mut harness = played_as(plan);
    let at = middle(&harness, name);
    drag(&mut harness, at, by);
    let dragged = run(&harness).editor.text().to_owned();
    assert_ne!(dragged, plan, "{name} was dragged");
    assert_eq!(run(&harness).editor.errors(), 0, "{name}: {:?}", run(&harness).editor.problems());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    if run(&harness).editor.text() != plan {
        harness.state_mut().apply(LabCommand::Plan(EditorCommand::Undo));
    }
    assert_eq!(run(&harness).editor.text(), plan, "{name}: one drag is one step of undo");
    let is_handle = |node: &egui_kittest::Node<'_>| node.accesskit_node().role() == Role::Slider;
    harness.query_all_by_label_contains(name).find(is_handle).unwrap().focus();
    harness.run_steps(2);
    harness.key_press(key);
    harness.run_steps(3);
    let pressed = run(&harness).editor.text().to_owned();
    harness.state_mut().apply(LabCommand::Plan(EditorCommand::Undo));
    assert_eq!(run(&harness).editor.text(), plan, "{name}: a key is one step of undo");
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
fn a_limit_that_follows_the_baseline_is_moved_by_what_it_adds_or_else_by_its_factor() {
    let [dragged, pressed] = tried_on(FOLLOWING, "Limit of errors", egui::vec2(0.0, -8.0), Key::ArrowUp);
    let plus = |text: &str| text.split("plus: \"").nth(1)?.split('%').next()?.parse::<f64>().ok();
    assert!(plus(&dragged).unwrap() > 1.0 && dragged.contains("factor: 1.5"), "{dragged}");
    assert_eq!(pressed, FOLLOWING.replace("\"1%\"", "\"1.5%\""));
    let [dragged, pressed] = tried_on(FOLLOWING, "Limit of p99", egui::vec2(0.0, 12.0), Key::ArrowDown);
    let factor = |text: &str| text.split("factor: ").nth(2)?.split(')').next()?.parse::<f64>().ok();
    assert!(factor(&dragged).unwrap() < 1.4, "{dragged}");
    assert_eq!(pressed, FOLLOWING.replace("1.4", "1.3"));
    // It says what it would have caught: as many readings as those of the candidate that lie beyond it.
    let harness = played_as(FOLLOWING);
    let handle = harness.query_all_by_label_contains("Limit of errors").next().unwrap();
    assert!(handle.accesskit_node().label().unwrap().contains("1.5 × the baseline plus 1%"));
    let said = handle.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(said.starts_with("by now beyond it at "), "{said:?}");
}

#[test]
fn what_a_limit_says_while_it_is_held_stands_in_its_own_chart() {
    let mut harness = played();
    let at = middle(&harness, "Limit of errors");
    harness.drag_at(at);
    harness.run_steps(2);
    harness.hover_at(at + egui::vec2(0.0, -9.0));
    harness.run_steps(2);
    let chart = harness.query_all_by_label_contains("Error ratio, observed,").next().unwrap().rect();
    let texts = texts(&harness);
    let held = texts.iter().find(|(text, _)| text.galley.text().contains("by now beyond it"));
    let place = held.expect("it says what it would have caught").0.visual_bounding_rect();
    assert!(
        place.left() >= chart.left() - 1.0 && place.right() <= chart.right() + 16.0,
        "{place} in {chart}"
    );
}

#[test]
fn pauses_after_one_that_is_dragged_move_along_and_the_length_is_told_while_it_is_held() {
    let mut harness = played();
    let later = middle(&harness, "Pause of step 4");
    let at = middle(&harness, "Pause of step 2");
    harness.drag_at(at);
    harness.run_steps(2);
    harness.hover_at(at + egui::vec2(40.0, 0.0));
    harness.run_steps(3);
    let told = texts(&harness).iter().any(|(text, _)| text.galley.text().starts_with("Pause of step 2: "));
    assert!(told, "the length while it is held");
    harness.drop_at(at + egui::vec2(40.0, 0.0));
    harness.run_steps(3);
    let [moved, followed] =
        ["Pause of step 2", "Pause of step 4"].map(|name| middle(&harness, name).x).map(f32::round);
    assert!((moved - at.x - 40.0).abs() < 4.0, "{moved} from {}", at.x);
    assert!((followed - later.x - 40.0).abs() < 4.0, "{followed} from {}", later.x);
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
    let branch = branch.expect("the branch stands on the time bar").rect();
    assert!(branch.height() > 12.0, "in a row of its own: {branch}");
    let written = texts(&harness).iter().any(|(text, _)| text.galley.text() == "as it was: as many failed");
    assert!(written, "with its name and its difference");
    // It has a row of its own: nothing lies over the times of the bar.
    assert_eq!(overlaps(&harness, [1600.0, 900.0].into()), Vec::<String>::new());
}
