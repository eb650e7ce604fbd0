//! Retries: when a client or a calling service tries again, and how long it waits first.

use super::call_policy::{CallOutcome, outlasts};
use super::hop::{Hop, NONE, Stage, mark};
use crate::engine::{Span, Stream};
use crate::scenario::{Jitter, Retries};
use crate::sim::event::{Event, class};
use crate::sim::proxy::draw;
use crate::sim::recorder::Ending;
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Books the client's next try if it has one left.
    pub(in crate::sim) fn try_again(&mut self, hop: &Hop, timed_out: bool) -> bool {
        let policy = self.world.clients.retries;
        if let Some(budget) = &mut self.clients.retry_budget {
            budget.ended(true, hop.attempt > 0, hop.is(mark::AFTER_TIMEOUT));
        }
        let came = if timed_out { CallOutcome::TimedOut } else { self.outcome_of(hop) };
        if hop.attempt >= policy.limit
            || !came.is_retried(&policy)
            || !(policy.non_idempotent || self.world.clients.kinds[usize::from(hop.kind)].idempotent)
        {
            return false;
        }
        let draws = Stream::from_key(hop.luck);
        let wait = if policy.jitter == Jitter::Decorrelated {
            // Each wait depends on the one before: all of them are drawn again, from what no try changes.
            let all = Stream::from_key(hop.first.0 ^ u64::from(hop.user) << 40).child(draw::JITTER);
            back_off_after(&policy, hop.attempt, all, 0)
        } else {
            back_off(&policy, hop.attempt, Span::ZERO, draws, draw::JITTER + u64::from(hop.attempt))
        };
        let timeout = self.world.clients.timeout.unwrap_or(Span::ZERO);
        if outlasts(policy.deadline, hop.first, self.now, wait, timeout)
            || self
                .clients
                .retry_budget
                .as_mut()
                .is_some_and(|budget| !budget.allows(self.now, timed_out, 0, 0))
        {
            return false;
        }
        let rejected = hop.is(mark::TURNED_AWAY) && !timed_out;
        let ending = match (timed_out, rejected) {
            (true, _) => Ending::TimedOut,
            (_, true) => Ending::Rejected,
            _ => Ending::Failed,
        };
        self.sample_try(hop, ending, true);
        let next = Hop {
            luck: draws.bits(draw::CHILD + u64::from(hop.attempt)),
            child: NONE,
            instance: NONE,
            marks: mark::AFTER_TIMEOUT * u16::from(timed_out),
            attempt: hop.attempt + 1,
            stage: Stage::Waiting,
            call: 0,
            call_tries: 0,
            extra: 0,
            ..*hop
        };
        let slot = self.hops.add(next);
        let generation = self.hops[slot].generation;
        self.agenda.book(self.now + wait, class::TIMER, Event::Retry { hop: slot, generation });
        true
    }

    /// A client tries again.
    pub(in crate::sim) fn retry(&mut self, slot: u32) {
        let hop = self.hops[slot];
        self.hops.free(slot);
        self.send_try(Hop { stage: Stage::Travelling, arrived: self.now, ..hop });
    }
}

/// The wait before retry number `attempt` (from 0), spread by the policy's jitter.
pub(in crate::sim) fn back_off(
    policy: &Retries,
    attempt: u8,
    previous: Span,
    draws: Stream,
    index: u64,
) -> Span {
    crate::sim::dataplane::backoff::wait(policy, u32::from(attempt), previous, draws.unit(index))
}

/// Like [`back_off`], where each wait depends on the one before; draw `first + n` is for retry number n.
pub(in crate::sim) fn back_off_after(policy: &Retries, attempt: u8, draws: Stream, first: u64) -> Span {
    (0..=attempt).fold(Span::ZERO, |wait, n| back_off(policy, n, wait, draws, first + u64::from(n)))
}
