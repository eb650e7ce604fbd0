//! The gates of a rollout: freezes and approvals.

use super::{Hold, Rollout, Run};
use crate::control::gates::Waiting;
use crate::control::rollout::orders::note;
use crate::sim::{Action, Ask, Observation, Pool, RolloutCommand, RolloutPhase, Who};

impl Rollout {
    /// Holds the rollout during a freeze, and lets it go on afterwards.
    pub(super) fn keep_frozen(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let freezes = &self.spec.gates.freeze;
        let holds = (0..freezes.len())
            .find(|index| freezes[*index].holds(seen.now) && !self.excepted.contains(index));
        let Some(index) = holds else {
            self.frozen = None;
            if self.held == Some(Hold::Frozen) {
                self.held = None;
                self.set(self.moving(), || "the freeze is over".to_owned(), asks);
            }
            return;
        };
        let waits = seen.now >= seen.release_at && matches!(self.run, Run::NotStarted);
        let freeze = &freezes[index];
        let text = format!("frozen until {}: {}", freeze.until, freeze.why);
        let told = self.frozen.replace(index) == Some(index);
        if waits && !told && !self.spec.compiled.steps.is_empty() {
            note(asks, text);
        } else if self.moves() && self.held.is_none() && matches!(self.run, Run::Forward(_)) {
            self.pause(Hold::Frozen, text, asks);
        }
    }

    /// Waits for approvals: asks the simulated people, and rolls back when the wait is too long.
    pub(super) fn wait_for_approval(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let approvals = self.spec.gates.approvals;
        let waiting = self.waiting.get_or_insert_with(|| {
            asks.extend(approvals.asked().iter().map(|who| Ask {
                action: Action::Command(RolloutCommand::Promote),
                who: *who,
                because: "was asked to approve the next step".to_owned(),
            }));
            Waiting::new(seen.now)
        });
        let since = waiting.since;
        if let Some(limit) = approvals.approve_by.filter(|limit| seen.now >= since + *limit) {
            return self.go_back(format!("nobody approved within {limit}"), seen, asks);
        }
        let because = || match approvals.people {
            0 | 1 => "somebody has to approve the next step".to_owned(),
            _ => "two different people have to approve the next step".to_owned(),
        };
        self.set(RolloutPhase::Paused, because, asks);
    }

    /// Applies a promotion to a freeze or an approval: `None` when there is neither, or when the approval is now
    /// complete; otherwise whether the promotion had an effect.
    pub(super) fn approve_or_except(
        &mut self,
        who: Who,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) -> Option<bool> {
        let frozen =
            self.frozen.filter(|_| self.held == Some(Hold::Frozen) || matches!(self.run, Run::NotStarted));
        if let Some(index) = frozen.filter(|_| who == Who::Learner && seen.now >= seen.release_at) {
            let why = &self.spec.gates.freeze[index].why;
            note(asks, format!("exception to the freeze: {why}"));
            self.excepted.push(index);
            self.release(asks);
            return Some(true);
        }
        let approvals = self.spec.gates.approvals;
        let people = approvals.people.max(1);
        let Some(waiting) = &mut self.waiting else {
            // Too late: the approval is complete, or the rollout has gone back.
            return approvals.asked().contains(&who).then_some(false);
        };
        let enough = waiting.approve(who, people);
        let given = waiting.given.len();
        if people > 1 {
            note(asks, format!("approved by {}: {given} of {people}", who.name()));
        }
        // The step goes on when the hold ends.
        if enough { None } else { Some(true) }
    }

    /// Whether an undo goes back without the steps.
    pub(super) fn is_fast(&self, seen: &Observation<'_>) -> bool {
        // If blue still has its instances, an undo switches back at once (Argo Rollouts, fast-tracked rollback within
        // `scaleDownDelaySeconds`).
        let stands =
            self.spec.compiled.rules.fast_while_standing && seen.pool(Pool::Stable).ready() >= seen.replicas;
        match (self.spec.rollback.window, self.completed) {
            (Some(window), Some(completed)) => stands || window.holds(seen.now.since(completed)),
            _ => true,
        }
    }
}
