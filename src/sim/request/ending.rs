//! The end of a user's request, which happens exactly once, and what follows from it.

use super::hop::{Hop, mark};
use crate::sim::recorder::Ending;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// A user's request has an answer.
    #[inline(always)]
    pub(in crate::sim) fn answer(&mut self, hop: &Hop) {
        if hop.is(mark::FAILS) { self.answer_of_failure(hop) } else { self.succeed(hop) }
    }

    /// A user's request has failed: the client tries again, or it ends so.
    #[inline(never)]
    fn answer_of_failure(&mut self, hop: &Hop) {
        if self.try_again(hop, false) {
            return;
        }
        let ending = if hop.is(mark::TURNED_AWAY) { Ending::Rejected } else { Ending::Failed };
        self.fail(hop, ending);
    }

    /// A user's request ends well, as far as the client can tell.
    #[inline(always)]
    fn succeed(&mut self, hop: &Hop) {
        let world = &*self.world;
        self.recorder.succeed(self.now, hop, world.clients.kinds[usize::from(hop.kind)].value);
        let late = self.now.since(hop.first) > world.clients.slow_after;
        if late
            || hop.is(mark::WRONG)
            || world.has_data
            || self.clients.is_closed_loop()
            || self.clients.retry_budget.is_some()
        {
            self.after_success(hop, late);
        }
    }

    /// Handles what may follow a success: harm by a wrong or late answer, a written row, the next request of a closed loop.
    #[inline(never)]
    fn after_success(&mut self, hop: &Hop, late: bool) {
        let kind = &self.world.clients.kinds[usize::from(hop.kind)];
        let since_release = self.now >= self.world.release_at;
        if let Some(budget) = &mut self.clients.retry_budget {
            budget.ended(false, hop.attempt > 0, hop.is(mark::AFTER_TIMEOUT));
        }
        if hop.is(mark::WRONG) {
            self.recorder.wrong(self.now, hop, kind.value, since_release);
        }
        if self.world.has_data && kind.writes {
            self.write_row(hop);
        }
        if late {
            self.late(hop, since_release);
        }
        if self.clients.is_closed_loop() {
            self.think(hop.user);
        }
    }

    /// A user's request ends in failure.
    pub(in crate::sim) fn fail(&mut self, hop: &Hop, ending: Ending) {
        let since_release = self.now >= self.world.release_at;
        self.recorder.fail(self.now, hop, ending, since_release);
        if self.clients.is_closed_loop() {
            self.think(hop.user);
        }
    }

    /// A right answer came late. The release is to blame where a defect slowed it; and where it queued for most of the
    /// time, or was turned away first, unless a fault is. All else is bad luck.
    #[cold]
    fn late(&mut self, hop: &Hop, since_release: bool) {
        let by_fault = hop.is(mark::STRUCK) || self.fault_near(hop.service);
        let queued = hop.started.since(hop.arrived) * 2 > self.now.since(hop.first);
        let hindered = queued || hop.attempt > 0;
        let blamed = hop.is(mark::SLOWED) || (hindered && !by_fault);
        self.recorder.late(self.now, hop, since_release && blamed);
    }
}
