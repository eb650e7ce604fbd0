//! The values of a file by their paths, as its author wrote them.

use std::ops::Range;

use super::outline::{Node, Outline, Shape};
use super::problem::Problem;
use crate::scenario::Severity;

impl Outline {
    /// The outline of `text`, the content of `file`.
    ///
    /// # Errors
    /// The first thing wrong with how it is written; what it means is not looked at.
    pub fn of(file: &str, text: &str) -> Result<Self, Problem> {
        let (outline, findings) = Self::read(file, text);
        match findings.flaws.first() {
            Some(flaw) => {
                Err(outline.source().problem(flaw.at, "", flaw.code, flaw.message.clone(), Severity::Error))
            }
            None => Ok(outline),
        }
    }

    /// The bytes that hold the value at `path`; `None` where the file leaves it out.
    pub fn bytes(&self, path: &str) -> Option<Range<usize>> {
        self.at(path).map(|node| self.nodes[node].start..self.nodes[node].end)
    }

    /// The value at `path` as it is written; `None` where the file leaves it out.
    pub fn written(&self, path: &str) -> Option<&str> {
        self.bytes(path).map(|bytes| &self.source().text()[bytes])
    }

    /// The value at `path` as a form shows it: a text without its quotes, all else as written. Looks through `Some(...)`.
    pub fn plain(&self, path: &str) -> Option<&str> {
        let node = &self.nodes[self.value_at(path)?];
        node.content.as_deref().or_else(|| self.source().text().get(node.start..node.end))
    }

    /// The name that the value at `path` begins with: that of a choice, with or without content.
    pub fn choice(&self, path: &str) -> Option<&str> {
        self.nodes[self.value_at(path)?].name.as_deref()
    }

    /// The name of the only value that the choice at `path` holds, such as `Fisher` in `NotWorse(Fisher(...))`.
    pub fn choice_inside(&self, path: &str) -> Option<&str> {
        match self.nodes[self.value_at(path)?].items.as_slice() {
            [item] if item.key.is_none() => self.nodes[item.node].name.as_deref(),
            _ => None,
        }
    }

    /// How many items the list, tuple or map at `path` holds; `None` where there is none.
    pub fn items(&self, path: &str) -> Option<usize> {
        self.holder(path).map(|node| self.nodes[node].items.len())
    }

    /// The names of the fields or keys that the value at `path` holds.
    pub fn keys(&self, path: &str) -> Vec<&str> {
        let node = self.at(path).map(|node| self.unwrapped(node));
        let items = node.map(|node| self.nodes[node].items.iter()).unwrap_or_default();
        items.filter_map(|item| item.key.as_ref().map(|key| key.text.as_str())).collect()
    }

    /// The node that is exactly at `path`.
    pub(super) fn at(&self, path: &str) -> Option<usize> {
        self.follow(path).filter(|(_, rest)| rest.is_empty()).map(|(node, _)| node)
    }

    /// The node at `path`, without `Some(...)` around it.
    fn value_at(&self, path: &str) -> Option<usize> {
        let mut node = self.at(path)?;
        while let Node { shape: Shape::Round, items, name, .. } = &self.nodes[node]
            && name.as_deref().is_none_or(|name| name == "Some")
            && let [item] = items.as_slice()
            && item.key.is_none()
        {
            node = item.node;
        }
        Some(node)
    }

    /// The brackets that hold the elements of the value at `path`, through wrappers around them.
    pub(super) fn holder(&self, path: &str) -> Option<usize> {
        let node = self.at(path)?;
        let inner = self.unwrapped(node);
        let brackets =
            |node: usize| matches!(self.nodes[node].shape, Shape::List | Shape::Map | Shape::Round);
        [inner, node].into_iter().find(|node| brackets(*node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_is_written_and_as_a_form_shows_it() {
        let text =
            "(a: Some(\"x\\\"y\"), steps: Canary(steps: [Weight(\"5%\"), Approve]), n: 3, pair: (1, 2))";
        let outline = Outline::of("f", text).unwrap();
        assert_eq!((outline.written("a"), outline.plain("a")), (Some("Some(\"x\\\"y\")"), Some("x\"y")));
        assert_eq!(outline.choice("steps"), Some("Canary"));
        assert_eq!(outline.choice("steps.steps[0]"), Some("Weight"));
        assert_eq!(outline.plain("steps.steps[0][0]"), Some("5%"));
        assert_eq!(outline.items("steps.steps"), Some(2));
        assert_eq!(outline.items("pair"), Some(2));
        assert_eq!((outline.plain("n"), outline.plain("m")), (Some("3"), None));
        assert_eq!((outline.choice_inside("steps.steps[0]"), outline.choice_inside("a")), (None, None));
        let nested = Outline::of("f", "(pass: NotWorse(Fisher(alpha: 0.1)))").unwrap();
        assert_eq!(nested.choice_inside("pass"), Some("Fisher"));
        assert_eq!(nested.plain("pass.alpha"), Some("0.1"));
        assert_eq!(outline.keys(""), ["a", "steps", "n", "pair"]);
        assert_eq!(Outline::of("f", "(a: 1").unwrap_err().line, 1);
    }
}
