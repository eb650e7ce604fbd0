//! What may be done by hand in a session that is graded: no more than a plan may do.

use super::allow::strategies;
use super::{Allow, Exercise, HandAction};
use crate::control::{ResponseName, StepName, StrategyName};
use crate::scenario::Issue;
use crate::sim::{ManualAction, ManualActionName};

impl Exercise {
    /// Whether a graded session may hold `action`. Commands to the rollout, acknowledgements, what is named as the cause, hypotheses and
    /// what becomes of them, status updates and notes are always allowed, and a fault never is; an experiment is one where it is listed. For the rest [`Allow::ByHand`] decides; without it an action is allowed where a plan may do the same.
    pub fn allows_by_hand(&self, action: &ManualAction) -> bool {
        allows_name(self, action.name())
    }

    /// Whether triggers, the runbook and failed analyses of a plan may use this response: those listed in
    /// [`Allow::Responses`], and without such a list all that do not change how many instances there are.
    pub fn allows_response(&self, name: ResponseName) -> bool {
        let listed = listed(self, |allow| match allow {
            Allow::Responses(names) => Some(names),
            _ => None,
        });
        listed.map_or(!name.scales(), |names| names.contains(&name))
    }

    /// Whether the steps of a plan's strategy may hold this one: those listed in [`Allow::Steps`], and all without a list.
    pub fn allows_step(&self, name: StepName) -> bool {
        let listed = listed(self, |allow| match allow {
            Allow::Steps(names) => Some(names),
            _ => None,
        });
        listed.is_none_or(|names| names.contains(&name))
    }

    /// Whether some plan that the exercise allows could do what this action does.
    fn a_plan_may(&self, name: ManualActionName) -> bool {
        let may = |what: &Allow| self.allow.contains(what);
        let responds =
            |name: ResponseName| (may(&Allow::Triggers) || may(&Allow::OnCall)) && self.allows_response(name);
        let allowed = strategies(self);
        match name {
            ManualActionName::Scale | ManualActionName::Resize => {
                may(&Allow::Autoscaler) || responds(ResponseName::Scale)
            }
            ManualActionName::Route => {
                allowed.iter().any(|name| name.splits_requests()) && self.allows_step(StepName::Weight)
            }
            ManualActionName::Flag => may(&Allow::Flags) || allowed.contains(&StrategyName::Flag),
            ManualActionName::OpenBreaker => may(&Allow::Calls) || responds(ResponseName::OpenBreaker),
            ManualActionName::Shed => responds(ResponseName::Shed),
            // A plan restarts and drains no instance of its choice.
            ManualActionName::Restart
            | ManualActionName::DrainInstance
            | ManualActionName::RestartInstance
            | ManualActionName::Experiment => false,
            ManualActionName::Command
            | ManualActionName::Acknowledge
            | ManualActionName::Localise
            | ManualActionName::Tell
            | ManualActionName::Note
            | ManualActionName::Hypothesise
            | ManualActionName::Conclude
            | ManualActionName::Inject => always_or_never(name).unwrap_or_default(),
        }
    }
}

/// The answer that no exercise can change; `None` where an exercise decides.
const fn always_or_never(name: ManualActionName) -> Option<bool> {
    match name {
        ManualActionName::Command
        | ManualActionName::Acknowledge
        | ManualActionName::Localise
        | ManualActionName::Tell
        | ManualActionName::Hypothesise
        | ManualActionName::Conclude
        | ManualActionName::Note => Some(true),
        ManualActionName::Inject => Some(false),
        ManualActionName::Scale
        | ManualActionName::Resize
        | ManualActionName::Route
        | ManualActionName::Flag
        | ManualActionName::Restart
        | ManualActionName::DrainInstance
        | ManualActionName::RestartInstance
        | ManualActionName::OpenBreaker
        | ManualActionName::Experiment
        | ManualActionName::Shed => None,
    }
}

/// All names in the lists that `of` picks from what the exercise allows; `None` without a list.
fn listed<T: Copy>(exercise: &Exercise, of: fn(&Allow) -> Option<&Vec<T>>) -> Option<Vec<T>> {
    let lists: Vec<&Vec<T>> = exercise.allow.iter().filter_map(of).collect();
    (!lists.is_empty()).then(|| lists.into_iter().flatten().copied().collect())
}

fn listed_by_hand(exercise: &Exercise) -> Option<Vec<ManualActionName>> {
    listed(exercise, |allow| match allow {
        Allow::ByHand(names) => Some(names),
        _ => None,
    })
}

/// An issue for each action of a session that the exercise does not allow by hand.
pub(super) fn not_allowed_by_hand(exercise: &Exercise, actions: &[HandAction]) -> Vec<Issue> {
    let refused = actions.iter().enumerate().filter(|(_, hand)| !exercise.allows_by_hand(&hand.action));
    let issue = |(index, hand): (usize, &HandAction)| {
        let message = match &hand.action {
            ManualAction::Inject { fault } => {
                format!(
                    "lets fault \"{fault}\" strike; a session with faults let loose by hand is not graded"
                )
            }
            action => {
                let allowed = ManualActionName::ALL.iter().filter(|name| allows_name(exercise, **name));
                let allowed: Vec<String> = allowed.map(|name| format!("{name:?}")).collect();
                format!(
                    "exercise \"{}\" does not allow {:?} by hand; a session that is graded may hold {}",
                    exercise.id,
                    action.name(),
                    allowed.join(", ")
                )
            }
        };
        Issue::error(format!("actions[{index}].action"), "not-allowed", message)
    };
    refused.map(issue).collect()
}

/// [`Exercise::allows_by_hand`] for all actions of this name.
fn allows_name(exercise: &Exercise, name: ManualActionName) -> bool {
    let listed = listed_by_hand(exercise).map(|names| names.contains(&name));
    always_or_never(name).or(listed).unwrap_or_else(|| exercise.a_plan_may(name))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn allowed(allow: Vec<Allow>) -> Vec<ManualActionName> {
        let exercise = Exercise { allow, ..sample::exercise() };
        ManualActionName::ALL.iter().copied().filter(|name| allows_name(&exercise, *name)).collect()
    }

    const ALWAYS: [ManualActionName; 7] = [
        ManualActionName::Acknowledge,
        ManualActionName::Localise,
        ManualActionName::Tell,
        ManualActionName::Note,
        ManualActionName::Command,
        ManualActionName::Hypothesise,
        ManualActionName::Conclude,
    ];

    #[test]
    fn a_hand_may_do_what_a_plan_may() {
        use ManualActionName as Name;
        let with = |more: &[Name]| {
            let all = more.iter().chain(&ALWAYS);
            let mut names: Vec<Name> = all.copied().collect();
            names.sort_by_key(|name| Name::ALL.iter().position(|other| other == name));
            names
        };
        assert_eq!(allowed(vec![Allow::Analysis]), with(&[]));
        assert_eq!(allowed(vec![Allow::Strategy(vec![StrategyName::Canary])]), with(&[Name::Route]));
        assert_eq!(allowed(vec![Allow::Strategy(vec![StrategyName::Flag])]), with(&[Name::Flag]));
        assert_eq!(allowed(vec![Allow::Triggers]), with(&[Name::OpenBreaker, Name::Shed]));
        assert_eq!(
            allowed(vec![Allow::Triggers, Allow::Responses(vec![ResponseName::Scale])]),
            with(&[Name::Scale, Name::Resize]),
            "a second fleet is allowed where the author says so"
        );
        let steps = Allow::Steps(vec![StepName::Test]);
        assert_eq!(allowed(vec![Allow::Strategy(vec![StrategyName::Canary]), steps]), with(&[]));
    }

    #[test]
    fn a_list_of_actions_by_hand_decides_alone() {
        let strategy = Allow::Strategy(vec![StrategyName::Canary]);
        for name in ManualActionName::ALL {
            let names = allowed(vec![strategy.clone(), Allow::ByHand(vec![*name])]);
            let free = always_or_never(*name).is_none();
            assert_eq!(names.len(), ALWAYS.len() + usize::from(free), "{name:?}");
            assert_eq!(names.contains(name), *name != ManualActionName::Inject, "{name:?}");
        }
    }
}
