//! Laws that are seen by running a world again.

use crate::control::{Plan, Strategy};
use crate::engine::{Share, Span};
use crate::exercise::{Playback, play};
use crate::scenario::{Defect, DefectTrigger, Effect};
use crate::soak::seen::Seen;

/// Where two digests differ, in a sentence.
fn equal(first: &str, second: &str) -> Result<(), String> {
    if first == second { Ok(()) } else { Err(format!("digest {second} in place of {first}")) }
}

fn refused<T: std::fmt::Debug>(issues: T) -> String {
    format!("refused: {issues:?}")
}

pub(super) fn same(seen: &Seen<'_>) -> Result<(), String> {
    let case = seen.of.case(seen.scenario);
    let again = play(seen.scenario, &case, seen.plan, seen.actions, seen.of.world.seed).map_err(refused)?;
    equal(&seen.record.digest, &again.digest)
}

/// Forward in pieces, back to a third, and on to the end.
pub(super) fn cut(seen: &Seen<'_>) -> Result<(), String> {
    let case = seen.of.case(seen.scenario);
    let playback = Playback::new(seen.scenario, &case, seen.plan, seen.actions, seen.of.world.seed);
    let mut playback = playback.map_err(refused)?.rewindable();
    while !playback.is_over() {
        playback.go_on(Span::from_millis(7_310));
    }
    let third = playback.now().since(crate::engine::Time::ZERO) / 3;
    playback.seek(crate::engine::Time::ZERO + third);
    playback.finish();
    equal(&seen.record.digest, &playback.record().digest)
}

pub(super) fn nothing(seen: &Seen<'_>) -> Result<(), String> {
    let idle = Plan {
        strategy: Strategy::Nothing,
        triggers: Vec::new(),
        on_call: None,
        autoscaler: None,
        analysis: None,
        ..seen.plan.clone()
    };
    let case = seen.of.case(seen.scenario);
    let record = play(seen.scenario, &case, &idle, &[], seen.of.world.seed).map_err(refused)?;
    match (record.truth.users_harmed, record.truth.users_helped) {
        (0, 0) => Ok(()),
        (harmed, helped) => Err(format!("{harmed} users harmed and {helped} helped by nothing")),
    }
}

pub(super) fn no_defect(seen: &Seen<'_>) -> Result<(), String> {
    let mut scenario = seen.scenario.clone();
    let when = vec![DefectTrigger::Chance(Share::ZERO)];
    scenario.releases[1].defects.push(Defect { name: "none".to_owned(), when, then: Effect::Errors });
    let case = seen.of.case(&scenario);
    let again = play(&scenario, &case, seen.plan, seen.actions, seen.of.world.seed).map_err(refused)?;
    equal(&seen.record.digest, &again.digest)
}
