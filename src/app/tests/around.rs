//! Everything around a run: the course and the way to it.

use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};

use crate::app::model::look::Shade;
use crate::app::model::order::Order;
use crate::app::model::sandbox::{Retelling, SandboxCommand};
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::clipping::texts;
use crate::app::tests::{lab, window};
use crate::app::view::panels::course::one_line;
use crate::app::view::panels::palette;
use crate::engine::{Span, Time};

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
                harness.state_mut().apply(LabCommand::Go(screen));
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
    let all = harness.state().catalog.exercises.len();
    harness.get_by_label(&format!("1 of {all} exercises passed"));
    harness.key_press(Key::Num3);
    harness.run_steps(3);
    let run = harness.state().run.as_ref().unwrap();
    assert_eq!(run.entry().unwrap().id, harness.state().catalog.exercises[9].id);
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

#[test]
fn the_palette_finds_a_command_and_enter_does_it_and_the_focus_goes_back() {
    let mut harness = window(lab(), WINDOW, 1.0);
    harness.get_by_label("All at once").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    assert_eq!(harness.state().overlay, Some(Overlay::Palette));
    harness.get_by_label("What do you want to do?").type_text("light th");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(harness.state().settings.shade, Shade::Light);
    assert_eq!(harness.state().overlay, None);
    assert!(harness.get_by_label("All at once").is_focused());
}

#[test]
fn the_palette_needs_every_word_in_any_order_and_puts_whole_words_first() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::ZERO + Span::from_secs(330))));
    for written in ["roll back", "back ROLL", "rlbck"] {
        assert_eq!(palette::found(&lab, written)[0].name, "Roll back", "{written}");
    }
    assert!(palette::found(&lab, "rollz").is_empty());
    let all = palette::found(&lab, "");
    assert!(
        all.len() > 20 && all[0].name == palette::found(&lab, " ")[0].name,
        "nothing written: all, in order"
    );
}

#[test]
fn the_palette_knows_ids_what_is_learned_synonyms_and_the_words_of_the_field() {
    let mut lab = lab();
    let first = |lab: &Lab, written: &str| {
        let found = palette::found(lab, written);
        found.first().map(|entry| entry.name.clone()).unwrap_or_default()
    };
    for (written, title) in [
        ("canary", "Ship it to a few first"),
        ("freeze", "Not now"),
        ("few-requests", "When a minute holds thirty requests"),
        ("kill switch", "Dark code, small flag"),
        ("retry budget", "It is over, and it goes on"),
        ("argo", "Would this have caught it?"),
        ("smoke test", "Two environments"),
    ] {
        let found = palette::found(&lab, written);
        assert!(found.iter().any(|entry| entry.name.contains(title)), "{written}: {found:?}");
    }
    for (written, name) in [
        ("preferences", "Settings"),
        ("screenshot", "Save a picture of the window"),
        ("exit", "Quit"),
        ("dark mode", "Light theme"),
        ("deutsch", "Language: Deutsch"),
        ("tutorial", "Restart the introduction"),
        ("significance", "Judge lab: one run, every judge"),
    ] {
        assert_eq!(first(&lab, written), name, "{written}");
    }
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    lab.apply(LabCommand::Play(Order::Seek(Time::ZERO + Span::from_secs(330))));
    for (written, name) in [
        ("abort", "Roll back"),
        ("screenshot", "Save a picture of the window"),
        ("submit", "Hand in this session"),
        ("save session", "Save session"),
        ("score", "Grade and debrief"),
    ] {
        assert_eq!(first(&lab, written), name, "{written}");
    }
}

#[test]
fn in_the_palette_arrows_choose_and_what_makes_no_sense_now_is_not_offered() {
    let mut lab = lab();
    assert!(!palette::found(&lab, "").iter().any(|entry| entry.name == "Roll back"));
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    // Nothing is out yet: there is nothing to roll back, which is said.
    let why = palette::found(&lab, "rollback").swap_remove(0);
    assert_eq!(why.name, "Roll back");
    lab.apply(why.command.unwrap());
    assert!(lab.notices[0].text.contains("has not started"), "{:?}", lab.notices);
    assert!(palette::found(&lab, "roll").iter().any(|entry| entry.name == "Roll back"));
    assert!(palette::found(&lab, "rol").iter().all(|entry| entry.name != "Roll back"));
    assert!(palette::found(&lab, "").iter().all(|entry| entry.name != "Roll back"));
    lab.apply(LabCommand::Play(Order::Seek(Time::ZERO + Span::from_secs(330))));
    assert_eq!(palette::found(&lab, "rollback")[0].name, "Roll back");
    lab.apply(LabCommand::Show(Overlay::Palette));
    let second = palette::found(&lab, "text")[1].clone();
    let mut harness = window(lab, WINDOW, 1.0);
    harness.get_by_label("What do you want to do?").type_text("text");
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    let Some(LabCommand::Set(Setting::TextScale(scale))) = second.command else { panic!("{second:?}") };
    let now = harness.state().settings.text_scale;
    assert!((now - scale).abs() < 1e-6, "{now} and not {scale}");
}

#[test]
fn focus_stays_within_what_lies_over_the_screen_and_escape_closes_it() {
    for overlay in [Overlay::Palette, Overlay::Keys, Overlay::Settings] {
        let mut harness = window(lab(), WINDOW, 2.0);
        harness.state_mut().apply(LabCommand::Show(overlay));
        harness.run_steps(3);
        for _ in 0..50 {
            harness.key_press(Key::Tab);
            harness.run_steps(1);
            assert!(!harness.get_by_label("Sandbox").is_focused(), "{overlay:?}");
        }
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        assert_eq!(harness.state().overlay, None, "{overlay:?}");
    }
}

#[test]
fn what_comes_into_an_overlay_is_in_sight_where_there_is_room() {
    let data = tempfile::tempdir().unwrap();
    let start = crate::app::model::lab::Start { data: Some(data.path().to_owned()), ..Default::default() };
    let mut lab = Lab::new(start);
    lab.judging.worlds = 1;
    lab.apply(LabCommand::OpenExercise("canary".to_owned()));
    for (overlay, pressed, comes) in [
        (Overlay::HandIn, "Write the file", "Open folder"),
        (Overlay::Glossary, "Alarm delay", "Weight by instances"),
        (Overlay::Judges, "Judge 1 world", "burn rate"),
    ] {
        lab.settings.student = "Ada".to_owned();
        lab.apply(LabCommand::Show(overlay));
        let mut harness = window(lab, [1600.0, 900.0], 1.0);
        // The overlay has found its size by now.
        harness.run_steps(3);
        harness.get_by_label(pressed).click_accesskit();
        harness.run_steps(4);
        let drawn = texts(&harness);
        let (text, clip) = drawn.iter().find(|(text, _)| text.galley.text() == comes).expect(comes);
        let place = text.visual_bounding_rect();
        assert!(clip.contains_rect(place), "{overlay:?}: {comes} at {place} is cut by {clip}");
        lab = harness.into_state();
    }
}

#[test]
fn keys_go_to_screens_and_change_the_text_and_a_notice_goes_by_key() {
    let mut harness = window(lab(), WINDOW, 1.0);
    for (index, screen) in Screen::ALL.into_iter().take(6).enumerate().skip(1) {
        harness.key_press_modifiers(Modifiers::ALT, NUMBERS[index]);
        harness.run_steps(2);
        assert_eq!(harness.state().screen, screen);
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
    harness.run_steps(2);
    assert!((harness.state().settings.text_scale - 1.25).abs() < 1e-6);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    harness.run_steps(2);
    assert!((harness.state().settings.text_scale - 1.0).abs() < 1e-6);
    harness.state_mut().trouble("The disk is full.");
    harness.run_steps(2);
    harness.get_by_label("The disk is full.");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(harness.state().notices.is_empty());
}

const NUMBERS: [Key; 6] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];

#[test]
fn the_sandbox_opens_what_was_chosen() {
    let mut harness = window(lab(), WINDOW, 1.0);
    harness.state_mut().apply(LabCommand::Go(Screen::Sandbox));
    harness.run_steps(2);
    harness.get_by_label("The till of a web shop").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("v2-slow").click_accesskit();
    harness.get_by_label("zone-loss").click_accesskit();
    harness.get_by_label("night: 30 requests a second").click_accesskit();
    harness.run_steps(3);
    harness.get_by_label("Open it").click_accesskit();
    harness.run_steps(3);
    let lab = harness.state();
    assert!(lab.notices.is_empty(), "{:?}", lab.notices);
    let case = &lab.run.as_ref().unwrap().case.1;
    assert_eq!(case.release.as_deref(), Some("v2-slow"));
    assert_eq!(
        (case.faults.as_slice(), case.traffic.as_deref()),
        (&["zone-loss".to_owned()][..], Some("night"))
    );
}

#[test]
fn every_incident_of_the_museum_can_be_relived() {
    let mut lab = lab();
    for exhibit in lab.catalog.museum {
        let id = &exhibit.world.id;
        for &how in Retelling::ALL {
            lab.apply(LabCommand::Sandbox(SandboxCommand::Relive(id.clone(), how)));
            assert!(lab.notices.is_empty(), "{id}: {:?}", lab.notices);
            let run = lab.run.as_ref().unwrap();
            let (met, case) = (&run.case.1, &exhibit.incident.case);
            assert_eq!(
                (&met.release, &met.faults),
                (&case.release.clone().or(met.release.clone()), &case.faults)
            );
            assert_eq!(run.seed, exhibit.incident.seed, "{id}");
            let expected = if how == Retelling::Recommended { &exhibit.recommended } else { &exhibit.naive };
            assert_eq!(run.plan, *expected, "{id}");
        }
    }
    let mut harness = window(lab, WINDOW, 2.0);
    harness.state_mut().apply(LabCommand::Go(Screen::Museum));
    harness.run_steps(3);
    harness.get_by_label("Play it: Knight Capital, 1 August 2012").click_accesskit();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
}

#[test]
fn every_incident_of_the_museum_can_be_met_on_duty_without_being_told_which_day_it_is() {
    let mut lab = lab();
    for exhibit in lab.catalog.museum {
        let id = &exhibit.world.id;
        lab.apply(LabCommand::OpenExercise(format!("museum-{id}")));
        let duty = lab.duty.as_ref().unwrap_or_else(|| panic!("{id}: {:?}", lab.notices));
        assert_eq!((duty.cases, duty.turn.number), (3, 1), "{id}");
    }
    assert!(lab.catalog.exercise("museum-of-art").is_none());
    let mut harness = window(lab, WINDOW, 2.0);
    harness.state_mut().apply(LabCommand::Go(Screen::Museum));
    harness.run_steps(3);
    harness.get_by_label("Meet it on duty: Knight Capital, 1 August 2012").click_accesskit();
    harness.run_steps(3);
    assert_eq!(harness.state().screen, Screen::Run);
    assert!(harness.state().duty.is_some());
    for telling in ["wakes dead code", "passing-trouble", "passing trouble"] {
        assert!(harness.query_by_label_contains(telling).is_none(), "{telling}");
    }
}
