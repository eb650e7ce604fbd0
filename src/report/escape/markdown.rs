//! Text in GitHub's Markdown.

use super::harmless;

/// `text` on one line, without anything that Markdown reads as more than text: no emphasis, link, picture, mention, emoji,
/// formula, HTML or cell of a table (GitHub Flavored Markdown Spec, 2.4 "Backslash escapes" and 6.9 "Autolinks").
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' => escaped.push_str("&#124;"),
            '@' => escaped.push_str("&#64;"),
            ',' | ';' | '%' | '\'' | '"' | '/' | '?' => escaped.push(c),
            c if c.is_ascii_punctuation() => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_more_than_text() {
        assert_eq!(markdown("<b>|x|</b> & @all"), "&lt;b&gt;&#124;x&#124;&lt;/b&gt; &amp; &#64;all");
        assert_eq!(
            markdown("![a](http://b) `c` $d$ :e:"),
            "\\!\\[a\\]\\(http\\://b\\) \\`c\\` \\$d\\$ \\:e\\:"
        );
        assert_eq!(markdown("www.x.y\n# h"), "www\\.x\\.y \\# h");
        assert_eq!(markdown("p90 900 users"), "p90 900 users");
    }
}
