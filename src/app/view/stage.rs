//! The stage: the picture of a running world, from left to right as requests go.
//!
//! [`World`] is what is shown, made on the player's thread; [`Scene`] lays it out and draws its still part, and says where
//! the [`Dot`]s are, without a window and without a clock; the pane of the stage, or Bevy beneath it, puts them on the
//! screen. A test draws the same picture as the window.

pub mod blame;
mod cards;
mod crowd;
mod dots;
mod draft;
mod layout;
mod legend;
mod marks;
mod mesh;
mod paint;
mod pools;
mod scene;
mod streams;
#[cfg(test)]
mod tests;
pub mod words;

pub use dots::{Dot, DotShape};
pub use draft::{Face, Hit, Label, Setting};
pub use layout::{Layout, SMALLEST};
pub use mesh::{Place, Vertices};
pub use paint::paint;
pub use scene::Scene;
pub use streams::{Stream, Streams};
pub use words::PoolNames;
