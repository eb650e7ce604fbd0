//! Rust source cut into words, so that rules read code and never comments or the inside of texts.

/// One piece of code: a name, a number, `::`, or a single sign. A literal text or character is `"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// From 1.
    pub line: usize,
    /// As written.
    pub text: &'a str,
}

/// The tokens of `text`, comments and white space left out.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let (end, kept) = piece(&text[at..]);
        let whole = &text[at..at + end];
        if let Some(text) = kept {
            found.push(Token { line, text });
        }
        line += whole.matches('\n').count();
        at += end;
    }
    found
}

/// Length in bytes of the piece that `rest` begins with, and the piece as a token.
fn piece(rest: &str) -> (usize, Option<&str>) {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if let Some(end) = literal(rest) {
        return (end, Some("\""));
    }
    if rest.starts_with("::") {
        return (2, Some("::"));
    }
    if rest.starts_with(char::is_whitespace) {
        return (first, None);
    }
    if let Some(word) = rest.strip_prefix('\'') {
        let end = word.find(|c| !is_name(c)).map_or(rest.len(), |end| end + 1);
        return (end.max(1), Some(&rest[..end.max(1)]));
    }
    if rest.starts_with(is_name) {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return (end, Some(&rest[..end]));
    }
    (first, Some(&rest[..first]))
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Length of the text or character literal at the start of `rest`, if there is one.
fn literal(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix);
        let raw = prefix.ends_with('r');
        after.is_some_and(|after| {
            after.starts_with('"') || raw && after.trim_start_matches('#').starts_with('"')
        })
    });
    let start = prefix.map_or(0, str::len);
    let body = &rest[start..];
    if prefix.is_some_and(|prefix| prefix.ends_with('r')) {
        let signs = body.len() - body.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(signs));
        let inside = &body[signs + 1..];
        let end = inside.find(&close).map_or(inside.len(), |end| end + close.len());
        return Some(start + signs + 1 + end);
    }
    if body.starts_with('"') {
        return Some(start + closing(body, '"'));
    }
    let character = rest.strip_prefix('b').filter(|after| after.starts_with('\'')).unwrap_or(rest);
    let skipped = rest.len() - character.len();
    let inside = character.strip_prefix('\'')?;
    let second = inside.chars().next()?;
    let is_character = second == '\\' || inside[second.len_utf8()..].starts_with('\'');
    is_character.then(|| skipped + closing(character, '\''))
}

/// Length of a literal that begins and ends with `sign`, with backslashes that hide the next character.
fn closing(body: &str, sign: char) -> usize {
    let mut hidden = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if hidden => hidden = false,
            '\\' => hidden = true,
            _ if c == sign => return at + c.len_utf8(),
            _ => {}
        }
    }
    body.len()
}

#[test]
fn only_code_is_left_of_a_text() {
    let text = r####"a::b // use crate::sim
/* fs /* nested */ fs */ "fs \" fs" 'f' '\'' b'x' &'life r#"fs " fs"# br"fs" c"#;
"####;
    let words: Vec<(usize, &str)> = tokens(text).iter().map(|token| (token.line, token.text)).collect();
    let literal = (2, "\"");
    let mut expected = vec![(1, "a"), (1, "::"), (1, "b")];
    expected.extend([literal; 4]);
    expected.extend([(2, "&"), (2, "'life"), literal, literal, literal]);
    assert_eq!(words, expected);
}
