//! The explanation of knobs (fields that files may set): meaning, default, and the upstream rule.

use serde::Serialize;

use crate::library::cards::Card;
use crate::library::knobs::example::{example, example_of};
use crate::library::knobs::{Kind, Knob, Type, quantities};

use super::json::pretty;
use super::style::{TextStyle, page};

/// A knob in JSON.
#[derive(Serialize)]
struct Explained<'k> {
    path: String,
    source: Option<String>,
    /// The kind of its value in words; of a choice what it holds, if anything.
    value: Option<String>,
    /// How a file may have it.
    example: String,
    #[serde(flatten)]
    knob: &'k Knob,
}

/// The knobs as JSON. The fields are a contract: they are only ever added.
pub fn json(knobs: &[&Knob]) -> String {
    let explained: Vec<Explained<'_>> = knobs
        .iter()
        .map(|knob| Explained {
            path: knob.path(),
            source: knob.source(),
            value: knob.kind.as_ref().or(knob.holds.as_ref()).map(Kind::words),
            example: example(knob),
            knob,
        })
        .collect();
    pretty(&explained)
}

/// The knobs as text, each with all its details.
pub fn text(knobs: &[&Knob], style: TextStyle) -> String {
    let mut lines = Vec::new();
    for knob in knobs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let kind = knob.kind.as_ref().map_or_else(|| "a choice".to_owned(), Kind::words);
        lines.push(style.heading(&format!(
            "{}  ({kind}, in {} {})",
            knob.path().replace("::", "."),
            article(knob.file),
            knob.file
        )));
        let about = knob.about.replace("::", ".");
        lines.extend(wrapped(&about).into_iter().map(|line| format!("  {line}")));
        // Of several choices only the default one has a line about defaults.
        let missing = if knob.is_choice() { None } else { Some("none, it must be given") };
        lines.extend(knob.default.as_deref().or(missing).map(|default| format!("  default: {default}")));
        lines.extend(knob.range.as_ref().map(|range| format!("  allowed: {range}")));
        lines.extend(indented("example: ", &example(knob)));
        for quantity in knob.kind.iter().chain(&knob.holds).flat_map(quantities) {
            let written = format!("{}: {}", quantity.name, quantity.about);
            lines.extend(wrapped(&written).into_iter().map(|line| format!("  {line}")));
        }
        if let Some(source) = knob.source() {
            lines.extend(indented("source: ", &source.replace("::", ".")));
        }
    }
    page(&lines)
}

/// A concept card: what it means, and its example at a few positions of its knob.
pub fn card(card: &Card, style: TextStyle) -> String {
    let mut lines = vec![style.heading(&format!("{}  (concept)", card.title))];
    lines.extend(wrapped(&card.says).into_iter().map(|line| format!("  {line}")));
    lines.push(format!("  {}:", card.knob));
    let knob = card.example.knob();
    let values = knob.values();
    for value in [values[0], knob.start, values[values.len() * 2 / 3]] {
        lines.extend(wrapped(&card.answered(value)).into_iter().map(|line| format!("    {line}")));
    }
    lines.push(format!("  met in: {}", card.met.join(", ")));
    lines.extend(card.reading.iter().map(|address| format!("  read: {address}")));
    page(&lines)
}

/// A type without knobs, such as `Span`: what it is and how it is written.
pub fn of_type(of: &Type, style: TextStyle) -> String {
    let mut lines =
        vec![style.heading(&format!("{}  (a value, in {} {})", of.name, article(of.file), of.file))];
    lines.extend(wrapped(&of.about).into_iter().map(|line| format!("  {line}")));
    lines.extend(indented("example: ", &example_of(of)));
    page(&lines)
}

/// The head of the page about a type that has knobs: what it is, and a value of it.
pub fn head_of_type(of: &Type, style: TextStyle) -> String {
    let kind = if of.knobs.iter().any(Knob::is_choice) { "one of several" } else { "fields" };
    let mut lines =
        vec![style.heading(&format!("{}  ({kind}, in {} {})", of.name, article(of.file), of.file))];
    lines.extend(wrapped(&of.about.replace("::", ".")).into_iter().map(|line| format!("  {line}")));
    lines.extend(indented("example: ", &example_of(of)));
    page(&lines)
}

/// A text behind a word, in lines below each other.
fn indented(word: &str, text: &str) -> Vec<String> {
    let lines = wrapped(&format!("{word}{text}"));
    let line = |(index, line): (usize, String)| format!("{}{line}", if index == 0 { "  " } else { "    " });
    lines.into_iter().enumerate().map(line).collect()
}

/// The names of the knobs, one a line, grouped by the types that declare them.
pub fn index(knobs: &[&Knob], style: TextStyle) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut before = ("", "");
    for knob in knobs {
        if before != (knob.file, knob.of.as_str()) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            let of = knob.of.replace("::", ".");
            lines.push(style.heading(&format!("{of} (in {} {})", article(knob.file), knob.file)));
            before = (knob.file, &knob.of);
        }
        let default =
            knob.default.as_ref().map_or_else(String::new, |default| format!("  default {default}"));
        lines.push(format!("  {}{default}", knob.name));
    }
    page(&lines)
}

/// The article before the name of a kind of file.
fn article(file: &str) -> &'static str {
    if file.starts_with('e') { "an" } else { "a" }
}

/// A paragraph in lines of at most 96 characters.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 96 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    fn knob() -> Knob {
        Knob {
            file: "plan",
            of: "Rolling".to_owned(),
            name: "max_surge".to_owned(),
            kind: Some(Kind::Amount),
            holds: None,
            about: "How many there may be above. Kubernetes `maxSurge`, 25 %.".to_owned(),
            default: Some("25%".to_owned()),
            range: Some("0 or more".to_owned()),
        }
    }

    #[test]
    fn a_knob_is_told_with_its_default_its_range_and_its_source() {
        let expected = "\
Rolling.max_surge  (Amount, in a plan)
  How many there may be above. Kubernetes `maxSurge`, 25 %.
  default: 25%
  allowed: 0 or more
  example: max_surge: \"25%\"
  Amount: A number of instances, or a share of the fleet (Kubernetes IntOrString): 3 or \"25%\".
  source: Kubernetes `maxSurge`, 25 %.
";
        assert_eq!(text(&[&knob()], TextStyle::PLAIN), expected);
        let json: serde_json::Value = serde_json::from_str(&json(&[&knob()])).unwrap();
        assert_eq!(json[0]["path"], "Rolling.max_surge");
        assert_eq!((&json[0]["kind"], &json[0]["default"]), (&"Amount".into(), &"25%".into()));
    }

    #[test]
    fn a_choice_that_is_not_the_default_says_nothing_of_one() {
        let choice = Knob {
            name: "Pause".to_owned(),
            kind: None,
            about: "Hold.".to_owned(),
            default: None,
            range: None,
            ..knob()
        };
        assert_eq!(
            text(&[&choice], TextStyle::PLAIN),
            "Rolling.Pause  (a choice, in a plan)\n  Hold.\n  example: Pause\n"
        );
        let taken = Knob { default: Some("this one".to_owned()), ..choice };
        assert!(text(&[&taken], TextStyle::PLAIN).contains("default: this one"));
    }
}
