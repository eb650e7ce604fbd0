//! Reads the outline of a file as a value of any type: a serde `Deserializer` whose every error has its place.
//!
//! What can be judged where it stands (a number where a text is due, an unknown name, brackets too many) is noted, and reading
//! goes on with a stand-in. What only the type's own code can refuse (an unknown or a missing field, a text that is no
//! share) ends the reading; [`read_ron`](super::read_ron) then notes it in [`Repairs`] and reads the outline again.
//!
//! The rules are those of the `ron` crate with the extensions of [`parse_options`](super::parse_options); numbers, characters
//! and texts are read by that crate itself.

mod brackets;
mod fault;
mod keys;
mod place;
mod repairs;
mod scalar;
mod variant;

use std::any::type_name;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::{DeserializeOwned, Deserializer, Visitor};

use super::outline::{Item, Node, Outline, Shape};
use brackets::{Elements, Entries, Fields};
pub(super) use fault::{Complaint, Expected, Fault, FaultKind, Slip, Spot};
use place::{At, Place, Reading};
pub(super) use repairs::Repairs;
use scalar::literal;
use variant::Choice;

/// What came of one reading.
pub(super) struct Outcome<T> {
    pub value: Result<T, Fault>,
    pub slips: Vec<Slip>,
    pub asked: BTreeMap<(usize, &'static str), Expected>,
    pub stood_in: BTreeSet<usize>,
}

/// Reads the whole outline, which holds a value, once.
pub(super) fn read_once<T: DeserializeOwned>(outline: &Outline, repairs: &Repairs) -> Outcome<T> {
    let reading = Reading {
        outline,
        repairs,
        slips: RefCell::default(),
        asked: RefCell::default(),
        stood_in: RefCell::default(),
    };
    let root = At { reading: &reading, place: Place::Node(0), kind: type_name::<T>(), depth: 0 };
    let value = root.placed(T::deserialize(root));
    Outcome {
        value,
        slips: reading.slips.into_inner(),
        asked: reading.asked.into_inner(),
        stood_in: reading.stood_in.into_inner(),
    }
}

impl<'de> Deserializer<'de> for At<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.any(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let here = self.alone();
        let truth = ["false", "true"].iter().position(|word| here.is_name(word));
        if truth.is_none() {
            here.wrong(Expected::Truth);
        }
        self.placed(visitor.visit_bool(truth.unwrap_or(1) == 1))
    }

    scalar::numbers! {
        deserialize_i8 visit_i8 Whole, deserialize_i16 visit_i16 Whole, deserialize_i32 visit_i32 Whole,
        deserialize_i64 visit_i64 Whole, deserialize_i128 visit_i128 Whole, deserialize_u8 visit_u8 Whole,
        deserialize_u16 visit_u16 Whole, deserialize_u32 visit_u32 Whole, deserialize_u64 visit_u64 Whole,
        deserialize_u128 visit_u128 Whole, deserialize_f32 visit_f32 Number, deserialize_f64 visit_f64 Number,
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let here = self.alone();
        let letter = here.node().filter(|node| node.shape == Shape::Letter);
        let letter = letter.and_then(|node| literal::<char>(here, node, Expected::Letter));
        if letter.is_none() {
            here.wrong(Expected::Letter);
        }
        self.placed(visitor.visit_char(letter.unwrap_or('x')))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let here = self.alone();
        match here.text() {
            Some(text) => here.placed(visitor.visit_string(text)),
            None => here.placed(visitor.visit_str(here.text_that_fits())),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.is_stand_in() {
            return self.placed(visitor.visit_none());
        }
        let named = |node: usize, name: &str| self.reading.node(node).name.as_deref() == Some(name);
        let node = match self.place {
            Place::Node(node) => Some(node),
            Place::Inside(holder) => match self.reading.items(holder)[..] {
                [(_, Item { key: None, node, .. })] => Some(*node),
                _ => None,
            },
            Place::StandIn(_) => None,
        };
        let shape = node.map(|node| self.reading.node(node).shape);
        match (node, shape) {
            (Some(node), Some(Shape::Name)) if named(node, "None") => self.placed(visitor.visit_none()),
            (Some(node), Some(Shape::Round)) if named(node, "Some") => {
                let inside = Self { place: Place::Inside(node), ..self };
                inside.placed(visitor.visit_some(inside.deeper()?))
            }
            _ => self.placed(visitor.visit_some(self.deeper()?)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit_struct("", visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let is_unit = match self.place {
            Place::Inside(node) => self.reading.items(node).is_empty(),
            _ => {
                let is_empty =
                    |node: &Node| node.shape == Shape::Round && node.items.is_empty() && node.name.is_none();
                self.is_name(name) || self.node().is_some_and(is_empty)
            }
        };
        if !is_unit {
            self.wrong(Expected::Fields);
        }
        self.placed(visitor.visit_unit())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let here = self.alone();
        here.placed(visitor.visit_newtype_struct(here.deeper()?))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let here = self.alone();
        match (here.place, here.node().map(|node| node.shape)) {
            (Place::Node(holder), Some(Shape::List)) => here.elements(holder, visitor),
            _ => {
                here.wrong(Expected::List);
                here.placed(visitor.visit_seq(Elements::stand_in(here, 0)))
            }
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_tuple_struct("", length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.round(name) {
            Some(holder) => self.elements(holder, visitor),
            None => {
                self.wrong(Expected::Fields);
                self.placed(visitor.visit_seq(Elements::stand_in(self, length)))
            }
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let here = self.alone();
        match (here.place, here.node().map(|node| node.shape)) {
            (Place::Node(holder), Some(Shape::Map)) => {
                here.placed(visitor.visit_map(Entries::new(here.deeper()?, holder)))
            }
            _ => {
                here.wrong(Expected::Map);
                here.placed(visitor.visit_map(Fields::stand_in(here, &[])))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.round(name) {
            Some(holder) => self.fields(holder, visitor),
            None => {
                self.wrong(Expected::Fields);
                let stand_in = Fields::stand_in(self, fields);
                self.placed(visitor.visit_map(stand_in))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let here = self.alone();
        let choice = Choice::of(here.deeper()?, variants)?;
        here.placed(visitor.visit_enum(choice))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node().and_then(|node| node.name.as_deref()) {
            Some(name) => self.placed(visitor.visit_str(name)),
            None => self.deserialize_str(visitor),
        }
    }
}
