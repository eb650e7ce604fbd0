//! A run played in frames, with pauses, seeks and forks, equals the run played in one go.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::app::model::order::{Order, Speed};
use crate::app::model::{Lab, LabCommand};
use crate::app::tests::lab;
use crate::engine::{Span, Time};
use crate::exercise::play;
use crate::sim::{ManualAction, RolloutCommand};

fn orders() -> impl Strategy<Value = Order> {
    prop_oneof![
        Just(Order::Play),
        Just(Order::Pause),
        (0..9_usize).prop_map(|index| Order::Speed(Speed::ALL[index])),
        (0..1_900_u64).prop_map(|second| Order::Seek(Time::ZERO + Span::from_secs(second))),
        Just(Order::StepEvent),
        (-90..90_i64).prop_map(Order::StepSeconds),
        Just(Order::Fork),
        (0..2_usize).prop_map(Order::TakeUp),
        (0..2_usize).prop_map(Order::Forget),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_run_cut_into_frames_has_the_digest_of_a_run_in_one_go(
        orders in prop::collection::vec((orders(), 0..400_u64), 1..24),
    ) {
        let mut lab = lab();
        lab.apply(LabCommand::OpenScenario("admin".to_owned()));
        for (order, wall) in orders {
            lab.apply(LabCommand::Play(order));
            lab.tick(Duration::from_millis(wall));
        }
        lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
        let run = lab.run.as_ref().unwrap();
        let whole = play(&run.scenario, &run.case.1, &run.plan, &[], run.seed).unwrap();
        prop_assert_eq!(&run.player.snapshot().record.digest, &whole.digest);
    }
}

#[test]
fn another_decision_after_a_fork_leaves_both_futures_to_compare() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("all-at-once".to_owned()));
    let at = Time::ZERO + Span::from_secs(240);
    lab.apply(LabCommand::Play(Order::Seek(at)));
    lab.apply(LabCommand::Play(Order::Fork));
    lab.apply(LabCommand::Play(Order::act(ManualAction::Command(RolloutCommand::Abort))));
    lab.apply(LabCommand::Play(Order::Seek(Time(u64::MAX))));
    let view = lab.run.as_ref().unwrap().player.snapshot().clone();
    let kept = &view.futures[0];
    assert_eq!((kept.name.as_str(), kept.forked), ("A", at));
    assert_ne!(kept.record.digest, view.record.digest);
    assert!(kept.record.observed.aborted.is_none() && view.record.observed.aborted.is_some());

    // The kept future is taken up again: nothing was done by hand in it.
    lab.apply(LabCommand::Play(Order::TakeUp(0)));
    let run = lab.run.as_ref().unwrap();
    assert!(run.player.snapshot().actions.is_empty());
    assert_eq!(run.player.snapshot().record.digest, kept.record.digest);
}

/// Plays; the question that is asked first is skipped by asking again.
fn plays(lab: &mut Lab) {
    (0..2).for_each(|_| lab.apply(LabCommand::Play(Order::Play)));
}

#[test]
fn the_shown_speed_is_the_true_one() {
    let mut lab = lab();
    lab.apply(LabCommand::OpenExercise("all-at-once".to_owned()));
    lab.apply(LabCommand::Play(Order::Speed(Speed::Times(30))));
    plays(&mut lab);
    (0..200).for_each(|_| lab.tick(Duration::from_millis(16)));
    let view = lab.run.as_ref().unwrap().player.snapshot().clone();
    assert!((view.true_speed - 30.0).abs() < 2.0, "{}", view.true_speed);
    assert!((view.now.since(Time::ZERO).as_secs_f64() - 96.0).abs() < 0.5, "{}", view.now);
}

/// How long a player may take for a run on a busy machine; it is a second or two on an idle one.
const LONGEST: Duration = Duration::from_secs(120);

#[test]
#[expect(clippy::disallowed_methods, reason = "the test ends when a thread does not")]
fn a_player_on_a_thread_plays_the_same_run() {
    let mut lab = lab();
    lab.start.threads = true;
    lab.apply(LabCommand::OpenExercise("all-at-once".to_owned()));
    lab.apply(LabCommand::Play(Order::Speed(Speed::Max)));
    plays(&mut lab);
    let begun = Instant::now();
    while !lab.run.as_ref().unwrap().player.snapshot().is_over() {
        assert!(begun.elapsed() < LONGEST, "the player on a thread has stopped before the end of the run");
        lab.tick(Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(1));
    }
    let run = lab.run.as_ref().unwrap();
    let whole = play(&run.scenario, &run.case.1, &run.plan, &[], run.seed).unwrap();
    assert_eq!(run.player.snapshot().record.digest, whole.digest);
}
