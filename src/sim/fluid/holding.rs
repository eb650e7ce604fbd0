//! Ticks whose requests wait to be drawn. While nothing changes, the counts of several ticks have one law, and their sum has it too: so one
//! draw does for all of them. Requests are drawn before anything that they are drawn by changes, and at the end of each second.

use super::Fluid;
use super::way::Way;
use crate::sim::Pool;
use crate::sim::simulation::Simulation;

/// The ticks that wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Number of the first of them.
    first: u64,
    /// Requests that they bring on average.
    expected: f64,
    /// Whether a route keeps those on the candidate who come to it; where each goes then changes with every tick.
    keeps: bool,
}

impl Fluid {
    /// One more tick waits, which brings so many requests on average.
    pub(super) fn hold(&mut self, tick: u64, expected: f64, keeps: bool) {
        self.held.get_or_insert(Held { first: tick, expected: 0.0, keeps }).expected += expected;
    }
}

impl Simulation {
    /// Whether the requests of a tick change what the next ones meet, or are looked for: then none waits.
    pub(super) fn draws_at_once(&self, fluid: &Fluid) -> bool {
        let candidate = &fluid.pools[Pool::Candidate.index()];
        fluid.again.tries() > 1
            || fluid.pools.iter().any(|pool| pool.crashes)
            || candidate.shows && self.recorder.defect_shown.is_none()
            || fluid.held.is_some_and(|held| held.keeps)
    }

    /// Draws the requests of all ticks that wait. The answer is how many of them crash an instance, by pool.
    pub(super) fn draw_held(&mut self, fluid: &mut Fluid) -> [u64; 3] {
        let mut crashes = [0; 3];
        let Some(Held { first, expected, keeps }) = fluid.held.take() else { return crashes };
        let draws = fluid.draws.child(first);
        let mut counts = fluid.traffic.counts(expected, &fluid.classes, draws);
        if self.recorder.silent && !fluid.pools.iter().any(|pool| pool.crashes) {
            // A twin is asked for what was likely alone.
            counts.fill(0);
        }
        for (index, count) in counts.into_iter().enumerate() {
            let expected = expected * fluid.classes[index].share;
            self.send_class(fluid, (index, count, expected), draws.child(index as u64), &mut crashes);
            if keeps {
                self.keep_users(fluid, index, expected);
            }
        }
        crashes
    }

    /// Users of a class come to the candidate and are kept there.
    fn keep_users(&self, fluid: &mut Fluid, index: usize, expected: f64) {
        let cohort = usize::from(fluid.classes[index].cohort);
        let users = self.clients.users_by_cohort[cohort] as f64;
        let here = |way: &&Way| !way.copy && usize::from(way.pool) == Pool::Candidate.index();
        for way in fluid.ways[index].iter().filter(here) {
            keep(&mut fluid.kept[cohort], expected * way.share / users.max(1.0));
        }
    }

    /// The releases or the routes may be others from now on: what waits is drawn, and what was computed from them is forgotten.
    pub(in crate::sim) fn forget_fluid(&mut self) {
        let Some(mut fluid) = self.fluid.take() else { return };
        self.draw_held(&mut fluid);
        fluid.forget();
        fluid.keep_nobody();
        self.fluid = Some(fluid);
    }
}

/// Users come to the candidate, so many times each on average, and some for the first time.
fn keep(kept: &mut f64, times: f64) {
    // Those who are kept come each as often as the others: of what comes, this part is of users who are not.
    let new = times * (1.0 - *kept).max(0.0);
    *kept = (*kept + (1.0 - *kept) * -libm::expm1(-new)).min(1.0);
}
