//! Validation of a statistical test.

use crate::control::analysis::judge::Kayenta;
use crate::control::{Check, Limit, Test};
use crate::engine::Span;
use crate::scenario::{Notes, Scenario};
use crate::telemetry::Metric;

/// The shortest and the longest time between samples.
const STEPS: (Span, Span) = (Span::from_secs(1), Span::from_secs(86_400));
/// The fewest samples with which a rank test can be significant at the usual levels.
const FEWEST_SAMPLES: u64 = 4;
/// The most metrics a judge looks at.
const MOST_METRICS: usize = 50;

impl Test {
    /// Notes the mistakes in the test of `check` at the path `at`.
    pub(super) fn problems(&self, notes: &mut Notes, at: &str, check: &Check, scenario: Option<&Scenario>) {
        if !matches!(&check.pass, Limit::NotWorse(pass) if pass == self) || check.fail.is_some() {
            let message = "a test says by itself what is bad: give it as `pass`, and leave `fail` out";
            notes.error(at, "contradiction", message);
        }
        if self.alpha().is_some_and(|alpha| !(alpha > 0.0 && alpha <= 0.5)) {
            let message = "allowed is above 0 and at most 0.5: how often a sound release may be called bad";
            notes.error(format!("{at}.alpha"), "out-of-range", message);
        }
        if self.of_failures() && check.query.metric != Metric::ErrorRatio {
            let message = format!(
                "the {self} compares failed requests, the query asks for {}; ask for ErrorRatio, or use Welch or MannWhitney",
                check.query.metric
            );
            notes.error(at, "contradiction", message);
        }
        if let Some(every) = self.every() {
            notes.within(format!("{at}.every"), every, STEPS.0..=STEPS.1);
            if let Some(scrape) = scenario.map(|scenario| scenario.monitoring.scrape)
                && every < scrape * 2
            {
                let message = format!(
                    "samples of {every} hold fewer than two scrapes, one every {scrape}: they have no data but of gauges; write {} or more",
                    scrape * 2
                );
                notes.warning(format!("{at}.every"), "short-window", message);
            }
            if !every.is_zero() && check.query.over.0 / every.0 < FEWEST_SAMPLES {
                let message = format!(
                    "a window of {} has fewer than {FEWEST_SAMPLES} samples {every} apart: too few to tell anything; widen `over`",
                    check.query.over
                );
                notes.warning(format!("{at}.every"), "never", message);
            }
        }
        match self {
            Self::Sequential { tau2, .. } => notes.positive(format!("{at}.tau2"), *tau2, 1.0),
            Self::SampleRatio { candidate, .. } => {
                if !(candidate.fraction() > 0.0 && candidate.fraction() < 1.0) {
                    let message = "allowed is between 0% and 100%";
                    notes.error(format!("{at}.candidate"), "out-of-range", message);
                }
            }
            Self::Kayenta(judge) => judge.problems(notes, at, scenario),
            Self::TwoProportions { .. }
            | Self::Fisher { .. }
            | Self::Welch { .. }
            | Self::MannWhitney { .. } => {}
        }
    }
}

impl Kayenta {
    fn problems(&self, notes: &mut Notes, at: &str, scenario: Option<&Scenario>) {
        notes.length(&format!("{at}.metrics"), "metric", self.metrics.len(), 1..=MOST_METRICS);
        if !(0.0 <= self.marginal && self.marginal <= self.pass && self.pass <= 100.0) {
            let message = format!(
                "found marginal {} and pass {}; allowed is 0 <= marginal <= pass <= 100",
                self.marginal, self.pass
            );
            notes.error(format!("{at}.marginal"), "out-of-range", message);
        }
        let sum: f64 = self.weights.values().sum();
        if self.weights.values().any(|weight| weight.is_nan() || *weight < 0.0) || sum > 100.0 {
            let message = format!("the weights make {sum}; allowed are weights from 0, together at most 100");
            notes.error(format!("{at}.weights"), "out-of-range", message);
        }
        for name in self.weights.keys() {
            if !self.metrics.iter().any(|metric| metric.groups.contains(name)) {
                let message = format!("no metric counts in group \"{name}\"");
                notes.error(format!("{at}.weights"), "unknown-name", message);
            }
        }
        if !self.metrics.is_empty() && self.metrics.iter().all(|metric| metric.muted) {
            let message = "all metrics are muted: there is no score; let one count";
            notes.error(format!("{at}.metrics"), "contradiction", message);
        }
        for (index, metric) in self.metrics.iter().enumerate() {
            if metric.muted && metric.critical {
                let message = "a muted metric counts in no score, so that it is not critical";
                notes.warning(format!("{at}.metrics[{index}].critical"), "no-effect", message);
            }
            if let Some(scenario) = scenario {
                notes.extend(metric.metric.problems(&format!("{at}.metrics[{index}].metric"), scenario));
            }
            if let Some(factor) = metric.outlier_factor {
                notes.positive(format!("{at}.metrics[{index}].outlier_factor"), factor, 1_000.0);
            }
            if metric.groups.is_empty() {
                let message = "the metric counts in no group, so that it has no weight";
                notes.error(format!("{at}.metrics[{index}].groups"), "empty", message);
            }
        }
    }
}
