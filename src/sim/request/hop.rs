//! Requests in flight: one hop is one try of one request at one service.

use crate::engine::Time;
use crate::sim::Cause;

/// No hop, no instance.
pub(in crate::sim) const NONE: u32 = u32::MAX;

/// What a hop waits for, or is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sim) enum Stage {
    /// The slot is free.
    #[default]
    Free,
    /// On its way, or lost on it.
    Travelling,
    /// Waiting in an instance's queue.
    Queued,
    /// Holding a worker, working.
    Working,
    /// Holding a worker, waiting for a call.
    Calling,
    /// At the client, waiting for the next try.
    Waiting,
}

/// What is special about a hop.
pub(in crate::sim) mod mark {
    /// Nobody waits for its answer any more.
    pub const ORPHAN: u16 = 1;
    /// A test, not a user.
    pub const TEST: u16 = 2;
    /// A copy; its answer is dropped.
    pub const MIRROR: u16 = 4;
    /// Its work will end in an error; the cause is set.
    pub const FAILS: u16 = 8;
    /// A defect made it slow.
    pub const SLOWED: u16 = 16;
    /// A fault made it slow.
    pub const STRUCK: u16 = 32;
    /// The candidate, with its behaviour on, worked on it.
    pub const EXPOSED: u16 = 64;
    /// Its answer is wrong, though its status is 200.
    pub const WRONG: u16 = 128;
    /// Its client has tried again.
    pub const REPEATED: u16 = 256;
    /// It was given up while it queued: the queue skips it.
    pub const LEFT: u16 = 512;
    /// It was lost on the way.
    pub const LOST: u16 = 1024;
    /// It crashes its instance when its work is done.
    pub const CRASHES: u16 = 2048;
    /// No instance worked on it.
    pub const TURNED_AWAY: u16 = 4096;
    /// Its client gave up the try before.
    pub const AFTER_TIMEOUT: u16 = 8192;
    /// It gave up the try before of the call that it is at.
    pub const CALL_AFTER_TIMEOUT: u16 = 1 << 14;
    /// It finds no cache filled.
    pub const COLD: u16 = 1 << 15;
}

/// One try of one request at one service.
///
/// It has more than twenty fields, and no parts, since the hot path copies it whole: the largest come first, so that nothing
/// is lost to alignment.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct Hop {
    /// Key of all that is drawn for the request: who, what work, how lucky.
    pub luck: u64,
    /// When the user first asked.
    pub first: Time,
    /// When this try came to the service.
    pub arrived: Time,
    /// When work on it began.
    pub started: Time,
    /// Hop that made the call, or [`NONE`].
    pub parent: u32,
    /// Hop of the call being waited for, or [`NONE`].
    pub child: u32,
    /// Instance that has it, or [`NONE`].
    pub instance: u32,
    /// Next in the queue, or in the list of free slots.
    pub next: u32,
    /// Changes whenever the slot is given to another hop.
    pub generation: u32,
    /// Who asked.
    pub user: u32,
    /// Which request it is of all, or, in a closed loop, of its user's.
    pub number: u32,
    /// See [`mark`].
    pub marks: u16,
    /// Test it belongs to, when it is one.
    pub test: u16,
    /// What it waits for, or is doing.
    pub stage: Stage,
    /// Position of the service.
    pub service: u8,
    /// Position of the request's kind.
    pub kind: u8,
    /// Position of the user's cohort.
    pub cohort: u8,
    /// Which try, from 0.
    pub attempt: u8,
    /// Next call it makes; in a called hop, which call of its parent it is.
    pub call: u8,
    /// Tries of that call so far.
    pub call_tries: u8,
    /// Calls a defect adds.
    pub extra: u8,
    /// Flags that are on for it, one bit each.
    pub flags: u8,
    /// Pool it was sent to.
    pub pool: u8,
    /// Why it fails, when it does.
    pub cause: u8,
}

impl Hop {
    /// True when any of `marks` is set.
    #[inline]
    pub const fn is(&self, marks: u16) -> bool {
        self.marks & marks != 0
    }

    /// Makes it fail for this cause when its work is done.
    pub const fn doom(&mut self, cause: Cause) {
        self.marks |= mark::FAILS;
        self.cause = cause as u8;
    }
}

/// All hops, in slots that are used again.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct Hops {
    slots: Vec<Hop>,
    free: u32,
}

impl Hops {
    pub fn new() -> Self {
        Self { slots: Vec::new(), free: NONE }
    }

    /// Puts a hop into a free slot. It is always inlined, so that the hop is written there at once and not copied.
    #[inline(always)]
    pub fn add(&mut self, hop: Hop) -> u32 {
        if self.free == NONE {
            self.grow();
        }
        let slot = self.free;
        let place = &mut self.slots[slot as usize];
        self.free = place.next;
        *place = Hop { generation: place.generation, ..hop };
        slot
    }

    /// Makes one more slot, which is free.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.free = self.slots.len() as u32;
        self.slots.push(Hop { next: NONE, ..Hop::default() });
    }

    /// Frees a slot; events about the hop are void from now on.
    #[inline]
    pub fn free(&mut self, slot: u32) {
        let place = &mut self.slots[slot as usize];
        place.stage = Stage::Free;
        place.generation = place.generation.wrapping_add(1);
        place.next = self.free;
        self.free = slot;
    }

    /// True while the hop in `slot` is still the one that was given this `generation`: freeing it changes the slot's.
    #[inline]
    pub fn is_live(&self, slot: u32, generation: u32) -> bool {
        self.slots[slot as usize].generation == generation
    }

    /// The stable pool takes over the requests that the candidate has of the service.
    pub fn rename_candidate(&mut self, service: u8) {
        for hop in self.slots.iter_mut().filter(|hop| hop.stage != Stage::Free) {
            hop.marks &= !mark::EXPOSED;
            if hop.service == service && hop.pool == 1 {
                hop.pool = 0;
            }
        }
    }

    /// How many hops are in flight; they are counted.
    pub fn live(&self) -> u32 {
        self.iter().count() as u32
    }

    /// Bytes held for hops.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Hop>()
    }

    /// All live hops with their slots.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Hop)> {
        (0u32..).zip(&self.slots).filter(|(_, hop)| hop.stage != Stage::Free)
    }

    /// Users' requests that have not ended: counted from the hops, independently of any counter.
    pub fn users_in_flight(&self) -> u64 {
        let unheard = mark::ORPHAN | mark::TEST | mark::MIRROR;
        self.iter().filter(|(_, hop)| hop.parent == NONE && !hop.is(unheard)).count() as u64
    }
}

impl std::ops::Index<u32> for Hops {
    type Output = Hop;
    #[inline]
    fn index(&self, slot: u32) -> &Hop {
        &self.slots[slot as usize]
    }
}

impl std::ops::IndexMut<u32> for Hops {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Hop {
        &mut self.slots[slot as usize]
    }
}
