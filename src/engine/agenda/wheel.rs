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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Time;

    /// How the wheel judges its width after this effort, when `waiting` of the 100 that it was made for wait.
    fn judged(moved: usize, entered: usize, looked_at: usize, waiting: usize) -> Fit {
        let effort = Effort { moved, entered, looked_at };
        let mut wheel = Wheel { effort, made_for: 100, ..Wheel::default() };
        let fit = wheel.fit(waiting);
        let is_judged = moved + entered + looked_at >= 4 * waiting + 256;
        assert_eq!(wheel.effort.all() == 0, is_judged, "the effort is forgotten when it was judged");
        assert_eq!(wheel.all_effort(), moved + entered + looked_at);
        fit
    }

    #[test]
    fn a_width_is_judged_after_enough_effort_and_at_its_limits() {
        assert_eq!(judged(0, 655, 0, 100), Fit::Good, "too early");
        assert_eq!(judged(0, 656, 0, 100), Fit::TooNarrow);
        for (entered, looked_at) in [(600, 0), (100, 500), (300, 300)] {
            assert_eq!(judged(200, entered, looked_at, 100), Fit::Good);
            assert_eq!(judged(200, entered + 1, looked_at, 100), Fit::TooNarrow);
        }
        assert_eq!(judged(800, 100, 0, 100), Fit::Good);
        assert_eq!(judged(801, 100, 0, 100), Fit::TooWide);
        assert_eq!((judged(600, 100, 0, 25), judged(600, 100, 0, 24)), (Fit::Good, Fit::TooMany));
    }

    /// A slab and the entries of these times.
    fn booked(times: &[u64]) -> (Slab<()>, Vec<Entry>) {
        let mut slab = Slab::new();
        let all = times.iter().filter_map(|time| slab.put(Time(*time), 0, ())).collect();
        (slab, all)
    }

    #[test]
    fn buckets_are_made_for_what_waits_and_hold_about_four_of_the_soonest() {
        for (count, buckets) in [(1, 16), (16, 16), (17, 32), (1000, 1024)] {
            let times: Vec<u64> = (0..count).map(|at| 5_000_000 + at * 1_000).collect();
            let (_, mut all) = booked(&times);
            let mut wheel = Wheel::default();
            wheel.make(&mut all, Fit::Good);
            assert_eq!((wheel.heads.len(), wheel.made_for), (buckets, count as usize));
            assert_eq!(wheel.crowd(), 2 * count as usize);
            assert_eq!(wheel.current, 5_000_000 >> wheel.shift);
            assert_eq!(wheel.turn_ends, wheel.current + buckets as u64);
            if count == 1000 {
                // 250 span 249 us; four of them 3984 ns, of which 2048 is the power of two below.
                assert_eq!((wheel.shift, wheel.horizon()), (11, (wheel.current + 1) * 2048 - 1));
            }
        }
    }

    #[test]
    fn a_width_that_proved_wrong_changes_by_two_bits_at_least() {
        let times: Vec<u64> = (0..1000).map(|at| at * 1_000).collect();
        let shift = |before: u32, fit: Fit| {
            let (_, mut all) = booked(&times);
            let mut wheel = Wheel { shift: before, ..Wheel::default() };
            wheel.make(&mut all, fit);
            wheel.shift
        };
        assert_eq!([shift(11, Fit::Good), shift(30, Fit::TooMany)], [11, 11]);
        assert_eq!(
            [shift(11, Fit::TooNarrow), shift(5, Fit::TooNarrow), shift(62, Fit::TooNarrow)],
            [13, 11, 63]
        );
        assert_eq!([shift(11, Fit::TooWide), shift(30, Fit::TooWide), shift(1, Fit::TooWide)], [9, 11, 0]);
        // All at once: as many of them are looked at as are needed to see a span, and without one it is about a millisecond.
        let width_of = |times: &[u64]| width(&mut booked(times).1);
        assert_eq!(width_of(&[7; 8]), 20);
        assert_eq!(width_of(&[7, 7, 7, 7, 7, 7, 7, 1031]), 9);
        assert_eq!([width_of(&[0, 1, 2, 3]), width_of(&[0, 100, 200, 300])], [0, 7]);
    }

    #[test]
    fn a_wheel_gives_bucket_by_bucket_what_was_put_in_and_looks_at_the_far_once_a_turn() {
        let times: Vec<u64> = (1..=64).map(|at| at * 100).collect();
        let (mut slab, all) = booked(&times);
        let (mut wheel, mut run) = (Wheel::default(), Run::default());
        wheel.make(&mut booked(&[0, 100, 200, 300]).1, Fit::Good);
        wheel.shift = 7;
        assert!(!wheel.is_crowded() && wheel.footprint() >= 16 * 4);
        let mut crowded = Vec::new();
        for entry in &all {
            if entry.time > wheel.horizon() {
                wheel.put(*entry, &mut slab);
                crowded.push(wheel.is_crowded());
            }
        }
        // One is due before the horizon of 127; those before the 16th bucket's end are chained.
        assert_eq!((wheel.len(), wheel.chained, wheel.far.len()), (63, 19, 44));
        assert!(crowded.iter().enumerate().all(|(place, crowded)| *crowded == (place >= 8)));
        let mut taken = Vec::new();
        while wheel.advance(&mut slab, &mut run) {
            assert!(run.first_time() > wheel.horizon() - 128);
            taken.extend(std::iter::from_fn(|| run.pop()).map(|entry| entry.time));
            assert!(taken.last().is_some_and(|time| *time <= wheel.horizon()));
        }
        assert_eq!(taken, times[1..]);
        assert_eq!((wheel.len(), wheel.effort.moved, wheel.effort.entered), (0, 63, 50));
        // Four turns: 44, 24, 3 and none in the far list.
        assert!(wheel.effort.looked_at < 100, "{}", wheel.effort.looked_at);
    }

    #[test]
    fn all_that_is_in_a_wheel_can_be_moved() {
        let (mut slab, all) = booked(&[1_000, 2_000, 1 << 40, 1 << 50]);
        let mut wheel = Wheel::default();
        wheel.make(&mut all.clone(), Fit::Good);
        (wheel.shift, wheel.current) = (10, 0);
        all[1..].iter().for_each(|entry| wheel.put(*entry, &mut slab));
        let mut moved = Vec::new();
        wheel.drain_into(&slab, &mut moved);
        assert_eq!((wheel.len(), moved.len()), (0, 3));
        assert!(!wheel.advance(&mut slab, &mut Run::default()));
    }
}
