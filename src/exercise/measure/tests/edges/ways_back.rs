//! What calls for a way back, and from when on its times are counted.

use super::super::super::super::sample::{fact, record, roll_back};
use super::super::super::{attempt, deciding};
use super::{asked, at, firing, resolved, with};
use crate::engine::Span;
use crate::sim::{Fact, Pool, Record, RolloutCommand, RolloutPhase, What, Who};
use crate::telemetry::{Row, SeriesId, Store, Subject};

#[test]
fn only_commands_that_stop_it_within_the_attempt_are_a_hand_on_the_way_back() {
    use RolloutCommand::{Abort, KillFlag, Pause, Promote, PromoteFull, Resume, Retry, Undo};
    // The attempt began at 300 s, and it was decided to go back at 445 s.
    let stopped = |seconds, who, command| {
        let mut run = record();
        roll_back(&mut run, 452);
        run.facts.push(asked(seconds, who, command));
        attempt::stopped_itself(&run)
    };
    for command in [Abort, Undo, KillFlag, Pause] {
        let by_learner = [299, 300, 445, 446].map(|second| stopped(second, Who::Learner, command));
        assert_eq!(by_learner, [true, false, false, true], "{command:?}");
        assert!(stopped(440, Who::Trigger, command), "{command:?}");
    }
    for command in [Promote, PromoteFull, Resume, Retry] {
        assert!(stopped(440, Who::Learner, command), "{command:?}");
    }
    assert!(!attempt::stopped_itself(&record()), "it is out");
    let mut blind = record();
    roll_back(&mut blind, 452);
    blind.observed.first_sign = None;
    assert!(!attempt::stopped_itself(&blind) && !attempt::is_rolled_back(&blind));
}

#[test]
fn times_of_a_way_back_begin_with_the_harm_the_detection_and_the_decision() {
    let mut run = record();
    roll_back(&mut run, 452);
    run.truth.detected = None;
    assert_eq!(attempt::time_to_decide(&run), Some(0.0), "nobody was harmed before");
    run.truth.detected = Some(at(445));
    assert_eq!(attempt::time_to_decide(&run), Some(0.0));
    run.truth.detected = Some(at(460));
    assert_eq!(attempt::time_to_decide(&run), Some(0.0), "detected after the decision");
    assert_eq!(attempt::time_to_detect(&run), Some(140.0));
    run.truth.detected = None;
    assert_eq!(attempt::time_to_detect(&run), None);
    assert_eq!(attempt::time_to_recover(&run), Some(7.0));
    run.observed.rolled_back = None;
    assert_eq!(attempt::time_to_recover(&run), None);
    run.observed.aborted = None;
    for (harm, value) in [(Some(at(400)), None), (None, Some(0.0))] {
        run.truth.attempt_harm = harm;
        assert_eq!([attempt::time_to_decide(&run), attempt::time_to_recover(&run)], [value; 2]);
    }
    for (phase, hangs) in [
        (RolloutPhase::NotStarted, true),
        (RolloutPhase::Failed, true),
        (RolloutPhase::Paused, true),
        (RolloutPhase::RollingBack, true),
        (RolloutPhase::RolledBack, false),
    ] {
        run.observed.phase = phase;
        assert_eq!(attempt::is_left_hanging(&run), hangs, "{phase:?}");
    }
}

#[test]
fn a_way_back_is_called_for_by_harm_or_a_warning_and_a_promotion_by_silence() {
    use RolloutCommand::{Abort, KillFlag, Pause, Promote, PromoteFull, Resume, Retry, Undo};
    let wrong = |facts: Vec<Fact>| {
        let mut run = with(facts);
        run.truth.first_harm = Some(at(400));
        deciding::wrong_actions(&run)
    };
    for command in [Abort, Undo, KillFlag] {
        for who in [Who::Learner, Who::Trigger] {
            assert_eq!(wrong(vec![asked(399, who, command)]), 1, "{command:?}");
            assert_eq!(wrong(vec![asked(400, who, command)]), 0, "{command:?}");
        }
        assert_eq!(wrong(vec![asked(399, Who::Strategy, command)]), 0);
        assert_eq!(wrong(vec![asked(310, Who::Learner, command), asked(320, Who::Learner, command)]), 2);
        for (what, warns) in [
            (What::AlertFiring("errors".into()), true),
            (What::Tested { pool: Pool::Candidate, passed: 9, failed: 1 }, true),
            (What::Tested { pool: Pool::Candidate, passed: 10, failed: 0 }, false),
            (What::Paged("errors".into()), false),
        ] {
            let facts = vec![fact(350, what.clone()), asked(360, Who::Learner, command)];
            assert_eq!(wrong(facts), usize::from(!warns), "{what:?}");
        }
    }
    for command in [Promote, PromoteFull] {
        let facts = |resolved_name: &str| {
            vec![firing(410), resolved(420, resolved_name), asked(430, Who::Learner, command)]
        };
        assert_eq!([wrong(facts("errors")), wrong(facts("slow"))], [0, 1]);
        assert_eq!(wrong(vec![asked(430, Who::Learner, command)]), 0);
    }
    for command in [Pause, Resume, Retry] {
        assert_eq!(wrong(vec![asked(310, Who::Learner, command)]), 0);
    }
}

/// A run whose monitoring shows, from `since` on, that the candidate fails a fifth of its requests.
fn shown(since: u64) -> Record {
    let mut store = Store::new(2, &[], &[], Span::from_secs(300));
    store.name(Subject::Candidate, &[SeriesId(0)]);
    store.name(Subject::Baseline, &[SeriesId(1)]);
    let mut errors = 0;
    for scrape in 0..=80_u64 {
        let now = at(15 * scrape);
        errors += if 15 * scrape > since { 200 } else { 10 };
        for (series, errors) in [(0, errors), (1, 10 * scrape)] {
            let row = Row { requests: 1000 * scrape, errors, ..Row::default() };
            store.push(SeriesId(series), now, now, row);
        }
    }
    let mut run = record();
    run.observed.metrics = store;
    run.observed.first_sign = None;
    run
}

#[test]
fn clear_evidence_calls_for_a_way_back_within_a_reaction() {
    let mut run = shown(600);
    let clear = (300..1200).find(|second| deciding::rests_on_evidence(&run, at(*second))).unwrap();
    assert!((601..=645).contains(&clear), "{clear}");
    // It is looked at every 15 s from the start at 300 s on.
    let look = 300 + (clear - 300_u64).div_ceil(15) * 15;
    for (end, fits) in [(look + 90, 1.0), (look + 91, 0.0), (look - 1, 1.0)] {
        run.simulated = Span::from_secs(end);
        assert_eq!(deciding::on_evidence(&run), fits, "a run of {end} s, clear at {look} s");
    }
    run.observed.aborted = Some(at(clear));
    assert_eq!(deciding::on_evidence(&run), 1.0);
    run.observed.aborted = Some(at(clear - 1));
    assert_eq!(deciding::on_evidence(&run), 0.0);
    run.observed.first_sign = Some(at(clear - 1));
    assert_eq!(deciding::on_evidence(&run), 1.0, "a sign at the same moment");
    run.observed.first_sign = Some(at(clear));
    assert_eq!(deciding::on_evidence(&run), 0.0, "a sign after it");
    let mut unshown = shown(5000);
    assert_eq!(deciding::on_evidence(&unshown), 1.0);
    (unshown.observed.started, unshown.simulated) = (None, Span::from_secs(1200));
    assert_eq!(deciding::on_evidence(&unshown), 1.0);
}
