//! Other programs that the lab can start, as functions that the opener of the window gives it: a room that draws starts none.

use std::path::Path;

/// Starts a program for a folder, or says why it cannot.
pub type Begin = fn(&Path) -> Result<(), String>;

/// The programs.
#[derive(Clone, Copy, Debug)]
pub struct Programs {
    /// Opens a folder in the desktop's own window.
    pub open_folder: Begin,
    /// Opens the window that a class sees, for the one that leads it with this data folder.
    pub class_window: Begin,
}
