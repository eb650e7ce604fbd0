//! A counterfactual: the same plan with one more check in its background analysis.

use crate::control::{Analysis, Check, Limit, Plan};
use crate::engine::Level;
use crate::telemetry::{Metric, Query, Subject};

/// The check that is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraCheck {
    /// The error ratio, at most 1.5 times the baseline's plus one percentage point.
    Errors,
    /// The p99 of latency, at most 1.5 times the baseline's.
    Latency,
}

impl ExtraCheck {
    /// All extra checks.
    pub const ALL: [Self; 2] = [Self::Errors, Self::Latency];

    /// `plan` with this check in its background analysis from the first step on; the plan's own checks stay. The limits are
    /// modelling choices.
    pub fn added_to(self, plan: &Plan) -> Plan {
        let (name, metric, plus) = match self {
            Self::Errors => ("errors as well", Metric::ErrorRatio, 0.01),
            Self::Latency => ("p99 as well", Metric::Latency(0.99), 0.0),
        };
        let limit = Limit::AtMostBaseline { factor: 1.5, plus: Level::Number(plus) };
        let check = Check::new(name, Query::new(metric, Subject::Candidate), limit);
        let mut plan = plan.clone();
        match &mut plan.analysis {
            Some(analysis) => {
                analysis.from_step = 0;
                analysis.checks.push(check);
            }
            none => {
                let analysis = Analysis { checks: vec![check], ..Analysis::default() };
                *none = Some(analysis);
            }
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_plans_checks_stay_and_one_is_added() {
        let scenario = sample::scenario();
        let mut plan = sample::plan();
        for (index, check) in ExtraCheck::ALL.into_iter().enumerate() {
            plan = check.added_to(&plan);
            assert_eq!(plan.analysis.as_ref().map(|analysis| analysis.checks.len()), Some(index + 1));
            assert_eq!(plan.strategy, sample::plan().strategy);
            assert!(plan.problems(Some(&scenario)).is_empty(), "{:?}", plan.problems(Some(&scenario)));
        }
    }
}
