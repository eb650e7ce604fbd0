//! What the window teaches by how it behaves: the introduction, the question before a run, keys that cannot act, other futures, and
//! what a change of the plan leads to.

use std::path::Path;
use std::time::Duration;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::app::model::classroom::ClassroomCommand;
use crate::app::model::lab::Start;
use crate::app::model::notes::Forecast;
use crate::app::model::order::{Order, Speed};
use crate::app::model::panes::Pane;
use crate::app::model::run::RunCommand;
use crate::app::model::sandbox::{Retelling, SandboxCommand};
use crate::app::model::screen::Screen;
use crate::app::model::settings::Setting;
use crate::app::model::stage::{StageCommand, Thing};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::transport::{opened, view};
use crate::app::tests::{lab, press, window};
use crate::engine::Time;
use crate::sim::{ManualAction, Pool, RolloutCommand, RolloutPhase};

pub(super) fn lab_in(data: &Path) -> Lab {
    Lab::new(Start { data: Some(data.to_owned()), ..Start::default() })
}

fn click(harness: &mut Harness<'static, Lab>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

pub(super) fn told(lab: &Lab) -> Vec<&str> {
    lab.notices.iter().map(|notice| notice.text.as_str()).collect()
}

pub(super) fn seek(lab: &mut Lab, seconds: u64) {
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(seconds))));
}

/// Goes to the moment at which the rollout can first be rolled back, and gives its second.
fn under_way(lab: &mut Lab) -> u64 {
    (0..3000)
        .step_by(5)
        .find(|second| {
            seek(lab, *second);
            lab.run.as_ref().unwrap().player.snapshot().allows(RolloutCommand::Abort)
        })
        .expect("a rollout that begins")
}

/// Lets frames pass until something holds.
fn until(harness: &mut Harness<'static, Lab>, what: &str, holds: impl Fn(&Lab) -> bool) {
    for _ in 0..2000 {
        if holds(harness.state()) {
            return;
        }
        harness.run_steps(1);
    }
    panic!("in vain: {what}");
}

#[test]
fn the_introduction_halts_before_the_decision_with_its_control_lit_and_costs_no_grade() {
    let data = tempfile::tempdir().unwrap();
    let mut harness = window(lab_in(data.path()), [1280.0, 720.0], 1.0);
    let step = |harness: &Harness<'static, Lab>| harness.state().settings.welcome;
    click(&mut harness, "Begin");
    assert_eq!((step(&harness), harness.state().screen), (1, Screen::Run));
    assert!(!harness.state().has_pane(Pane::Log) && harness.state().has_pane(Pane::Stage));
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert!(view(&harness).is_playing && step(&harness) == 2, "nothing is asked in the practice run");
    until(&mut harness, "time halts", |lab| !lab.run.as_ref().unwrap().player.snapshot().is_playing);
    assert_eq!(view(&harness).phase, RolloutPhase::InProgress, "there is still something to decide");
    assert!(view(&harness).world.pool(Pool::Candidate).unwrap().harm.is_some(), "and something to see");
    harness.state_mut().apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Pool(Pool::Candidate)))));
    harness.run_steps(2);
    assert!(step(&harness) == 3 && harness.state().is_lit(RolloutCommand::Abort));
    press(&mut harness, Key::B);
    assert_eq!((step(&harness), view(&harness).actions.len()), (4, 1));
    click(&mut harness, "Open the debrief");
    assert_eq!((step(&harness), harness.state().screen), (5, Screen::Debrief));
    let lab = harness.state();
    assert!(lab.learner.best.is_empty() && lab.learner.course.exercises.is_empty(), "nothing is graded");
    assert!(lab.saved_plans.plans.is_empty(), "the practice plan is not the learner's own");
    assert_eq!(lab_in(data.path()).settings.welcome, 5, "it is kept");
    // It can be begun again, and left.
    harness.state_mut().apply(LabCommand::BeginIntroduction);
    harness.run_steps(2);
    assert_eq!(step(&harness), 1);
    click(&mut harness, "Skip");
    assert_eq!(step(&harness), 5);
    harness.state_mut().apply(LabCommand::Set(Setting::Welcome(0)));
    harness.state_mut().apply(LabCommand::OpenExercise("canary".to_owned()));
    harness.run_steps(2);
    assert!(harness.state().has_pane(Pane::Log), "an exercise has all its panes, whatever the introduction");
}

#[test]
fn a_key_that_cannot_act_says_why() {
    let mut harness = window(lab(), [1280.0, 720.0], 1.0);
    press(&mut harness, Key::B);
    assert!(told(harness.state())[0].contains("No run is open"), "{:?}", told(harness.state()));
    let mut harness = opened([1280.0, 720.0], 1.0);
    for (key, says) in [
        (Key::B, "The rollout has not started"),
        (Key::N, "The rollout has not started"),
        (Key::ArrowLeft, "the start of the run"),
    ] {
        harness.state_mut().notices.clear();
        press(&mut harness, key);
        press(&mut harness, key);
        assert_eq!(told(harness.state()).len(), 1, "{key:?}: {:?}", told(harness.state()));
        assert!(told(harness.state())[0].contains(says), "{key:?}: {:?}", told(harness.state()));
    }
    seek(harness.state_mut(), 1_000_000);
    for key in [Key::Space, Key::B, Key::ArrowRight, Key::A] {
        harness.state_mut().notices.clear();
        harness.run_steps(1);
        press(&mut harness, key);
        assert!(told(harness.state())[0].contains("The run is over"), "{key:?}: {:?}", told(harness.state()));
    }
}

#[test]
fn a_prediction_is_asked_for_at_play_and_time_passes_once_it_is_made_or_skipped() {
    let asked = |harness: &Harness<'static, Lab>| harness.query_by_label("Play without one Space").is_some();
    for answers in [true, false] {
        let mut harness = opened([1280.0, 720.0], 1.0);
        harness.run_steps(2);
        assert!(!asked(&harness), "it is asked at Play, and not before");
        press(&mut harness, Key::Space);
        assert!(asked(&harness) && view(&harness).now == Time::ZERO && !view(&harness).is_playing);
        if answers {
            let forecast = Forecast::Made(crate::exercise::predict::Prediction::UsersHarmed(100.0));
            harness
                .state_mut()
                .apply(LabCommand::Brief(crate::app::model::notes::BriefCommand::Forecast(forecast)));
            harness.run_steps(2);
        } else {
            press(&mut harness, Key::Space);
            assert_eq!(harness.state().run.as_ref().unwrap().notes.forecast, Forecast::Skipped);
        }
        assert!(!asked(&harness) && view(&harness).is_playing);
        harness.run_steps(2);
        assert!(view(&harness).now > Time::ZERO);
    }
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.get_by_label("Play").click();
    harness.run_steps(3);
    click(&mut harness, "Play without one Space");
    assert!(view(&harness).is_playing);
}

#[test]
fn what_would_have_been_without_a_way_back_by_hand_is_one_press() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    let mut plain = lab();
    plain.apply(LabCommand::OpenExercise("canary".to_owned()));
    seek(&mut plain, 1_000_000);
    let digest = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().record.digest.clone();
    let question = "What if I had not rolled back?";
    let begun = under_way(harness.state_mut());
    for at in [begun + 5, begun + 20] {
        seek(harness.state_mut(), at);
        let abort = ManualAction::Command(RolloutCommand::Abort);
        harness.state_mut().apply(LabCommand::Play(Order::act(abort)));
        seek(harness.state_mut(), at + 600);
        harness.run_steps(2);
        assert!(harness.query_by_label(question).is_none(), "it lies behind");
        // The very moment of the action counts as well.
        seek(harness.state_mut(), if at == begun + 5 { at } else { at - 10 });
        harness.run_steps(2);
        click(&mut harness, question);
        assert!(view(&harness).actions.is_empty() && harness.query_by_label(question).is_none());
        assert_eq!(view(&harness).futures.last().unwrap().record.observed.phase, RolloutPhase::RolledBack);
        seek(harness.state_mut(), 1_000_000);
        assert_eq!(digest(harness.state()), digest(&plain), "as if it had never been done");
        harness.run_steps(1);
    }
    assert_eq!(view(&harness).futures.len(), 2);
}

#[test]
fn futures_and_speed_outlast_a_restart_and_a_future_brings_its_plan() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    harness.state_mut().apply(LabCommand::Play(Order::Speed(Speed::Times(300))));
    seek(harness.state_mut(), 400);
    harness.state_mut().apply(LabCommand::Play(Order::Fork));
    let first = harness.state().run.as_ref().unwrap().plan.clone();
    let run = harness.state_mut().run.as_mut().unwrap();
    let text = run.editor.text().replace("50%", "20%");
    assert_ne!(text, run.editor.text());
    harness.state_mut().apply(LabCommand::Plan(crate::app::model::editor::EditorCommand::SetText(text)));
    press(&mut harness, Key::R);
    assert_eq!((view(&harness).now, view(&harness).speed), (Time::ZERO, Speed::Times(300)));
    assert_eq!(view(&harness).futures.len(), 1);
    let changed = harness.state().run.as_ref().unwrap().plan.clone();
    assert_ne!(changed, first);
    seek(harness.state_mut(), 500);
    harness.state_mut().apply(LabCommand::Play(Order::TakeUp(0)));
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!((&run.plan, &*run.player.snapshot().futures[0].plan), (&first, &changed));
    assert_eq!(run.session().plan, first);
    let digest = |lab: &Lab| lab.run.as_ref().unwrap().player.snapshot().record.digest.clone();
    seek(harness.state_mut(), 1_000_000);
    let mut plain = lab();
    plain.apply(LabCommand::OpenExercise("canary".to_owned()));
    seek(&mut plain, 1_000_000);
    assert_eq!(digest(harness.state()), digest(&plain));
    // Another world has futures of its own.
    harness.state_mut().apply(LabCommand::Run(RunCommand::Seed(2)));
    assert!(view(&harness).futures.is_empty());
    assert_eq!(view(&harness).speed, Speed::Times(300));
}

#[test]
fn nothing_of_one_exercise_is_left_in_the_next() {
    let mut harness = opened([1280.0, 720.0], 1.0);
    seek(harness.state_mut(), 400);
    let request = view(&harness).world.sampled[0].one_try.request;
    harness.state_mut().apply(LabCommand::Stage(StageCommand::Choose(Some(Thing::Request(request)))));
    harness.state_mut().apply(LabCommand::Stage(StageCommand::Zoom(3.0, [0.0, 0.0])));
    harness.run_steps(2);
    let lab = harness.state_mut();
    lab.apply(LabCommand::OpenExercise("blue-green".to_owned()));
    assert_eq!((lab.stage.chosen, lab.stage.tries.len(), lab.stage.follows), (None, 0, None));
    assert!((lab.stage.camera.zoom - 1.0).abs() < 1e-6);
    // A pane that was scrolled down stands at its top in another exercise.
    harness.state_mut().apply(LabCommand::Only(Some(Pane::Brief)));
    harness.run_steps(3);
    let top = |harness: &Harness<'static, Lab>| {
        harness
            .query_all_by_label_contains("Two environments")
            .map(|node| node.rect().top())
            .fold(f32::MIN, f32::max)
    };
    let before = top(&harness);
    harness.hover_at(egui::pos2(300.0, 400.0));
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -240.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
    });
    harness.run_steps(8);
    let title = |harness: &Harness<'static, Lab>, text: &str| {
        harness.query_all_by_label(text).map(|node| node.rect().top()).fold(f32::MIN, f32::max)
    };
    assert!(top(&harness) <= before);
    harness.state_mut().apply(LabCommand::OpenExercise("canary".to_owned()));
    harness.run_steps(3);
    let first = title(&harness, "Ship it to a few first");
    harness.state_mut().apply(LabCommand::OpenExercise("freeze".to_owned()));
    harness.state_mut().apply(LabCommand::OpenExercise("canary".to_owned()));
    harness.run_steps(3);
    assert!((title(&harness, "Ship it to a few first") - first).abs() < 0.5 && first > 0.0);
}

#[test]
fn the_museum_plays_its_own_release_whatever_a_class_is_led_through() {
    let mut lab = lab();
    for command in [
        ClassroomCommand::Scenario("checkout".to_owned()),
        ClassroomCommand::Release(Some("v2-wrong".to_owned())),
        ClassroomCommand::Begin,
    ] {
        lab.apply(LabCommand::Classroom(command));
    }
    let exhibits = lab.catalog.museum;
    for exhibit in exhibits.iter().take(4) {
        let relive = SandboxCommand::Relive(exhibit.world.id.clone(), Retelling::Live);
        lab.apply(LabCommand::Sandbox(relive));
        let (case, own) = (&lab.run.as_ref().unwrap().case.1, &exhibit.incident.case);
        assert_eq!((&case.release, &case.faults), (&own.release, &own.faults));
        assert!(!lab.classroom.leads);
    }
}

#[test]
fn a_change_of_the_plan_shows_what_it_leads_to_beside_the_form() {
    let mut lab = Lab::new(Start { threads: true, ..Start::default() });
    lab.apply(LabCommand::OpenExercise("freeze".to_owned()));
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    assert!(
        harness.query_by_label_contains("Play this world to its end once").is_some(),
        "not before it was played"
    );
    seek(harness.state_mut(), 1_000_000);
    // What is shown on the way is not the whole yet.
    let known = |lab: &Lab| {
        let now = lab.run.as_ref().unwrap().outlook.now.clone();
        now.filter(|now| now.until.is_none())
    };
    let wait = |harness: &mut Harness<'static, Lab>, what: &str, holds: &dyn Fn(&Lab) -> bool| {
        for _ in 0..3000 {
            harness.run_steps(1);
            if holds(harness.state()) {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("in vain: {what}");
    };
    wait(&mut harness, "the plan of the run", &|lab| known(lab).is_some());
    let base = known(harness.state()).unwrap();
    let record = harness.state().run.as_ref().unwrap().player.snapshot().record.clone();
    assert_eq!(base.run.digest, record.digest, "it is the run that was played");
    let run = harness.state().run.as_ref().unwrap();
    let text = run.editor.text().replace("10%", "20%");
    assert_ne!(text, run.editor.text());
    harness.state_mut().apply(LabCommand::Plan(crate::app::model::editor::EditorCommand::SetText(text)));
    wait(&mut harness, "the plan that is written", &|lab| known(lab).is_some_and(|now| now != base));
    let now = known(harness.state()).unwrap();
    let plan = harness.state().run.as_ref().unwrap().editor.plan().unwrap().clone();
    let run = harness.state().run.as_ref().unwrap();
    let played = crate::exercise::play(&run.scenario, &run.case.1, &plan, &[], run.seed).unwrap();
    assert_eq!(now.run.digest, played.digest, "it is what playing the plan comes to");
    harness.run_steps(2);
    let said = format!("This world: {} users harmed", crate::exercise::format::counted(now.run.users_harmed));
    assert!(harness.query_by_label_contains(&said).is_some(), "{said}");
    assert_eq!(harness.state().run.as_ref().unwrap().outlook.base.as_deref(), Some(&*base));
}
