//! Another decision: the same plan, with one more thing watched from its start to its end.

use crate::control::{Analysis, Check, Limit, Plan};
use crate::engine::Level;
use crate::telemetry::{Metric, Query, Subject};

/// What is watched as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Errors, against the release beside it: at most half as many again, and a point.
    Errors,
    /// The p99 of latency, against the release beside it: at most half as long again.
    Latency,
}

impl Watched {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Errors, Self::Latency];

    /// `plan` with this watched as well, in the background from the first step on, whatever step it is at; what was watched
    /// already stays. The limits are modelling choices.
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
                let analysis = Analysis {
                    checks: vec![check],
                    lasts: None,
                    from_step: 0,
                    on_failure: Default::default(),
                };
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
    fn what_was_watched_stays_and_one_more_is() {
        let scenario = sample::scenario();
        let once = Watched::Errors.added_to(&sample::plan());
        let twice = Watched::Latency.added_to(&once);
        assert_eq!(twice.analysis.as_ref().map(|analysis| analysis.checks.len()), Some(2));
        assert_eq!(once.strategy, sample::plan().strategy);
        assert!(twice.problems(Some(&scenario)).is_empty(), "{:?}", twice.problems(Some(&scenario)));
    }
}
