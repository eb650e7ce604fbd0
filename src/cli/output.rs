//! Output: results go to standard output, errors and remarks to standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use crate::library::Problem;
use crate::report::{TextStyle, check::problems_text, escape::terminal};

/// Why a command could not run.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Problems in files.
    Problems(Vec<Problem>),
    /// Any other error, as a sentence.
    Said(String),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Trouble {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// The output of a command, and its style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// The style of pages. Colours are always written: the streams remove them without a terminal or when `NO_COLOR` is set.
    pub style: TextStyle,
}

impl Output {
    /// Unicode, unless `ascii` is set or the locale names another character set.
    pub fn new(ascii: bool) -> Self {
        Self {
            style: TextStyle {
                color: true,
                unicode: !ascii && terminal_reads_unicode(|name| std::env::var_os(name)?.into_string().ok()),
            },
        }
    }

    /// Writes a result, without characters that would steer the terminal. A reader that closes the pipe early is not an error; when it
    /// cannot be written for another reason, the command fails at its end.
    pub fn result(self, text: &str) {
        let mut stream = anstream::stdout().lock();
        note(stream.write_all(terminal(text).as_bytes()).and_then(|()| stream.flush()));
    }

    /// Writes a remark to standard error.
    pub fn remark(self, text: &str) {
        let mut stream = anstream::stderr().lock();
        let _ = writeln!(stream, "{}", terminal(text));
    }

    /// Writes an error.
    pub fn trouble(self, trouble: &Trouble) {
        match trouble {
            Trouble::Problems(problems) => {
                let mut stream = anstream::stderr().lock();
                let _ = stream.write_all(terminal(&problems_text(problems, self.style)).as_bytes());
            }
            Trouble::Said(text) => self.remark(&format!("rollout-lab: {text}")),
        }
    }
}

/// Why a result could not be written, the first time that happened.
static LOST: OnceLock<String> = OnceLock::new();

/// Notes whether a result was written. A reader that closes the pipe early is not an error.
pub(super) fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error.to_string());
    }
}

/// Why a result could not be written, if that happened.
pub(super) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Whether the terminal reads Unicode. The first of these variables that is set decides, as in the C library; without any the
/// answer is yes.
fn terminal_reads_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if set("TERM").is_some_and(|term| term == "dumb" || term == "linux") {
        return false;
    }
    match ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set) {
        None => true,
        Some(locale) => {
            let locale = locale.to_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
    }
}

/// Whether standard error is a terminal.
pub(super) fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(set: &[(&str, &str)]) -> bool {
        terminal_reads_unicode(|name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_language_settings_decide_in_their_order() {
        assert!(reads(&[]));
        assert!(reads(&[("LANG", "en_GB.UTF-8")]));
        assert!(!reads(&[("LANG", "C")]));
        assert!(!reads(&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "POSIX")]));
        assert!(reads(&[("LANG", "C"), ("LC_ALL", "C.utf8")]));
        assert!(!reads(&[("TERM", "dumb"), ("LANG", "en_GB.UTF-8")]));
    }
}
