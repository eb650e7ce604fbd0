//! The judge lab in the window.

use egui_kittest::kittest::Queryable;

use super::{lab, window};
use crate::app::model::LabCommand;
use crate::app::model::judging::JudgingCommand;
use crate::app::model::screen::Overlay;
use crate::exercise::judges::names;

#[test]
fn the_judges_judge_and_the_table_says_when_and_how_often() {
    let mut harness = window(lab(), [1280.0, 720.0], 1.0);
    harness.state_mut().judging.worlds = 2;
    harness.state_mut().apply(LabCommand::Show(Overlay::Judges));
    harness.state_mut().apply(LabCommand::Judging(JudgingCommand::Errors(40.0)));
    harness.state_mut().apply(LabCommand::Judging(JudgingCommand::Minutes(5.0)));
    harness.run_steps(3);
    harness.get_by_label("Judge 2 worlds").click();
    harness.run_steps(3);
    let (_, judged) = harness.state().judging.result.as_ref().expect("a result");
    let judged = judged.as_ref().unwrap();
    assert_eq!(judged.lines.len(), names().count());
    for name in names() {
        assert!(harness.query_by_label(name).is_some(), "{name}");
    }
}

#[test]
fn judging_is_stopped_and_what_comes_later_is_not_taken_in() {
    let mut lab = lab();
    lab.judging.worlds = 1;
    lab.jobs.hold();
    lab.apply(LabCommand::Judging(JudgingCommand::Begin));
    let progress = lab.judging.progress.clone().expect("it is under way");
    lab.apply(LabCommand::Show(Overlay::Judges));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    harness.get_by_label("Stop").click();
    harness.run_steps(2);
    assert!(progress.is_cancelled() && harness.state().judging.progress.is_none());
    let serial = harness.state().judging.serial;
    harness.state_mut().finish_judging(serial - 1, String::new(), Err("late".to_owned()));
    assert!(harness.state().judging.result.is_none());
}
