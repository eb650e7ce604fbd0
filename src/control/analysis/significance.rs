//! Statistical tests in a check: whether the candidate is significantly worse than the baseline.
//!
//! Tests of proportions compare counted requests and failures; tests of samples compare the answers of a query at every step
//! of its window, as Kayenta does with its metrics.

use super::sample_ratio;
use super::samples::{paired, samples};
use super::test::Test;
use super::test_result::{TestResult, digits};
use crate::engine::stats::Alternative;
use crate::engine::stats::describe::mean;
use crate::engine::stats::fisher::fisher;
use crate::engine::stats::mann_whitney::MannWhitney;
use crate::engine::stats::proportions::TwoProportions;
use crate::engine::stats::welch::welch;
use crate::engine::stats::{sequential, settled};
use crate::engine::{Span, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

impl Test {
    /// Tests the window of `query` that ends now; `None` means no data.
    pub(in crate::control) fn look(
        &self,
        query: &Query,
        against: &Subject,
        metrics: &Store,
        now: Time,
    ) -> Option<TestResult> {
        match self {
            Self::Welch { alpha, every } => {
                let p_of = |worse: &[f64], better: &[f64]| Some(welch(worse, better)?.p_greater());
                self.samples(query, against, (*alpha, *every), metrics, now, p_of)
            }
            Self::MannWhitney { alpha, every } => {
                let p_of = |worse: &[f64], better: &[f64]| {
                    let test = MannWhitney::new(worse, better);
                    Some(
                        test.p_exact(Alternative::Greater)
                            .unwrap_or_else(|| test.p(Alternative::Greater, 0.5)),
                    )
                };
                self.samples(query, against, (*alpha, *every), metrics, now, p_of)
            }
            Self::Kayenta(judge) => judge.look(query, against, metrics, now),
            Self::SampleRatio { alpha, candidate, of } => {
                sample_ratio::look(self, (*alpha, *candidate, *of), (query, against), metrics, now)
            }
            Self::TwoProportions { alpha } => {
                self.counts(query, against, *alpha, metrics, now, TwoProportions::p_first_greater)
            }
            Self::Fisher { alpha } => self.counts(query, against, *alpha, metrics, now, |seen| {
                fisher(seen.of_first, seen.n_first, seen.of_second, seen.n_second).first_greater
            }),
            Self::Sequential { alpha, tau2 } => self.counts(query, against, *alpha, metrics, now, |seen| {
                if seen.difference() > 0.0 {
                    libm::exp(-sequential::log_ratio(seen.difference(), seen.pooled_variance(), *tau2))
                        .min(1.0)
                } else {
                    1.0
                }
            }),
        }
    }

    /// Compares the failed requests of both sides: `p_of` gives the p-value of their numbers.
    fn counts(
        &self,
        query: &Query,
        against: &Subject,
        alpha: f64,
        metrics: &Store,
        now: Time,
        p_of: impl Fn(&TwoProportions) -> f64,
    ) -> Option<TestResult> {
        let [candidate, baseline] = metrics.seen_of_both(query, against, now)?;
        let seen = TwoProportions {
            of_first: candidate.errors.min(candidate.requests),
            n_first: candidate.requests,
            of_second: baseline.errors.min(baseline.requests),
            n_second: baseline.requests,
        };
        if seen.n_first == 0 || seen.n_second == 0 {
            return None;
        }
        let p = settled(p_of(&seen));
        let sentence = format!(
            "{} of {} requests of {} over {} failed, {} of {} of the {against}: {self} p = {} (limit {alpha})",
            seen.of_first,
            seen.n_first,
            query.of,
            query.over,
            seen.of_second,
            seen.n_second,
            digits(p),
        );
        Some(TestResult::new(p <= alpha, sentence))
    }

    /// Compares the samples of both sides: `p_of` gives the p-value of the hypothesis that the first side is not worse.
    fn samples(
        &self,
        query: &Query,
        against: &Subject,
        (alpha, every): (f64, Span),
        metrics: &Store,
        now: Time,
        p_of: impl Fn(&[f64], &[f64]) -> Option<f64>,
    ) -> Option<TestResult> {
        let of = |of: &Subject| samples(query, &query.metric, of, every, metrics, now);
        let (candidate, baseline) = paired(&of(&query.of), &of(against));
        if candidate.len() < 2 || baseline.len() < 2 {
            return None;
        }
        let (worse, better) =
            if more_is_better(&query.metric) { (&baseline, &candidate) } else { (&candidate, &baseline) };
        let p = settled(p_of(worse, better)?);
        let sentence = format!(
            "{query} is {} on average ({} samples), the {against}'s {} ({}): {self} p = {} (limit {alpha})",
            digits(mean(&candidate)),
            candidate.len(),
            digits(mean(&baseline)),
            baseline.len(),
            digits(p),
        );
        Some(TestResult::new(p <= alpha, sentence))
    }
}

/// Whether a smaller value is worse.
const fn more_is_better(metric: &Metric) -> bool {
    matches!(metric, Metric::Business(_) | Metric::ReadyInstances | Metric::RequestRate)
}

#[cfg(test)]
mod tests;
