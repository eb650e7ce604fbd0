//! The words of a RON file: texts, numbers, names and brackets, each with its place, and what is wrong in any of them.

use super::{MAX_PROBLEMS, MAX_TEXT_BYTES, excerpt::shortened};
use crate::engine::is_hidden;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    Comma,
    Colon,
    Equals,
    /// A text in quotes, with its content.
    Text(String),
    Letter,
    Number,
    Name,
}

/// A token and the bytes it covers.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// Something wrong with how the file is written, found before any type is known.
#[derive(Clone, Debug)]
pub(super) struct Flaw {
    pub at: usize,
    pub code: &'static str,
    pub message: String,
}

/// The tokens of a text, what is wrong with it, how to mend what can be mended, and whether reading on makes sense.
#[derive(Default)]
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub flaws: Vec<Flaw>,
    pub fatal: bool,
}

/// Splits `text` into tokens. Never fails: what cannot be read is a flaw.
pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, at: 0, out: Lexed::default() };
    while lexer.at < text.len() && !lexer.out.fatal {
        lexer.step();
    }
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Lexed,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn flaw(&mut self, at: usize, code: &'static str, message: String) {
        self.out.flaws.push(Flaw { at, code, message });
        self.out.fatal |= self.out.flaws.len() >= MAX_PROBLEMS;
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.out.tokens.push(Token { kind, start: self.at, end: self.at + length });
        self.at += length;
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        match c {
            _ if rest.starts_with("//") => self.at += rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => self.block_comment(),
            '(' | '[' | '{' => self.push(Kind::Open(c as u8), 1),
            ')' | ']' | '}' => self.push(Kind::Close(c as u8), 1),
            ',' => self.push(Kind::Comma, 1),
            ':' => self.push(Kind::Colon, 1),
            '=' => self.push(Kind::Equals, 1),
            '"' => self.text(0, 0),
            '\'' => self.letter(),
            '#' if rest.starts_with("#!") => self.attribute(),
            _ if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => self.number(),
            _ if c == '_' || c.is_alphabetic() => self.name(),
            _ if is_blank(c) => self.at += c.len_utf8(),
            '\u{feff}' if self.at == 0 => {
                self.at += c.len_utf8();
            }
            _ => self.stray(c),
        }
    }

    fn stray(&mut self, c: char) {
        if c.is_whitespace() || is_hidden(c) {
            let message =
                format!("a character that cannot be seen (U+{:04X}) stands here; delete it", c as u32);
            self.flaw(self.at, "control-character", message);
        } else {
            self.flaw(
                self.at,
                "syntax",
                format!("\"{c}\" has no meaning here; delete it, or put text in \"quotes\""),
            );
        }
        self.at += c.len_utf8();
    }

    fn block_comment(&mut self) {
        let (start, bytes) = (self.at, self.text.as_bytes());
        let mut depth = 0;
        let mut at = start;
        while at < bytes.len() {
            match (bytes[at], bytes.get(at + 1)) {
                (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
                (b'*', Some(b'/')) => (depth, at) = (depth - 1, at + 2),
                _ => at += 1,
            }
            if depth == 0 {
                self.at = at;
                return;
            }
        }
        self.flaw(start, "syntax", "this comment is never closed; write */ where it ends".into());
        self.out.fatal = true;
    }

    /// A text whose opening quote is `lead` bytes on, with `hashes` of `#` around a raw one (`lead` > 0 without hashes
    /// is a raw or a byte text).
    fn text(&mut self, lead: usize, hashes: usize) {
        let raw = self.rest()[..lead].contains('r');
        let (start, body) = (self.at, self.at + lead + 1);
        let closing = format!("\"{}", "#".repeat(hashes));
        let Some(length) = closing_quote(&self.text[body..], &closing, raw) else {
            return self.unclosed_text(start);
        };
        let inside = &self.text[body..body + length];
        let content = if raw { inside.to_owned() } else { unescaped(inside) };
        if content.len() > MAX_TEXT_BYTES {
            let message = format!(
                "a text of {} bytes; at most {MAX_TEXT_BYTES} are allowed; shorten it",
                content.len()
            );
            self.flaw(start, "too-large", message);
            self.out.fatal = true;
        }
        let hidden = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t' | '\r');
        if let Some(c) = content.chars().find(|c| hidden(*c)) {
            let message =
                format!("this text contains a character that cannot be seen (U+{:04X}); delete it", c as u32);
            self.flaw(start, "control-character", message);
        }
        self.push(Kind::Text(content), lead + 1 + length + closing.len());
    }

    /// One missing quote turns all later ones around, so the first text that runs over a line end is the likely culprit.
    fn unclosed_text(&mut self, start: usize) {
        let over_lines = |token: &&Token| {
            matches!(token.kind, Kind::Text(_)) && self.text[token.start..token.end].contains('\n')
        };
        let culprit = self.out.tokens.iter().find(over_lines).map_or(start, |token| token.start);
        let line = self.text[..culprit].rfind('\n').unwrap_or(0);
        self.out.flaws.retain(|flaw| flaw.at < line);
        self.flaw(culprit, "syntax", "a text of this line is never closed; write \" where it ends".into());
        self.out.fatal = true;
    }

    fn letter(&mut self) {
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let escaped = line.starts_with("'\\'");
        let from = if escaped { 3 } else { 1 };
        match line.get(from..).and_then(|tail| tail.find('\'')) {
            Some(length) => {
                let inside = &line[1..from + length];
                let one = inside.chars().count() == 1 || inside.starts_with('\\');
                let (inside, size) = (inside.to_owned(), from + length + 1);
                if one {
                    return self.push(Kind::Letter, size);
                }
                self.flaw(
                    self.at,
                    "syntax",
                    format!("text goes in double quotes; write \"{}\"", shortened(&inside)),
                );
                self.push(Kind::Text(inside), size);
            }
            None => self.stray('\''),
        }
    }

    /// `#![enable(...)]`: RON's own switches. Ours are always on, so none has to be written, and all may be.
    fn attribute(&mut self) {
        match self.rest().find(")]") {
            Some(length) => self.at += length + 2,
            None => self.stray('#'),
        }
    }

    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let signed = matches!(bytes[0], b'+' | b'-');
        let mut length = 1;
        while let Some(b) = bytes.get(length) {
            let exponent = matches!(b, b'+' | b'-') && matches!(bytes[length - 1], b'e' | b'E');
            if !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_') || exponent) {
                break;
            }
            length += 1;
        }
        let number = self.rest()[..length].to_owned();
        if length == 1 && !bytes[0].is_ascii_digit() {
            return self.stray(bytes[0] as char);
        }
        let digits = if signed { &number[1..] } else { &number };
        if is_infinite(digits) {
            self.not_finite(&number);
        }
        self.push(Kind::Number, length);
    }

    fn name(&mut self) {
        let rest = self.rest();
        if let Some(after) = rest.strip_prefix("b'") {
            let length = after.find('\'').map_or(2, |length| length + 3);
            return self.push(Kind::Number, length);
        }
        let prefix = ["br", "rb", "r", "b"].into_iter().find(|prefix| {
            let after = rest.strip_prefix(prefix).unwrap_or("");
            after.trim_start_matches('#').starts_with('"') && (prefix.contains('r') || after.starts_with('"'))
        });
        if let Some(prefix) = prefix {
            let hashes = rest[prefix.len()..].bytes().take_while(|b| *b == b'#').count();
            return self.text(prefix.len() + hashes, hashes);
        }
        let raw = if rest.starts_with("r#") { 2 } else { 0 };
        let more = |c: char| c == '_' || c.is_alphanumeric();
        let length = raw + rest[raw..].find(|c| !more(c)).unwrap_or(rest.len() - raw);
        let name = &rest[..length];
        if matches!(name, "inf" | "inff32" | "inff64" | "NaN" | "NaNf32" | "NaNf64") {
            let name = name.to_owned();
            self.not_finite(&name);
        }
        self.push(Kind::Name, length);
    }

    fn not_finite(&mut self, number: &str) {
        let message =
            format!("{} is not a finite number; write an ordinary one, such as 1000000", shortened(number));
        self.flaw(self.at, "not-finite", message);
    }
}

/// What RON skips between tokens. Other spaces, such as the no-break space, are not among them.
fn is_blank(c: char) -> bool {
    c.is_ascii_whitespace()
        || matches!(c, '\x0b' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
}

/// The content's length up to `closing`, or `None` when it never comes.
fn closing_quote(body: &str, closing: &str, raw: bool) -> Option<usize> {
    if raw {
        return body.find(closing);
    }
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The text that `inside` stands for. Wrong escapes are kept as they are: the parser proper reports them.
fn unescaped(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let code = rest.strip_prefix("u{").and_then(|tail| tail.split_once('}'));
        let short = rest.strip_prefix('x').and_then(|tail| Some((tail.get(..2)?, tail.get(2..)?)));
        let letter = code
            .or(short)
            .and_then(|(digits, tail)| Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, tail)));
        if let Some((letter, tail)) = letter {
            out.push(letter);
            rest = tail;
            continue;
        }
        let mut tail = rest.chars();
        match tail.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('0') => out.push('\0'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out
}

fn is_infinite(digits: &str) -> bool {
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    let plain = plain.strip_suffix("f32").or(plain.strip_suffix("f64")).unwrap_or(&plain).to_owned();
    plain.parse::<f64>().is_ok_and(|value| !value.is_finite())
        || matches!(digits, "NaNf32" | "NaNf64" | "inff32")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(text).tokens.into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn comments_nest_and_count_for_nothing() {
        assert_eq!(kinds("/* a /* b */ c */ x // ) [\n: 1"), [Kind::Name, Kind::Colon, Kind::Number]);
    }

    #[test]
    fn texts_of_every_kind_give_their_content() {
        let text = |content: &str| Kind::Text(content.into());
        let found = kinds(r###""a\"b\n\u{e9}\x41" r"c\d" r#"e"f"# b"g" 'h' '\'' "###);
        let expected =
            [text("a\"b\né\u{41}"), text("c\\d"), text("e\"f"), text("g"), Kind::Letter, Kind::Letter];
        assert_eq!(found, expected);
    }

    #[test]
    fn numbers_are_one_token_each() {
        let numbers = "1 -2 +3 .5 1e-9 0xff 1_000 2.5f32 b'a'";
        assert_eq!(kinds(numbers), vec![Kind::Number; 9]);
    }

    #[test]
    fn what_is_not_finite_is_a_flaw() {
        for text in ["NaN", "inf", "-inf", "1e999", "-1e999", "inff32", "NaNf64", "1e400f64"] {
            let lexed = lex(text);
            assert_eq!(lexed.flaws.len(), 1, "{text}");
            assert_eq!(lexed.flaws[0].code, "not-finite", "{text}");
        }
        assert!(lex("info NaNny 1e30 infinite").flaws.is_empty());
    }

    #[test]
    fn a_missing_quote_is_blamed_on_the_first_text_that_runs_over_a_line_end() {
        let lexed = lex("(a: \"one\", b: \"two,\n c: \"three\")");
        assert!(lexed.fatal);
        assert_eq!(lexed.flaws[0].at, 14);
    }
}
