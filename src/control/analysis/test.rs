//! The statistical tests that a check may name, with their settings.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judge::Kayenta;
use super::judge::spec::one_minute;
use crate::engine::{Share, Span};

/// A test of the candidate against the baseline over the query's window. Both sides are compared over the same time: what was
/// scraped of one of them only is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Test {
    /// Compares the share of failed requests by the normal test with pooled variance, one-sided.
    TwoProportions {
        /// How often a sound candidate may be called worse. Default 0.05, as is usual.
        #[serde(default = "five_percent")]
        alpha: f64,
    },
    /// Compares the share of failed requests by Fisher's exact test, one-sided; exact also for few requests.
    Fisher {
        /// How often a sound candidate may be called worse. Default 0.05, as is usual.
        #[serde(default = "five_percent")]
        alpha: f64,
    },
    /// Compares the share of failed requests by the mixture sequential test (Johari et al.), which may be measured as
    /// often as wanted: let the window reach back to the rollout's start. The variance is that of both sides together, as where
    /// nothing differs.
    Sequential {
        /// How often a sound candidate may ever be called worse. Default 0.05, as is usual.
        #[serde(default = "five_percent")]
        alpha: f64,
        /// Variance of the differences that it looks for. Default 0.0001: differences of about one percentage point (assumed).
        #[serde(default = "one_point")]
        tau2: f64,
    },
    /// Tests by chi-square whether requests, or users, arrive in the planned split; the metric of the query does not matter.
    SampleRatio {
        /// How often a correct split may be called wrong. Default 0.001, the usual limit.
        #[serde(default = "one_in_a_thousand")]
        alpha: f64,
        /// The planned share of the candidate.
        candidate: Share,
        /// The unit that is counted on each side. Default requests.
        #[serde(default)]
        of: Counted,
    },
    /// Compares the answers of the query at every step by Welch's t-test, one-sided.
    Welch {
        /// How often a sound candidate may be called worse. Default 0.05, as is usual.
        #[serde(default = "five_percent")]
        alpha: f64,
        /// Time from one answer to the next, and the window of each answer. Default 1 m (Kayenta's step).
        #[serde(default = "one_minute")]
        every: Span,
    },
    /// Compares the answers of the query at every step by Mann and Whitney's rank test, one-sided.
    MannWhitney {
        /// How often a sound candidate may be called worse. Default 0.05, as is usual.
        #[serde(default = "five_percent")]
        alpha: f64,
        /// Time from one answer to the next, and the window of each answer. Default 1 m (Kayenta's step).
        #[serde(default = "one_minute")]
        every: Span,
    },
    /// Kayenta's judge over several metrics; of the query only the subject and the window are used.
    Kayenta(Kayenta),
}

fn five_percent() -> f64 {
    0.05
}

fn one_in_a_thousand() -> f64 {
    0.001
}

fn one_point() -> f64 {
    0.000_1
}

/// The unit that is counted on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Counted {
    /// Requests in the query's window; a mismatch is bad.
    #[default]
    Requests,
    /// Distinct users whom each side has answered since the split stands; a mismatch is inconclusive, and makes the whole
    /// analysis inconclusive: its result is invalid. Users must stay on their side.
    Users,
}

impl Test {
    /// The share of false alarms that it allows, if it has one.
    pub const fn alpha(&self) -> Option<f64> {
        match self {
            Self::TwoProportions { alpha }
            | Self::Fisher { alpha }
            | Self::Sequential { alpha, .. }
            | Self::SampleRatio { alpha, .. }
            | Self::Welch { alpha, .. }
            | Self::MannWhitney { alpha, .. } => Some(*alpha),
            Self::Kayenta(_) => None,
        }
    }

    /// Time from one sample to the next, for tests of samples.
    pub(in crate::control) const fn every(&self) -> Option<Span> {
        match self {
            Self::Welch { every, .. } | Self::MannWhitney { every, .. } => Some(*every),
            Self::Kayenta(judge) => Some(judge.every),
            Self::TwoProportions { .. }
            | Self::Fisher { .. }
            | Self::Sequential { .. }
            | Self::SampleRatio { .. } => None,
        }
    }

    /// Whether it compares failed requests, whatever the metric of the query.
    pub(in crate::control) const fn of_failures(&self) -> bool {
        matches!(self, Self::TwoProportions { .. } | Self::Fisher { .. } | Self::Sequential { .. })
    }

    /// Whether it counts the users of each side.
    pub(in crate::control) const fn counts_users(&self) -> bool {
        matches!(self, Self::SampleRatio { of: Counted::Users, .. })
    }
}

/// `Fisher's exact test`.
impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TwoProportions { .. } => "test of two proportions",
            Self::Fisher { .. } => "Fisher's exact test",
            Self::Sequential { .. } => "sequential test, always valid",
            Self::SampleRatio { .. } => "chi-square test of the split",
            Self::Welch { .. } => "Welch's t-test",
            Self::MannWhitney { .. } => "Mann-Whitney test",
            Self::Kayenta(_) => "Kayenta's judge",
        })
    }
}
