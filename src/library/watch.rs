//! Waits for files to change, for `check --watch`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::disk::load_text;
use super::folder::{entries, is_folder};

/// How many levels of folders are read.
pub const DEPTH: usize = 8;

/// Between two looks at the files.
const PAUSE: Duration = Duration::from_millis(250);

/// What the files hold: their paths and texts. Equal states were checked already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(Vec<(PathBuf, Option<String>)>);

impl State {
    /// The state of the files at `paths`, and of those in them that are folders.
    pub fn of(paths: &[String]) -> Self {
        let mut found = Vec::new();
        for path in paths {
            collect(Path::new(path), 0, &mut found);
        }
        Self(found)
    }

    /// Waits until the files at `paths` are not as they were and are no longer being written: two looks in a row have found
    /// the same.
    #[expect(
        clippy::disallowed_methods,
        reason = "it waits for a person to save a file; no run depends on it"
    )]
    pub fn wait(&self, paths: &[String]) {
        self.changed(|| {
            std::thread::sleep(PAUSE);
            Self::of(paths)
        });
    }

    /// Looks until two looks in a row find the same other state.
    fn changed(&self, mut look: impl FnMut() -> Self) {
        let mut before = look();
        loop {
            let now = look();
            if now != *self && now == before {
                return;
            }
            before = now;
        }
    }
}

fn collect(path: &Path, depth: usize, found: &mut Vec<(PathBuf, Option<String>)>) {
    if is_folder(path) {
        if depth < DEPTH {
            for inside in entries(path).unwrap_or_default() {
                collect(&inside, depth + 1, found);
            }
        }
        return;
    }
    let is_read = path
        .extension()
        .is_some_and(|ending| ["ron", "md", "csv", "yaml", "yml"].iter().any(|of| ending == *of));
    // The proof is what the check itself writes.
    let is_proof = path.file_name().is_some_and(|name| name == crate::exercise::prove::PROOF_FILE);
    if is_read && !is_proof {
        found.push((path.to_owned(), load_text(path).ok()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_changes_with_the_texts_and_not_with_the_proof() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [folder.path().display().to_string()];
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("exercise.ron", "(a)");
        let before = State::of(&paths);
        assert_eq!(State::of(&paths), before);
        write("proof.ron", "(p)");
        assert_eq!(State::of(&paths), before);
        write("exercise.ron", "(b)");
        assert_ne!(State::of(&paths), before);
        write("exercise.ron", "(a)");
        write("wrong-new.ron", "(c)");
        assert_ne!(State::of(&paths), before);
    }

    #[test]
    fn a_file_is_not_read_while_it_is_being_written() {
        let state = |text: &str| State(vec![(PathBuf::from("plan.ron"), Some(text.to_owned()))]);
        // An editor empties the file, then writes it in two parts.
        let looks = ["old", "old", "", "(for", "(format: 1)", "(format: 1)", "later"];
        let mut seen = looks.iter();
        state("old").changed(|| state(seen.next().unwrap()));
        assert_eq!(seen.next(), Some(&"later"));
    }
}
