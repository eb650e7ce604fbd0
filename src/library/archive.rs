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

/// What a program for Linux asks of the computer that runs it, as a sentence: another processor than the usual one, or libraries, which are
/// loaded by the interpreter that it names. `None` of a static program for x86-64, and of what is no such program.
pub fn asks_for(program: &[u8]) -> Option<String> {
    // elf(5): a header of 64 bytes, and a table of the program's parts, each beginning with its type.
    const X86_64: u64 = 62;
    const INTERPRETER: u64 = 3;
    let is_64_bit = program.get(4..6) == Some(&[2, 1]);
    let machine = number(program, 18, 2).filter(|_| is_64_bit)?;
    if machine != X86_64 {
        return Some(format!(
            "the program is for another processor than x86-64 (machine {machine} of ELF), which most autograders run on"
        ));
    }
    let (table, width, count) = (number(program, 32, 8)?, number(program, 54, 2)?, number(program, 56, 2)?);
    let mut parts = (0..count).map(|part| {
        let at = part.checked_mul(width)?.checked_add(table)?;
        number(program, usize::try_from(at).ok()?, 4)
    });
    parts.any(|kind| kind == Some(INTERPRETER)).then(|| {
        "the program loads the C library, which has to be as new as the one that it was built with; a static program needs none: build one as \
         docs/staff.md says, and name it with --binary"
            .to_owned()
    })
}

/// The number of `width` bytes at `at`, the lowest byte first.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
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

    /// The beginning of a program with one part of this type.
    fn program(machine: u8, kind: u8) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        for (at, byte) in [(18, machine), (32, 64), (54, 56), (56, 1), (64, kind)] {
            bytes[at] = byte;
        }
        bytes
    }

    #[test]
    fn what_a_program_asks_for_is_told_of_any_bytes() {
        assert_eq!(asks_for(&program(62, 1)), None);
        assert!(asks_for(&program(62, 3)).unwrap().contains("C library"));
        assert!(asks_for(&program(183, 1)).unwrap().contains("machine 183"));
        let own = fs::read(own_program().unwrap()).unwrap();
        assert!(asks_for(&own).is_some() || cfg!(target_env = "musl"));
        for short in 0..program(62, 3).len() {
            let _ = asks_for(&program(62, 3)[..short]);
        }
        let mut far = program(62, 3);
        far[32..40].fill(255);
        assert_eq!(asks_for(&far), None);
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
