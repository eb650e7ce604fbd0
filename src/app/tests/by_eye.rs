//! What a designer's eye found in pictures of the window, held by measure: rows that stand askew, titles that are cut, reasons that are told in
//! the wrong place, numbers that count wrongly.

use egui::epaint::TextShape;
use egui::{Rect, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::clipping::texts;
use super::debrief::{looked_back, short_lab_in};
use super::german::in_german;
use super::rehearsal::{OPENED, asks_little, manifest};
use super::screens::exercise_in;
use super::{lab, window};
use crate::app::model::editor::EditorCommand;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Overlay;
use crate::app::model::settings::Setting;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{t, tf};
use crate::app::view::theme::title_font;
use crate::engine::Time;
use crate::sim::CheckState;

const SMALL: [f32; 2] = [1024.0, 640.0];
const MIDDLE: [f32; 2] = [1280.0, 720.0];
const FIRST: [f32; 2] = [1600.0, 900.0];

fn rect(harness: &Harness<'static, Lab>, name: &str) -> Rect {
    harness.get_by_label(name).rect()
}

/// The button that forks a run, whose key is part of what it is called.
fn fork(harness: &Harness<'static, Lab>) -> Rect {
    harness.query_all_by_label_contains(t("transport.fork")).next().expect("it is there").rect()
}

/// How many things say this.
fn said(harness: &Harness<'static, Lab>, text: &str) -> usize {
    harness.query_all_by_label_contains(text).count()
}

/// The texts that are drawn and have lost their end.
fn cut(harness: &Harness<'static, Lab>, is_meant: impl Fn(&TextShape) -> bool) -> Vec<String> {
    let cut = texts(harness).into_iter().map(|(text, _)| text);
    let cut = cut.filter(|text| text.galley.elided && is_meant(text));
    cut.map(|text| text.galley.text().to_owned()).collect()
}

/// The canary with its model solution, in the case after this many, at its end.
fn solved(case: usize) -> Lab {
    let mut lab = exercise_in(lab(), "canary", 0);
    let (text, _) = lab.run.as_ref().unwrap().entry().unwrap().solution.clone().unwrap();
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Run(RunCommand::Restart));
    lab.apply(LabCommand::Run(RunCommand::Case(case)));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab
}

#[test]
fn a_control_that_is_scrolled_out_of_sight_tells_no_reason() {
    let mut harness = window(exercise_in(lab(), "canary", 0), SMALL, 1.0);
    let bar = fork(&harness).top() - 8.0;
    let hidden = [t("operate.abort"), t("operate.pause"), t("operate.promote"), t("operate.full")]
        .into_iter()
        .filter_map(|name| harness.query_all_by_label(name).next())
        .find(|node| node.accesskit_node().is_disabled() && node.rect().center().y > bar)
        .expect("one of them lies under the bar");
    let (place, why) = (hidden.rect().center(), hidden.accesskit_node().description().unwrap());
    let before = said(&harness, &why);
    harness.hover_at(place);
    harness.run_steps(90);
    assert_eq!(said(&harness, &why), before, "{why}");
    // In sight it does.
    let seen = rect(&harness, t("operate.abort"));
    assert!(seen.bottom() < bar, "{seen:?}");
    harness.hover_at(seen.center());
    harness.run_steps(90);
    assert!(said(&harness, &why) > before, "{why}");
}

#[test]
fn the_lines_of_an_item_stand_evenly_and_its_dot_beside_the_first() {
    let harness = window(exercise_in(lab(), "canary", 0), FIRST, 1.0);
    let all = texts(&harness);
    let item = all.iter().find(|(text, _)| text.galley.text().starts_with("A good release is out"));
    let (item, _) = item.expect("the first part of the task");
    let tops: Vec<f32> = item.galley.rows.iter().map(|row| row.pos.y).collect();
    assert!(tops.len() > 2, "{tops:?}");
    let steps: Vec<f32> = tops.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().all(|step| (step - steps[1]).abs() <= 1.0), "{steps:?}");
}

#[test]
fn the_task_comes_first_where_there_is_room_for_one_pane() {
    for zoom in [2.0, 3.0] {
        let mut harness = window(exercise_in(lab(), "canary", 0), FIRST, zoom);
        harness.set_size(Vec2::from(FIRST) / zoom);
        harness.run_steps(4);
        assert!(said(&harness, t("brief.task")) > 0, "at {zoom}");
        harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(60))));
        harness.run_steps(4);
        assert_eq!(said(&harness, t("brief.task")), 0, "at {zoom}: the world moves");
    }
}

#[test]
fn undo_and_redo_stand_beside_each_other() {
    for (start, size) in
        [(Start::default(), SMALL), (Start::default(), FIRST), (in_german(), SMALL), (in_german(), MIDDLE)]
    {
        let harness = window(exercise_in(Lab::new(start), "canary", 0), size, 1.0);
        let [undo, redo] = [t("plan.undo"), t("plan.redo")].map(|name| rect(&harness, name));
        assert!((undo.center().y - redo.center().y).abs() < 1.0, "{size:?}: {undo:?}, {redo:?}");
    }
}

#[test]
fn the_controls_of_time_stand_on_one_line() {
    for zoom in [1.5, 2.0] {
        let mut harness = window(exercise_in(lab(), "canary", 60), FIRST, zoom);
        harness.set_size(Vec2::from(FIRST) / zoom);
        harness.run_steps(4);
        let middle = fork(&harness).center().y;
        for name in [t("transport.play"), t("transport.step"), t("transport.next")] {
            let one = rect(&harness, name).center().y;
            assert!((one - middle).abs() <= 1.0, "{zoom}: {name} at {one}, not {middle}");
        }
    }
}

#[test]
fn the_title_of_a_chart_is_whole() {
    for start in [Start::default(), in_german()] {
        for size in [SMALL, MIDDLE, FIRST] {
            let harness = window(exercise_in(Lab::new(start.clone()), "canary", 420), size, 1.0);
            let is_title = |text: &TextShape| {
                text.galley.job.sections.iter().all(|section| section.format.font_id == title_font())
            };
            assert_eq!(cut(&harness, is_title), Vec::<String>::new(), "{size:?}");
        }
    }
}

#[test]
fn keys_and_what_they_do_are_written_out() {
    for start in [Start::default(), in_german()] {
        let mut lab = Lab::new(start);
        lab.apply(LabCommand::Show(Overlay::Keys));
        let harness = window(lab, FIRST, 1.0);
        // The cards of the course behind it end after three lines.
        let is_of_keys = |text: &TextShape| text.galley.job.wrap.max_rows == 1;
        assert_eq!(cut(&harness, is_of_keys), Vec::<String>::new());
        assert!(texts(&harness).iter().any(|(text, _)| text.galley.text() == t("key.home")));
    }
}

#[test]
fn a_check_that_was_never_measured_has_not_passed() {
    let mut found = 0;
    for case in 0..9 {
        let lab = solved(case);
        let checks = lab.run.as_ref().unwrap().player.snapshot().watching.checks.clone();
        let unmeasured = |state| checks.iter().any(|check| check.state == state && check.measured == 0);
        if !unmeasured(CheckState::Passed) {
            continue;
        }
        found += 1;
        let mut lab = lab;
        lab.apply(LabCommand::Only(Some(Pane::Plan)));
        let harness = window(lab, [1280.0, 2400.0], 1.0);
        let words = |word| tf("plan.check.answers {} {}", &[&word, &0]);
        assert_eq!(said(&harness, &words(t("plan.check.passed"))), 0, "case {case}");
        assert!(said(&harness, &words(t("plan.check.left"))) > 0, "case {case}");
    }
    assert!(found > 0, "in no case an analysis ends before all its checks were measured");
}

#[test]
fn one_bad_answer_is_one() {
    let mut lab = exercise_in(lab(), "canary", 0);
    let (text, _) = lab.run.as_ref().unwrap().entry().unwrap().solution.clone().unwrap();
    assert!(text.contains("failure_limit: 1"), "{text}");
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text.replace("failure_limit: 1", "failure_limit: 0"))));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let harness = window(lab, [1280.0, 2400.0], 1.0);
    assert!(said(&harness, "1 bad answer is too many") > 0);
    assert_eq!(said(&harness, "1 bad answers"), 0);
}

#[test]
fn the_debrief_speaks_german_where_points_are_lost() {
    let lab = looked_back(short_lab_in(in_german()));
    let harness = window(lab, [1600.0, 3000.0], 1.0);
    let all: Vec<String> =
        texts(&harness).into_iter().map(|(text, _)| text.galley.text().to_owned()).collect();
    for english in
        ["required to pass", " of runs", " users", "release at", "traffic x", "defect x", "earned "]
    {
        let found: Vec<&String> = all.iter().filter(|text| text.to_lowercase().contains(english)).collect();
        assert!(found.is_empty(), "{english}: {found:?}");
    }
    assert!(all.iter().any(|text| text.contains("der Läufe")), "{all:?}");
}

#[test]
fn the_checks_of_a_plan_name_their_steps_in_german() {
    let mut lab = Lab::new(in_german());
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let (text, _) = lab.run.as_ref().unwrap().entry().unwrap().solution.clone().unwrap();
    lab.apply(LabCommand::Plan(EditorCommand::SetText(text)));
    lab.apply(LabCommand::Only(Some(Pane::Plan)));
    let harness = window(lab, [1280.0, 2400.0], 1.0);
    assert!(said(&harness, "zu viel; Schritt 2, Schritt 4") > 0);
}

#[test]
fn a_number_of_a_rehearsal_stands_under_its_name() {
    for start in [Start::default(), in_german()] {
        let mut lab = asks_little(Lab::new(start));
        lab.jobs.hold();
        lab.take(&manifest(OPENED));
        let harness = window(lab, MIDDLE, 1.0);
        let all = texts(&harness);
        for name in
            [t("rehearsal.rate"), t("rehearsal.boot"), t("rehearsal.scrape"), t("rehearsal.instances")]
        {
            let (label, _) = all.iter().find(|(text, _)| text.galley.text() == name).expect(name);
            let label = label.visual_bounding_rect();
            let field =
                harness.query_all_by_label(name).map(|node| node.rect()).find(|rect| rect.height() > 18.0);
            let field = field.expect(name);
            assert!(
                label.bottom() <= field.top() + 3.0 && label.top() > field.top() - 30.0,
                "{name}: {label:?}, {field:?}"
            );
            assert!((label.left() - field.left()).abs() < 4.0, "{name}: {label:?}, {field:?}");
        }
        assert!(all.iter().all(|(text, _)| !text.galley.text().ends_with(".00")), "a whole number");
    }
}

#[test]
fn an_exercise_opens_on_its_task_at_its_own_pace_whatever_was_looked_at_before() {
    let mut lab = lab();
    lab.apply(LabCommand::Set(Setting::AllPanels(true)));
    lab.apply(LabCommand::BeginIntroduction);
    assert!(lab.run.as_ref().is_some_and(|run| run.introduction.is_some()));
    lab.apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Router))));
    let paced = lab.run.as_ref().unwrap().player.snapshot().speed;
    let mut harness = window(lab, FIRST, 1.0);
    assert_eq!(said(&harness, t("brief.task")), 0, "the inspector lies over the brief");
    harness.state_mut().apply(LabCommand::OpenExercise("canary".to_owned()));
    harness.run_steps(3);
    assert!(said(&harness, t("brief.task")) > 0);
    assert_ne!(harness.state().run.as_ref().unwrap().player.snapshot().speed, paced);
    // The same where one pane is seen at a time.
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Log)));
    harness.state_mut().apply(LabCommand::OpenExercise("blue-green".to_owned()));
    harness.run_steps(3);
    assert!(said(&harness, t("brief.task")) > 0);
}
