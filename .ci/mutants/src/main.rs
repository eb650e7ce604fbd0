//! Plants small faults (mutants) into a copy of the core, and counts how many of them tests find. `.ci/mutants/run` calls it twice:
//!
//! - `mutants plant SOURCE WORK` copies the repository into the empty folder WORK, with all mutants in it. Each waits for its number in the
//!   variable MUTANT, so that one build does for all: a mutant costs a run of tests and no build.
//! - `mutants try WORK WHICH SEED` tries mutants: WHICH is how many of each subject are drawn by SEED, `all` for every one, `unreached` for
//!   those that no test reaches, or `equivalent` for those that are kept as equivalent, to see that none of them is found. A mutant is found
//!   when a test that reaches it fails, a kept run among them, or never ends. What was tried is kept in WORK, so that a trial that was broken
//!   off goes on.
//!
//! A mutant that `equivalent.txt` names is not viable: nothing that a user or a test of cost could see changes. It is not drawn.

mod list;
mod plant;
mod subjects;
mod tests;
mod trial;
mod workers;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use list::LIST;
use plant::Planter;
use subjects::{SUBJECTS, Subject};
use trial::Wanted;

/// What the copy asks whether a mutant is the one. With MUTANTS_REACHED it writes into that file which ones were asked for.
const SWITCH: &str = r#"
/// Which mutant is tried.
pub mod mutant {
    use std::io::Write;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    static MUTANT: OnceLock<u32> = OnceLock::new();
    static REACHED: OnceLock<Option<std::fs::File>> = OnceLock::new();
    static SEEN: [AtomicBool; 16_384] = [const { AtomicBool::new(false) }; 16_384];

    /// Whether it is this one.
    pub fn on(number: u32) -> bool {
        let mutant = *MUTANT.get_or_init(|| std::env::var("MUTANT").ok().and_then(|it| it.parse().ok()).unwrap_or(0));
        if mutant == 0 && !SEEN[number as usize].swap(true, Ordering::Relaxed) {
            let file = REACHED.get_or_init(|| {
                let path = std::env::var_os("MUTANTS_REACHED")?;
                std::fs::OpenOptions::new().create(true).append(true).open(path).ok()
            });
            if let Some(mut file) = file.as_ref() {
                file.write_all(format!("{number}\n").as_bytes()).ok();
            }
        }
        mutant == number
    }

    #[cfg(test)]
    mod tests {
        use std::ffi::OsString;
        use std::process::ExitCode;

        /// The command in MUTANTS_COMMAND, as the program runs it.
        #[test]
        fn command_passes() {
            let Ok(command) = std::env::var("MUTANTS_COMMAND") else { return };
            let words = ["rollout-lab"].into_iter().chain(command.split(' ')).map(OsString::from);
            assert_eq!(crate::cli::run(words), ExitCode::SUCCESS);
        }
    }
}
"#;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["plant", source, work] => plant_all(Path::new(source), Path::new(work)),
        ["try", work, which, seed] => {
            let wanted = match *which {
                "all" => Ok(Wanted::Each(usize::MAX)),
                "equivalent" => Ok(Wanted::Equivalent),
                "unreached" => Ok(Wanted::Unreached),
                _ => which.parse().map(Wanted::Each),
            };
            match (wanted, seed.parse()) {
                (Ok(wanted), Ok(seed)) => trial::try_all(Path::new(work), &wanted, seed),
                _ => Err(io::Error::other(
                    "WHICH is a number, `all`, `unreached` or `equivalent`; SEED a number",
                )),
            }
        }
        _ => Err(io::Error::other("plant SOURCE WORK, or try WORK WHICH SEED")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mutants: {error}");
            ExitCode::from(2)
        }
    }
}

fn plant_all(source: &Path, work: &Path) -> io::Result<()> {
    copy(source, work)?;
    let mut planter = Planter::default();
    let mut list = String::new();
    for subject in &SUBJECTS {
        plant_subject(&mut planter, work, subject, &mut list)?;
    }
    fs::write(work.join(LIST), list)?;
    let lib = work.join("src/lib.rs");
    fs::write(&lib, fs::read_to_string(&lib)? + SWITCH)
}

/// Copies what git keeps.
fn copy(source: &Path, work: &Path) -> io::Result<()> {
    let listed = Command::new("git").arg("-C").arg(source).args(["ls-files", "-z"]).output()?.stdout;
    for name in String::from_utf8_lossy(&listed).split('\0').filter(|name| !name.is_empty()) {
        let to = work.join(name);
        fs::create_dir_all(to.parent().unwrap_or(work))?;
        if source.join(name).is_file() {
            fs::copy(source.join(name), to)?;
        }
    }
    Ok(())
}

fn plant_subject(planter: &mut Planter, work: &Path, subject: &Subject, list: &mut String) -> io::Result<()> {
    let mut files = Vec::new();
    for name in subject.files {
        gather(&work.join(name), &mut files)?;
    }
    for file in files {
        let text = fs::read_to_string(&file)?;
        let changed =
            planter.plant(&text).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        fs::write(&file, changed)?;
        let name = file.strip_prefix(work).unwrap_or(&file).display().to_string();
        for mutant in planter.planted.drain(..) {
            list.push_str(&format!(
                "{}\t{}\t{name}\t{}\t{}\t{}\t{}\n",
                mutant.number,
                subject.name,
                mutant.line,
                mutant.function,
                mutant.text.replace('\t', " "),
                mutant.what
            ));
        }
    }
    Ok(())
}

/// The files of a path that are not tests, in the order of their names.
fn gather(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.file_stem().is_some_and(|stem| stem == "tests") {
        return Ok(());
    }
    if path.is_dir() {
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        inside.sort();
        inside.iter().try_for_each(|path| gather(path, files))?;
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        files.push(path.to_owned());
    }
    Ok(())
}
