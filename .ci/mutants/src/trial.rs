//! Tries planted mutants: the unit tests of a mutant's subject, then the runs whose digests are kept.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use crate::LIST;
use crate::subjects::SUBJECTS;

/// The test that does what the program does with the command in MUTANTS_COMMAND.
const RUN: [&str; 1] = ["mutant::tests::command_passes"];

/// The kept runs that are played one after the other: some, and where those find nothing a quarter of all.
const RUNS: [&str; 2] = [
    "soak --digests tests/digests.txt --every 40",
    "soak --digests tests/digests.txt --every 4",
];

/// A planted mutant, as the list has it.
struct Mutant {
    number: u32,
    subject: String,
    place: String,
    what: String,
}

/// How a mutant came off.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Found,
    TooLong,
    Survived,
}

/// Tests that fail when they meet a fault, and what they take and reach without one.
struct Judge<'a> {
    program: &'a Path,
    tests: &'a [&'a str],
    command: &'a str,
    patience: Duration,
    reached: BTreeSet<u32>,
}

/// What came of the mutants of one subject, or of all.
#[derive(Default)]
struct Count {
    tried: usize,
    by_tests: usize,
    by_runs: usize,
    endless: usize,
}

/// Tries mutants and prints a line for each subject, one for all, and each mutant that was not found.
pub fn try_all(work: &Path, tests: &Path, each: usize, seed: u64) -> io::Result<()> {
    let mutants = listed(&fs::read_to_string(work.join(LIST))?)?;
    let runs = RUNS.map(|command| Judge::new(work, tests, &RUN, command));
    let [some, many] = runs;
    let runs = [some?, many?];
    let mut whole = Count::default();
    let mut survivors = Vec::new();
    for subject in &SUBJECTS {
        let unit = Judge::new(work, tests, subject.tests, "")?;
        let all: Vec<&Mutant> = mutants
            .iter()
            .filter(|mutant| mutant.subject == subject.name)
            .collect();
        let planted = all.len();
        let mut count = Count::default();
        for mutant in draw(all, each, seed) {
            count.tried += 1;
            let mut fate = unit.tried(work, mutant.number)?;
            if fate == Fate::Survived {
                for run in &runs {
                    if fate == Fate::Survived {
                        fate = run.tried(work, mutant.number)?;
                    }
                }
                count.by_runs += usize::from(fate == Fate::Found);
            } else {
                count.by_tests += usize::from(fate == Fate::Found);
            }
            count.endless += usize::from(fate == Fate::TooLong);
            if fate == Fate::Survived {
                let is_reached = runs
                    .iter()
                    .chain([&unit])
                    .any(|judge| judge.reached.contains(&mutant.number));
                let reached = if is_reached { "" } else { " (never reached)" };
                survivors.push(format!("{}: {}{reached}", mutant.place, mutant.what));
            }
        }
        println!("{}", count.line(subject.name, Some(planted)));
        whole.add(&count);
    }
    println!("{}\n\nnot found:", whole.line("together", None));
    survivors
        .iter()
        .for_each(|survivor| println!("  {survivor}"));
    Ok(())
}

fn listed(text: &str) -> io::Result<Vec<Mutant>> {
    text.lines()
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            let [number, subject, file, line, what] = parts[..] else {
                return Err(io::Error::other(format!("{LIST}: {line}")));
            };
            let number = number.parse().map_err(io::Error::other)?;
            let place = format!("{file}:{line}");
            Ok(Mutant {
                number,
                subject: subject.to_owned(),
                place,
                what: what.to_owned(),
            })
        })
        .collect()
}

/// As many of these as are wanted, by the seed, in the order of their places.
fn draw(mut mutants: Vec<&Mutant>, each: usize, seed: u64) -> Vec<&Mutant> {
    let luck = |mutant: &&Mutant| {
        let mut hasher = DefaultHasher::new();
        (seed, &mutant.place, &mutant.what, mutant.number).hash(&mut hasher);
        hasher.finish()
    };
    mutants.sort_by_key(luck);
    mutants.truncate(each);
    mutants.sort_by_key(|mutant| mutant.number);
    mutants
}

impl<'a> Judge<'a> {
    /// Fails when the program fails without a mutant.
    fn new(
        work: &Path,
        program: &'a Path,
        tests: &'a [&'a str],
        command: &'a str,
    ) -> io::Result<Self> {
        let reached = work.join("reached.txt");
        fs::write(&reached, "")?;
        let patience = Duration::from_secs(900);
        let mut judge = Self {
            program,
            tests,
            command,
            patience,
            reached: BTreeSet::new(),
        };
        let began = Instant::now();
        if judge.run(work, 0, Some(&reached))? != Fate::Survived {
            return Err(io::Error::other(format!(
                "{} fails without a mutant",
                tests.join(", ")
            )));
        }
        judge.patience = began.elapsed() * 5 + Duration::from_secs(20);
        judge.reached = fs::read_to_string(&reached)?
            .lines()
            .filter_map(|line| line.parse().ok())
            .collect();
        Ok(judge)
    }

    /// What comes of it with this mutant, which is run only where it is reached.
    fn tried(&self, work: &Path, number: u32) -> io::Result<Fate> {
        if self.reached.contains(&number) {
            self.run(work, number, None)
        } else {
            Ok(Fate::Survived)
        }
    }

    fn run(&self, work: &Path, number: u32, reached: Option<&Path>) -> io::Result<Fate> {
        let mut command = Command::new(self.program);
        command
            .args(self.tests)
            .arg("--quiet")
            .env("CARGO_MANIFEST_DIR", work);
        command.env("MUTANT", number.to_string());
        if !self.command.is_empty() {
            command.env("MUTANTS_COMMAND", self.command);
        }
        if let Some(file) = reached {
            command.env("MUTANTS_REACHED", file);
        }
        let mut running = command
            .current_dir(work)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        loop {
            if let Some(status) = running.try_wait()? {
                return Ok(if status.success() {
                    Fate::Survived
                } else {
                    Fate::Found
                });
            }
            if began.elapsed() > self.patience {
                running.kill()?;
                running.wait()?;
                return Ok(Fate::TooLong);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.tried += other.tried;
        self.by_tests += other.by_tests;
        self.by_runs += other.by_runs;
        self.endless += other.endless;
    }

    fn line(&self, name: &str, planted: Option<usize>) -> String {
        let found = self.by_tests + self.by_runs + self.endless;
        let planted = planted.map_or_else(String::new, |planted| format!("{planted} planted, "));
        format!(
            "{name:<10} {planted}{} tried, {found} found: {} by unit tests, {} by kept runs, {} never ended; {:.0} %",
            self.tried,
            self.by_tests,
            self.by_runs,
            self.endless,
            100.0 * found as f64 / self.tried.max(1) as f64
        )
    }
}
