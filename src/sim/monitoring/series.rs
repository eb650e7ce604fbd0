//! How the monitoring's series are numbered, and what each is called.

use crate::engine::Stream;
use crate::sim::Pool;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::simulation::{Draws, key_of};
use crate::telemetry::{SeriesId, Store, Subject};

/// Position of each service's first series, and how many series there are: the target has one for each pool, and so has
/// each part of its requests that is counted apart.
pub(super) fn number_series(world: &CompiledWorld) -> (Vec<u16>, usize) {
    let mut next = 0;
    let firsts = (0..world.services.len())
        .map(|index| {
            let first = next;
            next += if index == usize::from(world.target) { 3 } else { 1 };
            first
        })
        .collect();
    (firsts, usize::from(next) + 3 * world.counting.parts.len())
}

/// What decides how late each series is seen: its service and pool, or its part and pool.
pub(super) fn lags_of_series(world: &CompiledWorld, draws: &Draws) -> Vec<Stream> {
    let mut lags = Vec::new();
    for (index, plan) in world.services.iter().enumerate() {
        let pools = if index == usize::from(world.target) { Pool::ALL.len() } else { 1 };
        lags.extend((0..pools as u64).map(|pool| draws.scrape.child(plan.key).child(pool)));
    }
    for plan in &world.counting.parts {
        let name = |of: &Option<String>| of.as_deref().map_or(0, key_of);
        let mut part = draws.scrape.child(1).child(name(&plan.part.zone)).child(name(&plan.part.cohort));
        if plan.part.kind.is_some() {
            part = part.child(name(&plan.part.kind));
        }
        lags.extend((0..Pool::ALL.len() as u64).map(|pool| part.child(pool)));
    }
    lags
}

/// Tells the store which series each subject consists of.
pub(super) fn name_series(world: &CompiledWorld, firsts: &[u16], metrics: &mut Store) {
    let target = u32::from(firsts[usize::from(world.target)]);
    metrics.name(Subject::Baseline, &[SeriesId(target)]);
    metrics.name(Subject::Candidate, &[SeriesId(target + 1)]);
    metrics.name(Subject::Control, &[SeriesId(target + 2)]);
    metrics.name(Subject::Target, &[0, 1, 2].map(|pool| SeriesId(target + pool)));
    for (plan, first) in world.services.iter().zip(firsts) {
        let first = u32::from(*first);
        let width = if first == target { 3 } else { 1 };
        let series: Vec<SeriesId> = (0..width).map(|pool| SeriesId(first + pool)).collect();
        metrics.name(Subject::Service(plan.name.clone()), &series);
    }
    // The parts follow all services, each with one series for each pool.
    let mut next = (world.services.len() + 2) as u32;
    for plan in &world.counting.parts {
        let part = || Some(plan.part.clone());
        metrics.name_part(Subject::Baseline, part(), &[SeriesId(next)]);
        metrics.name_part(Subject::Candidate, part(), &[SeriesId(next + 1)]);
        metrics.name_part(Subject::Control, part(), &[SeriesId(next + 2)]);
        metrics.name_part(Subject::Target, part(), &[0, 1, 2].map(|pool| SeriesId(next + pool)));
        next += 3;
    }
}
