//! What a run counts besides each service's requests.

use crate::engine::Sampler;
use crate::scenario::{Counter, Scenario};
use crate::sim::Setup;
use crate::telemetry::Part;

/// What is counted besides each service's requests, and how late scrapes become visible.
#[derive(Clone, Debug)]
pub(in crate::sim) struct CountingPlan {
    /// Names of the business counters.
    pub counters: Vec<String>,
    /// Parts of the target's requests that are counted apart, with the positions of their zone, cohort and kind.
    pub parts: Vec<PartPlan>,
    /// Whether the users of each pool are counted.
    pub users: bool,
    /// Whether parts or users are counted.
    pub apart: bool,
    /// Whether instances count for themselves.
    pub by_instance: bool,
    pub scrape_lag: Sampler,
}

impl CountingPlan {
    /// Counts what the plan's queries ask about.
    pub fn new(scenario: &Scenario, setup: &Setup, counters: Vec<String>) -> Self {
        Self {
            counters,
            parts: setup.parts.iter().map(|part| plan_part(scenario, part)).collect(),
            users: setup.counts_users,
            apart: setup.counts_users || !setup.parts.is_empty(),
            by_instance: scenario.monitoring.counted_by == Counter::Instances,
            scrape_lag: scenario.monitoring.lag.sampler(),
        }
    }
}

/// A part of the target's requests that a query asks about.
#[derive(Clone, Debug)]
pub(in crate::sim) struct PartPlan {
    pub part: Part,
    pub zone: Option<u8>,
    pub cohort: Option<u8>,
    pub kind: Option<u8>,
}

impl PartPlan {
    /// Whether a request of this zone, cohort and kind belongs to it.
    pub fn has(&self, zone: Option<u8>, cohort: Option<u8>, kind: u8) -> bool {
        self.zone.is_none_or(|wanted| zone == Some(wanted))
            && self.cohort.is_none_or(|wanted| cohort == Some(wanted))
            && self.kind.is_none_or(|wanted| kind == wanted)
    }
}

/// Compiles a part; a name that the scenario does not have matches no request.
fn plan_part(scenario: &Scenario, part: &Part) -> PartPlan {
    let place = |names: Vec<&String>, name: &String| {
        names.iter().position(|known| *known == name).map_or(u8::MAX, |place| place as u8)
    };
    let cohorts = || scenario.clients.cohorts.iter().map(|cohort| &cohort.name).collect();
    let kinds = || scenario.clients.kinds.iter().map(|kind| &kind.name).collect();
    PartPlan {
        part: part.clone(),
        zone: part.zone.as_ref().map(|zone| place(scenario.zones.iter().collect(), zone)),
        cohort: part.cohort.as_ref().map(|cohort| place(cohorts(), cohort)),
        kind: part.kind.as_ref().map(|kind| place(kinds(), kind)),
    }
}
