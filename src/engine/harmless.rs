//! Text that cannot steer what shows it: which characters are hidden, and a text without them on one line.

use std::borrow::Cow;

/// Whether a character shows nothing itself and can change how what stands beside it is shown.
pub fn is_hidden(c: char) -> bool {
    parts(c) || is_invisible(c)
}

/// The hidden characters that part what stands beside them: control characters (C0, C1 and DELETE, among them the beginnings of a
/// terminal's commands), and separators of lines and paragraphs.
fn parts(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether `c` is not seen itself and changes how other text is read: marks of direction (Unicode Standard Annex 9; "Trojan Source",
/// 2021), of deprecated formatting, of annotations and tags, spaces without width, and code points that are no characters. The joiners
/// U+200C and U+200D are not among them: Persian and emoji are written with them.
pub const fn is_invisible(c: char) -> bool {
    let is_no_character = c as u32 & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    is_no_character
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` on one line, without hidden characters: those that part something become spaces, the others go.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    text.chars().filter(|c| !is_invisible(*c)).map(|c| if parts(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_left_and_nothing_else_goes() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let text = format!("a{c}b");
            let shown = harmless(&text);
            assert!(!shown.chars().any(is_hidden), "{c:?}");
            if !is_hidden(c) {
                assert_eq!(shown, text);
            }
        }
        assert_eq!(harmless("a\u{1b}[31mb\nc\u{9b}d\u{2028}e"), "a [31mb c d e");
        assert_eq!(harmless("x\u{202e}y"), "xy");
    }
}
