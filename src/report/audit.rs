//! The audit record: every decision of a run, with its time, its author, its reason and the evidence at the time.
//!
//! It is computed from the facts of the run.

use serde::Serialize;

use super::style::TextStyle;
use crate::engine::Time;
use crate::sim::{Action, Fact, What, Who};

/// The most pieces of evidence listed for one decision. The latest ones are kept.
const MOST_EVIDENCE: usize = 4;

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Time of the decision, in seconds from the start of the run.
    pub at_s: f64,
    /// Who took it.
    pub who: &'static str,
    /// What was decided.
    pub what: String,
    /// The reason, as a sentence; empty when none was given.
    pub why: String,
    /// What became known after the previous decision: alerts, tests, data problems, pages.
    pub evidence: Vec<String>,
    #[serde(skip)]
    at: Time,
}

/// The decisions in `facts`, in order.
pub fn audit(facts: &[Fact]) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    for fact in facts {
        if is_evidence(&fact.what) {
            evidence.push(format!("{}: {}", fact.at, fact.what));
        }
        let Some((who, what)) = decision(&fact.what) else { continue };
        let first = evidence.len().saturating_sub(MOST_EVIDENCE);
        entries.push(Entry {
            at_s: fact.at.since(Time::ZERO).as_secs_f64(),
            who,
            what,
            why: fact.because.clone(),
            evidence: evidence.split_off(first),
            at: fact.at,
        });
        evidence.clear();
    }
    entries
}

/// Who decided what, when the fact is a decision. What the strategy asks of the deploy tool is work, not a decision.
fn decision(what: &What) -> Option<(&'static str, String)> {
    Some(match what {
        What::Asked { who: Who::Strategy, action } if !matches!(action, Action::Command(_)) => return None,
        What::Asked { who, action } => (who.name(), action.to_string()),
        What::Phase(_) => ("the rollout", what.to_string()),
        What::Judged(_) | What::Troubled(_) => ("the plan's checks", what.to_string()),
        What::Refused(_) => ("the deploy tool", what.to_string()),
        What::Launched { .. }
        | What::Resized { .. }
        | What::Ready { .. }
        | What::NotReady { .. }
        | What::Ejected { .. }
        | What::Restored { .. }
        | What::Panic { .. }
        | What::Draining { .. }
        | What::Gone { .. }
        | What::Crashed { .. }
        | What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerMoved { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::Tested { .. }
        | What::Migrated { .. }
        | What::NoWayBack(_)
        | What::SideEffects(_)
        | What::AlertPending(_)
        | What::AlertFiring(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_) => return None,
    })
}

/// Whether the fact is evidence for the next decision.
const fn is_evidence(what: &What) -> bool {
    match what {
        What::AlertPending(_)
        | What::AlertFiring(_)
        | What::AlertResolved(_)
        | What::Tested { .. }
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Crashed { .. }
        | What::Migrated { .. }
        | What::NoWayBack(_)
        | What::SideEffects(_) => true,
        What::Launched { .. }
        | What::Resized { .. }
        | What::Ready { .. }
        | What::NotReady { .. }
        | What::Ejected { .. }
        | What::Restored { .. }
        | What::Panic { .. }
        | What::Draining { .. }
        | What::Gone { .. }
        | What::Routed { .. }
        | What::Flagged { .. }
        | What::BreakerMoved { .. }
        | What::BreakerForced { .. }
        | What::Shedding { .. }
        | What::Phase(_)
        | What::Asked { .. }
        | What::Judged(_)
        | What::Troubled(_)
        | What::Diagnosed(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_)
        | What::Refused(_) => false,
    }
}

/// The audit record as text: a line for each decision, with its evidence below.
pub fn text(facts: &[Fact], style: TextStyle) -> String {
    let mut lines = vec![style.heading("Audit")];
    for entry in audit(facts) {
        let why = if entry.why.is_empty() { String::new() } else { format!(" ({})", entry.why) };
        lines.push(format!("  {:>8}  {}: {}{why}", entry.at.to_string(), entry.who, entry.what));
        lines.extend(entry.evidence.iter().map(|known| format!("            known: {known}")));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample::fact;
    use crate::sim::{RolloutCommand, RolloutPhase};

    #[test]
    fn every_decision_has_who_what_when_why_and_the_evidence_since_the_one_before() {
        let asked = |who, command| What::Asked { who, action: Action::Command(command) };
        let scaled = Action::Scale { pool: crate::sim::Pool::Stable, to: 3 };
        let mut abort = fact(420, asked(Who::Trigger, RolloutCommand::Abort));
        abort.because = "alert errors fires".to_owned();
        let entries = audit(&[
            fact(300, What::Phase(RolloutPhase::InProgress)),
            fact(310, What::Asked { who: Who::Strategy, action: scaled }),
            fact(400, What::AlertPending("errors".to_owned())),
            fact(420, What::AlertFiring("errors".to_owned())),
            abort,
            fact(421, What::Phase(RolloutPhase::RollingBack)),
            fact(500, asked(Who::Learner, RolloutCommand::Retry)),
        ]);
        let told: Vec<_> = entries.iter().map(|entry| (entry.at_s, entry.who, entry.what.as_str())).collect();
        assert_eq!(
            told,
            [
                (300.0, "the rollout", "the rollout is in progress"),
                (420.0, "a trigger", "abort"),
                (421.0, "the rollout", "the rollout is rolling back"),
                (500.0, "the learner", "retry"),
            ]
        );
        assert_eq!(entries[1].why, "alert errors fires");
        assert_eq!(entries[1].evidence, ["6:40: alert errors is pending", "7:00: alert errors fires"]);
        assert!(entries[2].evidence.is_empty());
    }
}
