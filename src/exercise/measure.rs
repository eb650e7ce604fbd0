//! The measures of a run. All that the lab knows of a measure stands in this file: its meaning is the comment of its variant,
//! its names, its unit and how it is read from a run are its row in `spec`.
//!
//! The value `None` means "never happened". That is later than anything and earns no points, whatever the marks are.

mod alerting;
mod attempt;
mod deciding;
mod experimenting;
pub(super) mod outage;
mod responding;
mod train;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Unit, audit};
use crate::engine::{Span, Time};
use crate::scenario::Scenario;
use crate::sim::{Record, Suspect, What};

/// A measure of a run. What never happened in a run (no completion, no detection) counts as infinitely late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, VariantArray)]
pub enum Measure {
    /// Users who fared worse than in the same world with nothing released.
    UsersHarmed,
    /// Users who fared better than in the same world with nothing released.
    UsersHelped,
    /// Requests of users that did not succeed, for any cause.
    RequestsFailed,
    /// Share of requests that did not succeed, for any cause.
    FailedShare,
    /// 1 when the candidate, or the flag, was out for everybody before the deadline and served everybody to the end of the run,
    /// else 0. Who answers decides, not what was reported.
    Completed,
    /// 1 when the last attempt went back on evidence, and the baseline served everybody at the end, else 0. Evidence is an alert, a
    /// failed check or a failed test of that attempt, or clear counts, before the decision.
    RolledBack,
    /// 1 when the last attempt went back as for `RolledBack` and nobody had asked for it by hand, else 0: the plan stopped it.
    StoppedItself,
    /// 1 when the run ended neither completed nor rolled back, else 0.
    LeftHanging,
    /// From the start of the rollout until the candidate served everybody; never when that did not hold, or came after the deadline.
    TimeToComplete,
    /// From the first harm of the last attempt to its first alert, failed check or failed test that saw requests which the
    /// release or its rollout harmed; 0 without harm.
    TimeToDetect,
    /// From the detection to the decision to roll back, in the last attempt; never when there was no evidence for it.
    TimeToDecide,
    /// From the decision to roll back until the baseline served everybody again, in the last attempt; never when there was no
    /// evidence for the decision.
    TimeToRecover,
    /// Highest share of requests answered by the candidate over any ten seconds.
    MaxExposure,
    /// Pages sent.
    Pages,
    /// Share of the error budget spent, of the scenario's first SLO.
    BudgetSpent,
    /// What all instances cost, in the scenario's currency.
    Cost,
    /// Instance-hours of the target above what its fleet would have used without a release.
    ExtraInstanceHours,
    /// Highest p99 of latency over ten seconds.
    WorstP99,
    /// Fewest ready instances over the fleet's size, 0 to 1.
    LowestCapacity,
    /// Side effects that happened twice.
    DoubledWrites,
    /// Alerts that fired although nothing was wrong in the time that they judge.
    FalseAlarms,
    /// From the first harm to the last; 0 without harm.
    TimeInHarm,
    /// From the first failed request of the first minute in which 5 % of the requests or more failed to the last one of the last such
    /// minute, to ten seconds, whatever made them fail; 0 when there was no such minute.
    TimeFailing,
    /// From the first page to the first acknowledgement; 0 when nobody was paged.
    TimeToAcknowledge,
    /// Share of the alerts that fired with something wrong in the time that they judge; 1 when none fired.
    AlertPrecision,
    /// 1 when an alert fired while users were harmed, or when fewer than twenty were; else 0. Its mean is the recall.
    AlertRecall,
    /// From the first harm until somebody was paged; 0 when fewer than twenty users were harmed. An alert that only opens a ticket
    /// pages nobody, nor does one whose notification is held back.
    TimeToPage,
    /// From the last harm until the alerts that had fired by then stopped; 0 without harm.
    TimeToReset,
    /// Pages over the simulated hours.
    PagesPerHour,
    /// 1 when nobody was harmed in the last five minutes, else 0.
    Mitigated,
    /// Ways back that nothing called for, and promotions while an alert fired, asked for by people and triggers.
    WrongActions,
    /// 1 when the decision fits what the monitoring showed then, apart from what came of it; else 0.
    DecidedOnEvidence,
    /// Actions by people, triggers and the autoscaler without a reason in the audit record.
    UnexplainedActions,
    /// Times that the release went forward while the scenario's `freezes` forbade changes.
    ChangesInFreeze,
    /// 1 when two different people had approved before the release reached everybody, or it never did; else 0.
    ApprovedByTwo,
    /// From the first page to the first acknowledgement by hand after it; 0 when nobody was paged.
    TimeToTakeThePage,
    /// From the first page to the first status update by hand after it; 0 when nobody was paged.
    TimeToTell,
    /// 1 when the cause that was named last by hand was a true one: a defect of the release that had shown, a fault that lasted or
    /// had ended less than five minutes before, or a surge of traffic. `Nothing` is right where none of these was in the whole
    /// run. Else 0.
    LocalisedRight,
    /// 1 when the version that serves at the end served users at least as well as the other one did; else 0.
    RightWinner,
    /// 1 when an experiment that lost users of one side (sample ratio mismatch) was stopped by the rollout or a person, and no version
    /// won by it; 1 as well where none were lost; else 0.
    SampleRatioNoticed,
    /// Share of the releases without a defect that went out to everybody before the deadline, of a train; what a later one replaced
    /// counts, and one that never came does not. 1 where all have a defect.
    SoundDelivered,
    /// Share of the releases with a defect that went back, of a train. One that never came counts as not stopped. 1 where none has a
    /// defect.
    DefectiveStopped,
    /// 1 when a hypothesis was written down before the first experiment, held when that began, and was broken in the run exactly if
    /// twenty users or more were harmed; else 0.
    HypothesisFits,
    /// 1 when what was concluded is right: the hypothesis kept after an experiment that ran to its end and harmed fewer than twenty
    /// users, dropped after one that harmed more, the experiment postponed while something else was wrong. Else 0.
    ConcludedRight,
    /// Users whom the best other decision in the same world would have spared harm, or helped; 0 when none surely would have. The other
    /// decisions are those of a what-if: to watch nothing, half the weight, back sooner, later, when trouble was first seen. Only a
    /// grading measures it, with up to ten more runs for each run.
    Regret,
}

/// The names and the unit of a measure, and how it is read from a run.
#[derive(Clone, Copy)]
struct Spec {
    key: &'static str,
    title: &'static str,
    column: &'static str,
    label: &'static str,
    unit: Unit,
    moved_by: &'static str,
    needs_slo: bool,
    value: fn(&Record, &Scenario) -> Option<f64>,
}

impl Spec {
    fn new(
        key: &'static str,
        title: &'static str,
        unit: Unit,
        value: fn(&Record, &Scenario) -> Option<f64>,
    ) -> Self {
        Self { key, title, column: title, label: title, unit, moved_by: "strategy", needs_slo: false, value }
    }

    /// A shorter name for the heading of a narrow column.
    fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }

    /// A shorter name for use beside a value whose unit is written.
    fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    /// The field of a plan that moves it most, where that is not the strategy.
    fn moved_by(self, moved_by: &'static str) -> Self {
        Self { moved_by, ..self }
    }

    /// It has a value only in scenarios with an SLO.
    fn needs_slo(self) -> Self {
        Self { needs_slo: true, ..self }
    }
}

impl Measure {
    /// All measures.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// One row for each measure: its JSON name with its unit, its title, its unit, and its value in that unit.
    fn spec(self) -> Spec {
        match self {
            Self::UsersHarmed => Spec::new("users_harmed", "users harmed", Unit::Users, |run, _| {
                Some(run.truth.users_harmed as f64)
            })
            .column("harmed"),
            Self::UsersHelped => Spec::new("users_helped", "users helped", Unit::Users, |run, _| {
                Some(run.truth.users_helped as f64)
            })
            .column("helped"),
            Self::RequestsFailed => {
                Spec::new("requests_failed", "requests failed", Unit::Requests, |run, _| Some(failed(run)))
            }
            Self::FailedShare => {
                Spec::new("failed_share", "share of requests failed", Unit::Share, |run, _| {
                    Some(failed(run) / run.truth.requests.arrived.max(1) as f64)
                })
                .column("failed")
                .label("requests failed")
            }
            Self::Completed => Spec::new("completed", "completed", Unit::YesNo, |run, _| {
                Some(yes(attempt::delivered(run).is_some()))
            })
            .moved_by("analysis"),
            Self::RolledBack => Spec::new("rolled_back", "rolled back", Unit::YesNo, |run, _| {
                Some(yes(attempt::is_rolled_back(run)))
            })
            .moved_by("analysis"),
            Self::StoppedItself => Spec::new("stopped_itself", "stopped itself", Unit::YesNo, |run, _| {
                Some(yes(attempt::stopped_itself(run)))
            })
            .moved_by("analysis"),
            Self::LeftHanging => Spec::new("left_hanging", "left hanging", Unit::YesNo, |run, _| {
                Some(yes(attempt::is_left_hanging(run)))
            }),
            Self::TimeToComplete => {
                Spec::new("time_to_complete_s", "time to complete", Unit::Seconds, |run, _| {
                    attempt::time_to_complete(run)
                })
                .column("time")
            }
            Self::TimeToDetect => Spec::new("time_to_detect_s", "time to detect", Unit::Seconds, |run, _| {
                attempt::time_to_detect(run)
            })
            .moved_by("alerts"),
            Self::TimeToDecide => Spec::new("time_to_decide_s", "time to decide", Unit::Seconds, |run, _| {
                attempt::time_to_decide(run)
            })
            .moved_by("analysis"),
            Self::TimeToRecover => {
                Spec::new("time_to_recover_s", "time to recover", Unit::Seconds, |run, _| {
                    attempt::time_to_recover(run)
                })
                .moved_by("triggers")
            }
            Self::MaxExposure => {
                Spec::new("max_exposure_share", "highest exposure", Unit::Share, |run, _| {
                    Some(run.truth.max_exposure.fraction())
                })
                .column("exposure")
            }
            Self::Pages => {
                Spec::new("pages", "pages", Unit::Pages, |run, _| Some(f64::from(run.observed.pages)))
                    .moved_by("alerts")
            }
            Self::BudgetSpent => {
                Spec::new("budget_spent_share", "error budget spent", Unit::Share, |run, _| {
                    Some(run.truth.budget_spent)
                })
                .needs_slo()
                .moved_by("alerts")
            }
            Self::Cost => Spec::new("cost", "cost", Unit::Money, |run, _| Some(run.truth.cost)),
            Self::ExtraInstanceHours => Spec::new(
                "extra_instance_hours",
                "extra instance-hours",
                Unit::InstanceHours,
                |run, world| Some(extra_instance_hours(run, world)),
            ),
            Self::WorstP99 => Spec::new("worst_p99_s", "worst p99", Unit::Seconds, |run, _| {
                Some(run.truth.worst_p99.as_secs_f64())
            }),
            Self::LowestCapacity => {
                Spec::new("lowest_capacity_share", "lowest capacity", Unit::Share, |run, world| {
                    Some(f64::from(run.truth.fewest_ready) / f64::from(instances(world).max(1)))
                })
            }
            Self::DoubledWrites => Spec::new("doubled_writes", "doubled writes", Unit::Writes, |run, _| {
                Some(run.truth.doubled_writes as f64)
            }),
            Self::FalseAlarms => Spec::new("false_alarms", "false alarms", Unit::Alerts, |run, _| {
                Some(f64::from(run.truth.false_alarms))
            })
            .moved_by("alerts"),
            Self::TimeInHarm => Spec::new("time_in_harm_s", "time in harm", Unit::Seconds, |run, _| {
                between(run.truth.first_harm, run.truth.last_harm).or(Some(0.0))
            })
            .moved_by("triggers"),
            Self::TimeFailing => {
                Spec::new("time_failing_s", "time with failing requests", Unit::Seconds, |run, _| {
                    let lasted = outage::outage(run, outage::USUAL).map(|(from, until)| until.since(from));
                    Some(lasted.map_or(0.0, |lasted| lasted.as_secs_f64()))
                })
                .column("failing")
                .moved_by("triggers")
            }
            Self::TimeToAcknowledge => {
                Spec::new("time_to_acknowledge_s", "time to acknowledge", Unit::Seconds, |run, _| {
                    time_to_acknowledge(run)
                })
                .moved_by("triggers")
            }
            Self::AlertPrecision => {
                Spec::new("alert_precision_share", "precision of alerts", Unit::Share, |run, _| {
                    Some(alerting::precision(run))
                })
                .column("precision")
                .moved_by("alerts")
            }
            Self::AlertRecall => Spec::new("alert_recall", "alerted of the harm", Unit::YesNo, |run, _| {
                Some(alerting::recall(run))
            })
            .column("recall")
            .moved_by("alerts"),
            Self::TimeToPage => Spec::new("time_to_page_s", "time to page", Unit::Seconds, |run, _| {
                alerting::time_to_page(run)
            })
            .column("paged")
            .moved_by("alerts"),
            Self::TimeToReset => Spec::new("time_to_reset_s", "time to reset", Unit::Seconds, |run, _| {
                alerting::time_to_reset(run)
            })
            .column("reset")
            .moved_by("alerts"),
            Self::PagesPerHour => {
                Spec::new("pages_per_hour", "pages an hour", Unit::PagesPerHour, |run, _| {
                    Some(alerting::pages_per_hour(run))
                })
                .moved_by("alerts")
            }
            Self::Mitigated => {
                Spec::new("mitigated", "mitigated", Unit::YesNo, |run, _| Some(deciding::mitigated(run)))
                    .moved_by("triggers")
            }
            Self::WrongActions => Spec::new("wrong_actions", "wrong actions", Unit::Actions, |run, _| {
                Some(deciding::wrong_actions(run) as f64)
            })
            .moved_by("analysis"),
            Self::DecidedOnEvidence => {
                Spec::new("decided_on_evidence", "decided on evidence", Unit::YesNo, |run, _| {
                    Some(deciding::on_evidence(run))
                })
                .column("on evidence")
                .moved_by("analysis")
            }
            Self::UnexplainedActions => {
                Spec::new("unexplained_actions", "unexplained actions", Unit::Actions, |run, _| {
                    Some(audit::without_reason(&run.facts) as f64)
                })
                .column("unexplained")
                .moved_by("triggers")
            }
            Self::ChangesInFreeze => {
                Spec::new("changes_in_freeze", "changes in a freeze", Unit::Actions, |run, world| {
                    Some(audit::changes_in(&world.freezes, &run.facts) as f64)
                })
                .column("in freeze")
            }
            Self::ApprovedByTwo => {
                Spec::new("approved_by_two", "approved by two people", Unit::YesNo, |run, _| {
                    Some(yes(audit::approved_by_two(&run.facts)))
                })
                .column("approved")
            }
            Self::TimeToTakeThePage => {
                Spec::new("time_to_take_the_page_s", "time to take the page", Unit::Seconds, |run, _| {
                    responding::time_to_take_the_page(run)
                })
                .column("taken")
                .moved_by("triggers")
            }
            Self::TimeToTell => Spec::new("time_to_tell_s", "time to tell", Unit::Seconds, |run, _| {
                responding::time_to_tell(run)
            })
            .column("told")
            .moved_by("triggers"),
            Self::LocalisedRight => {
                Spec::new("localised_right", "localised right", Unit::YesNo, |run, world| {
                    Some(yes(responding::localised_right(run, world, &[])))
                })
                .column("localised")
                .moved_by("triggers")
            }
            Self::RightWinner => Spec::new("right_winner", "right winner", Unit::YesNo, |run, _| {
                Some(yes(deciding::is_right_winner(run)))
            })
            .moved_by("analysis"),
            Self::SampleRatioNoticed => {
                Spec::new("sample_ratio_noticed", "sample ratio noticed", Unit::YesNo, |run, _| {
                    Some(yes(deciding::is_mismatch_noticed(run)))
                })
                .column("ratio noticed")
                .moved_by("analysis")
            }
            Self::SoundDelivered => {
                Spec::new("sound_delivered_share", "sound releases delivered", Unit::Share, |run, _| {
                    Some(train::sound_delivered(run))
                })
                .column("sound out")
                .moved_by("analysis")
            }
            Self::DefectiveStopped => {
                Spec::new("defective_stopped_share", "bad releases stopped", Unit::Share, |run, _| {
                    Some(train::defective_stopped(run))
                })
                .column("bad stopped")
                .moved_by("analysis")
            }
            Self::HypothesisFits => Spec::new("hypothesis_fits", "hypothesis fits", Unit::YesNo, |run, _| {
                Some(yes(experimenting::hypothesis_fits(run)))
            })
            .column("hypothesis")
            .moved_by("triggers"),
            Self::ConcludedRight => {
                Spec::new("concluded_right", "concluded right", Unit::YesNo, |run, world| {
                    Some(yes(experimenting::concluded_right(run, world)))
                })
                .column("concluded")
                .moved_by("triggers")
            }
            Self::Regret => Spec::new("regret_users", "regret", Unit::Users, |run, _| {
                run.truth.regret.map(|users| users as f64)
            }),
        }
    }

    /// Its name in JSON, with its unit where that is not plain from the name.
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// Its name as the heading of a narrow column.
    pub fn column(self) -> &'static str {
        self.spec().column
    }

    /// Its name beside a value whose unit is written.
    pub fn label(self) -> &'static str {
        self.spec().label
    }

    /// The field of a plan that moves it most.
    pub fn moved_by(self) -> &'static str {
        self.spec().moved_by
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        self.spec().unit
    }

    /// Whether it has a value only in scenarios with an SLO.
    pub fn needs_slo(self) -> bool {
        self.spec().needs_slo
    }

    /// Its value in `record`, a run of `scenario`, in its [`Unit`]; `None` when what it times never happened.
    pub fn of(self, record: &Record, scenario: &Scenario) -> Option<f64> {
        (self.spec().value)(record, scenario)
    }

    /// Its value in `record`, a run of a case in which `causes` are right to name as well.
    pub(super) fn of_case(self, record: &Record, scenario: &Scenario, causes: &[Suspect]) -> Option<f64> {
        match self {
            Self::LocalisedRight => Some(yes(responding::localised_right(record, scenario, causes))),
            other => other.of(record, scenario),
        }
    }
}

/// Instances of the target as the scenario gives them.
fn instances(scenario: &Scenario) -> u32 {
    scenario.service(&scenario.target).map_or(0, |target| target.instances)
}

/// Requests that did not succeed.
fn failed(record: &Record) -> f64 {
    let requests = &record.truth.requests;
    (requests.failed + requests.rejected + requests.timed_out) as f64
}

/// From the first page to the first acknowledgement; 0 when nobody was paged.
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

fn extra_instance_hours(record: &Record, scenario: &Scenario) -> f64 {
    let ordinary = record.simulated * u64::from(instances(scenario));
    (record.truth.instance_time - ordinary).as_secs_f64() / Span::from_secs(3600).as_secs_f64()
}

#[cfg(test)]
mod tests;
