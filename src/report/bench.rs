//! How fast this machine simulates, as a page and as JSON.

use serde::Serialize;

use crate::exercise::words::{counted, decimal};

use super::json::{finite, pretty};
use super::look::{Look, page};
use super::table::{Side, Table};

/// The two reference workloads, measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bench {
    /// One server, exponential arrivals and service, at 0.9 of its capacity.
    pub w1: Workload,
    /// A hundred servers, power of two choices, two releases.
    pub w2: Workload,
}

/// One workload, measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Workload {
    /// Requests simulated in a second.
    pub requests_per_s: f64,
    /// Events handled in a second.
    pub events_per_s: f64,
    /// Requests in a second of a hand-written loop for the same workload, measured in the same run.
    pub hand_loop_requests_per_s: f64,
    /// Memory for one request in flight.
    pub bytes_per_request_in_flight: f64,
}

impl Workload {
    fn finite(self) -> Self {
        Self {
            requests_per_s: finite(self.requests_per_s),
            events_per_s: finite(self.events_per_s),
            hand_loop_requests_per_s: finite(self.hand_loop_requests_per_s),
            bytes_per_request_in_flight: finite(self.bytes_per_request_in_flight),
        }
    }
}

/// The measurements as JSON: a contract. Fields are only ever added.
pub fn json(bench: &Bench) -> String {
    pretty(&Bench { w1: bench.w1.finite(), w2: bench.w2.finite() })
}

/// The measurements as a page of text.
pub fn text(bench: &Bench, look: Look) -> String {
    let mut table = Table::new(&[
        ("workload", Side::Left),
        ("requests/s", Side::Right),
        ("events/s", Side::Right),
        ("hand loop requests/s", Side::Right),
        ("times the hand loop", Side::Right),
        ("bytes/request", Side::Right),
    ]);
    for (name, row) in [("w1: one server", bench.w1.finite()), ("w2: 100 servers", bench.w2.finite())] {
        let times = row.hand_loop_requests_per_s / row.requests_per_s.max(1.0);
        table.row([
            name.to_owned(),
            counted(row.requests_per_s.round() as u64),
            counted(row.events_per_s.round() as u64),
            counted(row.hand_loop_requests_per_s.round() as u64),
            decimal(times, 2),
            decimal(row.bytes_per_request_in_flight, 0),
        ]);
    }
    let mut lines = vec![look.heading("How fast this machine simulates")];
    lines.extend(table.lines(look));
    page(&lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_json_is_finite() {
        let broken =
            Workload { requests_per_s: f64::NAN, events_per_s: f64::INFINITY, ..Workload::default() };
        let json: serde_json::Value =
            serde_json::from_str(&json(&Bench { w1: broken, w2: Workload::default() })).unwrap();
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
        let row = Workload {
            requests_per_s: 5e6,
            events_per_s: 1e7,
            hand_loop_requests_per_s: 9e6,
            bytes_per_request_in_flight: 120.0,
        };
        let page = text(&Bench { w1: row, w2: row }, Look::PLAIN);
        assert!(page.contains("5,000,000") && page.contains("1.8"), "{page}");
    }
}
