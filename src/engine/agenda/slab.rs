//! Storage of booked events: numbered slots, each with the ordering key of its booking.
//!
//! An entry or a [`Booking`](super::Booking) is stale when its key differs from the key of the slot that it points at: keys
//! are never used twice.

use crate::engine::Time;

/// Bits of a key that number the slot; so at most 4 194 304 events wait at once.
const SLOT_BITS: u32 = 22;
/// Bits of a key that number the booking; so one agenda takes 274 877 906 944 bookings in its life.
const NUMBER_BITS: u32 = 38;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;

/// The key of a slot in which nothing waits. No booking has it: its class would be 15 and its number the last.
const VACANT: u64 = u64::MAX;

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
}

impl<E: Copy> Slab<E> {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), vacant: NIL, booked: 0 }
    }

    /// Puts `event` in a slot and gives it the next booking number.
    ///
    /// # Panics
    /// When more events wait, or were booked, than keys can number.
    #[inline]
    pub(super) fn put(&mut self, at: Time, class: u8, event: E) -> Entry {
        self.booked += 1;
        assert!(
            class < 16 && self.booked < (1 << NUMBER_BITS),
            "a class is 0 to 15, and bookings are numbered"
        );
        let rank = u64::from(class) << (NUMBER_BITS + SLOT_BITS) | self.booked << SLOT_BITS;
        let slot = self.vacant;
        match self.nodes.get_mut(slot as usize) {
            Some(node) => {
                let entry = Entry { time: at.0, key: rank | u64::from(slot) };
                self.vacant = node.next;
                *node = Node { entry, next: NIL, event };
                entry
            }
            None => self.grow(at, rank, event),
        }
    }

    #[cold]
    fn grow(&mut self, at: Time, rank: u64, event: E) -> Entry {
        let slot = self.nodes.len() as u64;
        assert!(slot <= SLOT_MASK, "no more than {SLOT_MASK} events wait at once");
        let entry = Entry { time: at.0, key: rank | slot };
        self.nodes.push(Node { entry, next: NIL, event });
        entry
    }

    /// Empties the entry's slot; the event, unless it had been taken off before.
    #[inline]
    pub(super) fn take(&mut self, entry: Entry) -> Option<E> {
        let slot = entry.slot();
        let node = &mut self.nodes[slot as usize];
        let live = node.entry.key == entry.key;
        node.entry.key = VACANT;
        node.next = self.vacant;
        self.vacant = slot;
        if live { Some(node.event) } else { None }
    }

    /// Marks the event of `key` as taken off; its slot stays in use until its entry is met. The entry, or nothing
    /// when `key` is stale.
    pub(super) fn cancel(&mut self, key: u64) -> Option<Entry> {
        let node = self.nodes.get_mut((key & SLOT_MASK) as usize).filter(|node| node.entry.key == key)?;
        let entry = node.entry;
        node.entry.key = VACANT;
        Some(entry)
    }

    /// True while the entry's event waits.
    #[inline]
    pub(super) fn holds(&self, entry: Entry) -> bool {
        self.nodes[entry.slot() as usize].entry.key == entry.key
    }

    /// Chains the entry's slot before `next`, and gives the new head of the chain.
    #[inline]
    pub(super) fn chain(&mut self, entry: Entry, next: u32) -> u32 {
        self.nodes[entry.slot() as usize].next = next;
        entry.slot()
    }

    /// Calls `visit` for each event that waits in the chain from `slot` on, and empties the slots of those that no
    /// longer do; how many of each.
    #[inline]
    pub(super) fn walk(&mut self, mut slot: u32, mut visit: impl FnMut(Entry)) -> (usize, usize) {
        let (mut live, mut stale) = (0, 0);
        while let Some(node) = self.nodes.get_mut(slot as usize) {
            let next = node.next;
            if node.entry.key == VACANT {
                node.next = self.vacant;
                self.vacant = slot;
                stale += 1;
            } else {
                visit(node.entry);
                live += 1;
            }
            slot = next;
        }
        (live, stale)
    }

    /// Bytes held.
    pub(super) fn footprint(&self) -> usize {
        self.nodes.capacity() * size_of::<Node<E>>()
    }
}
