//! Where in the file a parser's error belongs: from its path of fields, or failing that its position, to a node.

use ron::error::Error;
use serde_path_to_error::Segment;

use super::edits::{Changed, Edits};
use super::outline::{Node, Outline, Shape};

/// An error of the parser on a changed text.
pub(super) struct Fault {
    pub error: Error,
    pub path: Vec<Segment>,
    /// Byte offset in the changed text that the parser had come to.
    pub offset: usize,
}

/// The place of a fault in the file.
#[derive(Debug)]
pub(super) struct Site {
    pub node: usize,
    /// The item of `node` whose key is at fault.
    pub item: Option<usize>,
    /// The first field of the path that the file does not have.
    pub beyond: Option<String>,
    /// The fault is inside something that we wrote.
    pub ours: bool,
}

/// Finds the place of `fault`.
pub(super) fn site(outline: &Outline, edits: &Edits, changed: &Changed, fault: &Fault) -> Site {
    let mut walk = Walk { outline, edits, node: 0, beyond: None, lost: false, in_variant: false };
    for segment in steps(fault) {
        if !walk.step(segment) {
            break;
        }
    }
    let (from, ours) = changed.origin(fault.offset);
    let mut site = Site { node: walk.node, item: None, beyond: walk.beyond, ours: false };
    if let Error::NoSuchStructField { found, .. } = &fault.error {
        let holder = walk.node;
        site.node =
            if item_named(outline, holder, found).is_some() { holder } else { outline.unwrapped(holder) };
        site.item = item_named(outline, site.node, found);
        return site;
    }
    if let Error::MissingStructField { .. } = &fault.error {
        return site;
    }
    if walk.lost || is_leftover(&fault.error) {
        // The path does not lead all the way, so the parser's position has to.
        site.ours = ours;
        site.node = outline.node_at(from).unwrap_or(walk.node);
        let over =
            |item: &super::outline::Item| item.key.as_ref().is_some_and(|k| k.start <= from && from < k.end);
        site.item = outline.nodes[site.node].items.iter().position(over);
        return site;
    }
    unwrap_to_the_value(outline, &mut site, &fault.error, walk.in_variant);
    site
}

/// The path to the value that is wrong: for an unknown field, what it was found in.
fn steps(fault: &Fault) -> &[Segment] {
    match (&fault.error, fault.path.split_last()) {
        (Error::NoSuchStructField { found, .. }, Some((Segment::Map { key }, before))) if key == found => {
            before
        }
        _ => &fault.path,
    }
}

/// Errors that say a value went on after it should have ended: their path is that of the brackets around it.
pub(super) fn is_leftover(error: &Error) -> bool {
    matches!(
        error,
        Error::ExpectedComma
            | Error::ExpectedArrayEnd
            | Error::ExpectedMapEnd
            | Error::ExpectedMapColon
            | Error::ExpectedStructLikeEnd
            | Error::ExpectedOptionEnd
            | Error::TrailingCharacters
    )
}

pub(super) fn item_named(outline: &Outline, node: usize, name: &str) -> Option<usize> {
    outline.nodes[node].items.iter().position(|item| item.key.as_ref().is_some_and(|key| key.text == name))
}

/// A wrong value in `Wait(5)` or `Some(5)` is the 5; a wrong name is where that name stands.
fn unwrap_to_the_value(outline: &Outline, site: &mut Site, error: &Error, in_variant: bool) {
    let wrong_name = match error {
        Error::NoSuchEnumVariant { found, .. } => Some(found.as_str()),
        _ => None,
    };
    let about_length = matches!(error, Error::ExpectedDifferentLength { .. });
    let mut in_variant = in_variant;
    loop {
        let Node { shape, items, name, parent, .. } = &outline.nodes[site.node];
        if wrong_name.is_some() && name.as_deref() == wrong_name {
            return;
        }
        let wrapper = (in_variant && !about_length) || name.as_deref() == Some("Some");
        match items.as_slice() {
            [item] if *shape == Shape::Round && item.key.is_none() && wrapper => site.node = item.node,
            _ => {
                let key = parent.and_then(|(holder, item)| outline.nodes[holder].items[item].key.as_ref());
                if let (Some(wrong), Some((holder, item)), Some(key)) = (wrong_name, *parent, key)
                    && key.text == wrong
                {
                    (site.node, site.item) = (holder, Some(item));
                }
                return;
            }
        }
        in_variant = false;
    }
}

struct Walk<'a> {
    outline: &'a Outline,
    edits: &'a Edits,
    node: usize,
    beyond: Option<String>,
    /// The path has a step that cannot be followed.
    lost: bool,
    /// The last step was into a variant.
    in_variant: bool,
}

impl Walk<'_> {
    /// One step along the path; false when the file goes no further.
    fn step(&mut self, segment: &Segment) -> bool {
        let was_in_variant = std::mem::replace(&mut self.in_variant, false);
        match segment {
            Segment::Seq { index } => {
                let inner = self.outline.unwrapped(self.node);
                let brackets = !self.outline.nodes[inner].items.is_empty();
                let holder = if brackets { inner } else { self.node };
                let kept = |item: &usize| !self.edits.is_removed(holder, *item);
                let items = &self.outline.nodes[holder].items;
                match (0..items.len()).filter(kept).nth(*index) {
                    Some(item) => self.node = items[item].node,
                    None => self.lost = true,
                }
                !self.lost
            }
            Segment::Map { key } => {
                let inner = self.outline.unwrapped(self.node);
                let found = [self.node, inner]
                    .into_iter()
                    .find_map(|holder| Some((holder, self.edits.item_called(self.outline, holder, key)?)));
                match found {
                    Some((holder, item)) => self.node = self.outline.nodes[holder].items[item].node,
                    None => self.beyond = Some(key.clone()),
                }
                found.is_some()
            }
            Segment::Enum { variant } => {
                self.enter_variant(variant);
                self.in_variant = true;
                true
            }
            Segment::Unknown => {
                self.lost = true;
                self.in_variant = was_in_variant;
                false
            }
        }
    }

    /// Goes to the node with the variant's name, through wrappers such as `Some(...)`; stays when there is none.
    fn enter_variant(&mut self, variant: &str) {
        let mut node = self.node;
        loop {
            let Node { shape, items, name, .. } = &self.outline.nodes[node];
            if name.as_deref() == Some(variant) {
                self.node = node;
                return;
            }
            match items.as_slice() {
                [item] if *shape == Shape::Round && item.key.is_none() => node = item.node,
                _ => return,
            }
        }
    }
}
