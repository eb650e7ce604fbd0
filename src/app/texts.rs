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
    include_str!("../../assets/texts/en/files.ron"),
    include_str!("../../assets/texts/en/hand_in.ron"),
    include_str!("../../assets/texts/en/inspector.ron"),
    include_str!("../../assets/texts/en/lead.ron"),
    include_str!("../../assets/texts/en/log.ron"),
    include_str!("../../assets/texts/en/museum.ron"),
    include_str!("../../assets/texts/en/operate.ron"),
    include_str!("../../assets/texts/en/outlook.ron"),
    include_str!("../../assets/texts/en/overlays.ron"),
    include_str!("../../assets/texts/en/plan.ron"),
    include_str!("../../assets/texts/en/predict.ron"),
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

/// The text called `key`, with each `{}` replaced by the next of `values`.
pub fn tf(key: &'static str, values: &[&dyn Display]) -> String {
    let mut parts = t(key).split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        if let Some(value) = values.next() {
            text.push_str(&value.to_string());
        }
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fill_the_gaps_in_order() {
        assert_eq!(tf("no such key {} of {}", &[&3, &"four"]), "no such key 3 of four");
        assert_eq!(tf("one gap too many: {}{}", &[&1]), "one gap too many: 1");
    }
}
