//! What a simulated request costs through the whole product, and in a loop written by hand for the same workload:
//! `cargo bench --bench lab`. Items are requests. `rollout-lab bench` compares the two more fairly, round by round.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::ItemsCount;
use rollout_lab::cli::bench::{Workload, by_hand};

/// Requests in each measured run.
const REQUESTS: u64 = 500_000;

fn main() {
    divan::main();
}

fn product(bencher: Bencher, workload: Workload, requests: u64) {
    bencher.counter(ItemsCount::new(requests)).bench_local(|| black_box(workload.run(requests, 1)));
}

fn hand_loop(bencher: Bencher, workload: Workload) {
    bencher.counter(ItemsCount::new(REQUESTS)).bench_local(|| by_hand(workload, REQUESTS, 1));
}

#[divan::bench(sample_count = 20)]
fn w1_product(bencher: Bencher) {
    product(bencher, Workload::Single, REQUESTS);
}

#[divan::bench(sample_count = 20)]
fn w1_hand_loop(bencher: Bencher) {
    hand_loop(bencher, Workload::Single);
}

#[divan::bench(sample_count = 20)]
fn w2_product(bencher: Bencher) {
    product(bencher, Workload::FLEET, REQUESTS);
}

#[divan::bench(sample_count = 20)]
fn w2_hand_loop(bencher: Bencher) {
    hand_loop(bencher, Workload::FLEET);
}

#[divan::bench(sample_count = 5, args = [10, 100, 1_000, 10_000])]
fn w2_in_fleets_of(bencher: Bencher, servers: u32) {
    product(bencher, Workload::Fleet { servers }, REQUESTS);
}
