//! How an analysis of several checks stands, and when it has to look again, as Argo Rollouts runs an `AnalysisRun`.
//!
//! Source: `analysis/analysis.go` and `utils/analysis/helpers.go` of Argo Rollouts (conformance set
//! `argo_analysis_assessment`).

use super::assess::{Answers, Limits, Verdict, assess};
use crate::engine::Span;

/// Between a measurement that had no answer and the next one (`DefaultErrorRetryInterval`, 10 s).
pub const ERROR_RETRY: Span = Span::from_secs(10);

/// How a check stands. In order of badness (`IsWorse`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnalysisPhase {
    /// It has passed.
    Successful,
    /// It goes on.
    Running,
    /// Nothing was measured yet.
    Pending,
    /// It cannot be said.
    Inconclusive,
    /// It could not be measured.
    Error,
    /// It has failed.
    Failed,
}

impl From<Verdict> for AnalysisPhase {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Successful => Self::Successful,
            Verdict::Inconclusive => Self::Inconclusive,
            Verdict::Error => Self::Error,
            Verdict::Failed => Self::Failed,
        }
    }
}

impl AnalysisPhase {
    /// All phases.
    pub const ALL: [Self; 6] =
        [Self::Successful, Self::Running, Self::Pending, Self::Inconclusive, Self::Error, Self::Failed];

    /// Upstream's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Successful => "Successful",
            Self::Running => "Running",
            Self::Pending => "Pending",
            Self::Inconclusive => "Inconclusive",
            Self::Error => "Error",
            Self::Failed => "Failed",
        }
    }

    /// Whether it goes on no longer.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Pending)
    }
}

/// What was measured last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Nothing yet.
    Nothing,
    /// A measurement is under way.
    InFlight,
    /// It has been answered.
    Done,
}

/// How one check stands (`assessMetricStatus`): nothing is judged while a measurement is under way.
pub fn phase(limits: Limits, answers: Answers, last: Last, stopping: bool) -> AnalysisPhase {
    match last {
        Last::Nothing if stopping => AnalysisPhase::Successful,
        Last::Nothing => AnalysisPhase::Pending,
        Last::InFlight => AnalysisPhase::Running,
        Last::Done => assess(limits, answers, stopping).map_or(AnalysisPhase::Running, AnalysisPhase::from),
    }
}

/// One check of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How it stands.
    pub phase: AnalysisPhase,
    /// Whether its answer is only noted (`dryRun`).
    pub dry: bool,
}

/// How the whole analysis stands: it runs until all checks are over, then the worst counts; dry ones count for nothing
/// (`assessRunStatus`).
pub fn whole(checks: &[Standing]) -> AnalysisPhase {
    if checks.iter().any(|check| !check.phase.is_over()) {
        return AnalysisPhase::Running;
    }
    let wet = checks.iter().filter(|check| !check.dry);
    wet.map(|check| check.phase).max().unwrap_or(AnalysisPhase::Successful)
}

/// Whether the other checks are to be stopped, since one has gone badly (`IsTerminating`).
pub fn is_stopping(checks: &[Standing]) -> bool {
    checks.iter().any(|check| !check.dry && check.phase >= AnalysisPhase::Inconclusive)
}

/// When a check is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Whether it is over, or its count reached.
    pub over: bool,
    /// Between measurements; without, it is measured once.
    pub interval: Option<Span>,
    /// From the start to the first.
    pub initial_delay: Option<Span>,
    /// How long ago the last one finished; `None` when there was none.
    pub finished: Option<Span>,
    /// Whether one is under way.
    pub in_flight: bool,
    /// Whether the last one had no answer.
    pub failed_to_measure: bool,
}

/// In how long the earliest check is due, of an analysis that has run for `running`; `None` when none is
/// (`calculateNextReconcileTime`).
pub fn next_look(running: Span, checks: &[Timing]) -> Option<Span> {
    checks.iter().filter_map(|check| due(running, check)).min()
}

fn due(running: Span, check: &Timing) -> Option<Span> {
    if check.over || check.in_flight {
        return None;
    }
    let rest = |wait: Span, gone: Span| if gone >= wait { Span::ZERO } else { wait - gone };
    let Some(finished) = check.finished else {
        return check.initial_delay.map(|delay| rest(delay, running));
    };
    let interval = if check.failed_to_measure { Some(ERROR_RETRY) } else { check.interval };
    interval.map(|interval| rest(interval, finished))
}

#[cfg(test)]
mod tests {
    use super::AnalysisPhase::*;
    use super::*;

    #[test]
    fn the_worst_check_counts_once_all_are_over() {
        let wet = |phase| Standing { phase, dry: false };
        let dry = |phase| Standing { phase, dry: true };
        assert_eq!(whole(&[wet(Successful), wet(Inconclusive), wet(Error)]), Error);
        assert_eq!(whole(&[wet(Failed), wet(Running)]), Running);
        assert_eq!(whole(&[dry(Failed), wet(Successful)]), Successful);
        assert_eq!(whole(&[dry(Failed)]), Successful);
        assert!(is_stopping(&[wet(Running), wet(Error)]));
        assert!(!is_stopping(&[wet(Running), dry(Error)]));
    }

    #[test]
    fn the_earliest_check_is_looked_at_next() {
        let seconds = Span::from_secs;
        let every_minute = Timing {
            over: false,
            interval: Some(seconds(60)),
            initial_delay: None,
            finished: Some(seconds(30)),
            in_flight: false,
            failed_to_measure: false,
        };
        let late = Timing { initial_delay: Some(seconds(40)), finished: None, ..every_minute };
        assert_eq!(next_look(seconds(30), &[every_minute, late]), Some(seconds(10)));
        assert_eq!(next_look(seconds(30), &[Timing { in_flight: true, ..every_minute }]), None);
        assert_eq!(next_look(seconds(30), &[Timing { interval: None, ..every_minute }]), None);
        let silent = Timing { failed_to_measure: true, finished: Some(seconds(4)), ..every_minute };
        assert_eq!(next_look(seconds(30), &[silent]), Some(seconds(6)));
    }
}
