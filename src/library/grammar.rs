//! From tokens to the outline: forgiving, so that one slip does not hide the next.

use std::collections::BTreeMap;

use super::excerpt::shortened;
use super::lexer::{Flaw, Kind, Lexed, Token, lex};
use super::outline::{Findings, Item, Key, Node, Shape};
use super::{MAX_DEPTH, MAX_FILE_BYTES, MAX_ITEMS, MAX_PROBLEMS};

/// The nodes of `text`, the whole value first, and all that is wrong with how it is written.
pub(super) fn outline(text: &str) -> (Vec<Node>, Findings) {
    let mut findings = Findings { flaws: vec![], dropped: vec![], fatal: false };
    if text.len() > MAX_FILE_BYTES {
        let message = format!(
            "the file has {} bytes; at most {MAX_FILE_BYTES} (256 KiB) are read; make it smaller",
            text.len()
        );
        findings.flaws.push(Flaw { at: 0, code: "too-large", message });
        findings.fatal = true;
        return (vec![], findings);
    }
    let Lexed { tokens, flaws, fatal } = lex(text);
    findings.flaws = flaws;
    findings.fatal = fatal;
    if fatal {
        return (vec![], findings);
    }
    let mut grammar = Grammar { text, tokens, at: 0, nodes: vec![], open: vec![], out: findings };
    grammar.whole();
    (grammar.nodes, grammar.out)
}

struct Grammar<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nodes: Vec<Node>,
    /// The brackets not yet closed: what closes them, and where they were opened.
    open: Vec<(u8, usize)>,
    out: Findings,
}

impl Grammar<'_> {
    fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn flaw(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.out.flaws.push(Flaw { at, code, message: message.into() });
        self.out.fatal |= self.out.flaws.len() >= MAX_PROBLEMS;
    }

    fn fatal(&mut self, at: usize, message: impl Into<String>) {
        if !self.out.fatal {
            self.flaw(at, "syntax", message);
        }
        self.out.fatal = true;
    }

    fn line_of(&self, offset: usize) -> usize {
        self.text[..offset].bytes().filter(|b| *b == b'\n').count() + 1
    }

    fn whole(&mut self) {
        if self.tokens.is_empty() {
            return self.fatal(0, "the file is empty; write one value in round brackets, (...)");
        }
        if self.value(None).is_none() && !self.out.fatal {
            let start = self.tokens[0].start;
            let found = shortened(&self.text[start..self.tokens[0].end]).to_owned();
            return self
                .fatal(start, format!("found \"{found}\" where the file's value should begin with \"(\""));
        }
        if let Some(token) = self.tokens.get(self.at) {
            let (start, found) = (token.start, shortened(&self.text[token.start..token.end]).to_owned());
            let message = match self.kind(0) {
                Some(Kind::Close(_)) => {
                    format!("this \"{found}\" closes nothing; delete it, or open it before")
                }
                _ => "the file's value has ended; put all of it inside one pair of round brackets".to_owned(),
            };
            self.fatal(start, message);
        }
    }

    /// Reads one value; `None` when none begins here.
    fn value(&mut self, parent: Option<(usize, usize)>) -> Option<usize> {
        let token = self.tokens.get(self.at)?.clone();
        let mut node = Node {
            shape: Shape::Nothing,
            name: None,
            content: None,
            start: token.start,
            end: token.end,
            parent,
            items: vec![],
        };
        let mut bracket = None;
        match token.kind {
            Kind::Text(content) => (node.shape, node.content) = (Shape::Text, Some(content)),
            Kind::Number => node.shape = Shape::Number,
            Kind::Letter => node.shape = Shape::Letter,
            Kind::Open(open) => bracket = Some(open),
            Kind::Name => {
                let name = &self.text[token.start..token.end];
                node.name = Some(name.strip_prefix("r#").unwrap_or(name).to_owned());
                node.shape = Shape::Name;
                if self.kind(1) == Some(&Kind::Open(b'(')) {
                    self.at += 1;
                    bracket = Some(b'(');
                }
            }
            _ => return None,
        }
        self.at += 1;
        let id = self.nodes.len();
        self.nodes.push(node);
        if let Some(open) = bracket {
            self.nodes[id].shape = match open {
                b'(' => Shape::Round,
                b'[' => Shape::List,
                _ => Shape::Map,
            };
            self.inside(id, open);
        }
        Some(id)
    }

    /// Reads the items up to the closing bracket; the opening one is behind.
    fn inside(&mut self, id: usize, open: u8) {
        let opened = self.tokens[self.at - 1].start;
        if self.open.len() >= MAX_DEPTH {
            self.flaw(
                opened,
                "too-deep",
                format!("brackets inside brackets, more than {MAX_DEPTH} deep; make it flatter"),
            );
            self.out.fatal = true;
            return;
        }
        let close = match open {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        self.open.push((close, opened));
        while !self.out.fatal {
            match self.kind(0) {
                Some(Kind::Close(found)) if *found == close => {
                    self.nodes[id].end = self.tokens[self.at].end;
                    self.at += 1;
                    break;
                }
                Some(Kind::Close(found)) => self.mismatch(*found),
                None => {
                    let message =
                        format!("this \"{}\" is never closed; write \"{}\"", open as char, close as char);
                    self.fatal(opened, message);
                }
                Some(_) => self.item(id),
            }
        }
        self.open.pop();
        if self.nodes[id].items.len() > MAX_ITEMS {
            let message = format!(
                "{} items; at most {MAX_ITEMS} are allowed; leave some out",
                self.nodes[id].items.len()
            );
            self.flaw(opened, "too-large", message);
            self.out.fatal = true;
        }
        self.repeated_keys(id);
    }

    fn mismatch(&mut self, found: u8) {
        let (close, opened) = *self.open.last().unwrap_or(&(found, 0));
        let opening = self.text[opened..].chars().next().unwrap_or('(');
        let message = format!(
            "found \"{}\", but \"{opening}\" of line {} is still open; write \"{}\" first",
            found as char,
            self.line_of(opened),
            close as char
        );
        self.fatal(self.tokens[self.at].start, message);
    }

    fn item(&mut self, id: usize) {
        let start = self.tokens[self.at].start;
        if self.kind(0) == Some(&Kind::Comma) {
            self.flaw(start, "syntax", "a comma with nothing before it; delete it");
            self.at += 1;
            return;
        }
        let index = self.nodes[id].items.len();
        let key = if self.nodes[id].shape == Shape::Map { self.map_key(id) } else { self.field_name(id) };
        if self.out.fatal {
            return;
        }
        let value = match self.value(Some((id, index))) {
            Some(node) => node,
            None => match &key {
                Some(key) if matches!(self.kind(0), None | Some(Kind::Comma | Kind::Close(_))) => {
                    let (at, message) =
                        (key.start, format!("\"{}\" has no value; write one after it", key.text));
                    self.flaw(at, "syntax", message);
                    self.empty_value((id, index))
                }
                _ => {
                    let token = &self.tokens[self.at];
                    let found = &self.text[token.start..token.end];
                    let message = format!("found \"{found}\" where a value should be");
                    return self.fatal(token.start, message);
                }
            },
        };
        self.finish_item(id, start, key, value);
    }

    fn finish_item(&mut self, id: usize, start: usize, key: Option<Key>, node: usize) {
        let mut end = self.nodes[node].end;
        let has_comma = self.kind(0) == Some(&Kind::Comma);
        if has_comma {
            end = self.tokens[self.at].end;
            self.at += 1;
        } else if !self.out.fatal {
            self.missing_comma();
        }
        self.nodes[id].items.push(Item { key, node, start, end, has_comma });
    }

    fn missing_comma(&mut self) {
        let Some(token) = self.tokens.get(self.at) else { return };
        let (start, found) = (token.start, shortened(&self.text[token.start..token.end]).to_owned());
        match token.kind {
            Kind::Close(_) => {}
            Kind::Colon | Kind::Equals => {
                self.fatal(start, format!("\"{found}\" has no meaning here; delete it"))
            }
            _ => {
                self.flaw(
                    start,
                    "syntax",
                    format!("found \"{found}\" where a comma should be; write \",\" before it"),
                );
            }
        }
    }

    fn empty_value(&mut self, parent: (usize, usize)) -> usize {
        let end = self.tokens[self.at - 1].end;
        let node = Node {
            shape: Shape::Nothing,
            name: None,
            content: None,
            start: end,
            end,
            parent: Some(parent),
            items: vec![],
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// `name:` inside round brackets; other languages' ways of writing it are understood and reported.
    fn field_name(&mut self, id: usize) -> Option<Key> {
        let token = self.tokens[self.at].clone();
        let text = match (&token.kind, self.kind(1)) {
            (Kind::Name, Some(Kind::Colon | Kind::Equals)) => {
                let name = &self.text[token.start..token.end];
                name.strip_prefix("r#").unwrap_or(name).to_owned()
            }
            (Kind::Text(name), Some(Kind::Colon)) => {
                self.flaw(token.start, "syntax", format!("field names have no quotes; write {name}:"));
                name.clone()
            }
            _ => return None,
        };
        let sign = self.tokens[self.at + 1].start;
        if self.kind(1) == Some(&Kind::Equals) {
            self.flaw(
                sign,
                "syntax",
                format!("a colon stands between a field and its value; write {text}: ..."),
            );
        }
        if self.nodes[id].shape == Shape::List {
            self.fatal(
                token.start,
                format!("a list holds values without names; put ({text}: ...) in round brackets"),
            );
        }
        self.at += 2;
        Some(Key { text, start: token.start, end: token.end })
    }

    /// The key of a map, which may be any value, and its colon.
    fn map_key(&mut self, id: usize) -> Option<Key> {
        let before = self.nodes.len();
        let token = self.tokens[self.at].clone();
        let Some(node) = self.value(Some((id, 0))) else {
            let found = shortened(&self.text[token.start..token.end]).to_owned();
            self.fatal(token.start, format!("found \"{found}\" where a key should be"));
            return None;
        };
        let Node { start, end, content, .. } = self.nodes[node].clone();
        // A key is no field: what was noted for it would give paths that lead nowhere.
        self.nodes.truncate(before);
        self.out.dropped.retain(|(holder, _)| *holder < before);
        let text = content.unwrap_or_else(|| self.text[start..end].to_owned());
        if self.out.fatal {
            return None;
        }
        if self.kind(0) != Some(&Kind::Colon) {
            let message = format!(
                "\"{}\" has no value; a map holds keys and values, as {{key: value}}",
                shortened(&text)
            );
            self.fatal(start, message);
            return None;
        }
        self.at += 1;
        Some(Key { text, start, end })
    }

    fn repeated_keys(&mut self, id: usize) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut repeated = Vec::new();
        for (index, item) in self.nodes[id].items.iter().enumerate() {
            let Some(key) = &item.key else { continue };
            match first.get(key.text.as_str()) {
                Some(_) if repeated.len() >= MAX_PROBLEMS => break,
                Some(earlier) => repeated.push((index, key.clone(), *earlier)),
                None => {
                    first.insert(&key.text, key.start);
                }
            }
        }
        let what = if self.nodes[id].shape == Shape::Map { "key" } else { "field" };
        for (index, key, earlier) in repeated {
            let line = self.line_of(earlier);
            let text = shortened(&key.text);
            let message =
                format!("{what} \"{text}\" stands here twice, first on line {line}; keep one of them");
            self.flaw(key.start, "duplicate-key", message);
            self.out.dropped.push((id, index));
        }
    }
}

#[cfg(test)]
mod tests;
