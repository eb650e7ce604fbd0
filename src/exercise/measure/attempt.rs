//! Measures on the last attempt to ship: where it ended, and how long each part of it took.

use super::between;
use super::deciding::rests_on_evidence;
use crate::engine::{Span, Time};
use crate::sim::{Action, Record, RolloutCommand, RolloutPhase, What, Who};

/// When the candidate was out for good, if that was before the deadline.
pub(super) fn delivered(run: &Record) -> Option<Time> {
    run.delivered().filter(|at| *at <= run.deadline)
}

/// Whether the baseline serves everybody again after a decision that rested on evidence.
pub(super) fn is_rolled_back(run: &Record) -> bool {
    run.standing() == RolloutPhase::RolledBack && decided(run).is_some()
}

/// Whether the way back of the last attempt rested on evidence, and the learner asked for none of its steps: neither for the way back
/// itself nor, before it, for a pause that held the release where it was, or a flag that was turned off.
pub(super) fn stopped_itself(run: &Record) -> bool {
    let Some(decided) = decided(run).filter(|_| is_rolled_back(run)) else { return false };
    let begun = run.observed.started.unwrap_or_default();
    let by_hand = run.facts.iter().filter(|fact| fact.at >= begun && fact.at <= decided).any(|fact| {
        let What::Asked { who: Who::Learner, action: Action::Command(command) } = &fact.what else {
            return false;
        };
        match command {
            RolloutCommand::Abort
            | RolloutCommand::Undo
            | RolloutCommand::KillFlag
            | RolloutCommand::Pause => true,
            RolloutCommand::Promote
            | RolloutCommand::PromoteFull
            | RolloutCommand::Resume
            | RolloutCommand::Retry => false,
        }
    });
    !by_hand
}

/// Whether a rollout ends neither completed nor rolled back.
pub(super) fn is_left_hanging(run: &Record) -> bool {
    match run.standing() {
        RolloutPhase::Completed | RolloutPhase::RolledBack => false,
        RolloutPhase::NotStarted
        | RolloutPhase::InProgress
        | RolloutPhase::Paused
        | RolloutPhase::RollingBack
        | RolloutPhase::Failed => true,
    }
}

/// From the start of the rollout until the candidate was out for good, before the deadline.
pub(super) fn time_to_complete(run: &Record) -> Option<f64> {
    between(run.observed.started, delivered(run))
}

/// From the first harm of the last attempt to its detection; 0 when the detection came first, or when there was no harm.
pub(super) fn time_to_detect(run: &Record) -> Option<f64> {
    match run.truth.attempt_harm {
        None => Some(0.0),
        harm => between(harm, run.truth.detected),
    }
}

/// From the detection to the decision to roll back. A decision on evidence that saw no harm took no time. Without a decision the
/// answer is never when users were harmed, and 0 when none were.
pub(super) fn time_to_decide(run: &Record) -> Option<f64> {
    if run.observed.aborted.is_none() {
        return nothing_to_undo(run);
    }
    let decided = decided(run)?;
    Some(run.truth.detected.map_or(Span::ZERO, |detected| decided.since(detected)).as_secs_f64())
}

/// From the decision to roll back until the baseline served everybody again.
pub(super) fn time_to_recover(run: &Record) -> Option<f64> {
    if run.observed.aborted.is_none() {
        return nothing_to_undo(run);
    }
    between(decided(run), run.observed.rolled_back)
}

/// When it was decided to go back, if there was evidence for it.
fn decided(run: &Record) -> Option<Time> {
    run.observed.aborted.filter(|at| rests_on_evidence(run, *at))
}

/// The value of a time that starts with a decision when no decision was made: 0 when the last attempt harmed nobody, else never.
fn nothing_to_undo(run: &Record) -> Option<f64> {
    run.truth.attempt_harm.is_none().then_some(0.0)
}
