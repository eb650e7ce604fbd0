//! Text that cannot steer what shows it: which characters are hidden, and a text without them on one line.

use std::borrow::Cow;

/// Whether a character shows nothing itself and can change how what stands beside it is shown: a control character (C0, C1 and DELETE,
/// among them the beginnings of a terminal's commands), a separator of lines or paragraphs, a mark that changes the direction of
/// writing (Unicode, UAX 9; "Trojan Source", 2021), a byte order mark, an annotation anchor, or a tag.
pub fn is_hidden(c: char) -> bool {
    c.is_control() || parts_lines(c) || is_invisible(c)
}

const fn parts_lines(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The hidden characters that part nothing, so that nothing has to stand in their place.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// `text` on one line, without hidden characters: those that part something become spaces, the others go.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hidden) {
        let shown = text.chars().filter(|c| !is_invisible(*c));
        Cow::Owned(shown.map(|c| if is_hidden(c) { ' ' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left_and_nothing_else_goes() {
        for code in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = format!("a{code}b");
            let shown = harmless(&text);
            assert!(!shown.chars().any(is_hidden), "{code:?}");
            if !is_hidden(code) {
                assert_eq!(shown, text);
            }
        }
        assert_eq!(harmless("a\u{1b}[31mb\nc"), "a [31mb c");
        assert_eq!(harmless("x\u{202e}y"), "xy");
        assert_eq!(
            harmless("plain ünicode, \u{1f468}\u{200d}\u{1f469}"),
            "plain ünicode, \u{1f468}\u{200d}\u{1f469}"
        );
    }
}
