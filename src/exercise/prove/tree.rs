//! A plan as a tree of values, so that any part of it can be looked at and changed without a list of what there is: a new field
//! of a plan, a new step or a new setting is covered as soon as it can be written in a file.

use std::fmt;

use serde_json::{Map, Value};

use crate::control::Plan;

/// One step on the way from a plan to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A field, by its name.
    Field(String),
    /// What a choice holds, by the choice's name. Paths in files do not show it.
    Choice(String),
    /// An item of a list, by its position.
    Item(usize),
}

/// The way to a part of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path(pub Vec<Place>);

impl Path {
    /// The way to a part of what is here.
    pub fn to(&self, place: Place) -> Self {
        Self(self.0.iter().cloned().chain([place]).collect())
    }

    /// The name of the innermost field on the way, such as `steps` for `strategy.steps[2]`.
    pub fn field(&self) -> &str {
        let fields = self.0.iter().rev().filter_map(|place| match place {
            Place::Field(name) => Some(name.as_str()),
            Place::Choice(_) | Place::Item(_) => None,
        });
        fields.into_iter().next().unwrap_or_default()
    }

    /// Whether it ends at an item of a list.
    pub fn is_item(&self) -> bool {
        matches!(self.0.last(), Some(Place::Item(_)))
    }
}

/// As messages and files write it: `strategy.steps[1].checks[0].pass.factor`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for place in &self.0 {
            match place {
                Place::Field(name) if first => f.write_str(name)?,
                Place::Field(name) => write!(f, ".{name}")?,
                Place::Item(index) => write!(f, "[{index}]")?,
                Place::Choice(_) => {}
            }
            first = first && matches!(place, Place::Choice(_));
        }
        Ok(())
    }
}

/// The tree of a plan, with every check where it is used: a check that is used by name in three steps can be judged in each.
pub(super) fn tree(plan: &Plan) -> Value {
    serde_json::to_value(plan.written_out()).unwrap_or_default()
}

/// The plan that a tree is, if it is one.
pub(super) fn plan_of(tree: &Value) -> Option<Plan> {
    serde_json::from_value(tree.clone()).ok()
}

/// The name and the content of a choice that holds something, such as `Weight` and `"10%"`.
pub(super) fn choice(value: &Value) -> Option<(&str, &Value)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (name, inside) = object.iter().next()?;
    is_choice(name).then_some((name.as_str(), inside))
}

/// Whether a name is that of a choice: choices begin with a capital letter, fields do not.
pub(super) fn is_choice(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Calls `seen` with every part of `value` and its path, from the outside in.
pub(super) fn visit(value: &Value, path: &Path, seen: &mut dyn FnMut(&Path, &Value)) {
    seen(path, value);
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(item, &path.to(Place::Item(index)), seen);
            }
        }
        Value::Object(fields) => {
            for (name, inside) in fields {
                let place = match is_choice(name) {
                    true => Place::Choice(name.clone()),
                    false => Place::Field(name.clone()),
                };
                visit(inside, &path.to(place), seen);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The part of `tree` at `path`.
pub(super) fn at<'a>(tree: &'a Value, path: &Path) -> Option<&'a Value> {
    path.0.iter().try_fold(tree, |value, place| match place {
        Place::Field(name) | Place::Choice(name) => value.get(name),
        Place::Item(index) => value.get(index),
    })
}

/// The part of `tree` at `path`, to be changed.
pub(super) fn at_mut<'a>(tree: &'a mut Value, path: &[Place]) -> Option<&'a mut Value> {
    path.iter().try_fold(tree, |value, place| match place {
        Place::Field(name) | Place::Choice(name) => value.get_mut(name),
        Place::Item(index) => value.get_mut(index),
    })
}

/// `tree` with `value` at `path`; unchanged where there is no such place.
pub(super) fn with(tree: &Value, path: &Path, value: Value) -> Value {
    let mut tree = tree.clone();
    if let Some(place) = at_mut(&mut tree, &path.0) {
        *place = value;
    }
    tree
}

/// Takes the parts at `paths` out of `tree`: items of lists, and fields. Items are taken from the back, so that no path
/// is moved by another.
pub(super) fn without(tree: &Value, paths: &[Path]) -> Value {
    let mut tree = tree.clone();
    let mut paths: Vec<&Path> = paths.iter().collect();
    let position = |path: &Path| match path.0.last() {
        Some(Place::Item(index)) => *index,
        _ => 0,
    };
    paths.sort_by_key(|path| std::cmp::Reverse((path.0.len(), position(path))));
    for path in paths {
        let Some((last, before)) = path.0.split_last() else { continue };
        match (at_mut(&mut tree, before), last) {
            (Some(Value::Array(items)), Place::Item(index)) if *index < items.len() => {
                items.remove(*index);
            }
            (Some(Value::Object(fields)), Place::Field(name)) => {
                fields.remove(name);
            }
            _ => {}
        }
    }
    tree
}

/// A choice that holds `inside`.
pub(super) fn chosen(name: &str, inside: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), inside)]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::sample;
    use super::*;

    #[test]
    fn a_plan_goes_into_a_tree_and_comes_back() {
        let plan = sample::plan();
        assert_eq!(plan_of(&tree(&plan)), Some(plan));
    }

    #[test]
    fn every_part_has_the_path_that_messages_use() {
        let mut paths = Vec::new();
        visit(&tree(&sample::plan()), &Path::default(), &mut |path, value| {
            if value == &json!("10%") || value == &json!("2m") {
                paths.push(path.to_string());
            }
        });
        assert_eq!(paths, ["strategy.steps[0]", "strategy.steps[1]"]);
    }

    #[test]
    fn several_items_are_taken_out_at_once() {
        let tree = json!({"a": [1, 2, 3, 4], "b": 5});
        let item = |index| Path(vec![Place::Field("a".into()), Place::Item(index)]);
        let gone = without(&tree, &[item(0), item(2), Path(vec![Place::Field("b".into())])]);
        assert_eq!(gone, json!({"a": [2, 4]}));
    }
}
