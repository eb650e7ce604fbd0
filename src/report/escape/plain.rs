//! Text as text: nothing in it steers a terminal or makes a line read as something else.

use std::borrow::Cow;

/// `text` on one line, without characters that change how the rest is shown: control characters and separators of lines become
/// spaces, invisible marks are removed.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| breaks(c) || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    text.chars().filter(|c| !is_hidden(*c)).map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// `text` in its lines, without the same characters: line ends and tabs stay, other control characters are removed.
pub fn lines(text: &str) -> Cow<'_, str> {
    let stays = |c: char| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| !stays(c) && (breaks(c) || is_hidden(c))) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| if matches!(c, '\u{2028}' | '\u{2029}') { '\n' } else { c });
    shown.filter(|c| !is_hidden(*c) && (stays(*c) || !breaks(*c))).collect()
}

/// Whether `c` is a control character or ends a line.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether `c` is not seen itself and changes how other text is read: marks of direction (Unicode Standard Annex 9), of
/// deprecated formatting, of annotations and tags, spaces without width, and code points that are no characters. The joiners
/// U+200C and U+200D stay: Persian and emoji are written with them.
pub(super) fn is_hidden(c: char) -> bool {
    let is_no_character = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    is_no_character
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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
