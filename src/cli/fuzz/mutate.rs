//! Valid files, changed: mostly so that they stay well formed, with values at the ends of what their types hold, and sometimes torn.

use crate::engine::Stream;

/// Values at the ends, and beyond.
const EXTREMES: [&str; 48] = [
    "0",
    "1",
    "-1",
    "2",
    "100",
    "255",
    "256",
    "1000",
    "65535",
    "65536",
    "1000000",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "1e-308",
    "0.1",
    "NaN",
    "inf",
    "-0.0",
    "\"0s\"",
    "\"1ns\"",
    "\"100ms\"",
    "\"1s\"",
    "\"30d\"",
    "\"3650d\"",
    "\"99999d\"",
    "\"18446744073709551615ns\"",
    "\"0%\"",
    "\"0.000001%\"",
    "\"33.333333333333%\"",
    "\"100%\"",
    "\"100000%\"",
    "\"1/h\"",
    "\"0.000000000001/s\"",
    "\"1000000000/s\"",
    "\"99999999999999999999/s\"",
    "\"\"",
    "\"\u{202e}x\"",
    "\"\u{1b}[31m\u{7}\"",
    "\"=1+1\"",
    "None",
    "[]",
    "()",
    "{}",
    "true",
];

/// The largest input that is made: beyond this size every reader refuses it unread.
const LARGEST: usize = 300_000;

/// Makes one input of a corpus.
pub(super) struct Mutator<'a> {
    corpus: &'a [String],
    draws: Stream,
    drawn: u64,
}

impl<'a> Mutator<'a> {
    /// The input of these draws.
    pub fn new(corpus: &'a [String], draws: Stream) -> Self {
        Self { corpus, draws, drawn: 0 }
    }

    /// A file of the corpus after some changes.
    pub fn mutated(mut self) -> String {
        let mut text = self.file().to_owned();
        // Half of all inputs have only values changed, so that they get past the reader.
        let keeps_its_form = self.below(2) == 0;
        for _ in 0..=self.below(4) {
            text = if keeps_its_form { self.with_another_value(&text) } else { self.changed(&text) };
            text.truncate(text.floor_char_boundary(LARGEST));
        }
        text
    }

    fn below(&mut self, count: usize) -> usize {
        self.drawn += 1;
        self.draws.below(self.drawn, count.max(1) as u64) as usize
    }

    fn file(&mut self) -> &'a str {
        let at = self.below(self.corpus.len());
        self.corpus.get(at).map_or("", String::as_str)
    }

    fn extreme(&mut self) -> &'static str {
        EXTREMES[self.below(EXTREMES.len())]
    }

    /// Puts an extreme, or a value from elsewhere, in the place of a number or a text.
    fn with_another_value(&mut self, text: &str) -> String {
        let tokens = tokens(text);
        let is_value =
            |token: &&&str| token.starts_with(|c: char| c.is_ascii_digit() || c == '"' || c == '-');
        let values = tokens.iter().enumerate().filter(|(_, token)| is_value(token));
        let values: Vec<usize> = values.map(|(at, _)| at).collect();
        if values.is_empty() {
            return self.changed(text);
        }
        let at = values[self.below(values.len())];
        let other = values[self.below(values.len())];
        let value = if self.below(4) == 0 { tokens[other] } else { self.extreme() };
        joined(&tokens, at, at + 1, &[value])
    }

    fn changed(&mut self, text: &str) -> String {
        let tokens = tokens(text);
        let at = self.below(tokens.len() + 1).min(tokens.len());
        let length = 1 + self.below(40);
        let end = (at + length).min(tokens.len());
        match self.below(10) {
            0 => joined(&tokens, at, (at + 1).min(tokens.len()), &[self.extreme()]),
            1 => joined(&tokens, at, (at + 1).min(tokens.len()), &[]),
            2 => joined(&tokens, at, end, &[]),
            3 => {
                let to = self.below(tokens.len() + 1).min(tokens.len());
                joined(&tokens, to, to, &tokens[at..end])
            }
            4 => {
                let other = self.file();
                let others = self::tokens(other);
                let from = self.below(others.len() + 1).min(others.len());
                let until = (from + length).min(others.len());
                joined(&tokens, at, at, &others[from..until])
            }
            5 => {
                let other = self.below(tokens.len().max(1));
                let mut swapped = tokens.clone();
                if at < swapped.len() && other < swapped.len() {
                    swapped.swap(at, other);
                }
                swapped.concat()
            }
            6 => {
                let piece = tokens[at..end].concat();
                let times = 1_usize << self.below(13);
                let times = times.min(LARGEST / piece.len().max(1));
                joined(&tokens, at, end, &[&piece.repeat(times)])
            }
            7 => {
                let depth = 1 + self.below(300);
                let [open, close] = [["(", ")"], ["[", "]"], ["{", "}"], ["Some(", ")"]][self.below(4)];
                let whole = [open.repeat(depth), tokens[at..end].concat(), close.repeat(depth)].concat();
                joined(&tokens, at, end, &[&whole])
            }
            8 => {
                let long = "x".repeat(1_usize << self.below(14));
                joined(&tokens, at, end, &[&format!("\"{long}\"")])
            }
            _ => {
                let mut bytes = text.as_bytes().to_vec();
                let place = self.below(bytes.len().max(1));
                let byte = self.below(256) as u8;
                match bytes.get_mut(place) {
                    Some(there) => *there = byte,
                    None => bytes.push(byte),
                }
                String::from_utf8_lossy(&bytes).into_owned()
            }
        }
    }
}

/// The tokens with those from `from` to `until` replaced by others.
fn joined(tokens: &[&str], from: usize, until: usize, others: &[&str]) -> String {
    [&tokens[..from], others, &tokens[until..]].concat().concat()
}

/// The words, quoted texts, runs of white space and single signs of a text, which put together are the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '%' | '-' | '$');
        let length = if first == '"' {
            quoted(rest)
        } else if first.is_whitespace() {
            rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len())
        } else if word(first) {
            rest.find(|c: char| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// The length of the quoted text that a text begins with.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Chance;

    #[test]
    fn tokens_put_together_are_the_text_and_a_number_gives_an_input() {
        let corpus = ["(a: \"x\\\"y\", b: [1, 2.5], c: Some(\"5%\"))\n".to_owned()];
        assert_eq!(tokens(&corpus[0]).concat(), corpus[0]);
        let input = |number| Mutator::new(&corpus, Chance::new(0).stream("plan", 0).child(number)).mutated();
        let all: std::collections::BTreeSet<String> = (0..200).map(input).collect();
        assert!(all.len() > 100, "{}", all.len());
        assert_eq!(input(7), input(7));
    }
}
