//! Several manifests that are read as one.

use crate::library::Problem;
use crate::library::shipped::Loaded;

/// Several manifests read as one, and where each begins in it.
#[derive(Clone, Debug)]
pub struct Files {
    names: Vec<String>,
    /// The first line of each, from 1.
    starts: Vec<u32>,
    text: String,
}

impl Files {
    /// At least one file, in the order in which they are read.
    pub fn of(files: &[Loaded]) -> Self {
        let (mut starts, mut text) = (Vec::new(), String::new());
        for file in files {
            if !text.is_empty() {
                text += "\n---\n";
            }
            starts.push(text.matches('\n').count() as u32 + 1);
            text += &file.text;
        }
        Self { names: files.iter().map(|file| file.file.clone()).collect(), starts, text }
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The text of all.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Each name with the lines of the file in the whole; between two files stand an empty line and a line of `---`.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (&str, std::ops::Range<u32>)> {
        self.names.iter().zip(&self.starts).enumerate().map(|(index, (name, start))| {
            let end = self.starts.get(index + 1).map_or(u32::MAX, |next| next.saturating_sub(2));
            (name.as_str(), *start..end)
        })
    }

    /// The file and the line in it of a line of the whole.
    pub(super) fn place(&self, line: u32) -> (String, u32) {
        let at = self.starts.partition_point(|start| *start <= line).saturating_sub(1);
        (self.names[at].clone(), (line + 1).saturating_sub(self.starts[at]))
    }

    /// Problems of the whole, in their files.
    pub(super) fn placed(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let one = |problem: Problem| {
            let (file, line) =
                if problem.line > 0 { self.place(problem.line) } else { (problem.file.clone(), 0) };
            Problem { file, line, ..problem }
        };
        problems.into_iter().map(one).collect()
    }
}
