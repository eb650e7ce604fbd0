//! Files as they were read: their names and their texts, one by one and by the folder.

/// A file's name, as messages show it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The path it came from; of a shipped file, relative to where it was shipped from.
    pub file: String,
    /// Its content.
    pub text: String,
}

/// All files of one exercise, or of one incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFiles {
    /// The folder's name without its number: `canary` of `05-canary`.
    pub id: String,
    /// The folder, as messages show it.
    pub folder: String,
    /// The files in it, sorted by name.
    pub files: Vec<Loaded>,
}

impl FolderFiles {
    /// The file called `name` in the folder, such as `starter.ron`.
    pub fn file(&self, name: &str) -> Option<&Loaded> {
        self.files.iter().find(|loaded| base(&loaded.file) == name)
    }

    /// The files whose names begin with `start` and end with `.ron`, such as all `wrong-`.
    pub fn starting(&self, start: &str) -> impl Iterator<Item = &Loaded> {
        self.files.iter().filter(move |loaded| {
            let name = base(&loaded.file);
            name.starts_with(start) && name.ends_with(".ron")
        })
    }
}

/// `canary` of `05-canary`.
pub fn without_number(folder: &str) -> &str {
    match folder.split_once('-') {
        Some((number, id)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => id,
        _ => folder,
    }
}

/// A path without its folder.
pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
