//! Metrics that instances count themselves (`monitoring.counted_by: Instances`): counters start at zero with each process,
//! requests that never reach an instance are not counted, and what is counted after the last scrape is lost.

mod counting;

use crate::telemetry::{Row, SeriesId};

/// What one instance counts, and the series that it is scraped into.
#[derive(Clone, Debug)]
pub(in crate::sim) struct InstanceMetrics {
    /// All its requests, then those of each part. Until a scrape adds them up, `within` counts each request in the first bucket that
    /// holds it alone: one count a request in place of one for each bound.
    rows: Vec<Row>,
    /// Its series with its version's label and without, each as long as `rows`; empty until there was a scrape.
    series: [Vec<SeriesId>; 2],
    /// Whether the last scrape found them.
    found: [bool; 2],
}
