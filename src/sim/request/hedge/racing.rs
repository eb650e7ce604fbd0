//! The copies of a hedged call are sent, come back, and are cancelled.

use super::Race;
use crate::engine::{Stream, Time};
use crate::scenario::Hedge;
use crate::sim::Cause;
use crate::sim::compiled_world::CallPlan;
use crate::sim::event::{Event, class};
use crate::sim::proxy::draw;
use crate::sim::request::call_policy::CallOutcome;
use crate::sim::request::hop::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// The hedge of a call, unless doing it twice would do harm.
    pub(in crate::sim) fn hedge_of(&self, hop: &Hop, call: &CallPlan) -> Option<Hedge> {
        let policy = usize::from(call.policy).checked_sub(1)?;
        let hedge = self.world.call_book.policies[policy].hedge?;
        let harmless = hedge.non_idempotent || self.world.clients.kinds[usize::from(hop.kind)].idempotent;
        harmless.then_some(hedge)
    }

    /// Makes a hedged call: its first copy goes, the next are booked, and so is the end of all patience.
    #[inline(never)]
    pub(in crate::sim) fn begin_race(&mut self, slot: u32, call: &CallPlan, rules: Hedge) {
        self.calls.races_begun += 1;
        let round = self.calls.races_begun;
        self.calls.races.insert(slot, Race { rules, copies: Vec::new(), sent: 0, began: self.now, round });
        let generation = self.hops[slot].generation;
        let over = Event::RaceOver { hop: slot, generation, round };
        let ends = self.call_ends(slot, call, self.now);
        self.agenda.book(ends, class::TIMER, over);
        self.send_copy(slot, call);
    }

    /// Sends the next copy of a hedged call and books the one after it.
    fn send_copy(&mut self, slot: u32, call: &CallPlan) {
        let hop = self.hops[slot];
        let Some(race) = self.calls.races.get_mut(&slot) else { return };
        let (copy, began) = (u64::from(race.sent), race.began);
        race.sent += 1;
        if race.sent < race.rules.most_copies() {
            let next = Event::Hedge { hop: slot, generation: hop.generation, round: race.round };
            self.agenda.book(self.now + race.rules.delay, class::TIMER, next);
        }
        let child = self.hops.add(self.called(slot, &hop, call, copy));
        self.note_call(&hop, call, child);
        if call.carries_deadline {
            self.carry_until(child, self.call_ends(slot, call, began));
        }
        if let Some(race) = self.calls.races.get_mut(&slot) {
            race.copies.push(child);
        }
        let first = &mut self.hops[slot].child;
        if *first == NONE {
            *first = child;
        }
        self.send(child);
    }

    /// The hop of a call that `hop` makes; copies of one call differ in their luck.
    #[inline]
    pub(in crate::sim) fn called(&self, slot: u32, hop: &Hop, call: &CallPlan, copy: u64) -> Hop {
        let number = u64::from(hop.call) * 256 + u64::from(hop.call_tries) + 256;
        let luck = Stream::from_key(hop.luck).bits(draw::CHILD + number);
        Hop {
            luck: if copy == 0 { luck } else { Stream::from_key(luck).bits(draw::HEDGE + copy) },
            first: self.now,
            arrived: self.now,
            parent: slot,
            child: NONE,
            instance: NONE,
            stage: Stage::Travelling,
            service: call.to,
            marks: 0,
            call_tries: 0,
            extra: 0,
            attempt: 0,
            ..*hop
        }
    }

    /// It is time for the next copy, if its call is still waited for and its caller may afford it.
    pub(in crate::sim) fn hedge(&mut self, slot: u32, round: u32) {
        let hop = self.hops[slot];
        let waits = self.calls.races.get(&slot).is_some_and(|race| race.round == round);
        if waits
            && let Some(call) = self.call_of(&hop)
            && self.affords_copy(slot, &hop, &call)
        {
            self.send_copy(slot, &call);
        }
    }

    /// Whether one more copy may go; it then counts as made.
    fn affords_copy(&mut self, slot: u32, hop: &Hop, call: &CallPlan) -> bool {
        let left = self.calls.races.get(&slot).is_some_and(|race| race.sent < race.rules.most_copies());
        let goes = left && self.may_hedge(hop, call);
        self.recorder.hedges += u64::from(goes);
        goes
    }

    /// One of a call's copies came back. True when the call goes on without it.
    #[inline(never)]
    pub(in crate::sim) fn copy_returned(&mut self, child: u32, answer: &Hop) -> bool {
        let slot = answer.parent;
        let hop = self.hops[slot];
        let Some(call) = self.call_of(&hop) else { return false };
        let Some(race) = self.calls.races.get_mut(&slot) else { return false };
        race.copies.retain(|copy| *copy != child);
        let other = race.copies.first().copied();
        if answer.is(mark::FAILS) && race.rules.rides_out_errors {
            self.hops[slot].child = other.unwrap_or(NONE);
            // The next copy goes at once (gRPC A6, after a status that is not fatal).
            let goes = self.affords_copy(slot, &hop, &call);
            if other.is_some() || goes {
                self.hedge_ended(&hop, &call, true);
                if goes {
                    self.send_copy(slot, &call);
                }
                return true;
            }
        }
        self.end_race(slot, &call, None, 0);
        false
    }

    /// Nobody waits for a hedged call any longer.
    pub(in crate::sim) fn race_over(&mut self, slot: u32, round: u32) {
        let hop = self.hops[slot];
        let Some(race) = self.calls.races.get(&slot).filter(|race| race.round == round) else { return };
        let began = race.began;
        let Some(call) = self.call_of(&hop) else { return };
        let cause = self.blame(hop.child);
        let marks = self.hops[hop.child].marks;
        self.hops[slot].marks |= marks & (mark::EXPOSED | mark::SLOWED | mark::STRUCK);
        self.end_race(slot, &call, Some(cause), 1);
        self.returned(slot, Some(cause as u8), CallOutcome::TimedOut, began);
    }

    /// A caller that is stopped lets go of all copies of its call.
    pub(in crate::sim) fn leave_race(&mut self, slot: u32) {
        let hop = self.hops[slot];
        if self.calls.races.contains_key(&slot)
            && let Some(call) = self.call_of(&hop)
        {
            self.end_race(slot, &call, None, 1);
            self.call_cancelled(&hop, &call);
        }
    }

    /// A caller's process ends: the copies of its call go on, though nobody waits for them.
    pub(in crate::sim) fn drop_race(&mut self, slot: u32) {
        if let Some(race) = self.calls.races.remove(&slot) {
            self.hops[slot].child = NONE;
            for copy in race.copies {
                self.let_go(copy, false);
            }
        }
    }

    /// When the call that came back was made: for a hedged one, its first copy.
    pub(in crate::sim) fn began(&self, answer: &Hop) -> Time {
        self.calls.races.get(&answer.parent).map_or(answer.first, |race| race.began)
    }

    /// Lets go of the copies that are still under way; with a cause they count as given up, as their proxies see it.
    /// `ended` of them end with the call itself, which accounts for them.
    fn end_race(&mut self, slot: u32, call: &CallPlan, cause: Option<Cause>, ended: usize) {
        let Some(race) = self.calls.races.remove(&slot) else { return };
        let caller = self.hops[slot];
        self.hops[slot].child = NONE;
        for _ in race.copies.iter().skip(ended) {
            self.hedge_ended(&caller, call, false);
        }
        for copy in race.copies {
            if let Some(cause) = cause {
                let mut late = self.hops[copy];
                late.doom(cause);
                self.count_answer(&late);
            }
            self.let_go(copy, call.cancels);
        }
    }

    /// Nobody waits for a copy any more.
    fn let_go(&mut self, copy: u32, cancels: bool) {
        let hop = &mut self.hops[copy];
        hop.marks = (hop.marks & !mark::FAILS) | mark::ORPHAN;
        if hop.stage == Stage::Travelling {
            self.hops.free(copy);
        } else if cancels {
            self.cancel(copy);
        }
    }
}
