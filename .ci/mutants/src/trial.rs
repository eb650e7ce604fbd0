//! Tries planted mutants by the tests that reach them.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use std::{fs, io};

use crate::list::{self, Mutant};
use crate::subjects::SUBJECTS;
use crate::tests::{self, End, Programs, Test};
use crate::workers;

/// The file in WORK with a line for each mutant that was tried: its number, how it came off, and the first test that met it.
const FATES: &str = "fates.txt";

/// A mutant is tried by as many tests as take this much work without it, the nearest and quickest first.
const AT_MOST: Duration = Duration::from_secs(20);
/// Tests that are run by one call, one after the other: so many, and as take this long.
const TOGETHER: (usize, Duration) = (40, Duration::from_millis(2500));

/// How a mutant came off.
#[derive(Clone, PartialEq, Eq)]
enum Fate {
    Found(String),
    TooLong(String),
    Survived,
    /// No test reaches it.
    Unreached,
}

/// Which mutants are tried.
pub enum Wanted {
    /// So many of each subject.
    Each(usize),
    /// Those that are kept as equivalent: none may be found.
    Equivalent,
    /// None; only those are told that no test reaches.
    Unreached,
}

/// What came of the mutants of one subject, or of all.
#[derive(Default)]
struct Count {
    planted: usize,
    equivalent: usize,
    tried: usize,
    by_unit_tests: usize,
    by_commands: usize,
    by_runs: usize,
    endless: usize,
}

/// Tries mutants and prints a line for each subject, one for all, and each mutant that was not found.
pub fn try_all(work: &Path, wanted: &Wanted, seed: u64) -> io::Result<()> {
    let mutants = list::listed(work)?;
    let equivalent = list::equivalent(work, &mutants)?;
    let programs = Programs::read(work)?;
    let tests = tests::measured(work, &programs)?;
    let mut drawn: Vec<&Mutant> = Vec::new();
    for subject in &SUBJECTS {
        let of_subject = mutants.iter().filter(|it| it.subject == subject.name);
        match wanted {
            Wanted::Equivalent => {
                drawn.extend(of_subject.filter(|it| equivalent.contains(&it.number)));
            }
            Wanted::Each(each) => {
                let viable = of_subject.filter(|it| !equivalent.contains(&it.number));
                drawn.extend(draw(viable.collect(), *each, seed));
            }
            Wanted::Unreached => {
                let is_reached = |it: &&Mutant| {
                    tests.iter().any(|test| test.reached.contains(&it.number))
                        || equivalent.contains(&it.number)
                };
                drawn.extend(of_subject.filter(|it| !is_reached(it)));
            }
        }
    }
    // Dealt out by luck, so that a trial that is broken off has tried some of each subject.
    drawn.sort_by_key(|mutant| luck(mutant, seed));
    let fates = fates_of(work, &programs, &tests, &drawn)?;

    let mut whole = Count::default();
    for subject in &SUBJECTS {
        let of_subject: Vec<&Mutant> = mutants.iter().filter(|it| it.subject == subject.name).collect();
        let mut count = Count {
            planted: of_subject.len(),
            equivalent: of_subject.iter().filter(|it| equivalent.contains(&it.number)).count(),
            ..Count::default()
        };
        for (mutant, fate) in drawn.iter().zip(&fates) {
            if mutant.subject == subject.name {
                count.take(fate);
            }
        }
        println!("{}", count.line(subject.name));
        whole.add(&count);
    }
    println!("{}\n\nnot found:", whole.line("together"));
    for (mutant, fate) in drawn.iter().zip(&fates) {
        match fate {
            Fate::Survived => println!("  {}", mutant.told()),
            Fate::Unreached => println!("  {} (never reached)", mutant.told()),
            Fate::Found(test) if matches!(wanted, Wanted::Equivalent) => {
                println!("  no equivalent, found by {test}: {}", mutant.told());
            }
            _ => {}
        }
    }
    Ok(())
}

/// As many of these as are wanted, by the seed.
fn draw(mut mutants: Vec<&Mutant>, each: usize, seed: u64) -> Vec<&Mutant> {
    mutants.sort_by_key(|mutant| luck(mutant, seed));
    mutants.truncate(each);
    mutants
}

/// The place of a mutant in the draw of this seed.
fn luck(mutant: &Mutant, seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, &mutant.file, mutant.line, &mutant.what, mutant.number).hash(&mut hasher);
    hasher.finish()
}

/// What comes of each mutant; those that the journal knows are not tried again.
fn fates_of(work: &Path, programs: &Programs, tests: &[Test], drawn: &[&Mutant]) -> io::Result<Vec<Fate>> {
    let path = work.join(FATES);
    let known: BTreeMap<u32, Fate> =
        fs::read_to_string(&path).unwrap_or_default().lines().filter_map(read).collect();
    let journal = Mutex::new(fs::OpenOptions::new().create(true).append(true).open(&path)?);
    workers::each(drawn, |_, mutant| {
        if let Some(fate) = known.get(&mutant.number) {
            return Ok(fate.clone());
        }
        let fate = tried(work, programs, tests, mutant)?;
        let line = format!("{}\t{}\t{}", mutant.number, fate.word(), fate.test());
        workers::write_line(&journal, &line)?;
        Ok(fate)
    })
}

/// Asks the tests that reach the mutant, those of its own module first and then the quickest, until one finds it.
fn tried(work: &Path, programs: &Programs, tests: &[Test], mutant: &Mutant) -> io::Result<Fate> {
    let mut asked: Vec<&Test> = tests.iter().filter(|test| test.reached.contains(&mutant.number)).collect();
    if asked.is_empty() {
        return Ok(Fate::Unreached);
    }
    asked.sort_by_key(|test| {
        let far = usize::MAX - shared(&mutant.file, test);
        (test.takes > TOGETHER.1, far, test.takes)
    });
    let mut spent = Duration::ZERO;
    let mut rest = asked.as_slice();
    while let Some(first) = rest.first() {
        if spent > AT_MOST {
            break;
        }
        let mut takes = Duration::ZERO;
        let together = rest.iter().take(TOGETHER.0).take_while(|test| {
            takes += test.takes;
            test.program == first.program
                && !first.name.contains(' ')
                && !test.name.contains(' ')
                && takes < TOGETHER.1
        });
        let count = together.count().max(1);
        let (now, later) = rest.split_at(count);
        rest = later;
        let names: Vec<&str> = now.iter().map(|test| test.name.as_str()).collect();
        let alone: Duration = now.iter().map(|test| test.takes).sum();
        spent += alone;
        let patience = alone * 5 + Duration::from_secs(20);
        let (end, _) = programs.run(work, first.program, &names, mutant.number, patience, None)?;
        match end {
            End::Passed => {}
            End::Failed => return Ok(Fate::Found(first.name.clone())),
            End::TooLong => return Ok(Fate::TooLong(first.name.clone())),
        }
    }
    Ok(Fate::Survived)
}

/// How many words the path of a file and the name of a unit test have in common from their beginning.
fn shared(file: &str, test: &Test) -> usize {
    if test.program > 0 {
        return 0;
    }
    let of_file = file.trim_start_matches("src/").trim_end_matches(".rs").split('/');
    of_file.zip(test.name.split("::")).take_while(|(one, other)| one == other).count()
}

fn read(line: &str) -> Option<(u32, Fate)> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [number, word, test] = parts[..] else {
        return None;
    };
    let test = test.to_owned();
    let fate = match word {
        "found" => Fate::Found(test),
        "endless" => Fate::TooLong(test),
        "survived" => Fate::Survived,
        "unreached" => Fate::Unreached,
        _ => return None,
    };
    Some((number.parse().ok()?, fate))
}

impl Fate {
    fn word(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::TooLong(_) => "endless",
            Self::Survived => "survived",
            Self::Unreached => "unreached",
        }
    }

    /// The first of the tests that met it.
    fn test(&self) -> &str {
        match self {
            Self::Found(test) | Self::TooLong(test) => test,
            Self::Survived | Self::Unreached => "",
        }
    }
}

impl Count {
    fn take(&mut self, fate: &Fate) {
        self.tried += 1;
        match fate {
            Fate::Found(test) if test.contains(' ') => self.by_runs += 1,
            Fate::Found(test) if tests::is_of_commands(test) => self.by_commands += 1,
            Fate::Found(_) => self.by_unit_tests += 1,
            Fate::TooLong(_) => self.endless += 1,
            Fate::Survived | Fate::Unreached => {}
        }
    }

    fn add(&mut self, other: &Self) {
        self.planted += other.planted;
        self.equivalent += other.equivalent;
        self.tried += other.tried;
        self.by_unit_tests += other.by_unit_tests;
        self.by_commands += other.by_commands;
        self.by_runs += other.by_runs;
        self.endless += other.endless;
    }

    fn line(&self, name: &str) -> String {
        let found = self.by_unit_tests + self.by_commands + self.by_runs + self.endless;
        format!(
            "{name:<10} {} planted, {} equivalent, {} tried, {found} found: {} by unit tests, {} by tests of commands and files, {} by kept \
             runs, {} never ended; {:.0} %",
            self.planted,
            self.equivalent,
            self.tried,
            self.by_unit_tests,
            self.by_commands,
            self.by_runs,
            self.endless,
            100.0 * found as f64 / self.tried.max(1) as f64
        )
    }
}
