//! The monitoring: what it has scraped, and what it remembers from one scrape to the next.

mod scraping;

use super::exposures::Exposures;
use super::instance_metrics::InstanceMetrics;
use super::series::{lags_of_series, name_series, number_series};
use crate::engine::Stream;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::simulation::Draws;
use crate::telemetry::{Row, Store};

/// The monitoring: what was scraped, and what scrapes need to remember.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Scraper {
    pub store: Store,
    /// Position of each service's first series; the target has one for each pool.
    pub first_series: Vec<u16>,
    /// How late each series is seen, by the time of the scrape.
    lags: Vec<Stream>,
    /// Users of each pool.
    pub exposures: Exposures,
    /// What each instance counts for itself; empty unless they do.
    pub instance_metrics: Vec<InstanceMetrics>,
    /// What each series had counted at the last scrape.
    counted: Vec<Row>,
    /// What the candidate counted while its label was lost.
    misplaced: Option<Row>,
}

impl Scraper {
    /// A monitoring that has scraped nothing.
    pub fn new(world: &CompiledWorld, draws: &Draws) -> Self {
        let monitoring = &world.scenario.monitoring;
        let (first_series, series) = number_series(world);
        let counting = &world.counting;
        let mut store = Store::new(series, &monitoring.buckets, &counting.counters, monitoring.staleness);
        name_series(world, &first_series, &mut store);
        if counting.by_instance {
            store.count_by_instance();
        }
        Self {
            store,
            lags: lags_of_series(world, draws),
            first_series,
            exposures: Exposures::of(if counting.users { world.clients.users } else { 0 }),
            instance_metrics: Vec::new(),
            counted: Vec::new(),
            misplaced: None,
        }
    }

    /// The same with nothing scraped yet, as it was in `origin`.
    pub fn emptied(&self, origin: &Self) -> Self {
        Self {
            store: origin.store.clone(),
            first_series: self.first_series.clone(),
            lags: self.lags.clone(),
            exposures: origin.exposures.clone(),
            instance_metrics: self.instance_metrics.clone(),
            counted: Vec::new(),
            misplaced: None,
        }
    }

    /// How many series there are.
    pub const fn series(&self) -> usize {
        self.lags.len()
    }
}
