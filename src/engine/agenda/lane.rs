//! Lanes: items with equal waits, which fall due in the order in which they came.

use std::collections::VecDeque;

use crate::engine::Time;

/// A queue of things with one constant delay, such as the timeouts of one client: only the head needs booking in an
/// [`Agenda`](super::Agenda), which stays small however many wait here.
#[derive(Clone, Debug)]
pub struct Lane<T> {
    waiting: VecDeque<(Time, T)>,
    /// When the item that was added last is due.
    last: Time,
}

impl<T: Copy> Default for Lane<T> {
    /// A lane in which nothing waits.
    fn default() -> Self {
        Self { waiting: VecDeque::new(), last: Time::ZERO }
    }
}

impl<T: Copy> Lane<T> {
    /// Adds `item`, due at `due`.
    ///
    /// # Panics
    /// When an item added before is due later: the delay is then not constant.
    #[inline]
    pub fn push(&mut self, due: Time, item: T) {
        assert!(self.last <= due, "a lane's items fall due in order");
        self.last = due;
        self.waiting.push_back((due, item));
    }

    /// The next item and when it is due, left where it is.
    #[inline]
    pub fn head(&self) -> Option<(Time, T)> {
        self.waiting.front().copied()
    }

    /// Drops the items at the head for which `test` holds; the next item and when it is due, left where it is.
    #[inline]
    pub fn skip_while(&mut self, test: impl Fn(T) -> bool) -> Option<(Time, T)> {
        while let Some((due, item)) = self.head() {
            if !test(item) {
                return Some((due, item));
            }
            self.waiting.pop_front();
        }
        None
    }

    /// Takes the next item if it is due at `now` or before.
    #[inline]
    pub fn pop_due(&mut self, now: Time) -> Option<(Time, T)> {
        self.waiting.pop_front_if(|(due, _)| *due <= now)
    }

    /// How many items wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
