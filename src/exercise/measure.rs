//! What a measure comes to in one run, and in which unit.
//!
//! `None` is "never happened", which is later than anything: it earns no points, whatever the rubric's line says.

use super::Measure;
use crate::engine::{Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Record, RolloutPhase, What};

/// In what a measure is counted; says which levels a rubric may name and how a value is put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole people.
    Users,
    /// Whole requests.
    Requests,
    /// Whole pages to the on-call.
    Pages,
    /// Whole alerts.
    Alerts,
    /// Whole side effects.
    Writes,
    /// A part of a whole, 0 to 1, or more where a budget is overspent.
    Share,
    /// 1 or 0.
    YesNo,
    /// Seconds.
    Seconds,
    /// The scenario's currency.
    Money,
    /// Instance-hours.
    InstanceHours,
}

impl Measure {
    /// All measures, in the order of the list.
    pub const ALL: [Self; 21] = [
        Self::UsersHarmed,
        Self::RequestsFailed,
        Self::FailedShare,
        Self::Completed,
        Self::RolledBack,
        Self::LeftHanging,
        Self::TimeToComplete,
        Self::TimeToDetect,
        Self::TimeToDecide,
        Self::TimeToRecover,
        Self::MaxExposure,
        Self::Pages,
        Self::BudgetSpent,
        Self::Cost,
        Self::ExtraInstanceHours,
        Self::WorstP99,
        Self::LowestCapacity,
        Self::DoubledWrites,
        Self::FalseAlarms,
        Self::TimeInHarm,
        Self::TimeToAcknowledge,
    ];

    /// In what it is counted.
    pub const fn unit(self) -> Unit {
        match self {
            Self::UsersHarmed => Unit::Users,
            Self::RequestsFailed => Unit::Requests,
            Self::FailedShare | Self::MaxExposure | Self::BudgetSpent | Self::LowestCapacity => Unit::Share,
            Self::Completed | Self::RolledBack | Self::LeftHanging => Unit::YesNo,
            Self::TimeToComplete
            | Self::TimeToDetect
            | Self::TimeToDecide
            | Self::TimeToRecover
            | Self::TimeInHarm
            | Self::TimeToAcknowledge
            | Self::WorstP99 => Unit::Seconds,
            Self::Pages => Unit::Pages,
            Self::Cost => Unit::Money,
            Self::ExtraInstanceHours => Unit::InstanceHours,
            Self::DoubledWrites => Unit::Writes,
            Self::FalseAlarms => Unit::Alerts,
        }
    }

    /// What it is called, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::UsersHarmed => "users harmed",
            Self::RequestsFailed => "requests failed",
            Self::FailedShare => "share of requests failed",
            Self::Completed => "completed",
            Self::RolledBack => "rolled back",
            Self::LeftHanging => "left hanging",
            Self::TimeToComplete => "time to complete",
            Self::TimeToDetect => "time to detect",
            Self::TimeToDecide => "time to decide",
            Self::TimeToRecover => "time to recover",
            Self::MaxExposure => "highest exposure",
            Self::Pages => "pages",
            Self::BudgetSpent => "error budget spent",
            Self::Cost => "cost",
            Self::ExtraInstanceHours => "extra instance-hours",
            Self::WorstP99 => "worst p99",
            Self::LowestCapacity => "lowest capacity",
            Self::DoubledWrites => "doubled writes",
            Self::FalseAlarms => "false alarms",
            Self::TimeInHarm => "time in harm",
            Self::TimeToAcknowledge => "time to acknowledge",
        }
    }

    /// Its value in `record`, a run of `scenario`, in its [`Unit`]; `None` when what it times never happened.
    pub fn of(self, record: &Record, scenario: &Scenario) -> Option<f64> {
        let (seen, truth) = (&record.observed, &record.truth);
        let requests = &truth.requests;
        let failed = requests.failed + requests.rejected + requests.timed_out;
        match self {
            Self::UsersHarmed => Some(truth.users_harmed as f64),
            Self::RequestsFailed => Some(failed as f64),
            Self::FailedShare => Some(failed as f64 / (requests.arrived.max(1)) as f64),
            Self::Completed => Some(yes(seen.phase == RolloutPhase::Completed)),
            Self::RolledBack => Some(yes(seen.aborted.is_some())),
            Self::LeftHanging => {
                Some(yes(!matches!(seen.phase, RolloutPhase::Completed | RolloutPhase::RolledBack)))
            }
            Self::TimeToComplete => between(seen.started, seen.completed),
            Self::TimeToDetect => time_to_detect(record),
            Self::TimeToDecide => time_to_decide(record),
            Self::TimeToRecover => match seen.aborted {
                None => nothing_to_undo(record),
                aborted => between(aborted, seen.rolled_back),
            },
            Self::MaxExposure => Some(truth.max_exposure.fraction()),
            Self::Pages => Some(f64::from(seen.pages)),
            Self::BudgetSpent => Some(truth.budget_spent),
            Self::Cost => Some(truth.cost),
            Self::ExtraInstanceHours => Some(extra_instance_hours(record, scenario)),
            Self::WorstP99 => Some(truth.worst_p99.as_secs_f64()),
            Self::LowestCapacity => {
                let whole = scenario.service(&scenario.target).map_or(1, |target| target.instances.max(1));
                Some(f64::from(truth.fewest_ready) / f64::from(whole))
            }
            Self::DoubledWrites => Some(truth.doubled_writes as f64),
            Self::FalseAlarms => Some(f64::from(truth.false_alarms)),
            Self::TimeInHarm => between(truth.first_harm, truth.last_harm).or(Some(0.0)),
            Self::TimeToAcknowledge => time_to_acknowledge(record),
        }
    }
}

/// From the first page to the first acknowledgement; at once when nobody was paged.
fn time_to_acknowledge(record: &Record) -> Option<f64> {
    let first = |is: fn(&What) -> bool| record.facts.iter().find(|fact| is(&fact.what)).map(|fact| fact.at);
    let Some(paged) = first(|what| matches!(what, What::Paged(_))) else { return Some(0.0) };
    between(Some(paged), first(|what| matches!(what, What::Acknowledged(_))))
}

fn yes(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

fn between(from: Option<Time>, to: Option<Time>) -> Option<f64> {
    Some(to?.since(from?).as_secs_f64())
}

/// From the first harm to the first sign of it; at once when the sign came first, or when there was no harm.
fn time_to_detect(record: &Record) -> Option<f64> {
    match record.truth.first_harm {
        None => Some(0.0),
        harm => between(harm, record.observed.detected),
    }
}

/// From the first sign to the decision to go back. A decision without any sign took no time. Without a decision, it
/// was never made when users were harmed, and none was needed when they were not.
fn time_to_decide(record: &Record) -> Option<f64> {
    let seen = &record.observed;
    match (seen.detected, seen.aborted) {
        (_, None) => nothing_to_undo(record),
        (None, Some(_)) => Some(0.0),
        (detected, aborted) => between(detected, aborted),
    }
}

/// What a time after a decision is when none was made: no time when nobody was harmed, else never.
fn nothing_to_undo(record: &Record) -> Option<f64> {
    record.truth.first_harm.is_none().then_some(0.0)
}

fn extra_instance_hours(record: &Record, scenario: &Scenario) -> f64 {
    let instances = scenario.service(&scenario.target).map_or(0, |target| target.instances);
    let ordinary = record.simulated * u64::from(instances);
    (record.truth.instance_time - ordinary).as_secs_f64() / Span::from_secs(3600).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn value(measure: Measure, change: impl FnOnce(&mut Record)) -> Option<f64> {
        let mut record = sample::record();
        change(&mut record);
        measure.of(&record, &sample::scenario())
    }

    #[test]
    fn what_never_happened_has_no_value() {
        assert_eq!(value(Measure::TimeToComplete, |r| r.observed.completed = None), None);
        let undetected = |r: &mut Record| {
            r.truth.first_harm = Some(Time::from_secs(400));
            r.observed.detected = None;
            r.observed.aborted = None;
        };
        assert_eq!(value(Measure::TimeToDetect, undetected), None);
        assert_eq!(value(Measure::TimeToDecide, undetected), None);
        assert_eq!(value(Measure::TimeToRecover, undetected), None);
    }

    #[test]
    fn without_harm_there_is_nothing_to_detect_decide_or_undo() {
        let calm = |r: &mut Record| {
            r.truth.first_harm = None;
            r.observed.detected = None;
            r.observed.aborted = None;
        };
        for measure in [Measure::TimeToDetect, Measure::TimeToDecide, Measure::TimeToRecover] {
            assert_eq!(value(measure, calm), Some(0.0), "{measure:?}");
        }
    }

    #[test]
    fn a_sign_before_the_harm_is_no_delay() {
        let early = |r: &mut Record| {
            r.observed.detected = Some(Time::from_secs(350));
            r.truth.first_harm = Some(Time::from_secs(400));
        };
        assert_eq!(value(Measure::TimeToDetect, early), Some(0.0));
    }

    #[test]
    fn detection_decision_and_recovery_follow_one_another() {
        let bad = |r: &mut Record| {
            r.truth.first_harm = Some(Time::from_secs(400));
            r.observed.detected = Some(Time::from_secs(430));
            r.observed.aborted = Some(Time::from_secs(445));
            r.observed.rolled_back = Some(Time::from_secs(450));
        };
        assert_eq!(value(Measure::TimeToDetect, bad), Some(30.0));
        assert_eq!(value(Measure::TimeToDecide, bad), Some(15.0));
        assert_eq!(value(Measure::TimeToRecover, bad), Some(5.0));
        assert_eq!(value(Measure::RolledBack, bad), Some(1.0));
    }

    #[test]
    fn a_page_is_answered_from_the_first_page_on() {
        let fact = |seconds, what| sample::fact(seconds, what);
        let paged = |r: &mut Record| r.facts.push(fact(400, What::Paged("errors".into())));
        assert_eq!(value(Measure::TimeToAcknowledge, |_| ()), Some(0.0));
        assert_eq!(value(Measure::TimeToAcknowledge, paged), None);
        let answered = move |r: &mut Record| {
            paged(r);
            r.facts.push(fact(430, What::Paged("errors, to the next person".into())));
            r.facts.push(fact(475, What::Acknowledged("errors".into())));
        };
        assert_eq!(value(Measure::TimeToAcknowledge, answered), Some(75.0));
    }

    #[test]
    fn failures_count_every_way_of_not_succeeding() {
        assert_eq!(value(Measure::RequestsFailed, |_| ()), Some(60.0));
        assert_eq!(value(Measure::FailedShare, |_| ()), Some(0.06));
    }

    #[test]
    fn extra_instance_hours_are_above_the_ordinary_fleet_and_never_below_zero() {
        let hours = |extra: Span| {
            value(Measure::ExtraInstanceHours, move |r| r.truth.instance_time = r.simulated * 10 + extra)
        };
        assert_eq!(hours(Span::from_secs(7200)), Some(2.0));
        assert_eq!(
            value(Measure::ExtraInstanceHours, |r| r.truth.instance_time = r.simulated * 9),
            Some(0.0)
        );
    }

    #[test]
    fn capacity_is_a_share_of_the_fleet() {
        assert_eq!(value(Measure::LowestCapacity, |r| r.truth.fewest_ready = 7), Some(0.7));
    }
}
