//! What is wrong and where: one [`Problem`], and the [`Source`] that turns a byte offset into line and column.

use std::fmt;

use serde::Serialize;

use crate::engine::{harmless, is_hidden};
use crate::scenario::Severity;

/// One thing wrong with a file. Serializes as `{file, line, column, field, code, message, severity}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file's name as it was asked for.
    pub file: String,
    /// From 1; 0 when the problem is with the file as a whole (it cannot be found, it is a folder).
    pub line: u32,
    /// In characters, from 1; 0 with line 0.
    pub column: u32,
    /// The path of the field, such as `services[1].probes.readiness.period`; empty for the whole file.
    pub field: String,
    /// A stable word for the kind of problem, such as `unknown-field`.
    pub code: &'static str,
    /// What was found, what is allowed, what to do, on one line.
    pub message: String,
    /// Error or warning.
    pub severity: Severity,
    /// What is shown of the line of the file that it is about: at most 100 characters around its column; empty when there is none. A
    /// line may be as long as a file, and there may be many problems in it.
    #[serde(skip)]
    pub source: Box<str>,
}

/// How many characters of a source line are shown at most.
const SHOWN: usize = 100;

/// How many characters of a source line are not shown before those that are, for a problem at this column.
fn skipped(column: u32) -> usize {
    (column.max(1) as usize - 1).saturating_sub(SHOWN - 20)
}

impl Problem {
    /// A problem with a file as a whole, without a place in it.
    pub fn of_file(file: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            field: String::new(),
            code,
            message: harmless(&message.into()).into_owned(),
            severity: Severity::Error,
            source: "".into(),
        }
    }

    /// The one-line form, then the source line and a caret under the place; several lines, no line end at the last.
    pub fn rendered(&self) -> String {
        if self.line == 0 {
            return self.to_string();
        }
        let column = self.column.max(1) as usize - 1;
        let skipped = skipped(self.column);
        let visible = |c: char| if is_hidden(c) { ' ' } else { c };
        let shown: String = self.source.chars().map(visible).collect();
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let indent = " ".repeat(column - skipped);
        format!("{self}\n{margin} |\n{number} | {}\n{margin} | {indent}^", shown.trim_end())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.severity == Severity::Warning { "warning: " } else { "" };
        let (file, message) = (harmless(&self.file), harmless(&self.message));
        match self.line {
            0 => write!(f, "{file}: {warning}{message}"),
            line => write!(f, "{file}:{line}:{}: {warning}{message}", self.column),
        }
    }
}

/// A file's name and text, and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    file: String,
    text: String,
    lines: Vec<usize>,
}

impl Source {
    /// `text` as the file `file`.
    pub fn new(file: &str, text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self { file: file.to_owned(), text: text.to_owned(), lines: std::iter::once(0).chain(ends).collect() }
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column (both from 1, columns in characters) of the byte `offset`, and the line's text.
    pub fn place(&self, offset: usize) -> (u32, u32, &str) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.partition_point(|start| *start <= offset) - 1;
        let start = self.lines[line];
        let end = self.lines.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let column = self.text[start..offset].chars().count() + 1;
        (line as u32 + 1, column as u32, self.text[start..end].trim_end_matches('\r'))
    }

    /// A problem at the byte `offset`.
    pub fn problem(
        &self,
        offset: usize,
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
        severity: Severity,
    ) -> Problem {
        let (line, column, source) = self.place(offset);
        Problem {
            file: self.file.clone(),
            line,
            column,
            field: field.into(),
            code,
            message: harmless(&message.into()).into_owned(),
            severity,
            source: source.chars().skip(skipped(column)).take(SHOWN).collect::<String>().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let source = Source::new("f", "first\r\nzwölf x\n");
        assert_eq!(source.place(0), (1, 1, "first"));
        assert_eq!(source.place(14), (2, 7, "zwölf x"));
        assert_eq!(source.place(99), (3, 1, ""));
    }

    #[test]
    fn a_problem_shows_its_line_with_a_caret() {
        let source = Source::new("plan.ron", "(\n\tstepz: 1,\n)");
        let problem = source.problem(3, "stepz", "unknown-field", "unknown field \"stepz\"", Severity::Error);
        let expected = "plan.ron:2:2: unknown field \"stepz\"\n  |\n2 |  stepz: 1,\n  |  ^";
        assert_eq!(problem.rendered(), expected);
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(
            json,
            "{\"file\":\"plan.ron\",\"line\":2,\"column\":2,\"field\":\"stepz\",\"code\":\"unknown-field\",\
             \"message\":\"unknown field \\\"stepz\\\"\",\"severity\":\"error\"}"
        );
    }

    #[test]
    fn a_long_line_is_shown_around_its_caret() {
        let text = format!("{}!", "x".repeat(500));
        let problem = Source::new("f", &text).problem(500, "", "syntax", "here", Severity::Warning);
        let rendered = problem.rendered();
        let lines: Vec<&str> = rendered.lines().collect();
        assert_eq!(lines[0], "f:1:501: warning: here");
        assert!(lines[2].chars().count() < 110);
        assert_eq!(lines[2].find('!'), lines[3].find('^'));
    }
}
