//! Handing in: who hands in, and the file that came of it.

use std::path::PathBuf;

/// The commands of handing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandInCommand {
    /// Who hands in; the name is kept for the next time.
    Student(String),
    /// Write the file that `rollout-lab class` takes.
    Write,
    /// Open the folder of the file in the desktop's own window.
    OpenFolder,
}

/// What was handed in last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// The file.
    pub file: PathBuf,
    /// Where the hand-in that stood there before was moved to.
    pub earlier: Option<PathBuf>,
}

/// The longest name of a student, in letters.
pub const LONGEST: usize = 80;

/// A student's name as the name of a file: letters, digits, `-`, `_` and `.`; empty when nothing of it is left. `rollout-lab class`
/// takes the file's name for the student's.
pub fn file_stem(student: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
    let name: String = student.trim().chars().take(LONGEST).map(plain).collect();
    // What begins with a dot is left out by `class`.
    name.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_the_name_of_a_file_that_class_reads() {
        assert_eq!(file_stem(" Ada Lovelace "), "Ada-Lovelace");
        assert_eq!(file_stem("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_stem("Zoë"), "Zoë");
        for nothing in ["", "  ", "...", "///"] {
            assert_eq!(file_stem(nothing), "", "{nothing:?}");
        }
        assert!(file_stem(&"a".repeat(300)).len() <= LONGEST);
    }
}
