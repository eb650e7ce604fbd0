//! An Operate exercise in the window: case by case, its causes hidden until all cases are done.

use egui_kittest::kittest::Queryable;

use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::{lab, window};
use crate::engine::Time;
use crate::sim::{ManualAction, RolloutCommand};

/// Where the case that is open stands: its number, its time and what was done.
fn stands(lab: &Lab) -> (u32, Time, usize) {
    let view = lab.run.as_ref().unwrap().player.snapshot();
    (lab.duty.as_ref().unwrap().turn.number, view.now, view.actions.len())
}

fn seek(lab: &mut Lab, seconds: u64) {
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(seconds))));
    lab.tick(std::time::Duration::from_millis(16));
}

fn abort() -> LabCommand {
    LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort)))
}

#[test]
fn a_case_on_duty_tells_neither_what_it_is_nor_how_the_goals_stand() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("incident-response".to_owned()));
    let case = lab.run.as_ref().unwrap().case.1.clone();
    let mut harness = window(lab, [1600.0, 2400.0], 1.0);
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(900))));
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("What is scored is told when all cases are done").is_some());
    let release = case.release.unwrap();
    let mut telling = vec![release.as_str()];
    telling.extend(case.faults.iter().map(String::as_str));
    telling.extend(case.traffic.as_deref());
    // "v2" is part of the names of all releases that might come.
    for word in telling.into_iter().filter(|word| *word != "v2") {
        assert!(harness.query_by_label_contains(word).is_none(), "{word}");
    }
}

#[test]
fn what_counts_is_played_once_and_forwards() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("incident-response".to_owned()));
    seek(&mut lab, 600);
    seek(&mut lab, 500);
    lab.apply(abort());
    assert_eq!(stands(&lab), (1, Time::from_secs(500), 0), "nothing is done in the past");
    seek(&mut lab, 600);
    lab.apply(abort());
    assert_eq!(stands(&lab).2, 1);
    for command in [
        LabCommand::Run(RunCommand::Restart),
        LabCommand::Run(RunCommand::Case(2)),
        LabCommand::Run(RunCommand::Seed(9)),
        LabCommand::Run(RunCommand::Finish),
        LabCommand::Go(Screen::Debrief),
        LabCommand::Go(Screen::Compare),
        LabCommand::Play(Order::Fork),
    ] {
        lab.notices.clear();
        lab.apply(command.clone());
        assert!(lab.notices.iter().any(|notice| notice.is_trouble), "{command:?}");
        assert_eq!((stands(&lab), lab.screen), ((1, Time::from_secs(600), 1), Screen::Run), "{command:?}");
    }
}

#[test]
fn the_next_case_comes_by_itself_and_all_are_told_at_the_end() {
    let data = tempfile::tempdir().unwrap();
    let start = || Start { data: Some(data.path().to_owned()), ..Start::default() };
    let mut lab = Lab::new(start());
    lab.apply(LabCommand::OpenExercise("incident-response".to_owned()));
    let cases = lab.duty.as_ref().unwrap().cases;
    seek(&mut lab, 99_999);
    assert_eq!(stands(&lab), (2, Time::ZERO, 0));
    seek(&mut lab, 700);
    lab.apply(abort());
    lab.tick(std::time::Duration::from_millis(16));
    // Opened anew it goes on where it was left.
    let mut lab = Lab::new(start());
    lab.apply(LabCommand::OpenExercise("incident-response".to_owned()));
    assert_eq!(stands(&lab), (2, Time::from_secs(700), 1));
    for number in 2..=cases as u32 {
        assert_eq!(stands(&lab).0, number);
        seek(&mut lab, 99_999);
    }
    assert!(lab.duty.is_none() && lab.run.is_none());
    assert_eq!(lab.screen, Screen::Course);
    let told: Vec<&str> = lab.notices.iter().map(|notice| notice.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("All cases are done: not passed")), "{told:?}");
    for case in ["quiet", "errors", "slow", "payments", "crowd", "dark"] {
        assert!(told.iter().any(|text| text.contains(&format!("was \"{case}\""))), "{case}: {told:?}");
    }
    assert!(lab.learner.best.contains_key("incident-response"));
}
