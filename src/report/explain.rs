//! The explanation of knobs (fields that files may set): meaning, default, and the upstream rule.

use serde::Serialize;

use crate::library::knobs::Knob;

use super::json::pretty;
use super::style::{TextStyle, page};

/// A knob in JSON.
#[derive(Serialize)]
struct Explained {
    path: String,
    source: Option<String>,
    #[serde(flatten)]
    knob: Knob,
}

/// The knobs as JSON. The fields are a contract: they are only ever added.
pub fn json(knobs: &[Knob]) -> String {
    let explained: Vec<Explained> = knobs
        .iter()
        .map(|knob| Explained { path: knob.path(), source: knob.source(), knob: *knob })
        .collect();
    pretty(&explained)
}

/// The knobs as text, each with all its details.
pub fn text(knobs: &[Knob], style: TextStyle) -> String {
    let mut lines = Vec::new();
    for knob in knobs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let kind = if knob.kind.is_empty() { "a choice" } else { knob.kind };
        lines.push(style.heading(&format!("{}  ({kind}, in a {})", knob.path(), knob.file)));
        lines.extend(wrapped(knob.about).into_iter().map(|line| format!("  {line}")));
        // Of several choices only the default one has a line about defaults.
        let missing = if knob.kind.is_empty() { None } else { Some("none, it must be given") };
        lines.extend(knob.default.or(missing).map(|default| format!("  default: {default}")));
        if let Some(source) = knob.source() {
            let mut source = wrapped(&format!("source: {source}")).into_iter();
            lines.extend(source.next().map(|line| format!("  {line}")));
            lines.extend(source.map(|line| format!("    {line}")));
        }
    }
    page(&lines)
}

/// The names of the knobs, one a line, grouped by the types that declare them.
pub fn index(knobs: &[Knob], style: TextStyle) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut before = ("", "");
    for knob in knobs {
        if before != (knob.file, knob.of) {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            lines.push(style.heading(&format!("{} (in a {})", knob.of, knob.file)));
            before = (knob.file, knob.of);
        }
        let default = knob.default.map_or_else(String::new, |default| format!("  default {default}"));
        lines.push(format!("  {}{default}", knob.name));
    }
    page(&lines)
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

    const KNOB: Knob = Knob {
        file: "plan",
        of: "Rolling",
        name: "max_surge",
        kind: "Amount",
        holds: "",
        about: "How many there may be above. Kubernetes `maxSurge`, 25 %.",
        default: Some("25%"),
    };

    #[test]
    fn a_knob_is_told_with_its_default_and_source() {
        let expected = "\
Rolling.max_surge  (Amount, in a plan)
  How many there may be above. Kubernetes `maxSurge`, 25 %.
  default: 25%
  source: Kubernetes `maxSurge`, 25 %.
";
        assert_eq!(text(&[KNOB], TextStyle::PLAIN), expected);
        let json: serde_json::Value = serde_json::from_str(&json(&[KNOB])).unwrap();
        assert_eq!(json[0]["path"], "Rolling.max_surge");
        assert_eq!(json[0]["default"], "25%");
    }

    #[test]
    fn a_choice_that_is_not_the_default_says_nothing_of_one() {
        let choice = Knob { name: "Pause", kind: "", about: "Hold.", default: None, ..KNOB };
        assert_eq!(text(&[choice], TextStyle::PLAIN), "Rolling.Pause  (a choice, in a plan)\n  Hold.\n");
        let taken = Knob { default: Some("this one"), ..choice };
        assert!(text(&[taken], TextStyle::PLAIN).contains("default: this one"));
    }
}
