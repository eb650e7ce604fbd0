//! What can be wrong when an outline is read, and where.

use std::fmt;

use serde::de::{self, Unexpected};

use crate::library::excerpt::listed;

/// What the type of a value allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::library) enum Expected {
    /// One of these names, with or without content.
    Names(&'static [&'static str]),
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
}

impl Expected {
    /// For a message: "expected ...".
    pub fn said(&self) -> String {
        let said = match self {
            Self::Names(names) => return format!("one of {}", listed(names)),
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
            Self::Said(said) => said,
        };
        said.to_owned()
    }
}

/// Something wrong that was noted while reading went on.
#[derive(Clone, Debug)]
pub(in crate::library) struct Slip {
    pub node: usize,
    /// The item of `node` whose key is at fault.
    pub item: Option<usize>,
    pub complaint: Complaint,
}

/// What is wrong at a node.
#[derive(Clone, Debug)]
pub(in crate::library) enum Complaint {
    WrongType(Expected),
    /// The name at the node, or the key, is none of these.
    UnknownName(&'static [&'static str]),
    UnknownField(&'static [&'static str]),
    /// What its type expects, once that is known.
    MissingField {
        field: &'static str,
        expected: Option<Expected>,
    },
    /// A choice without content has brackets.
    TakesNothing,
    /// A choice with content has no brackets.
    NeedsContent,
    /// Its brackets are empty.
    NeedsValue,
    /// Its brackets hold a named value where an unnamed one is due.
    Unnamed,
    /// A value without a name where fields are due.
    NoName,
    /// A second pair of round brackets around the fields.
    BracketsTwice,
    /// A value after the last that fits.
    TooMuch,
    OutOfRange,
    BadEscape,
    /// A key that is not a text.
    KeyIsNoText,
    KeyDoesNotFit,
    TooDeep,
    /// Another number of values than this.
    Length(String, usize),
    Message(String),
}

/// Where reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::library) enum Spot {
    Node(usize),
    /// The key of an item of a node.
    Key(usize, usize),
    /// In a value that the file does not have.
    StandIn,
}

/// What ended a reading.
#[derive(Debug)]
pub(in crate::library) struct Fault {
    /// Where it was, and the name of the type that was read there.
    pub spot: Option<(Spot, &'static str)>,
    pub kind: FaultKind,
}

/// Why a reading ended.
#[derive(Debug)]
pub(in crate::library) enum FaultKind {
    UnknownField(&'static [&'static str]),
    UnknownName(&'static [&'static str]),
    MissingField(&'static str),
    /// The type expects this; another kind of value was found.
    Type(String),
    /// The type expects this; so many values were found.
    Length(String, usize),
    TooDeep,
    Message(String),
}

impl Fault {
    /// The same, at this place unless it has one.
    pub fn or_at(mut self, spot: Spot, kind: &'static str) -> Self {
        self.spot.get_or_insert((spot, kind));
        self
    }

    fn new(kind: FaultKind) -> Self {
        Self { spot: None, kind }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(FaultKind::Message(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(FaultKind::Type(expected.to_string()))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(FaultKind::Type(expected.to_string()))
    }

    fn invalid_length(found: usize, expected: &dyn de::Expected) -> Self {
        Self::new(FaultKind::Length(expected.to_string(), found))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(FaultKind::UnknownName(expected))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(FaultKind::UnknownField(expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(FaultKind::MissingField(field))
    }
}
