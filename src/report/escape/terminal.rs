//! Text on its way to a terminal.

use std::borrow::Cow;

use super::harmless;
use crate::engine::is_hidden;
use crate::report::style::Tone;

/// A page as a terminal may have it: line ends and the colours of [`Tone`] stay, and no other character that is hidden. All that the
/// command line prints goes through here, whatever was done to its parts before.
pub fn terminal(page: &str) -> Cow<'_, str> {
    let stops = |c: char| is_hidden(c) && c != '\n';
    if !page.chars().any(stops) {
        return Cow::Borrowed(page);
    }
    let colors: Vec<String> =
        Tone::ALL.into_iter().flat_map(Tone::commands).filter(|c| !c.is_empty()).collect();
    let mut shown = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find(stops) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match colors.iter().find(|color| rest.starts_with(color.as_str())) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::style::TextStyle;

    #[test]
    fn a_terminal_keeps_our_own_colours_and_lines_and_no_other_command() {
        let painted = TextStyle::FULL.paint(Tone::Harm, "harm") + "\nnext";
        assert_eq!(terminal(&painted), painted);
        assert_eq!(terminal("a\u{1b}[31mb\u{1b}[0m"), "a [31mb\u{1b}[0m");
        for tone in Tone::ALL {
            let [begin, end] = tone.commands();
            assert_eq!(terminal(&format!("{begin}x{end}")), format!("{begin}x{end}"));
        }
        let hostile = [
            "\u{1b}]0;owned\u{7}\u{1b}[2J",
            "\u{9b}31m\r\u{8}",
            "\u{202e}x\u{feff}",
            "\u{1b}[38;2;86;180;233",
        ];
        for text in hostile {
            assert!(!terminal(text).chars().any(is_hidden), "{text:?}");
        }
    }
}
