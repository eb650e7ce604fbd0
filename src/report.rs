//! Writes runs, verdicts, comparisons and checks as text for people and as data for programs.
//!
//! Formatting only: values come in and strings go out. Nothing here computes a score, reads a file or prints.

pub mod audit;
pub mod bench;
pub mod board;
pub mod calibrate;
pub mod check;
pub mod class;
pub mod compare;
pub mod course;
pub mod escape;
pub mod explain;
pub mod html;
mod json;
pub mod judges;
pub mod list;
pub mod museum;
pub mod power;
pub mod prediction;
pub mod preview;
pub mod proofs;
pub mod prove;
pub mod rehearsal;
pub mod replay;
pub mod run;
mod run_json;
pub mod sarif;
pub mod schema;
pub mod shell;
mod spark;
pub mod style;
pub mod sweep;
mod table;
pub mod timeline;
mod totals;
pub mod verdict;
pub mod what_if;

#[cfg(test)]
mod golden;
#[cfg(test)]
use golden::golden;

pub use run_json::json as run_json;
pub use style::TextStyle;
