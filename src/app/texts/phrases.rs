//! Sentences of other rooms, such as the lines of a log, in another language. Their English text is their key; where it has gaps, they
//! are filled by names, numbers and other sentences, which are told in the language as well.

use super::language::Language;
use super::message::filled;

/// How deep a sentence may stand in another.
const DEEPEST: usize = 6;

/// A sentence with gaps.
pub(super) struct Phrase {
    /// The English text between its gaps, one piece more than there are gaps.
    between: Vec<String>,
    /// What says it.
    text: String,
}

impl Phrase {
    /// The sentences with gaps among texts that have their English for a key: those of the most letters first.
    pub(super) fn all<'a>(texts: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<Self> {
        let phrase = |(english, text): (&String, &String)| {
            let between: Vec<String> = english.split("{}").map(str::to_owned).collect();
            (between.len() > 1).then(|| Self { between, text: text.clone() })
        };
        let mut all: Vec<Self> = texts.filter_map(phrase).collect();
        let letters = |phrase: &Self| phrase.between.iter().map(String::len).sum::<usize>();
        // What is joined by a semicolon is taken apart before its parts are looked at.
        let joins = |phrase: &Self| phrase.between.iter().filter(|piece| piece.contains("; ")).count();
        all.sort_by_key(|phrase| std::cmp::Reverse(letters(phrase) + 8 * joins(phrase)));
        all
    }

    /// What stands in the gaps, where `english` is this sentence.
    fn gaps<'a>(&self, english: &'a str) -> Option<Vec<&'a str>> {
        gaps(&self.between, english)
    }
}

/// What stands between these pieces in a text, the shortest that fits and never nothing; `None` where they do not stand in it so.
fn gaps<'a>(between: &[String], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, rest) = between.split_first()?;
    let text = text.strip_prefix(first.as_str())?;
    let Some(next) = rest.first() else { return text.is_empty().then(Vec::new) };
    if rest.len() == 1 && next.is_empty() {
        return (!text.is_empty()).then(|| vec![text]);
    }
    text.match_indices(next.as_str()).filter(|(at, _)| *at > 0).find_map(|(at, _)| {
        let mut found = gaps(rest, &text[at..])?;
        found.insert(0, &text[..at]);
        Some(found)
    })
}

fn within(language: &Language, english: &str, depth: usize, left: &mut Vec<String>) -> Option<String> {
    // With a capital, as the first word of a line.
    let small = english
        .starts_with(char::is_uppercase)
        .then(|| with_first(english, |letter| letter.to_lowercase().collect()));
    if let Some(text) = language.text(english) {
        return Some(text.to_owned());
    }
    if let Some(text) = small.as_deref().and_then(|small| language.text(small)) {
        return Some(capital(text));
    }
    if depth > DEEPEST {
        return None;
    }
    for phrase in language.phrases() {
        let as_it_is = phrase.gaps(english);
        let is_small = as_it_is.is_none();
        let Some(gaps) = as_it_is.or_else(|| phrase.gaps(small.as_deref()?)) else { continue };
        let mut value = |gap: &&str| {
            within(language, gap, depth + 1, left).unwrap_or_else(|| {
                left.push((*gap).to_owned());
                (*gap).to_owned()
            })
        };
        let values: Vec<String> = gaps.iter().map(&mut value).collect();
        let values: Vec<&dyn std::fmt::Display> = values.iter().map(|value| value as _).collect();
        let text = filled(&phrase.text, language, &values);
        return Some(if is_small { capital(&text) } else { text });
    }
    None
}

/// A text with another first letter.
fn with_first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| change(first) + letters.as_str())
}

fn capital(text: &str) -> String {
    with_first(text, |letter| letter.to_uppercase().collect())
}

/// The sentences of a text. One ends with a stop and a blank, where what follows is no small letter: "(.. or" is no end.
fn sentences(text: &str) -> Vec<&str> {
    let (mut all, mut from) = (Vec::new(), 0);
    for (at, stop) in text.match_indices(". ") {
        let next = at + stop.len();
        if !text[next..].starts_with(char::is_lowercase) {
            all.push(text[from..next].trim());
            from = next;
        }
    }
    all.push(text[from..].trim());
    all
}

/// English sentences in a language, each with its full stop, or one without; `None` where it has none for them. `left` gets what stood
/// in gaps and has no words of its own.
pub(super) fn told(language: &Language, english: &str, left: &mut Vec<String>) -> Option<String> {
    let parts = sentences(english);
    let one_by_one = || {
        let mut left = Vec::new();
        let told: Option<Vec<String>> =
            parts.iter().map(|sentence| within(language, sentence, 0, &mut left)).collect();
        Some((told?.join(" "), left))
    };
    if language.text(english).is_none()
        && parts.len() > 1
        && let Some((told, gaps)) = one_by_one()
    {
        left.extend(gaps);
        return Some(told);
    }
    within(language, english, 0, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_another_begins() {
        assert_eq!(sentences("One. Two, of 3. `Three`."), ["One.", "Two, of 3.", "`Three`."]);
        assert_eq!(sentences("write `(.. or vector(0))` around it"), ["write `(.. or vector(0))` around it"]);
        assert_eq!(sentences(""), [""]);
    }

    #[test]
    fn what_stands_in_the_gaps_is_the_shortest_that_fits() {
        let found = |english: &str, text| {
            let between: Vec<String> = english.split("{}").map(str::to_owned).collect();
            gaps(&between, text)
        };
        assert_eq!(found("alert {} fires", "alert errors fires"), Some(vec!["errors"]));
        assert_eq!(found("{}: {} of {}", "a: b: 1 of 2"), Some(vec!["a", "b: 1", "2"]));
        assert_eq!(found("{} is {}", "what is is it"), Some(vec!["what", "is it"]));
        assert_eq!(found("alert {} fires", "alert fires"), None);
        assert_eq!(found("alert {} fires", "alert errors fires again"), None);
        assert_eq!(found("{}", ""), None);
    }
}
