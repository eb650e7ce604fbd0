//! Text as text: nothing in it steers a terminal or makes a line read as something else.

use std::borrow::Cow;

pub use crate::engine::harmless;
use crate::engine::is_hidden;

/// `text` in its lines, without the same characters: line ends and tabs stay, other control characters are removed.
pub fn lines(text: &str) -> Cow<'_, str> {
    let stays = |c: char| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| !stays(c) && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| if matches!(c, '\u{2028}' | '\u{2029}') { '\n' } else { c });
    shown.filter(|c| stays(*c) || !is_hidden(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_files_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc\u{9b}d\u{2028}e"), "a [31mb c d e");
        assert_eq!(lines("a\u{1b}b\r\n\tc\u{2028}d"), "ab\n\tc\nd");
        assert_eq!(
            harmless("plain ünicode \u{1f468}\u{200d}\u{1f469}"),
            "plain ünicode \u{1f468}\u{200d}\u{1f469}"
        );
    }

    #[test]
    fn no_invisible_mark_stays() {
        for mark in
            ['\u{202e}', '\u{2066}', '\u{61c}', '\u{200b}', '\u{feff}', '\u{e0041}', '\u{ffff}', '\u{1fffe}']
        {
            assert_eq!(harmless(&format!("x{mark}y")), "xy", "{mark:?}");
            assert_eq!(lines(&format!("x{mark}y\n")), "xy\n", "{mark:?}");
        }
    }
}
