//! The sentences: what was found, what is allowed, what to do.

use super::excerpt::{listed, shortened};
use super::outline::{Node, Outline, Shape};
use super::reader::{Complaint, Expected, Slip};
use crate::engine::nearest;

/// What stands at a node, for "found ...".
pub(super) fn found(outline: &Outline, node: usize) -> String {
    let Node { shape, name, content, start, end, .. } = &outline.nodes[node];
    let written = || shortened(&outline.source().text()[*start..*end]);
    match shape {
        Shape::Text => format!("the text \"{}\"", shortened(content.as_deref().unwrap_or(""))),
        Shape::Number => format!("the number {}", written()),
        Shape::Letter => format!("the character {}", written()),
        Shape::Name => written().to_owned(),
        Shape::Round => name.as_ref().map_or("round brackets, (...)".into(), |name| format!("{name}(...)")),
        Shape::List => "a list, [...]".into(),
        Shape::Map => "a map, {...}".into(),
        Shape::Nothing => "nothing".into(),
    }
}

/// Where fields belong, for "in ...": the name before the brackets, else the path, else the file.
fn holder(outline: &Outline, node: usize) -> String {
    let path = outline.path_of(node);
    match &outline.nodes[node].name {
        Some(name) if name != "Some" => shortened(name).to_owned(),
        _ if path.is_empty() => "this file".into(),
        _ => path,
    }
}

/// A problem in words: where it is (a byte offset), its field, its code and its message.
pub(super) struct Worded {
    pub offset: usize,
    pub field: String,
    pub code: &'static str,
    pub message: String,
}

/// Puts what is wrong into words.
pub(super) fn worded(outline: &Outline, slip: &Slip) -> Worded {
    let id = slip.node;
    let node = &outline.nodes[id];
    let path = outline.path_of(id);
    let inner = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
    let key = slip.item.and_then(|item| node.items[item].key.as_ref());
    let key_text = key.map_or("", |key| &key.text);
    let name = node.name.as_deref().map_or("this", shortened);
    let (code, message) = match &slip.complaint {
        Complaint::WrongType(expected) => ("wrong-type", wrong(outline, id, expected)),
        Complaint::UnknownName(names) => {
            ("unknown-variant", unknown_name(if key.is_some() { key_text } else { name }, names))
        }
        Complaint::UnknownField(fields) => {
            ("unknown-field", unknown_field(key_text, &holder(outline, id), fields))
        }
        Complaint::MissingField { field, expected } => {
            let said = expected.as_ref().map_or("its value".to_owned(), Expected::said);
            let holder = holder(outline, id);
            let message = format!("missing field \"{field}\" in {holder}; write {field}: followed by {said}");
            return Worded { offset: node.start, field: inner(field), code: "missing-field", message };
        }
        Complaint::TakesNothing => ("wrong-type", format!("{name} takes nothing in brackets; write {name}")),
        Complaint::NeedsContent => {
            ("wrong-type", format!("{name} needs its content in round brackets; write {name}(...)"))
        }
        Complaint::NeedsValue => {
            ("wrong-type", format!("{name} needs a value in its brackets; write {name}(...)"))
        }
        Complaint::Unnamed => ("wrong-type", unnamed(name, key_text)),
        Complaint::NoName => {
            let seen = found(outline, id);
            let message =
                format!("found {seen} where a name should be; write the field's name and a colon before it");
            ("wrong-type", message)
        }
        Complaint::BracketsTwice => {
            let outer =
                node.parent.and_then(|(holder, _)| outline.nodes[holder].name.as_deref()).unwrap_or("");
            ("wrong-type", format!("one pair of round brackets is enough; write {outer}(...)"))
        }
        Complaint::TooMuch => {
            ("wrong-type", format!("{} is more than fits here; delete it", found(outline, id)))
        }
        Complaint::OutOfRange => ("bad-value", out_of_range(outline, id)),
        Complaint::BadEscape => {
            let message = "a backslash in a text begins a code such as \\n or \\\"; write \\\\ for the backslash itself";
            ("syntax", message.to_owned())
        }
        Complaint::KeyIsNoText => ("wrong-type", format!("a key here is a text; write \"{key_text}\"")),
        Complaint::KeyDoesNotFit => {
            ("wrong-type", format!("\"{}\" is not a key that fits here", shortened(key_text)))
        }
        Complaint::TooDeep => ("too-deep", "brackets inside brackets, too deep; make it flatter".to_owned()),
        Complaint::Length(expected, found) => ("wrong-type", length(node, expected, *found)),
        Complaint::Message(text) => ("bad-value", text.clone()),
    };
    let field = key.map_or_else(|| path.clone(), |key| inner(&key.text));
    Worded { offset: key.map_or(node.start, |key| key.start), field, code, message }
}

fn unnamed(name: &str, key: &str) -> String {
    match key {
        "" => format!("{name} holds a value without a name; write {name}(...) with the value alone"),
        key => format!("a value without a name is due here; delete \"{}:\"", shortened(key)),
    }
}

fn out_of_range(outline: &Outline, id: usize) -> String {
    let node = &outline.nodes[id];
    let is_negative = outline.source().text()[node.start..node.end].starts_with('-');
    let hint = if is_negative { "one from 0 on" } else { "a smaller one" };
    format!("{} is outside the range of this field; write {hint}", found(outline, id))
}

fn length(node: &Node, expected: &str, found: usize) -> String {
    let holder = node.name.as_ref().map_or("this".into(), |name| format!("{name}(...)"));
    let digits = |c: char| !c.is_ascii_digit();
    let wanted = expected.split(digits).find(|number| !number.is_empty());
    let values = |number: &str| if number == "1" { "1 value".into() } else { format!("{number} values") };
    let wanted = wanted.map_or(expected.to_owned(), values);
    format!("{holder} holds {wanted}; found {found}")
}

fn unknown_field(found: &str, holder: &str, fields: &[&str]) -> String {
    let found = shortened(found);
    match (nearest(found, fields.iter().copied()), fields) {
        (_, []) => format!("unknown field \"{found}\" in {holder}, which has no fields; delete it"),
        (Some(near), _) => {
            format!(
                "unknown field \"{found}\" in {holder}; did you mean \"{near}\"? (fields: {})",
                listed(fields)
            )
        }
        (None, _) => {
            format!(
                "unknown field \"{found}\" in {holder}; delete it, or use one of the fields {}",
                listed(fields)
            )
        }
    }
}

fn unknown_name(found: &str, names: &[&str]) -> String {
    let found = shortened(found);
    match nearest(found, names.iter().copied()) {
        Some(near) => {
            format!("unknown name \"{found}\"; did you mean \"{near}\"? (allowed: {})", listed(names))
        }
        None => format!("unknown name \"{found}\"; write one of {}", listed(names)),
    }
}

/// A value of the wrong kind.
fn wrong(outline: &Outline, id: usize, expected: &Expected) -> String {
    let Node { shape, name, content, parent, start, end, .. } = &outline.nodes[id];
    let content = content.as_deref().unwrap_or("");
    let wrapped = parent.map(|(holder, _)| &outline.nodes[holder]).filter(|holder| holder.items.len() == 1);
    if let (Shape::Round, None, Some(Node { shape: Shape::Round, name: Some(outer), .. })) =
        (shape, name, wrapped)
    {
        return format!("one pair of round brackets is enough; write {outer}(...)");
    }
    let hint = match (shape, expected) {
        (Shape::Text, Expected::Names(names)) if names.contains(&content) => {
            format!("; write {content} without quotes")
        }
        (Shape::Text, Expected::Number | Expected::Whole) if content.parse::<f64>().is_ok() => {
            format!("; write {content} without quotes")
        }
        (Shape::Text, Expected::Truth) if matches!(content, "true" | "false") => {
            format!("; write {content} without quotes")
        }
        (Shape::Number | Shape::Name, Expected::Text) => {
            format!("; write \"{}\"", shortened(&outline.source().text()[*start..*end]))
        }
        _ => String::new(),
    };
    format!("expected {}; found {}{hint}", expected.said(), found(outline, id))
}
