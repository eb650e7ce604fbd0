//! The agenda: events, popped in order of (time, class, booking number).
//!
//! Up to 28 events are in one sorted list, the *run*. With more, the run holds only those due soonest, and the rest are
//! unsorted in a *wheel* of buckets, which are sorted into the run one at a time. The wheel counts what it touches for each
//! event and makes wider or narrower buckets when that is too much. The order never depends on this; the tests compare it
//! with a binary heap.
//!
//! Measured, not guessed: nanoseconds to take the next event and book it again (the hold model of
//! `benches/engine.rs`, events of 16 bytes, median on one core of a 2023 Xeon server).
//!
//! | events that wait | 1 | 2 | 10 | 100 | 10^3 | 10^4 | 10^5 |
//! |---|---|---|---|---|---|---|---|
//! | agenda, exponential delays | 6 | 7 | 10 | 17 | 18 | 21 | 41 |
//! | agenda, delays of 1 ms and, for a tenth, 1 s | | | | 14 | 27 | 26 | 45 |
//! | agenda, all on ten ticks | | | | 11 | 10 | 13 | 55 |
//! | `BinaryHeap` of (time, class, number, event) | 3 | 18 | 18 | 40 | 50 | 77 | 165 |
//! | `BTreeMap` by (time, class, number) | 8 | 15 | 19 | 52 | 72 | 110 | 180 |
//!
//! That was with buckets of 8, sorted by rank. Buckets of 4, sorted by networks of comparisons, take 11 to 22 % less at 10 to 10^5 events
//! (by rank 5 to 10 % less, and at 10^5 nothing). Also tried, at 100 to 10^4: sorting a bucket by insertion in place of by rank (8 %
//! slower, for mispredicted branches); and finding a place in a short list by halving in place of walking (at 20 events 29 ns in
//! place of 10).

mod lane;
mod run;
mod slab;
mod wheel;

#[cfg(test)]
mod tests;

use run::Run;
use slab::{Entry, Slab};
use wheel::{Fit, Wheel};

use super::Time;

pub use lane::Lane;

/// While no more than this many events wait, they stand in one sorted list.
const SMALL: usize = 28;

/// Events waiting for their time. Ties leave in order of class, then in booking order.
///
/// Any time may be booked, also one that lies before what was popped last: it is then the next to leave. Room for the
/// most events that ever waited is kept, and is what a clone copies: about 32 bytes and the event, each.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    slab: Slab<E>,
    /// Events due up to the horizon, in order; empty only when nothing waits.
    run: Run,
    /// Events due after the horizon.
    wheel: Wheel,
    /// The last nanosecond that the run is for; the end of time while the wheel is not in use.
    horizon: u64,
    /// When the first event of the run is due; the end of time when nothing waits.
    soonest: u64,
    waiting: usize,
}

impl<E: Copy> Default for Agenda<E> {
    /// An agenda without events; it takes no memory yet.
    fn default() -> Self {
        let (slab, run, wheel) = (Slab::new(), Run::default(), Wheel::default());
        Self { slab, run, wheel, horizon: u64::MAX, soonest: u64::MAX, waiting: 0 }
    }
}

impl<E: Copy> Agenda<E> {
    /// Books `event` for `at`; among events of one moment, lower `class` (0 to 15) leaves first.
    ///
    /// When 4 194 304 events wait already, and at the 274 877 906 944th booking, it is dropped, and the agenda [is full](Self::is_full).
    ///
    /// # Panics
    /// When `class` is above 15.
    #[inline]
    pub fn book(&mut self, at: Time, class: u8, event: E) {
        self.book_inlined(at, class, event);
    }

    /// The same, always inlined: for what is booked for each request.
    #[inline(always)]
    pub fn book_inlined(&mut self, at: Time, class: u8, event: E) {
        let Some(entry) = self.slab.put(at, class, event) else { return };
        // Wrapping, here and below, since no check is needed: each of these counts is at most that of the slots.
        self.waiting = self.waiting.wrapping_add(1);
        if at.0 <= self.horizon {
            self.run.insert(entry);
            self.soonest = self.soonest.min(at.0);
            if self.run.len() > SMALL {
                self.relieve();
            }
        } else {
            self.wheel.put(entry, &mut self.slab);
            if self.waiting > self.wheel.crowd() && self.wheel.is_crowded() {
                self.rebuild(Fit::Good);
            }
        }
    }

    /// When the next event is due; [`Time::NEVER`] when there is none. Cheap enough to ask before every event.
    #[inline]
    pub const fn next_time(&self) -> Time {
        Time(self.soonest)
    }

    /// Takes the next event. It is always inlined: as a call it costs a run a tenth of its time.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        let entry = self.run.pop()?;
        let event = self.slab.take(entry);
        self.waiting = self.waiting.wrapping_sub(1);
        self.settle();
        Some((Time(entry.time), event))
    }

    /// Whether an event was dropped, since it was one too many.
    pub const fn is_full(&self) -> bool {
        self.slab.is_full()
    }

    /// Bytes held, as an upper bound of what a clone copies.
    pub fn footprint(&self) -> usize {
        self.slab.footprint() + self.run.footprint() + self.wheel.footprint()
    }

    /// After events have left the run: fills it when it is empty, and finds the first event.
    #[inline]
    fn settle(&mut self) {
        if self.run.is_empty() {
            self.advance();
        }
        self.soonest = self.run.first_time();
    }

    /// Fills the empty run from the wheel.
    #[inline(never)]
    fn advance(&mut self) {
        while self.run.is_empty() && self.horizon != u64::MAX {
            if self.waiting <= SMALL / 3 {
                return self.rebuild(Fit::Good);
            }
            match self.wheel.fit(self.waiting) {
                Fit::Good => {}
                misfit => return self.rebuild(misfit),
            }
            if !self.wheel.advance(&mut self.slab, &mut self.run) {
                return;
            }
            self.horizon = self.wheel.horizon();
        }
    }

    /// The run has become long: brings the wheel in use, or narrows its buckets.
    #[cold]
    #[inline(never)]
    fn relieve(&mut self) {
        if self.horizon == u64::MAX {
            self.rebuild(Fit::Good);
        } else if self.run.spilled() > self.waiting / 2 + 64 {
            self.rebuild(Fit::TooWide);
        }
    }

    /// Drops the events for which `keep` does not hold. The others leave in the order in which they would have left.
    pub fn retain(&mut self, keep: impl Fn(&E) -> bool) {
        let (kept, dropped): (Vec<Entry>, Vec<Entry>) =
            self.drain().into_iter().partition(|entry| keep(self.slab.event(*entry)));
        for entry in dropped {
            self.slab.take(entry);
        }
        self.waiting = kept.len();
        self.spread(kept, Fit::Good);
        self.soonest = self.run.first_time();
    }

    /// Takes all entries out of the run and the wheel, in no order; their slots stay.
    fn drain(&mut self) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::with_capacity(self.run.len() + self.wheel.len());
        self.run.drain_into(&mut all);
        self.wheel.drain_into(&self.slab, &mut all);
        all
    }

    /// Spreads all waiting events anew.
    #[cold]
    #[inline(never)]
    fn rebuild(&mut self, fit: Fit) {
        let all = self.drain();
        self.spread(all, fit);
    }

    /// Spreads these entries, all there are, over the run and the wheel.
    fn spread(&mut self, mut all: Vec<Entry>, fit: Fit) {
        self.horizon = u64::MAX;
        if all.len() > SMALL / 2 {
            self.wheel.make(&mut all, fit);
            self.horizon = self.wheel.horizon();
        }
        for entry in all {
            if entry.time <= self.horizon {
                self.run.add_unsorted(entry);
            } else {
                self.wheel.put(entry, &mut self.slab);
            }
        }
        self.run.sort();
    }
}
