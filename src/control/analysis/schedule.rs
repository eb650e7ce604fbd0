//! The phase of an analysis of several checks, and when each is measured next, as in an Argo Rollouts `AnalysisRun`.
//!
//! A run uses these functions. Source: `analysis/analysis.go` and
//! `utils/analysis/helpers.go` of Argo Rollouts (conformance set `argo_analysis_assessment`).

use super::assess::{Answers, Limits, Verdict, assess};
use crate::engine::Span;

/// Time from a measurement in error to the next one, whatever the check's interval (`DefaultErrorRetryInterval`, 10 s).
pub const ERROR_RETRY: Span = Span::from_secs(10);

/// The phase of a check or of a whole analysis, from best to worst (`IsWorse`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnalysisPhase {
    /// It has passed.
    Successful,
    /// More measurements follow.
    Running,
    /// Nothing was measured yet.
    Pending,
    /// Neither passed nor failed.
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
    /// The verdict of a check that is over; `None` while more measurements follow.
    pub const fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Successful => Some(Verdict::Successful),
            Self::Running | Self::Pending => None,
            Self::Inconclusive => Some(Verdict::Inconclusive),
            Self::Error => Some(Verdict::Error),
            Self::Failed => Some(Verdict::Failed),
        }
    }

    /// Whether no more measurements follow.
    pub const fn is_over(self) -> bool {
        self.verdict().is_some()
    }
}

/// The last measurement of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// There was none yet.
    Nothing,
    /// It is under way.
    InFlight,
    /// It has finished.
    Done,
}

/// The phase of one check (`assessMetricStatus`): nothing is judged while a measurement is under way.
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
    /// Its phase.
    pub phase: AnalysisPhase,
    /// Whether its answers are only noted (`dryRun`).
    pub dry: bool,
}

/// The phase of the whole analysis: running until all checks are over, then the worst of them; dry ones do not count
/// (`assessRunStatus`).
pub fn whole(checks: &[Standing]) -> AnalysisPhase {
    if checks.iter().any(|check| !check.phase.is_over()) {
        return AnalysisPhase::Running;
    }
    let wet = checks.iter().filter(|check| !check.dry);
    wet.map(|check| check.phase).max().unwrap_or(AnalysisPhase::Successful)
}

/// Whether the analysis stops its other checks because one has not passed (`IsTerminating`).
pub fn is_stopping(checks: &[Standing]) -> bool {
    checks.iter().any(|check| !check.dry && check.phase >= AnalysisPhase::Inconclusive)
}

/// The data that decide when a check is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Whether it is over, or its count reached.
    pub over: bool,
    /// Time between measurements; without one, the check is measured once.
    pub interval: Option<Span>,
    /// Time from the start to the first measurement.
    pub initial_delay: Option<Span>,
    /// Time since the last measurement finished; `None` when there was none.
    pub finished: Option<Span>,
    /// Whether a measurement is running.
    pub in_flight: bool,
    /// Whether the last measurement ended in an error.
    pub failed_to_measure: bool,
}

/// Time until the earliest check is due, in an analysis that has run for `running`; `None` when no check is due again
/// (`calculateNextReconcileTime`).
pub fn next_look(running: Span, checks: &[Timing]) -> Option<Span> {
    checks.iter().filter_map(|check| due_in(running, check)).min()
}

/// Time until one check is due, in an analysis that has run for `running`: zero when it is due now, `None` when it is not
/// measured again.
pub fn due_in(running: Span, check: &Timing) -> Option<Span> {
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
        assert_eq!(next_look(seconds(30), &[Timing { over: true, ..silent }]), None);
    }
}
