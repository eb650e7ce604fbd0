//! Compares a document with the fields that the API server has for its kind.

use std::collections::BTreeMap;

use super::{FIELDS, Field, Kind, Shape};
use crate::engine::nearest;
use crate::manifest::cursor::At;
use crate::manifest::parts::Document;
use crate::manifest::tree::Value;

/// The most places that are named for a field that stands elsewhere.
const PLACES: usize = 2;

/// Says what the API server refuses in a document whose kind is known, or the schema of the programs that take it. A field that it does not know
/// counts as read, since it has no effect (Kubernetes, "API Concepts", field validation: `Strict`, which `kubectl apply` asks for since 1.27, refuses
/// the request; `Warn` and `Ignore` drop the field).
pub(in crate::manifest) fn check(document: &Document<'_>) {
    let kinds: Vec<&Kind> = FIELDS.kinds.iter().filter(|kind| is_of(document, kind)).collect();
    let Some(known) = kinds.first() else { return };
    let group = known.group;
    let version = document.version();
    let is_served = |kind: &&&Kind| document.kind.is_empty() || kind.versions.contains(&version.as_str());
    let Some(kind) = kinds.iter().find(is_served) else {
        if let Some(at) = document.at.get("apiVersion") {
            let all: Vec<&str> = kinds.iter().flat_map(|kind| kind.versions.iter().copied()).collect();
            let of = if group.is_empty() { version.clone() } else { format!("{group}/{version}") };
            let kind = known.names.join(" or ");
            let all = all.join(" or ");
            match known.schema {
                None => {
                    at.refused_by_api(format!("it has no {kind} of the version `{of}`; allowed is {all}"))
                }
                Some(whose) => at.not_applied(format!(
                    "{whose} has no {kind} of the version `{of}`; it is read as that of {group}/{all}"
                )),
            }
        }
        return;
    };
    let walk = Walk { kind, places: std::cell::OnceCell::new() };
    let mut at_top: Vec<&str> = kind.fields.iter().map(|of| of.name).collect();
    for field in &kind.fields {
        match document.at.get(field.name) {
            Some(at) => walk.value(&at, &field.shape),
            None if field.needed => walk.missing(&document.at, field.name),
            None => {}
        }
    }
    if !document.kind.is_empty() {
        at_top.extend(["apiVersion", "kind", "metadata", "status"]);
    }
    if kind.schema.is_none() {
        match document.at.get("metadata") {
            Some(metadata) => {
                walk.fields(&metadata, FIELDS.part("metadata"));
                name(&metadata);
            }
            None => walk.missing(&document.at, "metadata"),
        }
    }
    for (name, at) in document.at.entries() {
        if !at_top.contains(&name) {
            walk.unknown(&at, name, &at_top);
        }
    }
}

/// Whether a document is of this kind; one without `kind` is known by a field at its top.
fn is_of(document: &Document<'_>, kind: &Kind) -> bool {
    if document.kind.is_empty() {
        let signs = kind.names.iter().filter_map(|name| name.strip_prefix('.'));
        return signs.into_iter().any(|sign| document.at.get(sign).is_some());
    }
    kind.names.contains(&document.kind.as_str()) && document.group.as_deref() == Some(kind.group)
}

/// What the name of an object may be.
const PLAIN_NAME: &str = "a name of small letters, digits, `-` and `.`";

/// Says what is wrong with the name of an object (Kubernetes, "Object Names and IDs": a DNS subdomain of RFC 1123).
fn name(metadata: &At<'_>) {
    let Some(at) = metadata.get("name") else {
        if metadata.get("generateName").is_none() {
            metadata.refused_by_api("`name` is missing");
        }
        return;
    };
    let Value::Text(text) = &at.node.value else { return };
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let sound = (1..=253).contains(&text.len())
        && text.chars().all(|c| is_plain(c) || c == '-' || c == '.')
        && text.starts_with(is_plain)
        && text.ends_with(is_plain);
    if !sound {
        at.refused_by_api(format!("found {}; allowed is {PLAIN_NAME}", at.node.shown()));
    }
}

/// A walk through a document.
struct Walk {
    kind: &'static Kind,
    /// Where the kind has each field, by its name.
    places: std::cell::OnceCell<BTreeMap<&'static str, Vec<String>>>,
}

impl Walk {
    fn value(&self, at: &At<'_>, shape: &Shape) {
        let value = &at.node.value;
        if matches!(value, Value::Null) {
            return;
        }
        let whole = matches!(value, Value::Number(number) if number.fract() == 0.0);
        let allowed = match (shape, value) {
            (Shape::Anything, _)
            | (Shape::Number, Value::Number(_))
            | (Shape::Flag, Value::Bool(_))
            | (Shape::WholeOrText, Value::Text(_)) => return,
            (Shape::Whole | Shape::WholeOrText, _) if whole => return,
            (Shape::Text(choices), Value::Text(text)) => {
                if choices.is_empty() || choices.contains(&text.as_str()) || text.contains("{{") {
                    return;
                }
                choices.iter().filter(|choice| !choice.is_empty()).copied().collect::<Vec<_>>().join(", ")
            }
            (Shape::List(inner) | Shape::Each(inner), Value::List(_)) => {
                return at.list().iter().for_each(|item| self.value(item, inner));
            }
            (Shape::Names(inner) | Shape::Each(inner), Value::Map(_)) => {
                return at.entries().iter().for_each(|(_, of)| self.value(of, inner));
            }
            (Shape::Fields(fields), Value::Map(_)) => return self.fields(at, fields),
            (Shape::Part(name), Value::Map(_)) => return self.fields(at, FIELDS.part(name)),
            (Shape::Whole, _) => "a whole number".to_owned(),
            (Shape::WholeOrText, _) => "a whole number or text".to_owned(),
            (Shape::Number, _) => "a number".to_owned(),
            (Shape::Flag, _) => "true or false".to_owned(),
            (Shape::Text(_), Value::Number(_) | Value::Bool(_)) => "text, which stands in quotes".to_owned(),
            (Shape::Text(_), _) => "text".to_owned(),
            (Shape::List(_), _) => "a list".to_owned(),
            (Shape::Each(_), _) => "a list or a mapping".to_owned(),
            (Shape::Names(_) | Shape::Fields(_) | Shape::Part(_), _) => "a mapping".to_owned(),
        };
        self.refuse(at, format!("found {}; allowed is {allowed}", at.node.shown()));
    }

    fn fields(&self, at: &At<'_>, fields: &[Field]) {
        let open = fields.iter().any(|field| field.name == "*");
        let entries = at.entries();
        for (name, of) in &entries {
            match fields.iter().find(|field| field.name == *name) {
                Some(field) => self.value(of, &field.shape),
                None if open => {}
                None => self.unknown(of, name, &fields.iter().map(|field| field.name).collect::<Vec<_>>()),
            }
        }
        for field in fields.iter().filter(|field| field.needed) {
            if !entries.iter().any(|(name, of)| *name == field.name && !matches!(of.node.value, Value::Null))
            {
                self.missing(at, field.name);
            }
        }
    }

    fn missing(&self, at: &At<'_>, name: &str) {
        self.refuse(at, format!("`{name}` is missing"));
    }

    fn refuse(&self, at: &At<'_>, why: String) {
        match self.kind.schema {
            None => at.refused_by_api(why),
            Some(whose) => at.not_applied(format!("{whose}'s schema refuses it: {why}")),
        }
    }

    fn unknown(&self, at: &At<'_>, name: &str, known: &[&str]) {
        at.node.read_all();
        let places = self.places.get_or_init(|| places(self.kind));
        let hint = match (nearest(name, known.iter().copied()), places.get(name)) {
            (Some(near), _) => format!("; did you mean `{near}`?"),
            (None, Some(places)) if places.len() <= PLACES => {
                format!("; there is a field of this name in `{}`", places.join("` and in `"))
            }
            _ => String::new(),
        };
        if let Some(whose) = self.kind.schema {
            at.not_applied(format!(
                "{whose}'s schema has no field `{name}` here, and it has no effect{hint}"
            ));
            return;
        }
        at.not_applied(format!(
            "the API server has no field `{name}` here: it refuses the file where it is strict, as it is for `kubectl apply`, and drops the \
             field otherwise{hint}"
        ));
    }
}

/// Where a kind has each field: the paths of the mappings that hold it.
fn places(kind: &'static Kind) -> BTreeMap<&'static str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    FIELDS.walk(&kind.fields, "", &mut |field, path| {
        let known = found.entry(field.name).or_default();
        if !path.is_empty() && known.len() <= PLACES {
            known.push(path.to_owned());
        }
    });
    found.retain(|_, places| !places.is_empty());
    found
}
