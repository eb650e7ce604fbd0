//! Rules about the whole of `src` at once: no public item that production code never names, and no list of all members that
//! no test walks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::tokens::{Token, tokens};

/// One file: its path, relative to the project, and its text.
pub type File = (String, String);

/// The code of one file that a user's run can reach: its tokens without what is compiled for tests alone.
struct Code<'t> {
    path: &'t str,
    tokens: Vec<Token<'t>>,
    /// For each token the innermost span that it lies in.
    inside: Vec<Option<usize>>,
}

/// A stretch of code that belongs to a name: a public item, or an `impl` block of a type.
struct Span<'t> {
    name: &'t str,
    file: usize,
    line: usize,
    parent: Option<usize>,
    /// Whether it declares a public item, which has to be used somewhere.
    is_item: bool,
}

/// Public items of `src` that no production code names but their own: one line each.
pub fn unused_items(files: &[File]) -> Vec<String> {
    let in_src: Vec<&File> = files.iter().filter(|(path, _)| path.starts_with("src/")).collect();
    let for_tests = test_modules(&in_src);
    let is_production = |path: &str| !for_tests.iter().any(|test| is_within(path, test));
    let mut codes: Vec<Code<'_>> = in_src
        .iter()
        .filter(|(path, _)| is_production(path))
        .map(|(path, text)| {
            let tokens = without_tests(&tokens(text));
            let inside = vec![None; tokens.len()];
            Code { path, tokens, inside }
        })
        .collect();
    let mut spans = Vec::new();
    for (file, code) in codes.iter_mut().enumerate() {
        find_spans(file, code, &mut spans);
    }
    let mut by_attribute: BTreeSet<String> = BTreeSet::new();
    for (_, text) in in_src.iter().filter(|(path, _)| is_production(path)) {
        by_attribute.extend(names_in_attributes(text));
    }
    let mut places: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (file, code) in codes.iter().enumerate() {
        let exported = exports(&code.tokens);
        for (at, token) in code.tokens.iter().enumerate().filter(|(at, _)| !exported[*at]) {
            places.entry(token.text).or_default().push((file, at));
        }
    }
    let mut dead: BTreeSet<&str> = BTreeSet::new();
    loop {
        let is_used = |name: &str| {
            by_attribute.contains(name)
                || places.get(name).is_some_and(|places| {
                    places.iter().any(|(file, at)| counts(name, codes[*file].inside[*at], &spans, &dead))
                })
        };
        let newly: BTreeSet<&str> = spans
            .iter()
            .filter(|span| span.is_item && span.name != "ALL" && !dead.contains(span.name))
            .map(|span| span.name)
            .filter(|name| !is_used(name))
            .collect();
        if newly.is_empty() {
            break;
        }
        dead.extend(newly);
    }
    let found = spans.iter().filter(|span| span.is_item && dead.contains(span.name));
    found
        .map(|span| {
            let path = codes[span.file].path;
            format!("{path}:{}: unused: `{}` is public, and only tests name it", span.line, span.name)
        })
        .collect()
}

/// Whether a name that stands in `place` is a use: not within an item or an `impl` of its own, nor within one that is dead.
fn counts(name: &str, place: Option<usize>, spans: &[Span<'_>], dead: &BTreeSet<&str>) -> bool {
    let mut place = place;
    while let Some(at) = place {
        if spans[at].name == name || dead.contains(spans[at].name) {
            return false;
        }
        place = spans[at].parent;
    }
    true
}

/// Modules that are declared for tests alone, as paths without `.rs`.
pub fn test_modules(files: &[&File]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let code = tokens(text);
        let folder = module_folder(path);
        for (at, _) in code.iter().enumerate().filter(|(at, _)| is_for_tests(&code[*at..])) {
            let rest = &code[at + 7..];
            let declared = rest.iter().position(|token| token.text == "mod").filter(|mods| *mods < 5);
            if let Some(mods) = declared
                && rest.get(mods + 2).is_some_and(|end| end.text == ";")
            {
                found.push(format!("{folder}/{}", rest[mods + 1].text));
            }
        }
    }
    found
}

/// The folder that holds the modules of a file.
pub fn module_folder(path: &str) -> &str {
    let own = path.strip_suffix(".rs").unwrap_or(path);
    if matches!(own, "src/lib" | "src/main") { "src" } else { own }
}

pub fn is_within(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// Whether code begins with `#[cfg(test)]`.
fn is_for_tests(code: &[Token<'_>]) -> bool {
    let words = ["#", "[", "cfg", "(", "test", ")", "]"];
    code.len() > words.len() && words.iter().zip(code).all(|(word, token)| *word == token.text)
}

/// The code without the items that are compiled for tests alone.
pub fn without_tests<'t>(code: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut kept = Vec::with_capacity(code.len());
    let mut at = 0;
    while at < code.len() {
        if is_for_tests(&code[at..]) {
            at += 7;
            while code.get(at).is_some_and(|token| token.text == "#") {
                at += 1 + code[at..].iter().position(|token| token.text == "]").unwrap_or(0);
            }
            at = end_of_item(code, at);
        } else {
            kept.push(code[at]);
            at += 1;
        }
    }
    kept
}

/// Where the item that begins at `from` ends: behind its `;`, or behind the `}` of its first braces.
fn end_of_item(code: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in code.iter().enumerate().skip(from) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            "}" if depth <= 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// Finds the public items and the `impl` blocks of a file, and notes in which of them each token lies.
fn find_spans<'t>(file: usize, code: &mut Code<'t>, spans: &mut Vec<Span<'t>>) {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for at in 0..code.tokens.len() {
        while open.last().is_some_and(|(_, end)| *end <= at) {
            open.pop();
        }
        let begun = declared(&code.tokens[at..])
            .map(|name| (name, true))
            .or_else(|| implemented(&code.tokens, at).map(|name| (name, false)));
        if let Some((name, is_item)) = begun {
            let parent = open.last().map(|(span, _)| *span);
            let line = code.tokens[at].line;
            open.push((spans.len(), end_of_item(&code.tokens, at)));
            spans.push(Span { name, file, line, parent, is_item });
        }
        code.inside[at] = open.last().map(|(span, _)| *span);
    }
}

/// The name of the public item that code begins with.
fn declared<'t>(code: &[Token<'t>]) -> Option<&'t str> {
    if code.first()?.text != "pub" {
        return None;
    }
    let mut at = 1;
    let mut kind = "";
    while matches!(
        code.get(at)?.text,
        "fn" | "const" | "static" | "struct" | "enum" | "trait" | "type" | "async"
    ) {
        kind = code[at].text;
        at += 1;
    }
    (!kind.is_empty()).then(|| code.get(at).map(|token| token.text))?
}

/// The type whose `impl` block begins at `at`.
fn implemented<'t>(code: &[Token<'t>], at: usize) -> Option<&'t str> {
    let begins = at == 0 || matches!(code[at - 1].text, "}" | ";" | "]" | "{");
    if code[at].text != "impl" || !begins {
        return None;
    }
    let (mut depth, mut name) = (0_usize, None);
    for (index, token) in code.iter().enumerate().skip(at + 1) {
        match token.text {
            "<" => depth += 1,
            ">" if code[index - 1].text != "-" => depth = depth.saturating_sub(1),
            "{" | "where" if depth == 0 => break,
            "for" => name = None,
            word if depth == 0 && word.starts_with(|c: char| c.is_alphabetic()) => name = Some(word),
            _ => {}
        }
    }
    name
}

/// Which tokens lie in a `pub use`, which names an item without using it.
fn exports(code: &[Token<'_>]) -> Vec<bool> {
    let mut inside = false;
    let mark = |(at, token): (usize, &Token<'_>)| {
        let next = code.get(at + 1).map_or("", |next| next.text);
        inside = (inside && token.text != ";") || (token.text == "pub" && next == "use");
        inside
    };
    code.iter().enumerate().map(mark).collect()
}

/// Functions that attributes name in a text, such as `#[serde(default = "four")]`.
fn names_in_attributes(text: &str) -> Vec<String> {
    let named = regex::Regex::new(r#"= "(?:\w+::)*(\w+)"[,)]"#).expect("a valid pattern");
    named.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// Types whose list of all members no test walks: one line each. A list is a constant `ALL`, or what strum derives
/// (`EnumIter`, `VariantArray`, `VariantNames`); a test walks it when test code names it with its type.
pub fn unwalked_lists(files: &[File]) -> Vec<String> {
    let mut lists: Vec<(&str, usize, &str)> = Vec::new();
    let mut walked = String::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let all = tokens(text);
        let production = without_tests(&all);
        let is_test = path.starts_with("tests/") || path.contains("/tests");
        if path.starts_with("src/") {
            lists.extend(lists_in(&production).into_iter().map(|(line, name)| (path.as_str(), line, name)));
        }
        let kept: BTreeSet<(usize, &str)> = if is_test {
            BTreeSet::new()
        } else {
            production.iter().map(|token| (token.line, token.text)).collect()
        };
        for token in all.iter().filter(|token| !kept.contains(&(token.line, token.text))) {
            let _ = write!(walked, "{} ", token.text);
        }
    }
    let is_walked = |name: &str| {
        ["ALL", "iter", "VARIANTS"].iter().any(|list| walked.contains(&format!("{name} :: {list} ")))
    };
    let found = lists.into_iter().filter(|(_, _, name)| !is_walked(name));
    found
        .map(|(path, line, name)| format!("{path}:{line}: unwalked: no test walks all members of `{name}`"))
        .collect()
}

/// The types of a file that have a list of all their members, with the line of the list.
fn lists_in<'t>(code: &[Token<'t>]) -> Vec<(usize, &'t str)> {
    let (mut found, mut owner, mut derives) = (Vec::new(), None, false);
    for (at, token) in code.iter().enumerate() {
        let next = code.get(at + 1).map_or("", |next| next.text);
        match token.text {
            "impl" => owner = implemented(code, at).or(owner),
            "ALL" if at > 0 && code[at - 1].text == "const" && next == ":" => {
                let is_list = code[at + 2..].iter().take(4).any(|token| token.text == "[");
                found.extend(owner.filter(|_| is_list).map(|owner| (token.line, owner)));
            }
            "EnumIter" | "VariantArray" | "VariantNames" if matches!(next, "," | ")") => derives = true,
            "enum" if derives => {
                found.push((token.line, code[at + 1].text));
                derives = false;
            }
            _ => {}
        }
    }
    found
}
