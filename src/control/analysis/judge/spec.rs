//! The settings of Kayenta's judge in a plan, and one judgement by them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Classification, Classifier, Direction, Effect, Graded, Label, NanStrategy, Thresholds, classify, prepare,
    score,
};
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::significance::{Found, digits, one_minute, paired, samples};
use crate::engine::{Span, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

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

fn ninety_five() -> f64 {
    95.0
}

fn seventy_five() -> f64 {
    75.0
}

fn one_group() -> Vec<String> {
    vec!["metrics".to_owned()]
}

impl JudgedMetric {
    fn classifier(&self) -> Classifier {
        let any = self.effect.any_change();
        let thresholds = |low: Option<f64>, high: Option<f64>| Thresholds {
            low: low.unwrap_or(any.low),
            high: high.unwrap_or(any.high),
        };
        Classifier {
            direction: self.direction,
            nan: self.nan,
            critical: self.critical,
            must_have_data: self.must_have_data,
            effect: self.effect,
            allowed: thresholds(self.allowed_decrease, self.allowed_increase),
            critical_at: thresholds(self.critical_decrease, self.critical_increase),
            ..Classifier::default()
        }
    }
}

impl Kayenta {
    /// Judges the window of `query` that ends now; `None` when no metric has data.
    pub(in crate::control) fn look(
        &self,
        query: &Query,
        against: &Subject,
        metrics: &Store,
        now: Time,
    ) -> Option<Found> {
        let judged: Vec<(&JudgedMetric, Classification)> = self
            .metrics
            .iter()
            .map(|metric| {
                let all = |of: &Subject| samples(query, &metric.metric, of, self.every, metrics, now);
                let mut sides = [all(&query.of), all(against)];
                if metric.nan == NanStrategy::Remove {
                    sides = paired(&sides[0], &sides[1]).into();
                }
                let [experiment, control] = sides.map(|all| {
                    let silent = all.iter().all(|value| !value.is_finite());
                    if silent { Vec::new() } else { prepare(&all, metric.nan, metric.outlier_factor) }
                });
                (metric, classify(&metric.classifier(), &experiment, &control))
            })
            .collect();
        if judged
            .iter()
            .filter(|(metric, _)| !metric.muted)
            .all(|(_, found)| matches!(found.label, Label::Nodata | Label::NodataFail))
        {
            return None;
        }
        let counting = judged.iter().filter(|(metric, _)| !metric.muted);
        let graded = counting.map(|(metric, found)| Graded {
            label: found.label,
            critical: found.critical,
            groups: metric.groups.clone(),
        });
        let score = score(&graded.collect::<Vec<_>>(), &self.weights);
        let verdict = if score.summary >= self.pass {
            Verdict::Successful
        } else if score.summary >= self.marginal {
            Verdict::Inconclusive
        } else {
            Verdict::Failed
        };
        let mut sentence = format!(
            "score of {} over {} is {} of 100 (pass {}, marginal {})",
            query.of, query.over, score.summary, self.pass, self.marginal
        );
        for (metric, found) in judged.iter().filter(|(_, found)| found.label != Label::Pass) {
            let muted = if metric.muted { " (muted)" } else { "" };
            sentence.push_str(&format!(", {}{muted} is {}", metric.metric, found.label.name()));
            if found.deviation.is_finite() && found.shift.is_some() {
                sentence.push_str(&format!(" (effect {})", digits(found.deviation)));
            }
        }
        if !score.reason.is_empty() {
            sentence.push_str(&format!(": {}", score.reason));
        }
        Some(Found { verdict, sentence })
    }
}
