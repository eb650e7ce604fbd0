//! Processes that grade hand-ins for a class: each is given one after the other, and says what became of it. A process keeps the worlds in
//! which nothing is released, which hand-ins that meet the same worlds share; one that a hand-in ends is replaced.
#![expect(
    clippy::disallowed_types,
    reason = "threads of a class take idle processes from one list, and no row depends on which"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::child::broke;
use super::job::{Done, Job};
use crate::exercise::class::{Refusal, RefusalKind, Row};

/// The most bytes that are read of an answer, 16 MiB, and of what is written about trouble, 64 KiB.
const MOST: [u64; 2] = [16 * 1024 * 1024, 64 * 1024];
/// A process may wait for its turn on the processor; this many times its processor time is the longest it may take.
const PATIENCE: u64 = 4;

/// The processes of a class.
pub struct Processes {
    /// How many threads each has.
    threads: usize,
    /// Those that wait for a hand-in.
    idle: Mutex<Vec<Process>>,
}

impl Processes {
    /// None yet; each will have `threads` threads.
    pub const fn new(threads: usize) -> Self {
        Self { threads, idle: Mutex::new(Vec::new()) }
    }

    /// The answer to `job`; and whether a process answered: only then grading the hand-in again would give the same.
    pub fn graded(&self, job: &Job) -> (Done, bool) {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // What ends a process that has graded others may be their fault, so a new one has the last word.
        let answered = idle.and_then(|process| self.answer(process, job).ok());
        match answered.map_or_else(|| Process::start(self.threads).and_then(|new| self.answer(new, job)), Ok)
        {
            Ok(done) => (done, true),
            Err(Failure::Broke(why)) => (broke(job, &why), false),
            Err(Failure::Stopped(why)) => (stopped(job, &why), false),
        }
    }

    /// The answer of a process, which waits for the next hand-in after it.
    fn answer(&self, mut process: Process, job: &Job) -> Result<Done, Failure> {
        let done = process.answer(job)?;
        let is_broken = done.row.outcome.as_ref().is_err_and(|refusal| refusal.kind == RefusalKind::Broke);
        // With a key no two students meet the same worlds, and there would be nothing to share.
        if !is_broken && job.key.is_none() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        }
        Ok(done)
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

/// A process that grades. It ends when it is dropped.
struct Process {
    child: Child,
    /// Takes a line for each hand-in; none once it has been closed.
    jobs: Option<ChildStdin>,
    /// Gives a line for each answer, until the process has ended.
    answers: mpsc::Receiver<Vec<u8>>,
    /// What it has written about trouble, when it has ended.
    trouble: Option<thread::JoinHandle<Vec<u8>>>,
}

impl Process {
    fn start(threads: usize) -> Result<Self, Failure> {
        let no_process = |error: std::io::Error| {
            Failure::Stopped(format!(
                "not graded: no process can be started for it ({error}); grade it again"
            ))
        };
        let mut command = Command::new(program().map_err(no_process)?);
        command.arg("grade-one").env("RAYON_NUM_THREADS", threads.to_string()).env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(no_process)?;
        let (told, answers) = mpsc::channel();
        if let Some(stream) = child.stdout.take() {
            thread::spawn(move || lines(stream, &told));
        }
        let trouble = child.stderr.take().map(|stream| thread::spawn(move || beginning(stream)));
        Ok(Self { jobs: child.stdin.take(), child, answers, trouble })
    }

    fn answer(&mut self, job: &Job) -> Result<Done, Failure> {
        let said = serde_json::to_string(job).expect("a job becomes JSON") + "\n";
        if let Some(stream) = &mut self.jobs {
            // A process that ended early says by its end why.
            drop(stream.write_all(said.as_bytes()).and_then(|()| stream.flush()));
        }
        let longest = Duration::from_secs(job.limits.seconds * PATIENCE + 30);
        match self.answers.recv_timeout(longest).map(|line| serde_json::from_slice(&line)) {
            Ok(Ok(done)) => return Ok(done),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                return Err(Failure::Stopped(out_of_time(longest.as_secs(), "")));
            }
            Ok(Err(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => {}
        }
        self.jobs = None;
        let status = self.child.wait();
        let status = status
            .map_err(|error| Failure::Stopped(format!("not graded: its process was lost ({error})")))?;
        let trouble = self.trouble.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        Err(failure(status, &String::from_utf8_lossy(&trouble), job))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It waits for a hand-in, or for nothing that anybody will hear of.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// This program. On Linux a path that holds when its file is replaced meanwhile.
fn program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// Tells each line of `stream` as far as an answer may be long, to its end.
fn lines(stream: impl Read, told: &mpsc::Sender<Vec<u8>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let read = (&mut stream).take(MOST[0]).read_until(b'\n', &mut line);
        // What cannot be read is missing, and the answer is then none.
        if read.is_err() || line.is_empty() || told.send(line).is_err() {
            return;
        }
    }
}

/// The beginning of what is written to `stream`, which is read to its end.
fn beginning(mut stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    drop((&mut stream).take(MOST[1]).read_to_end(&mut bytes));
    drop(std::io::copy(&mut stream, &mut std::io::sink()));
    bytes
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
