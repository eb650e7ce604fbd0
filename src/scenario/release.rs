//! Releases of the target service, and the defects hidden in them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use crate::engine::{Rate, Share, Span};

/// A version of the target service that can be deployed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Name, unique among the releases, such as `v2`.
    pub name: String,
    /// What its authors say about it; shown to the learner, so it must not mention its defects.
    #[serde(default)]
    pub notes: String,
    /// Feature flag that guards its new behaviour: a request meets the defects only with the flag on. Default none.
    #[serde(default)]
    pub flag: Option<String>,
    /// Its defects; never shown before the debrief.
    #[serde(default)]
    pub defects: Vec<Defect>,
    /// The formats of data that it reads and writes.
    #[serde(default)]
    pub data: DataUse,
}

/// A defect of a release: its triggers and its effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its name in the debrief.
    pub name: String,
    /// The triggers, all of which must hold; none means always.
    #[serde(default)]
    pub when: Vec<DefectTrigger>,
    /// The effect.
    pub then: Effect,
}

/// A trigger of a defect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, EnumIter, IntoStaticStr)]
#[serde(deny_unknown_fields)]
pub enum DefectTrigger {
    /// This share of requests, at random.
    Chance(Share),
    /// Requests of users in these cohorts.
    Cohort(Vec<String>),
    /// Requests of these kinds.
    Kind(Vec<String>),
    /// The instance gets more requests than this.
    InstanceRate(Rate),
    /// More than this share of the instance's workers are busy.
    Busy(Share),
    /// At least this many instances of this release run.
    FleetAtLeast(u32),
    /// The instance has run longer than this.
    UptimeOver(Span),
    /// The time is between these two.
    Clock {
        /// Start of the time.
        from: Span,
        /// End of the time.
        until: Span,
    },
    /// This flag is on for the user.
    FlagOn(String),
    /// The baseline serves at the same time: the two versions are incompatible.
    BothVersions,
    /// A record in the data, from this time on, whichever release is deployed.
    DataSince(Span),
}

/// The effect of a defect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, EnumIter, IntoStaticStr)]
#[serde(deny_unknown_fields)]
pub enum Effect {
    /// The request fails (status 500).
    Errors,
    /// The work of the request takes longer by this factor.
    Latency(f64),
    /// The request calls this service additional times.
    ExtraCalls {
        /// Called service.
        to: String,
        /// Number of additional calls.
        #[schemars(range(min = 1, max = 100))]
        times: u8,
    },
    /// The request leaves this much memory behind; above 80 % of the limit the instance slows down, at it it is killed.
    Leak {
        /// Megabytes that each request leaves.
        per_request_mb: f64,
    },
    /// The request crashes the instance and everything in it.
    Crash,
    /// The instance dies this long after each start.
    CrashLoop {
        /// From the start of the process until it dies.
        #[schemars(extend("x-range" = "100ms or more"))]
        after: Span,
    },
    /// The request is answered with status 200 and a wrong answer: no error is counted, no business counter either.
    WrongAnswers,
    /// The request finds nothing in a cache of the target's calls that was put there without this: the keys have a new format.
    ColdCache,
    /// The readiness probe fails.
    FailReadiness,
    /// The liveness probe fails.
    FailLiveness,
    /// The release exports no metrics.
    HideMetrics,
    /// Its metrics lack the version label, and so are counted as the baseline's.
    MislabelMetrics,
    /// This share of its users, always the same ones, is missing from the count of an experiment's users. The two sides
    /// then differ from the planned split (sample ratio mismatch).
    LoseUsers(Share),
}

impl Effect {
    /// Whether the effect is on a request; otherwise it is on an instance.
    pub const fn is_of_request(&self) -> bool {
        match self {
            Self::Errors
            | Self::Latency(_)
            | Self::ExtraCalls { .. }
            | Self::Leak { .. }
            | Self::Crash
            | Self::WrongAnswers
            | Self::ColdCache => true,
            Self::CrashLoop { .. }
            | Self::FailReadiness
            | Self::FailLiveness
            | Self::HideMetrics
            | Self::MislabelMetrics
            | Self::LoseUsers(_) => false,
        }
    }

    /// The service that it calls beyond the calls of a sound release, and how often.
    pub fn calls(&self) -> Option<(&str, u8)> {
        match self {
            Self::ExtraCalls { to, times } => Some((to, *times)),
            Self::Errors
            | Self::Latency(_)
            | Self::Leak { .. }
            | Self::Crash
            | Self::CrashLoop { .. }
            | Self::WrongAnswers
            | Self::ColdCache
            | Self::FailReadiness
            | Self::FailLiveness
            | Self::HideMetrics
            | Self::MislabelMetrics
            | Self::LoseUsers(_) => None,
        }
    }
}

impl Effect {
    /// Makes it larger by the factor `size`, where it has a size, and sooner or later by the factor `fuse`, where it takes a while.
    pub fn vary(&mut self, size: f64, fuse: Option<f64>) {
        match self {
            Self::Latency(factor) => *factor = 1.0 + (*factor - 1.0) * size,
            Self::ExtraCalls { times, .. } => {
                *times = (f64::from(*times) * size).round().clamp(1.0, f64::from(u8::MAX)) as u8;
            }
            Self::Leak { per_request_mb } => *per_request_mb *= size,
            Self::CrashLoop { after } => *after = fuse.map_or(*after, |fuse| after.scaled(fuse)),
            Self::Errors
            | Self::Crash
            | Self::WrongAnswers
            | Self::ColdCache
            | Self::FailReadiness
            | Self::FailLiveness
            | Self::HideMetrics
            | Self::MislabelMetrics
            | Self::LoseUsers(_) => {}
        }
    }
}

impl DefectTrigger {
    /// Whether the trigger looks at a request; otherwise it looks at an instance.
    pub const fn is_of_request(&self) -> bool {
        match self {
            Self::Chance(_) | Self::Cohort(_) | Self::Kind(_) | Self::FlagOn(_) => true,
            Self::InstanceRate(_)
            | Self::Busy(_)
            | Self::FleetAtLeast(_)
            | Self::UptimeOver(_)
            | Self::Clock { .. }
            | Self::BothVersions
            | Self::DataSince(_) => false,
        }
    }
}

/// The data of a release: each user has one row in some format, and the store has one schema.
/// A request fails by version skew when the code cannot work with the schema or cannot read the user's row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DataUse {
    /// Row formats it can read. Default format 1 alone.
    pub reads: Vec<u8>,
    /// Row format that its writing requests leave. Default 1.
    #[schemars(range(min = 1))]
    pub writes: u8,
    /// Schema versions it works with. Default version 1 alone.
    pub schemas: Vec<u8>,
    /// Schema version that deploying it migrates the store to, when its first instance starts. Default none.
    pub migrates_to: Option<u8>,
}

impl Default for DataUse {
    fn default() -> Self {
        Self { reads: vec![1], writes: 1, schemas: vec![1], migrates_to: None }
    }
}
