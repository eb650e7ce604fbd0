//! A YAML (or JSON) file as a tree in which every value knows its line and whether it has been read.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, Spanned};

use super::template;
use crate::library::{MAX_DEPTH, MAX_FILE_BYTES, Problem, Source, on_a_large_stack};
use crate::scenario::Severity;

/// A value with its place, and whether it has been read.
#[derive(Clone, Debug)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The value.
    pub value: Value,
    /// Whether the value has been read.
    pub read: Cell<bool>,
}

/// A value of YAML or JSON.
#[derive(Clone, Debug)]
pub enum Value {
    /// An empty value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Text, quoted or not.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, each entry under its key.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The kind of the value, for messages.
    pub const fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value as messages show it.
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Null | Value::List(_) | Value::Map(_) => self.kind().to_owned(),
        }
    }

    /// Whether it is `true`.
    pub const fn is_true(&self) -> bool {
        matches!(self.value, Value::Bool(true))
    }

    /// Whether this value or any below it has been read.
    pub fn any_read(&self) -> bool {
        self.read.get()
            || match &self.value {
                Value::List(items) => items.iter().any(Self::any_read),
                Value::Map(entries) => entries.iter().any(|(_, node)| node.any_read()),
                _ => false,
            }
    }

    /// Marks this value and all below it as read.
    pub fn read_all(&self) {
        self.read.set(true);
        match &self.value {
            Value::List(items) => items.iter().for_each(Self::read_all),
            Value::Map(entries) => entries.iter().for_each(|(_, node)| node.read_all()),
            _ => {}
        }
    }
}

/// The documents of a file, in order; empty ones are left out.
///
/// # Errors
/// The problem that keeps the file from being read, with its place: too large, nested too deeply, not YAML, a template.
pub fn documents(file: &str, text: &str) -> Result<Vec<Node>, Vec<Problem>> {
    if text.len() > MAX_FILE_BYTES {
        let message = format!(
            "the file has {} bytes; at most {MAX_FILE_BYTES} (256 KiB) are read; split it",
            text.len()
        );
        return Err(vec![Problem::of_file(file, "too-large", message)]);
    }
    let source = Source::new(file, text);
    if let Some(at) = template::unrendered(text) {
        let message = "this is a template that has not been rendered; render it first (`helm template`, \
                       `kustomize build`) and import what comes out";
        return Err(vec![source.problem(at, "", "unrendered-template", message, Severity::Error)]);
    }
    let read = on_a_large_stack(|| {
        let options = serde_saphyr::options! {
            budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, max_anchors: 256 },
            with_snippet: false,
        };
        let raw: Result<Vec<Spanned<Raw>>, Error> = serde_saphyr::from_multiple_with_options(text, options);
        match raw {
            Ok(raw) => Ok(raw.into_iter().map(placed).collect()),
            Err(error) => Err(vec![problem(&source, &error)]),
        }
    });
    read.unwrap_or_else(|| Err(vec![Problem::of_file(file, "cannot-read", "could not be read; try again")]))
}

fn problem(source: &Source, error: &Error) -> Problem {
    let text = error.to_string();
    let said = text.lines().next().unwrap_or_default();
    // The message leaves out the place, which the problem has, and the YAML reader's own settings.
    let said = said.split(" at line ").next().unwrap_or(said).split(", set ").next().unwrap_or(said);
    // What it would have its caller declare is nothing that an author can do.
    let said = match said.starts_with("cannot deserialize null") {
        true => "nothing stands where a name is due; write one before the colon",
        false => said,
    };
    let said: String = said.chars().take(200).collect();
    let message = format!("this YAML cannot be read: {said}");
    let Some(location) = error.location() else {
        return Problem::of_file(source.file(), "not-yaml", message);
    };
    let line = location.line() as usize;
    let start: usize = source.text().split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = source.text().get(start..).unwrap_or_default();
    let inside = rest.char_indices().nth((location.column() as usize).saturating_sub(1));
    let offset = start + inside.map_or(0, |(at, _)| at);
    if let Some(action) = rest.lines().next().and_then(template::unquoted) {
        let message = format!(
            "`{action}` stands without quotes, and YAML takes it for a mapping; put the whole value in quotes, as in \"{action}\""
        );
        return source.problem(offset, "", "not-yaml", message, Severity::Error);
    }
    source.problem(offset, "", "not-yaml", message, Severity::Error)
}

fn placed(raw: Spanned<Raw>) -> Node {
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number(value) => Value::Number(value),
        Raw::Text(value) => Value::Text(value),
        Raw::List(items) => Value::List(items.into_iter().map(placed).collect()),
        Raw::Map(entries) => Value::Map(entries.into_iter().map(entry).collect()),
    };
    Node {
        line: raw.referenced.line() as u32,
        column: raw.referenced.column() as u32,
        value,
        read: Cell::new(false),
    }
}

/// An entry has the place of its key, because people look for the key.
fn entry((key, value): (Spanned<String>, Spanned<Raw>)) -> (String, Node) {
    let mut node = placed(value);
    (node.line, node.column) = (key.referenced.line() as u32, key.referenced.column() as u32);
    (key.value, node)
}

/// A value as the YAML reader gives it.
enum Raw {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_its_line() {
        let nodes =
            documents("f", "a: 1\nb:\n  - x: \"2\"\n    y: {z: true}\n---\n---\n{\"c\": null}\n").unwrap();
        assert_eq!(nodes.len(), 2);
        let Value::Map(top) = &nodes[0].value else { panic!("{nodes:?}") };
        assert_eq!((top[0].0.as_str(), top[0].1.line), ("a", 1));
        let Value::List(items) = &top[1].1.value else { panic!("{top:?}") };
        let Value::Map(item) = &items[0].value else { panic!("{items:?}") };
        assert_eq!((item[0].0.as_str(), item[0].1.line, item[0].1.column), ("x", 3, 5));
        assert!(matches!(&item[0].1.value, Value::Text(text) if text == "2"));
        assert_eq!((item[1].0.as_str(), item[1].1.line), ("y", 4));
        let Value::Map(second) = &nodes[1].value else { panic!("{nodes:?}") };
        assert_eq!((second[0].0.as_str(), second[0].1.line), ("c", 7));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        for (text, code) in [
            ("a: [1,\n", "not-yaml"),
            ("a: 1\na: 2\n", "not-yaml"),
            ("a: *nowhere\n", "not-yaml"),
            (deep.as_str(), "not-yaml"),
            ("a: {{ .Values.a }}\n", "unrendered-template"),
        ] {
            let problems = documents("f.yaml", text).unwrap_err();
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(problems[0].code, code, "{problems:?}");
            assert!(problems[0].line > 0, "{problems:?}");
        }
        let large = "a".repeat(MAX_FILE_BYTES + 1);
        assert_eq!(documents("f.yaml", &large).unwrap_err()[0].code, "too-large");
    }

    #[test]
    fn aliases_that_grow_without_end_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let of = format!("*a{}, ", n - 1).repeat(10);
            text += &format!("a{n}: &a{n} [{of}]\n");
        }
        assert_eq!(documents("f", &text).unwrap_err()[0].code, "not-yaml");
    }
}
