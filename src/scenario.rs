//! Scenarios: services, fleets, users, traffic, releases with their hidden defects, faults, SLOs and costs.
//!
//! Plain data, as authors write it in RON, and [`Scenario::problems`], which lists all mistakes in it together.
//! Nothing here simulates, draws or reads a file.

mod clients;
mod fault;
mod fidelity;
mod flag_service;
mod freeze;
mod issue;
mod monitoring;
mod problems;
mod release;
mod resilience;
mod service;
mod traffic;
mod upstream;

pub use clients::{Clients, Cohort, Jitter, Kind, Retries, RetryOn};
pub use fault::{Fault, FaultKind, MetricsTrouble, ToolTrouble, When};
pub use fidelity::Fidelity;
pub use flag_service::{AfterRestart, FlagKind, FlagRule, FlagService, Propagation, Stickiness};
pub use freeze::Freeze;
pub use issue::{Issue, Severity};
pub use monitoring::{Cost, Counter, Monitoring, People, Slo};
pub(crate) use problems::Notes;
pub use problems::{MOST_INSTANCES, RunCost};
pub use release::{DataUse, Defect, DefectTrigger, Effect, Release};
pub use resilience::{Breaker, Cache, Codel, Hedge, Ignored, Limits, RetryBudget, Shedding, Window};
pub use service::{
    Balancer, Boot, Call, Checks, Discipline, DisruptionBudget, Drain, Endpoints, Memory, Probe, Probes,
    Service, WarmUp,
};
pub use traffic::{LEAST_THOUGHT, Shape, Spacing, Traffic};
pub use upstream::{
    FailurePercentage, HealthCheck, Locality, OutlierDetection, SlowStart, SuccessRate, Upstream,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::Span;

/// The newest format version of scenario files that this build reads.
pub const FORMAT: u32 = 1;

/// The world of a run: services, users, traffic, releases, faults and people.
// It has more than twenty fields since the file is flat: each is one part of the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Short name, `[a-z0-9_-]`, up to 64 characters.
    pub id: String,
    /// Title, one line.
    pub title: String,
    /// Description of this world for the learner.
    #[serde(default)]
    pub about: String,
    /// How finely requests are simulated. Default each by itself; `--fidelity` on the command line comes before it.
    #[serde(default, skip_serializing_if = "Fidelity::is_default")]
    #[schemars(extend("default" = "Requests"))]
    pub fidelity: Fidelity,
    /// Length of a run.
    pub horizon: Span,
    /// The time from which the release may begin; before that the world settles and the monitoring windows fill.
    /// Default 5 m (modelling choice).
    #[serde(default = "five_minutes")]
    pub release_at: Span,
    /// Failure domains; every fleet is spread over them evenly.
    #[serde(default = "one_zone")]
    pub zones: Vec<String>,
    /// Name of the service that users call.
    pub entry: String,
    /// Name of the service that is being released.
    pub target: String,
    /// All services; their calls must not form a cycle.
    pub services: Vec<Service>,
    /// The users and their requests.
    pub clients: Clients,
    /// Shapes of the rate of requests; the first is used unless a case names another.
    pub traffic: Vec<Traffic>,
    /// Versions of the target; the first is the baseline, which runs at the start.
    pub releases: Vec<Release>,
    /// Faults of the world that a case can switch on.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// How changes of flags reach the clients of the flag service. Default: there is none, and the proxies of the target
    /// learn of flags as they do of routes.
    #[serde(default)]
    pub flag_service: Option<FlagService>,
    /// Times in which the organisation has forbidden changes. The world does not enforce them: a plan keeps them by its own
    /// `gates.freeze`, and the measure `ChangesInFreeze` counts what it did in them. Default none.
    #[serde(default)]
    pub freezes: Vec<Freeze>,
    /// Service level objectives.
    #[serde(default)]
    pub slos: Vec<Slo>,
    /// How metrics are scraped and evaluated.
    #[serde(default)]
    pub monitoring: Monitoring,
    /// How long people take to answer pages and to act.
    #[serde(default)]
    pub people: People,
    /// The price of instances.
    #[serde(default)]
    pub cost: Cost,
}

impl Scenario {
    /// The service called `name`.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The release called `name`.
    pub fn release(&self, name: &str) -> Option<&Release> {
        self.releases.iter().find(|release| release.name == name)
    }

    /// The release that runs at the start.
    pub fn baseline(&self) -> Option<&Release> {
        self.releases.first()
    }

    /// The fault called `name`.
    pub fn fault(&self, name: &str) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.name == name)
    }
}

fn five_minutes() -> Span {
    Span::from_secs(300)
}

fn one_zone() -> Vec<String> {
    vec!["a".to_owned()]
}
