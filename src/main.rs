//! Calls [`rollout_lab::cli::run`] and turns its answer into an exit code.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    rollout_lab::cli::run(std::env::args_os())
}
