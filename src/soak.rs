//! Soak: random worlds with random plans, the laws that hold in each of them, and the rare states that some must reach.
//!
//! A run is a pure function of its [`Soaked`], which is written in a line, so that a failing one is named and made smaller. Laws see
//! what a run publishes, its facts and its record, and nothing of the inside of the simulation. Nothing here prints.

pub mod base;
mod both;
pub mod dice;
mod goals;
mod known;
mod laws;
mod plan;
mod run;
mod seen;
mod shrink;
mod soaked;
pub mod world;

pub use both::{Both, Compared, Measure, SEEDS, compare, worlds, written};
pub use goals::{GOALS, Goal};
pub use known::{Digest, Known};
pub use laws::{LAWS, Law};
pub use run::{Broken, Came};
pub use seen::Seen;
pub use soaked::Soaked;
