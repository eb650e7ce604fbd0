//! Who serves the users at the end of a run: the candidate, the baseline, or both.

use super::record::{Truth, TruthPoint};
use crate::engine::{Span, Time};

/// Who serves the users at the end of what was simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Serving {
    /// The candidate, with its behaviour on, serves everybody, without a break since this time.
    Candidate(Time),
    /// The baseline has served everybody for the last minute.
    Baseline,
    /// Some of both.
    Both,
    /// Nobody was served in the last minute.
    Nobody,
}

/// Share of the tries that is everybody; what is left are tries that were under way (modelling choice).
const EVERYBODY: f64 = 0.99;

/// The same where some flag clients are disconnected: how many of its users ask in ten seconds is luck (modelling choice).
const EVERYBODY_REACHABLE: f64 = 0.9;

/// How far back it is looked for who serves at the end.
const LAST: Span = Span::from_secs(60);

impl Serving {
    /// Who serves at the end.
    pub fn of(truth: &Truth) -> Self {
        let reachable = truth.reachable.fraction();
        let least = if reachable < 1.0 { EVERYBODY_REACHABLE * reachable } else { EVERYBODY };
        let share = |point: &TruthPoint| f64::from(point.tries_of_candidate) / f64::from(point.tries.max(1));
        let everybody = |point: &&TruthPoint| point.tries == 0 || share(point) >= least;
        let end = truth.points.last().map_or(Time::ZERO, |point| point.at);
        let recent = || truth.points.iter().rev().take_while(|point| point.at + LAST > end);
        if recent().all(|point| point.tries == 0) {
            return Self::Nobody;
        }
        // The first ten seconds of the stretch to the end in which the candidate serves everybody.
        let since = truth.points.iter().rev().take_while(everybody).filter(|point| point.tries > 0).last();
        match since {
            Some(first) => Self::Candidate(Time(first.at.0.saturating_sub(Span::from_secs(10).0))),
            None if recent().all(|point| point.tries == 0 || share(point) <= 1.0 - EVERYBODY) => {
                Self::Baseline
            }
            None => Self::Both,
        }
    }
}
