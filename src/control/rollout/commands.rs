//! The commands to a rollout; one method for each.

use std::sync::Arc;

use super::{BackgroundState, Hold, Rollout, Run};
use crate::control::compiled_plan::RollbackMethod;
use crate::control::rollout::orders::note;
use crate::engine::Share;
use crate::sim::{Ask, Observation, RolloutCommand, RolloutPhase, Who};

impl Rollout {
    /// Obeys a command, or logs why it cannot.
    pub(super) fn obey(
        &mut self,
        who: Who,
        command: RolloutCommand,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) {
        let done = match command {
            RolloutCommand::Promote => self.promote(who, seen, asks),
            RolloutCommand::PromoteFull => self.promote_full(seen, asks),
            RolloutCommand::Pause => self.hold(asks),
            RolloutCommand::Resume => self.resume(seen, asks),
            RolloutCommand::Abort => self.abort(seen, asks),
            RolloutCommand::Retry => self.retry(seen, asks),
            RolloutCommand::Undo => self.undo(seen, asks),
            RolloutCommand::KillFlag => self.kill_flag(seen, asks),
        };
        if !done {
            let phase = self.phase.name().replace('_', " ");
            note(asks, format!("{} ignored: the rollout is {phase}", format!("{command:?}").to_lowercase()));
        }
    }

    pub(super) fn moves(&self) -> bool {
        matches!(self.phase, RolloutPhase::InProgress | RolloutPhase::Paused)
            || self.undoing && self.phase == RolloutPhase::RollingBack
    }

    /// Ends a hold; an inconclusive background analysis starts again.
    pub(super) fn release(&mut self, asks: &mut Vec<Ask>) -> Option<Hold> {
        let held = self.held.take()?;
        if let Hold::BackgroundInconclusive(index) = held {
            self.background[index] = BackgroundState::NotStarted;
        }
        self.set(self.moving(), || "somebody asked it to go on".to_owned(), asks);
        Some(held)
    }

    fn promote(&mut self, who: Who, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        if let Some(done) = self.approve_or_except(who, seen, asks) {
            return done;
        }
        let held = if self.moves() { self.release(asks) } else { None };
        let Run::Forward(run) = &mut self.run else { return false };
        // A hold that was asked for only ends; otherwise the wait of the step ends.
        match held {
            Some(Hold::Asked | Hold::Frozen) => return true,
            // Argo Rollouts (`promote`, `clearPauseConditionsPatch`): all pauses end, that of the step as well.
            Some(Hold::BackgroundInconclusive(_)) => {
                run.end_pause(seen.now);
                return true;
            }
            Some(Hold::StepInconclusive) | None => {}
        }
        !matches!(self.phase, RolloutPhase::Completed | RolloutPhase::RolledBack) && run.skip(seen.now)
    }

    fn promote_full(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        if !self.moves() {
            return false;
        }
        self.release(asks);
        self.background.fill(BackgroundState::Over);
        if let Run::Forward(run) = &mut self.run {
            let spec = Arc::clone(&self.spec);
            let compiled = if self.undoing { &spec.reversed } else { &spec.compiled };
            run.skip_all(compiled, seen.now);
        }
        true
    }

    fn hold(&mut self, asks: &mut Vec<Ask>) -> bool {
        if self.moves() {
            self.pause(Hold::Asked, "somebody asked it to hold".to_owned(), asks);
        }
        self.moves()
    }

    fn resume(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        if self.held == Some(Hold::Frozen) {
            return false;
        }
        let Run::Forward(run) = &mut self.run else { return false };
        if self.held.is_none() {
            return self.phase == RolloutPhase::Paused && run.skip(seen.now);
        }
        if self.held == Some(Hold::StepInconclusive) {
            run.again(seen.now);
        }
        self.release(asks).is_some()
    }

    fn abort(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let moves = self.moves();
        if moves {
            self.go_back("somebody asked it to stop and roll back".to_owned(), seen, asks);
        }
        moves
    }

    fn retry(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let aborted =
            matches!(self.phase, RolloutPhase::RollingBack | RolloutPhase::RolledBack | RolloutPhase::Failed);
        if aborted {
            self.forward("somebody asked it to begin again", seen, asks);
        }
        aborted
    }

    fn undo(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let undoable = !self.undoing && (self.moves() || self.phase == RolloutPhase::Completed);
        let because = "somebody asked it to go back to the baseline";
        let by_steps =
            matches!(self.spec.compiled.rules.back, RollbackMethod::Route | RollbackMethod::Instances);
        if undoable && by_steps && !self.is_fast(seen) {
            self.undo_by_steps(because, seen, asks);
        } else if undoable {
            self.go_back(because.to_owned(), seen, asks);
        }
        undoable
    }

    /// Turns the flag off; this is the rollback of a release that goes out by its flag.
    fn kill_flag(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let because = || "somebody asked for the flag to be turned off".to_owned();
        if self.spec.compiled.rules.back == RollbackMethod::Flag
            && (self.moves() || self.phase == RolloutPhase::Completed)
        {
            self.go_back(because(), seen, asks);
            return true;
        }
        let Some(flag) = self.spec.compiled.rules.flag.clone() else { return false };
        self.orders.flag(&flag, Share::ZERO, seen.now, asks, because);
        true
    }
}
