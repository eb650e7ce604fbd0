//! Openings of runs: of each world one, for all plans that set it up alike.
//!
//! Nothing that a plan decides happens before its release may begin. So a run and its twin are the same until then, and so are the runs
//! of a class, of the plans that are compared or checked, and of the decisions of a what-if: what is the same is simulated once.
#![expect(
    clippy::disallowed_types,
    reason = "openings are shared by the runs of all threads, and are the same whichever asks first"
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::twins::twin_of;
use crate::control::Plan;
use crate::scenario::{Issue, Scenario};
use crate::sim::{Case, Opening, Setup, Simulation};

/// How many openings are kept at most; the one that was asked for longest ago goes first.
const MOST: usize = 128;

/// How many bytes all of them hold at most, 32 MiB: each holds a world.
const MOST_BYTES: u64 = 32 << 20;

/// What tells openings apart: the world as JSON, whether anybody decides, and what the plan sets up.
#[derive(PartialEq)]
struct Key {
    world: Vec<u8>,
    is_led: bool,
    setup: Setup,
}

/// An opening, once it has been simulated, or that there is none to share.
type Place = Arc<OnceLock<Result<Option<Arc<Opening>>, Vec<Issue>>>>;

/// The openings that were asked for last; the newest at the end.
static KEPT: Mutex<VecDeque<(Key, Place)>> = Mutex::new(VecDeque::new());

/// A run of `plan` beside its twin: at the end of its opening where it has one to share, else at its start.
///
/// # Errors
/// What is wrong with the scenario, the case or the plan, when they cannot be simulated.
pub(super) fn begun(
    scenario: &Scenario,
    case: &Case,
    plan: &Plan,
    seed: u64,
) -> Result<Simulation, Vec<Issue>> {
    let controllers = plan.controllers(scenario, case);
    let setup = plan.setup();
    let place = place_of(scenario, case, &setup, !controllers.is_empty(), seed);
    let opening = place.get_or_init(|| {
        let twin = || twin_of(scenario, case, seed, None);
        Opening::new(scenario, case, &setup, controllers.clone(), seed, &twin)
            .map(|opening| opening.map(Arc::new))
    });
    let opening = opening.clone()?;
    let twin = twin_of(scenario, case, seed, opening.as_deref())?;
    match opening {
        Some(opening) => {
            keep_within_bounds();
            Ok(opening.run(controllers, twin))
        }
        None => {
            let mut simulation = Simulation::new(scenario, case, setup, controllers, seed)?;
            simulation.compare_with(twin);
            Ok(simulation)
        }
    }
}

/// Where an opening is kept, or a place for it.
fn place_of(scenario: &Scenario, case: &Case, setup: &Setup, is_led: bool, seed: u64) -> Place {
    let unnamed = Case { name: String::new(), ..case.clone() };
    let Ok(world) = serde_json::to_vec(&(scenario, unnamed, seed)) else { return Place::default() };
    let key = Key { world, is_led, setup: setup.clone() };
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept.iter().rposition(|(known, _)| *known == key);
    let (key, place) = known.and_then(|at| kept.remove(at)).unwrap_or_else(|| (key, Place::default()));
    kept.push_back((key, Arc::clone(&place)));
    place
}

/// Drops the oldest openings while there are too many, or they hold too much.
fn keep_within_bounds() {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let held = |(_, place): &(Key, Place)| match place.get() {
        Some(Ok(Some(opening))) => opening.held(),
        _ => 0,
    };
    let mut all: u64 = kept.iter().map(held).sum();
    while kept.len() > MOST || all > MOST_BYTES {
        let Some(oldest) = kept.pop_front() else { return };
        all -= held(&oldest);
    }
}
