//! What all engines share: the workloads, their draws, and what is counted.

use std::collections::VecDeque;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Exp1, LogNormal};

/// A workload: so many servers, the rate of arrivals, and the law of the work.
#[derive(Clone, Copy)]
pub struct Workload {
    pub servers: usize,
    pub rate_per_s: f64,
    pub is_fleet: bool,
}

impl Workload {
    /// W1: one server, exponential work of 1 ms on average, at 0.9 of its capacity.
    pub const SINGLE: Self = Self { servers: 1, rate_per_s: 900.0, is_fleet: false };
    /// W2: 100 servers behind power of two choices, lognormal work of mean 10 ms and coefficient of variation 1.5, 0.1 % errors, at
    /// 0.8 of their capacity; a tenth of them have a second release.
    pub const FLEET: Self = Self { servers: 100, rate_per_s: 8000.0, is_fleet: true };
}

/// Buckets of the histogram in each doubling, as a power of two.
const FINE: u32 = 7;

/// What was counted of one release.
#[derive(Clone)]
struct Counts {
    requests: u64,
    errors: u64,
    buckets: Vec<u64>,
}

/// What was counted of all.
#[derive(Clone, Default)]
pub struct Totals {
    pub requests: u64,
    sum_ns: u64,
    releases: Vec<Counts>,
}

impl Totals {
    pub fn mean_ms(&self) -> f64 {
        self.sum_ns as f64 / self.requests as f64 / 1e6
    }

    pub fn p99_ms(&self) -> f64 {
        let wanted = (self.requests as f64 * 0.99) as u64;
        let mut below = 0;
        let in_bucket =
            |bucket: usize| self.releases.iter().map(|counts| counts.buckets[bucket]).sum::<u64>();
        let bucket = (0..35 << FINE).find(|bucket| {
            below += in_bucket(*bucket);
            below > wanted
        });
        let bucket = bucket.unwrap_or(0);
        let shift = (bucket >> FINE).saturating_sub(1);
        (((bucket - (shift << FINE)) as u64) << shift) as f64 / 1e6
    }
}

/// The state of a workload, apart from what is due.
pub struct World {
    pub workload: Workload,
    pub left: u64,
    pub totals: Totals,
    /// When each request in each server came, the one that is served first.
    pub servers: Vec<VecDeque<u64>>,
    rng: SmallRng,
    work: LogNormal<f64>,
}

impl World {
    pub fn new(workload: Workload, requests: u64) -> Self {
        let variance = (1.0f64 + 1.5 * 1.5).ln();
        let counts = Counts { requests: 0, errors: 0, buckets: vec![0; 35 << FINE] };
        Self {
            workload,
            left: requests,
            totals: Totals { releases: vec![counts; 2], ..Totals::default() },
            servers: vec![VecDeque::new(); workload.servers],
            rng: SmallRng::seed_from_u64(1),
            work: LogNormal::new(0.01f64.ln() - variance / 2.0, variance.sqrt()).expect("a law"),
        }
    }

    /// Nanoseconds to the next arrival.
    pub fn gap(&mut self) -> u64 {
        let unit: f64 = Exp1.sample(&mut self.rng);
        (unit / self.workload.rate_per_s * 1e9) as u64
    }

    /// Nanoseconds of work.
    pub fn work(&mut self) -> u64 {
        if self.workload.is_fleet {
            return (self.work.sample(&mut self.rng) * 1e9) as u64;
        }
        let unit: f64 = Exp1.sample(&mut self.rng);
        (unit * 1e6) as u64
    }

    /// The better of two different servers, by `load`; the first of equals.
    pub fn choose(&mut self, load: impl Fn(usize) -> usize) -> usize {
        let count = self.workload.servers;
        if count == 1 {
            return 0;
        }
        let first = self.rng.random_range(0..count);
        let other = self.rng.random_range(0..count - 1);
        let second = other + usize::from(other >= first);
        if load(second) < load(first) { second } else { first }
    }

    /// Counts an answer.
    pub fn count(&mut self, server: usize, nanos: u64) {
        let fails = self.workload.is_fleet && self.rng.random::<f64>() < 0.001;
        self.totals.requests += 1;
        self.totals.sum_ns += nanos;
        let counts = &mut self.totals.releases[usize::from(server < self.workload.servers / 10)];
        counts.requests += 1;
        counts.errors += u64::from(fails);
        let shift = u64::BITS - 1 - FINE - (nanos | 1 << FINE).leading_zeros();
        counts.buckets[((shift as usize) << FINE) + (nanos >> shift) as usize] += 1;
    }

    /// A request comes: its server, and its work when it is served at once.
    pub fn arrive(&mut self, now: u64) -> (usize, Option<u64>) {
        self.left -= 1;
        let servers = std::mem::take(&mut self.servers);
        let server = self.choose(|server| servers[server].len());
        self.servers = servers;
        self.servers[server].push_back(now);
        let served = self.servers[server].len() == 1;
        (server, served.then(|| self.work()))
    }

    /// A server is done with a request: the work of the next, if one waits.
    pub fn done(&mut self, server: usize, now: u64) -> Option<u64> {
        if let Some(arrived) = self.servers[server].pop_front() {
            self.count(server, now - arrived);
        }
        (!self.servers[server].is_empty()).then(|| self.work())
    }
}
