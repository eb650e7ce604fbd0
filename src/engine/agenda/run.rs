//! The events due soonest, in order: a short sorted list, and a heap for events that are booked when the list is long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::select_unpredictable;

use super::slab::Entry;

/// A list longer than this takes no insertions: they would have to move too much, and go to the heap.
const LONGEST_INSERTION: usize = 64;
/// Up to this length an insertion walks from the soonest end; above, it searches by halving.
const WALKED: usize = 28;

/// Up to this many entries are sorted by a network.
const NETWORKS: usize = 8;
/// Up to this many entries are sorted by rank.
const RANKED: usize = 16;

/// Sorts the first `$count` entries, the soonest last, without a branch that could be mispredicted: the places are compared in pairs, one
/// pair after the other, and exchanged. Written out, since a loop over the pairs would cost more than the comparisons.
macro_rules! network {
    ($entries:expr, $count:literal: $(($first:literal, $second:literal))+) => {
        if let Some(entries) = $entries.first_chunk_mut::<$count>() {
            let mut all = entries.map(Entry::rank);
            $((all[$first], all[$second]) = in_order(all[$first], all[$second]);)+
            *entries = all.map(Entry::of_rank);
        }
    };
}

/// The later, and the sooner.
#[inline(always)]
fn in_order(a: u128, b: u128) -> (u128, u128) {
    let is_ordered = a >= b;
    (select_unpredictable(is_ordered, a, b), select_unpredictable(is_ordered, b, a))
}

/// Entries in order, the soonest last, where it is cheap to take.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    sorted: Vec<Entry>,
    spill: BinaryHeap<Reverse<Entry>>,
}

impl Run {
    pub(super) fn len(&self) -> usize {
        self.sorted.len() + self.spill.len()
    }

    /// How many insertions went to the heap and still wait there.
    pub(super) fn spilled(&self) -> usize {
        self.spill.len()
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.sorted.is_empty() && self.spill.is_empty()
    }

    /// The soonest entry.
    #[inline]
    pub(super) fn first(&self) -> Option<Entry> {
        let listed = self.sorted.last().copied();
        match self.spill.peek() {
            None => listed,
            Some(&Reverse(spilled)) => Some(listed.map_or(spilled, |listed| listed.min(spilled))),
        }
    }

    /// When the soonest entry is due; the end of time when there is none.
    #[inline]
    pub(super) fn first_time(&self) -> u64 {
        if self.spill.is_empty() {
            self.sorted.last().map_or(u64::MAX, |entry| entry.time)
        } else {
            self.first().map_or(u64::MAX, |entry| entry.time)
        }
    }

    /// Takes the soonest entry.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry> {
        if self.spill.is_empty() { self.sorted.pop() } else { self.pop_either() }
    }

    #[cold]
    fn pop_either(&mut self) -> Option<Entry> {
        let listed = self.sorted.last().copied();
        match self.spill.peek() {
            Some(&Reverse(spilled)) if listed.is_none_or(|listed| spilled < listed) => {
                self.spill.pop().map(|Reverse(entry)| entry)
            }
            _ => self.sorted.pop(),
        }
    }

    /// Puts an entry in its place.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry) {
        let mut at = self.sorted.len();
        if at <= WALKED {
            self.sorted.push(entry);
            while at > 0 && self.sorted[at - 1] < entry {
                self.sorted[at] = self.sorted[at - 1];
                at -= 1;
            }
            self.sorted[at] = entry;
        } else {
            self.insert_by_search(entry);
        }
    }

    fn insert_by_search(&mut self, entry: Entry) {
        if self.sorted.len() > LONGEST_INSERTION {
            self.spill.push(Reverse(entry));
        } else {
            let at = self.sorted.partition_point(|other| *other > entry);
            self.sorted.insert(at, entry);
        }
    }

    /// Adds an entry out of order; [`sort`](Self::sort) must follow.
    #[inline]
    pub(super) fn add_unsorted(&mut self, entry: Entry) {
        self.sorted.push(entry);
    }

    /// Puts in order what was added out of order. Entries are all different, so there is one order.
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "no two entries are equal: each has its booking number")]
    pub(super) fn sort(&mut self) {
        match self.sorted.len() {
            0 | 1 => {}
            2..=NETWORKS => self.sort_few(),
            ..=RANKED => self.sort_by_rank(),
            _ => self.sorted.sort_unstable_by(|a, b| b.cmp(a)),
        }
    }

    /// Sorts up to [`NETWORKS`] entries by the networks with the fewest comparisons (Knuth, The Art of Computer Programming, volume 3, 5.3.4).
    #[inline(always)]
    fn sort_few(&mut self) {
        let few = &mut self.sorted;
        match few.len() {
            2 => network!(few, 2: (0, 1)),
            3 => network!(few, 3: (0, 2) (0, 1) (1, 2)),
            4 => network!(few, 4: (0, 2) (1, 3) (0, 1) (2, 3) (1, 2)),
            5 => network!(few, 5: (0, 3) (1, 4) (0, 2) (1, 3) (0, 1) (2, 4) (1, 2) (3, 4) (2, 3)),
            6 => {
                network!(few, 6: (0, 5) (1, 3) (2, 4) (1, 2) (3, 4) (0, 3) (2, 5) (0, 1) (2, 3) (4, 5) (1, 2) (3, 4))
            }
            7 => network!(few, 7:
                (0, 6) (2, 3) (4, 5) (0, 2) (1, 4) (3, 6) (0, 1) (2, 5) (3, 4) (1, 2) (4, 6) (2, 3) (4, 5)
                (1, 2) (3, 4) (5, 6)),
            8 => network!(few, 8:
                (0, 2) (1, 3) (4, 6) (5, 7) (0, 4) (1, 5) (2, 6) (3, 7) (0, 1) (2, 3) (4, 5) (6, 7) (2, 4)
                (3, 5) (1, 4) (3, 6) (1, 2) (3, 4) (5, 6)),
            _ => {}
        }
    }

    /// Puts each entry where as many others follow it as it is behind. Quadratic, but without a branch to mispredict, and
    /// they are few. Times alone nearly always decide: then the ranks add up to what those of different numbers do.
    #[inline]
    fn sort_by_rank(&mut self) {
        let mut copy = [Entry { time: 0, key: 0 }; RANKED];
        let copy = &mut copy[..self.sorted.len()];
        copy.copy_from_slice(&self.sorted);
        let mut ranks = 0;
        for entry in &*copy {
            let later: usize = copy.iter().map(|other| usize::from(other.time > entry.time)).sum();
            self.sorted[later] = *entry;
            ranks += later;
        }
        if ranks != copy.len() * (copy.len() - 1) / 2 {
            self.sort_ties(copy);
        }
    }

    /// Like [`sort_by_rank`](Self::sort_by_rank), where some times are equal.
    #[inline(never)]
    fn sort_ties(&mut self, copy: &[Entry]) {
        for entry in copy {
            let later = copy.iter().filter(|other| *other > entry).count();
            self.sorted[later] = *entry;
        }
    }

    /// Bytes held.
    pub(super) fn footprint(&self) -> usize {
        (self.sorted.capacity() + self.spill.capacity()) * size_of::<Entry>()
    }

    /// Moves everything to `all`, in no order.
    pub(super) fn drain_into(&mut self, all: &mut Vec<Entry>) {
        all.append(&mut self.sorted);
        all.extend(self.spill.drain().map(|Reverse(entry)| entry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries with few times and all numbers, in an order that depends on `seed`.
    fn mixed(count: u64, times: u64, seed: u64) -> Vec<Entry> {
        let mut all: Vec<Entry> =
            (0..count).map(|key| Entry { time: (key * 7 + seed) % times, key }).collect();
        all.sort_by_key(|entry| entry.key.wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ seed));
        all
    }

    #[test]
    fn any_number_of_entries_with_any_ties_is_sorted_and_taken_in_order() {
        for count in 0..100 {
            for (times, seed) in [(1, 1), (2, 2), (5, 3), (1000, 4), (1000, 5)] {
                let mut wanted = mixed(count, times, seed);
                let (mut sorted, mut inserted) = (Run::default(), Run::default());
                wanted.iter().for_each(|entry| sorted.add_unsorted(*entry));
                sorted.sort();
                for (place, entry) in wanted.iter().enumerate() {
                    inserted.insert(*entry);
                    assert_eq!(inserted.len(), place + 1);
                    // The longest list that takes insertions holds one more than LONGEST_INSERTION.
                    assert_eq!(inserted.spilled(), (place + 1).saturating_sub(LONGEST_INSERTION + 1));
                }
                wanted.sort();
                for mut run in [sorted, inserted] {
                    for entry in &wanted {
                        assert_eq!((run.first(), run.first_time()), (Some(*entry), entry.time));
                        assert!(!run.is_empty());
                        assert_eq!(run.pop(), Some(*entry));
                    }
                    assert_eq!((run.first(), run.first_time(), run.pop()), (None, u64::MAX, None));
                    assert!(run.is_empty());
                }
            }
        }
    }

    #[test]
    fn what_it_holds_is_told_and_all_of_it_can_be_moved() {
        let mut run = Run::default();
        assert_eq!(run.footprint(), 0);
        let (all, mut moved) = (mixed(100, 7, 1), Vec::new());
        all.iter().for_each(|entry| run.insert(*entry));
        assert!((1_600..6_400).contains(&run.footprint()), "{}", run.footprint());
        run.drain_into(&mut moved);
        moved.sort_by_key(|entry| entry.key);
        assert!(run.is_empty() && moved.iter().map(|entry| entry.key).eq(0..100));
    }
}
