//! What may stand at a place of a file, found by asking: the type is only known to its own reading code, so a word
//! that fits nowhere is tried there, and the complaint about it tells what would fit.

use ron::error::Error;

use super::wording::listed;

/// What the type of a value allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// One of these names, with or without content.
    Names(&'static [&'static str]),
    /// Texts: any, or those of a quantity.
    Text,
    Span,
    Share,
    Rate,
    /// A text of which none that we tried would do.
    SomeText,
    Number,
    Whole,
    Truth,
    Letter,
    List,
    Map,
    Fields,
    /// What the type's own reading code says of itself.
    Said(String),
    Unknown,
}

impl Expected {
    /// For a message: "expected ...".
    pub fn said(&self) -> Option<String> {
        let said = match self {
            Self::Names(names) => return Some(format!("one of {}", listed(names))),
            Self::Text | Self::SomeText => "a text in double quotes",
            Self::Span => "a length of time, such as \"90s\"",
            Self::Share => "a share, such as \"2.5%\"",
            Self::Rate => "a rate, such as \"120/s\"",
            Self::Number => "a number",
            Self::Whole => "a whole number",
            Self::Truth => "true or false",
            Self::Letter => "one character in single quotes",
            Self::List => "a list in square brackets, [...]",
            Self::Map => "a map in curly brackets, {...}",
            Self::Fields => "round brackets, (...)",
            Self::Said(said) => return Some(said.clone()),
            Self::Unknown => return None,
        };
        Some(said.to_owned())
    }
}

/// A word that no type of ours knows.
const NOTHING_OF_OURS: &str = "Zz_";

/// What is expected at a place, and a value that is accepted there. `complaint` tries a value at the place and gives the
/// error about it, or `None` when the value is accepted.
pub(super) fn probe(mut complaint: impl FnMut(&str) -> Option<Error>) -> (Expected, Option<String>) {
    let base = match complaint(NOTHING_OF_OURS) {
        Some(Error::NoSuchEnumVariant { expected, .. }) => Expected::Names(expected),
        Some(Error::ExpectedString) => return text(complaint),
        Some(Error::ExpectedFloat) => Expected::Number,
        Some(Error::ExpectedInteger) => Expected::Whole,
        Some(Error::ExpectedBoolean) => Expected::Truth,
        Some(Error::ExpectedChar) => Expected::Letter,
        Some(Error::ExpectedArray) => Expected::List,
        Some(Error::ExpectedMap) => Expected::Map,
        Some(Error::InvalidValueForType { expected, .. }) => Expected::Said(expected),
        Some(
            Error::ExpectedDifferentStructName { .. }
            | Error::ExpectedStructLike
            | Error::ExpectedNamedStructLike(_),
        ) => Expected::Fields,
        _ => return (Expected::Unknown, None),
    };
    let candidates: Vec<&str> = match &base {
        Expected::Names(names) => names.iter().take(6).copied().collect(),
        Expected::Number => vec!["0.5", "1.0"],
        Expected::Whole => vec!["1"],
        Expected::Truth => vec!["true"],
        Expected::Letter => vec!["'x'"],
        Expected::List => vec!["[]"],
        Expected::Map => vec!["{}"],
        Expected::Said(_) => vec!["1", "\"1%\"", "\"1s\"", "\"stand-in\""],
        _ => vec!["()"],
    };
    let accepted = candidates.into_iter().find(|candidate| complaint(candidate).is_none());
    (base, accepted.map(str::to_owned))
}

fn text(mut complaint: impl FnMut(&str) -> Option<Error>) -> (Expected, Option<String>) {
    let kinds = [
        ("\"stand-in\"", Expected::Text),
        ("\"1s\"", Expected::Span),
        ("\"1%\"", Expected::Share),
        ("\"1/s\"", Expected::Rate),
    ];
    let accepted = kinds.into_iter().find(|(candidate, _)| complaint(candidate).is_none());
    accepted.map_or((Expected::SomeText, None), |(candidate, kind)| (kind, Some(candidate.to_owned())))
}
