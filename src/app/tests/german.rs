//! The window in German: every screen fits, exercises speak it as far as they are translated, and what is kept is as in English.

use egui_kittest::kittest::Queryable;

use super::clipping::{as_it_is, exercise_in, measure_narrow};
use super::window;
use crate::app::model::lab::Start;
use crate::app::model::screen::{Overlay, Screen};
use crate::app::model::settings::Setting;
use crate::app::model::{Lab, LabCommand};
use crate::app::texts::{spoken, t};
use crate::library::translations::told;
use crate::library::{load, shipped};

/// The exercises that are told in German.
pub(super) const TOLD: [&str; 4] = ["all-at-once", "blue-green", "canary", "production-testing"];

/// A lab that speaks German.
pub(super) fn german() -> Lab {
    Lab::new(Start { language: Some("de_DE.UTF-8".to_owned()), ..Start::default() })
}

#[test]
fn the_screens_around_a_run_fit_in_german() {
    for screen in [
        Screen::Course,
        Screen::Sandbox,
        Screen::Museum,
        Screen::Plans,
        Screen::Classroom,
        Screen::Author,
        Screen::Rehearsal,
    ] {
        let mut lab = exercise_in(german(), "canary", 0);
        assert_eq!(spoken().id, "de");
        lab.apply(LabCommand::Go(screen));
        measure_narrow(&format!("{screen:?}"), lab, as_it_is);
    }
}

#[test]
fn what_lies_over_the_screen_fits_in_german() {
    for overlay in Overlay::ALL {
        let mut lab = exercise_in(german(), "canary", 60);
        lab.apply(LabCommand::Show(overlay));
        measure_narrow(&format!("{overlay:?}"), lab, as_it_is);
    }
}

#[test]
fn runs_fit_in_german_and_so_does_an_exercise_that_is_told_in_english() {
    let runs = [("all-at-once", 0), ("blue-green", 500), ("canary", 9_000), ("production-testing", 500)];
    for (id, at) in runs.into_iter().chain([("few-requests", 0)]) {
        measure_narrow(&format!("{id} at {at} s"), exercise_in(german(), id, at), as_it_is);
    }
}

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
