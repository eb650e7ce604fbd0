//! The interface's texts: `assets/texts/`, a folder for each language and in it a file for each part of the lab. A folder that
//! is added is a language more, and what it lacks is said in English.
//!
//! Plural forms follow the rules of CLDR, by the crate `intl_pluralrules` that Project Fluent's own bundles use. Fluent's messages are
//! not used: they choose a form by a number, and what is counted here comes as it is shown ("1,204", "1.5", "none"); and their
//! ids have neither the parts nor the gaps that `tests/it/tidy` compares the calls with.

mod language;
mod message;
mod phrases;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use language::{Language, languages, nearest};

/// The language of all threads that have none of their own, by its position among [`languages`]. English is the first.
static OF_ALL: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OF_THREAD: Cell<Option<&'static Language>> = const { Cell::new(None) };
}

/// From now on `language` is spoken: by all threads, or `only_here`, by this one, as tests and pictures need it.
pub fn speak(language: &'static Language, only_here: bool) {
    if only_here {
        OF_THREAD.set(Some(language));
    } else {
        OF_THREAD.set(None);
        let place = languages().iter().position(|other| std::ptr::eq(other, language));
        OF_ALL.store(place.unwrap_or_default(), Ordering::Relaxed);
    }
}

/// The language that is spoken.
pub fn spoken() -> &'static Language {
    let of_all = || &languages()[OF_ALL.load(Ordering::Relaxed).min(languages().len() - 1)];
    OF_THREAD.get().unwrap_or_else(of_all)
}

/// The text called `key`; the key itself where there is none, which `tests/it/tidy` forbids.
pub fn t(key: &'static str) -> &'static str {
    lookup(key).0
}

/// The text called `key`, with its gaps filled by `values`: `{}` by the next value, `{2}` by the second, for another order of words,
/// and `{user|users}` or `{2:user|users}` by the value and the word that goes with it. The forms of the word stand in CLDR's order of
/// the language's categories: one, other in English and German; one, few, many, other in Polish.
pub fn tf(key: &'static str, values: &[&dyn Display]) -> String {
    let (text, language) = lookup(key);
    message::filled(text, language, values)
}

/// A word of another room in the language that is spoken, such as the title of a measure. Its English text is its key; where the
/// language has no word for it, it stays English.
pub fn word(english: &str) -> &str {
    spoken().text(english).unwrap_or(english)
}

/// A sentence of another room in the language that is spoken, or several: a line of a log, a message about a plan, the explanation of a
/// field. Where the language has none for it, it stays English.
pub fn translated(english: &str) -> Cow<'_, str> {
    let told = phrases::told(spoken(), english, &mut Vec::new());
    told.map_or(Cow::Borrowed(english), Cow::Owned)
}

/// The same, with what stood in its gaps and has no words of its own; `None` where the language has nothing for it.
#[cfg(test)]
pub fn told_with_gaps(english: &str) -> Option<(String, Vec<String>)> {
    let mut gaps = Vec::new();
    phrases::told(spoken(), english, &mut gaps).map(|told| (told, gaps))
}

/// The text of a key, and the language it is in.
fn lookup(key: &'static str) -> (&'static str, &'static Language) {
    let language = spoken();
    match language.text(key) {
        Some(text) => (text, language),
        None => {
            let english = &languages()[0];
            (english.text(key).unwrap_or(key), english)
        }
    }
}
