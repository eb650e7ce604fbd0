//! The trace sampler: a bounded sample of how users' tries ended, for screens. It is off unless asked for. Which tries it
//! keeps depends on the user and the time alone, so that a run that is rewound shows the same ones. It decides nothing, and
//! nothing of it enters the digest.

use std::collections::VecDeque;

use super::termination::Termination;
use crate::engine::{Span, Stream, Time};
use crate::sim::recorder::Ending;
use crate::sim::request::{Hop, NONE, mark};
use crate::sim::simulation::Simulation;
use crate::sim::{Cause, Pool};

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

/// The samples.
#[derive(Clone, Debug)]
pub(in crate::sim) struct TraceSampler {
    samples: Vec<VecDeque<SampledTry>>,
    failures: VecDeque<SampledTry>,
    seconds: VecDeque<Second>,
    /// Instances that were asked to go.
    pub terminations: Vec<Termination>,
}

impl TraceSampler {
    fn new() -> Self {
        Self {
            samples: vec![VecDeque::new(); LEVELS],
            failures: VecDeque::new(),
            seconds: VecDeque::new(),
            terminations: Vec::new(),
        }
    }

    /// Takes in the end of one try.
    #[inline(never)]
    pub fn sample(&mut self, now: Time, hop: &Hop, ending: Ending, goes_on: bool) {
        let outcome = match ending {
            Ending::Succeeded => Outcome::Answered,
            Ending::Failed => Outcome::Failed,
            Ending::Rejected => Outcome::Rejected,
            Ending::TimedOut => Outcome::TimedOut,
        };
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

    fn count(&mut self, sampled: &SampledTry) {
        let second = sampled.at.0 / Span::from_secs(1).0;
        if self.seconds.back().is_none_or(|last| last.second != second) {
            keep(&mut self.seconds, SECONDS, Second { second, ..Second::default() });
        }
        let Some(last) = self.seconds.back_mut() else { return };
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

impl Simulation {
    /// Turns the trace sampler on: from now on it keeps a sample of users' tries. The run itself does not change.
    pub fn sample_traces(&mut self) {
        self.recorder.trace_sampler.get_or_insert_with(|| Box::new(TraceSampler::new()));
    }

    /// Tries that ended after `since`, oldest first, and of how many each is one: the largest sample that reaches back
    /// as far. Empty while the sampler is off.
    pub fn sampled_tries(&self, since: Time) -> (u32, Vec<SampledTry>) {
        let Some(sampler) = &self.recorder.trace_sampler else { return (1, Vec::new()) };
        let reaches = |sample: &VecDeque<SampledTry>| {
            sample.len() < KEPT || sample.front().is_some_and(|first| first.at <= since)
        };
        let level = sampler.samples.iter().position(reaches).unwrap_or(LEVELS - 1);
        let sample = &sampler.samples[level];
        let from = sample.partition_point(|sampled| sampled.at <= since);
        (1 << level, sample.range(from..).copied().collect())
    }

    /// The tries that failed last, oldest first. Empty while the sampler is off.
    pub fn failures(&self) -> impl DoubleEndedIterator<Item = &SampledTry> {
        self.recorder.trace_sampler.iter().flat_map(|sampler| &sampler.failures)
    }

    /// What ended in each of the last seconds in which anything did, oldest first. Empty while the sampler is off.
    pub fn seconds(&self) -> impl DoubleEndedIterator<Item = &Second> {
        self.recorder.trace_sampler.iter().flat_map(|sampler| &sampler.seconds)
    }

    /// Number of the instance that a try came to, within its service and from 1, as facts say it; `None` when it came to none.
    pub fn instance_of(&self, sampled: &SampledTry) -> Option<u32> {
        (sampled.instance != NONE).then(|| self.cluster.status[sampled.instance as usize].number)
    }

    /// Remembers the end of a try that is followed by another, or that nobody waited for.
    pub(in crate::sim) fn sample_try(&mut self, hop: &Hop, ending: Ending, goes_on: bool) {
        if let Some(sampler) = &mut self.recorder.trace_sampler {
            sampler.sample(self.now, hop, ending, goes_on);
        }
    }

    /// Why the routes of today send a try where it went: the rule that matches it, from 0, or its place among 10,000
    /// that the weights are dealt over. `None` when they would send it elsewhere, or to all alike.
    pub fn route_reason(&self, sampled: &SampledTry) -> Option<RouteReason> {
        let here = usize::from(self.world.target);
        let proxies = &self.routing.proxies[here];
        let which =
            Stream::from_key(sampled.luck).below(crate::sim::proxy::draw::PROXY, proxies.len() as u64);
        let route = &self.routing.routes[usize::from(proxies[which as usize].route)];
        let who = (sampled.user, sampled.cohort, sampled.kind);
        let kept = self.routing.kept.has(sampled.user);
        route.reason(who, (sampled.luck, self.draws.salt), kept, sampled.pool)
    }
}

/// Why a route sends a request to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteReason {
    /// The rule at this position matches it.
    Rule(usize),
    /// Its place among 10,000 falls into the pool's part; by the user's hash when `sticky`, else by luck.
    Place {
        /// From 0.
        place: u32,
        /// Whether the user stays.
        sticky: bool,
    },
    /// The user has come to the candidate before, and stays on it.
    Kept,
    /// Everything goes there.
    Only,
    /// All instances alike, whatever their pool.
    Everywhere,
}
