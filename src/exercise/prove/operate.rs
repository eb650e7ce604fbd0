//! The proof of an Operate exercise: what the model response, the wrong ones and those that take no looking earn on the watches of many
//! learners.

use super::super::{OperateLesson, Role as Trier, Tried};
use super::grader::margin;
use super::proof::{FORMAT, PlanRow, Proof, Role, SearchResult, hundredths, rests_on_playbooks};
use crate::exercise::verdict::ENGINE_VERSION;

impl OperateLesson<'_> {
    /// What was `tried` on the watches of `learners`, as it is kept beside the exercise.
    pub fn proof(&self, tried: &[Tried], learners: u32) -> Proof {
        Proof {
            format: FORMAT,
            exercise: self.exercise.id.clone(),
            engine: ENGINE_VERSION.to_owned(),
            rests_on: rests_on_playbooks(self),
            sets: learners,
            seeds: None,
            criteria: self.exercise.rubric.iter().map(|criterion| criterion.id.clone()).collect(),
            plans: tried.iter().map(row).collect(),
            parts: Vec::new(),
            search: SearchResult::default(),
        }
    }

    /// Whether `proof` is of this lesson, by this engine.
    pub fn is_proved_by(&self, proof: &Proof) -> bool {
        proof.format == FORMAT && proof.engine == ENGINE_VERSION && proof.rests_on == rests_on_playbooks(self)
    }
}

fn row(tried: &Tried) -> PlanRow {
    let role = match tried.role {
        Trier::Solution => Role::Solution,
        Trier::Starter => Role::Starter,
        Trier::Wrong => Role::Wrong,
        Trier::NullPolicy => Role::Null,
    };
    let (verdicts, refused) = match &tried.verdicts {
        Ok(verdicts) => (verdicts.as_slice(), None),
        Err(issues) => {
            (&[][..], Some(issues.first().map_or_else(String::new, |issue| issue.message.clone())))
        }
    };
    let margins = || verdicts.iter().map(margin);
    let extreme =
        |least: f64, more: f64| if role == Role::Solution { least.min(more) } else { least.max(more) };
    let points =
        verdicts.iter().map(|verdict| verdict.criteria.iter().map(|line| line.points).collect::<Vec<f64>>());
    let points = points.reduce(|all, more| all.iter().zip(&more).map(|(a, b)| extreme(*a, *b)).collect());
    PlanRow {
        plan: tried.name.clone(),
        role,
        scores: verdicts.iter().map(|verdict| hundredths(verdict.score)).collect(),
        passes: verdicts.iter().filter(|verdict| verdict.passed).count() as u32,
        worst: margins().reduce(f64::min).map_or(0.0, hundredths),
        best: margins().reduce(f64::max).map_or(0.0, hundredths),
        points: points.unwrap_or_default().into_iter().map(hundredths).collect(),
        refused,
    }
}
