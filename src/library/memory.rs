//! The most memory that this process took, as Linux tells it.

use std::fs;

/// Begins to measure the most memory anew, where the system can (Linux, `proc_pid_clear_refs(5)`).
pub fn reset_peak() {
    // Elsewhere there is no such file, and the peak stays unknown.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most memory since then, in KiB; 0 where the system does not say.
pub fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
