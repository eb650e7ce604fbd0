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
        let late = self.now.since(hop.first) > world.clients.slow_after;
        let badly = late || hop.is(mark::WRONG);
        self.recorder.succeed(self.now, hop, world.clients.kinds[usize::from(hop.kind)].value, badly);
        if badly || world.heeds_success {
            self.after_success(hop, late);
        }
    }

    /// Handles what may follow a success: a wrong or late answer is counted, a row written, the next request of a closed loop booked.
    #[inline(never)]
    fn after_success(&mut self, hop: &Hop, late: bool) {
        let kind = &self.world.clients.kinds[usize::from(hop.kind)];
        if let Some(budget) = &mut self.clients.retry_budget {
            budget.ended(false, hop.attempt > 0, hop.is(mark::AFTER_TIMEOUT));
        }
        if hop.is(mark::WRONG) {
            self.recorder.wrong(kind.value);
        }
        if self.world.has_data && kind.writes {
            self.write_row(hop);
        }
        self.recorder.slow += u64::from(late);
        if self.clients.is_closed_loop() {
            self.think(hop.user, hop.first);
        }
    }

    /// A user's request ends in failure.
    pub(in crate::sim) fn fail(&mut self, hop: &Hop, ending: Ending) {
        self.recorder.fail(self.now, hop, ending);
        if self.clients.is_closed_loop() {
            self.think(hop.user, hop.first);
        }
    }
}
