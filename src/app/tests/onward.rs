//! Where a learner goes next: after the introduction, after a pass, after none, and at the end of the course.

use egui::Color32;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::clipping::texts;
use crate::app::tests::debrief::{looked_back, short_lab};
use crate::app::tests::window;
use crate::engine::Time;

/// The buttons that are lit as what most will do next, of these.
fn lit<'a>(harness: &Harness<'static, Lab>, names: &[&'a str]) -> Vec<&'a str> {
    let plain = harness.state().theme().text;
    let is_lit = |name: &&str| {
        texts(harness).iter().any(|(text, _)| {
            let ink = text.galley.job.sections[0].format.color;
            let ink = if ink == Color32::PLACEHOLDER { text.fallback_color } else { ink };
            text.galley.text().trim() == *name && ink != plain
        })
    };
    names.iter().copied().filter(is_lit).collect()
}

const NEXT: [&str; 3] = ["Try again", "Next exercise", "Course"];

/// The debrief of an exercise that was graded, with this verdict.
fn debriefed(passed: bool) -> Lab {
    let mut lab = looked_back(short_lab(None));
    let run = lab.run.as_mut().unwrap();
    let Some(Some(Ok(verdict))) = run.debrief.as_mut().map(|debrief| debrief.verdict.as_mut()) else {
        panic!("no verdict")
    };
    verdict.passed = passed;
    lab
}

#[test]
fn a_pass_leads_on_and_a_failure_to_another_try() {
    for (passed, wanted) in [(false, "Try again"), (true, "Next exercise")] {
        let mut harness = window(debriefed(passed), [1600.0, 900.0], 1.0);
        assert_eq!(lit(&harness, &NEXT), [wanted], "{passed}");
        harness.get_by_label_contains(wanted).click();
        harness.run_steps(3);
        let id = harness.state().run.as_ref().unwrap().entry().unwrap().id.clone();
        assert_eq!(id == "few-requests", !passed, "{id}");
        assert_eq!(harness.state().screen, Screen::Run);
    }
}

#[test]
fn after_the_last_exercise_comes_what_was_not_passed_and_then_the_course() {
    let mut lab = debriefed(true);
    let last = lab.catalog.exercises.last().unwrap().clone();
    let first = lab.learner.next(&lab.catalog).unwrap().clone();
    assert_eq!(lab.learner.after(&lab.catalog, &last.id).map(|entry| &entry.id), Some(&first.id));
    let all: Vec<_> = lab.catalog.exercises.iter().map(|entry| (entry.id.clone(), 100.0)).collect();
    lab.learner.best.extend(all);
    assert_eq!(lab.learner.passed(&lab.catalog), lab.catalog.exercises.len());
    // What was looked back on is the last one now.
    let own = lab.catalog.exercises.iter().position(|entry| entry.id == "few-requests").unwrap();
    lab.catalog.exercises.truncate(own + 1);
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    assert_eq!(lit(&harness, &NEXT), ["Course"]);
    harness.get_by_label("Course").click();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Course);
}

#[test]
fn the_introduction_ends_with_the_way_to_the_first_exercise() {
    let mut lab = crate::app::tests::lab();
    lab.apply(LabCommand::BeginIntroduction);
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    lab.apply(LabCommand::Run(RunCommand::Finish));
    let first = lab.learner.next(&lab.catalog).unwrap().clone();
    let mut harness = window(lab, [1280.0, 720.0], 1.0);
    assert!(harness.query_by_label_contains("That was the introduction").is_some());
    harness.get_by_label(&format!("Begin \"{}\"", first.exercise.title)).click();
    harness.run_steps(3);
    assert_eq!(harness.state().run.as_ref().unwrap().entry().unwrap().id, first.id);
}
