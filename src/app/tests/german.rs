//! The window in German: every screen fits, exercises speak it as far as they are translated, and what is kept is as in English.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::clipping::measure_narrow;
use super::screens::{Group, each_group, exercise_in, press};
use super::window;
use crate::app::model::lab::Start;
use crate::app::model::order::Order;
use crate::app::model::screen::Screen;
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{spoken, t};
use crate::engine::Time;
use crate::library::translations::{incident_told, told};
use crate::library::{load, shipped};

/// The exercises that are told in German.
pub(super) const TOLD: [&str; 4] = ["all-at-once", "blue-green", "canary", "production-testing"];

/// How a lab is started that speaks German.
pub(super) fn in_german() -> Start {
    Start { language: Some("de_DE.UTF-8".to_owned()), ..Start::default() }
}

/// A lab that speaks German.
pub(super) fn german() -> Lab {
    Lab::new(in_german())
}

/// Measures each state of a group, in German.
fn fits(group: &Group) {
    for shown in group.states {
        let lab = (shown.make)(in_german());
        assert_eq!(spoken().id, "de");
        measure_narrow(shown.name, lab, shown.prepare);
    }
}

each_group!(fits);

#[test]
fn an_exercise_is_told_in_german_and_one_without_a_translation_in_english() {
    let harness = window(exercise_in(german(), "all-at-once", 0), [1600.0, 900.0], 1.0);
    assert!(
        harness.query_all_by_label_contains("Ein gutes Release ist binnen zwölf Minuten").next().is_some()
    );
    assert!(harness.query_all_by_label_contains("Hält selbst an").next().is_some());
    assert!(harness.query_all_by_label_contains("Sieh dir an").next().is_some());
    let harness = window(exercise_in(german(), "few-requests", 0), [1600.0, 900.0], 1.0);
    let title = load::exercise("few-requests").unwrap().exercise.title;
    assert!(harness.query_all_by_label_contains(&title).next().is_some());
    assert!(harness.query_all_by_label_contains(t("brief.task")).next().is_some());
}

#[test]
fn the_first_four_exercises_are_whole_in_german() {
    for id in TOLD {
        let files = shipped::exercise_files(id).unwrap();
        let exercise = load::exercise(id).unwrap().exercise;
        let told = told(&files, &exercise, "de").unwrap();
        let texts = &told.texts;
        assert!(!texts.title.is_empty() && !texts.subject.is_empty(), "{id}");
        assert_eq!(texts.objectives.len(), exercise.objectives.len(), "{id}");
        assert_eq!(texts.hints.len(), exercise.hints.len(), "{id}");
        assert_eq!(texts.predictions.len(), exercise.predictions.as_ref().map_or(0, Vec::len), "{id}");
        for case in &exercise.cases {
            assert!(texts.cases.contains_key(&case.name), "{id}: {}", case.name);
        }
        for criterion in &exercise.rubric {
            let words = texts.criteria.get(&criterion.id).unwrap_or_else(|| panic!("{id}: {}", criterion.id));
            assert!(!words.say.is_empty() && !words.name.is_empty(), "{id}: {}", criterion.id);
            assert_eq!(words.causes.len(), criterion.causes.len(), "{id}: {}", criterion.id);
        }
        let brief = told.brief.unwrap();
        let original = &files.file("brief.md").unwrap().text;
        let parts = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
        assert_eq!(parts(&brief), parts(original), "{id}");
        assert_eq!(
            crate::library::brief::links(&brief).len(),
            crate::library::brief::links(original).len(),
            "{id}"
        );
    }
}

#[test]
fn every_incident_of_the_museum_is_whole_in_german() {
    for id in shipped::incident_ids() {
        let exhibit = load::exhibit(id).unwrap();
        let files = shipped::incident_files(id).unwrap();
        let texts = incident_told(&files, &exhibit.incident, &exhibit.scenario, "de").unwrap();
        let (told, world) = (texts.applied(&exhibit.incident), texts.applied_to(&exhibit.scenario));
        let incident = &exhibit.incident;
        assert!(
            !texts.happened.is_empty() && !texts.lesson.is_empty() && !texts.simplified.is_empty(),
            "{id}"
        );
        assert_eq!(
            (texts.to_try.len(), texts.by_hand.len()),
            (incident.to_try.len(), incident.by_hand.len())
        );
        assert_ne!((&world.title, &world.about), (&exhibit.scenario.title, &exhibit.scenario.about), "{id}");
        for (release, before) in world.releases.iter().zip(&exhibit.scenario.releases) {
            assert_ne!(release.notes, before.notes, "{id}: {}", release.name);
        }
        // Commands and fields are as in English, and so is everything that is measured.
        for (told, idea) in told.to_try.iter().zip(&incident.to_try) {
            let command = |text: &str| {
                text.split_once("--")
                    .map(|(_, rest)| rest.split([')', ':']).next().unwrap_or_default().to_owned())
            };
            assert_eq!(command(told), command(idea), "{id}");
        }
        assert_eq!(
            (&told.figures, &told.order, &told.case),
            (&incident.figures, &incident.order, &incident.case)
        );
    }
}

#[test]
fn the_museum_its_runs_and_its_days_on_duty_are_told_in_german_and_in_english_again() {
    let mut lab = german();
    lab.apply(LabCommand::Go(Screen::Museum));
    let mut harness = window(lab, [1600.0, 12_000.0], 1.0);
    let seen = |harness: &Harness<'static, Lab>, text: &str| {
        harness.query_all_by_label_contains(text).next().is_some()
    };
    for text in [
        "Knight Capital, 1. August 2012",
        "Neuer Code erreichte sieben von acht",
        "Versuche: Schicke alle Aufträge",
    ] {
        assert!(seen(&harness, text), "{text}");
    }
    press(&mut harness, "Ansehen, wie es war: Knight Capital, 1. August 2012");
    let lab = harness.state_mut();
    assert_eq!(
        lab.run.as_ref().unwrap().subject.title(),
        "Ein Auftragsrouter mit einem Flag, das es schon einmal gab"
    );
    lab.apply(LabCommand::Play(Order::Seek(Time::from_secs(3_600))));
    harness.run_steps(3);
    assert!(seen(&harness, "der Handel wird angehalten"));
    let lab = harness.state_mut();
    lab.apply(LabCommand::OpenExercise("museum-knight-2012".to_owned()));
    assert_eq!(
        lab.run.as_ref().unwrap().subject.title(),
        "Im Dienst: Ein Auftragsrouter mit einem Flag, das es schon einmal gab"
    );
    harness.run_steps(3);
    assert!(
        seen(&harness, "Heute hast du Dienst in dieser Welt") || seen(&harness, "An jedem der drei Tage")
    );
    let lab = harness.state_mut();
    lab.apply(LabCommand::Set(Setting::Language("en".to_owned())));
    assert_eq!(
        lab.run.as_ref().unwrap().subject.title(),
        "On duty: An order router with a flag that was used before"
    );
    lab.apply(LabCommand::Go(Screen::Museum));
    harness.run_steps(3);
    assert!(seen(&harness, "Knight Capital, 1 August 2012") && seen(&harness, "New code reached seven"));
}

#[test]
fn the_language_is_chosen_in_the_settings_and_changes_no_name_and_no_session() {
    let mut lab = exercise_in(Lab::new(Start::default()), "canary", 60);
    let session = lab.run.as_ref().unwrap().session();
    lab.apply(LabCommand::Set(Setting::Language("de".to_owned())));
    assert_eq!((t("screen.course"), lab.settings.language.as_deref()), ("Kurs", Some("de")));
    let run = lab.run.as_ref().unwrap();
    assert_eq!(run.subject.title(), "Erst an wenige");
    assert_eq!(run.case_name(&run.case.1.name), "gut");
    assert_eq!(run.session(), session);
    lab.apply(LabCommand::Set(Setting::Language("en".to_owned())));
    assert_eq!(lab.run.as_ref().unwrap().subject.title(), "Ship it to a few first");
    // What was asked for at the start comes first, until another is chosen.
    let mut lab = german();
    assert_eq!(spoken().id, "de");
    lab.apply(LabCommand::Set(Setting::Language("en".to_owned())));
    assert_eq!((spoken().id, lab.start.language), ("en", None));
    // One that there is no text in is English.
    Lab::new(Start { locale: Some("tlh".to_owned()), ..Start::default() });
    assert_eq!(spoken().id, "en");
}
