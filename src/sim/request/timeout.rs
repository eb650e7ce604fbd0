//! Timeouts: how long each hop is waited for.

mod giving_up;

use super::deadline::Deadlines;
use crate::engine::agenda::Lane;
use crate::sim::compiled_world::CompiledWorld;

/// The timeouts under way: all of one length are in one lane, of which only the head is booked.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Timeouts {
    /// Slot and generation of the hops that are waited for, by lane.
    lanes: Vec<Lane<(u32, u32)>>,
    /// The lane of the clients' timeout.
    pub client_lane: Option<u8>,
    /// The deadlines that hops carry.
    pub deadlines: Deadlines,
}

impl Timeouts {
    /// Empty lanes, one for each length.
    pub fn new(world: &CompiledWorld) -> Self {
        Self {
            lanes: world.call_book.lanes.iter().map(|_| Lane::default()).collect(),
            client_lane: world.clients.timeout.map(|timeout| world.lane(timeout)),
            deadlines: Deadlines::default(),
        }
    }
}
