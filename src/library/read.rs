//! Reads a RON file into a value, or into everything that is wrong with it.
//!
//! The outline is read as the wanted type ([`reader`](super::reader)). An error that ends a reading is noted and repaired,
//! and the outline is read again for what comes after it; the text itself is taken apart once. What only follows from a repair
//! is not reported.

use ron::extensions::Extensions;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::lexer::Flaw;
use super::outline::{Findings, Outline};
use super::problem::Problem;
use super::reader::{Complaint, Expected, Fault, FaultKind, Outcome, Repairs, Slip, Spot, read_once};
use super::wording::worded;
use super::{MAX_DEPTH, MAX_FILE_BYTES, MAX_PROBLEMS};
use crate::engine::nearest;
use crate::scenario::Severity;

/// How many times an outline is read in search of further errors, at most.
const READINGS: usize = 400;
/// How many bytes of file that may come to in all: well under a second's work.
const READING_BYTES: usize = 64 * 1024 * 1024;
/// Stack for reading, which calls itself for every bracket: 8 MiB.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// The one way RON is written here: `Some` may be left out, wrappers around one value are not written, and brackets go
/// at most [`MAX_DEPTH`] deep.
pub fn parse_options() -> ron::Options {
    let extensions =
        Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES | Extensions::UNWRAP_VARIANT_NEWTYPES;
    ron::Options::default().with_default_extension(extensions).with_recursion_limit(MAX_DEPTH)
}

/// `value` as RON with a field to a line, as files of people have it. What is written is read again, and is then equal.
///
/// # Errors
/// Why it cannot be written, in words: also when it would not be read again, or not as it is.
pub fn write_ron<T>(value: &T) -> Result<String, String>
where
    T: Serialize + DeserializeOwned + PartialEq + Send,
{
    let cannot = |why: &str| format!("it cannot be written as a file: {why}");
    let layout = ron::ser::PrettyConfig::default().new_line("\n");
    let text = parse_options().to_string_pretty(value, layout).map_err(|error| cannot(&error.to_string()))?;
    let text = format!("{text}\n");
    if text.len() > MAX_FILE_BYTES {
        return Err(cannot(&format!("it has {} bytes, and at most {MAX_FILE_BYTES} are read", text.len())));
    }
    match read_ron::<T>("", &text) {
        Ok((again, _)) if again == *value => Ok(text),
        Ok(_) => Err(cannot("it would be read again as another value")),
        Err(problems) => {
            let why = problems.first().map_or("", |problem| problem.message.as_str());
            Err(cannot(&format!("it would not be read again: {why}")))
        }
    }
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
        let read = on_a_large_stack(|| Search::new(&outline, &findings).run());
        let (found, slips) = read.unwrap_or_default();
        value = found;
        problems.extend(slips.iter().map(|slip| slip_problem(&outline, slip)));
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

fn slip_problem(outline: &Outline, slip: &Slip) -> Problem {
    let words = worded(outline, slip);
    outline.source().problem(words.offset, words.field, words.code, words.message, Severity::Error)
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

/// The search for everything that is wrong with a file.
struct Search<'a> {
    outline: &'a Outline,
    repairs: Repairs,
    /// What ended a reading each.
    ends: Vec<Slip>,
}

impl<'a> Search<'a> {
    fn new(outline: &'a Outline, findings: &Findings) -> Self {
        Self { outline, repairs: Repairs::new(findings), ends: Vec::new() }
    }

    /// Reads and repairs until the file is read to its end or nothing more can be done.
    fn run<T: DeserializeOwned>(mut self) -> (Option<T>, Vec<Slip>) {
        let length = self.outline.source().text().len().max(1);
        let mut left = READINGS.min(READING_BYTES / length + 1);
        loop {
            let Outcome { value, slips, asked, stood_in } = read_once::<T>(self.outline, &self.repairs);
            left -= 1;
            let goes_on = match &value {
                Ok(_) => false,
                Err(fault) => {
                    self.repair(fault, &slips, |node| stood_in.contains(&node))
                        && left > 0
                        && self.ends.len() + slips.len() < MAX_PROBLEMS
                }
            };
            if !goes_on {
                let known = |slip: Slip| match slip.complaint {
                    Complaint::MissingField { field, .. } => {
                        let expected = asked.get(&(slip.node, field)).cloned();
                        Slip { complaint: Complaint::MissingField { field, expected }, ..slip }
                    }
                    _ => slip,
                };
                let ends = self.ends.into_iter().map(known);
                return (value.ok(), ends.chain(slips).collect());
            }
        }
    }

    /// Notes what ended a reading, and changes the next one so that it gets further; false when it cannot.
    fn repair(&mut self, fault: &Fault, slips: &[Slip], stood_in: impl Fn(usize) -> bool) -> bool {
        let Some((spot, kind)) = fault.spot else { return false };
        let outline = self.outline;
        match (spot, &fault.kind) {
            (Spot::StandIn, _) => self.repairs.try_another(kind),
            (Spot::Key(node, item), FaultKind::UnknownField(fields)) => {
                self.end(node, Some(item), Complaint::UnknownField(fields));
                let found = outline.nodes[node].items[item].key.as_ref().map_or("", |key| &key.text);
                let free = fields.iter().copied().filter(|field| !self.repairs.has(outline, node, field));
                match nearest(found, free) {
                    Some(near) => self.repairs.rename(node, item, near),
                    None => self.repairs.leave_out(node, item),
                }
            }
            (Spot::Key(node, item), why) => {
                self.end(node, Some(item), complaint(why));
                self.repairs.leave_out(node, item)
            }
            (Spot::Node(node), FaultKind::MissingField(field)) => {
                if !self.repairs.has_unread(outline, node, field) {
                    self.end(node, None, Complaint::MissingField { field, expected: None });
                }
                self.repairs.supply(node, field)
            }
            (Spot::Node(node), _) if stood_in(node) => self.repairs.try_another(kind),
            (Spot::Node(node), why) => {
                let follows = self.repairs.are_within(outline, node)
                    || slips.iter().any(|slip| outline.is_within(slip.node, node));
                if !follows {
                    self.end(node, None, complaint(why));
                }
                self.repairs.replace(node)
            }
        }
    }

    fn end(&mut self, node: usize, item: Option<usize>, complaint: Complaint) {
        self.ends.push(Slip { node, item, complaint });
    }
}

fn complaint(why: &FaultKind) -> Complaint {
    match why {
        FaultKind::UnknownField(fields) => Complaint::UnknownField(fields),
        FaultKind::UnknownName(names) => Complaint::UnknownName(names),
        FaultKind::MissingField(field) => Complaint::MissingField { field, expected: None },
        FaultKind::Type(expected) => Complaint::WrongType(Expected::Said(expected.clone())),
        FaultKind::Length(expected, found) => Complaint::Length(expected.clone(), *found),
        FaultKind::TooDeep => Complaint::TooDeep,
        FaultKind::Message(message) => Complaint::Message(message.clone()),
    }
}

#[cfg(test)]
mod tests;
