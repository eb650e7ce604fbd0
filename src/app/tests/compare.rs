//! Comparing two plans on the same worlds.

use egui_kittest::kittest::Queryable;

use super::{lab, window};
use crate::app::Command;
use crate::app::comparing::{CompareCommand, Side, choices};
use crate::app::lab::Screen;
use crate::exercise::compare;

#[test]
fn the_screen_compares_as_the_command_line_does() {
    let mut lab = lab();
    lab.apply(Command::OpenExercise("few-requests".to_owned()));
    lab.apply(Command::Compare(CompareCommand::Choose(1, Side::Null(2))));
    lab.apply(Command::Compare(CompareCommand::Worlds(2)));
    lab.apply(Command::Go(Screen::Compare));
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    harness.get_by_label("Compare them").click();
    harness.run_steps(4);
    let lab = harness.state();
    let shown = lab.comparing.result.as_ref().unwrap().as_ref().unwrap();
    let run = lab.run.as_ref().unwrap();
    let all = crate::control::null_policies(&run.plan);
    let plans = [("your plan".to_owned(), run.plan.clone()), all[2].clone()];
    let expected = compare(&run.scenario, &run.case.1, &plans, 2, run.seed, &|| {}).unwrap();
    assert_eq!(shown.comparison, expected);
    assert!(harness.query_by_label_contains("second less first").is_some());
    assert!(harness.query_all_by_label_contains("failed in all").next().is_some());
}

#[test]
fn the_solution_is_compared_with_only_when_it_was_seen() {
    let mut lab = lab();
    lab.jobs.hold();
    lab.apply(Command::OpenExercise("few-requests".to_owned()));
    let offers = |lab: &crate::app::Lab| choices(lab.run.as_ref().unwrap()).contains(&Side::Solution);
    assert!(!offers(&lab));
    lab.apply(Command::Compare(CompareCommand::Choose(1, Side::Solution)));
    lab.apply(Command::Compare(CompareCommand::Begin));
    assert!(!lab.comparing.works);
    lab.apply(Command::Go(Screen::Debrief));
    assert!(offers(&lab));
}

#[test]
fn the_screen_is_drawn_empty_and_while_it_works_at_every_size() {
    for (size, zoom) in [([1280.0, 720.0], 1.0), ([1280.0, 720.0], 2.0)] {
        let mut lab = lab();
        lab.jobs.hold();
        lab.apply(Command::Go(Screen::Compare));
        let mut harness = window(lab, size, zoom);
        assert!(harness.query_by_label_contains("first: its world").is_some());
        harness.state_mut().apply(Command::OpenExercise("few-requests".to_owned()));
        harness.state_mut().apply(Command::Go(Screen::Compare));
        harness.state_mut().apply(Command::Compare(CompareCommand::Begin));
        harness.run_steps(3);
        assert!(harness.query_by_label("Working it out.").is_some());
    }
}
