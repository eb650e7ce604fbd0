//! Everything around a run: the course and the way to it.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};

use super::{lab, window};
use crate::app::Command;
use crate::app::lab::{Lab, Screen};
use crate::app::panels::course::one_line;

const WINDOW: [f32; 2] = [1280.0, 720.0];

/// A lab in which something was done.
fn filled() -> Lab {
    let mut lab = lab();
    lab.learner.best = [("all-at-once".to_owned(), 91.0), ("blue-green".to_owned(), 61.0)].into();
    lab
}

#[test]
fn every_screen_is_drawn_empty_and_filled_also_at_twice_the_text() {
    for zoom in [1.0, 2.0, 3.0] {
        for lab in [lab(), filled()] {
            let mut harness = window(lab, WINDOW, zoom);
            for screen in Screen::ALL {
                harness.state_mut().apply(Command::Go(screen));
                harness.run_steps(3);
                assert!(harness.root().children_recursive().count() > 3, "{screen:?} at {zoom}");
            }
        }
    }
}

#[test]
fn a_card_says_how_far_one_is_and_opens_by_key() {
    let mut harness = window(filled(), WINDOW, 1.0);
    let card = harness.get_by_label("All at once");
    let said = card.accesskit_node().description().unwrap();
    assert!(said.contains("best score 91, passed"), "{said}");
    harness.get_by_label("1 of 10 exercises passed");
    harness.key_press(Key::Num3);
    harness.run_steps(3);
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!(run.entry().unwrap().id, harness.state().catalog.exercises[6].id);
}

#[test]
fn tab_reaches_the_cards_and_enter_opens_the_one_in_focus() {
    let mut harness = window(lab(), WINDOW, 1.0);
    for _ in 0..60 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        if harness.get_by_label("Two environments").is_focused() {
            harness.key_press(Key::Enter);
            harness.run_steps(3);
            assert_eq!(harness.state().run.as_ref().unwrap().entry().unwrap().id, "blue-green");
            return;
        }
    }
    panic!("Tab never came to the card");
}

#[test]
fn a_line_about_an_exercise_without_objectives_comes_from_its_brief() {
    let lab = lab();
    let mut entry = lab.catalog.exercise("canary").unwrap().as_ref().clone();
    entry.exercise.objectives.clear();
    assert_eq!(one_line(&entry), "Blue-green showed the release to nobody, and then to everybody.");
}
