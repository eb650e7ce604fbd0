//! What earlier readings of a file came to, so that the next one gets further.

use std::collections::{BTreeMap, BTreeSet};

use crate::library::outline::{Findings, Outline, Shape};

/// How a file is read other than it is written.
#[derive(Clone, Debug, Default)]
pub(in crate::library) struct Repairs {
    /// Nodes in whose place a stand-in is read.
    replaced: BTreeSet<usize>,
    /// Items that are not read, by their node and position.
    left_out: BTreeSet<(usize, usize)>,
    /// What a misspelt field is meant to be called.
    renamed: BTreeMap<(usize, usize), String>,
    /// Missing fields that are read as stand-ins.
    supplied: BTreeSet<(usize, &'static str)>,
    /// How many stand-ins each type has refused.
    refused: BTreeMap<&'static str, usize>,
    /// Where the lexer found a number that is none.
    flawed: BTreeSet<usize>,
}

impl Repairs {
    /// What reading the outline itself found.
    pub fn new(findings: &Findings) -> Self {
        let flawed = findings.flaws.iter().filter(|flaw| flaw.code == "not-finite").map(|flaw| flaw.at);
        Self {
            left_out: findings.dropped.iter().copied().collect(),
            flawed: flawed.collect(),
            ..Self::default()
        }
    }

    pub fn replace(&mut self, node: usize) -> bool {
        self.replaced.insert(node)
    }

    pub fn leave_out(&mut self, node: usize, item: usize) -> bool {
        self.left_out.insert((node, item))
    }

    pub fn rename(&mut self, node: usize, item: usize, to: &str) -> bool {
        self.renamed.insert((node, item), to.to_owned()).is_none()
    }

    pub fn supply(&mut self, node: usize, field: &'static str) -> bool {
        self.supplied.insert((node, field))
    }

    /// Tries another stand-in for a type from now on; false when it had many.
    pub fn try_another(&mut self, kind: &'static str) -> bool {
        let refused = self.refused.entry(kind).or_default();
        *refused += 1;
        *refused <= 32
    }

    /// How many stand-ins a type has refused.
    pub fn refused(&self, kind: &str) -> usize {
        self.refused.get(kind).copied().unwrap_or_default()
    }

    /// True when a stand-in is read in place of the node.
    pub fn is_replaced(&self, outline: &Outline, node: usize) -> bool {
        self.replaced.contains(&node)
            || outline.nodes[node].shape == Shape::Nothing
            || self.is_flawed(outline, node)
    }

    /// True when the lexer has said what is wrong with the number at the node.
    pub fn is_flawed(&self, outline: &Outline, node: usize) -> bool {
        let place = &outline.nodes[node];
        matches!(place.shape, Shape::Number | Shape::Name) && self.flawed.contains(&place.start)
    }

    pub fn is_left_out(&self, node: usize, item: usize) -> bool {
        self.left_out.contains(&(node, item))
    }

    /// The name under which an item is read.
    pub fn name_of<'o>(&'o self, outline: &'o Outline, node: usize, item: usize) -> Option<&'o str> {
        let key = outline.nodes[node].items[item].key.as_ref();
        self.renamed.get(&(node, item)).map(String::as_str).or(key.map(|key| key.text.as_str()))
    }

    /// The fields that are supplied to a node.
    pub fn supplied_to(&self, node: usize) -> impl Iterator<Item = &'static str> {
        self.supplied.range((node, "")..).take_while(move |(at, _)| *at == node).map(|(_, field)| *field)
    }

    /// True when the node has the field: as written, as meant, or supplied.
    pub fn has(&self, outline: &Outline, node: usize, field: &str) -> bool {
        let mut items = 0..outline.nodes[node].items.len();
        self.supplied_to(node).any(|name| name == field)
            || items
                .any(|item| !self.is_left_out(node, item) && self.name_of(outline, node, item) == Some(field))
    }

    /// True when the file may have the field at the node though it is not read: it was left out, or a value there has no name.
    pub fn has_unread(&self, outline: &Outline, node: usize, field: &str) -> bool {
        let items = 0..outline.nodes[node].items.len();
        items.into_iter().any(|item| {
            self.name_of(outline, node, item).is_none_or(|name| name == field && self.is_left_out(node, item))
        })
    }

    /// True when something within the node is not read as it is written.
    pub fn are_within(&self, outline: &Outline, node: usize) -> bool {
        self.replaced.iter().any(|inner| outline.is_within(*inner, node))
            || self.left_out.iter().any(|(holder, _)| outline.is_within(*holder, node))
            || self.supplied.iter().any(|(holder, _)| outline.is_within(*holder, node))
            || self.flawed.range(outline.nodes[node].start..outline.nodes[node].end).next().is_some()
    }
}
