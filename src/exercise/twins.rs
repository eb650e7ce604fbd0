//! The twins of runs: one for each world, whatever plan runs in it.
//!
//! A twin is a function of its world alone, so all runs of one world share it: those of one hand-in, of a class, of the plans
//! that are compared or checked, and of the decisions of a what-if.
#![expect(
    clippy::disallowed_types,
    reason = "twins are shared by the runs of all threads, and are the same whichever asks first"
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Opening, Twin};

/// How many twins are kept; the one that was asked for longest ago goes first. One takes two bits for each of its requests, some
/// 200 kB for half an hour of 500 requests a second, and what its world takes.
const MOST: usize = 512;

/// The twins that were asked for last, with what tells their worlds apart; the newest at the end.
static KEPT: Mutex<VecDeque<(Vec<u8>, Arc<Twin>)>> = Mutex::new(VecDeque::new());

/// The twin of all runs of `case` in `scenario` with `seed`. A new one goes on from `opening`, where that is its own as well.
///
/// # Errors
/// What is wrong with the scenario or the case, when they cannot be simulated.
pub(super) fn twin_of(
    scenario: &Scenario,
    case: &Case,
    seed: u64,
    opening: Option<&Opening>,
) -> Result<Arc<Twin>, Vec<Issue>> {
    let Some(key) = key_of(scenario, case, seed) else { return Twin::new(scenario, case, seed, opening) };
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept.iter().rposition(|(known, _)| *known == key);
    let (key, twin) = match known.and_then(|place| kept.remove(place)) {
        Some(known) => known,
        None => (key, Twin::new(scenario, case, seed, opening)?),
    };
    kept.push_back((key, Arc::clone(&twin)));
    if kept.len() > MOST {
        kept.pop_front();
    }
    Ok(twin)
}

/// What tells a world apart: all of it but the releases that might come, which a twin never sees. `None` for a world that
/// cannot be written down; it is then not shared.
fn key_of(scenario: &Scenario, case: &Case, seed: u64) -> Option<Vec<u8>> {
    let mut world = scenario.clone();
    world.releases.truncate(1);
    let variation = Box::new(case.variation.without_release());
    let case = Case { name: String::new(), release: None, variation, ..case.clone() };
    serde_json::to_vec(&(world, case, seed)).ok()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn runs_of_one_world_share_its_twin_and_others_do_not() {
        let scenario = sample::scenario();
        let twin = |scenario: &Scenario, case: &Case, seed| twin_of(scenario, case, seed, None).unwrap();
        let case = Case { release: Some("v2".to_owned()), ..Case::default() };
        let first = twin(&scenario, &case, 70);
        let bad =
            Case { release: Some("v2-errors".to_owned()), name: "errors".to_owned(), ..Case::default() };
        assert!(Arc::ptr_eq(&first, &twin(&scenario, &bad, 70)), "a twin never sees the release");
        let mut worse = scenario.clone();
        worse.releases[1].defects = scenario.releases[2].defects.clone();
        assert!(Arc::ptr_eq(&first, &twin(&worse, &case, 70)));
        let struck = Case { faults: vec!["outage".to_owned()], ..case.clone() };
        let busy = Case { traffic: Some("busy".to_owned()), ..case.clone() };
        worse.releases[0].defects = scenario.releases[2].defects.clone();
        let others = [
            twin(&scenario, &case, 71),
            twin(&scenario, &struck, 70),
            twin(&scenario, &busy, 70),
            twin(&worse, &case, 70),
        ];
        assert!(others.iter().all(|other| !Arc::ptr_eq(&first, other)));
        assert!(Arc::ptr_eq(&first, &twin(&scenario, &case, 70)), "it is still kept");
    }
}
