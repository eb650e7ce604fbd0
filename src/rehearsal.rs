//! A manifest before anybody ships by it: the world that is made of it and of a few numbers, what its plan catches there, what keeps it
//! from catching more, and the smallest change that does. It needs no scenario.
//!
//! The command and the window ask here. Nothing here reads the disk, formats a page or prints.

mod counts;
mod files;
mod improve;
mod numbers;
mod release;
mod series;
mod smallest;
mod subject;
mod world;
mod zones;

pub use files::Files;
pub use improve::{Improvement, Proven, Tried};
pub use numbers::{Numbers, Origin, Stated};
pub use series::{Measured, measured};
pub use smallest::{Caught, Smallest};
pub use subject::{Ready, Subject};

use crate::engine::Span;
use crate::exercise::power::Power;
use crate::exercise::rehearsal::{Goal, Met};

/// The question that is put to a manifest.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The numbers of the world.
    pub numbers: Numbers,
    /// What an export of metrics tells of it.
    pub measured: Measured,
    /// What the plan is to reach.
    pub goal: Goal,
    /// When a person approves, where the release waits for one.
    pub approve: Span,
    /// How long after the release may begin a new revision of it comes, and takes its place where it is still going out.
    pub revision: Option<Span>,
    /// The flag that guards the new code; of a file of flags alone, the one that is turned on.
    pub flag: Option<String>,
    /// Number of runs of each regression, at least 1; default 12, and 5 where requests are drawn as counts, of which so many leave little to luck.
    pub seeds: Option<usize>,
    /// The number from which all seeds are derived.
    pub seed: u64,
}

/// All that a rehearsal tells.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The manifests.
    pub files: Vec<String>,
    /// The plan's title.
    pub title: String,
    /// The numbers of the world, a sentence each.
    pub world: Vec<Stated>,
    /// Where the manifest was read with a difference.
    pub read: Vec<Remark>,
    /// What keeps it from catching more.
    pub why_not: Vec<Remark>,
    /// The runs, unless only the plan was looked at.
    pub power: Option<Power>,
    /// The parts of the goal.
    pub goals: Vec<Met>,
    /// The currency of costs.
    pub currency: String,
}

/// The word for a remark on a field that was read with a difference: the field's path stands before what is said of it.
pub const NOT_READ: &str = "not-read";

/// A remark at its place in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The manifest.
    pub file: String,
    /// Line and column, from 1; 0 without a place.
    pub place: (u32, u32),
    /// A stable word for the kind of remark.
    pub code: &'static str,
    /// A sentence.
    pub said: String,
}
