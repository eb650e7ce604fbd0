//! Timing. The two sides of a comparison run in turn, round after round, and the medians over all rounds are compared, so that
//! other load on the machine slows both sides alike.

use std::hint::black_box;
use std::time::Instant;

use super::hand_written;
use super::workload::Workload;
use crate::engine::{Span, Time};
use crate::report::bench::{Bench, Fluid, Measured, Scaling, Threads};

/// Rounds of the comparisons with the hand-written loops.
const ROUNDS: usize = 9;
/// Requests of one timed run.
const REQUESTS: u64 = 1_000_000;
/// Seed of every run.
pub(super) const SEED: u64 = 1;
/// The sizes of fleets, from the smallest to the largest.
const SIZES: [u32; 4] = [10, 100, 1_000, 10_000];
/// Rounds of the comparisons of the simulator with itself.
const FEW_ROUNDS: usize = 3;
/// Simulated seconds of a run in the fluid mode.
const FLUID_S: u64 = 400;
/// Number of runs that the threads share.
const RUNS: u64 = 4;

/// Measures everything, in about ten seconds.
pub fn everything() -> Bench {
    Bench {
        w1: against_hand_loop(Workload::Single),
        w2: against_hand_loop(Workload::FLEET),
        scaling: scaling(),
        threads: threads(),
        fluid: fluid(),
    }
}

/// Runs a workload's hand-written loop and returns the number of requests.
pub fn by_hand(workload: Workload, requests: u64, seed: u64) -> u64 {
    let outcome = match workload {
        Workload::Single => hand_written::single(requests, seed),
        Workload::Fleet { servers } | Workload::Operated { servers } => {
            hand_written::fleet(servers, requests, seed)
        }
    };
    black_box(outcome).arrived
}

fn against_hand_loop(workload: Workload) -> Measured {
    let (mut product, mut by_hand_s, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut events_per_request = 0.0;
    for _ in 0..ROUNDS {
        let (took, (requests, events)) = timed(|| workload.run(REQUESTS, SEED));
        let each = took / requests.arrived as f64;
        let (took, arrived) = timed(|| by_hand(workload, REQUESTS, SEED));
        let each_by_hand = took / arrived as f64;
        events_per_request = events as f64 / requests.arrived as f64;
        product.push(each);
        by_hand_s.push(each_by_hand);
        times.push(each / each_by_hand);
    }
    let requests_per_s = 1.0 / median(product);
    Measured {
        requests_per_s,
        events_per_s: requests_per_s * events_per_request,
        hand_loop_requests_per_s: 1.0 / median(by_hand_s),
        times_hand_loop: median(times),
        bytes_per_request_in_flight: bytes_in_flight(workload),
    }
}

/// Bytes held for each request in flight at the peak of an overload with hundreds of thousands of them. The peak is when the
/// buffers have just been doubled.
fn bytes_in_flight(workload: Workload) -> f64 {
    let mut simulation = workload.simulation(600_000, 4.0, SEED);
    let (moments, horizon) = (50, simulation.horizon());
    let mut worst = 0.0_f64;
    for moment in 1..=moments {
        simulation.run_until(Time(horizon.0 / moments * moment));
        let (hops, bytes) = simulation.footprint();
        if hops >= 100_000 {
            worst = worst.max(bytes as f64 / f64::from(hops));
        }
    }
    worst
}

/// Nanoseconds per request in the second half of a run, so that the start of the fleet does not count.
fn per_request_when_warm(workload: Workload) -> f64 {
    let mut simulation = workload.simulation(2 * REQUESTS, 1.0, SEED);
    let half = Time(simulation.horizon().0 / 2);
    simulation.run_until(half);
    let before = simulation.requests().arrived;
    let (took, ()) = timed(|| simulation.run());
    took * 1e9 / (simulation.requests().arrived - before) as f64
}

fn scaling() -> Scaling {
    let mut rounds = vec![Vec::new(); SIZES.len()];
    let mut growth = Vec::new();
    for _ in 0..FEW_ROUNDS {
        let each = SIZES.map(|servers| per_request_when_warm(Workload::Fleet { servers }));
        rounds.iter_mut().zip(each).for_each(|(size, each)| size.push(each));
        growth.push(each[SIZES.len() - 1] / each[0]);
    }
    Scaling {
        instances: SIZES.to_vec(),
        ns_per_request: rounds.into_iter().map(median).collect(),
        growth: median(growth),
    }
}

/// The fluid mode at a million requests a second and at a thousand times that, without its start.
fn fluid() -> Fluid {
    let per_second = |times| {
        let lasts = Span::from_secs(FLUID_S);
        let mut simulation = Workload::at_internet_scale(times, lasts, SEED);
        simulation.run_until(Time(lasts.0 / 4));
        let begun = simulation.now();
        let (took, ()) = timed(|| simulation.run());
        took * 1e3 / simulation.now().since(begun).as_secs_f64()
    };
    let (mut million, mut more, mut growth) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..FEW_ROUNDS {
        let [one, thousand] = [1, 1_000].map(per_second);
        million.push(one);
        more.push(thousand);
        growth.push(thousand / one);
    }
    Fluid {
        ms_per_second: median(million),
        ms_per_second_at_a_thousand_times: median(more),
        growth: median(growth),
    }
}

fn threads() -> Threads {
    let run = |seed| {
        black_box(Workload::FLEET.run(REQUESTS / 4, seed));
    };
    let rounds = (0..FEW_ROUNDS).map(|_| {
        let (alone, ()) = timed(|| (0..RUNS).for_each(run));
        let (shared, ()) = timed(|| {
            std::thread::scope(|scope| {
                scope.spawn(|| (0..RUNS / 2).for_each(run));
                (RUNS / 2..RUNS).for_each(run);
            });
        });
        alone / shared
    });
    Threads { threads: 2, speedup: median(rounds.collect()) }
}

/// The seconds that `work` takes, and its result.
#[expect(clippy::disallowed_methods, reason = "the bench measures itself; no run sees the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed().as_secs_f64(), result)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
