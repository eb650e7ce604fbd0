//! Messages: texts with gaps for values.

use std::fmt::Display;

use super::language::Language;

/// A gap of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap<'a> {
    /// The number of its value, from 1; `None` takes the next.
    pub(super) number: Option<usize>,
    /// The forms of the word that goes with the value; none where it stands alone.
    pub(super) forms: Vec<&'a str>,
}

/// `text` with its gaps filled, by the plural rules of `language`. A gap without a value stays empty.
pub(super) fn filled(text: &str, language: &Language, values: &[&dyn Display]) -> String {
    let mut whole = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some((before, gap, after)) = next_gap(rest) {
        whole.push_str(before);
        let place = gap.number.map_or(next, |number| number - 1);
        next = place + 1;
        if let Some(value) = values.get(place) {
            let value = value.to_string();
            whole.push_str(&value);
            if let Some(word) = gap.forms.get(language.form(&value)).or(gap.forms.last()) {
                whole.push(' ');
                whole.push_str(word);
            }
        }
        rest = after;
    }
    whole.push_str(rest);
    whole
}

/// What stands before the first gap of a text, the gap, and what stands after it.
pub(super) fn next_gap(text: &str) -> Option<(&str, Gap<'_>, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let (number, word) = match inside.split_once(':') {
        Some((number, word)) => (number.trim().parse().ok(), word.trim()),
        None => match inside.parse() {
            Ok(number) => (Some(number), ""),
            Err(_) => (None, inside),
        },
    };
    let number = number.filter(|number| *number > 0);
    let forms = if word.is_empty() { Vec::new() } else { word.split('|').collect() };
    Some((before, Gap { number, forms }, after))
}
