//! The desktop lab. Bevy draws the stage, egui the panels; what is shown is a snapshot that a player publishes while it
//! simulates off the frame, and every click, key and dropped file is a [`Command`], applied in one place
//! ([`Lab::apply`]). No rule of the simulation lives here.
//!
//! Everything but `window` builds with the feature `panels`, without a graphics stack, and is tested without a display.

pub mod apply;
pub mod bundle;
pub mod catalog;
pub mod charts;
pub mod command;
pub mod comparing;
pub mod debrief;
pub mod dialogs;
pub mod editor;
pub mod facilitating;
pub mod files;
pub mod footing;
pub mod ghosts;
pub mod jobs;
pub mod keys;
pub mod lab;
pub mod learner;
pub mod logbook;
pub mod moments;
pub mod notes;
pub mod panels;
pub mod player;
pub mod run;
pub mod sandbox;
pub mod sessions;
pub mod settings;
pub mod shelf;
pub mod stage;
#[cfg(test)]
mod tests;
pub mod texts;
pub mod theme;
pub mod view;
pub mod watch;
pub mod welcome;
pub mod widgets;
#[cfg(feature = "app")]
pub mod window;

pub use command::Command;
pub use lab::Lab;
