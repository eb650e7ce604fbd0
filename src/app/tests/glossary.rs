//! The concept cards in the window: each is drawn whole, computes by its knob, and is found by words, palette and search.

use egui_kittest::kittest::Queryable;

use super::clipping::texts;
use super::screens::exercise_in;
use super::{lab, window};
use crate::app::model::LabCommand;
use crate::app::model::look::Shade;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::view::panels::palette;
use crate::app::view::theme::tests::{contrast, linear};
use crate::library::cards::{cards, find};

#[test]
fn every_card_is_drawn_and_says_what_its_example_gives() {
    let mut harness = window(lab(), [1280.0, 720.0], 1.0);
    for card in cards("en") {
        harness.state_mut().apply(LabCommand::Card(card.id.clone()));
        harness.run_steps(2);
        assert_eq!(harness.state().overlay, Some(Overlay::Glossary));
        let said = card.answered(card.example.knob().start);
        assert!(harness.query_by_label(&said).is_some(), "{}: {said}", card.id);
        assert!(harness.query_by_label(&card.says).is_some(), "{}", card.id);
    }
}

#[test]
fn the_knob_of_a_card_computes_anew() {
    let mut harness = window(lab(), [1280.0, 720.0], 1.0);
    harness.state_mut().apply(LabCommand::Card("surge".to_owned()));
    harness.run_steps(2);
    let card = find("surge", "en").unwrap();
    let slider = harness.get_by_role_and_label(egui::accesskit::Role::Slider, &card.knob);
    slider.focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::ArrowRight);
    harness.run_steps(3);
    assert!(harness.query_by_label(&card.answered(30.0)).is_some());
}

#[test]
fn the_rail_of_a_knob_stands_out_from_the_card_that_it_is_on() {
    for shade in [Shade::Dark, Shade::Light] {
        let mut lab = lab();
        lab.apply(LabCommand::Set(Setting::Shade(shade)));
        lab.apply(LabCommand::Card("p99".to_owned()));
        let harness = window(lab, [1280.0, 720.0], 1.0);
        let card = find("p99", "en").unwrap();
        let slider = harness.get_by_role_and_label(egui::accesskit::Role::Slider, &card.knob).rect();
        let rails = harness.output().shapes.iter().filter_map(|drawn| match &drawn.shape {
            egui::Shape::Rect(rect) if slider.contains_rect(rect.rect) => Some(rect.clone()),
            _ => None,
        });
        // The handle is higher than it is wide.
        let rail = rails.into_iter().find(|rect| rect.rect.width() > rect.rect.height());
        let found = contrast(linear(rail.expect("a rail").fill), linear(harness.state().theme().raised));
        // WCAG 2.2, 1.4.11: parts of controls.
        assert!(found >= 3.0, "{shade:?}: {found:.2}");
    }
}

#[test]
fn the_words_that_lead_to_cards_have_the_colour_of_links_also_in_bold() {
    let harness = window(exercise_in(lab(), "canary", 0), [1600.0, 900.0], 1.0);
    let link = harness.state().theme().baseline;
    let drawn = texts(&harness);
    let (text, _) =
        drawn.iter().find(|(text, _)| text.galley.text() == "group of users").expect("it is a link");
    let ink = text.galley.job.sections[0].format.color;
    let ink = if ink == egui::Color32::PLACEHOLDER { text.fallback_color } else { ink };
    assert_eq!(ink, link);
}

#[test]
fn a_word_in_a_brief_and_the_palette_lead_to_its_card() {
    let mut harness = window(exercise_in(lab(), "canary", 0), [1600.0, 900.0], 1.0);
    let link = harness.query_all_by_role(egui::accesskit::Role::Link).find(|node| {
        egui_kittest::kittest::NodeT::accesskit_node(node).label().as_deref() == Some("group of users")
    });
    link.expect("the task speaks of a group of users").click();
    harness.run_steps(3);
    assert_eq!(harness.state().card.as_deref(), Some("cohort"));
    assert!(harness.state().notices.is_empty(), "{:?}", harness.state().notices);
    let found = palette::found(harness.state(), "burn rate");
    assert!(found.iter().any(|entry| entry.command == Some(LabCommand::Card("burn-rate".to_owned()))));
    // An exercise in which it is met is a press away.
    harness.state_mut().apply(LabCommand::Card("burn-rate".to_owned()));
    harness.run_steps(2);
    let title = harness.state().catalog.exercise("alerts").unwrap().exercise.title.clone();
    harness.get_by_label(&format!("Open exercise: {title}")).click();
    harness.run_steps(3);
    assert_eq!((harness.state().screen, harness.state().overlay), (Screen::Run, None));
    assert_eq!(harness.state().run.as_ref().unwrap().entry().unwrap().id, "alerts");
}

#[test]
fn a_link_to_the_reading_says_its_address_since_there_may_be_no_browser() {
    let card = cards("en").into_iter().find(|card| !card.reading.is_empty()).unwrap();
    let mut lab = lab();
    lab.apply(LabCommand::Card(card.id.clone()));
    let mut harness = window(lab, [1600.0, 900.0], 1.0);
    harness.query_all_by_label_contains("Read at ").next().unwrap().click();
    harness.run_steps(3);
    let said = |address: &String| harness.state().notices.iter().any(|notice| notice.text.contains(address));
    assert!(card.reading.iter().any(said), "{:?}", harness.state().notices);
}
