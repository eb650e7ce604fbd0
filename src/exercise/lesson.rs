//! Checks that an exercise cannot be passed without learning its lesson.
//!
//! The solution must pass; the starter, every named wrong solution and every null policy must fail. The command
//! `check` and the tests call the same function.

use super::grade::grade_runs;
use super::regret::graded_run;
use super::{Allow, Exercise, Grading, HandIn, Measure, Met, Verdict, format, grade};
use crate::control::{Plan, null_policies};
use crate::scenario::{Issue, Scenario};

/// An exercise with the plans that prove it.
#[derive(Clone, Copy, Debug)]
pub struct Lesson<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The scenario it names.
    pub scenario: &'a Scenario,
    /// What learners start from.
    pub starter: &'a Plan,
    /// The model solution.
    pub solution: &'a Plan,
    /// Wrong solutions, by file name.
    pub wrong: &'a [(String, Plan)],
}

/// The role of a plan in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Must pass.
    Solution,
    /// Must fail.
    Starter,
    /// Must fail.
    Wrong,
    /// Must fail, in every lesson.
    NullPolicy,
}

/// One plan of a lesson, graded.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Its role in the lesson.
    pub role: Role,
    /// File name, or the name of the null policy.
    pub name: String,
    /// How it was graded; none when it could not be.
    pub verdict: Option<Verdict>,
    /// What is wrong with it: it is refused, or it passes or fails when it should not. Paths are those of its plan.
    pub issues: Vec<Issue>,
}

impl Trial {
    /// Whether it passed or failed as its role demands.
    pub fn is_sound(&self) -> bool {
        self.issues.is_empty()
    }
}

/// Prefix of the file names of wrong solutions.
pub const WRONG_PREFIX: &str = "wrong-";

impl Lesson<'_> {
    /// Grades the solution, the starter, the wrong solutions and the null policies, in this order, with
    /// [`Grading::seeds`] of `how`.
    pub fn trials(&self, how: &Grading<'_>) -> Vec<Trial> {
        let mut trials = vec![
            self.hand_in(Role::Solution, "solution.ron", self.solution, how),
            self.hand_in(Role::Starter, "starter.ron", self.starter, how),
        ];
        trials.extend(self.wrong.iter().map(|(name, plan)| self.hand_in(Role::Wrong, name, plan, how)));
        trials.extend(self.null_policies().iter().map(|(name, plan)| self.null(name, plan, how)));
        trials
    }

    /// How many runs all trials take.
    pub fn runs(&self, how: &Grading<'_>) -> u64 {
        let plans = 2 + self.wrong.len() + self.null_policies().len();
        plans as u64 * how.runs(self.exercise)
    }

    /// The null policies; none where the strategy is given, since nobody can put another in its place.
    fn null_policies(&self) -> Vec<(String, Plan)> {
        let is_chosen = self.exercise.allow.iter().any(|allow| matches!(allow, Allow::Strategy(_)));
        if is_chosen { null_policies(self.solution) } else { Vec::new() }
    }

    /// A null policy keeps what the solution sets up before the rollout, so that it does as well as it can. The exercise's
    /// `allow` does not apply to it.
    fn null(&self, name: &str, plan: &Plan, how: &Grading<'_>) -> Trial {
        let regret = self.exercise.measures(Measure::Regret);
        let one = |case: &_, seed| {
            graded_run(&Met { scenario: self.scenario, case, plan, actions: &[], seed }, regret)
        };
        let graded = grade_runs(self.exercise, self.scenario, name, &one, how);
        judged(Role::NullPolicy, name.to_owned(), graded)
    }

    fn hand_in(&self, role: Role, name: &str, plan: &Plan, how: &Grading<'_>) -> Trial {
        let hand_in = HandIn::of_plan(name, plan.clone());
        let graded = grade(self.exercise, self.scenario, self.starter, &hand_in, how);
        judged(role, hand_in.name, graded)
    }
}

pub(super) fn judged(role: Role, name: String, graded: Result<Verdict, Vec<Issue>>) -> Trial {
    match graded {
        Err(issues) => Trial { role, name, verdict: None, issues },
        Ok(verdict) => {
            let issues = misjudged(role, &name, &verdict).into_iter().collect();
            Trial { role, name, verdict: Some(verdict), issues }
        }
    }
}

fn misjudged(role: Role, name: &str, verdict: &Verdict) -> Option<Issue> {
    let score = format!(
        "{} of {} points, {} needed",
        format::decimal(verdict.score, 2),
        format::decimal(verdict.max_score, 2),
        format::decimal(verdict.pass_score, 2)
    );
    let (code, message) = match (role, verdict.passed) {
        (Role::Solution, false) => {
            let worst = verdict.criteria.iter().filter(|line| line.points < line.max_points);
            let lost: Vec<String> = worst.map(|line| format!("{}: {}", line.id, line.measured)).collect();
            ("solution-fails", format!("the model solution does not pass ({score}); {}", lost.join(", ")))
        }
        (Role::Starter, true) => {
            ("starter-passes", format!("the starter already passes ({score}); nothing is left to do"))
        }
        (Role::Wrong, true) => {
            ("wrong-passes", format!("{name} passes ({score}), though it is meant to be wrong"))
        }
        (Role::NullPolicy, true) => (
            "null-policy-passes",
            format!("\"{name}\" passes ({score}); the lesson can be passed without learning it"),
        ),
        (Role::Solution, true) | (Role::Starter | Role::Wrong | Role::NullPolicy, false) => return None,
    };
    Some(Issue::error("", code, message))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn verdict(score: f64) -> Verdict {
        Verdict {
            exercise: sample::exercise().id,
            revision: 1,
            exercise_hash: String::new(),
            submission: "x".into(),
            score,
            max_score: 100.0,
            pass_score: 70.0,
            passed: score >= 70.0,
            criteria: Vec::new(),
            cases: Vec::new(),
            sessions: Vec::new(),
            engine_version: String::new(),
            luck: None,
            secret: None,
            remarks: Vec::new(),
            reached: None,
        }
    }

    fn code(role: Role, score: f64) -> Option<&'static str> {
        judged(role, "x.ron".into(), Ok(verdict(score))).issues.first().map(|issue| issue.code)
    }

    #[test]
    fn only_the_solution_may_pass_and_it_must() {
        assert_eq!(code(Role::Solution, 70.0), None);
        assert_eq!(code(Role::Solution, 69.99), Some("solution-fails"));
        for (role, wrong) in [
            (Role::Starter, "starter-passes"),
            (Role::Wrong, "wrong-passes"),
            (Role::NullPolicy, "null-policy-passes"),
        ] {
            assert_eq!(code(role, 69.99), None, "{role:?}");
            assert_eq!(code(role, 70.0), Some(wrong), "{role:?}");
        }
    }

    #[test]
    fn a_plan_that_cannot_be_graded_is_not_sound_whatever_its_role() {
        let refused = vec![Issue::error("drain", "not-allowed", "put it back")];
        for role in [Role::Solution, Role::Starter, Role::Wrong, Role::NullPolicy] {
            assert!(!judged(role, "x.ron".into(), Err(refused.clone())).is_sound());
        }
    }
}
