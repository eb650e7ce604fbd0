//! Takes a condition apart into numbers, texts, words and signs.

use std::fmt;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
    End,
}

impl Token {
    /// Whether it is this sign, or this word.
    pub(super) fn is(&self, sign: &str) -> bool {
        match self {
            Self::Sign(own) => *own == sign,
            Self::Word(own) => own == sign,
            Self::Number(_) | Self::Text(_) | Self::End => false,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) | Self::Word(text) => f.write_str(text),
            Self::Sign(sign) => f.write_str(sign),
            Self::End => f.write_str("the end"),
        }
    }
}

/// The signs; of two that begin alike the longer one stands first.
const SIGNS: [&str; 29] = [
    "||", "&&", "==", "!=", "<=", ">=", "**", "??", "?.", "<", ">", "!", "+", "-", "*", "/", "%", "^", "?",
    ":", ",", ".", "#", "(", ")", "[", "]", "{", "}",
];

/// The tokens of `text`.
///
/// # Errors
/// The first letter that begins no token.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first.is_ascii_digit() {
            number(rest)?
        } else if first.is_ascii_alphabetic() || first == '_' || first == '$' {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'));
            let end = end.unwrap_or(rest.len());
            (Token::Word(rest[..end].to_owned()), end)
        } else if matches!(first, '"' | '\'' | '`') {
            quoted(rest, first)?
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("`{first}` is no part of a condition"))?;
            (Token::Sign(sign), sign.len())
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// A number such as `5`, `0.05`, `1e-3` or `1_000`.
fn number(text: &str) -> Result<(Token, usize), String> {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let is_sign = matches!(byte, b'+' | b'-') && matches!(bytes[end - 1], b'e' | b'E');
        // Two dots are a range and no part of a number.
        let is_dot = *byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || *byte == b'_' || is_dot || is_sign && end > 0) {
            break;
        }
        end += 1;
    }
    let written = &text[..end];
    let number = written.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(|number| (Token::Number(number), end)).ok_or_else(|| format!("`{written}` is no number"))
}

/// A text in quotes; what follows a backslash stands for itself.
fn quoted(text: &str, quote: char) -> Result<(Token, usize), String> {
    let mut inside = String::new();
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if escaped || letter == '\\' && quote != '`' {
            if escaped {
                inside.push(letter);
            }
            escaped = !escaped;
        } else if letter == quote {
            return Ok((Token::Text(inside), at + letter.len_utf8()));
        } else {
            inside.push(letter);
        }
    }
    Err("a text in quotes has no end".to_owned())
}
