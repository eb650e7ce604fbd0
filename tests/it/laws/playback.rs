//! A run under the hand: however it is cut, rewound and acted upon, it is the run of its plan and its actions.

use rollout_lab::engine::{Share, Span, Stream, Time};
use rollout_lab::exercise::{HandAction, Playback, play};
use rollout_lab::sim::{Case, ManualAction, RolloutCommand};

use crate::timelines::{PLANS, checkout, plan, releases};

const SEED: u64 = 11;

/// The case of the strategy's bad release.
fn bad_case(strategy: &str) -> Case {
    let [_, bad] = releases(&plan(strategy).strategy);
    Case { release: Some(bad.to_owned()), ..Case::default() }
}

fn start(strategy: &str, actions: &[HandAction]) -> Playback {
    let begun = Playback::new(&checkout(), &bad_case(strategy), &plan(strategy), actions, SEED);
    begun.unwrap_or_else(|issues| panic!("{issues:?}"))
}

/// The digest of the same run, simulated in one go.
fn in_one_go(strategy: &str, playback: &Playback) -> String {
    let record = play(&checkout(), &bad_case(strategy), &plan(strategy), playback.actions(), SEED);
    record.unwrap_or_else(|issues| panic!("{issues:?}")).digest
}

#[test]
fn a_run_that_is_sought_in_and_acted_upon_is_the_run_of_its_actions() {
    let actions = [
        ManualAction::Command(RolloutCommand::Pause),
        ManualAction::Command(RolloutCommand::Resume),
        ManualAction::Command(RolloutCommand::Abort),
        ManualAction::Flag { name: "new-checkout".to_owned(), share: Share::ZERO },
    ];
    for (number, (name, strategy)) in PLANS.iter().enumerate() {
        let draws = Stream::from_key(number as u64);
        let mut playback = start(strategy, &[]).rewindable();
        for turn in 0..8 {
            let time = draws.below(3 * turn, playback.end().0);
            playback.seek(Time(time / 1_000_000_000 * 1_000_000_000));
            if turn % 4 == 3 {
                let which = draws.below(3 * turn + 1, actions.len() as u64) as usize;
                playback.act(actions[which].clone(), "");
                playback.go_on(Span(draws.below(3 * turn + 2, 90_000_000_000)));
            }
        }
        playback.seek(playback.end());
        assert!(playback.is_over());
        assert_eq!(playback.record().digest, in_one_go(strategy, &playback), "{name}");
    }
}

#[test]
fn a_moment_that_is_sought_again_is_the_same_moment() {
    let (_, strategy) = PLANS[4];
    let hand = |at: u64, action: ManualAction| HandAction::new(Time::from_secs(at), action);
    let actions = [
        hand(600, ManualAction::Command(RolloutCommand::Abort)),
        hand(0, ManualAction::Command(RolloutCommand::Pause)),
        hand(420, ManualAction::Command(RolloutCommand::Resume)),
    ];
    let mut playback = start(strategy, &actions).rewindable();
    let moments = [0, 1, 59, 60, 61, 419, 420, 421, 600, 700, 1200].map(Time::from_secs);
    let seen = moments.map(|moment| {
        playback.seek(moment);
        (playback.now(), playback.simulation().digest(), playback.simulation().events())
    });
    for (moment, seen) in moments.iter().zip(&seen).rev() {
        playback.seek(*moment);
        let again = (playback.now(), playback.simulation().digest(), playback.simulation().events());
        assert_eq!(&again, seen, "{moment:?}");
    }
    assert_eq!(playback.seen(), Time::from_secs(1200));
}

#[test]
fn what_is_done_by_hand_begins_another_future() {
    let (_, strategy) = PLANS[4];
    let later = HandAction::new(Time::from_secs(900), ManualAction::Command(RolloutCommand::Pause));
    let mut playback = start(strategy, std::slice::from_ref(&later)).rewindable();
    playback.seek(Time::from_secs(1000));
    playback.seek(Time::from_secs(300));
    assert_eq!(playback.actions(), [later]);
    playback.act(ManualAction::Command(RolloutCommand::Abort), "");
    assert_eq!(
        playback.actions(),
        [HandAction::new(Time::from_secs(300), ManualAction::Command(RolloutCommand::Abort))]
    );
    assert_eq!(playback.seen(), Time::from_secs(300), "the future that was seen is not this one's");
    playback.seek(playback.end());
    let digest = playback.record().digest;
    assert_eq!(digest, in_one_go(strategy, &playback));
    playback.act(ManualAction::Command(RolloutCommand::Promote), "");
    assert_eq!(playback.actions().len(), 1, "nothing is done once the run is over");
}

#[test]
fn step_by_step_it_is_the_same_run() {
    let (_, strategy) = PLANS[4];
    let hand = HandAction::new(Time::from_secs(301), ManualAction::Command(RolloutCommand::Pause));
    let mut stepped = start(strategy, std::slice::from_ref(&hand));
    stepped.seek(Time::from_secs(300));
    while stepped.now() < Time::from_secs(303) && stepped.step() {}
    let mut whole = start(strategy, &[hand]);
    whole.seek(stepped.now());
    assert_eq!(stepped.simulation().digest(), whole.simulation().digest());
    stepped.seek(stepped.end());
    assert_eq!(stepped.record().digest, in_one_go(strategy, &stepped));
}
