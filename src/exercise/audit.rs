//! The audit record: every decision of a run, with its time, its author, its reason and the evidence known by then.
//!
//! It is computed from the facts of the run, not from what anybody reports.

use crate::control::APPROVES;
use crate::engine::{Share, Time};
use crate::scenario::Freeze;
use crate::sim::{Action, Fact, Pool, RolloutCommand, RolloutPhase, What, Who};

/// Who took a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person, a trigger or a controller that asked for an action.
    Asked(Who),
    /// The rollout itself: its phase changed.
    Rollout,
    /// The checks of the plan.
    Checks,
    /// The deploy tool, which refused.
    Tool,
}

impl Author {
    /// Name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked(who) => who.name(),
            Self::Rollout => "the rollout",
            Self::Checks => "the plan's checks",
            Self::Tool => "the deploy tool",
        }
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// When.
    pub at: Time,
    /// Who.
    pub who: Author,
    /// What was decided, as a sentence.
    pub what: String,
    /// The reason, as a sentence; empty when none was given.
    pub why: String,
    /// What became known after the previous decision: alerts, tests, data problems, pages; each with its time.
    pub evidence: Vec<String>,
}

/// The decisions in `facts`, in order.
pub fn decisions(facts: &[Fact]) -> Vec<Decision> {
    let mut entries = Vec::new();
    let mut evidence: Vec<String> = Vec::new();
    for fact in facts {
        if is_evidence(&fact.what) {
            evidence.push(format!("{}: {}", fact.at, fact.what));
        }
        let Some((who, what)) = decision(&fact.what) else { continue };
        entries.push(Decision {
            at: fact.at,
            who,
            what,
            why: fact.because.clone(),
            evidence: std::mem::take(&mut evidence),
        });
    }
    entries
}

/// How many actions by people, triggers and the autoscaler have no reason in the record.
pub fn without_reason(facts: &[Fact]) -> usize {
    let unexplained = |fact: &&Fact| match &fact.what {
        What::Asked { who, action } => must_be_explained(*who, action) && fact.because.trim().is_empty(),
        _ => false,
    };
    facts.iter().filter(unexplained).count()
}

/// Whether two different people had approved before the release reached everybody. A person who acts by hand approves by promoting;
/// what they write into the log is no approval. True when it never reached everybody.
pub fn approved_by_two(facts: &[Fact]) -> bool {
    let mut people: Vec<Who> = Vec::new();
    for fact in facts {
        let approver = if let What::Decided { who: who @ (Who::OnCall | Who::Approver), what } = &fact.what {
            what.starts_with(APPROVES).then_some(*who)
        } else if let What::Asked { who: who @ Who::Learner, action } = &fact.what {
            let promotes =
                matches!(action, Action::Command(RolloutCommand::Promote | RolloutCommand::PromoteFull));
            promotes.then_some(*who)
        } else {
            None
        };
        if let Some(who) = approver.filter(|who| !people.contains(who)) {
            people.push(who);
        }
        let reaches_everybody =
            fact.what == What::Phase(RolloutPhase::Completed) || share_in(&fact.what) == Some(Share::ALL);
        if reaches_everybody && people.len() < 2 {
            return false;
        }
    }
    true
}

/// How many times a release went forward in a time in which `freezes` forbid changes: instances of it were launched, or it got a
/// larger share of the traffic or of a flag's users.
pub fn changes_in(freezes: &[Freeze], facts: &[Fact]) -> usize {
    let mut share = Share::ZERO;
    let mut count = 0;
    for fact in facts {
        let goes_forward = if let What::Launched { pool: Pool::Candidate, .. } = &fact.what {
            true
        } else if let Some(now) = share_in(&fact.what) {
            std::mem::replace(&mut share, now) < now
        } else {
            false
        };
        count += usize::from(goes_forward && freezes.iter().any(|freeze| freeze.holds(fact.at)));
    }
    count
}

/// The share of the traffic, or of a flag's users, that the release has from this fact on.
fn share_in(what: &What) -> Option<Share> {
    if let What::Routed { weights: Some(weights), .. } = what {
        Some(Share::percent(f64::from(weights[Pool::Candidate.index()]) / 100.0))
    } else if let What::Flagged { share, .. } = what {
        Some(*share)
    } else {
        None
    }
}

/// Whether an action needs a reason in the record. An acknowledgement, a named cause and a status update are themselves records of
/// who looks into it and of what is known.
const fn must_be_explained(who: Who, action: &Action) -> bool {
    let is_a_record = matches!(
        action,
        Action::Acknowledge { .. }
            | Action::Localise(_)
            | Action::Tell(_)
            | Action::Hypothesise(_)
            | Action::Conclude(_)
    );
    !matches!(who, Who::Strategy) && !is_a_record
}

/// Who decided what, when the fact is a decision. What the strategy asks of the deploy tool is work, not a decision.
fn decision(what: &What) -> Option<(Author, String)> {
    Some(match what {
        What::Asked { who: Who::Strategy, action } if !matches!(action, Action::Command(_)) => return None,
        What::Asked { who, action } => (Author::Asked(*who), action.to_string()),
        What::Decided { who, what } => (Author::Asked(*who), what.clone()),
        What::Phase(_) => (Author::Rollout, what.to_string()),
        What::Judged(_) | What::Troubled(_) => (Author::Checks, what.to_string()),
        What::Refused(_) => (Author::Tool, what.to_string()),
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
        | What::NextRelease { .. }
        | What::AlertPending(_)
        | What::AlertFiring(_)
        | What::AlertResolved(_)
        | What::Paged(_)
        | What::Acknowledged(_)
        | What::Diagnosed(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_)
        | What::Experiment(_) => return None,
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
        | What::Experiment(_)
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
        | What::NextRelease { .. }
        | What::Phase(_)
        | What::Asked { .. }
        | What::Decided { .. }
        | What::Judged(_)
        | What::Troubled(_)
        | What::Diagnosed(_)
        | What::FaultBegan(_)
        | What::FaultEnded(_)
        | What::Refused(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::fact;
    use super::*;
    use crate::engine::Span;

    fn asked(who: Who, action: Action, because: &str) -> Fact {
        Fact { because: because.to_owned(), ..fact(400, What::Asked { who, action }) }
    }

    #[test]
    fn a_decision_has_the_evidence_since_the_one_before() {
        let all = decisions(&[
            fact(300, What::Phase(RolloutPhase::InProgress)),
            fact(310, What::AlertFiring("errors".to_owned())),
            asked(Who::Trigger, Action::Command(RolloutCommand::Abort), "alert errors fires"),
            asked(Who::Strategy, Action::Scale { pool: Pool::Stable, to: 3 }, ""),
            fact(401, What::Phase(RolloutPhase::RollingBack)),
        ]);
        let who: Vec<Author> = all.iter().map(|decision| decision.who).collect();
        assert_eq!(who, [Author::Rollout, Author::Asked(Who::Trigger), Author::Rollout]);
        assert_eq!(all[1].evidence, ["5:10: alert errors fires"]);
        assert!(all[2].evidence.is_empty());
    }

    #[test]
    fn what_a_person_does_without_saying_why_is_counted() {
        let abort = || Action::Command(RolloutCommand::Abort);
        let facts = [
            asked(Who::Learner, abort(), "  "),
            asked(Who::Learner, abort(), "errors doubled at a tenth"),
            asked(Who::Strategy, Action::Scale { pool: Pool::Stable, to: 3 }, ""),
            asked(Who::Learner, Action::Acknowledge { alert: "errors".to_owned() }, ""),
        ];
        assert_eq!(without_reason(&facts), 1);
    }

    #[test]
    fn going_forward_in_a_freeze_is_counted_and_going_back_is_not() {
        let route = |candidate| What::Routed {
            weights: Some([10_000 - candidate, candidate, 0]),
            mirrored: Share::ZERO,
        };
        let launch = What::Launched { service: "shop".into(), pool: Pool::Candidate, count: 1 };
        let facts = [
            fact(100, launch),
            fact(110, route(1_000)),
            fact(120, route(0)),
            fact(130, route(1_000)),
            fact(300, route(5_000)),
        ];
        let freeze = |from, until| Freeze {
            from: Span::from_secs(from),
            until: Span::from_secs(until),
            why: "the sale".to_owned(),
        };
        assert_eq!(changes_in(&[freeze(90, 200)], &facts), 3);
        assert_eq!(changes_in(&[freeze(105, 115), freeze(200, 301)], &facts), 2);
        assert_eq!(changes_in(&[], &facts), 0);
    }

    #[test]
    fn two_people_approve_before_everybody_has_the_release() {
        let says = |seconds, who, what: &str| fact(seconds, What::Decided { who, what: what.to_owned() });
        let completed = || fact(500, What::Phase(RolloutPhase::Completed));
        let on_call = || says(400, Who::OnCall, "approves the next step (1 of 2)");
        let second = || says(410, Who::Approver, "approves the next step (2 of 2)");
        assert!(approved_by_two(&[on_call(), second(), completed()]));
        assert!(!approved_by_two(&[on_call(), completed()]));
        assert!(!approved_by_two(&[on_call(), on_call(), completed()]), "it is one person");
        assert!(!approved_by_two(&[completed(), on_call(), second()]), "it is too late");
        let written = says(420, Who::Learner, "approves the next step");
        assert!(!approved_by_two(&[on_call(), written, completed()]), "a remark is no approval");
        let promotes = asked(Who::Learner, Action::Command(RolloutCommand::Promote), "");
        assert!(approved_by_two(&[on_call(), promotes, completed()]));
        assert!(approved_by_two(&[on_call()]));
    }
}
