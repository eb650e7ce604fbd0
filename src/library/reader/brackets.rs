//! What brackets hold: the values of a list, the fields of a struct, the entries of a map.

use std::any::type_name;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::fault::{Complaint, Fault, FaultKind, Spot};
use super::keys::Key;
use super::place::{At, Place, named};
use crate::library::MAX_DEPTH;
use crate::library::outline::{Item, Shape};

impl At<'_, '_> {
    /// Reads the fields of a struct within the round brackets `holder`.
    pub fn fields<'de, V: Visitor<'de>>(self, holder: usize, visitor: V) -> Result<V::Value, Fault> {
        let mut holder = holder;
        // `Canary((steps: []))`: the inner brackets are too many, and the fields are in them.
        if let [(_, Item { key: None, node, .. })] = self.reading.items(holder)[..]
            && matches!(self.place, Place::Inside(_))
            && self.reading.node(*node).shape == Shape::Round
            && self.reading.node(*node).name.is_none()
        {
            self.reading.slip(*node, None, Complaint::BracketsTwice);
            holder = *node;
        }
        let here = Self { place: Place::Node(holder), ..self };
        here.placed(visitor.visit_map(Fields::new(here.deeper()?, holder)))
    }

    /// Reads the values of a tuple of `length` within the round brackets `holder`.
    pub fn elements<'de, V: Visitor<'de>>(self, holder: usize, visitor: V) -> Result<V::Value, Fault> {
        let here = Self { place: Place::Node(holder), ..self };
        let mut elements = Elements::new(here.deeper()?, holder);
        let value = here.placed(visitor.visit_seq(&mut elements))?;
        elements.leave_none();
        Ok(value)
    }
}

/// The values of a list or a tuple, one after the other.
pub(super) struct Elements<'r, 't> {
    at: At<'r, 't>,
    /// The node and position of each.
    left: std::vec::IntoIter<(usize, usize, bool)>,
    /// How many stand-ins follow.
    stand_ins: usize,
}

impl<'r, 't> Elements<'r, 't> {
    pub fn new(at: At<'r, 't>, holder: usize) -> Self {
        let items = at.reading.items(holder);
        let left: Vec<_> =
            items.iter().map(|(index, item)| (item.node, *index, item.key.is_some())).collect();
        Self { at: At { place: Place::Node(holder), ..at }, left: left.into_iter(), stand_ins: 0 }
    }

    /// So many values that the file does not have.
    pub fn stand_in(at: At<'r, 't>, length: usize) -> Self {
        Self { at, left: Vec::new().into_iter(), stand_ins: length }
    }

    /// Notes what nothing has asked for.
    pub fn leave_none(&mut self) {
        for (node, ..) in self.left.by_ref() {
            self.at.reading.slip(node, None, Complaint::TooMuch);
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let place = match self.left.next() {
            Some((node, index, has_key)) => {
                if let (true, Place::Node(holder)) = (has_key, self.at.place) {
                    self.at.reading.slip(holder, Some(index), Complaint::Unnamed);
                }
                Place::Node(node)
            }
            None if self.stand_ins > 0 => {
                self.stand_ins -= 1;
                Place::StandIn(None)
            }
            None => return Ok(None),
        };
        within(self.at, place, seed).map(Some)
    }
}

/// Reads a value at a place within brackets.
fn within<'de, S: DeserializeSeed<'de>>(at: At<'_, '_>, place: Place, seed: S) -> Result<S::Value, Fault> {
    let inner = At { place, kind: type_name::<S::Value>(), ..at }.deeper()?;
    inner.placed(seed.deserialize(inner))
}

/// The fields of a struct, as the file has them, then those that it lacks.
pub(super) struct Fields<'r, 't> {
    at: At<'r, 't>,
    left: std::vec::IntoIter<(&'r str, Place, Spot)>,
    next: Option<Place>,
}

impl<'r, 't> Fields<'r, 't> {
    pub fn new(at: At<'r, 't>, holder: usize) -> Self {
        let (reading, repairs) = (at.reading, at.reading.repairs);
        let mut fields = Vec::new();
        let mut was_named = true;
        for (index, item) in reading.items(holder) {
            let name = repairs.name_of(reading.outline, holder, index);
            match name {
                Some(name) => fields.push((name, Place::Node(item.node), Spot::Key(holder, index))),
                // What follows a name without its colon has no name either: one slip, said once.
                None if was_named => reading.slip(item.node, None, Complaint::NoName),
                None => {}
            }
            was_named = name.is_some();
        }
        let supplied = repairs.supplied_to(holder);
        fields.extend(supplied.map(|field| (field, Place::StandIn(Some((holder, field))), Spot::StandIn)));
        Self { at, left: fields.into_iter(), next: None }
    }

    /// These fields, none of which the file has.
    pub fn stand_in(at: At<'r, 't>, fields: &'static [&'static str]) -> Self {
        let fields: Vec<_> =
            fields.iter().map(|field| (*field, Place::StandIn(None), Spot::StandIn)).collect();
        Self { at, left: fields.into_iter(), next: None }
    }
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((name, place, spot)) = self.left.next() else { return Ok(None) };
        self.next = Some(place);
        let key = seed.deserialize(named(name));
        key.map(Some).map_err(|fault| fault.or_at(spot, self.at.kind))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let place = self.next.take().unwrap_or(Place::StandIn(None));
        within(self.at, place, seed)
    }
}

/// The entries of a map.
pub(super) struct Entries<'r, 't> {
    at: At<'r, 't>,
    holder: usize,
    left: std::vec::IntoIter<(usize, usize)>,
    next: usize,
}

impl<'r, 't> Entries<'r, 't> {
    pub fn new(at: At<'r, 't>, holder: usize) -> Self {
        let items = at.reading.items(holder);
        let left: Vec<_> = items.iter().map(|(index, item)| (*index, item.node)).collect();
        Self { at, holder, left: left.into_iter(), next: holder }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((index, node)) = self.left.next() else { return Ok(None) };
        self.next = node;
        if self.at.depth >= MAX_DEPTH {
            return Err(self.at.fault(FaultKind::TooDeep));
        }
        let (at, holder) = (self.at, self.holder);
        let key = Key { at: At { kind: type_name::<S::Value>(), ..at }, holder, index };
        let value = seed.deserialize(key);
        value.map(Some).map_err(|fault| fault.or_at(Spot::Key(holder, index), type_name::<S::Value>()))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        within(self.at, Place::Node(self.next), seed)
    }
}
