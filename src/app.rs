//! The desktop lab. Bevy draws the stage, egui the panels; they show a snapshot that a player publishes while it simulates off
//! the frame. Every click, key and dropped file is a [`model::LabCommand`], applied in one place ([`update::apply`]).
//!
//! [`model`] is the state, [`update`] changes it, [`view`] draws it. The model imports neither of the others, and update
//! does not import view. Everything but `window` builds with the feature `panels`, without a graphics stack, and is tested
//! without a display. No rule of the simulation lives here.

pub mod model;
#[cfg(test)]
pub(crate) mod tests;
pub mod texts;
pub mod update;
pub mod view;
#[cfg(feature = "app")]
pub mod window;
