//! What is done by hand in a run: by button, by key, and not at all where it makes no sense.

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::transport::{opened, view};
use crate::app::player::Order;
use crate::app::{Command, Lab};
use crate::engine::Time;
use crate::sim::{Action, Command as Asked, Phase};

fn seek(harness: &mut Harness<'static, Lab>, seconds: u64) {
    harness.state_mut().apply(Command::Play(Order::Seek(Time::from_secs(seconds))));
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, Lab>, key: Key) {
    harness.key_press_modifiers(Modifiers::NONE, key);
    harness.run_steps(2);
}

fn asked(harness: &Harness<'static, Lab>) -> Vec<Action> {
    view(harness).actions.iter().map(|hand| hand.action.clone()).collect()
}

#[test]
fn the_key_b_rolls_back_and_it_is_recorded() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    press(&mut harness, Key::B);
    assert!(asked(&harness).is_empty(), "there is nothing to roll back at the start");
    seek(&mut harness, 330);
    assert_eq!(view(&harness).phase, Phase::InProgress);
    press(&mut harness, Key::B);
    assert_eq!(asked(&harness), [Action::Command(Asked::Abort)]);
    seek(&mut harness, 500);
    assert_eq!(view(&harness).phase, Phase::RolledBack);
}

#[test]
fn p_pauses_and_resumes_and_n_promotes() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    seek(&mut harness, 325);
    press(&mut harness, Key::P);
    seek(&mut harness, 345);
    assert_eq!(view(&harness).phase, Phase::Paused);
    press(&mut harness, Key::P);
    press(&mut harness, Key::N);
    let commands = [Asked::Pause, Asked::Resume, Asked::Promote].map(Action::Command);
    assert_eq!(asked(&harness), commands);
}

#[test]
fn what_makes_no_sense_is_off_and_the_reason_can_be_read() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    assert!(harness.get_by_label("Roll back").accesskit_node().is_disabled());
    assert!(harness.query_by_label("Nothing is rolled out yet; it may begin at 5:00.").is_some());
    seek(&mut harness, 330);
    assert!(!harness.get_by_label("Roll back").accesskit_node().is_disabled());
    assert!(harness.query_by_label_contains("takes effect after about").is_some());
    harness.get_by_label("Roll back").click();
    harness.run_steps(2);
    assert_eq!(asked(&harness), [Action::Command(Asked::Abort)]);
    seek(&mut harness, 1_000_000);
    assert!(harness.get_by_label("Roll back").accesskit_node().is_disabled());
}

#[test]
fn what_cannot_be_undone_is_asked_twice() {
    let mut harness = opened([1600.0, 900.0], 1.0);
    seek(&mut harness, 330);
    harness.get_by_label("Promote fully").click();
    harness.run_steps(3);
    assert!(asked(&harness).is_empty());
    harness.get_by_label("Do it").click();
    harness.run_steps(3);
    assert_eq!(asked(&harness), [Action::Command(Asked::PromoteFull)]);
    assert!(harness.query_by_label("Do it").is_none());
}
