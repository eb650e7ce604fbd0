//! Classifies one metric of the candidate as high, low, or equal to the control's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::stats::describe;
use crate::engine::stats::shift::shift;

/// The class of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// As the control's.
    Pass,
    /// Higher than the control's.
    High,
    /// Lower than the control's.
    Low,
    /// There are no data on one side at least.
    Nodata,
    /// There are no data, and there must be: counts as a failure (`mustHaveData`).
    NodataFail,
}

impl Label {
    /// As Kayenta calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::High => "High",
            Self::Low => "Low",
            Self::Nodata => "Nodata",
            Self::NodataFail => "NodataFailMetric",
        }
    }
}

/// Which way a metric may not go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Direction {
    /// More is bad.
    Increase,
    /// Less is bad.
    Decrease,
    /// Any change is bad. Kayenta's default.
    #[default]
    Either,
}

/// How missing values are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NanStrategy {
    /// They are left out. Kayenta's default.
    #[default]
    Remove,
    /// They count as 0; no data at all then passes.
    Replace,
}

/// How the size of a change is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EffectSize")]
pub enum Effect {
    /// Mean of the candidate over the control's. Kayenta's default.
    #[default]
    MeanRatio,
    /// The share of pairs in which the candidate's is greater (common language effect size).
    Cles,
}

/// The effects from which a change counts: at most `low`, at least `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// A low metric has an effect of at most this.
    pub low: f64,
    /// A high metric has an effect of at least this.
    pub high: f64,
}

impl Effect {
    /// Thresholds at which every change counts: 1 for the mean ratio, 0.5 for CLES (Kayenta's defaults).
    pub const fn any_change(self) -> Thresholds {
        match self {
            Self::MeanRatio => Thresholds { low: 1.0, high: 1.0 },
            Self::Cles => Thresholds { low: 0.5, high: 0.5 },
        }
    }

    fn of(self, experiment: &[f64], control: &[f64]) -> f64 {
        match self {
            Self::MeanRatio => describe::mean_ratio(experiment, control),
            Self::Cles => describe::cles(experiment, control),
        }
    }
}

/// How a metric is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classifier {
    /// Part of the estimated shift that the interval must stay clear of. Kayenta's judge: 0.25.
    pub tolerance: f64,
    /// Confidence of the interval. Kayenta's judge: 0.98.
    pub confidence: f64,
    /// Which way is bad.
    pub direction: Direction,
    /// How missing values are treated.
    pub nan: NanStrategy,
    /// Whether a failure of this metric fails the release.
    pub critical: bool,
    /// Whether there must be data.
    pub must_have_data: bool,
    /// How the size of a change is measured.
    pub effect: Effect,
    /// The effects from which a change counts.
    pub allowed: Thresholds,
    /// The effects from which a change of a critical metric is critical.
    pub critical_at: Thresholds,
}

impl Default for Classifier {
    fn default() -> Self {
        let effect = Effect::MeanRatio;
        Self {
            tolerance: 0.25,
            confidence: 0.98,
            direction: Direction::Either,
            nan: NanStrategy::Remove,
            critical: false,
            must_have_data: false,
            effect,
            allowed: effect.any_change(),
            critical_at: effect.any_change(),
        }
    }
}

/// The classification of a metric, and the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// High, low, as the control's, or nothing to see.
    pub label: Label,
    /// Whether it fails the release by itself.
    pub critical: bool,
    /// The size of the change; 1 when it was not needed, NaN when there is none (a mean of 0).
    pub deviation: f64,
    /// The estimated shift and its interval: estimate, low, high. None when it was not needed.
    pub shift: Option<[f64; 3]>,
    /// Why; empty for a plain pass.
    pub reason: String,
}

/// Removes (or replaces by 0) values that are not finite, and removes the values outside [Q1 - f IQR, Q3 + f IQR] and outside the first and
/// the 99th percentile when `outlier_factor` is f (`NetflixACAJudge.handleOutliers`).
pub fn prepare(data: &[f64], nan: NanStrategy, outlier_factor: Option<f64>) -> Vec<f64> {
    let finite = data.iter().filter_map(|value| match nan {
        _ if value.is_finite() => Some(*value),
        NanStrategy::Remove => None,
        NanStrategy::Replace => Some(0.0),
    });
    let kept: Vec<f64> = finite.collect();
    let Some(factor) = outlier_factor else { return kept };
    let outliers = describe::far_outliers(&kept, factor);
    kept.into_iter().zip(outliers).filter(|(_, out)| !out).map(|(value, _)| value).collect()
}

/// Compares the experiment with the control (`MannWhitneyClassifier`): high when the interval of the shift lies above the
/// tolerated part of the estimate and the effect is large enough, low likewise. Values must be finite ([`prepare`]).
pub fn classify(how: &Classifier, experiment: &[f64], control: &[f64]) -> Classification {
    if experiment.is_empty() || control.is_empty() {
        return no_data(how);
    }
    if sorted(experiment) == sorted(control) {
        return pass("both sides are identical");
    }
    let Some(found) = shift(experiment, control, how.confidence) else { return no_data(how) };
    let deviation = how.effect.of(experiment, control);
    let bound = how.tolerance * found.estimate.abs();
    let high = how.direction != Direction::Decrease && found.low > bound;
    let low = how.direction != Direction::Increase && found.high < -bound;
    let reaches = |thresholds: Thresholds| {
        // An unknown effect (a mean of 0) does not rule a change out.
        deviation.is_nan() || (high && deviation >= thresholds.high) || (low && deviation <= thresholds.low)
    };
    let label = match (high, low) {
        (true, _) if reaches(how.allowed) => Label::High,
        (_, true) if reaches(how.allowed) => Label::Low,
        _ => Label::Pass,
    };
    let critical = label != Label::Pass && how.critical && reaches(how.critical_at);
    let reason = match label {
        Label::Pass => String::new(),
        label => format!("classified as {}", label.name()),
    };
    let shift = Some([found.estimate, found.low, found.high]);
    Classification { label, critical, deviation, shift, reason }
}

fn no_data(how: &Classifier) -> Classification {
    let reason = "missing data".to_owned();
    match how.nan {
        NanStrategy::Replace => pass(""),
        NanStrategy::Remove if how.must_have_data && !how.critical => {
            Classification { label: Label::NodataFail, critical: false, deviation: 1.0, shift: None, reason }
        }
        NanStrategy::Remove => Classification {
            label: Label::Nodata,
            critical: how.critical,
            deviation: 1.0,
            shift: None,
            reason,
        },
    }
}

fn pass(reason: &str) -> Classification {
    Classification {
        label: Label::Pass,
        critical: false,
        deviation: 1.0,
        shift: None,
        reason: reason.to_owned(),
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_from_its_threshold_on() {
        let slow = [20.0, 22.0, 21.0, 25.0, 30.0, 24.0, 23.0];
        let fast = [10.0, 12.0, 11.0, 12.5, 15.0, 11.5, 12.2];
        let plain = Classifier::default();
        assert_eq!(classify(&plain, &slow, &fast).label, Label::High);
        assert_eq!(classify(&plain, &fast, &slow).label, Label::Low);
        let patient = Classifier { allowed: Thresholds { low: 0.2, high: 5.0 }, ..plain };
        assert_eq!(classify(&patient, &slow, &fast).label, Label::Pass);
        let one_way = Classifier { direction: Direction::Decrease, ..plain };
        assert_eq!(classify(&one_way, &slow, &fast).label, Label::Pass);
    }

    #[test]
    fn no_data_pass_fail_or_say_nothing() {
        let plain = Classifier::default();
        assert_eq!(classify(&plain, &[], &[1.0]).label, Label::Nodata);
        let must = Classifier { must_have_data: true, ..plain };
        assert_eq!(classify(&must, &[], &[1.0]).label, Label::NodataFail);
        let replaced = Classifier { nan: NanStrategy::Replace, ..plain };
        assert_eq!(classify(&replaced, &[], &[1.0]).label, Label::Pass);
    }

    #[test]
    fn what_is_missing_and_what_lies_far_out_is_taken_out() {
        let data = [1.0, f64::NAN, 2.0, 3.0, 2.0, 100.0];
        assert_eq!(prepare(&data, NanStrategy::Remove, Some(3.0)), [1.0, 2.0, 3.0, 2.0]);
        assert_eq!(prepare(&data, NanStrategy::Replace, None), [1.0, 0.0, 2.0, 3.0, 2.0, 100.0]);
    }
}
