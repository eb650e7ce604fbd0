//! Events due later: unsorted buckets of equal width in a circle, and one list of the events beyond one turn.
//!
//! An event goes to the bucket of its time. When the clock enters a bucket, its events move to the run and are
//! sorted there. The far list is searched once a turn for the events of the next turn.

use super::run::Run;
use super::slab::{Entry, NIL, Slab};

/// How many events a bucket should hold.
const FILL: usize = 4;
/// How many buckets there are for each `FILL` events that wait, so that few are booked beyond a turn.
const SPREAD: usize = 4;
/// Fewest buckets.
const SMALLEST: usize = 16;
/// By how many bits a width that proves wrong changes at least.
const STEP: u32 = 2;

/// The work of the wheel since its width was last judged.
#[derive(Clone, Copy, Debug, Default)]
struct Effort {
    /// Events moved to the run.
    moved: usize,
    /// Buckets entered, empty ones too.
    entered: usize,
    /// Entries of the far list looked at.
    looked_at: usize,
}

impl Effort {
    fn all(self) -> usize {
        self.moved + self.entered + self.looked_at
    }
}

/// How well the width of the buckets fits the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Leave it.
    Good,
    /// Too many events in one bucket.
    TooWide,
    /// Too many empty buckets, or too much beyond a turn.
    TooNarrow,
    /// Far fewer events wait than there are buckets for.
    TooMany,
}

/// Buckets of events, each a chain of slots. The bucket that the clock is in is not here: it is the [`Run`].
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    /// First slot of each bucket's chain; a power of two of them, or none while the wheel is not in use.
    heads: Vec<u32>,
    /// Width of a bucket, as a power of two of nanoseconds.
    shift: u32,
    /// Number of the bucket that the clock is in: time >> shift.
    current: u64,
    /// Number of the bucket at which the far list is looked through next.
    turn_ends: u64,
    /// How many slots are chained in buckets.
    chained: usize,
    far: Vec<Entry>,
    effort: Effort,
    /// Entries and buckets touched before that, since the beginning.
    past_effort: usize,
    /// How many events waited when the buckets were made.
    made_for: usize,
}

impl Wheel {
    /// The number of entries in the wheel.
    pub(super) fn len(&self) -> usize {
        self.chained + self.far.len()
    }

    /// The last nanosecond of the bucket that the clock is in.
    #[inline]
    pub(super) fn horizon(&self) -> u64 {
        self.current << self.shift | ((1 << self.shift) - 1)
    }

    /// So many may be in the wheel before it is crowded.
    #[inline]
    pub(super) const fn crowd(&self) -> usize {
        2 * self.made_for
    }

    /// More events wait than the buckets were made for.
    pub(super) fn is_crowded(&self) -> bool {
        self.len() > self.crowd()
    }

    /// Takes in an entry due after the horizon.
    #[inline(always)]
    pub(super) fn put<E: Copy>(&mut self, entry: Entry, slab: &mut Slab<E>) {
        let bucket = entry.time >> self.shift;
        let buckets = self.heads.len();
        if bucket - self.current < buckets as u64 {
            let head = &mut self.heads[bucket as usize & (buckets - 1)];
            *head = slab.chain(entry, *head);
            self.chained = self.chained.wrapping_add(1);
        } else {
            self.far.push(entry);
        }
    }

    /// Moves the clock on to the next bucket with events, and those to `run`. False when the wheel is empty.
    pub(super) fn advance<E: Copy>(&mut self, slab: &mut Slab<E>, run: &mut Run) -> bool {
        loop {
            if self.chained == 0 {
                let Some(soonest) = self.far.iter().map(|entry| entry.time).min() else { return false };
                self.current = soonest >> self.shift;
                self.refill(slab);
            } else {
                self.current += 1;
                if self.current == self.turn_ends {
                    self.refill(slab);
                }
            }
            self.effort.entered += 1;
            let at = self.current as usize & (self.heads.len() - 1);
            let head = self.heads[at];
            if head != NIL {
                self.heads[at] = NIL;
                let moved = slab.walk(head, |entry| run.add_unsorted(entry));
                self.chained -= moved;
                self.effort.moved += moved;
                run.sort();
                return true;
            }
        }
    }

    /// Begins a turn: takes its events from the far list.
    fn refill<E: Copy>(&mut self, slab: &mut Slab<E>) {
        let buckets = self.heads.len() as u64;
        self.turn_ends = self.current.saturating_add(buckets);
        self.effort.looked_at += self.far.len();
        let mut at = 0;
        while at < self.far.len() {
            let entry = self.far[at];
            let bucket = entry.time >> self.shift;
            if bucket - self.current < buckets {
                self.far.swap_remove(at);
                let head = &mut self.heads[bucket as usize & (buckets as usize - 1)];
                *head = slab.chain(entry, *head);
                self.chained += 1;
            } else {
                at += 1;
            }
        }
    }

    /// Judges the width, once enough was done since it was last judged to pay for making the buckets anew.
    pub(super) fn fit(&mut self, waiting: usize) -> Fit {
        let Effort { moved, entered, looked_at } = self.effort;
        if self.effort.all() < 4 * waiting + 256 {
            return Fit::Good;
        }
        self.forget_effort();
        if entered + looked_at > 3 * moved {
            Fit::TooNarrow
        } else if moved > 2 * FILL * entered {
            Fit::TooWide
        } else if waiting < self.made_for / 4 {
            Fit::TooMany
        } else {
            Fit::Good
        }
    }

    fn forget_effort(&mut self) {
        self.past_effort += self.effort.all();
        self.effort = Effort::default();
    }

    /// Entries and buckets touched since the beginning: what the tests bound.
    #[cfg(test)]
    pub(super) fn all_effort(&self) -> usize {
        self.past_effort + self.effort.all()
    }

    /// Bytes held.
    pub(super) fn footprint(&self) -> usize {
        self.heads.capacity() * size_of::<u32>() + self.far.capacity() * size_of::<Entry>()
    }

    /// Moves everything to `all`, in no order.
    pub(super) fn drain_into<E: Copy>(&mut self, slab: &Slab<E>, all: &mut Vec<Entry>) {
        for head in &mut self.heads {
            slab.walk(std::mem::replace(head, NIL), |entry| all.push(entry));
        }
        self.chained = 0;
        all.append(&mut self.far);
    }

    /// Makes buckets for these entries, in a width that suits `fit`; the clock is then in the bucket of the soonest.
    pub(super) fn make(&mut self, all: &mut [Entry], fit: Fit) {
        let guess = width(all);
        self.shift = match fit {
            Fit::TooNarrow => guess.max(self.shift + STEP),
            Fit::TooWide => guess.min(self.shift.saturating_sub(STEP)),
            Fit::Good | Fit::TooMany => guess,
        }
        .min(63);
        self.made_for = all.len();
        let buckets = (all.len() * SPREAD / FILL).next_power_of_two().max(SMALLEST);
        self.heads.clear();
        self.heads.resize(buckets, NIL);
        self.forget_effort();
        self.past_effort += all.len();
        self.current = all.iter().map(|entry| entry.time).min().unwrap_or(0) >> self.shift;
        self.turn_ends = self.current.saturating_add(buckets as u64);
    }
}

/// The width, as a power of two, at which a bucket holds about `FILL` of the soonest quarter of the entries; when those
/// are all due at once, of more of them.
#[expect(
    clippy::disallowed_methods,
    reason = "only the time at the rank is read, which is one whatever the order"
)]
fn width(all: &mut [Entry]) -> u32 {
    let soonest = all.iter().map(|entry| entry.time).min().unwrap_or(0);
    for quarters in 1..=4 {
        let rank = all.len() * quarters / 4;
        let Some(last) = rank.checked_sub(1) else { continue };
        let (_, entry, _) = all.select_nth_unstable_by_key(last, |entry| entry.time);
        let span = entry.time - soonest;
        if span > 0 {
            return (span / rank as u64 * FILL as u64).max(1).ilog2();
        }
    }
    20
}
