//! The shape of a file without its meaning: which bytes hold which field. It gives every field path its place.

use super::grammar;
use super::lexer::Flaw;
use super::problem::{Problem, Source};
use crate::scenario::{Issue, Severity};

/// What stands at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Letter,
    /// A bare word: a variant without content, `true`, `None`.
    Name,
    /// Round brackets, with or without a name before them.
    Round,
    List,
    Map,
    /// No value where one was due.
    Nothing,
}

/// A value and the bytes it covers, from its name or opening bracket to its end.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub shape: Shape,
    /// The word before round brackets, or the bare word.
    pub name: Option<String>,
    /// The content of a text.
    pub content: Option<String>,
    pub start: usize,
    pub end: usize,
    /// The node it is in, and which of its items it is.
    pub parent: Option<(usize, usize)>,
    pub items: Vec<Item>,
}

/// One item inside brackets: its key, if it has one, and its value.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub key: Option<Key>,
    pub node: usize,
    /// From the key to the end of the value, or past the comma after it.
    pub start: usize,
    pub end: usize,
    pub has_comma: bool,
}

/// A field's name, or the key of a map as it would print.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub text: String,
    pub start: usize,
    pub end: usize,
}

/// The outline of one file. Node 0 is the whole value, unless the file holds none.
#[derive(Clone, Debug)]
pub struct Outline {
    source: Source,
    pub(super) nodes: Vec<Node>,
}

/// What reading the outline found beside it.
pub(super) struct Findings {
    pub flaws: Vec<Flaw>,
    /// Items (node, item) that are left out when reading on: repeated fields and keys.
    pub dropped: Vec<(usize, usize)>,
    /// True when reading on makes no sense.
    pub fatal: bool,
}

impl Outline {
    pub(super) fn read(file: &str, text: &str) -> (Self, Findings) {
        let (nodes, findings) = grammar::outline(text);
        (Self { source: Source::new(file, text), nodes }, findings)
    }

    /// The file it is the outline of.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Line, column (both from 1) and text of the line where the field at `path` begins, such as
    /// `releases[2].defects[0].effect`. Where a file leaves a field out, the place of what would hold it.
    /// Names of variants may stand in the path or be left out. `None` only for a file without a value.
    pub fn locate(&self, path: &str) -> Option<(u32, u32, &str)> {
        self.offset_of(path).map(|offset| self.source.place(offset))
    }

    /// A problem with the field at `path`, placed as by [`Outline::locate`].
    pub fn problem(
        &self,
        path: &str,
        code: &'static str,
        message: impl Into<String>,
        severity: Severity,
    ) -> Problem {
        self.source.problem(self.offset_of(path).unwrap_or(0), path, code, message, severity)
    }

    /// An issue of the file's meaning, placed as by [`Outline::locate`].
    pub fn problem_of(&self, issue: &Issue) -> Problem {
        self.problem(&issue.path, issue.code, issue.message.clone(), issue.severity)
    }

    fn offset_of(&self, path: &str) -> Option<usize> {
        self.follow(path).map(|(node, _)| self.nodes[node].start)
    }

    /// The node furthest along `path`, and what of the path is left.
    pub(super) fn follow<'p>(&self, path: &'p str) -> Option<(usize, &'p str)> {
        let mut node = 0;
        let mut rest = path;
        self.nodes.first()?;
        while !rest.is_empty() {
            let plain = rest.strip_prefix('.').unwrap_or(rest);
            let Some((next, tail)) = self.index_step(node, plain).or_else(|| self.key_step(node, plain))
            else {
                break;
            };
            (node, rest) = (next, tail);
        }
        Some((node, rest))
    }

    fn index_step<'p>(&self, node: usize, path: &'p str) -> Option<(usize, &'p str)> {
        let (index, tail) = path.strip_prefix('[')?.split_once(']')?;
        Some((self.element(node, index.parse().ok()?)?, tail))
    }

    fn key_step<'p>(&self, node: usize, path: &'p str) -> Option<(usize, &'p str)> {
        let after = |name: &str| {
            let tail = path.strip_prefix(name)?;
            (tail.is_empty() || tail.starts_with(['.', '['])).then_some(tail)
        };
        let keyed = |holder: usize| {
            let items = self.nodes[holder].items.iter();
            let found = items.filter_map(|item| Some((item, after(&item.key.as_ref()?.text)?)));
            found.min_by_key(|(_, tail)| tail.len()).map(|(item, tail)| (item.node, tail))
        };
        if let Some(found) = keyed(node) {
            return Some(found);
        }
        if let Some(tail) = self.nodes[node].name.as_deref().and_then(after) {
            return Some((node, tail));
        }
        keyed(self.unwrapped(node))
    }

    /// Element `index` of a list or tuple, looking through a wrapper around the only one.
    pub(super) fn element(&self, node: usize, index: usize) -> Option<usize> {
        let inner = self.unwrapped(node);
        let brackets = matches!(self.nodes[inner].shape, Shape::List | Shape::Map | Shape::Round);
        let holder = if brackets { inner } else { node };
        self.nodes[holder].items.get(index).map(|item| item.node)
    }

    /// What round brackets around a single unnamed value hold, however many of them there are; else the node itself.
    pub(super) fn unwrapped(&self, mut node: usize) -> usize {
        while let Node { shape: Shape::Round, items, .. } = &self.nodes[node] {
            match items.as_slice() {
                [Item { key: None, node: inner, .. }] => node = *inner,
                _ => break,
            }
        }
        node
    }

    /// The field path of a node, as its author wrote the file: keys and indices, no variant names.
    pub(super) fn path_of(&self, mut node: usize) -> String {
        let mut parts = Vec::new();
        while let Some((parent, index)) = self.nodes[node].parent {
            let holder = &self.nodes[parent];
            match &holder.items[index].key {
                Some(key) => parts.push(format!(".{}", key.text)),
                None if holder.shape == Shape::Round && holder.items.len() == 1 => {}
                None => parts.push(format!("[{index}]")),
            }
            node = parent;
        }
        let path: String = parts.into_iter().rev().collect();
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }

    /// True when `node` is `outer` or in it.
    pub(super) fn is_within(&self, mut node: usize, outer: usize) -> bool {
        while node != outer {
            match self.nodes[node].parent {
                Some((parent, _)) => node = parent,
                None => return false,
            }
        }
        true
    }

    /// The innermost node over the byte `offset`.
    pub(super) fn node_at(&self, offset: usize) -> Option<usize> {
        let over = |node: &Node| node.start <= offset && offset < node.end;
        let found = self.nodes.iter().enumerate().filter(|(_, node)| over(node));
        found.min_by_key(|(_, node)| node.end - node.start).map(|(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"// A comment.
Exercise(
    releases: [
        (name: "v1"),
        (name: "v2", defects: [
            (trigger: Always, effect: Errors(share: "2%")),
        ]),
    ],
    costs: { "a b": 1, "c.d": 2 },
    strategy: Canary((steps: [Weight(5), Split(1, "x")])),
    allow: [Strategy([Canary, Flag])],
    maybe: Some(3),
)
"#;

    fn outline() -> Outline {
        let (outline, findings) = Outline::read("f.ron", FILE);
        assert!(findings.flaws.is_empty(), "{:?}", findings.flaws);
        outline
    }

    #[test]
    fn a_path_leads_to_its_value() {
        let outline = outline();
        let place = |path: &str| outline.locate(path).map(|(line, column, _)| (line, column)).unwrap();
        assert_eq!(place(""), (2, 1));
        assert_eq!(place("releases[0].name"), (4, 16));
        assert_eq!(place("releases[1].defects[0].effect"), (6, 39));
        assert_eq!(place("releases[1].defects[0].effect.share"), (6, 53));
        assert_eq!(place("costs.a b"), (9, 21));
        assert_eq!(place("costs.c.d"), (9, 31));
        assert_eq!(place("allow[0][1]"), (11, 31));
        assert_eq!(place("allow[0].Strategy[1]"), (11, 31));
        assert_eq!(place("strategy.steps[1]"), (10, 42));
        assert_eq!(place("strategy.Canary.steps[1].Split[1]"), (10, 51));
    }

    #[test]
    fn what_is_left_out_is_placed_where_it_would_stand() {
        let outline = outline();
        let (line, column, source) = outline.locate("releases[1].defects[0].rate").unwrap();
        assert_eq!((line, column), (6, 13));
        assert!(source.trim().starts_with("(trigger"));
        assert_eq!(outline.locate("nothing.like[3].this").unwrap().0, 2);
    }

    #[test]
    fn a_node_knows_its_path() {
        let outline = outline();
        for path in ["releases[1].defects[0].effect.share", "strategy.steps[1][1]", "costs.a b"] {
            let (node, rest) = outline.follow(path).unwrap();
            assert_eq!((outline.path_of(node).as_str(), rest), (path, ""));
        }
    }
}
