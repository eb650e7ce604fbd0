//! Grading one hand-in in a process of its own: starts it, waits for it, and says what became of it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::child::broke;
use super::job::{Done, Job};
use crate::exercise::class::{Refusal, RefusalKind, Row};

/// The most bytes that are read of an answer, 16 MiB, and of what is written about trouble, 64 KiB.
const MOST: [u64; 2] = [16 * 1024 * 1024, 64 * 1024];
/// A process may wait for its turn on the processor; this many times its processor time is the longest it may take.
const PATIENCE: u64 = 4;

/// The answer to `job`, with `threads` threads; and whether the process answered: only
/// then grading the hand-in again would give the same.
pub fn graded(job: &Job, threads: usize) -> (Done, bool) {
    match answer(job, threads) {
        Ok(done) => (done, true),
        Err(Failure::Broke(why)) => (broke(job, &why), false),
        Err(Failure::Stopped(why)) => (stopped(job, &why), false),
    }
}

/// The answer for a hand-in that was not graded to the end.
fn stopped(job: &Job, why: &str) -> Done {
    let why = format!("{}: {why}", job.name);
    let refusal = Refusal::new(RefusalKind::Stopped, &why);
    let row = Row { hand_in_hash: job.hash(), ..Row::refused(&job.student, &job.name, refusal) };
    Done { row, text: why + "\n", json: None, html: None }
}

/// Why there is no answer.
enum Failure {
    /// The simulation broke.
    Broke(String),
    /// A limit was met, or the process could not run.
    Stopped(String),
}

fn answer(job: &Job, threads: usize) -> Result<Done, Failure> {
    let no_process = |error: std::io::Error| {
        Failure::Stopped(format!("not graded: no process can be started for it ({error}); grade it again"))
    };
    let mut command = Command::new(program().map_err(no_process)?);
    command.arg("grade-one").env("RAYON_NUM_THREADS", threads.to_string()).env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(no_process)?;
    let said = serde_json::to_string(job).expect("a job becomes JSON");
    if let Some(mut stream) = child.stdin.take() {
        // A process that ended early says by its end why.
        drop(stream.write_all(said.as_bytes()));
    }
    let (told, heard) = mpsc::channel();
    let answers = child.stdout.take().map(|stream| reading(stream, MOST[0], Some(told)));
    let troubles = child.stderr.take().map(|stream| reading(stream, MOST[1], None));
    let longest = Duration::from_secs(job.limits.seconds * PATIENCE + 30);
    let is_late = heard.recv_timeout(longest) == Err(mpsc::RecvTimeoutError::Timeout);
    if is_late {
        // It may have ended in this moment.
        drop(child.kill());
    }
    let status = ended(&mut child)?;
    let text = |thread: Option<thread::JoinHandle<Vec<u8>>>| {
        let bytes = thread.and_then(|thread| thread.join().ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let (answer, trouble) = (text(answers), text(troubles));
    if is_late {
        return Err(Failure::Stopped(out_of_time(longest.as_secs(), "")));
    }
    match serde_json::from_str(&answer) {
        Ok(done) if status.success() => Ok(done),
        _ => Err(failure(status, &trouble, job)),
    }
}

/// This program. On Linux a path that holds when its file is replaced meanwhile.
fn program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// A thread that reads `stream` to its end, keeps the first `most` bytes, and drops `until` when it ends.
fn reading(
    mut stream: impl Read + Send + 'static,
    most: u64,
    until: Option<mpsc::Sender<()>>,
) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is missing, and the answer is then none.
        drop((&mut stream).take(most).read_to_end(&mut bytes));
        drop(std::io::copy(&mut stream, &mut std::io::sink()));
        drop(until);
        bytes
    })
}

fn ended(child: &mut Child) -> Result<ExitStatus, Failure> {
    child.wait().map_err(|error| Failure::Stopped(format!("not graded: its process was lost ({error})")))
}

/// What the end of a process without an answer means.
fn failure(status: ExitStatus, trouble: &str, job: &Job) -> Failure {
    if trouble.contains("memory allocation of") {
        return Failure::Stopped(format!(
            "not graded: it needs more than {} MiB of memory; this says nothing about its score; allow more with --memory",
            job.limits.memory_mib
        ));
    }
    match signal(&status) {
        // SIGXCPU: 24 on Linux and on macOS.
        Some(24) => Failure::Stopped(out_of_time(job.limits.seconds, "of processor time ")),
        // SIGKILL: from the system, when its memory is used up, or when the processor time is.
        Some(9) => Failure::Stopped(
            "not graded: the system ended its process, most likely for want of memory; grade it again"
                .to_owned(),
        ),
        Some(signal) => Failure::Broke(format!(
            "the simulation broke on this hand-in (signal {signal}); please report it with the file"
        )),
        None => {
            Failure::Broke("the simulation broke on this hand-in; please report it with the file".to_owned())
        }
    }
}

fn out_of_time(seconds: u64, kind: &str) -> String {
    format!(
        "not graded: stopped after {seconds} s {kind}on this computer; this says nothing about its score; allow more with --seconds"
    )
}

#[cfg(unix)]
fn signal(status: &ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(status)
}

#[cfg(not(unix))]
fn signal(_: &ExitStatus) -> Option<i32> {
    None
}
