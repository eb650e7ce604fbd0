//! What a change of the plan leads to, beside the form: the first look after a bounded work, the whole of it as played, and its words.

use std::sync::Arc;

use egui_kittest::kittest::Queryable;

use super::clipping::{as_it_is, measure};
use super::screens::exercise_in;
use crate::app::model::lab::Start;
use crate::app::model::outlook::{Band, Glance, LOOK_EVERY};
use crate::app::model::run::RunCommand;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::window;
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::exercise::play;
use crate::library::load;

/// What `plan` comes to in the world of the open run, and the looks on the way.
fn tried(lab: &Lab, plan: &Plan) -> (Glance, Vec<Glance>) {
    let run = lab.run.as_ref().unwrap();
    let mut looks = Vec::new();
    let glance = Glance::of((&run.scenario, &run.case.1, run.seed), plan, &mut |look| {
        looks.push(look);
        true
    });
    (glance.unwrap(), looks)
}

/// Two plans of an exercise: what learners start from, and its solution.
fn plans(lab: &Lab) -> [Plan; 2] {
    let entry = lab.run.as_ref().unwrap().entry().unwrap();
    [entry.starter.clone(), entry.solution.clone().unwrap().1]
}

#[test]
fn the_first_look_at_a_change_comes_after_a_bounded_work_and_the_last_is_the_run() {
    let mut looks_in_all = 0;
    for (id, seed, plan) in [("all-at-once", 7, 0), ("canary", 70, 1), ("train", 8, 1)] {
        let mut lab = super::lab();
        lab.apply(LabCommand::OpenExercise(id.to_owned()));
        lab.apply(LabCommand::Run(RunCommand::Seed(seed)));
        let plan = &plans(&lab)[plan];
        let (whole, looks) = tried(&lab, plan);
        let run = lab.run.as_ref().unwrap();
        let played = play(&run.scenario, &run.case.1, plan, &[], run.seed).unwrap();
        assert_eq!((&whole.run.digest, whole.until), (&played.digest, None), "{id}");
        assert_eq!(
            (whole.run.users_harmed, whole.events),
            (played.truth.users_harmed, played.events),
            "{id}"
        );
        let mut before = 0;
        for look in looks.iter().chain([&whole]) {
            let by = look.until.unwrap_or(Time(u64::MAX));
            assert!(look.events - before <= LOOK_EVERY * 5 / 4, "{id} by {by}: {}", look.events - before);
            before = look.events;
            // What the whole run had harmed by then is what the look tells.
            assert_eq!(whole.harmed_by(by), look.run.users_harmed, "{id} by {by}");
            let known = look.curves.failed.len().saturating_sub(1);
            assert_eq!(look.curves.failed[..known], whole.curves.failed[..known], "{id} by {by}");
        }
        looks_in_all += looks.len();
    }
    assert!(looks_in_all > 8, "{looks_in_all} looks");
}

#[test]
fn a_plan_that_was_overtaken_is_left_after_its_look() {
    let mut lab = super::lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    let run = lab.run.as_ref().unwrap();
    let [starter, _] = plans(&lab);
    let mut shown = 0;
    let glance = Glance::of((&run.scenario, &run.case.1, run.seed), &starter, &mut |_| {
        shown += 1;
        false
    });
    assert_eq!(shown, 1);
    assert!(glance.unwrap().until.is_some(), "it was not tried to its end");
}

/// A lab in which everything is known of the plan that is written: as long as its sentences can be.
fn known(start: Start, until: Option<Time>) -> Lab {
    let mut lab = exercise_in(Lab::new(start), "few-requests", 100_000);
    let [starter, solution] = plans(&lab);
    let (mut base, mut now) = (tried(&lab, &solution).0, tried(&lab, &starter).0);
    let worst = load::exercise("few-requests").unwrap().exercise.cases[0].name.clone();
    let run = lab.run.as_mut().unwrap();
    now.until = until;
    (now.run.phase, now.run.time_to_complete_s) = ("completed", Some(8_912.0));
    now.run.users_harmed = 123_456;
    base.run.time_to_complete_s = Some(1_231.0);
    run.outlook.base = Some(Arc::new(base));
    run.outlook.now = Some(Arc::new(now));
    run.outlook.band = Some(Band { score: 88.0, max_score: 100.0, harmed: [12_345.0, 123_456.0], worst });
    lab
}

#[test]
fn what_a_plan_comes_to_is_told_with_its_change_and_fits_in_both_languages() {
    let english = Start::default();
    let harness = window(known(english.clone(), None), [1600.0, 900.0], 1.0);
    for said in
        ["123,456 users harmed, completed after 2h28m, 2h8m later.", "more than with the plan", "88 of 100"]
    {
        assert!(harness.query_all_by_label_contains(said).next().is_some(), "{said}");
    }
    let half = Some(Time::ZERO + Span::from_secs(754));
    let harness = window(known(english.clone(), half), [1600.0, 900.0], 1.0);
    let said = "so far: 123,456 users harmed by 12:34.";
    assert!(harness.query_all_by_label_contains(said).next().is_some(), "{said}");
    let german = Start { language: Some("de".to_owned()), ..Start::default() };
    for start in [english, german] {
        for until in [None, half] {
            measure(&format!("{:?} {until:?}", start.language), known(start.clone(), until), as_it_is);
        }
    }
}

#[test]
fn in_a_low_window_it_is_brief_and_leaves_the_form_its_room() {
    let harness = window(known(Start::default(), None), [1280.0, 720.0], 1.0);
    let of = |said: &str| harness.query_all_by_label_contains(said).next().map(|node| node.rect());
    let here = of("123,456 harmed (+").expect("a brief outlook");
    assert!(of("All cases: about 88 of 100 points").is_some());
    assert!(of("more than with the plan").is_none(), "the whole of it");
    let form = here.top() - of("Steps").expect("the form").bottom();
    assert!(form >= 180.0, "the form has {form} points");
}
