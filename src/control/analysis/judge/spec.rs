//! The settings of Kayenta's judge in a plan.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Direction, Effect, NanStrategy};
use crate::engine::Span;
use crate::telemetry::Metric;

/// The metrics that are judged together, and the score that is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Kayenta {
    /// The metrics.
    pub metrics: Vec<JudgedMetric>,
    /// Weights of groups, of 100 together; groups that are not listed share the rest equally.
    #[serde(default)]
    pub weights: BTreeMap<String, f64>,
    /// The score from which the release is good. Default 95, as in Kayenta's examples.
    #[serde(default = "ninety_five")]
    pub pass: f64,
    /// The score below which the release is bad; between the two it is inconclusive. Default 75, as in Kayenta's examples.
    #[serde(default = "seventy_five")]
    pub marginal: f64,
    /// Time from one sample to the next, and the window of each sample. Default 1 m (Kayenta's step).
    #[serde(default = "one_minute")]
    pub every: Span,
}

/// One metric of the judge. The tolerance is 0.25 and the confidence 0.98, as in `NetflixACAJudge`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgedMetric {
    /// The metric that is measured.
    pub metric: Metric,
    /// The groups it counts in. Default one group, `metrics`.
    #[serde(default = "one_group")]
    pub groups: Vec<String>,
    /// The direction that is bad. Kayenta: either.
    #[serde(default)]
    pub direction: Direction,
    /// Whether its failure makes the score 0. Kayenta: false.
    #[serde(default)]
    pub critical: bool,
    /// Whether it is muted: it is judged and reported, and counts in no score. Kayenta: false.
    #[serde(default)]
    pub muted: bool,
    /// Whether having no data fails it. Kayenta: false.
    #[serde(default)]
    pub must_have_data: bool,
    /// How missing samples are treated. Kayenta: removed.
    #[serde(default)]
    pub nan: NanStrategy,
    /// How the size of a change is measured. Kayenta: mean ratio.
    #[serde(default)]
    pub effect: Effect,
    /// The least effect that counts as high. Default any (1 for the mean ratio, 0.5 for CLES).
    #[serde(default)]
    pub allowed_increase: Option<f64>,
    /// The greatest effect that counts as low. Default any.
    #[serde(default)]
    pub allowed_decrease: Option<f64>,
    /// The least effect at which a critical metric is critically high. Default any.
    #[serde(default)]
    pub critical_increase: Option<f64>,
    /// The greatest effect at which a critical metric is critically low. Default any.
    #[serde(default)]
    pub critical_decrease: Option<f64>,
    /// Number of interquartile ranges beyond the quartiles from which a sample is removed as an outlier. Kayenta: none is removed.
    #[serde(default)]
    pub outlier_factor: Option<f64>,
}

/// Kayenta's step.
pub(in crate::control) fn one_minute() -> Span {
    Span::from_secs(60)
}

fn ninety_five() -> f64 {
    95.0
}

fn seventy_five() -> f64 {
    75.0
}

fn one_group() -> Vec<String> {
    vec!["metrics".to_owned()]
}
