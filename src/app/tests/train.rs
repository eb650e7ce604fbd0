//! A train of releases in the window: which is on its way, what became of those before it, and the debrief of each.

use egui_kittest::kittest::Queryable;

use super::clipping::{as_it_is, measure};
use super::screens::exercise_in;
use crate::app::model::LabCommand;
use crate::app::model::order::Order;
use crate::app::model::run::RunCommand;
use crate::app::model::screen::Screen;
use crate::app::model::train::Train;
use crate::app::tests::{lab, window};
use crate::app::view::panels::debrief::export;
use crate::engine::Time;

#[test]
fn the_window_tells_which_release_is_on_its_way_and_a_click_goes_to_one() {
    let mut harness = window(exercise_in(lab(), "train", 0), [1600.0, 1400.0], 1.0);
    assert!(harness.query_all_by_label_contains("release 1 of 12").next().is_some());
    assert!(harness.query_all_by_label_contains("11 releases to come").next().is_some());
    harness.state_mut().apply(LabCommand::Play(Order::Seek(Time::from_secs(3_000))));
    harness.run_steps(3);
    let train = Train::of(harness.state().run.as_ref().unwrap()).unwrap();
    assert!((2..12).contains(&train.came.len()), "{}", train.came.len());
    let said = format!("release {} of 12", train.came.len());
    assert!(harness.query_all_by_label_contains(&said).next().is_some(), "{said}");
    assert!(harness.query_all_by_label_contains("on its way since").next().is_some());
    // Whether it was good is not told before the end.
    assert!(harness.query_all_by_label_contains("it was").next().is_none());
    let second = &train.came[1];
    let named = format!("Release 2, {}: ", second.release);
    harness.query_all_by_label_contains(&named).next().unwrap().click_accesskit();
    harness.run_steps(3);
    let now = harness.state().run.as_ref().unwrap().player.snapshot().now;
    assert_eq!(now, Time::from_secs(second.at_s));
}

#[test]
fn the_debrief_tells_what_became_of_each_release_and_so_does_its_page() {
    let mut lab = exercise_in(lab(), "train", 100_000);
    let train = Train::of(lab.run.as_ref().unwrap()).unwrap();
    assert!(train.is_over);
    let [[_, good], [_, bad]] = train.sum();
    assert_eq!((good, bad, train.count()), (8, 4, 12));
    let page = {
        lab.apply(LabCommand::Run(RunCommand::Finish));
        export::page(lab.run.as_ref().unwrap())
    };
    for leg in &train.came {
        assert!(page.contains(&leg.release), "{}", leg.release);
    }
    lab.apply(LabCommand::Go(Screen::Run));
    measure("a train that is over", lab, as_it_is);
}
