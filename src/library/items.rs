//! Finished work, kept in a folder: one file for each piece, named by a digest of everything that it depends on. A file is there whole
//! or not at all, so work that was broken off goes on where it stood, and several processes may share the folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::disk::{load_text_of, save_atomic};
use super::folder::make;
use super::problem::Problem;
use crate::exercise::hex_sha256;

/// A folder of finished work.
#[derive(Clone, Debug)]
pub struct Items {
    folder: PathBuf,
}

/// The largest piece, and the largest result, that is read, in bytes: 16 MiB.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;

impl Items {
    /// The finished work in `folder`, which need not be there yet.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What was kept under `digest`; `None` when nothing was, or the file is damaged.
    pub fn load(&self, digest: &str) -> Option<String> {
        let text = load_text_of(&self.path(digest), MOST_BYTES).ok()?;
        let (sum, content) = text.split_once('\n')?;
        (sum == digest_of([content.as_bytes()])).then(|| content.to_owned())
    }

    /// Keeps `content` under `digest`.
    ///
    /// # Errors
    /// When the file cannot be saved.
    pub fn save(&self, digest: &str, content: &str) -> Result<(), Problem> {
        let path = self.path(digest);
        make(path.parent().unwrap_or(Path::new(".")))?;
        let sum = digest_of([content.as_bytes()]);
        save_atomic(&path, format!("{sum}\n{content}").as_bytes())
    }

    /// Removes what was kept under these digests, and the folder when nothing else lies in it. What cannot be removed stays: it is
    /// found again or does no harm.
    pub fn clear<'a>(&self, digests: impl Iterator<Item = &'a str>) {
        let mut folders = BTreeSet::new();
        for path in digests.map(|digest| self.path(digest)) {
            drop(fs::remove_file(&path));
            folders.extend(path.parent().map(Path::to_owned));
        }
        folders.into_iter().chain([self.folder.clone()]).for_each(|folder| drop(fs::remove_dir(folder)));
    }

    fn path(&self, digest: &str) -> PathBuf {
        let begin: String = digest.chars().take(2).collect();
        self.folder.join(begin).join(format!("{digest}.json"))
    }
}

/// SHA-256 of `parts` in hexadecimal; each part is preceded by its length, so that no two lists of parts are one text.
pub fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut all: Vec<u8> = Vec::new();
    for part in parts {
        all.extend((part.len() as u64).to_be_bytes());
        all.extend(part);
    }
    hex_sha256(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_what_is_damaged_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let items = Items::new(folder.path().join("work"));
        let digest = digest_of([b"a".as_slice(), b"b"]);
        assert_ne!(digest, digest_of([b"ab".as_slice(), b""]));
        assert_eq!(items.load(&digest), None);
        items.save(&digest, "{\"score\": 70}\n").unwrap();
        assert_eq!(items.load(&digest).unwrap(), "{\"score\": 70}\n");
        let path = items.path(&digest);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            std::fs::write(&path, &flipped).unwrap();
            assert_eq!(items.load(&digest), None, "byte {at}");
            std::fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(items.load(&digest), None, "cut at {at}");
        }
    }
}
