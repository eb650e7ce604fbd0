//! Faults: failures of the world that do not depend on the release.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Dist, Share, Span};

/// A fault that a case can switch on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Name, unique among the faults.
    pub name: String,
    /// When it strikes.
    pub when: When,
    /// How long it lasts; without, until the end of the run. A crash is over at once.
    #[serde(default)]
    pub lasts: Option<Span>,
    /// What goes wrong.
    pub what: FaultKind,
}

/// When a fault strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum When {
    /// At this time.
    At(Span),
    /// At a time drawn for each run, uniform between two.
    Between(Span, Span),
    /// Again and again, this long after the last one.
    Every(Dist),
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum FaultKind {
    /// Instances of a service crash; they restart with back-off.
    Crash {
        /// Service struck.
        service: String,
        /// How many instances at once, drawn.
        #[serde(default = "one")]
        #[schemars(range(min = 1))]
        instances: u32,
    },
    /// The cluster drains nodes: the instances of a service that stand on them have to go, and others take their places. The service's
    /// `drain.budget` says how many may be away at once; what it holds back is tried again every 5 s (`kubectl drain`).
    NodeDrain {
        /// Service struck.
        service: String,
        /// How many of its instances stand on these nodes, drawn.
        #[serde(default = "one")]
        #[schemars(range(min = 1))]
        instances: u32,
    },
    /// Each instance of a service fails on its own and waits for one of `crews` to mend it.
    Breakdowns {
        /// Service struck.
        service: String,
        /// How long an instance runs before it fails.
        up: Dist,
        /// How long mending takes.
        repair: Dist,
        /// How many can be mended at once.
        #[schemars(range(min = 1, max = 20000))]
        crews: u32,
    },
    /// Every instance in a zone is gone while it lasts.
    ZoneLoss {
        /// Zone struck.
        zone: String,
    },
    /// A service is slow, or fails, for every caller.
    Brownout {
        /// Service struck.
        service: String,
        /// How many of its instances, drawn from those that run when it strikes; those that start later are well. Their probes
        /// go on succeeding (a grey failure). Default all of the service.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1))]
        instances: Option<u32>,
        /// Its work takes this many times as long. Default 1.
        #[serde(default = "factor_one")]
        latency: f64,
        /// This share of its requests fails. Default none.
        #[serde(default)]
        errors: Share,
    },
    /// The way to a service loses requests, or delays them.
    Network {
        /// Service that cannot be reached well.
        service: String,
        /// Share of requests lost; their callers find out by timeout. Default none.
        #[serde(default)]
        loss: Share,
        /// Added to each request. Default nothing.
        #[serde(default)]
        delay: Span,
    },
    /// The monitoring is impaired; the world is not.
    Metrics(MetricsTrouble),
    /// The flag service is down: its clients keep the flags that they know, and clients that restart have none.
    FlagService,
    /// The deploy tool is impaired.
    DeployTool(ToolTrouble),
}

impl FaultKind {
    /// The service that it strikes, where it strikes one.
    pub fn service(&self) -> Option<&str> {
        match self {
            Self::Crash { service, .. }
            | Self::NodeDrain { service, .. }
            | Self::Breakdowns { service, .. }
            | Self::Brownout { service, .. }
            | Self::Network { service, .. } => Some(service),
            Self::ZoneLoss { .. } | Self::Metrics(_) | Self::FlagService | Self::DeployTool(_) => None,
        }
    }

    /// Whether it is over at once.
    pub const fn is_instant(&self) -> bool {
        match self {
            Self::Crash { .. } => true,
            Self::NodeDrain { .. }
            | Self::Breakdowns { .. }
            | Self::ZoneLoss { .. }
            | Self::Brownout { .. }
            | Self::Network { .. }
            | Self::Metrics(_)
            | Self::FlagService
            | Self::DeployTool(_) => false,
        }
    }

    /// Whether it strikes each instance in its own time, and not all at the time that the fault says.
    pub const fn strikes_one_by_one(&self) -> bool {
        match self {
            Self::Breakdowns { .. } => true,
            Self::Crash { .. }
            | Self::NodeDrain { .. }
            | Self::ZoneLoss { .. }
            | Self::Brownout { .. }
            | Self::Network { .. }
            | Self::Metrics(_)
            | Self::FlagService
            | Self::DeployTool(_) => false,
        }
    }
}

/// What is wrong with the monitoring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum MetricsTrouble {
    /// Scrapes fail: there are no samples.
    Lost,
    /// Samples are seen this much later.
    Late(Span),
    /// The version label is lost, so that the candidate is counted as the baseline.
    Unlabelled,
}

/// What is wrong with the deploy tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum ToolTrouble {
    /// It carries out nothing until the fault is over.
    Stuck,
    /// Everything takes this much longer.
    Slow(Span),
    /// It fails to roll back. While the fault lasts, routes and sizes that the strategy asks for in a rollback do not take
    /// effect; they do when it is over. Flags and actions by hand still work.
    RollbackFails,
}

fn one() -> u32 {
    1
}

fn factor_one() -> f64 {
    1.0
}
