//! Deadlines that travel with requests: until when an answer is worth anything to who asked first, told to every service on the way (gRPC
//! deadline propagation). Requests and calls that carry none never come here.

mod carrying;

use crate::engine::Time;

/// The deadlines that hops carry. They are kept beside the hops, so that hops without one are no larger.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Deadlines {
    /// Generation of the hop that has the slot, and its deadline; an entry of another generation is void.
    by_slot: Vec<(u32, Time)>,
}

impl Deadlines {
    /// The hop that has the slot carries this deadline.
    pub fn set(&mut self, slot: u32, generation: u32, deadline: Time) {
        let index = slot as usize;
        if self.by_slot.len() <= index {
            self.by_slot.resize(index + 1, (u32::MAX, Time::ZERO));
        }
        self.by_slot[index] = (generation, deadline);
    }

    /// The deadline of the hop that has the slot.
    pub fn of(&self, slot: u32, generation: u32) -> Option<Time> {
        let (owner, deadline) = self.by_slot.get(slot as usize)?;
        (*owner == generation).then_some(*deadline)
    }
}
