//! How a text from a file, a name or a message is written in each form, so that it can neither break the form nor steer what shows it.
//!
//! There is one function for each form; whatever the lab writes goes through the one of its form.

use std::borrow::Cow;

use super::style::Tone;
pub use crate::engine::harmless;
use crate::engine::is_hidden;

/// `text` for a terminal or a page of text: line ends and the colours of [`Tone`] stay, and no other character that is hidden.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let colors: Vec<String> =
        Tone::ALL.into_iter().flat_map(Tone::commands).filter(|c| !c.is_empty()).collect();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| is_hidden(c) && c != '\n') {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let color = colors.iter().find(|color| rest.starts_with(color.as_str()));
        let length = match color {
            Some(color) => {
                shown.push_str(color);
                color.len()
            }
            None => {
                let length = rest.chars().next().map_or(rest.len(), char::len_utf8);
                shown.push_str(&harmless(&rest[..length]));
                length
            }
        };
        rest = &rest[length..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// `text` for a page of markup or an XML document, before the writer of that form puts its own signs for `<`, `&` and quotes: line ends
/// and tabs stay, and no other character that is hidden.
pub fn markup(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c) || matches!(c, '\n' | '\t')).collect()
}

/// `text` for a cell of a table in Markdown, or for an entry of a list: on one line, and nothing in it is markup.
pub fn markdown(text: &str) -> String {
    harmless(text).replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

/// `text` for a cell of a CSV file, on one line. What a spreadsheet would take for a formula gets an apostrophe before it, also where
/// the sign is a full-width one, which some take for the plain one (OWASP, "CSV Injection").
pub fn csv(text: &str) -> String {
    let text = harmless(text);
    let signs = [
        '=', '+', '-', '@', '|', '%', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{2212}', '\u{fe63}',
        '\u{fe62}', '\u{fe66}', '\u{fe6b}',
    ];
    if text.trim_start().starts_with(signs) { format!("'{text}") } else { text.into_owned() }
}

/// JSON as it was written, with the hidden characters that JSON allows in its texts written as `\u` and their number: the same JSON.
pub fn json(written: String) -> String {
    if !written.chars().any(|c| is_hidden(c) && c != '\n') {
        return written;
    }
    let mut shown = String::with_capacity(written.len());
    for c in written.chars() {
        if is_hidden(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::TextStyle;

    /// Texts that break out of some form, or steer a terminal.
    const HOSTILE: [&str; 8] = [
        "\u{1b}[31mred\u{1b}]0;owned\u{7}\u{1b}[2J",
        "a\nsecond \u{9b}31m line\r\u{8}\u{8}",
        "\u{202e}kcab\u{2066}x\u{2069}\u{200e}\u{61c}",
        "=cmd()|' /C calc'!A0",
        "\u{ff1d}1+1",
        "| a | <script>alert(1)</script> \\",
        "x\u{2028}y\u{feff}z\u{e0041}",
        "\u{1b}[38;2;86;180;233",
    ];

    #[test]
    fn no_form_lets_a_hidden_character_through() {
        for text in HOSTILE {
            let forms = [
                terminal(text).into_owned(),
                markup(text),
                markdown(text),
                csv(text),
                json(serde_json::to_string(text).unwrap()),
            ];
            for form in forms {
                assert!(!form.chars().any(|c| is_hidden(c) && c != '\n'), "{text:?}: {form:?}");
            }
        }
    }

    #[test]
    fn a_terminal_keeps_our_own_colours_and_lines() {
        let painted = TextStyle::FULL.paint(Tone::Harm, "harm") + "\nnext";
        assert_eq!(terminal(&painted), painted);
        assert_eq!(terminal("a\u{1b}[31mb\u{1b}[0m"), "a [31mb\u{1b}[0m");
        for tone in Tone::ALL {
            let [begin, end] = tone.commands();
            assert_eq!(terminal(&format!("{begin}x{end}")), format!("{begin}x{end}"));
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM",
            "\t=1",
            " =1",
            "\u{ff1d}1",
            "\u{3000}\u{ff0b}1",
            "\u{200e}=1",
            "\u{feff}=1",
        ] {
            assert!(csv(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(csv("eva-marie"), "eva-marie");
    }

    #[test]
    fn json_stays_the_same_value() {
        for text in HOSTILE {
            let value = serde_json::json!({ text: [text] });
            let written = json(serde_json::to_string_pretty(&value).unwrap());
            assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), value);
        }
    }

    #[test]
    fn a_cell_of_markdown_holds_no_markup() {
        assert_eq!(markdown("a|b\n<i>"), "a\\|b &lt;i>");
    }
}
