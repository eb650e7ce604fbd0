//! A small model of a pool, simulated request by request: how long its requests wait.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::lengths::Lengths;
use crate::engine::dist::upper_quantile;
use crate::engine::{Chance, Stream, exponential};
use crate::scenario::Balancer;

/// Requests of a model that are counted, and those before them that fill it.
const COUNTED: u64 = 60_000;
const FILLING: u64 = 3_000;

/// Parts of equal chance that a wait is told by.
const PARTS: usize = 32;

/// How a request waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wait {
    /// Which model says so, by number; 0 for none.
    pub model: u32,
    /// The chance that it waits for another to be done.
    pub chance: f64,
    /// Where it waits: the mean of each part of its waits, in units of the mean work, ascending; empty where none does.
    pub parts: Arc<[f64]>,
    /// The mean work, in seconds.
    pub unit_s: f64,
    /// What every request waits besides, for the backlog, in seconds.
    pub backlog_s: f64,
    /// The chance that it finds the queue full.
    pub full: f64,
    /// The chance that an instance has nothing to do.
    pub idle: f64,
}

impl Wait {
    /// Nothing to do: nobody waits.
    pub fn none() -> Self {
        Self { idle: 1.0, ..Self::default() }
    }

    /// The mean wait of those that wait for another, in seconds.
    pub fn mean_s(&self) -> f64 {
        self.parts.iter().sum::<f64>() / self.parts.len().max(1) as f64 * self.unit_s
    }

    /// Waits of equal chance of those that wait for another, in nanoseconds.
    pub fn lengths(&self) -> impl Iterator<Item = u64> + '_ {
        self.parts.iter().map(|part| (part * self.unit_s * 1e9 + 0.5) as u64)
    }
}

/// Requests whose work is of one kind.
#[derive(Clone, Debug)]
pub(super) struct Portion {
    /// How many they are, in any unit.
    pub weight: f64,
    /// Their work over that of the service.
    pub factor: f64,
    /// How long their calls hold their worker besides.
    pub calls: Lengths,
}

impl Portion {
    /// The mean of what their calls take, in seconds.
    pub fn calls_s(&self) -> f64 {
        self.calls.mean() / 1e9
    }
}

/// A pool, and how requests come to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub workers: u32,
    pub queue: u32,
    pub balancer: Balancer,
    pub proxies: u32,
    pub instances: f64,
}

/// A part of a pool that is simulated request by request. Its time is in units of the mean work.
pub(super) struct Model<'a> {
    pub station: Station,
    pub instances: usize,
    pub busy: f64,
    /// The work at full speed in units of its mean, each part as likely, and that mean in nanoseconds.
    pub work: &'a [f64],
    pub unit: f64,
    pub mix: &'a [Portion],
}

/// An instance of a model: when each worker is free, and when each request that it has is done.
#[derive(Clone, Default)]
struct Place {
    free: BinaryHeap<Reverse<u64>>,
    done: BinaryHeap<Reverse<u64>>,
}

/// Number of the draw of what calls take; those of a balancer's choices are below.
const CALLS: u64 = 1_000;

/// Parts of a unit of time: whole numbers keep the order of events exact.
const TICKS: f64 = 1e9;

impl Place {
    /// How many requests it has at a time.
    fn load(&mut self, now: u64) -> usize {
        while self.done.peek().is_some_and(|done| done.0 <= now) {
            self.done.pop();
        }
        self.done.len()
    }
}

impl Model<'_> {
    /// Runs it.
    pub fn run(&self) -> Wait {
        let draws = Chance::new(0).stream("waiting", 0);
        let workers = self.station.workers as usize;
        let place = Place { free: vec![Reverse(0); workers].into(), done: BinaryHeap::new() };
        let choices = match self.station.balancer {
            Balancer::LeastRequest { choices: 0, .. } => self.instances,
            Balancer::LeastRequest { choices, .. } => choices as usize,
            Balancer::RoundRobin
            | Balancer::Random
            | Balancer::RingHash { .. }
            | Balancer::Maglev { .. }
            | Balancer::PeakEwma { .. } => 1,
        };
        // Instances that get requests by turns or by chance do not depend on each other: one of them is enough.
        let mut places = vec![place; if choices > 1 { self.instances } else { 1 }];
        let mut arrivals = Arrivals::new(self, places.len(), draws.child(0));
        let total: f64 = self.mix.iter().map(|portion| portion.weight).sum();
        let (works, unit) = (self.work, self.unit);
        let held = |portion: &Portion| portion.weight * (portion.factor + portion.calls.mean() / unit);
        let mean: f64 = self.mix.iter().map(held).sum::<f64>() / total;
        let (mut waits, mut full, mut idle) = (Vec::new(), 0, 0);
        for number in 0..FILLING + COUNTED {
            let now = arrivals.next();
            let draw = draws.child(1).child(number);
            let chosen = choose(&mut places, choices, now, draw);
            let counts = number >= FILLING;
            let place = &mut places[chosen];
            let load = place.load(now);
            idle += u64::from(counts && load == 0);
            if load >= workers + self.station.queue as usize {
                full += u64::from(counts);
                continue;
            }
            let portion = self.portion(draw.unit(1) * total);
            let mut work = works[draw.below(0, works.len() as u64) as usize] * portion.factor;
            if !portion.calls.is_zero() {
                work += portion.calls.at(draw.bits(CALLS)) as f64 / unit;
            }
            let begins = place.free.pop().map_or(now, |free| free.0.max(now));
            let ends = begins + (work / mean * TICKS) as u64;
            place.free.push(Reverse(ends));
            place.done.push(Reverse(ends));
            if counts && begins > now {
                waits.push((begins - now) as f64 / TICKS);
            }
        }
        waits.sort_by(f64::total_cmp);
        let of_all = |count: u64| count as f64 / COUNTED as f64;
        let chance = of_all(waits.len() as u64);
        let part = |part: usize| {
            let these = &waits[part * waits.len() / PARTS..(part + 1) * waits.len() / PARTS];
            these.iter().sum::<f64>() / these.len().max(1) as f64
        };
        let parts: Arc<[f64]> =
            if waits.len() < PARTS { Arc::default() } else { (0..PARTS).map(part).collect() };
        let chance = if parts.is_empty() { 0.0 } else { chance };
        Wait { model: 0, chance, parts, unit_s: 1.0, backlog_s: 0.0, full: of_all(full), idle: of_all(idle) }
    }

    /// The portion at a place among the weights.
    fn portion(&self, mut at: f64) -> &Portion {
        for portion in self.mix {
            if at < portion.weight {
                return portion;
            }
            at -= portion.weight;
        }
        &self.mix[self.mix.len() - 1]
    }
}

/// The instance that gets a request: of those drawn the one that has fewest, the first of equals.
fn choose(places: &mut [Place], choices: usize, now: u64, draw: Stream) -> usize {
    if places.len() == 1 {
        return 0;
    }
    let drawn = (0..choices as u64).map(|choice| draw.below(2 + choice, places.len() as u64) as usize);
    let drawn: Vec<usize> =
        if choices >= places.len() { (0..places.len()).collect() } else { drawn.collect() };
    drawn.into_iter().min_by_key(|place| places[*place].load(now)).unwrap_or(0)
}

/// When requests come: to all instances of a model by chance, or to one of those that get them by turns.
struct Arrivals {
    /// When the next of each stream comes.
    next: Vec<u64>,
    /// The mean gap of a stream.
    gap: f64,
    /// How many of a stream's requests go elsewhere between two: one fewer than instances that take turns.
    turns: f64,
    draws: Stream,
    index: u64,
}

impl Arrivals {
    fn new(model: &Model<'_>, places: usize, draws: Stream) -> Self {
        let rate = model.busy * f64::from(model.station.workers) * places as f64;
        let by_turns = model.station.balancer == Balancer::RoundRobin;
        let streams = if by_turns { model.station.proxies.max(1) } else { 1 };
        let turns = if by_turns { model.station.instances.max(1.0) } else { 1.0 };
        let gap = f64::from(streams) / rate;
        // Streams begin anywhere in a gap.
        let next = (0..u64::from(streams)).map(|stream| (draws.child(1).unit(stream) * gap * TICKS) as u64);
        Self { next: next.collect(), gap, turns, draws, index: 0 }
    }

    fn next(&mut self) -> u64 {
        let (stream, now) = self.next.iter().copied().enumerate().min_by_key(|(_, at)| *at).unwrap_or((0, 0));
        self.index += 1;
        let bits = self.draws.bits(self.index);
        let gap = if self.turns < 1.5 { exponential(bits) } else { erlang(self.turns, bits) };
        self.next[stream] = now + (gap * self.gap * TICKS) as u64 + 1;
        now
    }
}

/// The mean of so many exponentials, over its own mean: Wilson and Hilferty's cube (PNAS 17, 1931).
fn erlang(of: f64, bits: u64) -> f64 {
    let share = ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0);
    let z = if share < 0.5 { -upper_quantile(share) } else { upper_quantile(1.0 - share) };
    let root = (1.0 - 1.0 / (9.0 * of) + z / (3.0 * libm::sqrt(of))).max(0.0);
    root * root * root
}
