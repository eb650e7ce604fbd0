//! What each file of texts must keep to.

use std::collections::BTreeMap;

use super::language::FILES;
use super::*;

fn named(id: &str) -> &'static Language {
    languages().iter().find(|language| language.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The texts of a language by their file.
fn by_file(id: &str) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let folder = format!("assets/texts/{id}/");
    let files = FILES.iter().filter(|(path, _)| path.starts_with(&folder));
    files
        .map(|(path, text)| {
            let texts = ron::from_str(text).unwrap_or_else(|error| panic!("{path}:{error}"));
            (&path[folder.len()..], texts)
        })
        .collect()
}

/// The gaps of a text in the order of their values: the number of each value, and how many forms its word has.
fn gaps(text: &str) -> Vec<(usize, usize)> {
    let (mut rest, mut next, mut found) = (text, 1, Vec::new());
    while let Some((_, gap, after)) = message::next_gap(rest) {
        let number = gap.number.unwrap_or(next);
        next = number + 1;
        found.push((number, gap.forms.len()));
        rest = after;
    }
    found.sort_unstable();
    found
}

#[test]
fn values_fill_the_gaps_in_order_or_by_their_numbers() {
    assert_eq!(tf("no such key {} of {}", &[&3, &"four"]), "no such key 3 of four");
    assert_eq!(tf("one gap too many: {}{}", &[&1]), "one gap too many: 1");
    assert_eq!(tf("{2} before {1}", &[&"a", &"b"]), "b before a");
    assert_eq!(tf("{2:user|users} of {1}", &[&"a", &1]), "1 user of a");
}

#[test]
fn a_word_goes_with_its_number() {
    let said = |number: &dyn Display| tf("after {minute|minutes}, {}", &[number, &"x"]);
    assert_eq!(said(&1), "after 1 minute, x");
    assert_eq!(said(&0), "after 0 minutes, x");
    assert_eq!(said(&"1.5"), "after 1.5 minutes, x");
    assert_eq!(said(&"1,000"), "after 1,000 minutes, x");
    assert_eq!(said(&"–"), "after – minutes, x");
}

#[test]
fn a_language_with_more_forms_takes_them_by_its_own_rules() {
    // No such texts are shipped; the rules are there for translators who add them.
    let polish = Language::of_rules("pl");
    let said = |number: &dyn Display| message::filled("{żądanie|żądania|żądań|żądania}", &polish, &[number]);
    assert_eq!([said(&1), said(&2), said(&5)], ["1 żądanie", "2 żądania", "5 żądań"]);
    assert_eq!([said(&22), said(&"1,012"), said(&"1.5")], ["22 żądania", "1,012 żądań", "1.5 żądania"]);
    let japanese = Language::of_rules("ja");
    assert_eq!(message::filled("{件}", &japanese, &[&1]), "1 件");
}

#[test]
fn a_language_is_found_by_what_the_surroundings_say() {
    let id = |wanted| nearest(wanted).map(|language| language.id);
    assert_eq!(id("de"), Some("de"));
    assert_eq!(id("de_AT.UTF-8"), Some("de"));
    assert_eq!(id("en_GB@euro"), Some("en"));
    assert_eq!(id("tlh"), None);
    assert_eq!(id("C.UTF-8"), None);
    assert_eq!(id(""), None);
}

#[test]
fn every_language_has_rules_its_name_and_only_texts_that_english_has() {
    let english = by_file("en");
    let all: BTreeMap<&String, &String> = english.values().flatten().collect();
    for language in languages() {
        let mut wrong = Vec::new();
        assert!(!language.own_name().is_empty() && language.own_name() != language.id, "{}", language.id);
        for (file, texts) in by_file(language.id) {
            for (key, text) in texts {
                let place = format!("{}/{file}: {key}", language.id);
                let forms = language.categories.len();
                wrong.extend(
                    gaps(&text)
                        .iter()
                        .filter(|(_, given)| *given > 0 && *given != forms)
                        .map(|(_, given)| format!("{place}: {given} forms of {forms}")),
                );
                if language::BY_ENGLISH.contains(&file) {
                    if gaps(&text).len() != key.matches("{}").count() {
                        wrong.push(format!("{place}: other gaps than its English"));
                    }
                    continue;
                }
                let Some(original) = all.get(&key) else {
                    wrong.push(format!("{place}: English has no such text"));
                    continue;
                };
                let numbers = |text: &str| gaps(text).iter().map(|gap| gap.0).collect::<Vec<_>>();
                if numbers(&text) != numbers(original) {
                    wrong.push(format!("{place}: other gaps than {original:?}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
    let files = FILES.iter().filter_map(|(path, _)| path.strip_prefix("assets/texts/")?.split('/').next());
    let mut ids: Vec<&str> = files.collect();
    ids.dedup();
    assert_eq!(ids.len(), languages().len(), "a folder is no language: {ids:?}");
}

#[test]
fn german_has_every_text_of_the_window() {
    let german = named("de");
    let missing: Vec<&String> = named("en").texts().keys().filter(|key| german.text(key).is_none()).collect();
    assert_eq!(missing, Vec::<&String>::new());
}

#[test]
fn german_has_a_word_for_every_measure_and_every_cause() {
    let german = named("de");
    let measures = crate::exercise::Measure::ALL.iter().map(|measure| measure.title());
    let causes = crate::sim::Cause::ALL.into_iter().map(crate::sim::Cause::meaning);
    let missing: Vec<&str> = measures.chain(causes).filter(|words| german.text(words).is_none()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Words that stand after a number in a plural that 1 does not have, in each language that is shipped.
fn counted(id: &str) -> &'static [&'static str] {
    match id {
        "en" => &[
            "actions",
            "alerts",
            "answers",
            "cases",
            "errors",
            "exercises",
            "fields",
            "groups",
            "hours",
            "instances",
            "letters",
            "lines",
            "minutes",
            "others",
            "pages",
            "plans",
            "points",
            "problems",
            "proxies",
            "releases",
            "requests",
            "restarts",
            "runs",
            "scores",
            "seconds",
            "sessions",
            "times",
            "users",
            "values",
            "worlds",
            "zones",
        ],
        "de" => &[
            "Aktionen",
            "Alarme",
            "Antworten",
            "Fälle",
            "Fehler",
            "Übungen",
            "Felder",
            "Gruppen",
            "Stunden",
            "Instanzen",
            "Zeilen",
            "Minuten",
            "Seiten",
            "Pläne",
            "Punkte",
            "Punkten",
            "Proxys",
            "Releases",
            "Anfragen",
            "Neustarts",
            "Läufe",
            "Läufen",
            "Sekunden",
            "Sitzungen",
            "Nutzer",
            "Nutzern",
            "Werte",
            "Welten",
            "Zonen",
        ],
        _ => &[],
    }
}

/// Whether these words after a gap count several: "requests", or "bad requests" with a word for which ones.
fn is_counted(id: &str, words: &[&str]) -> bool {
    const WHICH: [&str; 8] =
        ["bad", "failed", "harmed", "other", "schlechte", "fehlgeschlagene", "geschädigte", "andere"];
    let is = |word: &str| counted(id).contains(&word.trim_end_matches(|c: char| !c.is_alphanumeric()));
    match words {
        [first, ..] if is(first) => true,
        [first, second] => WHICH.contains(first) && is(second),
        _ => false,
    }
}

#[test]
fn no_text_counts_one_of_several() {
    let mut found = Vec::new();
    for language in languages() {
        for (key, text) in language.texts() {
            for after in text.split("{}").skip(1) {
                // "3 of 12 cases": the word goes with a whole that is never one, or is what is counted.
                let words = after.strip_prefix(' ').unwrap_or_default().split(' ');
                let words: Vec<&str> = words.take(2).collect();
                if is_counted(language.id, &words) {
                    found.push(format!("{}: {key}: {{}} {}", language.id, words.join(" ")));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new(), "write {{one|many}} in place of the gap and the word");
}

#[test]
fn each_thread_may_have_a_language_of_its_own() {
    speak(named("de"), true);
    assert_eq!((spoken().id, t("screen.course")), ("de", "Kurs"));
    let other = std::thread::spawn(|| t("screen.course")).join().unwrap();
    assert_eq!(other, "Course");
    // What a language lacks is said in English, with English plural forms.
    assert_eq!(tf("no such key, {user|users}", &[&1]), "no such key, 1 user");
}
