//! A choice of an enum: its name, and what it holds.

use std::any::type_name;

use serde::de::{DeserializeSeed, EnumAccess, VariantAccess, Visitor};

use super::brackets::{Elements, Fields};
use super::fault::{Complaint, Expected, Fault, FaultKind};
use super::place::{At, Place, named};
use crate::engine::nearest;
use crate::library::MAX_DEPTH;
use crate::library::outline::Shape;

/// How many levels of stand-ins are made before another choice is tried.
const STAND_IN_DEPTH: usize = MAX_DEPTH;

/// A choice that was made, in the file or by us.
pub(super) struct Choice<'r, 't> {
    at: At<'r, 't>,
    name: &'r str,
    /// The node whose content is the choice's; none when all of it is a stand-in.
    node: Option<usize>,
}

impl<'r, 't> Choice<'r, 't> {
    /// The choice that stands at a place, of these.
    pub fn of(at: At<'r, 't>, variants: &'static [&'static str]) -> Result<Self, Fault> {
        let (Place::Node(id), Some(node)) = (at.place, at.node()) else {
            at.wrong(Expected::Names(variants));
            return Self::stand_in(at, variants);
        };
        let written = match node.shape {
            Shape::Name | Shape::Round => node.name.as_deref(),
            _ => None,
        };
        let Some(name) = written else {
            at.wrong(Expected::Names(variants));
            return Self::stand_in(at, variants);
        };
        if variants.contains(&name) {
            return Ok(Self { at, name, node: Some(id) });
        }
        at.reading.slip(id, None, Complaint::UnknownName(variants));
        match nearest(name, variants.iter().copied()) {
            Some(near) => Ok(Self { at, name: near, node: Some(id) }),
            None => Self::stand_in(at, variants),
        }
    }

    fn stand_in(at: At<'r, 't>, variants: &'static [&'static str]) -> Result<Self, Fault> {
        let index = at.reading.repairs.refused(at.kind);
        match variants.get(index % variants.len().max(1)) {
            Some(name) if at.depth < STAND_IN_DEPTH => Ok(Self { at, name, node: None }),
            _ => Err(at.fault(FaultKind::TooDeep)),
        }
    }

    /// The node of the choice's round brackets. Their absence is noted.
    fn brackets(&self) -> Option<usize> {
        let node = self.node?;
        if self.at.reading.node(node).shape == Shape::Round {
            return Some(node);
        }
        self.at.reading.slip(node, None, Complaint::NeedsContent);
        None
    }

    fn inside(&self, holder: usize) -> At<'r, 't> {
        At { place: Place::Inside(holder), ..self.at }
    }

    fn nothing(&self) -> At<'r, 't> {
        At { place: Place::StandIn(None), ..self.at }
    }
}

impl<'de> EnumAccess<'de> for Choice<'_, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let name = self.at.placed(seed.deserialize(named(self.name)))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        if let Some(node) = self.node.filter(|node| self.at.reading.node(*node).shape == Shape::Round) {
            self.at.reading.slip(node, None, Complaint::TakesNothing);
        }
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        let place = self.brackets().map_or(self.nothing(), |holder| self.inside(holder));
        let inner = At { kind: type_name::<S::Value>(), ..place }.deeper()?;
        inner.placed(seed.deserialize(inner))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        match self.brackets() {
            Some(holder) => self.inside(holder).elements(holder, visitor),
            None => self.at.placed(visitor.visit_seq(Elements::stand_in(self.nothing(), length))),
        }
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.brackets() {
            Some(holder) => self.inside(holder).fields(holder, visitor),
            None => self.at.placed(visitor.visit_map(Fields::stand_in(self.nothing(), fields))),
        }
    }
}
