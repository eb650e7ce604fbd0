//! Reads a RON file into a value, or into everything that is wrong with it.
//!
//! The parser stops at its first error. So each error is put into words, what it complains of is mended, replaced or left
//! out, and the text is read again for the next. An error that only follows from such a change is not reported.

use std::marker::PhantomData;

use ron::error::Error;
use ron::extensions::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::edits::{Changed, Edits};
use super::lexer::Flaw;
use super::outline::{Findings, Outline};
use super::probe::{Expected, probe};
use super::problem::Problem;
use super::sites::{Fault, Site, item_named, site};
use super::wording::worded;
use super::{MAX_DEPTH, MAX_PROBLEMS};
use crate::engine::nearest;
use crate::scenario::Severity;

/// How many bytes are parsed in search of further errors, at most: well under a second's work.
const SEARCH_BYTES: usize = 64 * 1024 * 1024;
/// How many times a text is parsed in search of further errors, at most.
const SEARCHES: usize = 1_000;
/// Stack for the parser, which calls itself for every bracket: 8 MiB.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The one way RON is written here: `Some` may be left out, wrappers around one value are not written, and brackets go
/// at most [`MAX_DEPTH`] deep.
pub fn parse_options() -> ron::Options {
    let extensions =
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
    ron::Options::default().with_default_extension(extensions).with_recursion_limit(MAX_DEPTH)
}

/// `value` as RON with a field to a line, as files of people have it.
///
/// # Errors
/// Why it cannot be written, in words.
pub fn write_ron<T: Serialize>(value: &T) -> Result<String, String> {
    let layout = ron::ser::PrettyConfig::default().new_line("\n");
    let text = parse_options().to_string_pretty(value, layout);
    text.map(|text| format!("{text}\n")).map_err(|error| format!("the plan cannot be written: {error}"))
}

/// Reads `text`, the content of `file`, as a `T`, with the outline that places its fields.
///
/// # Errors
/// Everything wrong with the text, in the order of the file, at most [`MAX_PROBLEMS`].
pub fn read_ron<T: DeserializeOwned + Send>(file: &str, text: &str) -> Result<(T, Outline), Vec<Problem>> {
    let (outline, findings) = Outline::read(file, text);
    let mut problems: Vec<Problem> = findings.flaws.iter().map(|flaw| flaw_problem(&outline, flaw)).collect();
    let mut value = None;
    if !findings.fatal {
        let mut search = Search::<T>::new(&outline, &findings);
        value = on_a_large_stack(|| search.run()).flatten();
        problems.append(&mut search.problems);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    problems.truncate(MAX_PROBLEMS);
    if value.is_none() && problems.is_empty() {
        problems.push(Problem::of_file(file, "cannot-read", "could not be read to its end; try again"));
    }
    match value {
        Some(value) if problems.is_empty() => Ok((value, outline)),
        _ => Err(problems),
    }
}

fn flaw_problem(outline: &Outline, flaw: &Flaw) -> Problem {
    let field = outline.node_at(flaw.at).map(|node| outline.path_of(node)).unwrap_or_default();
    outline.source().problem(flaw.at, field, flaw.code, flaw.message.clone(), Severity::Error)
}

/// Runs `work` on a thread with a stack that deep files cannot exhaust; `None` when no thread is to be had.
pub fn on_a_large_stack<R: Send>(work: impl FnOnce() -> R + Send) -> Option<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        let done = thread.ok().map(|thread| thread.join());
        done.map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

struct Search<'a, T> {
    outline: &'a Outline,
    edits: Edits,
    problems: Vec<Problem>,
    bytes_left: usize,
    searches_left: usize,
    reads: PhantomData<fn() -> T>,
}

/// A place where a value can be tried: a whole value of the file, or a field that is not in it.
enum Spot<'s> {
    Value(usize),
    Field(usize, &'s str),
}

impl<'a, T: DeserializeOwned> Search<'a, T> {
    fn new(outline: &'a Outline, findings: &Findings) -> Self {
        let mut edits = Edits::default();
        for (start, end, text) in &findings.fixes {
            edits.mend(*start, *end, text);
        }
        for (node, item) in &findings.dropped {
            edits.remove(outline, outline.nodes[*node].items[*item].node);
        }
        Self {
            outline,
            edits,
            problems: vec![],
            bytes_left: SEARCH_BYTES,
            searches_left: SEARCHES,
            reads: PhantomData,
        }
    }

    /// Reads and mends until the text is read to its end or nothing more can be done.
    fn run(&mut self) -> Option<T> {
        loop {
            let changed = self.edits.applied(self.outline.source().text());
            let fault = match self.parse(&changed) {
                Ok(value) => return Some(value),
                Err(fault) => fault,
            };
            let site = site(self.outline, &self.edits, &changed, &fault);
            let mended = if self.is_our_own_doing(&fault, &site) {
                self.give_way(&fault, &site)
            } else {
                self.report(&fault, &site)
            };
            if !mended
                || self.problems.len() >= MAX_PROBLEMS
                || self.searches_left == 0
                || self.bytes_left == 0
            {
                return None;
            }
        }
    }

    fn parse(&mut self, changed: &Changed) -> Result<T, Fault> {
        self.searches_left = self.searches_left.saturating_sub(1);
        self.bytes_left = self.bytes_left.saturating_sub(changed.text.len());
        parse(&changed.text)
    }

    /// True when the fault comes of a change of ours.
    fn is_our_own_doing(&self, fault: &Fault, site: &Site) -> bool {
        let supplied = site.beyond.as_ref().is_some_and(|field| self.edits.has_added(site.node, field));
        if site.ours || supplied || self.edits.cover(self.outline, site.node) {
            return true;
        }
        match &fault.error {
            Error::MissingStructField { field, .. } => self.has_removed(site.node, field),
            Error::Message(_) | Error::ExpectedDifferentLength { .. } | Error::InvalidValueForType { .. } => {
                self.edits.are_inside(self.outline, site.node)
            }
            _ => false,
        }
    }

    fn has_removed(&self, node: usize, field: &str) -> bool {
        [node, self.outline.unwrapped(node)].into_iter().any(|holder| {
            item_named(self.outline, holder, field).is_some_and(|item| self.edits.is_removed(holder, item))
        })
    }

    /// Mends what an earlier change broke: supplies the field we left out, or leaves out more.
    fn give_way(&mut self, fault: &Fault, site: &Site) -> bool {
        if let Error::MissingStructField { field, .. } = &fault.error
            && !self.edits.has_added(site.node, field)
        {
            let (_, stand_in) = self.probe(&Spot::Field(site.node, field));
            if stand_in.is_some_and(|value| self.edits.add(self.outline, site.node, field, &value)) {
                return true;
            }
        }
        self.edits.remove(self.outline, site.node)
    }

    /// Notes the problem and changes the text so that the next can show; false when that cannot be done.
    fn report(&mut self, fault: &Fault, site: &Site) -> bool {
        let spot = match &fault.error {
            Error::NoSuchStructField { .. } => None,
            Error::MissingStructField { field, .. } => Some(Spot::Field(site.node, field)),
            _ if site.item.is_some() => None,
            _ => Some(Spot::Value(site.node)),
        };
        let (expected, stand_in) = spot.map_or((Expected::Unknown, None), |spot| self.probe(&spot));
        let words = worded(self.outline, fault, site, &expected);
        let problem = self.outline.source().problem(
            words.offset,
            words.field,
            words.code,
            words.message,
            Severity::Error,
        );
        self.problems.push(problem);
        self.mend(fault, site, stand_in)
    }

    fn mend(&mut self, fault: &Fault, site: &Site, stand_in: Option<String>) -> bool {
        let outline = self.outline;
        let node = &outline.nodes[site.node];
        match (&fault.error, site.item) {
            (Error::NoSuchStructField { expected, found, .. }, Some(item)) => {
                let free = |name: &&str| {
                    self.edits.item_called(outline, site.node, name).is_none()
                        && !self.edits.has_added(site.node, name)
                };
                match nearest(found, expected.iter().copied().filter(free)) {
                    Some(near) => self.edits.rename(outline, site.node, item, near),
                    None => self.edits.remove_item(outline, site.node, item),
                }
                true
            }
            (_, Some(item)) => {
                self.edits.remove_item(outline, site.node, item);
                true
            }
            (Error::MissingStructField { field, .. }, None) => {
                stand_in.is_some_and(|value| self.edits.add(outline, site.node, field, &value))
                    || self.edits.remove(outline, site.node)
            }
            (Error::NoSuchEnumVariant { expected, found, .. }, None) => {
                match (nearest(found, expected.iter().copied()), &node.name) {
                    (Some(near), Some(name)) if name == found => {
                        self.edits.mend(node.start, node.start + name.len(), near);
                        true
                    }
                    _ => self.stand_in(site.node, stand_in),
                }
            }
            _ => self.stand_in(site.node, stand_in),
        }
    }

    fn stand_in(&mut self, node: usize, stand_in: Option<String>) -> bool {
        match stand_in {
            Some(value) => {
                self.edits.replace(self.outline, node, &value);
                true
            }
            None => self.edits.remove(self.outline, node),
        }
    }

    /// What is allowed at `spot`, and a value that would be accepted there.
    fn probe(&mut self, spot: &Spot<'_>) -> (Expected, Option<String>) {
        probe(|candidate| {
            let mut edits = self.edits.clone();
            match spot {
                Spot::Value(node) => edits.replace(self.outline, *node, candidate),
                Spot::Field(node, field) => {
                    if !edits.add(self.outline, *node, field, candidate) {
                        return Some(Error::Eof);
                    }
                }
            }
            let changed = edits.applied(self.outline.source().text());
            let fault = self.parse(&changed).err()?;
            let site = site(self.outline, &edits, &changed, &fault);
            let about_it = site.ours
                || match spot {
                    Spot::Value(node) => {
                        edits.cover(self.outline, site.node) && self.is_within(site.node, *node)
                    }
                    Spot::Field(node, field) => site.node == *node && site.beyond.as_deref() == Some(*field),
                };
            about_it.then_some(fault.error)
        })
    }

    fn is_within(&self, mut node: usize, outer: usize) -> bool {
        while node != outer {
            match self.outline.nodes[node].parent {
                Some((parent, _)) => node = parent,
                None => return false,
            }
        }
        true
    }
}

/// One run of the parser proper.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let at = |error: ron::error::SpannedError| {
        let position = error.span.end;
        (error.code, offset_of(text, position.line, position.col))
    };
    let lost = |error| {
        let (error, offset) = at(error);
        Fault { error, path: vec![], offset }
    };
    let mut parser = ron::Deserializer::from_str_with_options(text, &parse_options()).map_err(lost)?;
    let mut track = serde_path_to_error::Track::new();
    match T::deserialize(serde_path_to_error::Deserializer::new(&mut parser, &mut track)) {
        Ok(value) => match parser.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(lost(parser.span_error(error))),
        },
        Err(error) => {
            let (error, offset) = at(parser.span_error(error));
            Err(Fault { error, path: track.path().iter().cloned().collect(), offset })
        }
    }
}

/// The byte offset of a line and column (both from 1, columns in characters).
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let inside: usize = text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    start + inside
}

#[cfg(test)]
mod tests;
