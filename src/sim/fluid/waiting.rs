//! How long a request waits for a worker: a small model of the pool is simulated request by request, once for each level of its load.
//!
//! Formulas for queues behind balancers miss by more than the mode may: of several proxies that take turns, Whitt's approximation of what
//! comes to one instance makes waits up to three times too long. So a part of the pool is run for some ten thousand requests, with the pool's
//! own law of work, the way its balancer chooses, and draws that are the same in every run. Utilisation and the mix of work are rounded, so that this
//! happens seldom.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use crate::engine::dist::upper_quantile;
use crate::engine::{Chance, Stream, exponential};
use crate::scenario::Balancer;

/// Utilisation is rounded to one part in so many.
const LEVELS: f64 = 100.0;

/// From this utilisation on the workers do not keep up, and what comes beyond that is a backlog.
pub(super) const KEEPS_UP: f64 = 0.97;

/// Requests of a model that are counted, and those before them that fill it.
const COUNTED: u64 = 30_000;
const FILLING: u64 = 3_000;

/// The most instances of a model.
const MOST_INSTANCES: f64 = 32.0;

/// Where so many times the square of the idle share are workers, nobody waits: the chance falls as in Halfin and Whitt's limit ("Heavy-traffic
/// limits for queues with many exponential servers", Operations Research 29, 1981), and is below one in a million.
const NOBODY_WAITS: f64 = 30.0;

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

/// A pool, and how requests come to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub workers: u32,
    pub queue: u32,
    pub balancer: Balancer,
    pub proxies: u32,
    pub instances: f64,
}

/// What a level of load comes to: the level, the instances of the model, and the mix of work.
type Key = (u32, u32, u64);

/// The models of one service that were run so far.
#[derive(Clone, Debug)]
pub(super) struct Models {
    /// The work at full speed in units of its mean, ascending, each part as likely.
    work: Arc<[f64]>,
    known: BTreeMap<Key, Wait>,
}

impl Models {
    /// No model has run; `work` is the work at full speed, each part as likely, in any unit.
    pub fn new(work: &[u64]) -> Self {
        let mean = work.iter().map(|work| *work as f64).sum::<f64>() / work.len().max(1) as f64;
        Self { work: work.iter().map(|work| *work as f64 / mean.max(1e-9)).collect(), known: BTreeMap::new() }
    }

    /// How requests wait at a utilisation of `busy`, when the factors on work have these weights, and the mean of all is `mean_s` seconds.
    pub fn wait(&mut self, station: &Station, busy: f64, mix: &[(f64, f64)], mean_s: f64) -> Wait {
        let level = (busy.min(KEEPS_UP) * LEVELS + 0.5) as u32;
        if level == 0 || mean_s <= 0.0 {
            return Wait::none();
        }
        let busy = f64::from(level) / LEVELS;
        let spare = f64::from(station.workers) * (1.0 - busy) * (1.0 - busy);
        if spare > NOBODY_WAITS {
            return Wait { idle: 0.0, ..Wait::none() };
        }
        let instances = station.instances.clamp(1.0, MOST_INSTANCES).round() as u32;
        let total: f64 = mix.iter().map(|(weight, _)| weight).sum();
        // Weights to a hundredth: what differs less makes no other wait.
        let rounded = |weight: f64| (weight / total * 100.0 + 0.5) as u64;
        let mixed = |key: Stream, (weight, factor): &(f64, f64)| {
            if rounded(*weight) == 0 { key } else { key.child(rounded(*weight)).child(factor.to_bits()) }
        };
        let key = mix.iter().fold(Stream::from_key(1), mixed).bits(0);
        let model = Model { station: *station, instances: instances as usize, busy, work: &self.work, mix };
        let number = self.known.len() as u32 + 1;
        let ran = || Wait { model: number, ..model.run() };
        Wait { unit_s: mean_s, ..self.known.entry((level, instances, key)).or_insert_with(ran).clone() }
    }
}

/// A length to about one part in thirty, for what grows all the time.
pub(super) fn coarse(value: f64) -> f64 {
    f64::from_bits((value.to_bits() + (1 << 46)) & !((1 << 47) - 1))
}

/// A part of a pool that is simulated request by request. Its time is in units of the mean work.
struct Model<'a> {
    station: Station,
    instances: usize,
    busy: f64,
    work: &'a [f64],
    mix: &'a [(f64, f64)],
}

/// An instance of a model: when each worker is free, and when each request that it has is done.
#[derive(Clone, Default)]
struct Place {
    free: BinaryHeap<Reverse<u64>>,
    done: BinaryHeap<Reverse<u64>>,
}

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
    fn run(&self) -> Wait {
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
        let total: f64 = self.mix.iter().map(|(weight, _)| weight).sum();
        let mean: f64 = self.mix.iter().map(|(weight, factor)| weight * factor).sum::<f64>() / total;
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
            let work =
                self.work[draw.below(0, self.work.len() as u64) as usize] * self.factor(draw.unit(1) * total);
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

    /// The factor at a place among the weights.
    fn factor(&self, mut at: f64) -> f64 {
        for (weight, factor) in self.mix {
            if at < *weight {
                return *factor;
            }
            at -= weight;
        }
        self.mix.last().map_or(1.0, |(_, factor)| *factor)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Dist, Span};

    fn station(workers: u32, balancer: Balancer) -> Station {
        Station { workers, queue: 1_000, balancer, proxies: 4, instances: 100.0 }
    }

    /// Mean wait, in units of the mean work.
    fn mean(station: &Station, busy: f64) -> f64 {
        let work = Dist::Exponential(Span::from_millis(10)).sampler();
        let work: Vec<u64> = (0..4096u64).map(|part| work.at((part << 52) + (1 << 51)).0).collect();
        let wait = Models::new(&work).wait(station, busy, &[(1.0, 1.0)], 1.0);
        wait.chance * wait.mean_s()
    }

    #[test]
    fn one_worker_chosen_at_random_waits_as_pollaczek_and_khinchine_say() {
        for busy in [0.2, 0.5, 0.6] {
            let (found, right) = (mean(&station(1, Balancer::Random), busy), busy / (1.0 - busy));
            assert!((found / right - 1.0).abs() < 0.08, "{busy}: {found} is not {right}");
        }
    }

    #[test]
    fn several_workers_wait_as_erlang_says() {
        // M/M/4 at 0.75: Erlang's C is 0.5094, so the mean wait is 0.5094 / (4 - 3).
        let found = mean(&station(4, Balancer::Random), 0.75);
        assert!((found / 0.5094 - 1.0).abs() < 0.12, "{found}");
    }

    #[test]
    fn the_better_of_two_waits_as_mitzenmacher_says() {
        // The number at one worker is above k with chance busy^(2^(k + 1) - 1).
        let balancer = Balancer::LeastRequest { choices: 2, with_replacement: true };
        let found = mean(&station(1, balancer), 0.8);
        let held: f64 = (1..12).map(|k| libm::pow(0.8, f64::from((1 << k) - 1))).sum();
        let right = held / 0.8 - 1.0;
        assert!((found / right - 1.0).abs() < 0.1, "{found} is not {right}");
    }

    #[test]
    fn turns_wait_less_than_chance_and_many_workers_not_at_all() {
        let [turns, chance] =
            [Balancer::RoundRobin, Balancer::Random].map(|balancer| mean(&station(2, balancer), 0.5));
        // An independent loop over 150,000 requests gave 0.13 for four proxies that take turns.
        assert!((turns / 0.1325 - 1.0).abs() < 0.1 && turns < chance / 2.0, "{turns} {chance}");
        assert_eq!(mean(&station(1_000, Balancer::Random), 0.5), 0.0);
    }
}
