//! The simulation engine: time, the agenda of events, random streams, tallies.
//!
//! Nothing here knows of services or releases, reads the disk, reads a clock, or keeps time in floats.

pub mod agenda;
mod amount;
pub mod chance;
pub mod counts;
pub mod dist;
mod file_form;
pub mod harmless;
pub mod nearest;
pub mod quantity;
pub mod stats;
pub mod tally;
pub mod time;

pub use agenda::{Agenda, Lane};
pub use amount::Amount;
pub use chance::{Chance, Stream, draws_of};
pub use dist::{Dist, Sampler, exponential};
pub use harmless::{harmless, is_hidden, is_invisible};
pub use nearest::nearest;
pub use quantity::{Level, Rate, Share};
pub use tally::Tally;
pub use time::{Span, Time};
