//! The stage: the picture of a running world, from left to right as requests go.
//!
//! [`World`] is what is shown, made on the player's thread; [`Scene`] lays it out and draws its still part, and says where
//! the [`Dot`]s are, without a window and without a clock; the pane of the stage, or Bevy beneath it, puts them on the
//! screen. A test draws the same picture as the window.

pub mod blame;
mod cards;
mod crowd;
mod dots;
mod gauges;
mod layout;
mod legend;
mod mesh;
mod paint;
mod pools;
pub mod sample;
mod scene;
pub mod state;
mod streams;
#[cfg(test)]
mod tests;
pub mod words;
pub mod world;

pub use dots::{Dot, DotShape};
pub use layout::Layout;
pub use mesh::{Place, Vertices};
pub use paint::paint;
pub use scene::{Face, Hit, Label, Scene, Setting};
pub use state::{Camera, StageCommand, StageState, Thing};
pub use streams::{Stream, Streams};
pub use words::Cast;
pub use world::World;
