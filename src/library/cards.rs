//! The concept cards: what a word of the field means, a small example with one knob, and where it is met. Their texts are files of
//! a language, `assets/cards/LANGUAGE.ron`; what a language lacks is told in English.

use std::sync::LazyLock;

use serde::Deserialize;

use super::read_ron;
use super::translations::plain_language;
use crate::engine::nearest;
use crate::exercise::examples::Example;

/// Path and text of each file of cards.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cards.rs"));

/// A card.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its name in links and commands, `[a-z0-9-]`, the same in all languages.
    pub id: String,
    /// The word of the field.
    pub title: String,
    /// Other words for it, which are linked too.
    #[serde(default)]
    pub words: Vec<String>,
    /// Two or three sentences.
    pub says: String,
    /// Its example.
    pub example: Example,
    /// What the example's knob is.
    pub knob: String,
    /// What comes of it: `{1}` is the knob's value, `{2}` and on what [`Example::outcome`] gives.
    pub answer: String,
    /// Ids of exercises in which it is met.
    #[serde(default)]
    pub met: Vec<String>,
    /// Addresses of the lesson's reading.
    #[serde(default)]
    pub reading: Vec<String>,
}

impl Card {
    /// What the example comes to with its knob at `value`, in a sentence.
    pub fn answered(&self, value: f64) -> String {
        let knob = self.example.knob();
        let mut text = self.answer.replace("{1}", &knob.said(value));
        for (index, outcome) in self.example.outcome(value).iter().enumerate() {
            text = text.replace(&format!("{{{}}}", index + 2), outcome);
        }
        text
    }

    /// All words that mean it: the title first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.title.as_str()).chain(self.words.iter().map(String::as_str))
    }
}

/// The cards of each language that has some.
static ALL: LazyLock<Vec<(&str, Vec<Card>)>> = LazyLock::new(|| {
    let read = |(path, text): &(&'static str, &'static str)| {
        let language = path.strip_prefix("assets/cards/")?.strip_suffix(".ron")?;
        Some((language, read_ron::<Vec<Card>>(path, text).ok()?.0))
    };
    FILES.iter().filter_map(read).collect()
});

/// The cards in the language of this code, such as `de`, sorted by title; those that it lacks are in English.
pub fn cards(language: &str) -> Vec<&'static Card> {
    let of = |code: &str| ALL.iter().find(|(id, _)| *id == code).map(|(_, cards)| cards.as_slice());
    let own = of(language).or_else(|| of(plain_language(language))).unwrap_or_default();
    let english = of("en").unwrap_or_default();
    let told = |card: &'static Card| own.iter().find(|own| own.id == card.id).unwrap_or(card);
    let mut cards: Vec<&Card> = english.iter().map(told).collect();
    cards.sort_by_key(|card| card.title.to_lowercase());
    cards
}

/// The card called `name`: its id, its title or another of its words, whatever the case.
pub fn find(name: &str, language: &str) -> Option<&'static Card> {
    let plain = |text: &str| text.trim().to_lowercase().replace(['-', '_'], " ");
    let wanted = plain(name);
    let cards = cards(language);
    let by_name = cards.iter().find(|card| plain(&card.id) == wanted || plain(&card.title) == wanted);
    by_name.or_else(|| cards.iter().find(|card| card.words.iter().any(|word| plain(word) == wanted))).copied()
}

/// The id of the card whose name is nearest to one that there is not.
pub fn nearest_to(name: &str) -> Option<&'static str> {
    nearest(&name.to_lowercase(), cards("en").into_iter().map(|card| card.id.as_str()))
}

/// `text`, in Markdown, with a link `[word](card:ID)` at the first place where each card is named: whole words outside of links, of
/// code and of headings.
pub fn linked(text: &str, language: &str) -> String {
    let mut names: Vec<(&str, &Card)> =
        cards(language).into_iter().flat_map(|card| card.names().map(move |name| (name, card))).collect();
    // The longest first: "retry budget" is not a "budget".
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut pieces = protected(text);
    let mut done: Vec<&str> = Vec::new();
    for (name, card) in names {
        if done.contains(&card.id.as_str()) {
            continue;
        }
        let found = pieces.iter().enumerate().find_map(|(index, (piece, is_free))| {
            is_free.then(|| place_of(piece, name)).flatten().map(|at| (index, at))
        });
        let Some((index, (start, end))) = found else { continue };
        let (piece, _) = pieces.remove(index);
        let link = format!("[{}](card:{})", &piece[start..end], card.id);
        let parts = [(piece[..start].to_owned(), true), (link, false), (piece[end..].to_owned(), true)];
        pieces.splice(index..index, parts);
        done.push(&card.id);
    }
    pieces.into_iter().map(|(piece, _)| piece).collect()
}

/// The pieces of a Markdown text, and whether a link may be put into each: not into code, links, headings.
fn protected(text: &str) -> Vec<(String, bool)> {
    static KEPT: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r"(?m)```[\s\S]*?```|`[^`]*`|\[[^\]]*\]\([^)]*\)|^#.*$")
            .expect("a fixed pattern is right")
    });
    let mut pieces = Vec::new();
    let mut end = 0;
    for found in KEPT.find_iter(text) {
        pieces.push((text[end..found.start()].to_owned(), true));
        pieces.push((found.as_str().to_owned(), false));
        end = found.end();
    }
    pieces.push((text[end..].to_owned(), true));
    pieces
}

/// Where a word stands whole in a text, whatever the case of its ASCII letters.
fn place_of(text: &str, word: &str) -> Option<(usize, usize)> {
    let is_whole = |start: usize, end: usize| {
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        !before.into_iter().chain(after).any(|beside| beside.is_alphanumeric() || beside == '_')
    };
    text.char_indices().map(|(start, _)| (start, start + word.len())).find(|(start, end)| {
        text.get(*start..*end).is_some_and(|part| part.eq_ignore_ascii_case(word)) && is_whole(*start, *end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::shipped::exercise_ids;

    /// The reading that lesson 9 names.
    const READING: [&str; 5] = [
        "https://martinfowler.com/bliki/BlueGreenDeployment.html",
        "https://martinfowler.com/bliki/CanaryRelease.html",
        "https://martinfowler.com/articles/feature-toggles.html",
        "https://copyconstruct.medium.com/testing-in-production-the-safe-way-18ca102d0ef1",
        "https://principlesofchaos.org/",
    ];

    #[test]
    fn every_card_is_read_says_what_its_example_gives_and_leads_somewhere() {
        for (path, text) in FILES {
            read_ron::<Vec<Card>>(path, text).unwrap_or_else(|problems| panic!("{problems:?}"));
        }
        let all = cards("en");
        assert!(all.len() >= 30, "{} cards", all.len());
        for (language, own) in ALL.iter() {
            for card in own {
                let english = all.iter().find(|other| other.id == card.id);
                assert!(
                    english.is_some_and(|other| other.example == card.example),
                    "{language}: {}",
                    card.id
                );
                assert!(card.says.matches(['.', '?']).count() >= 2, "{language}: {}", card.id);
                let outcomes = card.example.outcome(card.example.knob().start).len();
                for gap in 1..=outcomes + 1 {
                    assert!(
                        card.answer.contains(&format!("{{{gap}}}")),
                        "{language}: {} has no {gap}",
                        card.id
                    );
                }
                for value in card.example.knob().values() {
                    assert!(
                        !card.answered(value).contains(['{', '}']),
                        "{language}: {}",
                        card.answered(value)
                    );
                }
                assert!(!card.met.is_empty(), "{}", card.id);
                for id in &card.met {
                    assert!(exercise_ids().contains(&id.as_str()), "{}: no exercise {id}", card.id);
                }
                for address in &card.reading {
                    assert!(READING.contains(&address.as_str()), "{}: {address}", card.id);
                }
            }
        }
        for example in Example::ALL {
            assert!(all.iter().any(|card| card.example == *example), "no card has {example:?}");
        }
        let mut names: Vec<String> =
            all.iter().flat_map(|card| card.names().map(str::to_lowercase)).collect();
        names.sort();
        let twice: Vec<&[String]> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "two cards share a word: {twice:?}");
        assert!(
            READING
                .iter()
                .all(|address| all.iter().any(|card| card.reading.iter().any(|read| read == address)))
        );
    }

    #[test]
    fn a_card_is_found_by_its_id_its_title_and_its_other_words() {
        let id = |name| find(name, "en").map(|card| card.id.as_str());
        assert_eq!(
            (id("p99"), id("burn rate"), id("Burn-Rate")),
            (Some("p99"), Some("burn-rate"), Some("burn-rate"))
        );
        assert_eq!((id("max_surge"), id("SRM"), id("wibble")), (Some("surge"), Some("sample-ratio"), None));
        assert_eq!(nearest_to("burnrate"), Some("burn-rate"));
        assert_eq!(find("p99", "de-AT").map(|card| card.id.as_str()), Some("p99"));
    }

    #[test]
    fn words_are_linked_once_and_not_within_links_and_code() {
        let text = "# A canary\n\nA `canary` and the [canary](play:x): a Canary, canaries, then a canary; retry budget.";
        let linked = linked(text, "en");
        assert_eq!(
            linked,
            "# A canary\n\nA `canary` and the [canary](play:x): a [Canary](card:canary), canaries, then a canary; \
             [retry budget](card:retry-budget)."
        );
    }
}
