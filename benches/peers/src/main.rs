//! `peers ENGINE WORKLOAD REQUESTS`: runs a reference workload of `rollout-lab bench` in another simulator and prints the mean and the
//! 99th percentile of its latencies in milliseconds.
//!
//! Each engine is used as its own documentation uses it. All share the draws, the choice of a server and the counting of
//! [`world`], so that what differs is the engine.

mod nexosim_model;
mod simrs_model;
mod simu_model;
mod world;

use world::{Totals, Workload};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, workload, requests] = &arguments[..] else {
        eprintln!("usage: peers simrs|nexosim|simu-des w1|w2 REQUESTS");
        std::process::exit(2);
    };
    let workload = if workload == "w1" { Workload::SINGLE } else { Workload::FLEET };
    let requests: u64 = requests.parse().expect("a number of requests");
    let totals: Totals = match engine.as_str() {
        "simrs" => simrs_model::run(workload, requests),
        "nexosim" => nexosim_model::run(workload, requests),
        "simu-des" => simu_model::run(workload, requests),
        other => panic!("there is no engine {other}"),
    };
    println!("{:.3} {:.3} {}", totals.mean_ms(), totals.p99_ms(), totals.requests);
}
