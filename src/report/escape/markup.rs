//! Text inside HTML.

use super::lines;

/// `text` as text of HTML, for systems that show a field as HTML; line ends stay.
pub fn markup(text: &str) -> String {
    maud::html! { (lines(text)) }.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(markup("<i a=\"1\">\u{1b}&\n\u{202e}"), "&lt;i a=&quot;1&quot;&gt;&amp;\n");
    }
}
