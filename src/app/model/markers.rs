//! The moments of a run that the time bar and the charts mark: weights, alerts, failed checks, actions by hand.

use std::sync::Arc;

use crate::app::texts::{t, tf};
use crate::engine::{Share, Time};
use crate::sim::{Action, Fact, Pool, RolloutCommand, RolloutPhase, What, Who};

/// What kind of moment it is, the weightiest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkerKind {
    /// The candidate's share of requests changed; in basis points.
    Weight(u32),
    /// The next release of a train may begin.
    Release,
    /// A flag changed.
    Flag,
    /// Something was done by hand.
    Hand,
    /// A check of the plan failed.
    Check,
    /// An alert fired.
    Alert,
    /// The rollout ended, or began to roll back.
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
pub struct Marker {
    /// When.
    pub at: Time,
    /// Of which kind.
    pub kind: MarkerKind,
    /// In a few words.
    pub text: String,
}

/// The moments of a run, found as it goes.
#[derive(Debug, Default)]
pub struct Markers {
    found: Vec<Marker>,
    shown: Arc<[Marker]>,
}

impl Markers {
    /// Reads the facts of a run from `holds` on again, and replaces what was found from there on.
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
    pub fn shown(&self) -> Arc<[Marker]> {
        Arc::clone(&self.shown)
    }

    fn moment(&self, fact: &Fact) -> Option<Marker> {
        let (kind, text) = match &fact.what {
            What::Routed { weights: Some(weights), .. } => {
                let weight = weights[Pool::Candidate.index()];
                if self.weight() == weight {
                    return None;
                }
                (MarkerKind::Weight(weight), Share::percent(f64::from(weight) / 100.0).to_string())
            }
            What::NextRelease { number, .. } => (MarkerKind::Release, tf("train.marker {}", &[number])),
            What::Flagged { name, share } => (MarkerKind::Flag, tf("moment.flag", &[name, share])),
            What::AlertFiring(name) => (MarkerKind::Alert, name.clone()),
            What::Troubled(_) => (MarkerKind::Check, t("moment.check").to_owned()),
            What::Asked { who: Who::Learner, action } => (MarkerKind::Hand, by_hand(action)),
            What::Phase(RolloutPhase::Completed) => {
                (MarkerKind::Phase(Outcome::Completed), t("moment.completed").to_owned())
            }
            What::Phase(RolloutPhase::RollingBack) => {
                (MarkerKind::Phase(Outcome::Back), t("moment.back").to_owned())
            }
            _ => return None,
        };
        Some(Marker { at: fact.at, kind, text })
    }

    /// The candidate's share as last found.
    fn weight(&self) -> u32 {
        let weight = |moment: &Marker| match moment.kind {
            MarkerKind::Weight(weight) => Some(weight),
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
        let mut markers = Markers::default();
        markers.read(&facts, Time::ZERO);
        let whole = markers.shown();
        assert_eq!(whole.iter().map(|moment| moment.at.0 / 1_000_000_000).collect::<Vec<_>>(), [10, 30]);
        markers.read(&facts, Time::from_secs(15));
        assert_eq!(markers.shown(), whole);
        markers.read(&facts[..1], Time::from_secs(15));
        assert_eq!(markers.shown().len(), 1);
    }
}
