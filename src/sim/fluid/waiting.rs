//! How long a request waits for a worker where the workers keep up.
//!
//! The number of requests at an instance is a birth and death process whose births depend on how the balancer chooses: with the best of
//! `d` drawn, an instance with `k` requests gets a new one as often as the mean field of Mitzenmacher ("The power of two choices in
//! randomized load balancing", IEEE TPDS 2001) says. That holds for exponential work; Allen and Cunneen's factor, half the sum of the
//! squared coefficients of variation of arrivals and work, makes it hold nearly for other laws (Allen, Probability, Statistics, and Queueing
//! Theory, 1990, 5.5).

use crate::scenario::Balancer;

/// Utilisation is rounded to one part in so many, so that what is computed from it is computed seldom.
const LEVELS: f64 = 200.0;

/// From this utilisation on the workers do not keep up, and what comes beyond that is a backlog.
pub(super) const KEEPS_UP: f64 = 0.97;

/// More requests than these that wait at one instance are not told apart.
const MOST_WAITING: usize = 300;

/// How many rounds the mean field takes to settle; it halves its distance with each.
const ROUNDS: usize = 60;

/// A chance below this is none.
const NO_CHANCE: f64 = 1e-7;

/// How a request waits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Wait {
    /// The chance that it waits for another to be done.
    pub chance: f64,
    /// Mean of that wait where there is one, in seconds; it is exponential.
    pub mean_s: f64,
    /// What every request waits besides, for the backlog, in seconds.
    pub backlog_s: f64,
    /// The chance that it finds the queue full.
    pub full: f64,
    /// The chance that an instance has nothing to do.
    pub idle: f64,
}

/// An instance, and how requests come to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub workers: u32,
    pub queue: u32,
    pub balancer: Balancer,
    pub proxies: u32,
    pub instances: f64,
}

/// How requests wait at a utilisation of `busy`, when work has this mean in seconds and this mean square.
pub(super) fn wait(station: &Station, busy: f64, [mean_s, square]: [f64; 2]) -> Wait {
    let busy = (busy.min(KEEPS_UP) * LEVELS + 0.5) as u32 as f64 / LEVELS;
    if busy <= 0.0 || mean_s <= 0.0 {
        return Wait { idle: 1.0, ..Wait::default() };
    }
    let workers = station.workers as usize;
    let most = workers + (station.queue as usize).min(MOST_WAITING);
    let choices = match station.balancer {
        Balancer::LeastRequest { choices: 0, .. } => station.instances.clamp(1.0, 16.0) as i32,
        Balancer::LeastRequest { choices, .. } => choices.min(16) as i32,
        Balancer::RoundRobin
        | Balancer::Random
        | Balancer::RingHash { .. }
        | Balancer::Maglev { .. }
        | Balancer::PeakEwma { .. } => 1,
    };
    let per_worker = busy * workers as f64;
    let held = held(per_worker, workers, most, choices);
    let tails = tails_of(&held);
    let full = power(tails[most], choices);
    let chance = power(tails[workers], choices) - full;
    let queued: f64 = tails[workers + 1..].iter().sum();
    let idle = held[0];
    if chance < NO_CHANCE {
        return Wait { full: if full < NO_CHANCE { 0.0 } else { full }, idle, ..Wait::default() };
    }
    let variation = (square / (mean_s * mean_s) - 1.0).max(0.0);
    let arrivals = spacing(station, busy);
    let factor = (arrivals + variation) / 2.0 * evenness(arrivals, variation, busy);
    // Little's law: those that wait, over how often one comes; in units of the mean work.
    let mean = queued / per_worker * mean_s * factor;
    let round = |value: f64| if value > 0.0 { rounded(value) } else { 0.0 };
    let full = if full < NO_CHANCE { 0.0 } else { full };
    Wait { chance: round(chance), mean_s: round(mean / chance), backlog_s: 0.0, full, idle }
}

/// A number to about one part in a thousand, so that what differs by rounding alone is the same.
pub(super) fn rounded(value: f64) -> f64 {
    f64::from_bits((value.to_bits() + (1 << 41)) & !((1 << 42) - 1))
}

/// A length to about one part in thirty, for what grows all the time.
pub(super) fn coarse(value: f64) -> f64 {
    f64::from_bits((value.to_bits() + (1 << 46)) & !((1 << 47) - 1))
}

/// The squared coefficient of variation of the gaps between an instance's arrivals. A proxy that takes turns sends an instance every n-th of
/// its requests, so that the gaps are Erlang's; of several such streams together, which are independent of each other, Whitt's approximation
/// ("The Queueing Network Analyzer", Bell System Technical Journal 62, 1983, section 4.3).
fn spacing(station: &Station, busy: f64) -> f64 {
    if station.balancer != Balancer::RoundRobin {
        return 1.0;
    }
    let of_one = 1.0 / station.instances.max(1.0);
    let others = f64::from(station.proxies.max(1)) - 1.0;
    let weight = 1.0 / (1.0 + 4.0 * (1.0 - busy) * (1.0 - busy) * others);
    weight * of_one + 1.0 - weight
}

/// By how much less is waited where requests come more evenly than by chance (Kraemer and Langenbach-Belz, "Approximate formulae for the
/// delay in the queueing system GI/G/1", ITC 8, 1976).
fn evenness(arrivals: f64, work: f64, busy: f64) -> f64 {
    if arrivals >= 1.0 {
        return 1.0;
    }
    let lacks = 1.0 - arrivals;
    libm::exp(-2.0 * (1.0 - busy) * lacks * lacks / (3.0 * busy * (arrivals + work).max(1e-6)))
}

/// The chance that an instance has each number of requests, up to `most`.
fn held(arrivals: f64, workers: usize, most: usize, choices: i32) -> Vec<f64> {
    let served = |number: usize| number.min(workers) as f64;
    let settle = |births: &dyn Fn(usize) -> f64| {
        let mut held = vec![1.0; most + 1];
        for number in 0..most {
            held[number + 1] = held[number] * births(number) / served(number + 1);
        }
        let sum: f64 = held.iter().sum();
        held.iter_mut().for_each(|chance| *chance /= sum);
        held
    };
    let mut held = settle(&|_| arrivals);
    if choices <= 1 {
        return held;
    }
    for _ in 0..ROUNDS {
        let tails = tails_of(&held);
        let births = |number: usize| {
            let (here, above) = (tails[number], tails[number + 1]);
            // The slope of x^d between the two, which is what it tends to where they are the same.
            if here - above > 1e-12 {
                arrivals * (power(here, choices) - power(above, choices)) / (here - above)
            } else {
                arrivals * f64::from(choices) * power(here, choices - 1)
            }
        };
        let next = settle(&births);
        held.iter_mut().zip(next).for_each(|(chance, next)| *chance = (*chance + next) / 2.0);
    }
    held
}

/// The chance of each number or more; one entry more than there are numbers, the last 0.
fn tails_of(held: &[f64]) -> Vec<f64> {
    let mut tails = vec![0.0; held.len() + 1];
    for number in (0..held.len()).rev() {
        tails[number] = tails[number + 1] + held[number];
    }
    tails
}

fn power(base: f64, exponent: i32) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(workers: u32, balancer: Balancer) -> Station {
        Station { workers, queue: 1_000, balancer, proxies: 4, instances: 100.0 }
    }

    fn mean(wait: Wait) -> f64 {
        wait.chance * wait.mean_s
    }

    #[test]
    fn one_worker_chosen_at_random_waits_as_pollaczek_and_khinchine_say() {
        for busy in [0.2, 0.5, 0.8, 0.9] {
            for square in [1.0, 2.0, 5.0] {
                let found = mean(wait(&station(1, Balancer::Random), busy, [1.0, square]));
                let right = busy / (1.0 - busy) * square / 2.0;
                assert!((found / right - 1.0).abs() < 0.005, "{busy} {square}: {found} is not {right}");
            }
        }
    }

    #[test]
    fn several_workers_wait_as_erlang_says() {
        // M/M/4 at 0.75: Erlang's C is 0.5094, so the mean wait is 0.5094 / (4 - 3).
        let found = wait(&station(4, Balancer::Random), 0.75, [1.0, 2.0]);
        assert!((found.chance - 0.5094).abs() < 0.001 && (mean(found) - 0.5094).abs() < 0.002, "{found:?}");
    }

    #[test]
    fn the_better_of_two_waits_as_mitzenmacher_says() {
        // The number at one worker is above k with chance busy^(2^(k + 1) - 1), so that 0.9 of all workers busy hold 2.3527 each.
        let balancer = Balancer::LeastRequest { choices: 2, with_replacement: false };
        let found = mean(wait(&station(1, balancer), 0.9, [1.0, 2.0]));
        let held: f64 = (1..12).map(|k| libm::pow(0.9, f64::from((1 << k) - 1))).sum();
        let right = held / 0.9 - 1.0;
        assert!((found / right - 1.0).abs() < 0.01, "{found} is not {right}");
    }

    #[test]
    fn turns_wait_less_than_chance_and_an_idle_fleet_not_at_all() {
        let [turns, chance] = [Balancer::RoundRobin, Balancer::Random]
            .map(|balancer| mean(wait(&station(2, balancer), 0.7, [1.0, 2.0])));
        assert!(turns < chance && turns > 0.0, "{turns} {chance}");
        assert_eq!(wait(&station(2, Balancer::Random), 0.0, [1.0, 2.0]).chance, 0.0);
    }
}
