//! The lens: a bounded memory of how users' tries ended, for screens that draw them. It is off unless asked for. Which
//! tries it keeps follows from who asked and when, so that a run that is rewound shows the same ones; nothing of it
//! decides anything, and nothing of it enters the digest.

use std::collections::VecDeque;

use super::departure::Departure;
use super::hop::{Hop, NONE, mark};
use super::recorder::Ending;
use super::simulation::Simulation;
use super::{Cause, Pool};
use crate::engine::{Span, Stream, Time};

/// How many samples there are: number `n` keeps one try in 2^n.
const LEVELS: usize = 13;

/// How many tries each sample keeps.
const KEPT: usize = 224;

/// How many failures are kept, whatever the samples keep.
const FAILURES: usize = 256;

/// How many seconds are counted.
const SECONDS: usize = 64;

/// How one try of a user's request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered well, as far as the client can tell.
    Answered,
    /// Answered with an error, or cut off (status 500).
    Failed,
    /// Turned away: a full queue, or no instance (status 503).
    Rejected,
    /// Given up by the client.
    TimedOut,
}

/// One try of one user's request that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// Tells the request from all others; its tries and copies share it.
    pub request: u64,
    /// When this try ended.
    pub at: Time,
    /// When the user first asked.
    pub first: Time,
    /// When this try came to the service.
    pub arrived: Time,
    /// When work on it began; not after `arrived` when none did.
    pub started: Time,
    /// Who asked.
    pub user: u32,
    /// Position of the user's cohort.
    pub cohort: u8,
    /// Position of the request's kind.
    pub kind: u8,
    /// Pool that it was sent to.
    pub pool: Pool,
    /// Which try, from 0.
    pub attempt: u8,
    /// Whether the client tries again after it.
    pub goes_on: bool,
    /// Whether it is a copy that nobody waited for.
    pub mirrored: bool,
    /// The flags that were on for it, one bit each, in the scenario's order.
    pub flags: u8,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether its answer was wrong though it looked right.
    pub wrong: bool,
    /// Why it failed, when it did. This is the truth, not what anybody saw.
    pub cause: Option<Cause>,
    /// Position of the instance among all.
    instance: u32,
    luck: u64,
}

impl Glimpse {
    /// A try that never was, to be drawn in tests and benchmarks.
    pub const fn example(request: u64, at: Time, cohort: u8, pool: Pool, outcome: Outcome) -> Self {
        Self {
            request,
            at,
            first: at,
            arrived: at,
            started: at,
            user: 0,
            cohort,
            kind: 0,
            pool,
            attempt: 0,
            goes_on: false,
            mirrored: false,
            flags: 0,
            outcome,
            wrong: false,
            cause: None,
            instance: NONE,
            luck: 0,
        }
    }

    /// From the user's asking to this end.
    pub const fn latency(&self) -> Span {
        self.at.since(self.first)
    }

    /// Whether it did not end well.
    pub fn failed(&self) -> bool {
        self.outcome != Outcome::Answered
    }
}

/// What ended in one second, by pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Which second of the run.
    pub second: u64,
    /// Tries that ended; copies are not among them.
    pub ended: [u32; 3],
    /// Of these, not well.
    pub failed: [u32; 3],
    /// Copies that ended.
    pub mirrored: [u32; 3],
    /// Tries after the first that ended.
    pub retries: [u32; 3],
}

/// What is remembered.
#[derive(Clone, Debug)]
pub(super) struct Lens {
    samples: Vec<VecDeque<Glimpse>>,
    failures: VecDeque<Glimpse>,
    seconds: VecDeque<Second>,
    /// Instances that were asked to go.
    pub departures: Vec<Departure>,
}

impl Lens {
    fn new() -> Self {
        Self {
            samples: vec![VecDeque::new(); LEVELS],
            failures: VecDeque::new(),
            seconds: VecDeque::new(),
            departures: Vec::new(),
        }
    }

    /// Takes in the end of one try.
    #[inline(never)]
    pub fn see(&mut self, now: Time, hop: &Hop, ending: Ending, goes_on: bool) {
        let outcome = match ending {
            Ending::Succeeded => Outcome::Answered,
            Ending::Failed => Outcome::Failed,
            Ending::Rejected => Outcome::Rejected,
            Ending::TimedOut => Outcome::TimedOut,
        };
        let failed = outcome != Outcome::Answered;
        let glimpse = Glimpse {
            request: Stream::from_key(hop.first.0 ^ u64::from(hop.user) << 40).bits(0),
            at: now,
            first: hop.first,
            arrived: hop.arrived,
            started: hop.started,
            user: hop.user,
            cohort: hop.cohort,
            kind: hop.kind,
            pool: Pool::ALL[usize::from(hop.pool)],
            attempt: hop.attempt,
            goes_on,
            mirrored: hop.is(mark::MIRROR),
            flags: hop.flags,
            outcome,
            wrong: hop.is(mark::WRONG),
            cause: failed.then_some(Cause::ALL[usize::from(hop.cause)]),
            instance: hop.instance,
            luck: hop.luck,
        };
        self.count(&glimpse);
        if failed && !glimpse.mirrored {
            keep(&mut self.failures, FAILURES, glimpse);
        }
        let deepest = (glimpse.request.trailing_zeros() as usize).min(LEVELS - 1);
        for sample in &mut self.samples[..=deepest] {
            keep(sample, KEPT, glimpse);
        }
    }

    fn count(&mut self, glimpse: &Glimpse) {
        let second = glimpse.at.0 / Span::from_secs(1).0;
        if self.seconds.back().is_none_or(|last| last.second != second) {
            keep(&mut self.seconds, SECONDS, Second { second, ..Second::default() });
        }
        let Some(last) = self.seconds.back_mut() else { return };
        let pool = glimpse.pool.index();
        if glimpse.mirrored {
            last.mirrored[pool] += 1;
            return;
        }
        last.ended[pool] += 1;
        last.failed[pool] += u32::from(glimpse.failed());
        last.retries[pool] += u32::from(glimpse.attempt > 0);
    }
}

fn keep<T>(ring: &mut VecDeque<T>, most: usize, item: T) {
    if ring.len() == most {
        ring.pop_front();
    }
    ring.push_back(item);
}

impl Simulation {
    /// Turns the lens on: from now on, how users' tries end is remembered for screens. What happens is the same with it.
    pub fn look_closely(&mut self) {
        self.recorder.lens.get_or_insert_with(|| Box::new(Lens::new()));
    }

    /// Tries that ended after `since`, oldest first, and of how many each is one: the largest sample that reaches back
    /// as far. Nothing without the lens.
    pub fn glimpses(&self, since: Time) -> (u32, Vec<Glimpse>) {
        let Some(lens) = &self.recorder.lens else { return (1, Vec::new()) };
        let reaches = |sample: &VecDeque<Glimpse>| {
            sample.len() < KEPT || sample.front().is_some_and(|first| first.at <= since)
        };
        let level = lens.samples.iter().position(reaches).unwrap_or(LEVELS - 1);
        let sample = &lens.samples[level];
        let from = sample.partition_point(|glimpse| glimpse.at <= since);
        (1 << level, sample.range(from..).copied().collect())
    }

    /// The tries that failed last, oldest first. Nothing without the lens.
    pub fn failures(&self) -> impl DoubleEndedIterator<Item = &Glimpse> {
        self.recorder.lens.iter().flat_map(|lens| &lens.failures)
    }

    /// All tries that are remembered of one request, copies included, in the order of their ends.
    pub fn tries_of(&self, request: u64) -> Vec<Glimpse> {
        let Some(lens) = &self.recorder.lens else { return Vec::new() };
        let kept = lens.samples.iter().chain(std::iter::once(&lens.failures)).flatten();
        let mut all: Vec<Glimpse> = kept.filter(|glimpse| glimpse.request == request).copied().collect();
        all.sort_by_key(|glimpse| (glimpse.at, glimpse.attempt, glimpse.mirrored, glimpse.pool));
        all.dedup();
        all
    }

    /// What ended in each of the last seconds in which anything did, oldest first. Nothing without the lens.
    pub fn seconds(&self) -> impl DoubleEndedIterator<Item = &Second> {
        self.recorder.lens.iter().flat_map(|lens| &lens.seconds)
    }

    /// Number of the instance that a try came to, within its service and from 1, as facts say it; `None` when it came to none.
    pub fn instance_of(&self, glimpse: &Glimpse) -> Option<u32> {
        (glimpse.instance != NONE).then(|| self.bodies[glimpse.instance as usize].number)
    }

    /// Remembers the end of a try that is followed by another, or that nobody waited for.
    pub(super) fn glimpse(&mut self, hop: &Hop, ending: Ending, goes_on: bool) {
        if let Some(lens) = &mut self.recorder.lens {
            lens.see(self.now, hop, ending, goes_on);
        }
    }

    /// Why the routes of today send a try where it went: the rule that matches it, from 0, or its place among 10,000
    /// that the weights are dealt over. `None` when they would send it elsewhere, or to all alike.
    pub fn reason_of(&self, glimpse: &Glimpse) -> Option<WayReason> {
        let here = usize::from(self.blueprint.target);
        let proxies = &self.proxies[here];
        let which = Stream::from_key(glimpse.luck).below(super::router::draw::PROXY, proxies.len() as u64);
        let route = &self.routes[usize::from(proxies[which as usize].route)];
        let who = (glimpse.user, glimpse.cohort, glimpse.kind);
        route.reason(who, glimpse.luck, self.salt, glimpse.pool)
    }
}

/// Why a route sends a request to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayReason {
    /// The rule at this position matches it.
    Rule(usize),
    /// Its place among 10,000 falls into the pool's part; by the user's hash when `sticky`, else by luck.
    Place {
        /// From 0.
        place: u32,
        /// Whether the user stays.
        sticky: bool,
    },
    /// Everything goes there.
    Only,
    /// All instances alike, whatever their pool.
    Everywhere,
}
