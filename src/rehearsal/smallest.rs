//! The smallest regression of each kind that is caught.

use crate::exercise::power::{CAUGHT, Level, Power, Regression};

/// The kinds of regressions, and what they are called.
const KINDS: [(&str, fn(Regression) -> bool); 6] = [
    ("errors", |of| matches!(of, Regression::Errors(_))),
    ("latency", |of| matches!(of, Regression::Slower(_))),
    ("leak", |of| matches!(of, Regression::Leak(_))),
    ("crash", |of| matches!(of, Regression::Crash(_))),
    ("one group", |of| matches!(of, Regression::Group(_))),
    ("business counter", |of| matches!(of, Regression::Wrong(_))),
];

/// The share of sound releases that are sent back from which on nothing can be told apart.
const NOISE: f64 = 0.2;

/// What is caught of a kind of regression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smallest {
    /// The kind.
    pub kind: &'static str,
    /// The first of the kind that was run.
    pub first: Regression,
    /// The smallest that is caught.
    pub caught: Caught,
}

/// The smallest regression that is caught.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caught {
    /// This share of the sound releases is sent back too, 0 to 1, so that nothing can be told apart.
    NotToldApart(f64),
    /// From this one on in 80 and in 95 % of the runs; none where not even the greatest is.
    From {
        /// In [`CAUGHT`] of the runs.
        at_80: Option<Regression>,
        /// In 95 % of the runs.
        at_95: Option<Regression>,
    },
}

impl Smallest {
    /// For each kind of which `power` has a level.
    pub fn of(power: &Power) -> Vec<Self> {
        let sound = power.false_alarms().map_or(0.0, Level::share);
        let of = |&(kind, is): &(&'static str, fn(Regression) -> bool)| {
            let first = power.levels.iter().map(|level| level.regression).find(|of| is(*of))?;
            let at = |share: f64| power.smallest_caught_in(share, is).map(|level| level.regression);
            let caught = match sound >= NOISE {
                true => Caught::NotToldApart(sound),
                false => Caught::From { at_80: at(CAUGHT), at_95: at(0.95) },
            };
            Some(Self { kind, first, caught })
        };
        KINDS.iter().filter_map(of).collect()
    }
}
