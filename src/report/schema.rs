//! The form of files as JSON Schema, and as a reference in Markdown that a person can read.

use std::collections::BTreeMap;

use crate::library::knobs::{Kind, Knob, Type, types};
use crate::library::schema::FileForm;

use super::json::pretty;

/// The schema of a kind of file; of several kinds an object with the schema of each, by its name.
pub fn json(forms: &[FileForm]) -> String {
    match forms {
        [form] => pretty(&form.schema()),
        several => {
            let schemas: BTreeMap<_, _> = several.iter().map(|form| (form.name(), form.schema())).collect();
            pretty(&schemas)
        }
    }
}

/// The reference of some kinds of files: a table for each type, with its fields or choices.
pub fn markdown(forms: &[FileForm]) -> String {
    let mut text = String::from("## Quantities\n\n| name | how it is written |\n|---|---|\n");
    for of in types().iter().filter(|of| of.knobs.is_empty()) {
        text += &format!("| {} | {} |\n", of.name, cell(&of.about));
    }
    for form in forms {
        text += &format!("\n## Files of kind {}\n", form.name());
        let declared = types().iter().filter(|of| of.file == form.name() && !of.knobs.is_empty());
        for of in declared {
            table(&mut text, of);
        }
    }
    text
}

fn table(text: &mut String, of: &Type) {
    *text += &format!("\n### {}\n\n{}\n\n", of.name, of.about);
    *text += "| name | value | default | allowed | what it is |\n|---|---|---|---|---|\n";
    for knob in &of.knobs {
        *text += &format!(
            "| `{}` | {} | {} | {} | {} |\n",
            name(knob),
            knob.kind.as_ref().or(knob.holds.as_ref()).map_or_else(String::new, value),
            default(knob),
            knob.range.as_deref().unwrap_or_default(),
            cell(&knob.about)
        );
    }
}

/// The name of a knob in the table of its type: fields of a choice follow its name.
fn name(knob: &Knob) -> String {
    match knob.of.split_once("::") {
        Some((_, choice)) => format!("{choice}.{}", knob.name),
        None => knob.name.clone(),
    }
}

fn default(knob: &Knob) -> String {
    match &knob.default {
        Some(default) if knob.is_choice() => default.clone(),
        Some(default) => format!("`{}`", cell(default)),
        None if knob.is_choice() => String::new(),
        None => "must be given".to_owned(),
    }
}

/// A kind of value in words, with a link to the table of its type.
fn value(kind: &Kind) -> String {
    match kind {
        Kind::Switch => "`true` or `false`".to_owned(),
        Kind::Whole(_) => "whole number".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Span | Kind::Time | Kind::Share | Kind::Rate | Kind::Amount | Kind::Level => {
            format!("[{kind}](#quantities)")
        }
        Kind::Maybe(inner) => format!("{} or none", value(inner)),
        Kind::List(inner) => format!("list of {}", value(inner)),
        Kind::Map(inner) => format!("{} by name", value(inner)),
        Kind::Tuple(parts) => format!("({})", parts.iter().map(value).collect::<Vec<_>>().join(", ")),
        Kind::Group(of) | Kind::Choice(of) => format!("[{of}](#{})", of.to_lowercase()),
        Kind::Other => "value".to_owned(),
    }
}

/// A text inside a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
