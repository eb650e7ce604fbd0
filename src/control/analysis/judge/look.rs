//! One judgement of Kayenta's judge, by its settings in a plan.

use super::{
    Classification, Classifier, Graded, JudgedMetric, Kayenta, Label, NanStrategy, Thresholds, classify,
    prepare, score,
};
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::samples::{paired, samples};
use crate::control::analysis::test_result::{TestResult, digits};
use crate::engine::Time;
use crate::telemetry::{Query, Store, Subject};

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
    ) -> Option<TestResult> {
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
        Some(TestResult { verdict, sentence })
    }
}
