//! The formats in which a verdict is written. A new format is a file beside these, and its two lines here.

mod canvas;
mod classroom50;
mod format;
mod github;
mod github_classroom;
mod gradescope;
pub mod html;
pub mod json;
mod junit;
mod moodle;
mod nbgrader;
mod otter;
mod prairielearn;
#[cfg(test)]
pub(crate) mod sample;
mod sheet;
mod table;
pub mod text;
pub mod told;
mod xapi;

pub use format::{Environment, Form, Graded, VerdictFormat};

/// All formats of verdicts; the first is the default.
pub const FORMATS: [VerdictFormat; 15] = [
    text::FORMAT,
    json::FORMAT,
    junit::FORMAT,
    html::FORMAT,
    table::FORMAT,
    gradescope::FORMAT,
    prairielearn::FORMAT,
    canvas::FORMAT,
    moodle::FORMAT,
    nbgrader::FORMAT,
    github::FORMAT,
    github_classroom::FORMAT,
    classroom50::FORMAT,
    otter::FORMAT,
    xapi::FORMAT,
];

#[cfg(test)]
mod tests;
