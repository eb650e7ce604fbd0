//! One reading of an outline: where a value is read from, and what is noted there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::de::value::StrDeserializer;

use super::Repairs;
use super::fault::{Complaint, Expected, Fault, FaultKind, Slip, Spot};
use crate::library::outline::{Item, Node, Outline, Shape};
use crate::library::{MAX_DEPTH, MAX_PROBLEMS};

/// One reading of an outline, and what was noted on the way.
pub(super) struct Reading<'t> {
    pub outline: &'t Outline,
    pub repairs: &'t Repairs,
    pub slips: RefCell<Vec<Slip>>,
    /// What the type of each supplied field asked for.
    pub asked: RefCell<BTreeMap<(usize, &'static str), Expected>>,
    /// The nodes for which a stand-in was given.
    pub stood_in: RefCell<BTreeSet<usize>>,
}

impl Reading<'_> {
    pub fn node(&self, node: usize) -> &Node {
        &self.outline.nodes[node]
    }

    /// The items of a node that are read, with their positions.
    pub fn items(&self, node: usize) -> Vec<(usize, &Item)> {
        let items = self.node(node).items.iter().enumerate();
        items.filter(|(index, _)| !self.repairs.is_left_out(node, *index)).collect()
    }

    pub fn slip(&self, node: usize, item: Option<usize>, complaint: Complaint) {
        let mut slips = self.slips.borrow_mut();
        if slips.len() < MAX_PROBLEMS && !self.repairs.is_flawed(self.outline, node) {
            slips.push(Slip { node, item, complaint });
        }
    }
}

/// Where a value is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole node.
    Node(usize),
    /// What the round brackets of the node hold: in `Canary(steps: [])` the fields of a struct, in `Weight("5%")` the text.
    Inside(usize),
    /// A value that the file does not have: a missing field of a node, or a part of one.
    StandIn(Option<(usize, &'static str)>),
}

/// A place, and the type that reads it.
#[derive(Clone, Copy)]
pub(super) struct At<'r, 't> {
    pub reading: &'r Reading<'t>,
    pub place: Place,
    /// Name of the type that is read.
    pub kind: &'static str,
    /// How many brackets, names and wrappers it is in, counted as the `ron` crate does.
    pub depth: usize,
}

impl<'r, 't> At<'r, 't> {
    /// The same place one level deeper.
    pub fn deeper(self) -> Result<Self, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fault(FaultKind::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    pub fn spot(self) -> Spot {
        match self.place {
            Place::Node(node) => Spot::Node(node),
            Place::Inside(holder) => match self.reading.items(holder)[..] {
                [(_, Item { key: None, node, .. })] => Spot::Node(*node),
                _ => Spot::Node(holder),
            },
            Place::StandIn(_) => Spot::StandIn,
        }
    }

    pub fn fault(self, kind: FaultKind) -> Fault {
        Fault { spot: Some((self.spot(), self.kind)), kind }
    }

    /// The same result; a fault that has no place yet is here.
    pub fn placed<T>(self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| fault.or_at(self.spot(), self.kind))
    }

    /// True when nothing that the file says is read here.
    pub fn is_stand_in(self) -> bool {
        match self.place {
            Place::Node(node) => {
                let stands_in = self.reading.repairs.is_replaced(self.reading.outline, node);
                if stands_in {
                    self.reading.stood_in.borrow_mut().insert(node);
                }
                stands_in
            }
            Place::Inside(_) => false,
            Place::StandIn(root) => root.is_none(),
        }
    }

    /// Notes what the type asks for where a field is missing.
    pub fn tell(self, expected: &Expected) {
        if let Place::StandIn(Some(field)) = self.place {
            self.reading.asked.borrow_mut().entry(field).or_insert_with(|| expected.clone());
        }
    }

    /// Notes that `expected` is due here and something else stands here.
    pub fn wrong(self, expected: Expected) {
        match self.place {
            Place::Node(node) => {
                if !self.is_stand_in() {
                    self.reading.stood_in.borrow_mut().insert(node);
                    self.reading.slip(node, None, Complaint::WrongType(expected));
                }
            }
            Place::Inside(node) => {
                let is_empty = self.reading.items(node).is_empty();
                let complaint = if is_empty { Complaint::NeedsValue } else { Complaint::Unnamed };
                self.reading.stood_in.borrow_mut().insert(node);
                self.reading.slip(node, None, complaint);
            }
            Place::StandIn(_) => self.tell(&expected),
        }
    }

    /// The node that holds the one value that is read here. What stands beside it in its brackets is noted as too much.
    pub fn single(self) -> Option<usize> {
        match self.place {
            Place::Node(node) => (!self.is_stand_in()).then_some(node),
            Place::Inside(node) => {
                let items = self.reading.items(node);
                let (first, rest) = items.split_first()?;
                if first.1.key.is_some() {
                    return None;
                }
                for (_, item) in rest {
                    self.reading.slip(item.node, None, Complaint::TooMuch);
                }
                Some(first.1.node)
            }
            Place::StandIn(_) => None,
        }
    }

    /// The place of the one value that is read here: of brackets what they hold.
    pub fn alone(self) -> Self {
        match (self.place, self.single()) {
            (Place::Inside(_), Some(node)) => Self { place: Place::Node(node), ..self },
            _ => self,
        }
    }

    pub fn node(self) -> Option<&'r Node> {
        match self.place {
            Place::Node(node) if !self.is_stand_in() => Some(self.reading.node(node)),
            _ => None,
        }
    }

    pub fn is_name(self, name: &str) -> bool {
        self.node().is_some_and(|node| node.shape == Shape::Name && node.name.as_deref() == Some(name))
    }

    /// The node of the round brackets whose content is read here; `name` may stand before them.
    pub fn round(self, name: &str) -> Option<usize> {
        match self.place {
            Place::Inside(node) => Some(node),
            Place::Node(id) => {
                let node = self.node()?;
                let fits = node.name.as_deref().is_none_or(|found| found == name);
                (node.shape == Shape::Round && fits).then_some(id)
            }
            Place::StandIn(_) => None,
        }
    }
}

/// A name, for reading code that wants one.
pub(super) fn named(name: &str) -> StrDeserializer<'_, Fault> {
    StrDeserializer::new(name)
}
