//! Where the values of a manifest stand, for reports that point at its lines.

use super::parts::Document;
use super::tree::{Node, Value};
use crate::exercise::rehearsal::Spot;

/// The values of a file, in its order.
#[derive(Clone, Debug, Default)]
pub struct Places(Vec<Place>);

#[derive(Clone, Debug)]
struct Place {
    path: String,
    line: u32,
    column: u32,
    /// The value as text, of a text or a number.
    text: String,
}

impl Places {
    /// The places of all values of these documents.
    pub(super) fn of(documents: &[Document<'_>]) -> Self {
        let mut found = Self::default();
        for document in documents {
            found.add(document.at.path.clone(), document.at.node);
        }
        found
    }

    fn add(&mut self, path: String, node: &Node) {
        let text = match &node.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Null | Value::List(_) | Value::Map(_) => String::new(),
        };
        self.0.push(Place { path: path.clone(), line: node.line, column: node.column, text });
        match &node.value {
            Value::Map(entries) => {
                entries.iter().for_each(|(key, node)| self.add(format!("{path}.{key}"), node))
            }
            Value::List(items) => {
                items.iter().enumerate().for_each(|(index, node)| self.add(format!("{path}[{index}]"), node));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }

    /// The value at the first path that ends so.
    pub fn value(&self, end: &str) -> Option<&str> {
        let found = self.0.iter().find(|place| place.path.ends_with(end))?;
        (!found.text.is_empty()).then_some(found.text.as_str())
    }

    /// Path, line and text of every value that is a text or a number, in the order of the file.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, u32, &str)> {
        let told = self.0.iter().filter(|place| !place.text.is_empty());
        told.map(|place| (place.path.as_str(), place.line, place.text.as_str()))
    }

    /// Line and column of a spot of the plan in the file, from 1.
    pub fn place(&self, spot: &Spot) -> Option<(u32, u32)> {
        let nth = |ends: &[&str], index: usize| {
            let fits = |place: &&Place| ends.iter().any(|end| place.path.ends_with(end));
            self.0.iter().filter(fits).nth(index)
        };
        let found = match spot {
            Spot::Strategy => {
                nth(&[".strategy.canary", ".strategy.blueGreen", ".spec.analysis", ".spec.strategy"], 0)
                    .or_else(|| nth(&[".spec", ".features[0]", ".flags", ".slos[0]"], 0))
            }
            Spot::Weight(index) => nth(&[".setWeight"], *index),
            Spot::Approval => self.0.iter().find(|place| {
                place.path.ends_with(".pause")
                    && !self.0.iter().any(|of| of.path == format!("{}.duration", place.path))
                    || place.path.ends_with(".autoPromotionEnabled")
                    || place.path.ends_with(".type") && place.text.starts_with("confirm-")
            }),
            Spot::Check(name) => self.0.iter().find(|place| {
                place.text == *name && place.path.ends_with(".name") && place.path.contains(".metrics[")
            }),
            Spot::Pods => nth(&[".template.spec.containers[0]", ".template"], 0),
        };
        found.map(|place| (place.line, place.column))
    }
}
