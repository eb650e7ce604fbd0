//! Statistical tests in a check: whether the candidate is significantly worse than the baseline.
//!
//! Tests of proportions compare counted requests and failures; tests of samples compare the answers of a query at every step
//! of its window, as Kayenta does with its metrics.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::assess::Verdict;
use super::judge::Kayenta;
use super::sample_ratio::{self, Counted};
use crate::engine::stats::Alternative;
use crate::engine::stats::describe::mean;
use crate::engine::stats::fisher::fisher;
use crate::engine::stats::mann_whitney::MannWhitney;
use crate::engine::stats::proportions::TwoProportions;
use crate::engine::stats::welch::welch;
use crate::engine::stats::{sequential, settled};
use crate::engine::{Share, Span, Time};
use crate::telemetry::{Metric, Query, Store, Subject};

/// The most samples taken of a window.
const MOST_SAMPLES: u64 = 1_000;

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
    /// often as wanted: let the window reach back to the rollout's start.
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

/// Kayenta's step.
pub(in crate::control) fn one_minute() -> Span {
    Span::from_secs(60)
}

/// The result of a test.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) struct Found {
    pub verdict: Verdict,
    /// The evidence, with its numbers.
    pub sentence: String,
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

    /// Tests the window of `query` that ends now; `None` means no data.
    pub(in crate::control) fn look(
        &self,
        query: &Query,
        against: &Subject,
        metrics: &Store,
        now: Time,
    ) -> Option<Found> {
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
                    libm::exp(-sequential::log_ratio(seen.difference(), seen.variance(), *tau2)).min(1.0)
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
    ) -> Option<Found> {
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
        Some(found(p <= alpha, sentence))
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
    ) -> Option<Found> {
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
        Some(found(p <= alpha, sentence))
    }
}

fn found(worse: bool, sentence: String) -> Found {
    Found { verdict: if worse { Verdict::Failed } else { Verdict::Successful }, sentence }
}

/// Whether a smaller value is worse.
const fn more_is_better(metric: &Metric) -> bool {
    matches!(metric, Metric::Business(_) | Metric::ReadyInstances | Metric::RequestRate)
}

/// The values of `metric` of `of` at every step of the query's window that ends now, oldest first; NaN where there are no
/// data. Business counters and failures are per request, since the sides get different shares of them.
pub(in crate::control) fn samples(
    query: &Query,
    metric: &Metric,
    of: &Subject,
    every: Span,
    metrics: &Store,
    now: Time,
) -> Vec<f64> {
    let steps = (query.over.0 / every.0.max(1)).min(MOST_SAMPLES);
    let ask = |metric: Metric, at| {
        metrics
            .recall(&Query { metric, of: of.clone(), over: every, ..query.clone() }, at, now)
            .unwrap_or(f64::NAN)
    };
    let moments = (0..steps).rev().map(|step| Time(now.0.saturating_sub(step * every.0)));
    let answer = |at| match metric {
        Metric::Business(_) | Metric::Failures => ask(metric.clone(), at) / ask(Metric::RequestRate, at),
        _ => ask(metric.clone(), at),
    };
    moments.map(answer).collect()
}

/// The samples of the moments at which both sides have one. A side that has been there for longer, or was seen sooner, would
/// otherwise speak of times that the other knows nothing of, such as those before a fault that both met.
pub(in crate::control) fn paired(first: &[f64], second: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let pairs = first.iter().copied().zip(second.iter().copied());
    pairs.filter(|(first, second)| first.is_finite() && second.is_finite()).unzip()
}

/// A number with three significant digits.
pub(in crate::control) fn digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    if value.abs() < 1e-4 {
        return format!("{value:.1e}");
    }
    let mut places = 0;
    let mut scaled = value.abs();
    while scaled < 100.0 && places < 6 {
        scaled *= 10.0;
        places += 1;
    }
    let text = format!("{value:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
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

#[cfg(test)]
mod tests;
