//! Changes to a file's text that leave everything else of it as its author wrote it: comments, order, spaces.
//!
//! A path is that of [`Outline::locate`]. A change is only given back when what comes of it is still well written.

mod places;
#[cfg(test)]
mod tests;

use super::outline::{Outline, Shape};
use super::problem::Problem;
use crate::scenario::Severity;
use places::{after, before_close, is_own_line, line_end_after, line_start};

/// The name under which problems of a text are told here.
const FILE: &str = "text";

/// `text` with `value`, itself RON, as the value at `path`. A field that the text leaves out is added at the end of the
/// round brackets that would hold it.
///
/// # Errors
/// A text or a value that is not well written, or a path that leads nowhere.
pub fn set(text: &str, path: &str, value: &str) -> Result<String, Problem> {
    let outline = Outline::of(FILE, text)?;
    let value = checked(value)?;
    let Some((node, rest)) = outline.follow(path) else { return Err(nowhere(&outline, path)) };
    let place = &outline.nodes[node];
    if rest.is_empty() {
        return sound(path, spliced(text, place.start..place.end, value));
    }
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    let mut names = rest.split('.');
    let field = names.next().unwrap_or_default();
    if rest.contains('[') || field.is_empty() {
        return Err(nowhere(&outline, path));
    }
    // What would hold it may be left out, too.
    let mut whole = value.to_owned();
    for name in names.rev() {
        whole = format!("({name}: {whole})");
    }
    let holder = outline.unwrapped(node);
    if outline.nodes[holder].shape != Shape::Round {
        return Err(nowhere(&outline, path));
    }
    let last = outline.nodes[holder].items.len();
    sound(path, inserted(&outline, holder, last, &format!("{field}: {whole}")))
}

/// `text` without the field or the item at `path`. What stands on its lines beside it, such as a comment, goes with it.
///
/// # Errors
/// A text that is not well written, or a path that leads nowhere.
pub fn remove(text: &str, path: &str) -> Result<String, Problem> {
    let outline = Outline::of(FILE, text)?;
    let mut node = outline.at(path).ok_or_else(|| nowhere(&outline, path))?;
    loop {
        let Some((holder, index)) = outline.nodes[node].parent else { return Err(nowhere(&outline, path)) };
        let alone = outline.nodes[holder].shape == Shape::Round
            && outline.nodes[holder].items.len() == 1
            && outline.nodes[holder].items[index].key.is_none();
        if !alone {
            return sound(path, without(&outline, holder, index));
        }
        node = holder;
    }
}

/// `text` with `value`, itself RON, as item `at` of the list at `path`; behind the last where there are fewer.
///
/// # Errors
/// A text or a value that is not well written, or a path that leads to no list.
pub fn insert(text: &str, path: &str, at: usize, value: &str) -> Result<String, Problem> {
    let outline = Outline::of(FILE, text)?;
    let value = checked(value)?;
    let holder = list(&outline, path)?;
    sound(path, inserted(&outline, holder, at.min(outline.nodes[holder].items.len()), value))
}

/// `text` with item `at` of the list at `path` written once more behind it.
///
/// # Errors
/// A text that is not well written, or a path that leads to no such item.
pub fn duplicate(text: &str, path: &str, at: usize) -> Result<String, Problem> {
    let outline = Outline::of(FILE, text)?;
    let holder = list(&outline, path)?;
    let item = outline.nodes[holder].items.get(at).ok_or_else(|| nowhere(&outline, path))?;
    let node = &outline.nodes[item.node];
    sound(path, inserted(&outline, holder, at + 1, &text[node.start..node.end]))
}

/// `text` with item `from` of the list at `path` moved to be item `to`. Where each item has lines of its own, the
/// comments on and above them move with it.
///
/// # Errors
/// A text that is not well written, or a path that leads to no list of so many items.
pub fn shift(text: &str, path: &str, from: usize, to: usize) -> Result<String, Problem> {
    let outline = Outline::of(FILE, text)?;
    let holder = list(&outline, path)?;
    let items = &outline.nodes[holder].items;
    if from >= items.len() || to >= items.len() {
        return Err(nowhere(&outline, path));
    }
    let order = |pieces: &mut Vec<String>| {
        let moved = pieces.remove(from);
        pieces.insert(to, moved);
    };
    let value = |index: usize| &outline.nodes[items[index].node];
    let lines: Vec<usize> = items.iter().map_while(|item| line_end_after(text, item.end)).collect();
    let own = items.iter().all(|item| is_own_line(text, item.start)) && lines.len() == items.len();
    let first = line_end_after(text, outline.nodes[holder].start + 1);
    if let (true, Some(first)) = (own, first) {
        let starts = std::iter::once(first).chain(lines.iter().copied());
        let mut pieces: Vec<String> = starts
            .zip(&lines)
            .enumerate()
            .map(|(index, (start, end))| {
                let mut piece = text[start..*end].to_owned();
                if !items[index].has_comma {
                    piece.insert(value(index).end - start, ',');
                }
                piece
            })
            .collect();
        order(&mut pieces);
        let end = lines.last().copied().unwrap_or(first);
        return sound(path, spliced(text, first..end, &pieces.concat()));
    }
    let mut pieces: Vec<String> =
        (0..items.len()).map(|index| text[value(index).start..value(index).end].to_owned()).collect();
    order(&mut pieces);
    let mut changed = text.to_owned();
    for (index, piece) in pieces.iter().enumerate().rev() {
        changed.replace_range(value(index).start..value(index).end, piece);
    }
    sound(path, changed)
}

/// `text` as a value of a file: in quotes, with what needs it escaped.
pub fn quoted(text: &str) -> String {
    let mut value = String::with_capacity(text.len() + 2);
    value.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            '\t' => value.push_str("\\t"),
            c if c.is_control() => value.extend(c.escape_unicode()),
            c => value.push(c),
        }
    }
    value.push('"');
    value
}

fn list(outline: &Outline, path: &str) -> Result<usize, Problem> {
    let holder = outline.holder(path).filter(|node| outline.nodes[*node].shape == Shape::List);
    holder.ok_or_else(|| nowhere(outline, path))
}

fn nowhere(outline: &Outline, path: &str) -> Problem {
    let message = format!("there is nothing here that \"{path}\" could be changed in");
    outline.problem(path, "no-such-place", message, Severity::Error)
}

/// One whole value without anything behind it that could swallow what follows.
fn checked(value: &str) -> Result<&str, Problem> {
    let value = value.trim();
    let outline = Outline::of("value", value)?;
    let whole = outline.nodes.first().is_some_and(|node| node.start == 0 && node.end == value.len());
    match whole {
        true => Ok(value),
        false => {
            let message = "a value stands alone, without comments around it";
            Err(outline.problem("", "syntax", message, Severity::Error))
        }
    }
}

/// The changed text, if it is still well written.
fn sound(path: &str, changed: String) -> Result<String, Problem> {
    match Outline::of(FILE, &changed) {
        Ok(_) => Ok(changed),
        Err(problem) => Err(Problem {
            message: format!("\"{path}\" cannot be changed here by itself: {}", problem.message),
            ..problem
        }),
    }
}

fn spliced(text: &str, range: std::ops::Range<usize>, by: &str) -> String {
    let mut changed = text.to_owned();
    changed.replace_range(range, by);
    changed
}

/// The text with `item`, which may begin with a field's name, as item `at` of the brackets `holder`.
fn inserted(outline: &Outline, holder: usize, at: usize, item: &str) -> String {
    let text = outline.source().text();
    let node = &outline.nodes[holder];
    let open = outline.opening(holder);
    let Some(model) = node.items.get(at.max(1) - 1) else {
        let padded = before_close(text, open, node.end, item);
        return spliced(text, open..open, &padded);
    };
    let own = is_own_line(text, model.start);
    let indent = &text[line_start(text, model.start)..model.start];
    let mut changed = text.to_owned();
    if at == 0 {
        let (place, piece) = match (own, line_end_after(text, open)) {
            (true, Some(place)) => (place, format!("{indent}{item},\n")),
            _ => (open, format!("{item}, ")),
        };
        changed.insert_str(place, &piece);
        return changed;
    }
    let line = line_end_after(text, model.end).filter(|place| own && *place < node.end);
    match line {
        Some(place) => {
            changed.insert_str(place, &format!("{indent}{item},\n"));
            if !model.has_comma {
                changed.insert(outline.nodes[model.node].end, ',');
            }
        }
        None => {
            let is_last = at == node.items.len();
            changed.insert_str(model.end, &after(model.has_comma, is_last, item));
        }
    }
    changed
}

/// The text without item `index` of the brackets `holder`.
fn without(outline: &Outline, holder: usize, index: usize) -> String {
    let text = outline.source().text();
    let node = &outline.nodes[holder];
    let item = &node.items[index];
    if let (true, Some(end)) = (is_own_line(text, item.start), line_end_after(text, item.end)) {
        return spliced(text, line_start(text, item.start)..end, "");
    }
    let blank =
        |from: usize, to: usize| text[from..to].chars().all(|c| c == ',' || (c.is_whitespace() && c != '\n'));
    if let Some(next) = node.items.get(index + 1).filter(|next| blank(item.end, next.start)) {
        return spliced(text, item.start..next.start, "");
    }
    if index > 0 && index + 1 == node.items.len() {
        let before = outline.nodes[node.items[index - 1].node].end;
        if blank(before, item.start) {
            return spliced(text, before..item.end, "");
        }
    }
    spliced(text, item.start..item.end, "")
}

impl Outline {
    /// The byte behind the opening bracket of `node`.
    fn opening(&self, node: usize) -> usize {
        let place = &self.nodes[node];
        let text = &self.source().text()[place.start..place.end];
        let name = place.name.as_deref().map_or(0, str::len);
        let from = name.min(text.len());
        place.start + text[from..].find(['(', '[', '{']).map_or(from, |at| from + at + 1)
    }
}
