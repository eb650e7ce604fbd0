//! `rollout-lab explain`: the meaning of a field of a plan or scenario, its default, and the upstream rule; or the card of a concept.

use clap::Args;

use crate::engine::nearest;
use crate::library::cards;
use crate::library::knobs::{Knob, find, find_type, knobs, nearest_to};
use crate::report::TextStyle;
use crate::report::explain as report;

use super::output::{Output, Trouble};
use super::{Ended, Format, Outcome};

/// The language of the terminal.
const ENGLISH: &str = "en";

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Name of a field (max_surge), its full name (Rolling.max_surge), its upstream name (maxSurge), a type (Rolling) or a concept (burn-rate); without a name, all fields are listed
    knob: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Explain {
    pub fn run(self, output: Output) -> Outcome {
        let Some(name) = &self.knob else {
            let all: Vec<&Knob> = knobs().collect();
            output.result(&match self.format {
                Format::Json => report::json(&all),
                Format::Text => report::index(&all, output.style),
            });
            return Ok(Ended::Passed);
        };
        let found = find(name);
        let explained = match self.format {
            Format::Json if found.is_empty() => None,
            Format::Json => Some(report::json(&found)),
            Format::Text => page(name, output.style),
        };
        let Some(explained) = explained else {
            let near = [nearest_to(name), cards::nearest_to(name)].into_iter().flatten();
            let hint = match nearest(name, near) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "`rollout-lab explain` lists them all".to_owned(),
            };
            return Err(Trouble::Said(format!("there is no knob \"{name}\"; {hint}")));
        };
        output.result(&explained);
        Ok(Ended::Passed)
    }
}

/// The page about a name: its card, where it is a concept, then the type that bears it, then all knobs that it may mean; none when
/// nothing bears it.
fn page(name: &str, style: TextStyle) -> Option<String> {
    let found = find(name);
    let card = cards::find(name, ENGLISH);
    // A concept that no field is called after may be a type.
    let meant = card.filter(|_| found.is_empty()).map_or(name, |card| card.title.as_str());
    let fields = match find_type(meant) {
        Some(of) if found.is_empty() => Some(report::of_type(of, style)),
        Some(of) => Some(report::head_of_type(of, style) + "\n" + &report::text(&found, style)),
        None => (!found.is_empty()).then(|| report::text(&found, style)),
    };
    let card = card.map(|card| report::card(card, style));
    let parts: Vec<String> = card.into_iter().chain(fields).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::library::schema::FileForm;

    /// Every name that a schema of a file holds.
    fn names_in(schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value) {
                        ("$defs" | "properties", Value::Object(of)) => found.extend(of.keys().cloned()),
                        ("const", Value::String(choice)) => drop(found.insert(choice.clone())),
                        _ => {}
                    }
                    names_in(value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| names_in(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_name_in_the_schema_of_a_file_is_explained_with_an_example_and_without_words_of_the_source() {
        let mut names = BTreeSet::new();
        for form in FileForm::ALL {
            names_in(form.schema().as_value(), &mut names);
        }
        assert!(names.len() > 500, "{}", names.len());
        for name in names {
            let page = page(&name, TextStyle::PLAIN).unwrap_or_else(|| panic!("{name} is not explained"));
            assert!(page.contains("  example: "), "{name}: {page}");
            for word in ["::", "Option<", "Vec<", "BTreeMap", "u32", "u64", "f64", " bool", "usize"] {
                assert!(!page.contains(word), "{name}: {word} in {page}");
            }
        }
    }
}
