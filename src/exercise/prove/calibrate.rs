//! How the value of each criterion is spread over plans of all kinds, so that an author can set its marks between them.

use super::super::{Criterion, HandIn};
use super::entrants::{Entrant, entrants, may, other_plans};
use super::grader::{Grader, Size};
use super::proof::Role;
use super::variation::{Dice, Parts};
use super::{Effort, Proving};
use crate::engine::Chance;

/// The spread of every criterion's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Id of the exercise.
    pub exercise: String,
    /// The criteria, in the order of the rubric.
    pub criteria: Vec<Spread>,
}

/// The spread of one criterion's value.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The criterion.
    pub criterion: Criterion,
    /// The kinds of plans, with their values.
    pub groups: Vec<(Group, Vec<f64>)>,
}

/// A kind of plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The model solution, in several sets of seeds.
    Solution,
    /// The starter, in several sets.
    Starter,
    /// The wrong solutions, in several sets.
    Wrong,
    /// Null policies and other exercises' solutions, in one set.
    Null,
    /// Random plans, at a first look.
    Random,
}

impl Group {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Solution, Self::Starter, Self::Wrong, Self::Null, Self::Random];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Solution => "solution",
            Self::Starter => "starter",
            Self::Wrong => "wrong solutions",
            Self::Null => "null policies",
            Self::Random => "random plans",
        }
    }

    const fn of(role: Role) -> Self {
        match role {
            Role::Solution => Self::Solution,
            Role::Starter => Self::Starter,
            Role::Wrong => Self::Wrong,
            Role::Null | Role::OtherSolution => Self::Null,
        }
    }
}

/// Grades the plans of a lesson in `effort.sets` sets and `effort.random` random ones. A value is that of all runs of a grading
/// taken together, as the criterion's marks see it; infinite for what never happened.
pub fn calibrate(proving: &Proving<'_>, effort: Effort) -> Calibration {
    let lesson = &proving.lesson;
    let grader = Grader::new(lesson, effort.seeds, proving.told);
    let entrants = entrants(lesson, proving.others);
    let sets = |entrant: &Entrant| if Group::of(entrant.role) == Group::Null { 1 } else { effort.sets };
    grader.begins("the plans", entrants.iter().map(|entrant| u64::from(sets(entrant))).sum());
    let mut values: Vec<(Group, Vec<f64>)> = Vec::new();
    for entrant in &entrants {
        let Ok(hand_in) = &entrant.hand_in else {
            grader.spares(u64::from(sets(entrant)));
            continue;
        };
        let marks = (1..=sets(entrant)).filter_map(|set| grader.mark_in_full(hand_in, set, Size::Whole).ok());
        values.extend(marks.map(|mark| (Group::of(entrant.role), mark.values)).collect::<Vec<_>>());
    }
    values.extend(random(proving, &grader, effort.random).into_iter().map(|values| (Group::Random, values)));
    let spread = |(index, criterion): (usize, &Criterion)| {
        let of = |group: Group| {
            let mut of: Vec<f64> =
                values.iter().filter(|(of, _)| *of == group).map(|(_, values)| values[index]).collect();
            of.sort_by(f64::total_cmp);
            (group, of)
        };
        Spread { criterion: criterion.clone(), groups: Group::ALL.into_iter().map(of).collect() }
    };
    Calibration {
        exercise: lesson.exercise.id.clone(),
        criteria: lesson.exercise.rubric.iter().enumerate().map(spread).collect(),
    }
}

/// The values of random plans.
fn random(proving: &Proving<'_>, grader: &Grader<'_>, count: u32) -> Vec<Vec<f64>> {
    let lesson = &proving.lesson;
    let others = other_plans(lesson, proving.others);
    let wrong = lesson.wrong.iter().map(|(_, plan)| plan);
    let parts = Parts::of([lesson.starter, lesson.solution].into_iter().chain(wrong).chain(&others));
    grader.begins_runs("random plans", u64::from(count) * grader.runs(Size::Small));
    let one = |number: u32| {
        let mut dice = Dice::new(Chance::new(0).stream("random plans", u64::from(number)));
        let plan = parts.random(&mut dice, &|plan| may(lesson, plan))?;
        grader.mark_in_full(&HandIn::of_plan("random", plan), 1, Size::Small).ok().map(|mark| mark.values)
    };
    (1..=count).filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_in_a_group_and_every_group_has_a_name_of_its_own() {
        let roles = [Role::Solution, Role::Starter, Role::Wrong, Role::Null, Role::OtherSolution];
        let reached: Vec<Group> = roles.into_iter().map(Group::of).chain([Group::Random]).collect();
        for (index, group) in Group::ALL.into_iter().enumerate() {
            assert!(reached.contains(&group), "{}", group.name());
            assert!(Group::ALL[..index].iter().all(|other| other.name() != group.name()));
        }
    }
}
