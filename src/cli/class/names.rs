//! The names of reports: one for each hand-in, different on every disk.

use std::collections::BTreeMap;

use crate::library::hand_ins::HandInFile;

/// The longest name of a report without its ending, in bytes. Most disks take 255 for a name, and while a file is written
/// its name is longer.
const LONGEST_NAME: usize = 180;

/// The names of the hand-ins' reports, without their endings, each different, also on a disk that ignores case: the
/// student's name, and where that is too long or another's is the same, its beginning with a hash of the file's path.
pub(super) fn report_names(files: &[HandInFile]) -> Vec<String> {
    let plain = |file: &HandInFile| file.student.replace(['/', '\\'], "-");
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        *count.entry(plain(file).to_lowercase()).or_default() += 1;
    }
    let name = |file: &HandInFile| {
        let name = plain(file);
        if name.len() <= LONGEST_NAME && count[&name.to_lowercase()] == 1 {
            return name;
        }
        let begin = &name[..name.floor_char_boundary(LONGEST_NAME - 17)];
        format!("{begin}-{:016x}", hash(file.path.as_os_str().as_encoded_bytes()))
    };
    files.iter().map(name).collect()
}

/// FNV-1a with 64 bits: the same on every machine.
fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_has_a_name_of_its_own_that_a_disk_takes() {
        let file = |student: &str, path: &str| HandInFile {
            student: student.to_owned(),
            path: path.into(),
            problem: None,
        };
        let long = "n".repeat(251);
        let files = [
            file("ada", "ada.ron"),
            file("kim/a", "kim/a.ron"),
            file("kim-a", "kim-a.ron"),
            file("Eva", "Eva.ron"),
            file("eva", "eva.ron"),
            file(&long, &format!("{long}.ron")),
            file(&format!("{long}/a"), &format!("{long}/a.ron")),
            file(&"é".repeat(125), "é.ron"),
        ];
        let names = report_names(&files);
        assert_eq!(names[0], "ada");
        let different: std::collections::BTreeSet<String> =
            names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(different.len(), files.len(), "{names:?}");
        assert!(names.iter().all(|name| name.len() <= LONGEST_NAME), "{names:?}");
    }
}
