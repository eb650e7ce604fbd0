//! Changes to a file's text on the way to its next error: what is wrong is mended, replaced or left out, so that what
//! comes after it can be judged. The file itself is never touched, and every place still leads back to it.

use super::outline::{Outline, Shape};

/// Why a piece of the text is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The author's meaning, written right: what follows from it is still the author's.
    Mended,
    /// Something of ours in place of a wrong value: what follows from it is our own doing.
    StandIn,
}

#[derive(Clone, Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
    why: Why,
}

/// The changes so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
    removed: Vec<(usize, usize)>,
    added: Vec<(usize, String)>,
    renamed: Vec<(usize, usize, String)>,
}

/// The changed text, and for each changed piece where it is there and where it came from.
pub(super) struct Changed {
    pub text: String,
    pieces: Vec<Piece>,
}

/// Bytes `start..end` of the changed text stand for `from..to` of the file.
struct Piece {
    start: usize,
    end: usize,
    from: usize,
    to: usize,
    ours: bool,
}

impl Edits {
    /// Writes `text` over `start..end`, as its author meant it.
    pub fn mend(&mut self, start: usize, end: usize, text: &str) {
        self.push(Edit { start, end, text: text.to_owned(), why: Why::Mended });
    }

    /// Writes the field `to` for the misspelt one that is item `item` of `node`.
    pub fn rename(&mut self, outline: &Outline, node: usize, item: usize, to: &str) {
        if let Some(key) = &outline.nodes[node].items[item].key {
            self.renamed.push((node, item, to.to_owned()));
            self.mend(key.start, key.end, to);
        }
    }

    /// The item of `node` that stands for the field or key `name`: one that is called so or was meant to be, and of a
    /// repeated one the one that was kept.
    pub fn item_called(&self, outline: &Outline, node: usize, name: &str) -> Option<usize> {
        let meant =
            self.renamed.iter().find(|(at, _, to)| *at == node && to == name).map(|(_, item, _)| *item);
        let called =
            |item: &usize| outline.nodes[node].items[*item].key.as_ref().is_some_and(|key| key.text == name);
        let mut items = (0..outline.nodes[node].items.len()).filter(called);
        meant.or_else(|| items.find(|item| !self.is_removed(node, *item)))
    }

    /// Puts `text` in place of a whole value.
    pub fn replace(&mut self, outline: &Outline, node: usize, text: &str) {
        let place = &outline.nodes[node];
        self.push(Edit { start: place.start, end: place.end, text: text.to_owned(), why: Why::StandIn });
    }

    /// Adds `field: value` at the end of the round brackets `node`; false when it has none.
    pub fn add(&mut self, outline: &Outline, node: usize, field: &str, value: &str) -> bool {
        let place = &outline.nodes[node];
        if place.shape != Shape::Round || !outline.source().text()[..place.end].ends_with(')') {
            return false;
        }
        self.added.push((node, field.to_owned()));
        let close = place.end - 1;
        let text = format!("{field}: {value},)");
        if let Some(edit) = self.edits.iter_mut().find(|edit| edit.start == close && edit.end == close + 1) {
            edit.text.truncate(edit.text.len() - 1);
            edit.text.push_str(&text);
            return true;
        }
        let last = place.items.len().wrapping_sub(1);
        let comma = match place.items.last() {
            Some(item) if !item.has_comma && !self.removed.contains(&(node, last)) => ", ",
            _ => "",
        };
        self.push(Edit { start: close, end: place.end, text: format!("{comma}{text}"), why: Why::StandIn });
        true
    }

    /// Leaves out one item, with its comma.
    pub fn remove_item(&mut self, outline: &Outline, node: usize, item: usize) {
        let place = &outline.nodes[node].items[item];
        self.removed.push((node, item));
        self.push(Edit { start: place.start, end: place.end, text: String::new(), why: Why::StandIn });
    }

    /// Leaves out the smallest item around `node` that can be left out; false when that is the whole file, or nothing
    /// is left to leave out.
    pub fn remove(&mut self, outline: &Outline, mut node: usize) -> bool {
        while let Some((parent, item)) = outline.nodes[node].parent {
            let holder = &outline.nodes[parent];
            let alone = holder.shape == Shape::Round && holder.items[item].key.is_none();
            if !alone && !self.removed.contains(&(parent, item)) {
                self.remove_item(outline, parent, item);
                return true;
            }
            node = parent;
        }
        false
    }

    fn push(&mut self, new: Edit) {
        let covers = |outer: &Edit, inner: &Edit| {
            let inside = outer.start <= inner.start && inner.end <= outer.end;
            inside && (inner.start < inner.end || outer.start < inner.start)
        };
        if self.edits.iter().any(|edit| covers(edit, &new)) && new.why == Why::Mended {
            return;
        }
        self.edits.retain(|edit| !covers(&new, edit));
        self.edits.push(new);
    }

    /// True when item `item` of `node` was left out.
    pub fn is_removed(&self, node: usize, item: usize) -> bool {
        self.removed.contains(&(node, item))
    }

    /// True when the field was added by us.
    pub fn has_added(&self, node: usize, field: &str) -> bool {
        self.added.iter().any(|(at, name)| *at == node && name == field)
    }

    /// True when all of `node` was replaced or left out.
    pub fn cover(&self, outline: &Outline, node: usize) -> bool {
        let place = &outline.nodes[node];
        let over = |edit: &Edit| edit.start <= place.start && place.end <= edit.end;
        self.edits.iter().any(|edit| edit.why == Why::StandIn && over(edit))
    }

    /// True when something inside `node` was replaced or left out.
    pub fn are_inside(&self, outline: &Outline, node: usize) -> bool {
        let place = &outline.nodes[node];
        let inside = |edit: &Edit| place.start <= edit.start && edit.end <= place.end;
        self.edits.iter().any(|edit| edit.why == Why::StandIn && inside(edit))
    }

    /// `text` with all changes made.
    pub fn applied(&self, text: &str) -> Changed {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let mut changed = Changed { text: String::with_capacity(text.len() + 64), pieces: Vec::new() };
        let mut at = 0;
        for edit in edits {
            // Edits never overlap; should one, the earlier stands.
            if edit.start < at {
                continue;
            }
            changed.text.push_str(&text[at..edit.start]);
            let start = changed.text.len();
            changed.text.push_str(&edit.text);
            changed.pieces.push(Piece {
                start,
                end: changed.text.len(),
                from: edit.start,
                to: edit.end,
                ours: edit.why == Why::StandIn,
            });
            at = edit.end;
        }
        changed.text.push_str(&text[at..]);
        changed
    }
}

impl Changed {
    /// Where the byte `offset` of the changed text comes from, and whether it is inside something of ours.
    pub fn origin(&self, offset: usize) -> (usize, bool) {
        let before = self.pieces.partition_point(|piece| piece.start <= offset);
        match before.checked_sub(1).map(|last| &self.pieces[last]) {
            Some(piece) if offset < piece.end => (piece.from, piece.ours),
            Some(piece) => (piece.to + (offset - piece.end), false),
            None => (offset, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_leads_back_to_the_file() {
        let text = "(a: 1, bb: [2, 3], c: (d: 4))";
        let (outline, _) = Outline::read("f", text);
        let node = |path: &str| outline.follow(path).unwrap().0;
        let mut edits = Edits::default();
        edits.replace(&outline, node("a"), "\"long\"");
        assert!(edits.remove(&outline, node("bb[0]")));
        assert!(edits.add(&outline, node("c"), "e", "5"));
        let changed = edits.applied(text);
        assert_eq!(changed.text, "(a: \"long\", bb: [ 3], c: (d: 4, e: 5,))");
        assert_eq!(changed.origin(6), (4, true));
        assert_eq!(changed.origin(changed.text.find('3').unwrap()), (15, false));
        assert_eq!(changed.origin(changed.text.find("e:").unwrap()), (27, true));
        assert_eq!(changed.origin(changed.text.len() - 1).0, 28);
    }

    #[test]
    fn a_larger_change_takes_the_place_of_those_inside_it() {
        let text = "(a: (b: 1, c: 2), d: 3)";
        let (outline, _) = Outline::read("f", text);
        let mut edits = Edits::default();
        assert!(edits.remove(&outline, outline.follow("a.b").unwrap().0));
        assert!(edits.remove(&outline, outline.follow("a").unwrap().0));
        assert_eq!(edits.applied(text).text, "( d: 3)");
        assert!(edits.remove(&outline, outline.follow("d").unwrap().0));
        assert!(!edits.remove(&outline, 0));
    }
}
