//! The only door to the disk: files in, files out, and everything wrong with them said at once.
//!
//! Text comes from [`disk`] or from what is [`shipped`] inside the binary; [`read_ron`] turns it into values, or into
//! the full list of [`Problem`]s, each with its place. What is kept on this computer (best scores) is in [`progress`].
//! Nothing here knows what a scenario means, and nothing here prints.

pub mod archive;
pub mod brief;
pub mod cards;
mod checked;
pub mod course_files;
mod csv_table;
pub mod disk;
pub mod duties;
mod excerpt;
mod fields;
mod file_kind;
pub mod folder;
mod formats;
mod grammar;
pub mod hand_ins;
pub mod items;
pub mod kept;
pub mod knobs;
mod lexer;
pub mod load;
mod loaded;
pub mod memory;
pub mod museum_duty;
pub mod new_exercise;
mod outline;
pub mod patch;
pub mod plans;
mod problem;
pub mod progress;
pub mod proofs;
mod read;
mod reader;
pub mod received;
pub mod roster;
pub mod schema;
pub mod shipped;
pub mod submission;
pub mod templates;
mod trace;
pub mod translations;
pub mod watch;
pub mod windows;
mod wording;

pub use crate::scenario::Severity;
pub use file_kind::{FileKind, PROGRESS_FIELD};
pub use formats::{Format, Versioned, read_file};
pub use outline::Outline;
pub use problem::{Problem, Source};
pub use read::{on_a_large_stack, parse_options, read_ron, write_ron};
pub use trace::read_trace;

/// The largest file that is read, in bytes: 256 KiB.
pub const MAX_FILE_BYTES: usize = 256 * 1024;
/// How deeply brackets may be nested in a file.
pub const MAX_DEPTH: usize = 64;
/// How many items one list, map or pair of round brackets may hold.
pub const MAX_ITEMS: usize = 10_000;
/// The longest text in a file, in bytes: 4 KiB.
pub const MAX_TEXT_BYTES: usize = 4 * 1024;
/// How many problems of one file are reported at most.
pub const MAX_PROBLEMS: usize = 50;
