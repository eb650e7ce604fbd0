//! Defaults, as files write them.

use serde_json::{Map, Value};

use super::kind::{Kind, reference};

type Types = Map<String, Value>;

/// `value`, which is of `kind`: a quantity without its quotes, all else as RON. A group shows the fields that differ from its
/// own defaults.
pub(super) fn shown(value: &Value, kind: &Kind, types: &Types) -> String {
    match (value, kind) {
        (
            Value::String(text),
            Kind::Span | Kind::Time | Kind::Share | Kind::Rate | Kind::Amount | Kind::Level,
        ) => text.clone(),
        _ => ron(value, kind, types),
    }
}

fn ron(value: &Value, kind: &Kind, types: &Types) -> String {
    match (value, kind) {
        (Value::Null, _) => "none".to_owned(),
        (_, Kind::Maybe(inner)) => ron(value, inner, types),
        (Value::String(choice), Kind::Choice(_)) => choice.clone(),
        (Value::Array(items), Kind::List(inner)) => {
            format!("[{}]", joined(items.iter().map(|item| ron(item, inner, types))))
        }
        (Value::Array(items), Kind::Tuple(parts)) => {
            format!("({})", joined(items.iter().zip(parts).map(|(item, part)| ron(item, part, types))))
        }
        (Value::Object(entries), Kind::Map(inner)) => {
            let entries = entries.iter().map(|(key, value)| format!("{key:?}: {}", ron(value, inner, types)));
            format!("{{{}}}", joined(entries))
        }
        (Value::Object(fields), Kind::Group(of)) => group(fields, &types[of], types),
        (Value::Object(only), Kind::Choice(of)) => {
            joined(only.iter().map(|(name, content)| choice(name, content, &types[of], types)))
        }
        _ => value.to_string(),
    }
}

/// The choice `name` of the type that `schema` describes, with its content.
fn choice(name: &str, content: &Value, schema: &Value, types: &Types) -> String {
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    let described = choices.filter_map(|choice| choice["properties"].get(name)).next();
    let described = described.unwrap_or(&Value::Null);
    let inner = match content {
        Value::Object(fields) if reference(described).is_none() => group(fields, described, types),
        _ => ron(content, &Kind::of(described, types), types),
    };
    if inner.starts_with('(') { format!("{name}{inner}") } else { format!("{name}({inner})") }
}

fn group(fields: &Map<String, Value>, schema: &Value, types: &Types) -> String {
    let differs = |(name, value): &(&String, &Value)| {
        schema["properties"][name.as_str()].get("default") != Some(*value)
    };
    let fields = fields.iter().filter(differs).map(|(name, value)| {
        let kind = Kind::of(&schema["properties"][name.as_str()], types);
        format!("{name}: {}", ron(value, &kind, types))
    });
    format!("({})", joined(fields))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
