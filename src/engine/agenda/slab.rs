//! Storage of booked events: numbered slots, each with the ordering key of its booking.

use crate::engine::Time;

/// Bits of a key that number the slot; so at most 4 194 304 events wait at once. One more is dropped, and the agenda says that it is
/// full.
const SLOT_BITS: u32 = 22;
/// Bits of a key that number the booking; so one agenda takes 274 877 906 944 bookings in its life.
const NUMBER_BITS: u32 = 38;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

/// The end of a chain of slots.
pub(super) const NIL: u32 = u32::MAX;

/// One event's place in the order: by time, then by key (class, then booking number; the slot below breaks no tie).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) time: u64,
    pub(super) key: u64,
}

impl Entry {
    #[inline]
    pub(super) const fn slot(self) -> u32 {
        (self.key & SLOT_MASK) as u32
    }

    /// A number that orders entries as they are ordered.
    #[inline(always)]
    pub(super) const fn rank(self) -> u128 {
        (self.time as u128) << 64 | self.key as u128
    }

    /// The entry of a [rank](Self::rank).
    #[inline(always)]
    pub(super) const fn of_rank(rank: u128) -> Self {
        Self { time: (rank >> 64) as u64, key: rank as u64 }
    }
}

/// One slot. `next` chains it to another one, in a bucket of the wheel or in the list of vacant slots.
#[derive(Clone, Copy, Debug)]
struct Node<E> {
    entry: Entry,
    next: u32,
    event: E,
}

/// All slots, with the vacant ones chained for reuse.
#[derive(Clone, Debug)]
pub(super) struct Slab<E> {
    nodes: Vec<Node<E>>,
    vacant: u32,
    booked: u64,
    /// Whether an event found no slot, or no number.
    full: bool,
}

impl<E: Copy> Slab<E> {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), vacant: NIL, booked: 0, full: false }
    }

    /// Puts `event` in a slot and gives it the next booking number; `None` when there is no slot, or no number, for it.
    ///
    /// # Panics
    /// When the class is above 15.
    #[inline(always)]
    pub(super) fn put(&mut self, at: Time, class: u8, event: E) -> Option<Entry> {
        self.booked += 1;
        assert!(class < 16, "a class is 0 to 15");
        if self.booked >= 1 << NUMBER_BITS {
            self.full = true;
            return None;
        }
        let rank = u64::from(class) << (NUMBER_BITS + SLOT_BITS) | self.booked << SLOT_BITS;
        let slot = self.vacant;
        match self.nodes.get_mut(slot as usize) {
            Some(node) => {
                let entry = Entry { time: at.0, key: rank | u64::from(slot) };
                self.vacant = node.next;
                *node = Node { entry, next: NIL, event };
                Some(entry)
            }
            None => self.grow(at, rank, event),
        }
    }

    #[cold]
    fn grow(&mut self, at: Time, rank: u64, event: E) -> Option<Entry> {
        let slot = self.nodes.len() as u64;
        if slot > SLOT_MASK {
            self.full = true;
            return None;
        }
        let entry = Entry { time: at.0, key: rank | slot };
        self.nodes.push(Node { entry, next: NIL, event });
        Some(entry)
    }

    /// Empties the entry's slot, and returns its event.
    #[inline]
    pub(super) fn take(&mut self, entry: Entry) -> E {
        let slot = entry.slot();
        let node = &mut self.nodes[slot as usize];
        node.next = self.vacant;
        self.vacant = slot;
        node.event
    }

    /// The event in the entry's slot.
    pub(super) fn event(&self, entry: Entry) -> &E {
        &self.nodes[entry.slot() as usize].event
    }

    /// Chains the entry's slot before `next`, and gives the new head of the chain.
    #[inline]
    pub(super) fn chain(&mut self, entry: Entry, next: u32) -> u32 {
        self.nodes[entry.slot() as usize].next = next;
        entry.slot()
    }

    /// Calls `visit` for each entry of the chain from `slot` on, and returns their number.
    #[inline]
    pub(super) fn walk(&self, mut slot: u32, mut visit: impl FnMut(Entry)) -> usize {
        let mut visited = 0;
        while let Some(node) = self.nodes.get(slot as usize) {
            visit(node.entry);
            visited += 1;
            slot = node.next;
        }
        visited
    }

    /// Whether an event was ever dropped since no slot, or no number, was left for it.
    pub(super) const fn is_full(&self) -> bool {
        self.full
    }

    /// Bytes held.
    pub(super) fn footprint(&self) -> usize {
        self.nodes.capacity() * size_of::<Node<E>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_slot_and_the_last_number_are_given_and_one_more_is_refused() {
        let mut slab = Slab::new();
        let last = (0..=SLOT_MASK).map(|_| slab.put(Time(3), 15, ())).last().flatten().unwrap();
        assert_eq!((u64::from(last.slot()), slab.is_full()), (SLOT_MASK, false));
        assert_eq!((slab.put(Time(3), 15, ()), slab.is_full()), (None, true));
        slab.take(last);
        let again = slab.put(Time(4), 0, ()).unwrap();
        assert_eq!(u64::from(again.slot()), SLOT_MASK);
        assert!(again.key < last.key, "a lower class comes first");
        assert_eq!(slab.put(Time(4), 0, ()), None);

        let mut old = Slab { booked: (1 << NUMBER_BITS) - 2, ..Slab::new() };
        assert!(old.put(Time(1), 0, ()).is_some() && !old.is_full());
        assert!(old.put(Time(1), 0, ()).is_none() && old.is_full());
    }

    #[test]
    fn a_chain_is_walked_from_its_head_and_counts_itself() {
        let mut slab = Slab::new();
        let entries: Vec<Entry> = (0..3).filter_map(|event| slab.put(Time(event), 0, event)).collect();
        let head = entries.iter().fold(NIL, |next, entry| slab.chain(*entry, next));
        let mut walked = Vec::new();
        assert_eq!(slab.walk(head, |entry| walked.push(*slab.event(entry))), 3);
        assert_eq!(walked, [2, 1, 0]);
        assert_eq!(slab.walk(NIL, |_| panic!("no entry")), 0);
    }
}
