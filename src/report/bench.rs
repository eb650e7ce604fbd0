//! The result of `bench` (the speed of the simulator on this machine) as text and as JSON.

use serde::Serialize;

use crate::exercise::format::{counted, decimal};

use super::json::{finite, pretty};
use super::style::{TextStyle, page};
use super::table::{Side, Table};

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bench {
    /// One server, exponential arrivals and service, at 0.9 of its capacity.
    pub w1: Measured,
    /// A hundred servers, power of two choices, two releases.
    pub w2: Measured,
    /// Time per request in small and in large fleets.
    pub scaling: Scaling,
    /// The gain of a second thread.
    pub threads: Threads,
    /// The fluid mode at internet scale.
    pub fluid: Fluid,
}

/// One workload, measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Measured {
    /// Requests simulated per second.
    pub requests_per_s: f64,
    /// Events handled per second.
    pub events_per_s: f64,
    /// Requests per second of a hand-written loop for the same workload, measured in the same run.
    pub hand_loop_requests_per_s: f64,
    /// Time per request over that of the hand-written loop: the median over pairs of runs.
    pub times_hand_loop: f64,
    /// Memory for one request in flight at the peak, in bytes.
    pub bytes_per_request_in_flight: f64,
}

/// The second workload in fleets of several sizes, all at the same load.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scaling {
    /// Number of servers of each fleet.
    pub instances: Vec<u32>,
    /// Time per request in each of these fleets, in nanoseconds.
    pub ns_per_request: Vec<f64>,
    /// Time per request in the largest fleet over that in the smallest.
    pub growth: f64,
}

/// The fluid mode: 10,000 servers with two releases, 40 classes of requests, at a million requests a second and at more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Fluid {
    /// Milliseconds for each simulated second, at a million requests a second.
    pub ms_per_second: f64,
    /// The same at a thousand million requests a second.
    pub ms_per_second_at_a_thousand_times: f64,
    /// Time at the higher rate over that at the lower.
    pub growth: f64,
}

/// Independent runs on several threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Threads {
    /// Number of threads.
    pub threads: u32,
    /// Runs per second over those of one thread.
    pub speedup: f64,
}

impl Measured {
    fn finite(self) -> Self {
        Self {
            requests_per_s: finite(self.requests_per_s),
            events_per_s: finite(self.events_per_s),
            hand_loop_requests_per_s: finite(self.hand_loop_requests_per_s),
            times_hand_loop: finite(self.times_hand_loop),
            bytes_per_request_in_flight: finite(self.bytes_per_request_in_flight),
        }
    }
}

/// The measurements as JSON: a contract. Fields are only ever added.
pub fn json(bench: &Bench) -> String {
    pretty(&Bench { w1: bench.w1.finite(), w2: bench.w2.finite(), ..bench.clone() })
}

/// The measurements as a page of text.
pub fn text(bench: &Bench, style: TextStyle) -> String {
    let mut table = Table::new(&[
        ("workload", Side::Left),
        ("requests/s", Side::Right),
        ("events/s", Side::Right),
        ("hand loop requests/s", Side::Right),
        ("times the hand loop", Side::Right),
        ("bytes/request", Side::Right),
    ]);
    for (name, row) in [("w1: one server", bench.w1.finite()), ("w2: 100 servers", bench.w2.finite())] {
        table.row([
            name.to_owned(),
            counted(row.requests_per_s.round() as u64),
            counted(row.events_per_s.round() as u64),
            counted(row.hand_loop_requests_per_s.round() as u64),
            decimal(row.times_hand_loop, 2),
            decimal(row.bytes_per_request_in_flight, 0),
        ]);
    }
    let mut lines = vec![style.heading("How fast this machine simulates")];
    lines.extend(table.lines(style));
    lines.push(String::new());
    lines.extend(sizes(&bench.scaling).lines(style));
    lines.push(String::new());
    lines.push(format!(
        "From the smallest fleet to the largest, a request costs {} times as much.",
        decimal(bench.scaling.growth, 2)
    ));
    lines.push(format!(
        "{} threads do {} times the runs of one.",
        bench.threads.threads,
        decimal(bench.threads.speedup, 2)
    ));
    lines.push(format!(
        "In the fluid mode a second of a million requests over 10,000 servers takes {} ms; a thousand times the rate takes {} times that.",
        decimal(finite(bench.fluid.ms_per_second), 2),
        decimal(finite(bench.fluid.growth), 2)
    ));
    page(&lines)
}

fn sizes(scaling: &Scaling) -> Table {
    let mut table = Table::new(&[("w2 with servers", Side::Right), ("ns/request", Side::Right)]);
    for (instances, nanos) in scaling.instances.iter().zip(&scaling.ns_per_request) {
        table.row([counted(u64::from(*instances)), decimal(finite(*nanos), 0)]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bench(w1: Measured) -> Bench {
        let scaling =
            Scaling { instances: vec![10, 10_000], ns_per_request: vec![100.0, 130.0], growth: 1.3 };
        Bench { w1, w2: w1, scaling, threads: Threads { threads: 2, speedup: 1.9 }, fluid: Fluid::default() }
    }

    #[test]
    fn every_number_of_the_json_is_finite() {
        let broken =
            Measured { requests_per_s: f64::NAN, events_per_s: f64::INFINITY, ..Measured::default() };
        let json: serde_json::Value = serde_json::from_str(&json(&bench(broken))).unwrap();
        for workload in ["w1", "w2"] {
            for field in
                ["requests_per_s", "events_per_s", "hand_loop_requests_per_s", "bytes_per_request_in_flight"]
            {
                assert!(json[workload][field].is_f64(), "{workload}.{field}");
            }
        }
    }

    #[test]
    fn the_page_compares_with_the_hand_loop() {
        let row = Measured {
            requests_per_s: 5e6,
            events_per_s: 1e7,
            hand_loop_requests_per_s: 9e6,
            times_hand_loop: 1.8,
            bytes_per_request_in_flight: 120.0,
        };
        let page = text(&bench(row), TextStyle::PLAIN);
        assert!(page.contains("5,000,000") && page.contains("1.8"), "{page}");
    }
}
