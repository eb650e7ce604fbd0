//! Reads a tree by names. Every value that is read is marked, and every value that does not fit is reported with its place.

use std::cell::RefCell;
use std::rc::Rc;

use super::finding::{Finding, IGNORED, Kind, NOT_SUPPORTED, REFUSED_BY_API, REFUSED_UPSTREAM, is_ignored};
use super::quantity;
use super::tree::{Node, Value};
use crate::engine::{Amount, Span, is_hidden};
use crate::library::{MAX_PROBLEMS, MAX_TEXT_BYTES, Problem, Source};
use crate::scenario::Severity;

/// The findings and problems of a file so far.
#[derive(Debug, Default)]
pub struct Said {
    /// Fields that did not become part of the plan as they are.
    pub findings: Vec<Finding>,
    /// Values that are not what their field allows.
    pub problems: Vec<(u32, u32, String, String)>,
}

/// The log that all cursors of a file share.
pub type Log = Rc<RefCell<Said>>;

/// A cursor: a value of the tree, its path, and the log.
#[derive(Clone, Debug)]
pub struct At<'a> {
    /// The value.
    pub node: &'a Node,
    /// Its path from the top of its document.
    pub path: String,
    log: Log,
}

impl<'a> At<'a> {
    /// The top of a document, called `path` in messages.
    pub fn top(node: &'a Node, path: impl Into<String>, log: &Log) -> Self {
        Self { node, path: path.into(), log: Rc::clone(log) }
    }

    fn below(&self, node: &'a Node, part: &str) -> Self {
        Self { node, path: format!("{}{part}", self.path), log: Rc::clone(&self.log) }
    }

    /// The entry `key`; `None` when it is missing or empty.
    pub fn get(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let (_, node) = entries.iter().find(|(name, _)| name == key)?;
        if matches!(node.value, Value::Null) {
            node.read.set(true);
            return None;
        }
        Some(self.below(node, &format!(".{key}")))
    }

    /// The entry at `keys`, one below the other.
    pub fn dig(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |at, key| at.get(key))
    }

    /// The items of the list at `key`; empty when there is no list.
    pub fn items(&self, key: &str) -> Vec<Self> {
        let Some(at) = self.get(key) else { return Vec::new() };
        let Value::List(items) = &at.node.value else {
            at.wrong("a list");
            return Vec::new();
        };
        if items.is_empty() {
            at.node.read.set(true);
        }
        at.list()
    }

    /// The items of a list, none of them marked.
    pub fn list(&self) -> Vec<Self> {
        let Value::List(items) = &self.node.value else { return Vec::new() };
        items.iter().enumerate().map(|(index, node)| self.below(node, &format!("[{index}]"))).collect()
    }

    /// The entries of a mapping, in the order of the file.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let Value::Map(entries) = &self.node.value else { return Vec::new() };
        entries.iter().map(|(key, node)| (key.as_str(), self.below(node, &format!(".{key}")))).collect()
    }

    /// Marks the value itself as read, for example an empty mapping whose presence has a meaning.
    pub fn mark(&self) {
        self.node.read.set(true);
    }

    /// The text at `key`; numbers and booleans are read as text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_text()
    }

    /// This value as text.
    pub fn as_text(&self) -> Option<String> {
        self.mark();
        match &self.node.value {
            Value::Text(text) => Some(self.kept(text)),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => {
                self.wrong("text");
                None
            }
        }
    }

    /// `text` as a plan may hold it: without hidden characters, and no longer than a text of a file may be. What is changed is noted.
    fn kept(&self, text: &str) -> String {
        let stays = |c: char| !is_hidden(c) || matches!(c, '\n' | '\t' | '\r');
        let mut kept: String = text.chars().filter(|c| stays(*c)).collect();
        if kept.len() < text.len() {
            self.note("it holds characters that cannot be seen; they are left out");
        }
        if kept.len() > MAX_TEXT_BYTES {
            kept.truncate(kept.floor_char_boundary(MAX_TEXT_BYTES));
            self.note(format!("only its first {MAX_TEXT_BYTES} bytes are read"));
        }
        kept
    }

    /// The number at `key`, also when it stands in quotes.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.as_number()
    }

    /// This value as a number, also when it stands in quotes.
    pub fn as_number(&self) -> Option<f64> {
        self.mark();
        let number = match &self.node.value {
            Value::Number(number) => Some(*number),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let finite = number.filter(|number: &f64| number.is_finite());
        if finite.is_none() {
            self.wrong("a number");
        }
        finite
    }

    /// The whole number at `key`.
    pub fn whole(&self, key: &str) -> Option<u32> {
        let at = self.get(key)?;
        let number = at.as_number()?;
        if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) {
            return Some(number as u32);
        }
        at.wrong("a whole number, 0 or more");
        None
    }

    /// `true` or `false` at `key`.
    pub fn flag(&self, key: &str) -> Option<bool> {
        let at = self.get(key)?;
        at.mark();
        match &at.node.value {
            Value::Bool(value) => Some(*value),
            _ => {
                at.wrong("true or false");
                None
            }
        }
    }

    /// The duration at `key`: seconds, or text such as `90s` or `1h30m`.
    pub fn span(&self, key: &str) -> Option<Span> {
        let at = self.get(key)?;
        let span = quantity::span(&at.as_text()?);
        if span.is_none() {
            at.wrong("seconds, or a duration such as \"90s\" or \"1h30m\"");
        }
        span
    }

    /// The number of instances at `key`: `3` or `25%`.
    pub fn amount(&self, key: &str) -> Option<Amount> {
        let at = self.get(key)?;
        let amount = quantity::amount(&at.as_text()?);
        if amount.is_none() {
            at.wrong("a whole number, or a percentage such as \"25%\"");
        }
        amount
    }

    /// Reports a problem: the value is not one of those allowed here.
    pub fn wrong(&self, allowed: &str) {
        self.node.read_all();
        let found = self.node.shown();
        let variable =
            matches!(&self.node.value, Value::Text(text) if text.contains("${") || text.contains("$("));
        let hint =
            if variable { "; fill in the variable before (`envsubst`, `kustomize build`)" } else { "" };
        let message = format!("{}: found {found}; allowed is {allowed}{hint}", self.path);
        self.log.borrow_mut().problems.push((self.node.line, self.node.column, self.path.clone(), message));
    }

    /// Reports a problem with this value, in these words.
    pub fn problem(&self, message: String) {
        self.node.read_all();
        let place = (self.node.line, self.node.column);
        self.log.borrow_mut().problems.push((place.0, place.1, self.path.clone(), message));
    }

    fn say(&self, kind: Kind, message: String) {
        let finding = Finding {
            line: self.node.line,
            column: self.node.column,
            path: self.path.clone(),
            kind,
            message,
        };
        self.log.borrow_mut().findings.push(finding);
    }

    /// Reports that a plan cannot express this value, and why. Everything below it counts as read.
    pub fn refuse(&self, why: impl AsRef<str>) {
        self.node.read_all();
        self.say(Kind::NotSupported, format!("{NOT_SUPPORTED}: {}", why.as_ref()));
    }

    /// Reports that a plan cannot express the entry `key`, and why.
    pub fn refuse_at(&self, key: &str, why: &str) {
        if let Some(at) = self.get(key) {
            at.refuse(why);
        }
    }

    /// Reports that a plan cannot express a part of this value, of which the rest is read.
    pub fn not_applied(&self, what: impl AsRef<str>) {
        self.say(Kind::NotSupported, format!("{NOT_SUPPORTED}: {}", what.as_ref()));
    }

    /// Reports that the API server refuses the file for this value, and why.
    pub fn refused_by_api(&self, why: impl AsRef<str>) {
        self.not_applied(format!("{REFUSED_BY_API}: {}", why.as_ref()));
    }

    /// Reports that the controller refuses the file for this value, and why.
    pub fn refused_upstream(&self, why: impl AsRef<str>) {
        self.not_applied(format!("{REFUSED_UPSTREAM}: {}", why.as_ref()));
    }

    /// Reports that this value has no meaning here, and why. Everything below it counts as read.
    pub fn ignore(&self, why: &str) {
        self.node.read_all();
        self.say(Kind::Ignored, format!("{IGNORED}: {why}"));
    }

    /// Notes how the value was read.
    pub fn note(&self, message: impl Into<String>) {
        self.say(Kind::Noted, message.into());
    }

    /// Lists every value below that was not read. Of nested unread values only the topmost is listed.
    pub fn list_unread(&self) {
        if is_ignored(&self.path) && !self.node.any_read() {
            self.node.read_all();
            self.say(Kind::Ignored, IGNORED.to_owned());
            return;
        }
        if !self.node.any_read() {
            self.node.read_all();
            self.say(Kind::NotSupported, NOT_SUPPORTED.to_owned());
            return;
        }
        match &self.node.value {
            Value::Map(_) => self.entries().iter().for_each(|(_, at)| at.list_unread()),
            Value::List(_) => self.list().iter().for_each(Self::list_unread),
            _ => {}
        }
    }
}

/// The problems so far, with their places in the file.
pub fn placed(said: &Said, source: &Source) -> Vec<Problem> {
    let mut starts = vec![0];
    starts.extend(source.text().match_indices('\n').map(|(at, _)| at + 1));
    let place = |(line, column, path, message): &(u32, u32, String, String)| {
        let start = starts.get((*line as usize).saturating_sub(1)).copied().unwrap_or_default();
        let rest = &source.text()[start..];
        let inside = rest.char_indices().nth((*column as usize).saturating_sub(1)).map_or(0, |(at, _)| at);
        source.problem(start + inside, path.clone(), "wrong-value", message.clone(), Severity::Error)
    };
    said.problems.iter().take(MAX_PROBLEMS).map(place).collect()
}
