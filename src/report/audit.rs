//! The audit record as text and JSON: every decision of a run, with its time, its author, its reason and the latest evidence.

use serde::Serialize;

use super::style::TextStyle;
use crate::engine::Time;
use crate::exercise::audit::{Decision, decisions};
use crate::sim::Fact;

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
    let entry = |decision: Decision| {
        let mut evidence = decision.evidence;
        let first = evidence.len().saturating_sub(MOST_EVIDENCE);
        Entry {
            at_s: decision.at.since(Time::ZERO).as_secs_f64(),
            who: decision.who.name(),
            what: decision.what,
            why: decision.why,
            evidence: evidence.split_off(first),
            at: decision.at,
        }
    };
    decisions(facts).into_iter().map(entry).collect()
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
    use crate::sim::{Action, RolloutCommand, RolloutPhase, What, Who};

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
