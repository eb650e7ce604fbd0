//! The gates of a rollout: freezes and approvals.

use super::{Hold, Rollout, Run};
use crate::control::gates::{APPROVES, Waiting};
use crate::control::rollout::orders::note;
use crate::sim::{Action, Ask, Observation, Pool, RolloutPhase, Who};
use crate::telemetry::AlertState;

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

    /// Whether the release may follow the one before it; that it may not is noted once.
    pub(super) fn may_follow(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let missing = seen.previous.is_some_and(|ended| ended != RolloutPhase::Completed);
        let may = !(self.spec.gates.needs_previous && missing);
        if !may && !std::mem::replace(&mut self.does_not_begin, true) {
            note(
                asks,
                "it does not begin: it needs the release before it, which was not delivered".to_owned(),
            );
        }
        may
    }

    /// Waits for approvals: asks the simulated people, and rolls back when the wait is too long.
    pub(super) fn wait_for_approval(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let approvals = self.spec.gates.approvals;
        let waiting = self.waiting.get_or_insert_with(|| {
            let because = "the next step waits for approval";
            asks.extend(approvals.asked().iter().map(|who| ask_approval(*who, because)));
            Waiting::new(seen.now)
        });
        if !waiting.refused.is_empty() && trouble_in_sight(seen).is_none() {
            let because = "no alert fires and no page is open any more";
            asks.extend(waiting.refused.drain(..).map(|who| ask_approval(who, because)));
        }
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
        let is_simulated = approvals.asked().contains(&who);
        if let Some(trouble) = trouble_in_sight(seen).filter(|_| is_simulated) {
            waiting.refused.push(who);
            decided(asks, who, "does not approve the next step".to_owned(), trouble);
            return Some(true);
        }
        let enough = waiting.approve(who, people);
        let given = waiting.given.len();
        if people > 1 {
            decided(asks, who, format!("{APPROVES} ({given} of {people})"), String::new());
        } else if is_simulated {
            decided(asks, who, APPROVES.to_owned(), String::new());
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

/// Asks a simulated person to approve the next step.
fn ask_approval(of: Who, because: &str) -> Ask {
    Ask { action: Action::AskApproval { of }, who: Who::Strategy, because: because.to_owned() }
}

/// Notes what a person has decided about the next step.
fn decided(asks: &mut Vec<Ask>, who: Who, what: String, because: String) {
    // A remark of the learner is a remark; what they decide is told of them by name.
    match who {
        Who::Learner => note(asks, format!("{} {what}", who.name())),
        Who::Strategy | Who::Trigger | Who::OnCall | Who::Autoscaler | Who::Approver => {
            asks.push(Ask { action: Action::Note(what), who, because });
        }
    }
}

/// What keeps a person who looks at the alerts and the pages from approving; `None` when all is quiet.
fn trouble_in_sight(seen: &Observation<'_>) -> Option<String> {
    let states = seen.alerts.rules().iter().zip(seen.alerts.states());
    let mut firing = states.filter(|(_, state)| matches!(state, AlertState::Firing(_)));
    let alert = firing.next().map(|(rule, _)| format!("alert {} fires", rule.name));
    alert.or_else(|| seen.pages.first().map(|page| format!("the page {} is open", page.alerts.join(", "))))
}
