//! What a process that grades may use of the computer for one hand-in. The limits keep a class alive; they decide no score: a hand-in that
//! meets one is not graded, and can be graded again with larger ones.

use serde::{Deserialize, Serialize};

/// Limits for one hand-in.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Memory, in MiB.
    pub memory_mib: u64,
    /// Processor time, in seconds.
    pub seconds: u64,
}

impl Limits {
    /// For a job that is not done.
    pub const NONE: Self = Self { memory_mib: 0, seconds: 0 };
}

/// Limits this process from now until the next hand-in. A limit that the system does not know is left out.
#[cfg(unix)]
pub fn apply(limits: Limits) {
    use rlimit::Resource;
    let bytes = limits.memory_mib * 1024 * 1024;
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let seconds = used + limits.seconds;
    // Addresses without memory behind them are counted in AS, such as the stacks of threads; DATA counts what is used.
    let all = [
        (Resource::DATA, bytes, bytes),
        (Resource::AS, 4 * bytes, 4 * bytes),
        // This one ends the process with a signal of its own, by which the reason is known; the next hand-in moves it.
        (Resource::CPU, seconds, rlimit::INFINITY),
        (Resource::FSIZE, 0, 0),
        (Resource::CORE, 0, 0),
        (Resource::NOFILE, 64, 64),
    ];
    for (resource, soft, hard) in all {
        let lowered = rlimit::getrlimit(resource)
            .and_then(|(_, most)| rlimit::setrlimit(resource, soft.min(most), hard.min(most)));
        // A system without this limit has the others, and the limit on time that the class keeps itself.
        drop(lowered);
    }
}

/// Nothing can be limited on this system; the class keeps a limit on time itself.
#[cfg(not(unix))]
pub fn apply(_: Limits) {}

/// What to say on a system where memory cannot be limited.
pub fn warning() -> Option<&'static str> {
    (!cfg!(unix)).then_some(
        "this system has no limit on the memory of a process: a hand-in that needs too much can slow the computer down",
    )
}
