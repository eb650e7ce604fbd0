//! The fields that an API server, or a schema, has for the kinds that are read (`assets/api/fields.txt`), and what it says of a document: fields
//! that it does not know, values of another type than a field has, and fields that are missing. Such a file is read all the same.

mod check;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(super) use check::check;

/// The fields of all kinds.
static FIELDS: LazyLock<Fields> = LazyLock::new(|| Fields::read(include_str!("../../assets/api/fields.txt")));

/// The fields of the kinds, and the parts that several share.
#[derive(Debug, Default)]
struct Fields {
    kinds: Vec<Kind>,
    parts: BTreeMap<&'static str, Vec<Field>>,
}

/// A kind of an API group.
#[derive(Debug)]
struct Kind {
    names: Vec<&'static str>,
    /// Its API group, empty for Kubernetes' core.
    group: &'static str,
    /// The versions that an API server of today has.
    versions: Vec<&'static str>,
    /// Whose schema it is, where no API server takes such a document.
    schema: Option<&'static str>,
    fields: Vec<Field>,
}

/// A field of a mapping.
#[derive(Debug)]
struct Field {
    /// Its name; `*` where a mapping may have fields that are not listed.
    name: &'static str,
    /// Whether the API server refuses a document without it.
    needed: bool,
    shape: Shape,
}

/// What the value of a field may be.
#[derive(Debug)]
enum Shape {
    Anything,
    Whole,
    Number,
    Flag,
    /// Text; one of these, where they are listed.
    Text(Vec<&'static str>),
    WholeOrText,
    List(Box<Shape>),
    /// A list, or a mapping with names of its author's own.
    Each(Box<Shape>),
    /// A mapping with names of its author's own.
    Names(Box<Shape>),
    Fields(Vec<Field>),
    /// A part that several share.
    Part(&'static str),
}

impl Shape {
    /// What lists and mappings of names hold; other shapes themselves.
    fn held(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Names(inner) | Self::Each(inner) => inner.held(),
            _ => self,
        }
    }
}

/// A line of the file: how deep it stands, and what it says.
type Line = (usize, &'static str);

impl Fields {
    fn read(text: &'static str) -> Self {
        let mut found = Self::default();
        for section in text.split("\n== ").skip(1) {
            let (head, rest) = section.split_once('\n').unwrap_or((section, ""));
            let lines: Vec<Line> = rest
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| (line.len() - line.trim_start().len(), line.trim()))
                .collect();
            let fields = fields(&mut lines.as_slice(), 0);
            let mut words = head.split_whitespace();
            let name = words.next().unwrap_or_default();
            if let Some(part) = name.strip_prefix('@') {
                found.parts.insert(part, fields);
            } else {
                let group = words.next().filter(|group| *group != "-").unwrap_or_default();
                let versions = words.next().unwrap_or_default().split('|').collect();
                let names = name.split('|').collect();
                found.kinds.push(Kind { names, group, versions, schema: words.next(), fields });
            }
        }
        found
    }

    /// The fields of a part.
    fn part(&self, name: &str) -> &[Field] {
        self.parts.get(name).map_or(&[], Vec::as_slice)
    }

    /// Calls `see` for each of these fields and of those below, with the path of the mapping that holds it, empty at the top. Parts are followed
    /// wherever they are named.
    fn walk(&'static self, fields: &'static [Field], path: &str, see: &mut dyn FnMut(&'static Field, &str)) {
        for field in fields {
            see(field, path);
            let below = match field.shape.held() {
                Shape::Fields(fields) => fields.as_slice(),
                Shape::Part(name) => self.part(name),
                _ => continue,
            };
            let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
            self.walk(below, &path, see);
        }
    }
}

/// Reads the fields that stand at least this deep.
fn fields(lines: &mut &[Line], depth: usize) -> Vec<Field> {
    let mut found = Vec::new();
    while let Some(((at, line), rest)) = lines.split_first() {
        if *at < depth {
            break;
        }
        *lines = rest;
        let (name, shape) = line.split_once(' ').unwrap_or((line, ""));
        let shape = self::shape(shape, lines, at + 1);
        found.push(Field { name: name.trim_end_matches('!'), needed: name.ends_with('!'), shape });
    }
    found
}

fn shape(text: &'static str, lines: &mut &[Line], depth: usize) -> Shape {
    if let Some(rest) = text.strip_prefix("[]") {
        return Shape::List(Box::new(shape(rest, lines, depth)));
    }
    if let Some(rest) = text.strip_prefix("{}") {
        return Shape::Names(Box::new(shape(rest, lines, depth)));
    }
    if let Some(rest) = text.strip_prefix('&') {
        return Shape::Each(Box::new(shape(rest, lines, depth)));
    }
    match text {
        "" => Shape::Fields(fields(lines, depth)),
        "i" => Shape::Whole,
        "n" => Shape::Number,
        "b" => Shape::Flag,
        "s" => Shape::Text(Vec::new()),
        "x" => Shape::WholeOrText,
        _ => match (text.strip_prefix("s:"), text.strip_prefix('@')) {
            (Some(choices), _) => Shape::Text(choices.split('|').collect()),
            (None, Some(part)) => Shape::Part(part),
            (None, None) => Shape::Anything,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_that_is_named_is_there_and_every_one_that_is_there_is_named() {
        let mut named = vec!["metadata"];
        for kind in &FIELDS.kinds {
            FIELDS.walk(&kind.fields, "", &mut |field, _| {
                if let Shape::Part(name) = field.shape.held() {
                    named.push(name);
                }
            });
        }
        for name in &named {
            assert!(!FIELDS.part(name).is_empty(), "{name}");
        }
        for name in FIELDS.parts.keys() {
            assert!(named.contains(name), "{name}");
        }
    }

    #[test]
    fn the_kinds_are_those_that_are_read() {
        let of = |name: &str| FIELDS.kinds.iter().find(|kind| kind.names.contains(&name)).unwrap();
        for (name, group) in [("Rollout", "argoproj.io"), ("Canary", "flagger.app"), ("Service", "")] {
            assert_eq!(of(name).group, group);
        }
        let spec = of("Rollout").fields.iter().find(|field| field.name == "spec").unwrap();
        assert!(spec.needed);
        let Shape::Fields(fields) = &spec.shape else { panic!("{spec:?}") };
        assert!(fields.iter().any(|field| field.name == "replicas" && matches!(field.shape, Shape::Whole)));
    }
}
