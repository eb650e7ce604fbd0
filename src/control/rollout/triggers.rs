//! Triggers: the immediate responses to alerts that fire while the rollout runs.

use crate::control::{AlertTrigger, Response};
use crate::engine::Time;
use crate::sim::{Action, Ask, Observation, RolloutCommand, RolloutPhase, TriggerState, Who};
use crate::telemetry::AlertState;

/// The state of all triggers.
#[derive(Clone, Debug)]
pub(in crate::control) struct TriggersRun {
    began: Time,
    /// For each trigger, the firing that was answered last.
    answered: Vec<Option<Time>>,
    /// The state of each trigger at the last look.
    states: Vec<TriggerState>,
}

impl TriggersRun {
    /// Begins at `now`; an alert that already fires is ignored.
    pub fn start(triggers: &[AlertTrigger], now: Time) -> Self {
        let states = vec![TriggerState::default(); triggers.len()];
        Self { began: now, answered: vec![None; triggers.len()], states }
    }

    /// The state of each trigger at the last look; a trigger that fired stays fired.
    pub fn states(&self) -> &[TriggerState] {
        &self.states
    }

    /// Responds to each alert that has begun to fire while the rollout is in `phase`.
    pub fn advance(
        &mut self,
        triggers: &[AlertTrigger],
        phase: RolloutPhase,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) {
        for (trigger, state) in triggers.iter().zip(&mut self.states) {
            *state = match (alert_of(seen, &trigger.alert), *state) {
                (Some(AlertState::Firing(since)), _) if since >= self.began => TriggerState::Fired(since),
                (_, TriggerState::Fired(at)) => TriggerState::Fired(at),
                (Some(AlertState::Pending(since)), _) => TriggerState::Pending(since),
                (Some(AlertState::Inactive | AlertState::Firing(_)) | None, _) => TriggerState::Armed,
            };
        }
        for (trigger, answered) in triggers.iter().zip(&mut self.answered) {
            let Some(since) = firing_since(seen, &trigger.alert) else { continue };
            if *answered == Some(since) || since < self.began {
                continue;
            }
            *answered = Some(since);
            if matches!(phase, RolloutPhase::InProgress | RolloutPhase::Paused) {
                let because = format!("alert {} fires", trigger.alert);
                asks.extend(ask(&trigger.then, phase, seen, Who::Trigger, &because));
            }
        }
    }
}

fn firing_since(seen: &Observation<'_>, alert: &str) -> Option<Time> {
    match alert_of(seen, alert)? {
        AlertState::Firing(since) => Some(since),
        AlertState::Inactive | AlertState::Pending(_) => None,
    }
}

fn alert_of(seen: &Observation<'_>, alert: &str) -> Option<AlertState> {
    let index = seen.alerts.rules().iter().position(|rule| rule.name == alert)?;
    seen.alerts.states().get(index).copied()
}

/// The request that a response makes while the rollout is in `phase`, if any. After completion, an abort is an undo.
pub(in crate::control) fn ask(
    response: &Response,
    phase: RolloutPhase,
    seen: &Observation<'_>,
    who: Who,
    because: &str,
) -> Option<Ask> {
    let action = match response {
        Response::Page => Action::Page { text: because.to_owned() },
        Response::Scale(amount) => Action::Resize { to: amount.rounded_up(seen.replicas) },
        Response::OpenBreaker(to) => Action::OpenBreaker { to: to.clone(), open: true },
        Response::Shed(share) => Action::Shed { share: *share },
        Response::Abort | Response::Pause | Response::KillFlag => match (response.command()?, phase) {
            (RolloutCommand::Abort, RolloutPhase::Completed) => Action::Command(RolloutCommand::Undo),
            (RolloutCommand::KillFlag, RolloutPhase::Completed) => Action::Command(RolloutCommand::KillFlag),
            (command, RolloutPhase::InProgress | RolloutPhase::Paused) => Action::Command(command),
            _ => return None,
        },
    };
    Some(Ask { action, who, because: because.to_owned() })
}
