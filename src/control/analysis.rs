//! A running analysis: measures the checks that are due and judges them (an Argo Rollouts `AnalysisRun`).

pub mod assess;
pub mod judge;
pub(super) mod measure;
pub(super) mod placement;
pub(super) mod results;
pub(super) mod sample_ratio;
mod samples;
pub mod schedule;
mod significance;
pub(super) mod test;
mod test_result;

use super::{Analysis, Check, Limit};
use crate::engine::{Span, Time};
use crate::sim::{Action, Ask, CheckProgress, CheckState, Observation, Sight, Who};
use crate::telemetry::{Query, Store};
use assess::{Answers, Limits, Verdict};
use measure::{Measurement, evidence, measure};
use schedule::{AnalysisPhase, Last, Standing, Timing, due_in, is_stopping, next_look, phase, whole};

/// The progress of one analysis.
#[derive(Clone, Debug)]
pub(super) struct AnalysisRun {
    checks: Vec<CheckRun>,
    started: Time,
    /// The time after which no measurements are taken; never for a background analysis.
    ends: Time,
    /// When the next check is due.
    due: Time,
}

/// The progress of one check.
#[derive(Clone, Debug)]
struct CheckRun {
    answers: Answers,
    phase: AnalysisPhase,
    /// The time of the last measurement, and whether it ended in an error.
    last: Option<(Time, bool)>,
    /// The last measurement that did not pass.
    last_bad: Option<Measurement>,
}

/// Whether the monitoring's answer to `query` at `now` keeps `limit`; `None` when there is no answer, or none of the baseline to compare
/// it with. A statistical test is never kept: it takes an analysis.
pub fn keeps(query: &Query, limit: &Limit, metrics: &Store, now: Time) -> Option<bool> {
    let check = Check::new("", query.clone(), limit.clone());
    let seen = measure(&check, metrics, now);
    match seen.verdict {
        Verdict::Successful => Some(true),
        Verdict::Failed => Some(false),
        Verdict::Inconclusive | Verdict::Error => None,
    }
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
        let pending = CheckRun {
            answers: Answers::default(),
            phase: AnalysisPhase::Pending,
            last: None,
            last_bad: None,
        };
        let ends = match analysis.lasts {
            Some(lasts) if !background => now + lasts,
            _ => Time::NEVER,
        };
        Self { checks: vec![pending; analysis.checks.len()], started: now, ends, due: now }
    }

    /// Writes the progress of the checks, in their order, into `checks`.
    pub fn told(&self, checks: &mut Vec<CheckProgress>) {
        checks.clear();
        checks.extend(self.checks.iter().map(|run| CheckProgress {
            state: match run.phase {
                AnalysisPhase::Running | AnalysisPhase::Pending => CheckState::Running,
                AnalysisPhase::Successful => CheckState::Passed,
                AnalysisPhase::Inconclusive => CheckState::Inconclusive,
                AnalysisPhase::Error => CheckState::Silent,
                AnalysisPhase::Failed => CheckState::Failed,
            },
            measured: run.answers.measured,
            failed: run.answers.failed,
            inconclusive: run.answers.inconclusive,
            silent: run.answers.error,
        }));
    }

    /// The time after which no measurements are taken; [`Time::NEVER`] when none is fixed.
    pub const fn ends(&self) -> Time {
        self.ends
    }

    /// Takes the measurements that are due. Returns a judgement when the analysis is over; it must then be dropped.
    pub fn advance(
        &mut self,
        analysis: &Analysis,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> Option<Judgement> {
        if seen.now < self.due {
            return None;
        }
        let running = seen.now.since(self.started);
        for (check, run) in analysis.checks.iter().zip(&mut self.checks) {
            if due_in(running, &run.timing(check, seen.now)) == Some(Span::ZERO) {
                run.take(check, seen, asks);
            }
        }
        let is_over = seen.now >= self.ends;
        if is_over || is_stopping(&self.standings(analysis)) {
            for (check, run) in analysis.checks.iter().zip(&mut self.checks) {
                run.judge(check, true);
                if is_over {
                    run.doubt_if_silent();
                }
            }
        }
        let Some(worst) = whole(&self.standings(analysis)).verdict() else {
            let pairs = analysis.checks.iter().zip(&self.checks);
            let timings: Vec<Timing> = pairs.map(|(check, run)| run.timing(check, seen.now)).collect();
            self.due =
                next_look(running, &timings).map_or(self.ends, |wait| (seen.now + wait).min(self.ends));
            return None;
        };
        let (judgement, check) = self.judgement(analysis, worst);
        let verdict = judgement.verdict.name();
        let action = match check {
            None => Action::Note(format!("analysis {verdict}: {}", judgement.because)),
            Some(check) => {
                Action::Trouble(format!("analysis {verdict} at check {}", check.name), Some(check.sight()))
            }
        };
        asks.push(Ask { action, who: Who::Strategy, because: String::new() });
        Some(judgement)
    }

    fn standings(&self, analysis: &Analysis) -> Vec<Standing> {
        let pairs = analysis.checks.iter().zip(&self.checks);
        pairs.map(|(check, run)| Standing { phase: run.phase, dry: check.dry_run }).collect()
    }

    /// The judgement from the `worst` verdict of all checks that are no dry runs; inconclusive when the users were split
    /// wrongly. A judgement that is not good quotes the evidence of the first check with that verdict.
    fn judgement<'a>(&self, analysis: &'a Analysis, worst: Verdict) -> (Judgement, Option<&'a Check>) {
        let verdict = if self.is_spoilt(analysis) { Verdict::Inconclusive } else { worst };
        let mut counting = analysis.checks.iter().zip(&self.checks).filter(|(check, _)| !check.dry_run);
        let worst =
            counting.find(|(_, run)| verdict != Verdict::Successful && run.phase.verdict() == Some(verdict));
        let because = worst.map_or_else(|| self.results(), |(check, run)| run.because(check, verdict));
        (Judgement { verdict, because }, worst.map(|(check, _)| check))
    }

    /// Whether the users were not split as planned; then the result of every check is invalid.
    fn is_spoilt(&self, analysis: &Analysis) -> bool {
        let mut runs = analysis.checks.iter().zip(&self.checks);
        runs.any(|(check, run)| {
            check.is_of_users() && !check.dry_run && run.phase == AnalysisPhase::Inconclusive
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
    /// The data that decide when the check is measured next.
    fn timing(&self, check: &Check, now: Time) -> Timing {
        Timing {
            over: self.phase.is_over(),
            interval: Some(check.interval),
            initial_delay: Some(check.initial_delay),
            finished: self.last.map(|(at, _)| now.since(at)),
            in_flight: false,
            failed_to_measure: self.last.is_some_and(|(_, in_error)| in_error),
        }
    }

    /// Judges the check by its answers so far, unless it is over; `stopping` says that no more measurements are taken.
    fn judge(&mut self, check: &Check, stopping: bool) {
        if !self.phase.is_over() {
            let last = if self.last.is_some() { Last::Done } else { Last::Nothing };
            self.phase = phase(check.limits(), self.answers, last, stopping);
        }
    }

    /// At the end of its time a check that was measured and never had data has judged nothing, which is no reason to go on. Argo
    /// Rollouts lets such a metric pass when its run is stopped, but its runs end by a count of answers, not by a time.
    fn doubt_if_silent(&mut self) {
        if self.phase == AnalysisPhase::Successful && self.answers.count == 0 && self.answers.error > 0 {
            self.phase = AnalysisPhase::Inconclusive;
        }
    }

    /// Takes one measurement and judges the check again.
    fn take(&mut self, check: &Check, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let measurement = measure(check, seen.metrics, seen.now);
        self.answers.add(measurement.verdict);
        self.last = Some((seen.now, measurement.verdict == Verdict::Error));
        self.judge(check, false);
        if measurement.verdict == Verdict::Successful {
            return;
        }
        let verdict = measurement.verdict;
        self.last_bad = Some(measurement);
        let text = format!("check {}: {}", check.name, self.because(check, verdict));
        let action = match verdict {
            _ if check.dry_run => Action::Note(format!("dry run, {text}")),
            Verdict::Failed => Action::Trouble(text, Some(check.sight())),
            Verdict::Successful | Verdict::Inconclusive | Verdict::Error => Action::Note(text),
        };
        asks.push(Ask { action, who: Who::Strategy, because: String::new() });
    }

    /// The evidence of the last answer that was not good, and the number of such answers that is allowed.
    fn because(&self, check: &Check, verdict: Verdict) -> String {
        let Some(seen) = &self.last_bad else { return format!("check {} {}", check.name, verdict.name()) };
        if verdict == Verdict::Inconclusive && self.answers.count == 0 {
            return format!(
                "{}, none of {} measurements had any",
                evidence(check, seen),
                self.answers.measured
            );
        }
        let (kind, count, limit) = match verdict {
            Verdict::Inconclusive => {
                ("inconclusive answer", self.answers.inconclusive, check.inconclusive_limit)
            }
            Verdict::Error => {
                ("error in a row", self.answers.consecutive_error, check.consecutive_error_limit)
            }
            Verdict::Successful | Verdict::Failed => match u32::try_from(check.failure_limit) {
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
    /// What it looks at.
    pub(super) fn sight(&self) -> Sight {
        Sight { of: self.query.of.clone(), over: self.query.over }
    }

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

#[cfg(test)]
mod tests;
