//! Text of students and authors, made harmless for the place where it is shown: one file for each kind of place.
//!
//! Whatever a hand-in holds ends in somebody's terminal, browser, spreadsheet or gradebook. All output goes through one of
//! these functions, or through a library that escapes its own syntax after [`lines`] has removed what no syntax escapes.

mod cell;
mod json;
mod markdown;
mod markup;
mod plain;
mod terminal;

pub use cell::cell;
pub use json::visible;
pub use markdown::markdown;
pub use markup::markup;
pub use plain::{harmless, lines};
pub use terminal::terminal;
