//! The interface's texts, in one place: `assets/texts/en/`, one file for each part of the lab. A translation is a folder
//! beside it with the same keys.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::OnceLock;

/// The texts in English, a file for each part of the lab.
const ENGLISH: &[&str] = &[
    include_str!("../../assets/texts/en/around.ron"),
    include_str!("../../assets/texts/en/brief.ron"),
    include_str!("../../assets/texts/en/common.ron"),
    include_str!("../../assets/texts/en/compare.ron"),
    include_str!("../../assets/texts/en/dashboards.ron"),
    include_str!("../../assets/texts/en/debrief.ron"),
    include_str!("../../assets/texts/en/duty.ron"),
    include_str!("../../assets/texts/en/files.ron"),
    include_str!("../../assets/texts/en/hand_in.ron"),
    include_str!("../../assets/texts/en/inspector.ron"),
    include_str!("../../assets/texts/en/known.ron"),
    include_str!("../../assets/texts/en/lead.ron"),
    include_str!("../../assets/texts/en/log.ron"),
    include_str!("../../assets/texts/en/museum.ron"),
    include_str!("../../assets/texts/en/operate.ron"),
    include_str!("../../assets/texts/en/outlook.ron"),
    include_str!("../../assets/texts/en/overlays.ron"),
    include_str!("../../assets/texts/en/plan.ron"),
    include_str!("../../assets/texts/en/predict.ron"),
    include_str!("../../assets/texts/en/recall.ron"),
    include_str!("../../assets/texts/en/sandbox.ron"),
    include_str!("../../assets/texts/en/stage.ron"),
    include_str!("../../assets/texts/en/transport.ron"),
];

fn table() -> &'static BTreeMap<String, String> {
    static TABLE: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let files = ENGLISH.iter().map(|text| ron::from_str::<BTreeMap<String, String>>(text));
        files.flat_map(|file| file.expect("a shipped file of texts is right; a test reads each")).collect()
    })
}

/// The text called `key`; the key itself where there is none, which `tests/it/tidy` forbids.
pub fn t(key: &'static str) -> &'static str {
    table().get(key).map_or(key, String::as_str)
}

/// The text called `key`, with each gap replaced by the next of `values`: `{}` by the value alone, and `{user|users}` by the
/// value and the word that goes with it, the first with 1 and the second with all others.
///
/// Two forms are what English and most languages of Western Europe need. One with more forms takes the rules of CLDR, which
/// the crate `fluent` brings; until there is such a language, its syntax and its 30 crates would serve nobody.
pub fn tf(key: &'static str, values: &[&dyn Display]) -> String {
    let mut text = String::new();
    let mut rest = t(key);
    let mut values = values.iter();
    while let Some((before, gap, after)) = next_gap(rest) {
        text.push_str(before);
        if let Some(value) = values.next() {
            let value = value.to_string();
            text.push_str(&value);
            if let Some((one, many)) = gap.split_once('|') {
                text.push(' ');
                text.push_str(if value == "1" { one } else { many });
            }
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// What stands before the first gap of a text, within its braces, and after it.
fn next_gap(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (gap, after) = rest.split_once('}')?;
    Some((before, gap, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fill_the_gaps_in_order() {
        assert_eq!(tf("no such key {} of {}", &[&3, &"four"]), "no such key 3 of four");
        assert_eq!(tf("one gap too many: {}{}", &[&1]), "one gap too many: 1");
    }

    #[test]
    fn a_word_goes_with_its_number() {
        let said = |number: &dyn Display| tf("after {minute|minutes}, {}", &[number, &"x"]);
        assert_eq!(said(&1), "after 1 minute, x");
        assert_eq!(said(&0), "after 0 minutes, x");
        assert_eq!(said(&"1.5"), "after 1.5 minutes, x");
        assert_eq!(said(&"1,000"), "after 1,000 minutes, x");
    }

    /// Words that stand after a number in a plural that 1 does not have.
    const COUNTED: [&str; 31] = [
        "actions",
        "alerts",
        "answers",
        "cases",
        "errors",
        "exercises",
        "fields",
        "groups",
        "hours",
        "instances",
        "letters",
        "lines",
        "minutes",
        "others",
        "pages",
        "plans",
        "points",
        "problems",
        "proxies",
        "releases",
        "requests",
        "restarts",
        "runs",
        "scores",
        "seconds",
        "sessions",
        "times",
        "users",
        "values",
        "worlds",
        "zones",
    ];

    #[test]
    fn no_text_counts_one_of_several() {
        let mut found = Vec::new();
        for (key, text) in table() {
            for after in text.split("{}").skip(1) {
                // "3 of 12 cases": the word goes with a whole that is never one, or is what is counted.
                let mut words = after.trim_start_matches(' ').split(|c: char| !c.is_alphanumeric());
                let word = words.next().unwrap_or_default();
                if after.starts_with(' ') && COUNTED.contains(&word) {
                    found.push(format!("{key}: {{}} {word}"));
                }
            }
        }
        assert_eq!(found, Vec::<String>::new(), "write {{one|many}} in place of the gap and the word");
    }
}
