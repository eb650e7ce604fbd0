//! Text in a cell of CSV, which spreadsheets open.

use super::harmless;

/// `text` on one line, as a cell that no spreadsheet takes for a formula: before what begins with a sign of a formula stands an
/// apostrophe. The signs are those that OWASP lists under "CSV Injection", with their full-width and small forms, which Excel
/// takes for the plain ones. A semicolon begins a new cell where it separates the columns, so what follows one is looked at as
/// well. Quotes and commas are the CSV writer's work.
pub fn cell(text: &str) -> String {
    let text = harmless(text);
    let parts = text.split(';').map(|part| {
        let first = part.chars().find(|c| !c.is_whitespace() && !matches!(c, '\u{200c}' | '\u{200d}'));
        if first.is_some_and(begins_formula) { format!("'{part}") } else { part.to_owned() }
    });
    parts.collect::<Vec<String>>().join(";")
}

fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\u{ff1d}'
            | '\u{ff0b}'
            | '\u{ff0d}'
            | '\u{ff20}'
            | '\u{fe66}'
            | '\u{fe62}'
            | '\u{fe63}'
            | '\u{fe6b}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let formulas =
            ["=1+1", "+1", "-1", "@SUM", "\t=1", " =1", "\r\n=1", "\u{a0}=1", "\u{200b}=1", "\u{202e}@x"];
        let wide = [
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}1",
            "\u{ff20}SUM",
            "\u{3000}\u{ff1d}1",
            "\u{fe66}1",
            "\u{200d}=1",
        ];
        for text in formulas.into_iter().chain(wide) {
            assert!(cell(text).starts_with('\''), "{text:?}");
            assert!(cell(&format!("a;{text}")).starts_with("a;'"), "{text:?}");
        }
        assert_eq!(cell("eva-marie; and 1 more"), "eva-marie; and 1 more");
        assert_eq!(cell("王小明"), "王小明");
    }
}
