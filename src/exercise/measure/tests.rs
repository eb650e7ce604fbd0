//! Every measure through a run and a verdict; and what single measures come to in records that are written down here.

mod edges;

use super::super::{Category, Criterion, Grading, HandIn, Over, grade, sample};
use super::*;
use crate::engine::{Level, Share};
use crate::sim::RolloutPhase;

fn value(measure: Measure, change: impl FnOnce(&mut Record)) -> Option<f64> {
    let mut record = sample::record();
    change(&mut record);
    measure.of(&record, &sample::scenario())
}

#[test]
fn what_never_happened_has_no_value() {
    assert_eq!(value(Measure::TimeToComplete, |r| sample::roll_back(r, 600)), None);
    let undetected = |r: &mut Record| {
        r.truth.attempt_harm = Some(Time::from_secs(400));
        r.truth.detected = None;
        r.observed.aborted = None;
    };
    assert_eq!(value(Measure::TimeToDetect, undetected), None);
    assert_eq!(value(Measure::TimeToDecide, undetected), None);
    assert_eq!(value(Measure::TimeToRecover, undetected), None);
}

#[test]
fn without_harm_there_is_nothing_to_detect_decide_or_undo() {
    let calm = |r: &mut Record| {
        r.truth.attempt_harm = None;
        r.truth.detected = None;
        r.observed.aborted = None;
    };
    for measure in [Measure::TimeToDetect, Measure::TimeToDecide, Measure::TimeToRecover] {
        assert_eq!(value(measure, calm), Some(0.0), "{measure:?}");
    }
}

#[test]
fn a_sign_before_the_harm_is_no_delay() {
    let early = |r: &mut Record| {
        r.truth.detected = Some(Time::from_secs(350));
        r.truth.attempt_harm = Some(Time::from_secs(400));
    };
    assert_eq!(value(Measure::TimeToDetect, early), Some(0.0));
}

#[test]
fn detection_decision_and_recovery_follow_one_another() {
    let bad = |r: &mut Record| {
        r.truth.attempt_harm = Some(Time::from_secs(400));
        r.truth.detected = Some(Time::from_secs(430));
        sample::roll_back(r, 452);
    };
    assert_eq!(value(Measure::TimeToDetect, bad), Some(30.0));
    assert_eq!(value(Measure::TimeToDecide, bad), Some(15.0));
    assert_eq!(value(Measure::TimeToRecover, bad), Some(7.0));
    assert_eq!(value(Measure::RolledBack, bad), Some(1.0));
    assert_eq!(value(Measure::LeftHanging, bad), Some(0.0));
}

#[test]
fn going_back_without_evidence_earns_nothing() {
    let blind = |r: &mut Record| {
        sample::roll_back(r, 452);
        r.observed.first_sign = Some(Time::from_secs(446));
    };
    assert_eq!(value(Measure::RolledBack, blind), Some(0.0), "the sign came after the decision");
    assert_eq!(value(Measure::TimeToDecide, blind), None);
    assert_eq!(value(Measure::TimeToRecover, blind), None);
}

#[test]
fn who_answers_decides_and_not_what_was_reported() {
    let forged = |r: &mut Record| r.truth.points.iter_mut().for_each(|point| point.tries_of_candidate = 0);
    assert_eq!(value(Measure::Completed, |_| ()), Some(1.0));
    assert_eq!(value(Measure::Completed, forged), Some(0.0));
    assert_eq!(value(Measure::TimeToComplete, forged), None);
    assert_eq!(value(Measure::LeftHanging, forged), Some(1.0));
    let still_there = |r: &mut Record| {
        r.observed.phase = RolloutPhase::RolledBack;
        r.observed.first_sign = Some(Time::from_secs(500));
        r.observed.aborted = Some(Time::from_secs(500));
    };
    assert_eq!(value(Measure::RolledBack, still_there), Some(0.0), "the candidate serves everybody");
    let flash = |r: &mut Record| {
        let points = r.truth.points.iter_mut();
        points
            .filter(|point| point.at > Time::from_secs(1000))
            .for_each(|point| point.tries_of_candidate = 0);
    };
    assert_eq!(value(Measure::Completed, flash), Some(0.0), "it did not hold");
}

#[test]
fn what_is_out_after_the_deadline_is_not_delivered() {
    let at = |seconds: u64| move |r: &mut Record| r.deadline = Time::from_secs(seconds);
    assert_eq!(value(Measure::Completed, at(900)), Some(1.0));
    assert_eq!(value(Measure::Completed, at(899)), Some(0.0));
    assert_eq!(value(Measure::TimeToComplete, at(900)), Some(600.0));
    assert_eq!(value(Measure::TimeToComplete, at(899)), None);
}

#[test]
fn disconnected_flag_clients_need_not_be_reached() {
    let seven_in_eight = |r: &mut Record| {
        r.truth.reachable = Share::percent(87.5);
        r.truth
            .points
            .iter_mut()
            .for_each(|point| point.tries_of_candidate = point.tries_of_candidate * 7 / 8);
    };
    assert_eq!(value(Measure::Completed, seven_in_eight), Some(1.0));
    let not_even_they = |r: &mut Record| {
        seven_in_eight(r);
        r.truth.reachable = Share::ALL;
    };
    assert_eq!(value(Measure::Completed, not_even_they), Some(0.0));
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
    assert_eq!(value(Measure::ExtraInstanceHours, |r| r.truth.instance_time = r.simulated * 9), Some(0.0));
}

#[test]
fn capacity_is_a_share_of_the_fleet() {
    assert_eq!(value(Measure::LowestCapacity, |r| r.truth.fewest_ready = 7), Some(0.7));
}

/// A criterion that looks at `measure` in every case.
fn criterion(measure: Measure) -> Criterion {
    let mark = |number: f64| match measure.unit() {
        Unit::Seconds => Level::Span(Span::from_secs_f64(60.0 * number)),
        Unit::Share | Unit::YesNo => Level::Share(Share::percent(100.0 * number)),
        Unit::Users
        | Unit::Requests
        | Unit::Pages
        | Unit::Alerts
        | Unit::Writes
        | Unit::Actions
        | Unit::PagesPerHour
        | Unit::Money
        | Unit::InstanceHours => Level::Number(number),
    };
    Criterion {
        id: measure.key().to_owned(),
        points: 1.0,
        category: Category::RiskManagement,
        objectives: Vec::new(),
        standard: None,
        required: false,
        needs: None,
        on: Vec::new(),
        measure,
        over: Over::Min,
        full: mark(0.0),
        zero: mark(1.0),
        say: "Measured.".to_owned(),
        causes: Vec::new(),
    }
}

#[test]
fn every_measure_has_a_value_in_a_run_and_a_line_in_a_verdict() {
    let mut exercise = sample::exercise();
    exercise.rubric = Measure::ALL.iter().map(|measure| criterion(*measure)).collect();
    exercise.pass = 1.0;
    exercise.seeds = 1;
    let issues = exercise.problems(Some(&sample::scenario()));
    assert!(issues.iter().all(|issue| issue.severity == crate::scenario::Severity::Warning), "{issues:?}");
    let hand_in = HandIn::of_plan("mine.ron", sample::plan());
    let how = Grading::default();
    let verdict =
        grade(&exercise, &sample::scenario(), &sample::plan(), &hand_in, &how).expect("it is graded");
    let lines: Vec<&str> = verdict.criteria.iter().map(|line| line.id.as_str()).collect();
    let keys: Vec<&str> = Measure::ALL.iter().map(|measure| measure.key()).collect();
    assert_eq!(lines, keys);
    for line in &verdict.criteria {
        assert!((0.0..=1.0).contains(&line.points), "{line:?}");
        // The lowest of good and bad runs: a measure that is never there in any of them measures nothing.
        assert!(!line.measured.contains("never"), "{line:?}");
        assert!(line.measured.starts_with("lowest ") && !line.wanted.is_empty(), "{line:?}");
    }
}

#[test]
fn no_two_measures_share_a_name() {
    for name in [Measure::key, Measure::title, Measure::column] {
        let mut names: Vec<&str> = Measure::ALL.iter().map(|measure| name(*measure)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Measure::ALL.len(), "{names:?}");
    }
}

#[test]
fn a_way_back_that_somebody_asked_for_by_hand_did_not_stop_itself() {
    use crate::exercise::sample::fact;
    use crate::sim::{Action, RolloutCommand, What, Who};
    let bad = |r: &mut Record| {
        r.truth.attempt_harm = Some(Time::from_secs(400));
        r.truth.detected = Some(Time::from_secs(430));
        sample::roll_back(r, 452);
    };
    let asked = |who: Who, command: RolloutCommand| {
        move |r: &mut Record| {
            bad(r);
            r.facts.push(fact(440, What::Asked { who, action: Action::Command(command) }));
        }
    };
    assert_eq!(value(Measure::StoppedItself, bad), Some(1.0));
    assert_eq!(value(Measure::StoppedItself, asked(Who::Trigger, RolloutCommand::Abort)), Some(1.0));
    for command in [RolloutCommand::Abort, RolloutCommand::Undo, RolloutCommand::Pause] {
        assert_eq!(value(Measure::StoppedItself, asked(Who::Learner, command)), Some(0.0), "{command:?}");
        assert_eq!(value(Measure::RolledBack, asked(Who::Learner, command)), Some(1.0), "{command:?}");
    }
    assert_eq!(value(Measure::StoppedItself, asked(Who::Learner, RolloutCommand::Promote)), Some(1.0));
    assert_eq!(value(Measure::StoppedItself, |r| r.observed.aborted = None), Some(0.0));
}
