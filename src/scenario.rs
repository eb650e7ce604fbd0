//! Scenarios: services, fleets, users, traffic, releases with their hidden defects, faults, SLOs and costs.
//!
//! Plain data, as authors write it in RON, and [`Scenario::problems`], which lists everything wrong with it at once.
//! Nothing here moves, draws or reads a file.

mod clients;
mod fault;
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

pub use clients::{Clients, Cohort, Jitter, Kind, Retries};
pub use fault::{Fault, FaultKind, MetricsTrouble, ToolTrouble, When};
pub use flag_service::{AfterRestart, FlagKind, FlagRule, FlagService, Propagation, Stickiness};
pub use freeze::Freeze;
pub use issue::{Issue, Severity};
pub use monitoring::{Cost, Counter, Monitoring, People, Slo};
pub use problems::MOST_INSTANCES;
pub(crate) use problems::Notes;
pub use release::{DataUse, Defect, DefectTrigger, Effect, Release};
pub use resilience::{Breaker, Cache, Codel, Hedge, Ignored, Limits, RetryBudget, Shedding, Window};
pub use service::{
    Balancer, Boot, Call, Checks, Discipline, Drain, Endpoints, Memory, Probe, Probes, Service, WarmUp,
};
pub use traffic::{Shape, Spacing, Traffic};
pub use upstream::{
    FailurePercentage, HealthCheck, Locality, OutlierDetection, SlowStart, SuccessRate, Upstream,
};

use serde::{Deserialize, Serialize};

use crate::engine::Span;

/// The newest format version of scenario files that this build reads.
pub const FORMAT: u32 = 1;

/// The world before anybody decides anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the file format; [`FORMAT`] is the newest.
    pub format: u32,
    /// Short name, `[a-z0-9_-]`, up to 64 characters.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What the learner is told of this world.
    #[serde(default)]
    pub about: String,
    /// How long a run lasts.
    pub horizon: Span,
    /// When the release may begin; what comes before settles the world and fills the monitoring windows.
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
    /// Who calls.
    pub clients: Clients,
    /// How often they call; the first shape is used unless a case names another.
    pub traffic: Vec<Traffic>,
    /// Versions of the target; the first is the baseline, which runs at the start.
    pub releases: Vec<Release>,
    /// What goes wrong with the world when a case says so.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// How changes of flags reach those who ask. Default: the proxies of the target learn of them as they do of routes.
    #[serde(default)]
    pub flag_service: Option<FlagService>,
    /// Times in which the organisation has forbidden changes. The world does not enforce them: a plan keeps them by its own
    /// `gates.freeze`, and the measure `ChangesInFreeze` counts what it did in them. Default none.
    #[serde(default)]
    pub freezes: Vec<Freeze>,
    /// Service level objectives.
    #[serde(default)]
    pub slos: Vec<Slo>,
    /// The monitoring.
    #[serde(default)]
    pub monitoring: Monitoring,
    /// How fast people are.
    #[serde(default)]
    pub people: People,
    /// What running it costs.
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

    /// Requests a second that reach the target at the peak of a traffic shape, the first one unless another is named; retries
    /// are not among them. Expects a scenario without problems.
    pub fn target_peak(&self, traffic: Option<&str>) -> f64 {
        let named = traffic.and_then(|name| self.traffic.iter().find(|traffic| traffic.name == name));
        named.or(self.traffic.first()).map_or(0.0, |traffic| problems::target_peak(self, &traffic.shape))
    }

    /// Everything wrong with this scenario; empty when it can be simulated.
    pub fn problems(&self) -> Vec<Issue> {
        problems::of(self)
    }
}

fn five_minutes() -> Span {
    Span::from_secs(300)
}

fn one_zone() -> Vec<String> {
    vec!["a".to_owned()]
}
