//! The stage: the picture of a running world, from left to right as requests go.
//!
//! [`World`] is what is shown, made on the player's thread; `Scene` lays it out and draws it, without a window and
//! without a clock; the pane of the stage, or Bevy beneath it, puts it on the screen.

pub mod world;

pub use world::World;
