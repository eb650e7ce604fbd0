//! `rollout-lab fuzz`: changed files of every kind for every reader. Each input is read, or refused; none may end the program, take
//! longer than a second, or more than 512 MiB, and what is accepted is written and read again the same.
//!
//! An input is found by its reader and its number alone, so that one line makes a failure again.

mod mutate;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use rayon::prelude::*;

use crate::engine::Chance;
use crate::exercise::format::counted;
use crate::library::disk::save_atomic;
use crate::library::folder::make;
use crate::library::memory::{peak_kib, reset_peak};
use crate::library::on_a_large_stack;
use crate::report::style::page;

use super::output::{Output, Trouble};
use super::{Ended, Outcome};
use mutate::Mutator;
use targets::{TARGETS, Target};

/// The longest that one input may take.
const LONGEST: Duration = Duration::from_secs(1);
/// How often one that takes longer is tried again by itself: on a busy computer the clock also counts what others do.
const AGAIN: usize = 3;
/// The most memory that the whole program may take while inputs are read, in KiB.
const MOST_KIB: u64 = 512 * 1024;
/// Inputs of one batch, after which memory is looked at.
const BATCH: u64 = 250;

/// Arguments of `fuzz`.
#[derive(Debug, Args)]
pub(super) struct Fuzz {
    /// How many inputs each reader gets
    #[arg(long, value_name = "NUMBER", default_value_t = 2_000)]
    inputs: u64,
    /// The first input's number; the same numbers give the same inputs
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// Only this reader; `list` names them all
    #[arg(long, value_name = "NAME")]
    reader: Option<String>,
    /// Write every failing input into this folder
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
}

/// What came of one input.
enum Came {
    Refused,
    Accepted,
    Failed(String),
}

/// What came of all inputs of a reader.
#[derive(Default)]
struct Tally {
    accepted: u64,
    slowest: Duration,
    slowest_input: u64,
    failures: Vec<(u64, String)>,
}

impl Fuzz {
    pub fn run(self, output: Output) -> Outcome {
        if self.reader.as_deref() == Some("list") {
            output.result(&page(&TARGETS.map(|target| format!("{:<12} {}", target.name, target.about))));
            return Ok(Ended::Passed);
        }
        let wanted = |target: &&Target| self.reader.as_ref().is_none_or(|name| name == target.name);
        let targets: Vec<&Target> = TARGETS.iter().filter(wanted).collect();
        if targets.is_empty() {
            let names = TARGETS.map(|target| target.name).join(", ");
            return Err(Trouble::Said(format!("no such reader; there are {names}")));
        }
        let hook = std::panic::take_hook();
        // What panics is a failure that is counted, and needs no trace.
        std::panic::set_hook(Box::new(|_| {}));
        let ended = targets.iter().map(|target| self.one(target, output)).collect::<Result<Vec<bool>, _>>();
        std::panic::set_hook(hook);
        Ok(if ended?.into_iter().all(|passed| passed) { Ended::Passed } else { Ended::NotPassed })
    }

    /// Gives a reader its inputs; true when none failed.
    fn one(&self, target: &Target, output: Output) -> Result<bool, Trouble> {
        let corpus = (target.corpus)();
        let draws = Chance::new(0).stream(target.name, 0);
        let mut tally = Tally::default();
        let mut peak = 0;
        let last = self.seed + self.inputs / target.share.max(1);
        for begin in (self.seed..last).step_by(BATCH as usize) {
            let end = (begin + BATCH).min(last);
            reset_peak();
            let each = (begin..end).into_par_iter().map(|number| {
                let text = Mutator::new(&corpus, draws.child(number)).mutated();
                let (took, came) = tried(target, &text);
                (number, text, took, came)
            });
            let batch: Vec<(u64, String, Duration, Came)> = each.collect();
            for (number, text, took, came) in batch {
                let again = if took > LONGEST { AGAIN } else { 0 };
                let took = (0..again).map(|_| timed(|| tried(target, &text)).0).fold(took, Duration::min);
                if took > tally.slowest {
                    (tally.slowest, tally.slowest_input) = (took, number);
                }
                let failure = match came {
                    Came::Failed(why) => Some(why),
                    _ if took > LONGEST => Some(format!("took {:.1} s", took.as_secs_f64())),
                    Came::Accepted => {
                        tally.accepted += 1;
                        None
                    }
                    Came::Refused => None,
                };
                if let Some(why) = failure {
                    self.keep(target, number, &text)?;
                    tally.failures.push((number, why));
                }
            }
            let now = peak_kib();
            peak = peak.max(now);
            if now > MOST_KIB {
                tally.failures.push((begin, format!("some of {BATCH} inputs took {} MiB", now / 1024)));
            }
        }
        let mut lines = vec![format!(
            "{:<12} {:>11} inputs  {:>10} accepted  slowest {:>4} ms (input {})  peak {} MiB  {} failures",
            target.name,
            counted(last - self.seed),
            counted(tally.accepted),
            tally.slowest.as_millis(),
            tally.slowest_input,
            peak / 1024,
            tally.failures.len()
        )];
        let told = tally.failures.iter().take(10).map(|(number, why)| {
            format!(
                "  {why}: rollout-lab fuzz --reader {} --seed {number} --inputs {}",
                target.name, target.share
            )
        });
        lines.extend(told);
        output.result(&page(&lines));
        Ok(tally.failures.is_empty())
    }

    fn keep(&self, target: &Target, number: u64, text: &str) -> Result<(), Trouble> {
        let Some(folder) = &self.keep else { return Ok(()) };
        let path = folder.join(format!("{}-{number}", target.name));
        make(folder)?;
        Ok(save_atomic(&path, text.as_bytes())?)
    }
}

/// Gives one input to a reader, and says how long it took.
fn tried(target: &Target, text: &str) -> (Duration, Came) {
    // Readers call themselves for every bracket, and have a large stack wherever they run.
    let read = || catch_unwind(AssertUnwindSafe(|| (target.read)(text)));
    let (took, result) = timed(|| on_a_large_stack(read));
    let came = match result {
        None => Came::Failed("no thread was to be had".to_owned()),
        Some(Ok(Ok(true))) => Came::Accepted,
        Some(Ok(Ok(false))) => Came::Refused,
        Some(Ok(Err(why))) => Came::Failed(why),
        Some(Err(panic)) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Came::Failed(format!("panicked: {}", said.chars().take(120).collect::<String>()))
        }
    };
    (took, came)
}

/// Processor time that this program has used; none where the system does not tell it.
#[cfg(unix)]
fn used() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32))
}

#[cfg(not(unix))]
const fn used() -> Option<Duration> {
    None
}

/// How long a work takes: by the clock, or the processor time of the whole program meanwhile where that is less, since other programs
/// must not make a reader slow. That of a thread would miss what a reader does on a thread of its own.
#[expect(clippy::disallowed_methods, reason = "a slow reader is found by the clock; no run sees it")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let (start, before) = (Instant::now(), used());
    let result = work();
    let took = start.elapsed();
    let worked = used().zip(before).map(|(after, before)| after.saturating_sub(before));
    (worked.map_or(took, |worked| worked.min(took)), result)
}
