//! The rule that files of `src` do not import each other in large circles.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, tokens};
use super::unused::{File, module_folder, test_modules, without_tests};

/// The largest circle: a type and its parts.
const LARGEST: usize = 3;

/// A module as the names on the way to it from the crate's root.
type Module<'t> = Vec<&'t str>;

/// The production code of a module, and the names that it imports, each with its path as written.
struct Code<'t> {
    file: &'t str,
    tokens: Vec<Token<'t>>,
    imported: BTreeMap<&'t str, Vec<&'t str>>,
}

/// Circles of more than [`LARGEST`] files, one line each.
pub fn findings(files: &[File]) -> Vec<String> {
    let large = circles(files).into_iter().filter(|circle| circle.len() > LARGEST);
    large.map(|circle| format!("{} files import each other: {}", circle.len(), circle.join(", "))).collect()
}

/// The files that import each other, directly or through others: each group of two or more. A name that a module imports
/// from elsewhere counts as a use of the file that defines it, and not of that module.
fn circles(files: &[File]) -> Vec<Vec<&str>> {
    let in_src: Vec<&File> = files.iter().filter(|(path, _)| path.starts_with("src/")).collect();
    let for_tests = test_modules(&in_src);
    let is_production = |path: &str| !for_tests.iter().any(|test| super::unused::is_within(path, test));
    let codes: BTreeMap<Module<'_>, Code<'_>> = in_src
        .iter()
        .filter(|(path, _)| path != "src/main.rs" && is_production(path))
        .map(|(path, text)| {
            let module = module_folder(path).split('/').skip(1).collect();
            (module, Code::of(path, without_tests(&tokens(text))))
        })
        .collect();
    let uses: BTreeMap<&Module<'_>, BTreeSet<Module<'_>>> =
        codes.iter().map(|(module, code)| (module, code.uses(module, &codes))).collect();
    let mut reached: BTreeMap<&Module<'_>, BTreeSet<&Module<'_>>> = BTreeMap::new();
    for module in codes.keys() {
        let (mut seen, mut open) = (BTreeSet::new(), vec![module]);
        while let Some(at) = open.pop() {
            let next = uses.get_key_value(at).into_iter().flat_map(|(_, used)| used);
            open.extend(next.filter(|used| seen.insert(*used)));
        }
        reached.insert(module, seen);
    }
    let mut found: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (module, reaches) in &reached {
        let members: Vec<&str> = reaches
            .iter()
            .filter(|other| reached.get(**other).is_some_and(|back| back.contains(module)))
            .map(|other| codes[*other].file)
            .collect();
        if members.len() > 1 {
            found.insert(members);
        }
    }
    found.into_iter().collect()
}

impl<'t> Code<'t> {
    fn of(file: &'t str, tokens: Vec<Token<'t>>) -> Self {
        let mut imported = BTreeMap::new();
        for (from, to) in use_declarations(&tokens) {
            for path in paths_in(&tokens[from + 1..to]) {
                let name = path.last().copied().unwrap_or_default();
                imported.insert(name, path);
            }
        }
        Self { file, tokens, imported }
    }

    /// The modules whose items this one names. A name that is passed on with `pub use` counts where the code names it as well.
    fn uses(&self, module: &Module<'t>, codes: &BTreeMap<Module<'t>, Self>) -> BTreeSet<Module<'t>> {
        let exported: Vec<(usize, usize)> = use_declarations(&self.tokens)
            .into_iter()
            .filter(|(from, _)| {
                self.tokens[..*from].last().is_some_and(|before| before.text == "pub" || before.text == ")")
            })
            .collect();
        let in_code = self.names_outside_of_uses();
        let mut named: Vec<Vec<&str>> = Vec::new();
        for (from, to) in use_declarations(&self.tokens) {
            let paths = paths_in(&self.tokens[from + 1..to]).into_iter();
            let is_passed_on = exported.contains(&(from, to));
            named.extend(
                paths.filter(|path| !is_passed_on || path.last().is_some_and(|name| in_code.contains(name))),
            );
        }
        named.extend(self.paths_outside_of_uses());
        let defined = named.iter().filter_map(|path| absolute(module, path, codes));
        let defined = defined.map(|(module, rest)| defining(module, &rest, codes, 0));
        defined.filter(|used| used != module && !used.is_empty()).collect()
    }

    /// All names in the code, but for those in `use`.
    fn names_outside_of_uses(&self) -> BTreeSet<&'t str> {
        let declarations = use_declarations(&self.tokens);
        let is_outside = |at: usize| !declarations.iter().any(|(from, to)| (*from..*to).contains(&at));
        let tokens = self.tokens.iter().enumerate();
        tokens.filter(|(at, _)| is_outside(*at)).map(|(_, token)| token.text).collect()
    }

    /// Paths of two or more names in the code, but for those in `use` and in `pub(in ...)`.
    fn paths_outside_of_uses(&self) -> Vec<Vec<&'t str>> {
        let declarations = use_declarations(&self.tokens);
        let (mut found, mut at) = (Vec::new(), 0);
        while at < self.tokens.len() {
            if let Some((_, to)) = declarations.iter().find(|(from, _)| *from == at) {
                at = *to;
                continue;
            }
            let mut path = vec![self.tokens[at].text];
            let mut end = at + 1;
            while let [sign, name, ..] = &self.tokens[end..]
                && sign.text == "::"
                && is_name(name.text)
            {
                path.push(name.text);
                end += 2;
            }
            let restricts = at > 0 && self.tokens[at - 1].text == "in";
            if path.len() > 1 && is_name(path[0]) && !restricts {
                found.push(path);
            }
            at = end;
        }
        found
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Where each `use` stands, and where its `;` does.
fn use_declarations(code: &[Token<'_>]) -> Vec<(usize, usize)> {
    let starts = code.iter().enumerate().filter(|(_, token)| token.text == "use");
    starts
        .filter_map(|(from, _)| {
            let to = code[from..].iter().position(|token| token.text == ";")?;
            Some((from, from + to))
        })
        .collect()
}

/// The paths of a `use` tree, without the names that `as` gives.
fn paths_in<'t>(tree: &[Token<'t>]) -> Vec<Vec<&'t str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    let (mut prefixes, mut path): (Vec<usize>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut renames = false;
    for token in tree {
        let outer = prefixes.last().copied().unwrap_or(0);
        match token.text {
            "::" => {}
            "{" => prefixes.push(path.len()),
            "," | "}" => {
                if path.len() > outer {
                    found.push(path.clone());
                }
                if token.text == "}" {
                    prefixes.pop();
                    path.truncate(prefixes.last().copied().unwrap_or(0));
                } else {
                    path.truncate(outer);
                }
                renames = false;
            }
            "as" => renames = true,
            _ if renames => {}
            name => path.push(name),
        }
    }
    if !path.is_empty() {
        found.push(path);
    }
    for path in &mut found {
        if path.last() == Some(&"self") {
            path.pop();
        }
    }
    found
}

/// The module that a path begins at, as seen from `module`, and the rest of the path; `None` for other crates and local names.
fn absolute<'t>(
    module: &Module<'t>,
    path: &[&'t str],
    codes: &BTreeMap<Module<'t>, Code<'t>>,
) -> Option<(Module<'t>, Vec<&'t str>)> {
    match *path.first()? {
        "crate" => Some((Vec::new(), path[1..].to_vec())),
        "self" => Some((module.clone(), path[1..].to_vec())),
        "super" => {
            let climbs = path.iter().take_while(|name| **name == "super").count();
            let kept = module.len().checked_sub(climbs)?;
            Some((module[..kept].to_vec(), path[climbs..].to_vec()))
        }
        first => {
            let child: Module<'_> = module.iter().copied().chain([first]).collect();
            codes.contains_key(&child).then(|| (module.clone(), path.to_vec()))
        }
    }
}

/// The module that defines what `rest` names inside `module`.
fn defining<'t>(
    mut module: Module<'t>,
    rest: &[&'t str],
    codes: &BTreeMap<Module<'t>, Code<'t>>,
    depth: usize,
) -> Module<'t> {
    let mut rest = rest;
    while let Some((first, others)) = rest.split_first() {
        let child: Module<'_> = module.iter().copied().chain([*first]).collect();
        if !codes.contains_key(&child) {
            let imported =
                codes.get(&module).and_then(|code| code.imported.get(first)).filter(|_| depth < 10);
            let from = imported.and_then(|path| absolute(&module, path, codes));
            return match from {
                Some((from, path)) => defining(from, &path, codes, depth + 1),
                None => module,
            };
        }
        (module, rest) = (child, others);
    }
    module
}

fn files(texts: &[(&str, &str)]) -> Vec<File> {
    texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_circle_is_found_through_every_kind_of_path() {
    let four = files(&[
        ("src/lib.rs", "pub mod a; pub mod b;"),
        ("src/a.rs", "mod c; mod d; use c::{One, Two as Three}; fn f() {}"),
        ("src/a/c.rs", "pub struct One; use super::d;"),
        ("src/a/d.rs", "fn g() { crate::b::made() }"),
        ("src/b.rs", "pub(in crate::a) fn made() {} use crate::{a::f};"),
    ]);
    let expected = vec![vec!["src/a.rs", "src/a/c.rs", "src/a/d.rs", "src/b.rs"]];
    assert_eq!(circles(&four), expected);
    assert_eq!(findings(&four).len(), 1);
    assert_eq!(findings(&four[..4]), Vec::<String>::new());
}

#[test]
fn a_name_that_is_passed_on_and_used_here_makes_a_circle() {
    let used = |code: &str| {
        let parent = format!("mod c; pub use c::One; {code}");
        let all = [
            ("src/lib.rs", "mod a;"),
            ("src/a.rs", &parent),
            ("src/a/c.rs", "use super::f; pub struct One;"),
        ];
        circles(&files(&all)).len()
    };
    assert_eq!(used("pub fn f(one: One) {}"), 1);
    assert_eq!(used("pub fn f() {}"), 0);
}

#[test]
fn a_parent_that_passes_names_on_makes_no_circle() {
    let passed_on = files(&[
        ("src/lib.rs", "pub mod a;"),
        ("src/a.rs", "mod c; mod d; mod e; pub use c::One; use d::two;"),
        ("src/a/c.rs", "pub struct One;"),
        ("src/a/d.rs", "use super::One; pub fn two() {}"),
        ("src/a/e.rs", "use crate::a::{One, two}; #[cfg(test)] mod tests { use crate::a::d; }"),
    ]);
    assert_eq!(circles(&passed_on), Vec::<Vec<&str>>::new());
}
