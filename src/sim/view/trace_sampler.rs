//! The trace sampler: a bounded sample of how users' tries ended, for screens. It is off unless asked for. Which tries it
//! keeps depends on the user and the time alone, so that a run that is rewound shows the same ones. It decides nothing, and
//! nothing of it enters the digest.

mod sampling;

use super::termination::Termination;
use crate::engine::{Span, Stream, Time};
use crate::sim::recorder::Ending;
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::{Cause, Pool};
use std::collections::VecDeque;

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

impl Outcome {
    /// That of an ending.
    pub(in crate::sim) const fn of(ending: Ending) -> Self {
        match ending {
            Ending::Succeeded => Self::Answered,
            Ending::Failed => Self::Failed,
            Ending::Rejected => Self::Rejected,
            Ending::TimedOut => Self::TimedOut,
        }
    }
}

/// One try of one user's request that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampledTry {
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

impl SampledTry {
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

/// Requests of one second that ended alike, where they are drawn as counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlikeEnds {
    /// Which second of the run.
    pub second: u64,
    /// Pool that they were sent to.
    pub pool: Pool,
    /// Position of the requests' kind.
    pub kind: u8,
    /// How they ended.
    pub outcome: Outcome,
    /// How many.
    pub count: u64,
}

/// The samples.
#[derive(Clone, Debug)]
pub(in crate::sim) struct TraceSampler {
    samples: Vec<VecDeque<SampledTry>>,
    failures: VecDeque<SampledTry>,
    seconds: VecDeque<Second>,
    failed_alike: VecDeque<AlikeEnds>,
    /// Instances that were asked to go.
    pub terminations: Vec<Termination>,
}

impl TraceSampler {
    fn new() -> Self {
        Self {
            samples: vec![VecDeque::new(); LEVELS],
            failures: VecDeque::new(),
            seconds: VecDeque::new(),
            failed_alike: VecDeque::new(),
            terminations: Vec::new(),
        }
    }

    /// Takes in the end of one try.
    #[inline(never)]
    pub fn sample(&mut self, now: Time, hop: &Hop, ending: Ending, goes_on: bool) {
        let outcome = Outcome::of(ending);
        let failed = outcome != Outcome::Answered;
        let sampled = SampledTry {
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
        self.count(&sampled);
        if failed && !sampled.mirrored {
            keep(&mut self.failures, FAILURES, sampled);
        }
        let deepest = (sampled.request.trailing_zeros() as usize).min(LEVELS - 1);
        for sample in &mut self.samples[..=deepest] {
            keep(sample, KEPT, sampled);
        }
    }

    /// Takes in requests that ended alike, or copies of them. There are no samples of them.
    pub fn count_many(&mut self, ends: AlikeEnds, mirrored: bool) {
        let Some(last) = self.counting(ends.second) else { return };
        let (pool, count) = (ends.pool.index(), u32::try_from(ends.count).unwrap_or(u32::MAX));
        if mirrored {
            last.mirrored[pool] = last.mirrored[pool].saturating_add(count);
            return;
        }
        last.ended[pool] = last.ended[pool].saturating_add(count);
        if ends.outcome != Outcome::Answered {
            last.failed[pool] = last.failed[pool].saturating_add(count);
            keep(&mut self.failed_alike, FAILURES, ends);
        }
    }

    /// The counts of a second.
    fn counting(&mut self, second: u64) -> Option<&mut Second> {
        if self.seconds.back().is_none_or(|last| last.second != second) {
            keep(&mut self.seconds, SECONDS, Second { second, ..Second::default() });
        }
        self.seconds.back_mut()
    }

    fn count(&mut self, sampled: &SampledTry) {
        let Some(last) = self.counting(sampled.at.0 / Span::from_secs(1).0) else { return };
        let pool = sampled.pool.index();
        if sampled.mirrored {
            last.mirrored[pool] += 1;
            return;
        }
        last.ended[pool] += 1;
        last.failed[pool] += u32::from(sampled.failed());
        last.retries[pool] += u32::from(sampled.attempt > 0);
    }
}

fn keep<T>(ring: &mut VecDeque<T>, most: usize, item: T) {
    if ring.len() == most {
        ring.pop_front();
    }
    ring.push_back(item);
}
