//! Structs of many fields: each says why it is one thing and not several.

use super::tokens::Token;

/// Fields that a struct may have without a word about it.
const MOST_FIELDS: usize = 20;

/// What the comment above a wider struct has to hold.
const REASON: &str = "more than twenty fields";

/// Line, name and number of fields of each struct that has more than [`MOST_FIELDS`] and does not say why above it.
pub fn wide_structs<'t>(code: &[Token<'t>], text: &str) -> Vec<(usize, &'t str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, token) in code.iter().enumerate().filter(|(_, token)| token.text == "struct") {
        let Some(name) = code.get(at + 1) else { continue };
        let fields = fields(&code[at + 2..]);
        if fields > MOST_FIELDS && !comment_above(&lines, token.line).contains(REASON) {
            found.push((token.line, name.text, fields));
        }
    }
    found
}

/// The number of named fields of a struct whose tokens after its name are given.
fn fields(code: &[Token]) -> usize {
    let Some(open) = code.iter().position(|token| matches!(token.text, "{" | ";" | "(")) else { return 0 };
    if code[open].text != "{" {
        return 0;
    }
    let (mut depth, mut count) = (0_usize, 0);
    for token in &code[open..] {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            ":" if depth == 1 => count += 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    count
}

/// The comments above a line, its attributes left out, as one text.
fn comment_above(lines: &[&str], line: usize) -> String {
    let above = lines[..line - 1].iter().rev().map(|line| line.trim());
    let kept =
        above.take_while(|line| line.starts_with("//") || line.starts_with("#[") || line.ends_with(")]"));
    let comments = kept.filter_map(|line| line.strip_prefix("//"));
    comments.collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("").replace("/ ", " ")
}
