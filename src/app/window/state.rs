//! What the systems of the window share.

use std::path::PathBuf;
use std::sync::mpsc::Sender;

use crate::app::model::Lab;
use crate::app::window::measure::Measure;
use crate::app::window::picture::{PendingPictures, Picture, Scene};

/// The lab, and what the window was opened for.
pub(super) struct WindowState {
    pub lab: Lab,
    /// What is to be seen first.
    pub scene: Option<Scene>,
    /// Frames drawn so far.
    pub frame: u32,
    /// The picture that the window was opened for.
    pub picture: Option<Picture>,
    /// The measurement that it was opened for.
    pub measure: Option<Measure>,
    /// Where the names of what is on the screen are written.
    pub names: Option<Names>,
    pub leaves_after_picture: bool,
    pub pending: PendingPictures,
    /// Receives the reason when the lab is left in trouble.
    pub failure: Sender<String>,
}

/// Where names are written, and what stands there.
pub(super) struct Names {
    pub path: PathBuf,
    pub written: String,
}

impl Names {
    /// Names for this file. One that is there is replaced.
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, written: String::new() }
    }
}
