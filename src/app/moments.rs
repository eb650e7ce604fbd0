//! The moments of a run that its time bar and its charts mark: weights, alerts, checks that failed, what was done by hand.

use std::sync::Arc;

use super::texts::{t, tf};
use crate::engine::{Share, Time};
use crate::sim::{Action, Fact, Pool, RolloutCommand, RolloutPhase, What, Who};

/// What kind of moment it is, the weightiest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MomentKind {
    /// The candidate's share of requests changed; in basis points.
    Weight(u32),
    /// A flag changed.
    Flag,
    /// Something was done by hand.
    Hand,
    /// A check of the plan failed.
    Check,
    /// An alert fired.
    Alert,
    /// The rollout came to an end, or began to go back.
    Phase(Outcome),
}

/// The phases that are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// On the new release for good.
    Completed,
    /// Going back, or back.
    Back,
}

/// A moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// Of which kind.
    pub kind: MomentKind,
    /// In a few words.
    pub text: String,
}

/// The moments of a run, found as it goes.
#[derive(Debug, Default)]
pub struct Moments {
    found: Vec<Moment>,
    shown: Arc<[Moment]>,
}

impl Moments {
    /// Reads on in the facts of a run: drops what it found from `holds` on and reads that anew.
    pub fn read(&mut self, facts: &[Fact], holds: Time) {
        let kept = self.found.partition_point(|moment| moment.at < holds);
        let mut changed = kept < self.found.len();
        self.found.truncate(kept);
        let from = facts.partition_point(|fact| fact.at < holds);
        for fact in &facts[from..] {
            if let Some(moment) = self.moment(fact) {
                self.found.push(moment);
                changed = true;
            }
        }
        if changed {
            self.shown = self.found.as_slice().into();
        }
    }

    /// What was found, by time.
    pub fn shown(&self) -> Arc<[Moment]> {
        Arc::clone(&self.shown)
    }

    fn moment(&self, fact: &Fact) -> Option<Moment> {
        let (kind, text) = match &fact.what {
            What::Routed { weights: Some(weights), .. } => {
                let weight = weights[Pool::Candidate.index()];
                if self.weight() == weight {
                    return None;
                }
                (MomentKind::Weight(weight), Share::percent(f64::from(weight) / 100.0).to_string())
            }
            What::Flagged { name, share } => (MomentKind::Flag, tf("moment.flag", &[name, share])),
            What::AlertFiring(name) => (MomentKind::Alert, name.clone()),
            What::Troubled(_) => (MomentKind::Check, t("moment.check").to_owned()),
            What::Asked { who: Who::Learner, action } => (MomentKind::Hand, by_hand(action)),
            What::Phase(RolloutPhase::Completed) => {
                (MomentKind::Phase(Outcome::Completed), t("moment.completed").to_owned())
            }
            What::Phase(RolloutPhase::RollingBack) => {
                (MomentKind::Phase(Outcome::Back), t("moment.back").to_owned())
            }
            _ => return None,
        };
        Some(Moment { at: fact.at, kind, text })
    }

    /// The candidate's share as last found.
    fn weight(&self) -> u32 {
        let weight = |moment: &Moment| match moment.kind {
            MomentKind::Weight(weight) => Some(weight),
            _ => None,
        };
        self.found.iter().rev().find_map(weight).unwrap_or(0)
    }
}

fn by_hand(action: &Action) -> String {
    match action {
        Action::Command(RolloutCommand::Abort) => t("moment.hand_abort").to_owned(),
        Action::Command(RolloutCommand::Pause) => t("moment.hand_pause").to_owned(),
        Action::Command(RolloutCommand::Promote) => t("moment.hand_promote").to_owned(),
        _ => t("moment.hand").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::sample::fact;

    fn routed(seconds: u64, candidate: u32) -> Fact {
        let weights = Some([10_000 - candidate, candidate, 0]);
        fact(seconds, What::Routed { weights, mirrored: Share::ZERO })
    }

    #[test]
    fn a_weight_is_marked_when_it_changes_and_reading_again_gives_the_same() {
        let facts = [routed(10, 500), routed(20, 500), routed(30, 1000)];
        let mut moments = Moments::default();
        moments.read(&facts, Time::ZERO);
        let whole = moments.shown();
        assert_eq!(whole.iter().map(|moment| moment.at.0 / 1_000_000_000).collect::<Vec<_>>(), [10, 30]);
        moments.read(&facts, Time::from_secs(15));
        assert_eq!(moments.shown(), whole);
        moments.read(&facts[..1], Time::from_secs(15));
        assert_eq!(moments.shown().len(), 1);
    }
}
