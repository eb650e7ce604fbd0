//! A format in which a class is written.

use crate::exercise::class::Class;
use crate::report::TextStyle;

/// A format in which a class is written.
#[derive(Clone, Copy, Debug)]
pub struct ClassFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// A line for the help.
    pub about: &'static str,
    /// Writes a class. Only pages for people use the style.
    pub write: fn(&Class, TextStyle) -> String,
}
