//! The tests that mutants are tried by: what each takes, and which mutants it reaches.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use crate::workers;

/// The file in WORK with a line for each test that was measured: its program, its name, what it took in milliseconds, and the mutants that it
/// reached. One that is broken off goes on from here.
const MEASURED: &str = "tests.txt";

/// The file in WORK with the two programs of tests: the unit tests, then those of commands and files.
const PROGRAMS: &str = "programs";

/// The rooms whose unit tests are asked: those of the subjects, and those between them.
const ROOMS: [&str; 5] = ["engine::", "telemetry::", "sim::", "control::", "exercise::"];

/// Tests of commands and files that reach the subjects: what is said of plans at their limits, mistakes in plans, timelines, cases of real
/// systems, exploits, and the laws of the subjects.
const MODULES: [&str; 14] = [
    "refusals::",
    "bad::",
    "timelines::",
    "conformance::",
    "named_checks::",
    "exploits::",
    "laws::dataplane::",
    "laws::balancing::",
    "laws::routing::",
    "laws::burning::",
    "laws::alerts::",
    "laws::rolling::",
    "laws::rollouts::",
    "laws::waves::",
];

/// Runs whose digests are kept, as the unit test that runs a command plays them: thirteen of them.
const RUNS: [&str; 1] = ["soak --digests tests/digests.txt --every 40"];
const RUN: &str = "mutant::tests::command_passes";

/// A test that takes more work alone is not asked, so that a mutant costs seconds. The kept runs may take ten times that.
const LONGEST: Duration = Duration::from_secs(4);

/// How many times as long as it may work a program may take by the clock, on a busy computer, or while it waits for a program of its own.
const WAITS: u32 = 60;

/// A test, and what it does without a mutant.
pub struct Test {
    /// Its place among [`Programs`].
    pub program: usize,
    /// Its name, or the command that it runs.
    pub name: String,
    /// The work of cores that it takes.
    pub takes: Duration,
    pub reached: BTreeSet<u32>,
}

/// The programs of tests.
pub struct Programs(Vec<PathBuf>);

/// How a run of tests ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Passed,
    Failed,
    TooLong,
}

impl Programs {
    pub fn read(work: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(work.join(PROGRAMS))?;
        Ok(Self(text.lines().map(PathBuf::from).collect()))
    }

    /// The names of all tests to ask, and their programs.
    fn names(&self) -> io::Result<Vec<(usize, String)>> {
        let mut all: Vec<(usize, String)> = Vec::new();
        for (place, program) in self.0.iter().enumerate() {
            let listed = Command::new(program).args(["--list", "--format", "terse"]).output()?.stdout;
            let text = String::from_utf8_lossy(&listed).into_owned();
            let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
            let asked = names.filter(|name| {
                let modules: &[&str] = if place == 0 { &ROOMS } else { &MODULES };
                modules.iter().any(|module| name.starts_with(module))
            });
            all.extend(asked.map(|name| (place, name.to_owned())));
        }
        all.extend(RUNS.map(|command| (0, command.to_owned())));
        let rank = |name: &str| MODULES.iter().position(|module| name.starts_with(module));
        all.sort_by_key(|(_, name)| rank(name));
        Ok(all)
    }

    /// Runs these tests of one program, one after the other, with a mutant (0 for none): how that ended, and the work it took.
    pub fn run(
        &self,
        work: &Path,
        program: usize,
        names: &[&str],
        number: u32,
        patience: Duration,
        reached: Option<&Path>,
    ) -> io::Result<(End, Duration)> {
        let mut command = Command::new(&self.0[program]);
        command
            .args(["--exact", "--quiet", "--test-threads=1"])
            .env("CARGO_MANIFEST_DIR", work)
            .env("PROPTEST_RNG_SEED", "1")
            .env("RAYON_NUM_THREADS", "1")
            .env("MUTANT", number.to_string());
        if let [run] = names
            && RUNS.contains(run)
        {
            command.arg(RUN).env("MUTANTS_COMMAND", run);
        } else {
            command.args(names);
        }
        if let Some(file) = reached {
            command.env("MUTANTS_REACHED", file);
        }
        let mut running = command
            .current_dir(work)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let began = Instant::now();
        let mut took = Duration::ZERO;
        loop {
            // Asked before the program is waited for: what has been waited for is no longer there to ask.
            took = took.max(work_of(running.id()).unwrap_or_else(|| began.elapsed()));
            if let Some(status) = running.try_wait()? {
                let end = if status.success() { End::Passed } else { End::Failed };
                return Ok((end, took));
            }
            if took > patience || began.elapsed() > patience * WAITS {
                running.kill()?;
                running.wait()?;
                return Ok((End::TooLong, took));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The time that cores have worked for a process and the programs it has waited for; `None` where the system does not tell.
fn work_of(process: u32) -> Option<Duration> {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = told.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(4);
    let sum: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(10 * sum))
}

/// Whether the test of this name is one of commands and files.
pub fn is_of_commands(name: &str) -> bool {
    MODULES.iter().any(|module| name.starts_with(module))
}

/// Measures all tests that were not measured yet, each alone. Those that fail without a mutant, or take too long, are told and not asked.
pub fn measured(work: &Path, programs: &Programs) -> io::Result<Vec<Test>> {
    let path = work.join(MEASURED);
    let known = fs::read_to_string(&path).unwrap_or_default();
    let mut all: Vec<Test> = known.lines().filter_map(read).collect();
    let mut missing = programs.names()?;
    let is_known = |all: &[Test], program: usize, name: &str| {
        all.iter().any(|test| test.program == program && test.name == name)
    };
    missing.retain(|(program, name)| !is_known(&all, *program, name));
    let journal = Mutex::new(fs::OpenOptions::new().create(true).append(true).open(&path)?);
    let new = workers::each(&missing, |worker, (program, name)| {
        let file = work.join(format!("reached-{worker}.txt"));
        fs::write(&file, "")?;
        let longest = if RUNS.contains(&name.as_str()) { LONGEST * 10 } else { LONGEST };
        let (end, takes) = programs.run(work, *program, &[name], 0, longest, Some(&file))?;
        let text = fs::read_to_string(&file)?;
        let reached = text.lines().filter_map(|line| line.parse().ok()).collect();
        let test = Test { program: *program, name: name.clone(), takes, reached };
        if end == End::Passed {
            workers::write_line(&journal, &written(&test))?;
            return Ok(Some(test));
        }
        let why = if end == End::Failed { "fails without a mutant" } else { "takes too long" };
        eprintln!("not asked: {name} {why}");
        let nothing = Test { reached: BTreeSet::new(), ..test };
        workers::write_line(&journal, &written(&nothing))?;
        Ok(None)
    })?;
    all.extend(new.into_iter().flatten());
    all.retain(|test| !test.reached.is_empty());
    Ok(all)
}

fn written(test: &Test) -> String {
    let reached: Vec<String> = test.reached.iter().map(u32::to_string).collect();
    format!("{}\t{}\t{}\t{}", test.program, test.name, test.takes.as_millis(), reached.join(" "))
}

fn read(line: &str) -> Option<Test> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [program, name, takes, reached] = parts[..] else {
        return None;
    };
    Some(Test {
        program: program.parse().ok()?,
        name: name.to_owned(),
        takes: Duration::from_millis(takes.parse().ok()?),
        reached: reached.split(' ').filter_map(|number| number.parse().ok()).collect(),
    })
}
