//! The kind of value that a field takes, read from the JSON Schema of its type.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A kind of value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Switch,
    /// A whole number, by its Rust type, such as `u32`.
    Whole(String),
    /// Any number.
    Number,
    /// A length of time: `90s`, `5m`.
    Span,
    /// A moment, as the time since the start.
    Time,
    /// A share: `2.5%`.
    Share,
    /// How often: `120/s`.
    Rate,
    /// A number of instances, or a share of them.
    Amount,
    /// A threshold in whatever unit is measured.
    Level,
    /// Words.
    Text,
    /// A value that may be left out.
    Maybe(Box<Self>),
    /// Several of a kind.
    List(Box<Self>),
    /// Values of a kind by names.
    Map(Box<Self>),
    /// Some values side by side.
    Tuple(Vec<Self>),
    /// A group of fields, by the name of its type.
    Group(String),
    /// One of several, by the name of its type.
    Choice(String),
    /// Something that only the text can say.
    Other,
}

impl Kind {
    /// The kind that `schema` describes; `types` are the definitions that it may refer to.
    pub(super) fn of(schema: &Value, types: &Map<String, Value>) -> Self {
        if let Some(name) = reference(schema) {
            return Self::named(name, types);
        }
        if let Some([first, second]) = schema["anyOf"].as_array().map(Vec::as_slice) {
            return if second["type"] == "null" {
                Self::Maybe(Box::new(Self::of(first, types)))
            } else {
                Self::Other
            };
        }
        match &schema["type"] {
            Value::String(of) => Self::plain(of, schema, types),
            // What may be left out is of its type or null.
            Value::Array(of) => match of.as_slice() {
                [Value::String(of), null] if null == "null" => {
                    Self::Maybe(Box::new(Self::plain(of, schema, types)))
                }
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    /// The kind of the JSON type `of`.
    fn plain(of: &str, schema: &Value, types: &Map<String, Value>) -> Self {
        match of {
            "boolean" => Self::Switch,
            "number" => Self::Number,
            "string" => Self::Text,
            "integer" => {
                let format = schema["format"].as_str().unwrap_or("integer");
                Self::Whole(format.replace("uint", "u").replace("int", "i"))
            }
            "array" => match schema["prefixItems"].as_array() {
                Some(parts) => Self::Tuple(parts.iter().map(|part| Self::of(part, types)).collect()),
                None => Self::List(Box::new(Self::of(&schema["items"], types))),
            },
            "object" if schema["additionalProperties"].is_object() => {
                Self::Map(Box::new(Self::of(&schema["additionalProperties"], types)))
            }
            _ => Self::Other,
        }
    }

    fn named(name: &str, types: &Map<String, Value>) -> Self {
        match name {
            "Span" => Self::Span,
            "Time" => Self::Time,
            "Share" => Self::Share,
            "Rate" => Self::Rate,
            "Amount" => Self::Amount,
            "Level" => Self::Level,
            _ if types.get(name).is_some_and(|of| of["oneOf"].is_array()) => Self::Choice(name.to_owned()),
            _ => Self::Group(name.to_owned()),
        }
    }
}

impl Kind {
    /// In plain words: `a list of Step, or none`.
    pub fn words(&self) -> String {
        match self {
            Self::Switch => "true or false".to_owned(),
            Self::Whole(_) => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Maybe(of) => format!("{}, or none", of.words()),
            Self::List(of) => format!("a list of {}", of.words()),
            Self::Map(of) => format!("by names: {}", of.words()),
            Self::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(Self::words).collect();
                format!("({})", parts.join(", "))
            }
            Self::Other => "a value".to_owned(),
            Self::Span
            | Self::Time
            | Self::Share
            | Self::Rate
            | Self::Amount
            | Self::Level
            | Self::Group(_)
            | Self::Choice(_) => self.to_string(),
        }
    }

    /// The names of the types that it is made of, other than numbers and texts.
    pub fn types(&self) -> Vec<String> {
        match self {
            Self::Switch | Self::Whole(_) | Self::Number | Self::Text | Self::Other => Vec::new(),
            Self::Maybe(of) | Self::List(of) | Self::Map(of) => of.types(),
            Self::Tuple(parts) => parts.iter().flat_map(Self::types).collect(),
            Self::Span
            | Self::Time
            | Self::Share
            | Self::Rate
            | Self::Amount
            | Self::Level
            | Self::Group(_)
            | Self::Choice(_) => vec![self.to_string()],
        }
    }
}

/// The type that `schema` refers to, by name.
pub(super) fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

/// As Rust writes the type: `Option<Span>`, `Vec<Step>`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch => f.write_str("bool"),
            Self::Whole(of) | Self::Group(of) | Self::Choice(of) => f.write_str(of),
            Self::Number => f.write_str("f64"),
            Self::Span => f.write_str("Span"),
            Self::Time => f.write_str("Time"),
            Self::Share => f.write_str("Share"),
            Self::Rate => f.write_str("Rate"),
            Self::Amount => f.write_str("Amount"),
            Self::Level => f.write_str("Level"),
            Self::Text => f.write_str("String"),
            Self::Maybe(of) => write!(f, "Option<{of}>"),
            Self::List(of) => write!(f, "Vec<{of}>"),
            Self::Map(of) => write!(f, "BTreeMap<String, {of}>"),
            Self::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                write!(f, "({})", parts.join(", "))
            }
            Self::Other => f.write_str("value"),
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
