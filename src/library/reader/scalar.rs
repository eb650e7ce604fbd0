//! Numbers, characters, texts, and values of which the type asks for nothing in particular.

use std::fmt;

use ron::error::Error;
use serde::de::{DeserializeOwned, Visitor};

use super::brackets::Entries;
use super::fault::{Complaint, Expected, Fault};
use super::place::{At, Place};
use crate::library::outline::{Item, Node, Shape};

/// The methods that read numbers: the method, the visitor's method, what is expected.
macro_rules! numbers {
    ($($method:ident $visit:ident $expected:ident,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let here = self.alone();
            let number = here.node().filter(|node| node.shape == Shape::Number);
            match number.map(|node| literal(here, node, Expected::$expected)) {
                Some(Some(number)) => here.placed(visitor.$visit(number)),
                Some(None) => here.placed(visitor.$visit(Default::default())),
                None => {
                    here.wrong(Expected::$expected);
                    here.placed(visitor.$visit(Default::default()))
                }
            }
        }
    )*};
}
pub(super) use numbers;

/// The value of one number, character or text, read by the `ron` crate. What is wrong with it is noted.
pub(super) fn literal<T: DeserializeOwned>(at: At<'_, '_>, node: &Node, expected: Expected) -> Option<T> {
    match ron::from_str(written(at, node)) {
        Ok(value) => Some(value),
        Err(error) => {
            if let Place::Node(id) = at.place {
                at.reading.stood_in.borrow_mut().insert(id);
                at.reading.slip(id, None, complaint(error.code, expected));
            }
            None
        }
    }
}

fn complaint(error: Error, expected: Expected) -> Complaint {
    match error {
        Error::IntegerOutOfBounds => Complaint::OutOfRange,
        Error::InvalidEscape(_) => Complaint::BadEscape,
        _ => Complaint::WrongType(expected),
    }
}

/// The bytes of a node.
fn written<'r>(at: At<'r, '_>, node: &Node) -> &'r str {
    &at.reading.outline.source().text()[node.start..node.end]
}

/// Texts that are tried where a text is due, and what the type that takes one expects.
const TEXTS: [(&str, Expected); 4] =
    [("stand-in", Expected::Text), ("1s", Expected::Span), ("1%", Expected::Share), ("1/s", Expected::Rate)];

impl At<'_, '_> {
    /// The text that stands here; what else stands here is noted.
    pub(super) fn text(self) -> Option<String> {
        let node = self.node().filter(|node| node.shape == Shape::Text);
        let Some(node) = node else {
            self.wrong(self.text_expected());
            return None;
        };
        // Text in single quotes is no RON; the lexer has said so and kept what it holds.
        if written(self, node).starts_with('\'') {
            node.content.clone()
        } else {
            literal(self, node, self.text_expected())
        }
    }

    /// What the type expects of a text, by what it has refused so far.
    fn text_expected(self) -> Expected {
        let refused = self.reading.repairs.refused(self.kind);
        TEXTS.get(refused).map_or(Expected::SomeText, |(_, expected)| expected.clone())
    }

    /// A text that the type has not refused yet.
    pub(super) fn text_that_fits(self) -> &'static str {
        let refused = self.reading.repairs.refused(self.kind);
        TEXTS.get(refused).map_or("", |(text, _)| text)
    }

    /// Reads what stands here, whatever it is.
    pub(super) fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let place = match self.place {
            Place::Inside(holder) => match self.reading.items(holder)[..] {
                [(_, Item { key: None, .. })] => self.alone(),
                _ => self,
            },
            _ => self,
        };
        let (holder, node) = match place.place {
            Place::Inside(holder) => (holder, self.reading.node(holder)),
            Place::Node(holder) if !place.is_stand_in() => (holder, self.reading.node(holder)),
            _ => return self.any_that_fits(visitor),
        };
        let name = node.name.as_deref();
        place.placed(match (node.shape, name) {
            (Shape::Name, Some("true")) => visitor.visit_bool(true),
            (Shape::Name, Some("false")) => visitor.visit_bool(false),
            (Shape::Name, Some("None")) => visitor.visit_none(),
            (Shape::Name, _) => visitor.visit_unit(),
            (Shape::Round, Some("Some")) if place.place == Place::Node(holder) => {
                visitor.visit_some(Self { place: Place::Inside(holder), ..place }.deeper()?)
            }
            (Shape::Round, name) if self.reading.items(holder).is_empty() => match name {
                None => visitor.visit_unit(),
                Some(_) => place.elements(holder, visitor),
            },
            (Shape::Round, _) => {
                let has_names = self.reading.items(holder).iter().any(|(_, item)| item.key.is_some());
                if has_names { place.fields(holder, visitor) } else { place.elements(holder, visitor) }
            }
            (Shape::List, _) => place.elements(holder, visitor),
            (Shape::Map, _) => visitor.visit_map(Entries::new(place.deeper()?, holder)),
            (Shape::Text, _) => visitor.visit_string(place.text().unwrap_or_default()),
            (Shape::Letter, _) => {
                visitor.visit_char(literal(place, node, Expected::Letter).unwrap_or_default())
            }
            (Shape::Number, _) => place.any_number(node, visitor),
            (Shape::Nothing, _) => visitor.visit_unit(),
        })
    }

    fn any_number<'de, V: Visitor<'de>>(self, node: &Node, visitor: V) -> Result<V::Value, Fault> {
        let number = written(self, node);
        if let Ok(number) = ron::from_str(number) {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = ron::from_str(number) {
            return visitor.visit_i64(number);
        }
        visitor.visit_f64(literal(self, node, Expected::Number).unwrap_or_default())
    }

    /// A value that a type takes which asks for nothing in particular.
    fn any_that_fits<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.tell(&Expected::Said(said_by(&visitor)));
        self.placed(match self.reading.repairs.refused(self.kind) {
            0 => visitor.visit_u64(1),
            1 => visitor.visit_str("1%"),
            2 => visitor.visit_str("1s"),
            _ => visitor.visit_str("stand-in"),
        })
    }
}

/// What a visitor says that it expects.
fn said_by<'de, V: Visitor<'de>>(visitor: &V) -> String {
    struct Said<'v, V>(&'v V);
    impl<'de, V: Visitor<'de>> fmt::Display for Said<'_, V> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
    }
    Said(visitor).to_string()
}
