//! Measures on all releases of a run: what became of the sound ones, and of those with a defect.

use super::attempt;
use crate::sim::{Leg, Record};

/// Share of the releases without a defect that were out before the deadline; 1 where there is none.
pub(super) fn sound_delivered(run: &Record) -> f64 {
    let [never, _] = run.truth.never_came;
    let out = |place: usize, leg: &Leg| {
        if is_last(run, place) {
            attempt::delivered(run).is_some()
        } else {
            leg.delivered.is_some_and(|at| at <= run.deadline)
        }
    };
    share(run, true, never, out)
}

/// Share of the releases with a defect that went back; 1 where there is none.
pub(super) fn defective_stopped(run: &Record) -> f64 {
    let [_, never] = run.truth.never_came;
    let back = |place: usize, leg: &Leg| {
        if is_last(run, place) { attempt::is_rolled_back(run) } else { leg.rolled_back.is_some() }
    };
    share(run, false, never, back)
}

/// Whether the release at `place` is the one that the rest of the record tells of.
fn is_last(run: &Record, place: usize) -> bool {
    place + 1 == run.truth.legs.len()
}

/// Share of the releases that are sound, or are not, for which `holds` does; `never` more of them did not come.
fn share(run: &Record, sound: bool, never: u32, holds: impl Fn(usize, &Leg) -> bool) -> f64 {
    let legs = run.truth.legs.iter().enumerate().filter(|(_, leg)| leg.is_sound == sound);
    let all = legs.clone().count() as u32 + never;
    if all == 0 {
        return 1.0;
    }
    let held = legs.filter(|(place, leg)| holds(*place, leg)).count();
    held as f64 / f64::from(all)
}
