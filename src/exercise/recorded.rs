//! What was done by hand in one run, as rules: the beginning of a playbook.

use super::playbook::FORMAT;
use super::{Cue, HandAction, Playbook, PlaybookRule};
use crate::engine::Time;
use crate::sim::{Fact, ManualAction, What};

impl Playbook {
    /// The rules that do in the same run what was done by hand in it. A rule acts on the alerts that fired then; without any, or where
    /// more was done later, by the time that had passed. What else was looked at is for its author to say.
    pub fn recorded(title: &str, actions: &[HandAction], facts: &[Fact]) -> Self {
        let mut rules: Vec<PlaybookRule> = Vec::new();
        let mut before: Option<Time> = None;
        for together in actions.chunk_by(|one, next| one.at == next.at) {
            let [first, ..] = together else { continue };
            let mut when: Vec<Cue> = Vec::new();
            if together.iter().any(|hand| matches!(hand.action, ManualAction::Acknowledge { .. })) {
                when.push(Cue::Paged);
            }
            when.extend(firing(facts, first.at).into_iter().map(Cue::Fires));
            match (before, rules.last()) {
                (Some(before), Some(last)) => {
                    when.push(Cue::After { rule: last.name.clone(), by: first.at.since(before) });
                }
                _ if when.is_empty() => when.push(Cue::Since(first.at)),
                _ => {}
            }
            rules.push(PlaybookRule {
                name: format!("{}: {:?}", rules.len() + 1, first.action.name()),
                when,
                holds: Default::default(),
                actions: together.iter().map(|hand| hand.action.clone()).collect(),
                because: together
                    .iter()
                    .map(|hand| hand.because.clone())
                    .find(|why| !why.is_empty())
                    .unwrap_or_default(),
            });
            before = Some(first.at);
        }
        Self { format: FORMAT, title: title.to_owned(), rules }
    }
}

/// The alerts that fire at a time.
fn firing(facts: &[Fact], at: Time) -> Vec<String> {
    let mut firing: Vec<String> = Vec::new();
    for fact in facts.iter().take_while(|fact| fact.at <= at) {
        match &fact.what {
            What::AlertFiring(name) if !firing.contains(name) => firing.push(name.clone()),
            What::AlertResolved(name) => firing.retain(|other| other != name),
            _ => {}
        }
    }
    firing
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::engine::Span;
    use crate::exercise::Playback;
    use crate::sim::{Case, RolloutCommand};

    #[test]
    fn a_recorded_playbook_does_in_the_same_run_what_was_done() {
        let (scenario, plan, case) = (sample::scenario(), sample::plan(), Case::default());
        for seed in [1, 7, 21] {
            let start = || Playback::new(&scenario, &case, &plan, &[], seed).unwrap();
            let mut played = start();
            played.seek(Time::from_secs(200));
            played.act(ManualAction::Command(RolloutCommand::Pause), "something is odd");
            played.go_on(Span::from_secs(60));
            played.act(ManualAction::Command(RolloutCommand::Abort), "");
            played.finish();
            let playbook = Playbook::recorded("mine", played.actions(), played.simulation().facts());
            assert_eq!(playbook.rules.len(), 2);
            assert_eq!(playbook.rules[0].because, "something is odd");
            let mut again = start();
            playbook.respond(&mut again);
            again.finish();
            let done = |playback: &Playback| -> Vec<(Time, ManualAction)> {
                playback.actions().iter().map(|hand| (hand.at, hand.action.clone())).collect()
            };
            assert_eq!(done(&again), done(&played), "seed {seed}: {playbook:?}");
        }
    }
}
