//! Leading a class: a hidden cause, injected faults, noted answers, and the sheet.

use std::time::Duration;

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;

use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::files::FilesCommand;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, press, tab_to, window};
use crate::engine::Time;
use crate::exercise::Answer;
use crate::library::parse_options;
use crate::sim::{ManualAction, What};

fn led(mut lab: Lab) -> Lab {
    for command in [
        ClassroomCommand::Scenario("checkout".to_owned()),
        ClassroomCommand::Release(Some("v2-wrong".to_owned())),
        ClassroomCommand::Seed(7),
        ClassroomCommand::Begin,
    ] {
        lab.apply(LabCommand::Classroom(command));
    }
    lab
}

fn facts(lab: &Lab) -> Vec<What> {
    lab.run.as_ref().unwrap().player.snapshot().record.facts.iter().map(|fact| fact.what.clone()).collect()
}

#[test]
fn the_cause_is_hidden_until_it_is_shown_and_outlasts_a_restart() {
    let mut lab = led(lab());
    lab.apply(LabCommand::Run(RunCommand::Restart));
    let run = lab.run.as_ref().unwrap();
    assert_eq!((run.case.1.release.as_deref(), run.seed), (Some("v2-wrong"), 7));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    assert!(harness.query_all_by_label_contains("v2-wrong").next().is_none());
    assert!(harness.query_by_label_contains("Only the facilitator knows").is_some());
    harness.state_mut().apply(LabCommand::Classroom(ClassroomCommand::Reveal));
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("v2-wrong").next().is_some());
}

#[test]
fn what_is_let_loose_and_told_is_recorded_and_replays() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = led(Lab::new(Start { data: Some(folder.path().to_owned()), ..Start::default() }));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(60))));
    lab.apply(LabCommand::Classroom(ClassroomCommand::Inject("payments-brownout".to_owned())));
    lab.apply(LabCommand::Classroom(ClassroomCommand::Tell("Support has many calls".to_owned())));
    lab.apply(LabCommand::Classroom(ClassroomCommand::Note(
        "Next?".to_owned(),
        "<b>The orders</b>".to_owned(),
    )));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(120))));
    let seen = facts(&lab);
    assert!(seen.contains(&What::FaultBegan("payments-brownout".to_owned())));
    assert!(seen.contains(&What::Judged("Support has many calls".to_owned())));
    let session = lab.run.as_ref().unwrap().session();
    assert_eq!(session.actions[0].action, ManualAction::Inject { fault: "payments-brownout".to_owned() });
    lab.apply(LabCommand::Play(Order::Seek(Time::ZERO)));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(120))));
    assert_eq!(facts(&lab), seen, "played again it is the same");
    lab.apply(LabCommand::Classroom(ClassroomCommand::Sheet));
    let sheet = std::fs::read_to_string(folder.path().join("reports/class-checkout.html")).unwrap();
    assert!(crate::report::html::tests::tags(&sheet).is_ok());
    assert!(
        sheet.contains("&lt;b&gt;The orders") && sheet.contains("v2-wrong") && sheet.contains("1:00"),
        "{sheet}"
    );
}

#[test]
fn only_a_led_run_can_be_meddled_with() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenScenario("clinic".to_owned()));
    lab.apply(LabCommand::Classroom(ClassroomCommand::Inject("old-records".to_owned())));
    assert!(lab.run.as_ref().unwrap().player.snapshot().actions.is_empty());
}

#[test]
fn the_screen_leads_from_a_choice_to_a_run_at_every_size() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)] {
        let mut lab = lab();
        lab.apply(LabCommand::Go(Screen::Classroom));
        let mut harness = window(lab, size, zoom);
        assert!(harness.query_by_label("Lead a class").is_some());
        harness.state_mut().apply(LabCommand::Classroom(ClassroomCommand::Scenario("clinic".to_owned())));
        harness.run_steps(3);
        assert!(harness.query_by_label("Open with the cause hidden").is_some());
        harness.state_mut().apply(LabCommand::Classroom(ClassroomCommand::Begin));
        assert_eq!(harness.state().screen, Screen::Run);
        harness.state_mut().apply(LabCommand::Go(Screen::Classroom));
        harness.run_steps(3);
        assert!(harness.query_by_label("Save the sheet").is_some());
    }
}

#[test]
fn a_class_is_led_by_keyboard_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::new(Start { data: Some(folder.path().to_owned()), ..Start::default() });
    lab.settings.welcome = 5;
    lab.apply(LabCommand::Go(Screen::Classroom));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    let scenario = harness.state().catalog.world("checkout").unwrap().scenario.clone();
    for (name, key) in [
        (scenario.title.as_str(), Key::Enter),
        ("v2-wrong", Key::Enter),
        ("payments-brownout", Key::Space),
        ("Open with the cause hidden", Key::Enter),
    ] {
        tab_to(&mut harness, name);
        press(&mut harness, key);
    }
    assert_eq!(harness.state().screen, Screen::Run);
    let led = &harness.state().classroom;
    assert_eq!((led.release.as_deref(), led.faults.len()), (Some("v2-wrong"), 1));
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(60))));
    harness.key_press_modifiers(egui::Modifiers::ALT, Key::Num6);
    harness.run_steps(3);
    tab_to(&mut harness, "payments-brownout");
    press(&mut harness, Key::Enter);
    tab_to(&mut harness, "A message to the class");
    harness
        .get_by_role_and_label(Role::TextInput, "A message to the class")
        .type_text("Support has many calls");
    harness.run_steps(2);
    tab_to(&mut harness, "Send it to the log");
    press(&mut harness, Key::Enter);
    let actions = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().actions.len();
    assert_eq!(actions(harness.state()), 2);
    for name in ["Show the cause", "Save the sheet"] {
        tab_to(&mut harness, name);
        press(&mut harness, Key::Enter);
    }
    assert!(harness.state().classroom.is_revealed);
    assert!(folder.path().join("reports/class-checkout.html").is_file());
}

#[test]
fn what_the_class_answered_is_kept_with_the_run_and_shown_when_it_is_gone_on_with() {
    let data = tempfile::tempdir().unwrap();
    let start = || Start { data: Some(data.path().to_owned()), ..Start::default() };
    let mut lab = led(Lab::new(start()));
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(400))));
    lab.tick(Duration::from_secs(2));
    let note = ClassroomCommand::Note("Next?".to_owned(), "The orders".to_owned());
    lab.apply(LabCommand::Classroom(note));
    lab.tick(Duration::from_millis(1));
    let session = lab.run.as_ref().unwrap().session();
    let answer =
        Answer { at: Time::from_secs(400), asked: "Next?".to_owned(), said: "The orders".to_owned() };
    assert_eq!(session.answers, [answer]);
    lab.apply(LabCommand::Run(RunCommand::Restart));
    assert_eq!(lab.run.as_ref().unwrap().session().answers, session.answers);
    drop(lab);
    // After a crash the class goes on, its cause as hidden as before.
    let mut lab = Lab::new(start());
    lab.apply(LabCommand::Files(FilesCommand::GoOn));
    assert!(lab.classroom.hides());
    assert_eq!(lab.run.as_ref().unwrap().session(), session);
    let mut harness = window(lab, [1280.0, 2000.0], 1.0);
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Brief)));
    harness.run_steps(3);
    assert!(harness.query_by_label("The orders").is_some() && harness.query_by_label("Next?").is_some());
    assert!(harness.query_all_by_label_contains("v2-wrong").next().is_none());
    // Opened as a file it is nobody's class any more, and what was said can still be read.
    let file = data.path().join("session.ron");
    let text = parse_options().to_string_pretty(&session, Default::default()).unwrap();
    std::fs::write(&file, text).unwrap();
    harness.state_mut().take(&file);
    harness.run_steps(3);
    assert!(!harness.state().classroom.leads);
    assert!(harness.query_by_label("The orders").is_some());
    // A class that begins anew has said nothing.
    harness.state_mut().apply(LabCommand::Classroom(ClassroomCommand::Scenario("clinic".to_owned())));
    harness.state_mut().apply(LabCommand::Classroom(ClassroomCommand::Begin));
    assert!(harness.state().run.as_ref().unwrap().notes.answers.is_empty());
}

#[test]
fn the_class_window_shows_the_run_and_not_its_cause_and_nothing_can_be_done_in_it() {
    let data = tempfile::tempdir().unwrap();
    let mut leader = led(Lab::new(Start { data: Some(data.path().to_owned()), ..Start::default() }));
    let class = Lab::new(Start { follows: Some(data.path().to_owned()), ..Start::default() });
    let mut class = window(class, [1280.0, 720.0], 1.0);
    assert!(class.query_by_label_contains("as soon as it begins").is_some());
    let keep_up = |class: &mut egui_kittest::Harness<'static, Lab>, leader: &mut Lab| {
        leader.tick(Duration::from_secs(2));
        class.state_mut().tick(Duration::from_secs(2));
        class.run_steps(3);
    };
    let now = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().now;
    for second in [400, 460, 90] {
        leader.apply(LabCommand::Play(Order::Seek(Time::from_secs(second))));
        keep_up(&mut class, &mut leader);
        assert_eq!(now(class.state()), Time::from_secs(second));
    }
    leader.apply(LabCommand::Classroom(ClassroomCommand::Inject("payments-brownout".to_owned())));
    leader.apply(LabCommand::Classroom(ClassroomCommand::Note("Next?".to_owned(), "The orders".to_owned())));
    keep_up(&mut class, &mut leader);
    assert_eq!(facts(class.state()), facts(&leader));
    assert!(class.query_by_label("The orders").is_some());
    assert!(class.query_all_by_label_contains("v2-wrong").next().is_none());
    assert!(class.query_all_by_label_contains("Only you see this").next().is_none());
    class.state_mut().apply(LabCommand::Play(Order::Seek(Time::ZERO)));
    class.state_mut().apply(LabCommand::Go(Screen::Classroom));
    assert_eq!((now(class.state()), class.state().screen), (Time::from_secs(90), Screen::Run));
    leader.apply(LabCommand::Classroom(ClassroomCommand::Reveal));
    keep_up(&mut class, &mut leader);
    assert!(class.query_all_by_label_contains("v2-wrong").next().is_some());
    // What the leader alone sees.
    leader.apply(LabCommand::Go(Screen::Classroom));
    let leader = window(leader, [1280.0, 2000.0], 1.0);
    assert!(leader.query_by_label("Only you see this").is_some());
    assert!(leader.query_all_by_label_contains("v2-wrong").next().is_some());
}

#[test]
fn the_class_window_shows_the_world_before_time_passes_and_nothing_to_pull_at() {
    let data = tempfile::tempdir().unwrap();
    let mut leader = led(Lab::new(Start { data: Some(data.path().to_owned()), ..Start::default() }));
    leader.tick(Duration::from_millis(16));
    let class = Lab::new(Start { follows: Some(data.path().to_owned()), ..Start::default() });
    let mut class = window(class, [1600.0, 900.0], 1.0);
    class.run_steps(3);
    assert!(class.query_by_label_contains("as soon as it begins").is_none());
    assert!(class.query_by_label_contains("Only the facilitator knows").is_some());
    assert!(class.query_all_by_label_contains("Weight of step").next().is_none());
    // The leader has it.
    leader.apply(LabCommand::Go(Screen::Run));
    let leader = window(leader, [1600.0, 900.0], 1.0);
    assert!(leader.query_all_by_label_contains("Weight of step").next().is_some());
}
