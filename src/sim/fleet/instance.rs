//! Instances: what every request touches, and, apart from it, the rest of their state.

use crate::engine::{Span, Stream, Time};
use crate::sim::request::NONE;
use crate::sim::{Cause, Pool};

/// What every request touches of an instance: half a cache line, so that a large fleet stays near.
#[derive(Clone, Debug)]
#[repr(align(32))]
pub(in crate::sim) struct Instance {
    /// Workers that hold a request.
    pub busy: u32,
    /// Workers there are; at most 10,000.
    pub workers: u16,
    /// Requests waiting, those that left not counted.
    pub waiting: u32,
    /// How many may wait.
    pub limit: u32,
    /// First in the queue.
    pub head: u32,
    /// Last in the queue.
    pub tail: u32,
    /// Position of the service.
    pub service: u8,
    /// Index of the pool.
    pub pool: u8,
    /// Whether the process listens.
    pub accepts: bool,
    /// Whether all its requests share its workers; nothing waits then.
    pub shares: bool,
    /// Whether work here is only its demand: full speed, first come first served, a release without quirks.
    pub plain: bool,
    /// Position of the series it counts into.
    pub series: u16,
}

impl Instance {
    /// Requests it has, waiting or worked on: what a balancer compares.
    #[inline]
    pub const fn load(&self) -> u32 {
        self.busy + self.waiting
    }

    /// True when it has nothing to do.
    pub const fn is_idle(&self) -> bool {
        self.busy == 0 && self.waiting == 0
    }
}

/// What an instance is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum State {
    /// Launched; its image is being pulled.
    Pulling,
    /// Its process is starting.
    Starting,
    /// Its process runs.
    Running,
    /// Asked to go; in its preStop, still serving.
    Draining,
    /// Told to stop; finishing what it has.
    Stopping,
    /// Crashed; waiting to be restarted.
    BackOff,
    /// Broken; waiting for somebody to mend it, or for its zone.
    Broken,
    /// Gone for ever.
    Gone,
}

/// What the draws of one instance are for: each names a stream of [`InstanceStatus::luck`].
pub(in crate::sim) mod purpose {
    /// How long its image takes to pull.
    pub const PULL: u64 = 0;
    /// How long its process takes to start, by life.
    pub const START: u64 = 1;
    /// When its probes begin, by life and probe.
    pub const PROBE: u64 = 2;
    /// How late proxies learn of its readiness, by change and proxy.
    pub const LAG: u64 = 3;
    /// When proxies begin to check its health, by change of its readiness and proxy.
    pub const HEALTH_CHECK: u64 = 4;
    /// When it breaks down, by fault and life.
    pub const BREAKDOWN: u64 = 5;
    /// How long its repair takes, by fault and life.
    pub const REPAIR: u64 = 6;
    /// How late its own counters are seen, by time.
    pub const SCRAPE: u64 = 7;
    /// How old the answers in its own cache are at the start, by call and key.
    pub const CACHE: u64 = 8;
    /// Its points on a hash ring, by point.
    pub const RING: u64 = 9;
    /// Its turns in a Maglev table.
    pub const MAGLEV: u64 = 10;
    /// Its rank among those that a fault may crash.
    pub const CRASH: u64 = 11;
    /// How many requests it has when it goes down, where requests are drawn as counts; by life.
    pub const HELD: u64 = 12;
}

/// How often one probe passed or failed in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct ProbeRun {
    pub passed: u32,
    pub failed: u32,
}

/// The state of an instance that most requests do not touch.
///
/// It has more than twenty fields, each of one mechanism of an instance (probes, lives, batches); what requests touch is apart
/// from it so that it stays in the cache.
#[derive(Clone, Debug)]
pub(in crate::sim) struct InstanceStatus {
    /// Number within its service, from 1.
    pub number: u32,
    pub pool: Pool,
    /// Which of its pool's it is, from 0, in order of launch.
    pub ordinal: u32,
    /// All that is drawn for it, see [`purpose`].
    pub luck: Stream,
    /// How often its process has ended so far: the number of its present life.
    pub lives: u32,
    /// How often its readiness has changed so far.
    pub changes: u32,
    pub zone: u8,
    pub state: State,
    /// Changes whenever the events that were booked for it become void.
    pub generation: u32,
    pub created: Time,
    /// When it entered its present state.
    pub changed: Time,
    /// When its process last started.
    pub started: Time,
    /// Whether it has been warm since before the run.
    pub warm: bool,
    /// Since when it is ready.
    pub ready_since: Option<Time>,
    /// When it went.
    pub gone: Option<Time>,
    pub restarts: u32,
    /// Whether it broke down and is not mended yet.
    pub awaits_repair: bool,
    /// Whether it has found no zone yet.
    pub awaits_place: bool,
    /// Why it last crashed, or why it does not listen yet.
    pub crash_cause: Cause,
    pub back_off: Span,
    pub probes: [ProbeRun; 3],
    pub startup_passed: bool,
    pub memory_mb: f64,
    /// Requests begun lately; counted only where a defect asks.
    pub rate: RequestRate,
}

/// How many requests an instance began in the current second and in the one before.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sim) struct RequestRate {
    second: u64,
    current: u32,
    last: u32,
}

impl RequestRate {
    /// Counts a request that begins at `now`.
    pub const fn count(&mut self, now: Time) {
        let second = now.0 / 1_000_000_000;
        if second != self.second {
            self.last = if second == self.second + 1 { self.current } else { 0 };
            self.current = 0;
            self.second = second;
        }
        self.current += 1;
    }

    /// Requests a second: the larger of the two counts.
    pub fn per_second(&self) -> f64 {
        f64::from(self.last.max(self.current))
    }
}

impl InstanceStatus {
    /// A new instance, its image yet to be pulled.
    pub fn new(number: u32, (pool, ordinal, luck): (Pool, u32, Stream), zone: u8, now: Time) -> Self {
        Self {
            number,
            pool,
            ordinal,
            luck,
            lives: 0,
            changes: 0,
            zone,
            state: State::Pulling,
            generation: 0,
            created: now,
            changed: now,
            started: now,
            warm: false,
            ready_since: None,
            gone: None,
            restarts: 0,
            awaits_repair: false,
            awaits_place: false,
            crash_cause: Cause::NoInstance,
            back_off: Span::ZERO,
            probes: [ProbeRun::default(); 3],
            startup_passed: false,
            memory_mb: 0.0,
            rate: RequestRate::default(),
        }
    }

    /// The draws of its present life for one of the purposes.
    pub const fn life(&self, purpose: u64) -> Stream {
        self.luck.child(purpose).child(self.lives as u64)
    }

    /// Enters a state.
    pub const fn enter(&mut self, state: State, now: Time) {
        self.state = state;
        self.changed = now;
    }

    /// True unless it was asked to go or is gone.
    pub const fn stays(&self) -> bool {
        match self.state {
            State::Pulling | State::Starting | State::Running | State::BackOff | State::Broken => true,
            State::Draining | State::Stopping | State::Gone => false,
        }
    }

    /// True when it was asked to go and is not gone.
    pub const fn goes(&self) -> bool {
        match self.state {
            State::Draining | State::Stopping => true,
            State::Pulling
            | State::Starting
            | State::Running
            | State::BackOff
            | State::Broken
            | State::Gone => false,
        }
    }
}

impl Instance {
    /// An instance of `service` in `pool` that does not listen yet.
    pub const fn new(service: u8, pool: u8, workers: u16, limit: u32, shares: bool, series: u16) -> Self {
        Self {
            busy: 0,
            workers,
            waiting: 0,
            limit,
            head: NONE,
            tail: NONE,
            service,
            pool,
            accepts: false,
            shares,
            plain: false,
            series,
        }
    }
}
