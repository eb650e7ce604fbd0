//! Events: what can fall due. They are private to the simulation; facts are what it publishes.

use crate::engine::Span;

/// Something due. Numbers are positions in the simulation's tables; a stale `generation` makes an event void.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// A hop's own work is done.
    Done { hop: u32, generation: u32 },
    /// The next job of an instance that shares its workers is done.
    Shared { instance: u32, generation: u32 },
    /// The oldest timeout of a lane.
    Lane { lane: u8 },
    /// The deadline that a hop carries is over.
    Deadline { hop: u32, generation: u32 },
    /// A hop arrives after a delay in the network.
    Deliver { hop: u32, generation: u32 },
    /// An instance turns a hop away that has waited too long.
    Shed { hop: u32, generation: u32 },
    /// A client leaves the queue.
    Impatient { hop: u32, generation: u32 },
    /// A client tries again.
    Retry { hop: u32, generation: u32 },
    /// A caller tries its call again.
    CallAgain { hop: u32, generation: u32 },
    /// A caller sends a copy of its call.
    Hedge { hop: u32, generation: u32, round: u32 },
    /// A caller gives up a hedged call.
    RaceOver { hop: u32, generation: u32, round: u32 },
    /// A user of a closed loop asks again.
    Think { user: u32 },
    /// Something in the life of an instance.
    Life { instance: u32, generation: u32, what: LifeEvent },
    /// One proxy learns that an instance is ready, or is not.
    Endpoint { instance: u32, proxy: u16, ready: bool },
    /// A proxy checks the health of an instance.
    HealthCheck { instance: u32, proxy: u16, series: u32 },
    /// An interval of a proxy's outlier detection is over.
    Interval { service: u8, proxy: u16 },
    /// A crew has repaired an instance.
    Mended { instance: u32, fault: u16 },
    /// One proxy takes up a route.
    TakeRoute { proxy: u16, route: u16 },
    /// One proxy takes up a flag change.
    TakeFlag { proxy: u16, change: u16 },
    /// One client of the flag service has fetched the flags.
    FetchFlags { client: u16 },
    /// One proxy takes up how much to turn away.
    TakeShed { proxy: u16, basis_points: u16 },
    /// A fault begins.
    FaultBegins { fault: u16, round: u32 },
    /// A fault ends.
    FaultEnds { fault: u16 },
    /// Evictions that were held back are tried again.
    Evict { fault: u16 },
    /// The next request of a test is sent.
    Test { test: u16 },
    /// Something asked for takes effect.
    Effect { ask: u32 },
    /// A group of alerts is due for a notification.
    Notify { group: u16 },
    /// Nobody has answered a page: it goes to the next person.
    Escalate { page: u16 },
    /// Somebody answers a page.
    Acknowledge { page: u16 },
    /// Somebody has diagnosed the cause of a page.
    Diagnose { page: u16 },
    /// The requests of a tick come, as counts.
    Tick,
    /// A second is over, and what came in it as counts is counted.
    Settle,
    /// The monitoring scrapes.
    Scrape,
    /// The recorder closes ten seconds of truth.
    Point,
    /// The alert rules are evaluated.
    Evaluate,
    /// The controllers decide.
    Decide,
}

/// Something due in the life of one instance.
#[derive(Clone, Copy, Debug)]
pub(super) enum LifeEvent {
    /// Its image is pulled, or its process has started.
    Boot,
    /// A probe is due.
    Probe(u8),
    /// Its preStop is over: it is told to stop.
    Terminate,
    /// Its grace period is over.
    Kill,
    /// It restarts after a crash.
    Revive,
    /// A defect that crashes it some time after each start is due.
    CrashLoop,
    /// It breaks down by itself, because of this fault.
    Breakdown { fault: u16 },
}

// The agenda holds one for everything in flight, so an event stays small.
const _: () = assert!(size_of::<Event>() <= 16);

/// Order among events of one moment. Arrivals of users come after all of these.
pub(super) mod class {
    /// Faults begin and end.
    pub const FAULT: u8 = 0;
    /// Work is done.
    pub const WORK: u8 = 1;
    /// Instances live and die.
    pub const LIFE: u8 = 2;
    /// Proxies learn.
    pub const LEARN: u8 = 3;
    /// Timeouts and retries.
    pub const TIMER: u8 = 4;
    /// Scrapes and evaluations.
    pub const WATCH: u8 = 5;
    /// Decisions and their effects.
    pub const DECIDE: u8 = 6;
}

/// Time between two decisions of the controllers.
pub const DECIDE_EVERY: Span = Span::from_secs(1);

/// Length of one truth point.
pub(super) const POINT_EVERY: Span = Span::from_secs(10);
