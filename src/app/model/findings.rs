//! Computes what a debrief shows about a run: the run itself, the model solution in the same world, and other decisions.

use std::sync::Arc;

use crate::app::model::catalog::Entry;
use crate::app::model::subject::Subject;
use crate::control::{Plan, null_policies};
use crate::engine::Time;
use crate::exercise::evidence::{self, Evidence};
use crate::exercise::harmed::{Split, splits};
use crate::exercise::predict::{Came, Prediction, came};
use crate::exercise::{
    Choice, Contender, ExtraCheck, Met, RunResult, Session, Spot, WhatIf, play, seeds_of, spares, tradeoff,
    what_if,
};
use crate::scenario::{Issue, Scenario};
use crate::sim::Record;

/// The input of a debrief.
#[derive(Clone)]
pub struct Brief {
    /// What was run.
    pub subject: Subject,
    /// Its world.
    pub scenario: Arc<Scenario>,
    /// What was planned and done.
    pub session: Session,
    /// What was predicted.
    pub prediction: Option<Prediction>,
}

/// When things happened in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// When the first user was harmed.
    pub harm: Option<Time>,
    /// When trouble was first seen.
    pub detected: Option<Time>,
    /// When it was decided to go back.
    pub decided: Option<Time>,
    /// When the baseline served everybody again.
    pub recovered: Option<Time>,
}

/// A decision in the world that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// What the learner did.
    Yours,
    /// Another choice.
    Other(Choice),
    /// One more thing watched.
    ExtraCheck(ExtraCheck),
    /// The model solution.
    Model,
}

/// A decision and its result.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was decided.
    pub decision: Decision,
    /// Its result.
    pub run: RunResult,
}

/// The findings.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The learner's run.
    pub you: Lane,
    /// The model solution's, in the same world.
    pub model: Option<Lane>,
    /// How long the run lasts.
    pub end: Time,
    /// All decisions, the learner's first.
    pub rows: Vec<Row>,
    /// Position of the one that would have mattered most.
    pub matters_most: Option<usize>,
    /// Whether the prediction came true.
    pub came: Option<Came>,
    /// What could be known, and when.
    pub evidence: Vec<Evidence>,
    /// Whom the learner's run harmed.
    pub harmed: Vec<Split>,
}

impl Lane {
    fn of(record: &Record) -> Self {
        let seen = &record.observed;
        Self {
            harm: record.truth.first_harm,
            detected: record.truth.detected,
            decided: seen.aborted,
            recovered: seen.rolled_back,
        }
    }
}

impl Brief {
    /// The exercise, when it was of one.
    pub const fn entry(&self) -> Option<&Arc<Entry>> {
        match &self.subject {
            Subject::Exercise(entry) => Some(entry),
            Subject::World(_) => None,
        }
    }

    fn again(&self, plan: &Plan) -> Result<Record, Vec<Issue>> {
        play(&self.scenario, &self.session.case, plan, &[], self.session.seed)
    }

    /// Plays the run to its end, and other decisions in the same world.
    ///
    /// # Errors
    /// What is wrong with a plan, when it cannot be simulated.
    pub fn look(&self) -> Result<Findings, Vec<Issue>> {
        let session = &self.session;
        let scenario = &*self.scenario;
        let record = play(scenario, &session.case, &session.plan, &session.actions, session.seed)?;
        let met = Met {
            scenario,
            case: &session.case,
            plan: &session.plan,
            actions: &session.actions,
            seed: session.seed,
        };
        let others = what_if(&met, &record)?;
        let solution = self.entry().and_then(|entry| entry.solution.as_ref());
        let model = solution.map(|(_, plan)| self.again(plan)).transpose()?;
        let mut rows = vec![Row { decision: Decision::Yours, run: others.actual.clone() }];
        rows.extend(
            others
                .others
                .iter()
                .map(|other| Row { decision: Decision::Other(other.choice), run: other.run.clone() }),
        );
        for check in ExtraCheck::ALL {
            let plan = check.added_to(&session.plan);
            // Where nothing can be watched so, there is nothing to compare.
            let Ok(record) = play(scenario, &session.case, &plan, &session.actions, session.seed) else {
                continue;
            };
            rows.push(Row { decision: Decision::ExtraCheck(check), run: RunResult::of(&record, scenario) });
        }
        if let Some(model) = &model {
            rows.push(Row { decision: Decision::Model, run: RunResult::of(model, scenario) });
        }
        Ok(Findings {
            you: Lane::of(&record),
            model: model.as_ref().map(Lane::of),
            end: Time::ZERO + record.simulated,
            matters_most: matters_most(&others, &rows),
            rows,
            came: self.prediction.map(|prediction| came(prediction.question(), &record, scenario)),
            evidence: evidence::moments(&record),
            harmed: splits(&record.truth, scenario),
        })
    }

    /// Where the learner's plan, the model solution and plans without thought lie between safety and speed.
    ///
    /// # Errors
    /// What is wrong with a plan, when it cannot be simulated.
    pub fn spots(&self) -> Result<Vec<Spot>, Vec<Issue>> {
        let Some(entry) = self.entry() else { return Ok(Vec::new()) };
        let contender = |name: &str, plan: &Plan| Contender {
            name: name.to_owned(),
            plan: plan.clone(),
            actions: Vec::new(),
        };
        let mut all =
            vec![Contender { actions: self.session.actions.clone(), ..contender(YOU, &self.session.plan) }];
        all.extend(entry.solution.as_ref().map(|(_, plan)| contender(MODEL, plan)));
        all.extend(null_policies(&entry.starter).iter().map(|(name, plan)| contender(name, plan)));
        tradeoff(&entry.exercise, &self.scenario, &all)
    }

    /// How many runs grading takes.
    pub fn runs(&self) -> u64 {
        let Some(entry) = self.entry() else { return 0 };
        let cases = entry.exercise.cases.iter();
        cases.map(|case| seeds_of(&entry.exercise, case, None, None).len() as u64).sum()
    }
}

/// The name of the learner's point.
pub const YOU: &str = "you";

/// The name of the model solution's point.
pub const MODEL: &str = "model";

/// The decision that would surely have spared the most users; none when none would have. The model solution is a whole plan and no
/// decision.
fn matters_most(others: &WhatIf, rows: &[Row]) -> Option<usize> {
    let counts = |row: &Row| match row.decision {
        Decision::Yours | Decision::Model => false,
        Decision::Other(choice) => others.is_open(choice),
        Decision::ExtraCheck(_) => true,
    };
    let better = rows.iter().enumerate().filter(|(_, row)| counts(row) && spares(&others.actual, &row.run));
    better.min_by_key(|(index, row)| (row.run.users_harmed, *index)).map(|(index, _)| index)
}
