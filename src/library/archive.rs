//! Archives: programs in, zip files out, with the same bytes for the same content.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::problem::Problem;

/// The largest program that is packed, in bytes: 500 MB.
const LARGEST: u64 = 500_000_000;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its path in the archive, with `/` between its parts.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether it is a program, which everybody may run.
    pub is_program: bool,
}

impl Packed {
    /// A file of text.
    pub fn text(path: impl Into<String>, text: &str) -> Self {
        Self { path: path.into(), bytes: text.as_bytes().to_vec(), is_program: false }
    }

    /// A script or a program.
    pub fn program(path: impl Into<String>, bytes: &[u8]) -> Self {
        Self { path: path.into(), bytes: bytes.to_vec(), is_program: true }
    }
}

/// The files as a zip file. They are sorted by path and dated 1980-01-01, which is the earliest date that a zip file can hold, so that
/// equal files give equal bytes.
///
/// # Errors
/// A path or a size that no zip file can hold, as a sentence.
pub fn zip(mut files: Vec<Packed>) -> Result<Vec<u8>, String> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let written = files.iter().try_for_each(|file| {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(if file.is_program { 0o755 } else { 0o644 });
        writer.start_file(file.path.as_str(), options)?;
        writer.write_all(&file.bytes)?;
        Ok::<(), zip::result::ZipError>(())
    });
    let finished = written.and_then(|()| writer.finish());
    finished.map(Cursor::into_inner).map_err(|error| format!("the zip file cannot be written: {error}"))
}

/// The program in a file: an executable for Linux, since that is what autograders run.
///
/// # Errors
/// A file that cannot be read, is larger than 500 MB, or is no program for Linux.
pub fn linux_program(path: &Path) -> Result<Vec<u8>, Problem> {
    let problem = |code, message: String| Problem::of_file(path.display().to_string(), code, message);
    let cannot = |error: std::io::Error| problem("cannot-read", format!("cannot be read: {error}"));
    let size = fs::metadata(path).map_err(cannot)?.len();
    if size > LARGEST {
        let message = format!("the file has {size} bytes; at most {LARGEST} are packed");
        return Err(problem("too-large", message));
    }
    let bytes = fs::read(path).map_err(cannot)?;
    if !bytes.starts_with(b"\x7fELF") {
        let message =
            "this is no program for Linux, which autograders run; build one and name it with --binary";
        return Err(problem("other-kind", message.to_owned()));
    }
    Ok(bytes)
}

/// The file of the program that runs.
///
/// # Errors
/// When the system does not say.
pub fn own_program() -> Result<PathBuf, String> {
    std::env::current_exe()
        .map_err(|error| format!("the file of this program is not known ({error}); name one with --binary"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn equal_files_give_equal_bytes_in_whatever_order_and_programs_can_be_run() {
        let files =
            [Packed::text("b/text", "one"), Packed::program("a", b"#!/bin/sh\n"), Packed::text("c", "")];
        let one = zip(files.to_vec()).unwrap();
        let other = zip(files.iter().rev().cloned().collect()).unwrap();
        assert_eq!(one, other);
        let mut read = zip::ZipArchive::new(Cursor::new(one)).unwrap();
        let mut found = Vec::new();
        for index in 0..read.len() {
            let mut file = read.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            found.push((file.name().unwrap().into_owned(), file.unix_mode().unwrap() & 0o777, text));
        }
        let expected = [("a", 0o755, "#!/bin/sh\n"), ("b/text", 0o644, "one"), ("c", 0o644, "")];
        assert_eq!(found, expected.map(|(name, mode, text)| (name.to_owned(), mode, text.to_owned())));
    }

    #[test]
    fn what_is_no_program_for_linux_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine");
        fs::write(&path, "MZ").unwrap();
        assert_eq!(linux_program(&path).unwrap_err().code, "other-kind");
        assert_eq!(linux_program(&folder.path().join("none")).unwrap_err().code, "cannot-read");
    }
}
