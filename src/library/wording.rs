//! The sentences: what was found, what is allowed, what to do.

use ron::error::Error;

use super::outline::{Node, Outline, Shape};
use super::probe::Expected;
use super::sites::{Fault, Site, is_leftover};
use crate::engine::nearest;

/// At most the first 40 characters.
pub(super) fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}

/// `a, b, c`.
pub(super) fn listed(names: &[&str]) -> String {
    names.join(", ")
}

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

/// Puts a fault into words; `expected` is what the place allows.
pub(super) fn worded(outline: &Outline, fault: &Fault, site: &Site, expected: &Expected) -> Worded {
    let node = &outline.nodes[site.node];
    let path = outline.path_of(site.node);
    let inner = |field: &str| if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
    let key = site.item.and_then(|item| node.items[item].key.as_ref());
    let at_key = key.map_or(node.start, |key| key.start);
    let field = key.map_or(path.clone(), |key| inner(&key.text));
    match &fault.error {
        Error::NoSuchStructField { expected: fields, found, .. } => {
            let message = unknown_field(found, &holder(outline, site.node), fields);
            Worded { offset: at_key, field: inner(found), code: "unknown-field", message }
        }
        Error::MissingStructField { field, .. } => {
            let said = expected.said().unwrap_or("its value".into());
            let holder = holder(outline, site.node);
            let message = format!("missing field \"{field}\" in {holder}; write {field}: followed by {said}");
            Worded { offset: node.start, field: inner(field), code: "missing-field", message }
        }
        Error::DuplicateStructField { field, .. } => {
            let message = format!("field \"{field}\" stands here twice; keep one of them");
            Worded { offset: node.start, field: inner(field), code: "duplicate-key", message }
        }
        Error::NoSuchEnumVariant { expected: names, found, .. } => {
            let message = unknown_name(found, names);
            Worded { offset: at_key, field, code: "unknown-variant", message }
        }
        Error::ExceededRecursionLimit => {
            let message = "brackets inside brackets, too deep; make it flatter".into();
            Worded { offset: node.start, field, code: "too-deep", message }
        }
        Error::Message(text) => Worded { offset: at_key, field, code: "bad-value", message: text.clone() },
        Error::InvalidEscape(_) => {
            let message = "a backslash in a text begins a code such as \\n or \\\"; write \\\\ for the backslash itself";
            Worded { offset: node.start, field, code: "syntax", message: message.into() }
        }
        Error::IntegerOutOfBounds => {
            let message = format!(
                "{} is outside the range of this field; write a smaller one",
                found(outline, site.node)
            );
            let negative = outline.source().text()[node.start..node.end].starts_with('-');
            let message = if negative { message.replace("a smaller one", "one from 0 on") } else { message };
            Worded { offset: node.start, field, code: "bad-value", message }
        }
        error if key.is_some() => {
            let message = match error {
                Error::ExpectedString => {
                    format!("a key here is a text; write \"{}\"", key.map_or("", |k| &k.text))
                }
                _ => format!("\"{}\" is not a key that fits here", key.map_or("", |k| shortened(&k.text))),
            };
            Worded { offset: at_key, field, code: "wrong-type", message }
        }
        error => Worded {
            offset: node.start,
            field,
            code: "wrong-type",
            message: wrong(outline, site.node, error, expected),
        },
    }
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
fn wrong(outline: &Outline, node: usize, error: &Error, expected: &Expected) -> String {
    let Node { shape, name, content, parent, items, .. } = &outline.nodes[node];
    let content = content.as_deref().unwrap_or("");
    if let Error::ExpectedDifferentLength { expected, found } = error {
        let holder = name.as_ref().map_or("this".into(), |name| format!("{name}(...)"));
        let digits = |c: char| !c.is_ascii_digit();
        let wanted = expected.split(digits).find(|number| !number.is_empty());
        let values = |number: &str| if number == "1" { "1 value".into() } else { format!("{number} values") };
        let wanted = wanted.map_or(expected.clone(), values);
        return format!("{holder} holds {wanted}; found {found}");
    }
    if let (Expected::Names(names), Some(name)) = (expected, name)
        && names.contains(&name.as_str())
    {
        return match shape {
            Shape::Round if items.is_empty() && !is_leftover(error) => {
                format!("{name} needs a value in its brackets; write {name}(...)")
            }
            Shape::Round => format!("{name} takes nothing in brackets; write {name}"),
            _ => format!("{name} needs its content in round brackets; write {name}(...)"),
        };
    }
    let wrapped = parent.map(|(holder, _)| &outline.nodes[holder]).filter(|holder| holder.items.len() == 1);
    if let (Shape::Round, None, Some(Node { shape: Shape::Round, name: Some(outer), .. })) =
        (shape, name, wrapped)
    {
        return format!("one pair of round brackets is enough; write {outer}(...)");
    }
    let seen = found(outline, node);
    if matches!(
        error,
        Error::ExpectedIdentifier | Error::InvalidIdentifier(_) | Error::SuggestRawIdentifier(_)
    ) && *expected == Expected::Unknown
    {
        return format!("found {seen} where a name should be; write the field's name and a colon before it");
    }
    let Some(said) = expected.said() else {
        return unexplained(&seen, error);
    };
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
            let node = &outline.nodes[node];
            format!("; write \"{}\"", shortened(&outline.source().text()[node.start..node.end]))
        }
        _ => String::new(),
    };
    format!("expected {said}; found {seen}{hint}")
}

/// What can be said when the place's type could not be found out.
fn unexplained(seen: &str, error: &Error) -> String {
    match error {
        Error::InvalidValueForType { expected, .. } => format!("expected {expected}; found {seen}"),
        Error::ExpectedDifferentStructName { expected, .. } => {
            format!("expected {expected}(...) or plain round brackets, (...); found {seen}")
        }
        error if is_leftover(error) => format!("{seen} is more than fits here; delete it"),
        error => {
            let text = error.to_string();
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_ascii_lowercase()).unwrap_or(' ');
            format!("{first}{}; found {seen}", letters.as_str())
        }
    }
}
