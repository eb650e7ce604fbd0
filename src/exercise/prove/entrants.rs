//! The plans that a proof grades: the lesson's own, null policies, and the solutions of other exercises.

use super::super::allow::not_allowed;
use super::super::{HandIn, Lesson};
use super::tree::{plan_of, tree};
use super::{Role, null};
use crate::control::Plan;
use crate::scenario::{Issue, Severity};

/// A plan of the table.
#[derive(Clone, Debug)]
pub(super) struct Entrant {
    /// Its name: a file, a null policy, or the exercise whose solution it is.
    pub name: String,
    /// What it is to the lesson.
    pub role: Role,
    /// What is handed in; or why it cannot be.
    pub hand_in: Result<HandIn, String>,
}

impl Entrant {
    /// A plan that is handed in.
    pub fn new(name: impl Into<String>, role: Role, plan: &Plan) -> Self {
        let name = name.into();
        Self { hand_in: Ok(HandIn::of_plan(name.clone(), plan.clone())), name, role }
    }
}

/// The lesson's own plans.
pub(super) fn own(lesson: &Lesson<'_>) -> Vec<Entrant> {
    let mut all = vec![
        Entrant::new("solution.ron", Role::Solution, lesson.solution),
        Entrant::new("starter.ron", Role::Starter, lesson.starter),
    ];
    all.extend(lesson.wrong.iter().map(|(name, plan)| Entrant::new(name.as_str(), Role::Wrong, plan)));
    all
}

/// The lesson's own plans, then the null policies, then the solutions of other exercises, by name.
pub(super) fn entrants(lesson: &Lesson<'_>, others: &[(String, Plan)]) -> Vec<Entrant> {
    let mut all = own(lesson);
    all.extend(null::policies(lesson));
    for (name, plan) in others {
        let adapted = adapted(lesson, plan);
        let entrant = match adapted == *lesson.starter.written_out() {
            true => Entrant {
                name: name.clone(),
                role: Role::OtherSolution,
                hand_in: Err("nothing of it may be changed here".to_owned()),
            },
            false => Entrant::new(name.as_str(), Role::OtherSolution, &adapted),
        };
        all.push(entrant);
    }
    all
}

/// Whether a plan may be handed in: it changes what the exercise allows, and is sound.
pub(super) fn may(lesson: &Lesson<'_>, plan: &Plan) -> bool {
    let is_error = |issue: Issue| issue.severity == Severity::Error;
    not_allowed(lesson.exercise, lesson.scenario, lesson.starter, plan).is_empty()
        && !plan.problems(Some(lesson.scenario)).into_iter().any(is_error)
}

/// The solutions of other exercises as far as this one allows them.
pub(super) fn other_plans(lesson: &Lesson<'_>, others: &[(String, Plan)]) -> Vec<Plan> {
    let adapted = others.iter().map(|(_, plan)| adapted(lesson, plan));
    adapted.filter(|plan| may(lesson, plan)).collect()
}

/// `plan` as far as the exercise lets the starter become it: each field that may be changed is the plan's, all others are the
/// starter's.
pub(super) fn adapted(lesson: &Lesson<'_>, plan: &Plan) -> Plan {
    let Lesson { exercise, scenario, starter, .. } = *lesson;
    let mut adapted = tree(starter);
    let wanted = tree(plan);
    let fields = wanted.as_object().into_iter().flatten();
    for (name, value) in fields {
        let mut tried = adapted.clone();
        tried[name] = value.clone();
        if plan_of(&tried).is_some_and(|tried| not_allowed(exercise, scenario, starter, &tried).is_empty()) {
            adapted = tried;
        }
    }
    plan_of(&adapted).unwrap_or_else(|| starter.clone())
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use super::*;
    use crate::scenario::Drain;

    #[test]
    fn another_plan_gives_what_may_be_changed_and_nothing_else() {
        let (exercise, starter) = (sample::exercise(), sample::plan());
        let other = Plan {
            strategy: crate::control::Strategy::Recreate,
            drain: Some(Drain::default()),
            analysis: crate::exercise::ExtraCheck::Errors.added_to(&starter).analysis,
            ..starter.clone()
        };
        let scenario = sample::scenario();
        let lesson = Lesson {
            exercise: &exercise,
            scenario: &scenario,
            starter: &starter,
            solution: &starter,
            wrong: &[],
        };
        let adapted = adapted(&lesson, &other);
        assert_eq!((&adapted.strategy, &adapted.drain), (&starter.strategy, &starter.drain));
        assert_eq!(adapted.analysis, other.analysis);
    }
}
