//! The releases of a train: which is on its way, what became of those before it, and how many are still to come.

use crate::app::model::run::Run;
use crate::engine::{Span, Time};
use crate::exercise::{LegResult, train_of};

/// How a train stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Train {
    /// The releases that have come, in order; the last is on its way, until the run is over.
    pub came: Vec<LegResult>,
    /// How many have not come, or never came: without a defect and with one.
    pub left: [usize; 2],
    /// Whether the run is over.
    pub is_over: bool,
}

impl Train {
    /// The train of a run as it stands; `None` where one release goes out.
    pub fn of(run: &Run) -> Option<Self> {
        let view = run.player.snapshot();
        let came = train_of(&view.record);
        let left = view.record.truth.never_came.map(|count| count as usize);
        (!came.is_empty()).then(|| Self { came, left, is_over: view.is_over() })
    }

    /// How many releases it has.
    pub fn count(&self) -> usize {
        self.came.len() + self.left[0] + self.left[1]
    }

    /// Whether the release at this position is on its way.
    pub const fn is_on_its_way(&self, place: usize) -> bool {
        !self.is_over && place + 1 == self.came.len()
    }

    /// Of the good ones how many were delivered, of the bad ones how many were stopped, and how many of each there are.
    pub fn sum(&self) -> [[usize; 2]; 2] {
        let these = |is_sound: bool, outcome: &str| {
            let of_kind = self.came.iter().filter(|leg| leg.is_sound == is_sound);
            of_kind.filter(|leg| outcome.is_empty() || leg.outcome == outcome).count()
        };
        [
            [these(true, "delivered"), these(true, "") + self.left[0]],
            [these(false, "rolled_back"), these(false, "") + self.left[1]],
        ]
    }
}

/// When a release of a train could begin.
pub const fn began(leg: &LegResult) -> Time {
    Time(leg.at_s * Span::from_secs(1).0)
}
