//! The languages that there are, each with its texts and its plural rules.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use intl_pluralrules::operands::PluralOperands;
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

use super::phrases::Phrase;

/// Path (`assets/texts/LANGUAGE/FILE.ron`) and text of each file of texts, sorted by path.
pub(super) static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The files whose keys are the English texts of other rooms: words and sentences, explanations of fields, messages about plans, why
/// something cannot be opened, saved or simulated, what scenarios say of themselves, and remarks on manifests.
pub(super) const BY_ENGLISH: [&str; 7] =
    ["words.ron", "lines.ron", "help.ron", "mistakes.ron", "refusals.ron", "worlds.ron", "remarks.ron"];

/// The language that has every text.
const FIRST: &str = "en";

/// A language.
pub struct Language {
    /// Its code, as BCP 47 writes it: `de`, `pt-BR`. The name of its folder.
    pub id: &'static str,
    name: LanguageIdentifier,
    texts: BTreeMap<String, String>,
    phrases: Vec<Phrase>,
    rules: PluralRules,
    /// The plural categories that it has, in CLDR's order.
    pub(super) categories: Vec<PluralCategory>,
}

impl Language {
    /// A language with these files of texts; `None` where its code or a file is broken, or CLDR has no plural rules for it.
    fn new(id: &'static str) -> Option<Self> {
        let name: LanguageIdentifier = id.parse().ok()?;
        let plain = LanguageIdentifier::from_parts(name.language, None, None, &[]);
        let rules = PluralRules::create(name.clone(), PluralRuleType::CARDINAL)
            .or_else(|_| PluralRules::create(plain, PluralRuleType::CARDINAL))
            .ok()?;
        let folder = format!("assets/texts/{id}/");
        let (mut texts, mut by_english) = (BTreeMap::new(), BTreeMap::new());
        for (path, text) in FILES {
            let Some(file) = path.strip_prefix(&folder) else { continue };
            let into = if BY_ENGLISH.contains(&file) { &mut by_english } else { &mut texts };
            into.extend(ron::from_str::<BTreeMap<String, String>>(text).ok()?);
        }
        let phrases = Phrase::all(by_english.iter());
        texts.extend(by_english);
        let categories = categories(&rules);
        Some(Self { id, name, texts, phrases, rules, categories })
    }

    /// A language without texts, for its rules alone.
    #[cfg(test)]
    pub(super) fn of_rules(id: &'static str) -> Self {
        Self::new(id).unwrap_or_else(|| panic!("CLDR has no rules for {id}"))
    }

    /// Its text for a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Its sentences with gaps, those of the most letters first.
    pub(super) fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// All its texts, by their keys.
    #[cfg(test)]
    pub(in crate::app) const fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// Its own name for itself.
    pub fn own_name(&self) -> &str {
        self.text("language.name").unwrap_or(self.id)
    }

    /// The position among its plural forms of the one that goes with a number as it is shown: `1`, `1,204`, `0.5`. What is no
    /// number takes the last, CLDR's "other".
    pub(super) fn form(&self, shown: &str) -> usize {
        let plain: String = shown.chars().filter(|c| *c != ',').collect();
        let category =
            PluralOperands::try_from(plain.as_str()).ok().and_then(|number| self.rules.select(number).ok());
        let place = category.and_then(|category| self.categories.iter().position(|other| *other == category));
        place.unwrap_or(self.categories.len() - 1)
    }
}

/// The categories that occur in a language, in CLDR's order. Numbers up to two hundred, fractions and large round numbers meet
/// every rule that CLDR has for cardinal numbers.
fn categories(rules: &PluralRules) -> Vec<PluralCategory> {
    use PluralCategory::{FEW, MANY, ONE, OTHER, TWO, ZERO};
    let whole = (0..=200).map(|number| number.to_string());
    let others = ["0.5", "1.5", "2.5", "1000000"].map(str::to_owned);
    let met: Vec<PluralCategory> =
        whole.chain(others).filter_map(|number| rules.select(number.as_str()).ok()).collect();
    [ZERO, ONE, TWO, FEW, MANY, OTHER].into_iter().filter(|one| *one == OTHER || met.contains(one)).collect()
}

/// All languages, English first and the others by their codes.
pub fn languages() -> &'static [Language] {
    static ALL: OnceLock<Vec<Language>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folders =
            FILES.iter().filter_map(|(path, _)| path.strip_prefix("assets/texts/")?.split('/').next());
        let mut ids: Vec<&'static str> = folders.collect();
        ids.dedup();
        ids.sort_by_key(|id| (*id != FIRST, *id));
        ids.into_iter().filter_map(Language::new).collect()
    })
}

/// The language that comes nearest to `wanted`, written as on the command line (`de`, `pt-BR`) or in the environment (`de_AT.UTF-8`);
/// `None` where none is of the same tongue.
pub fn nearest(wanted: &str) -> Option<&'static Language> {
    let code = wanted.split(['.', '@']).next().unwrap_or_default();
    let wanted: LanguageIdentifier = code.parse().ok()?;
    let exact = languages().iter().find(|language| language.name == wanted);
    exact.or_else(|| languages().iter().find(|language| language.name.language == wanted.language))
}
