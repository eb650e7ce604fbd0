//! The reference workloads as hand-written loops, which the simulator's speed is compared with.
//!
//! They are event loops with an event list, queues and the same outputs: a histogram of latencies for each release, requests,
//! errors, and the counters at each scrape. They know in advance what a general simulator must look up at every step: the
//! service, its calls, the timeouts. Events and draws are as fast as possible: the engine's own draws with one stream for each
//! purpose, and a 4-ary heap of single words whose top is replaced when one event schedules another.

mod heap;

use std::collections::VecDeque;

use heap::Heap;

use super::workload::{FLEET_ERRORS, SCRAPE, Workload};
use crate::engine::{Chance, Sampler, Span, Stream, exponential};

/// Buckets per doubling in the histogram, as a power of two: as fine as [`crate::engine::Tally`].
const FINE: u32 = 7;
/// Buckets for latencies up to 18 minutes.
const BUCKETS: usize = 35 << FINE;

/// The counts of one release.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Requests answered.
    pub requests: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// All latencies of requests answered well, in nanoseconds.
    pub sum_ns: u64,
    buckets: Vec<u64>,
}

/// The result of a hand-written loop.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The counts of each release.
    pub releases: Vec<Counts>,
    /// Requests, errors and latencies of each release at each scrape.
    pub scrapes: Vec<[u64; 3]>,
    /// Requests that arrived.
    pub arrived: u64,
}

impl Counts {
    fn new() -> Self {
        Self { requests: 0, errors: 0, sum_ns: 0, buckets: vec![0; BUCKETS] }
    }

    #[inline]
    fn count(&mut self, nanos: u64, fails: bool) {
        self.requests += 1;
        if fails {
            self.errors += 1;
            return;
        }
        self.sum_ns += nanos;
        let shift = u64::BITS - 1 - FINE - (nanos | 1 << FINE).leading_zeros();
        let bucket = ((shift as usize) << FINE) + (nanos >> shift) as usize;
        self.buckets[bucket.min(BUCKETS - 1)] += 1;
    }
}

impl Outcome {
    fn new(releases: usize) -> Self {
        Self { releases: vec![Counts::new(); releases], scrapes: Vec::new(), arrived: 0 }
    }

    fn scrape(&mut self) {
        let rows = self.releases.iter().map(|counts| [counts.requests, counts.errors, counts.sum_ns]);
        self.scrapes.extend(rows);
    }

    /// Mean latency of successful requests.
    pub fn mean(&self) -> Span {
        let sum: u64 = self.releases.iter().map(|counts| counts.sum_ns).sum();
        let well: u64 = self.releases.iter().map(|counts| counts.requests - counts.errors).sum();
        Span(sum / well.max(1))
    }

    /// The latency below which `share` of the successful requests lie, exact to one part in 128.
    pub fn quantile(&self, share: f64) -> Span {
        let count_in = |bucket: usize| self.releases.iter().map(|counts| counts.buckets[bucket]).sum::<u64>();
        let all: u64 = (0..BUCKETS).map(count_in).sum();
        let wanted = (all as f64 * share) as u64;
        let mut below = 0;
        let bucket = (0..BUCKETS).find(|bucket| {
            below += count_in(*bucket);
            below > wanted
        });
        let bucket = bucket.unwrap_or(0);
        let shift = (bucket >> FINE).saturating_sub(1);
        Span(((bucket - (shift << FINE)) as u64) << shift)
    }
}

/// Arrivals with exponential gaps.
struct Gaps {
    draws: Stream,
    mean_ns: f64,
    index: u64,
}

impl Gaps {
    fn new(chance: Chance, workload: Workload) -> Self {
        Self { draws: chance.stream("arrivals", 0), mean_ns: 1e9 / workload.rate().hertz(), index: 0 }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.index += 1;
        (exponential(self.draws.bits(self.index)) * self.mean_ns + 0.5) as u64
    }
}

/// W1: one server. The event list holds the next arrival and, while the server is busy, the next departure.
pub fn single(requests: u64, seed: u64) -> Outcome {
    const ARRIVAL: u64 = 0;
    const DEPARTURE: u64 = 1;
    let workload = Workload::Single;
    let chance = Chance::new(seed);
    let (mut gaps, work, sampler) =
        (Gaps::new(chance, workload), chance.stream("work", 0), workload.work().sampler());
    let horizon = workload.lasts(requests).0;
    let mut next_scrape = SCRAPE.0;
    let mut served = 0;
    let mut work = || {
        served += 1;
        sampler.at(work.bits(served)).0
    };
    let mut outcome = Outcome::new(1);
    let mut waiting: VecDeque<u64> = VecDeque::new();
    let mut events = Heap::new();
    events.push(gaps.next() << 1 | ARRIVAL);
    while let Some(event) = events.first() {
        let now = event >> 1;
        if now > horizon {
            break;
        }
        while now > next_scrape {
            outcome.scrape();
            next_scrape += SCRAPE.0;
        }
        if event & 1 == ARRIVAL {
            outcome.arrived += 1;
            waiting.push_back(now);
            events.replace_first((now + gaps.next()) << 1 | ARRIVAL);
            if waiting.len() == 1 {
                events.push((now + work()) << 1 | DEPARTURE);
            }
        } else if let Some(arrived) = waiting.pop_front() {
            outcome.releases[0].count(now - arrived, false);
            if waiting.is_empty() {
                events.pop();
            } else {
                events.replace_first((now + work()) << 1 | DEPARTURE);
            }
        }
    }
    outcome
}

/// The random streams of the fleet.
struct FleetDraws {
    choices: Stream,
    work: Stream,
    errors: Stream,
    sampler: Sampler,
    fails_below: u64,
}

/// W2: a fleet of `servers`, the first tenth with the second release. The event list holds the departures; the next arrival is
/// kept beside it.
pub fn fleet(servers: u32, requests: u64, seed: u64) -> Outcome {
    let workload = Workload::Fleet { servers };
    let chance = Chance::new(seed);
    let mut gaps = Gaps::new(chance, workload);
    let draws = FleetDraws {
        choices: chance.stream("choices", 0),
        work: chance.stream("work", 0),
        errors: chance.stream("errors", 0),
        sampler: workload.work().sampler(),
        fails_below: FLEET_ERRORS.threshold(),
    };
    let horizon = workload.lasts(requests).0;
    let mut outcome = Outcome::new(2);
    let mut fleet = vec![VecDeque::<(u64, u64)>::new(); servers as usize];
    let bits = servers.next_power_of_two().trailing_zeros();
    let mut departures = Heap::new();
    let mut arrival = gaps.next();
    let mut until = 0;
    while until < horizon {
        until = (until + SCRAPE.0).min(horizon);
        loop {
            let departure = departures.first().unwrap_or(u64::MAX);
            let now = arrival.min(departure >> bits);
            if now > until {
                break;
            }
            if now == arrival {
                let number = outcome.arrived;
                outcome.arrived += 1;
                arrival = now + gaps.next();
                let chosen = better_of_two(&fleet, draws.choices.bits(number));
                let queue = &mut fleet[chosen];
                queue.push_back((now, number));
                if queue.len() == 1 {
                    let work = draws.sampler.at(draws.work.bits(number)).0;
                    departures.push((now + work) << bits | chosen as u64);
                }
                continue;
            }
            let server = (departure & ((1 << bits) - 1)) as usize;
            let queue = &mut fleet[server];
            let Some((arrived, number)) = queue.pop_front() else { continue };
            match queue.front() {
                Some((_, next)) => {
                    let work = draws.sampler.at(draws.work.bits(*next)).0;
                    departures.replace_first((now + work) << bits | server as u64);
                }
                None => departures.pop(),
            }
            let fails = draws.errors.bits(number) < draws.fails_below;
            let release = usize::from(server < servers as usize / 10);
            outcome.releases[release].count(now - arrived, fails);
        }
        outcome.scrape();
    }
    outcome
}

/// The one of two different servers that has fewer requests; the first when they are equal.
#[inline]
fn better_of_two(fleet: &[VecDeque<(u64, u64)>], bits: u64) -> usize {
    let count = fleet.len() as u64;
    let first = (((bits >> 32) * count) >> 32) as usize;
    let other = (((bits & 0xffff_ffff) * (count - 1)) >> 32) as usize;
    let second = other + usize::from(other >= first);
    if fleet[second].len() < fleet[first].len() { second } else { first }
}
