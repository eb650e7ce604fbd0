//! An incident of the museum: a real outage, the run that retells it, and the published figures that the run must meet.
//!
//! An incident lies beside its scenario and two plans. The naive plan, with what people did by hand at the time, shows the
//! outage; the recommended plan meets the same world. [`retell`](Incident::retell) runs both and measures them.

mod problems;
mod response;
mod retelling;
mod texts;
mod watch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::HandAction;
use crate::engine::{Share, Span};
use crate::sim::Case;

pub use response::Remedy;
pub use retelling::{MetFigure, Retold, RunOf, TENFOLD, TOLERANCE};
pub use texts::{IncidentTexts, ScenarioTexts, TEXTS_FORMAT};
pub use watch::{OnDuty, Watch};

/// The newest format version of incident files that this build reads.
pub const FORMAT: u32 = 1;

/// An outage that happened, and what its retelling must meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Whose outage it was.
    pub title: String,
    /// The day on which it began, as `2012-08-01`. The museum is sorted by it.
    pub date: String,
    /// What happened, with the published figures.
    pub happened: String,
    /// What it teaches.
    pub lesson: String,
    /// The report that the figures come from.
    pub source: String,
    /// What the scenario leaves out or does otherwise, and which of its numbers are assumed.
    pub simplified: String,
    /// What to try in the scenario.
    pub to_try: Vec<String>,
    /// The case that both plans meet.
    #[serde(default)]
    pub case: Case,
    /// Seed of both runs. Default 1.
    #[serde(default = "one")]
    pub seed: u64,
    /// What people did by hand at the time. It happens under the naive plan only. Default nothing.
    #[serde(default)]
    pub by_hand: Vec<HandAction>,
    /// The published figures. The run of the naive plan meets each within a fifth.
    pub figures: Vec<Figure>,
    /// Moments in the order in which they came.
    pub order: Vec<Moment>,
    /// How it is met on duty, beside days on which nothing happens. Default: the release is to blame, and going back helps.
    #[serde(default)]
    pub watch: Watch,
}

const fn one() -> u64 {
    1
}

/// A published figure, and how it is measured in a run.
///
/// An outage is told by the minutes in which at least some share of the users' requests failed: it begins with the first failed
/// request of the first of them and ends with the last failed request of the last, to ten seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Figure {
    /// Length of the outage.
    Lasted {
        /// The share of failed requests from which a minute belongs to it. Default 5 % (modelling choice).
        #[serde(default = "Figure::usual")]
        above: Share,
        /// As published.
        published: Span,
    },
    /// Share of the requests that failed during the outage.
    Failed {
        /// Only requests of this cohort's users; the naive plan must have an alert or a check that asks for it. Default all.
        #[serde(default)]
        cohort: Option<String>,
        /// As published.
        published: Share,
    },
    /// Number of requests that failed in the whole run.
    Requests {
        /// As published.
        published: u64,
        /// The scenario has one request for this many real ones.
        one_for: u64,
    },
    /// Time from one moment to another.
    Between {
        /// The earlier moment.
        from: Moment,
        /// The later moment.
        to: Moment,
        /// As published.
        published: Span,
    },
}

impl Figure {
    /// The share of failed requests from which a minute belongs to an outage, unless a figure says another.
    const fn usual() -> Share {
        super::measure::outage::USUAL
    }

    /// Its name for people.
    pub fn title(&self) -> String {
        match self {
            Self::Lasted { above, .. } if *above == Self::usual() => "length of the outage".to_owned(),
            Self::Lasted { above, .. } => format!("time with {above} of requests failing"),
            Self::Failed { cohort: None, .. } => "requests failing".to_owned(),
            Self::Failed { cohort: Some(cohort), .. } => format!("requests failing, {cohort}"),
            Self::Requests { .. } => "failed requests".to_owned(),
            Self::Between { from, to, .. } => format!("{} to {}", from.title(), to.title()),
        }
    }
}

/// A moment of a run that reports of outages name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, VariantArray)]
pub enum Moment {
    /// The rollout begins.
    ReleaseBegins,
    /// The candidate has reached everybody.
    ReleaseComplete,
    /// The first fault strikes.
    FaultBegins,
    /// The outage begins ([`Figure`]).
    OutageBegins,
    /// The first instance crashes.
    FirstCrash,
    /// The fleet is made smaller for the first time.
    ScaledDown,
    /// The fleet is made larger for the first time.
    ScaledUp,
    /// The first alert fires.
    AlertFires,
    /// Somebody is paged for the first time.
    Paged,
    /// Going back is asked for, or turning the flag off.
    WayBackAsked,
    /// All users are on the baseline again.
    RolledBack,
    /// The baseline can no longer work with the data.
    NoWayBack,
    /// The first fault is over.
    FaultEnds,
    /// The outage ends ([`Figure`]).
    OutageEnds,
}

impl Moment {
    /// All moments.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ReleaseBegins => "rollout begins",
            Self::ReleaseComplete => "rollout complete",
            Self::FaultBegins => "fault begins",
            Self::OutageBegins => "outage begins",
            Self::FirstCrash => "first crash",
            Self::ScaledDown => "fleet shrinks",
            Self::ScaledUp => "fleet grows",
            Self::AlertFires => "alert fires",
            Self::Paged => "page",
            Self::WayBackAsked => "way back asked for",
            Self::RolledBack => "rolled back",
            Self::NoWayBack => "no way back",
            Self::FaultEnds => "fault over",
            Self::OutageEnds => "outage over",
        }
    }
}
