//! The users of a closed loop think, and ask again.

use crate::engine::Time;
use crate::scenario::LEAST_THOUGHT;
use crate::sim::event::{Event, class};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Books the first request of each user of a closed loop.
    pub(in crate::sim) fn book_first_requests(&mut self) {
        let Some(think) = &self.clients.think_time else { return };
        for user in 0..self.clients.loop_requests.len() as u32 {
            let wait = think.at(self.draws.think.bits(u64::from(user) << 32));
            self.agenda.book(self.now + wait, class::TIMER, Event::Think { user });
        }
    }

    /// The user of a closed loop, who asked at `asked`, thinks, then asks again. After an answer that took no time they think for
    /// [`LEAST_THOUGHT`] at least, so that time passes.
    pub(in crate::sim) fn think(&mut self, user: u32, asked: Time) {
        let Some(think) = &self.clients.think_time else { return };
        let count = &mut self.clients.loop_requests[user as usize];
        *count += 1;
        let drawn = think.at(self.draws.think.bits(u64::from(user) << 32 | u64::from(*count)));
        let wait = if self.now == asked { drawn.max(LEAST_THOUGHT) } else { drawn };
        self.agenda.book(self.now + wait, class::TIMER, Event::Think { user });
    }

    /// A user of a closed loop asks.
    pub(in crate::sim) fn ask_again(&mut self, user: u32) {
        let count = self.clients.loop_requests[user as usize];
        let luck = self.draws.request.bits(u64::from(user) << 32 | u64::from(count));
        self.enter(luck, user, count);
    }
}
