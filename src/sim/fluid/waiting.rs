//! How long a request waits for a worker: a small model of the pool is simulated request by request, once for each level of its load.
//!
//! Formulas for queues behind balancers miss by more than the mode may: of several proxies that take turns, Whitt's approximation of what
//! comes to one instance makes waits up to three times too long. So a part of the pool is run for some hundred thousand requests, with the pool's
//! own law of work, the way its balancer chooses, and draws that are the same in every run. Utilisation and the mix of work are rounded, so that this
//! happens seldom.
#![expect(
    clippy::disallowed_types,
    reason = "models are shared by the runs of all threads, and are the same whichever asks first"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) use super::model::{Portion, Station, Wait};

use super::model::Model;
use crate::engine::Stream;
use crate::scenario::Balancer;

/// Utilisation is rounded to one part in so many.
const LEVELS: f64 = 100.0;

/// From this utilisation on the workers do not keep up, and what comes beyond that is a backlog.
pub(super) const KEEPS_UP: f64 = 0.97;

/// So many models are kept for all runs of the program; then they are forgotten.
const MOST_KEPT: usize = 20_000;

/// Models that some run of the program has run, by all that they are computed from: a model is a function of that, whoever asks first.
static KEPT: Mutex<BTreeMap<[u64; 4], Wait>> = Mutex::new(BTreeMap::new());

/// The most instances of a model.
const MOST_INSTANCES: f64 = 32.0;

/// Where so many times the square of the idle share are workers, nobody waits: the chance falls as in Halfin and Whitt's limit ("Heavy-traffic
/// limits for queues with many exponential servers", Operations Research 29, 1981), and is below one in a million.
const NOBODY_WAITS: f64 = 30.0;

/// What a level of load comes to: the level, the instances of the model, and the mix of work.
type Key = (u32, u32, u64);

/// The models of one service that were run so far.
#[derive(Clone, Debug)]
pub(super) struct Models {
    /// The work at full speed in units of its mean, ascending, each part as likely.
    work: Arc<[f64]>,
    /// That mean, in nanoseconds.
    mean: f64,
    /// What tells the work from that of other services.
    key: Stream,
    /// Its variance over the square of its mean.
    variation: f64,
    known: BTreeMap<Key, Wait>,
}

impl Models {
    /// No model has run; `work` is the work at full speed, each part as likely, in nanoseconds.
    pub fn new(work: &[u64]) -> Self {
        let mean = work.iter().map(|work| *work as f64).sum::<f64>() / work.len().max(1) as f64;
        let mean = mean.max(1e-9);
        let key = work.iter().fold(Stream::from_key(work.len() as u64), |key, work| key.child(*work));
        let work: Arc<[f64]> = work.iter().map(|work| *work as f64 / mean).collect();
        let squares = work.iter().map(|work| work * work).sum::<f64>();
        let variation = (squares / work.len().max(1) as f64 - 1.0).max(0.0);
        Self { work, mean, key, variation, known: BTreeMap::new() }
    }

    /// The variance of the work over the square of its mean.
    pub const fn variation(&self) -> f64 {
        self.variation
    }

    /// How requests wait at a utilisation of `busy`, when their work is of this mix, and each holds a worker for `mean_s` seconds on
    /// average.
    pub fn wait(&mut self, station: &Station, busy: f64, mix: &[Portion], mean_s: f64) -> Wait {
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
        let mix = rounded(mix);
        let mixed = |key: Stream, portion: &Portion| {
            let key = key.child(portion.weight as u64).child(portion.factor.to_bits());
            if portion.calls.is_zero() { key } else { key.child(portion.calls.key()) }
        };
        let key = mix.iter().fold(Stream::from_key(1), mixed).bits(0);
        let model = Model {
            station: *station,
            instances: instances as usize,
            busy,
            work: &self.work,
            unit: self.mean,
            mix: &mix,
        };
        let key = (level, instances, key);
        let wait = match self.known.get(&key) {
            Some(known) => known.clone(),
            None => {
                let wait = Wait { model: self.known.len() as u32 + 1, ..known_or_run(&model, self.key, key) };
                self.known.insert(key, wait.clone());
                wait
            }
        };
        Wait { unit_s: mean_s, ..wait }
    }
}

/// A mix with weights to a hundredth: what differs less makes no other wait. A model is then a function of what it is known by.
fn rounded(mix: &[Portion]) -> Vec<Portion> {
    let total: f64 = mix.iter().map(|portion| portion.weight).sum();
    let weight = |portion: &Portion| ((portion.weight / total * 100.0 + 0.5) as u64) as f64;
    let all = mix.iter().map(|portion| Portion { weight: weight(portion), ..portion.clone() });
    let all: Vec<Portion> = all.filter(|portion| portion.weight > 0.0).collect();
    if !all.is_empty() {
        return all;
    }
    let largest = mix.iter().max_by(|one, other| one.weight.total_cmp(&other.weight));
    largest.map(|portion| Portion { weight: 1.0, ..portion.clone() }).into_iter().collect()
}

/// A length to about one part in thirty, for what grows all the time.
pub(super) fn coarse(value: f64) -> f64 {
    f64::from_bits((value.to_bits() + (1 << 46)) & !((1 << 47) - 1))
}

/// What a model comes to, as some run of the program has found before, or by running it. `work` tells its work from others'.
fn known_or_run(model: &Model<'_>, work: Stream, (level, instances, mix): Key) -> Wait {
    let Station { workers, queue, balancer, proxies, instances: all } = model.station;
    let balancer = match balancer {
        Balancer::LeastRequest { choices, .. } => 1 + u64::from(choices),
        Balancer::RoundRobin => u64::MAX,
        Balancer::Random
        | Balancer::RingHash { .. }
        | Balancer::Maglev { .. }
        | Balancer::PeakEwma { .. } => 0,
    };
    // Only turns are told by how many instances there are beyond those of the model.
    let all = if balancer == u64::MAX { all.to_bits() } else { 0 };
    let station = work.child(u64::from(workers)).child(u64::from(queue)).child(u64::from(proxies));
    let station = station.child(balancer).child(all);
    let key = [station.bits(0), station.bits(1), u64::from(level) << 32 | u64::from(instances), mix];
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(wait) = kept().get(&key) {
        return wait.clone();
    }
    let wait = model.run();
    let mut kept = kept();
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, wait.clone());
    wait
}

#[cfg(test)]
mod tests {
    use super::super::lengths::Lengths;
    use super::*;
    use crate::engine::{Dist, Span};

    fn station(workers: u32, balancer: Balancer) -> Station {
        Station { workers, queue: 1_000, balancer, proxies: 4, instances: 100.0 }
    }

    /// Mean wait, in units of the mean work.
    fn mean(station: &Station, busy: f64) -> f64 {
        let work = Dist::Exponential(Span::from_millis(10)).sampler();
        let work: Vec<u64> = (0..4096u64).map(|part| work.at((part << 52) + (1 << 51)).0).collect();
        let mix = [Portion { weight: 1.0, factor: 1.0, calls: Lengths::default() }];
        let wait = Models::new(&work).wait(station, busy, &mix, 1.0);
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
