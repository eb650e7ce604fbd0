//! What falls due next, popped in order of (time, class, booking number).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Time;

/// Names one booking, so that it can be cancelled. Stale once the event was popped or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking(u64);

/// Events waiting for their time. Ties leave in order of class, then in booking order.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    heap: BinaryHeap<Reverse<(Time, u8, u64)>>,
    payload: std::collections::BTreeMap<u64, E>,
    booked: u64,
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), payload: std::collections::BTreeMap::new(), booked: 0 }
    }
}

impl<E: Copy> Agenda<E> {
    /// Books `event` for `at`; among events of one moment, lower `class` (0 to 15) leaves first.
    pub fn book(&mut self, at: Time, class: u8, event: E) -> Booking {
        self.booked += 1;
        self.heap.push(Reverse((at, class, self.booked)));
        self.payload.insert(self.booked, event);
        Booking(self.booked)
    }

    /// When the next event is due; [`Time::NEVER`] when there is none.
    pub fn next_time(&mut self) -> Time {
        while let Some(Reverse((at, _, number))) = self.heap.peek() {
            if self.payload.contains_key(number) {
                return *at;
            }
            self.heap.pop();
        }
        Time::NEVER
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<(Time, E)> {
        while let Some(Reverse((at, _, number))) = self.heap.pop() {
            if let Some(event) = self.payload.remove(&number) {
                return Some((at, event));
            }
        }
        None
    }

    /// Takes `booking` off; false when it already left.
    pub fn cancel(&mut self, booking: Booking) -> bool {
        self.payload.remove(&booking.0).is_some()
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.payload.len()
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.payload.is_empty()
    }
}
