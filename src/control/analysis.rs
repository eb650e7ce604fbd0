//! An analysis under way: which checks are due, what they said, and what follows (an Argo Rollouts `AnalysisRun`).

pub mod assess;
pub mod judge;
pub(super) mod measure;
pub(super) mod placement;
pub(super) mod results;
pub(super) mod sample_ratio;
pub mod schedule;
pub(super) mod significance;

use super::{Analysis, Check};
use crate::engine::Time;
use crate::sim::{Action, Ask, CheckProgress, CheckState, Observation, Who};
use assess::{Answers, Limits, Verdict, assess};
use measure::{Measurement, evidence, measure};

/// The progress of one analysis.
#[derive(Clone, Debug)]
pub(super) struct AnalysisRun {
    checks: Vec<CheckRun>,
    /// When no more measurements are taken; never for background analysis.
    ends: Time,
    /// When something falls due next.
    due: Time,
}

#[derive(Clone, Debug)]
struct CheckRun {
    answers: Answers,
    next: Time,
    /// The last measurement that was not good.
    last_bad: Option<Measurement>,
    verdict: Option<Verdict>,
}

/// How an analysis ended, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judgement {
    pub verdict: Verdict,
    pub because: String,
}

impl AnalysisRun {
    /// Begins at `now`. As a step it ends after `for`; in the background it goes on until it is dropped.
    pub fn start(analysis: &Analysis, background: bool, now: Time) -> Self {
        let checks = analysis.checks.iter().map(|check| CheckRun {
            answers: Answers::default(),
            next: now + check.initial_delay,
            last_bad: None,
            verdict: None,
        });
        let ends = match analysis.lasts {
            Some(lasts) if !background => now + lasts,
            _ => Time::NEVER,
        };
        Self { checks: checks.collect(), ends, due: now }
    }

    /// How its checks stand, in their order, into `checks`.
    pub fn told(&self, checks: &mut Vec<CheckProgress>) {
        checks.clear();
        checks.extend(self.checks.iter().map(|run| CheckProgress {
            state: run.verdict.map_or(CheckState::Running, |verdict| match verdict {
                Verdict::Successful => CheckState::Passed,
                Verdict::Inconclusive => CheckState::Inconclusive,
                Verdict::Error => CheckState::Silent,
                Verdict::Failed => CheckState::Failed,
            }),
            measured: run.answers.measured,
            failed: run.answers.failed,
            inconclusive: run.answers.inconclusive,
            silent: run.answers.error,
        }));
    }

    /// When no more measurements are taken; [`Time::NEVER`] when that is not fixed.
    pub const fn ends(&self) -> Time {
        self.ends
    }

    /// Takes the measurements that are due. Answers when the analysis is over; it must then be dropped.
    pub fn advance(
        &mut self,
        analysis: &Analysis,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> Option<Judgement> {
        if seen.now < self.due {
            return None;
        }
        for (check, run) in analysis.checks.iter().zip(&mut self.checks) {
            run.advance(check, seen, asks);
        }
        let mut counting = analysis.checks.iter().zip(&self.checks).filter(|(check, _)| !check.dry_run);
        let failed = counting.any(|(_, run)| run.verdict.is_some_and(|v| v != Verdict::Successful));
        let stopping = failed || seen.now >= self.ends;
        if stopping {
            for (check, run) in analysis.checks.iter().zip(&mut self.checks) {
                run.verdict = run.verdict.or_else(|| assess(check.limits(), run.answers, true));
            }
        }
        let open = self.checks.iter().filter(|run| run.verdict.is_none()).map(|run| run.next).min();
        if let Some(next) = open {
            self.due = next.min(self.ends);
            return None;
        }
        let (judgement, check) = self.judgement(analysis);
        let verdict = judgement.verdict.name();
        let action = match check {
            None => Action::Note(format!("analysis {verdict}: {}", judgement.because)),
            Some(check) => Action::Trouble(format!("analysis {verdict} at check {}", check.name)),
        };
        asks.push(Ask { action, who: Who::Strategy, because: String::new() });
        Some(judgement)
    }

    /// The worst verdict of all checks that are not dry, if the split of the users lets them speak; if it is not good, with
    /// the sentence of the first check that has it.
    fn judgement<'a>(&self, analysis: &'a Analysis) -> (Judgement, Option<&'a Check>) {
        let counting = || analysis.checks.iter().zip(&self.checks).filter(|(check, _)| !check.dry_run);
        let worst = counting().filter_map(|(_, run)| run.verdict).max().unwrap_or(Verdict::Successful);
        let verdict = if self.is_spoilt(analysis) { Verdict::Inconclusive } else { worst };
        let worst =
            counting().find(|(_, run)| verdict != Verdict::Successful && run.verdict == Some(verdict));
        let because = worst.map_or_else(|| self.results(), |(check, run)| run.because(check, verdict));
        (Judgement { verdict, because }, worst.map(|(check, _)| check))
    }

    /// Whether the users' split was not the one meant: then no check says anything, good or bad.
    fn is_spoilt(&self, analysis: &Analysis) -> bool {
        let mut runs = analysis.checks.iter().zip(&self.checks);
        runs.any(|(check, run)| {
            check.is_of_users() && !check.dry_run && run.verdict == Some(Verdict::Inconclusive)
        })
    }

    fn results(&self) -> String {
        let sum = |of: fn(&Answers) -> u32| self.checks.iter().map(|run| of(&run.answers)).sum::<u32>();
        let (measured, good, silent) = (sum(|a| a.measured), sum(|a| a.successful), sum(|a| a.error));
        let mut text = format!("{good} of {measured} measurements were good");
        if silent > 0 {
            text.push_str(&format!(", {silent} had no data"));
        }
        text
    }
}

impl CheckRun {
    fn advance(&mut self, check: &Check, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        if self.verdict.is_some() || seen.now < self.next {
            return;
        }
        let measurement = measure(check, seen.metrics, seen.now);
        self.answers.add(measurement.verdict);
        self.next = seen.now + check.interval;
        self.verdict = assess(check.limits(), self.answers, false);
        if measurement.verdict == Verdict::Successful {
            return;
        }
        let verdict = measurement.verdict;
        self.last_bad = Some(measurement);
        let text = format!("check {}: {}", check.name, self.because(check, verdict));
        let action = match verdict {
            _ if check.dry_run => Action::Note(format!("dry run, {text}")),
            Verdict::Failed => Action::Trouble(text),
            _ => Action::Note(text),
        };
        asks.push(Ask { action, who: Who::Strategy, because: String::new() });
    }

    /// The evidence of the last answer that was not good, and how many such answers are allowed.
    fn because(&self, check: &Check, verdict: Verdict) -> String {
        let Some(seen) = &self.last_bad else { return format!("check {} {}", check.name, verdict.name()) };
        let (kind, count, limit) = match verdict {
            Verdict::Inconclusive => {
                ("inconclusive answer", self.answers.inconclusive, check.inconclusive_limit)
            }
            Verdict::Error => {
                ("error in a row", self.answers.consecutive_error, check.consecutive_error_limit)
            }
            _ => match u32::try_from(check.failure_limit) {
                Ok(limit) => ("failure", self.answers.failed, limit),
                Err(_) => {
                    return format!(
                        "{}, failure {}, any allowed",
                        evidence(check, seen),
                        self.answers.failed
                    );
                }
            },
        };
        format!("{}, {kind} {count} of {limit} allowed", evidence(check, seen))
    }
}

impl Check {
    fn limits(&self) -> Limits {
        Limits {
            failure: u32::try_from(self.failure_limit).ok(),
            inconclusive: self.inconclusive_limit,
            consecutive_error: self.consecutive_error_limit,
            consecutive_success: self.consecutive_success_limit,
            count: self.count,
        }
    }
}
