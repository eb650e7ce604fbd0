//! The planted mutants, and which of them cannot be told from the code that they change.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

/// The file in WORK with a line for each mutant: its number, subject, file, line, function, the line's text, and what is changed.
pub const LIST: &str = "mutants.txt";
/// The file of the repository that says which mutants are equivalent, and why.
const EQUIVALENT: &str = ".ci/mutants/equivalent.txt";

/// A planted mutant, as the list has it.
pub struct Mutant {
    pub number: u32,
    pub subject: String,
    pub file: String,
    pub line: u32,
    pub function: String,
    pub text: String,
    pub what: String,
}

impl Mutant {
    /// Where it stands, and what it changes.
    pub fn told(&self) -> String {
        let Self { file, line, what, .. } = self;
        format!("{file}:{line}: {what}: {}", self.text)
    }
}

/// All mutants of a copy.
pub fn listed(work: &Path) -> io::Result<Vec<Mutant>> {
    fs::read_to_string(work.join(LIST))?
        .lines()
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            let [number, subject, file, at, function, text, what] = parts[..] else {
                return Err(io::Error::other(format!("{LIST}: {line}")));
            };
            Ok(Mutant {
                number: number.parse().map_err(io::Error::other)?,
                subject: subject.to_owned(),
                file: file.to_owned(),
                line: at.parse().map_err(io::Error::other)?,
                function: function.to_owned(),
                text: text.to_owned(),
                what: what.to_owned(),
            })
        })
        .collect()
}

/// The numbers of those that change nothing that a user or a test of cost could see. The file has a paragraph for each kind: lines that
/// begin with `#` say why, and each other line names a mutant by its file, function, text and change, with ` | ` between them. What has a
/// twin in its line is named with its place among them, as `2: `. A line that names no mutant is an error.
pub fn equivalent(work: &Path, mutants: &[Mutant]) -> io::Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    let mut has_reason = false;
    for (index, line) in fs::read_to_string(work.join(EQUIVALENT))?.lines().enumerate() {
        if line.is_empty() {
            has_reason = false;
            continue;
        }
        if line.starts_with('#') {
            has_reason = true;
            continue;
        }
        let wrong = |why: &str| {
            let at = index + 1;
            io::Error::other(format!("{EQUIVALENT}:{at}: {why}: {line}"))
        };
        if !has_reason {
            return Err(wrong("no reason stands above it"));
        }
        let parts: Vec<&str> = line.split(" | ").collect();
        let [file, function, text, what] = parts[..] else {
            return Err(wrong("not FILE | FUNCTION | TEXT | CHANGE"));
        };
        let (place, what) = match what.split_once(": ") {
            Some((place, what)) => (place.parse().map_err(io::Error::other)?, what),
            None => (1_usize, what),
        };
        let alike = mutants.iter().filter(|mutant| {
            mutant.file == file && mutant.function == function && mutant.text == text && mutant.what == what
        });
        match alike.skip(place - 1).map(|mutant| mutant.number).next() {
            Some(number) if found.insert(number) => {}
            Some(_) => return Err(wrong("it stands here twice")),
            None => return Err(wrong("there is no such mutant")),
        }
    }
    Ok(found)
}
