//! Null policies: plans that can be handed in without having learned anything. If one of them passes an exercise, the
//! exercise teaches nothing, and the lesson checker refuses it.

use super::{Analysis, BlueGreen, Check, Limit, NoData, Plan, Strategy};
use crate::engine::{Level, Span};
use crate::telemetry::{Metric, Query, Subject};

/// The null policies with their names, for an exercise whose own plan is `of`; the settings of the service stay as in `of`.
///
/// Do nothing; begin as the plan does and roll back at once, whatever is seen; replace all instances at once (recreate)
/// and switch all users at once (blue-green), both without tests or checks.
pub fn null_policies(of: &Plan) -> Vec<(String, Plan)> {
    let blind = |strategy| Plan {
        strategy,
        analysis: None,
        alerts: Vec::new(),
        burn_alerts: Vec::new(),
        notifications: Default::default(),
        triggers: Vec::new(),
        on_call: None,
        ..of.clone()
    };
    let doomed = Plan { analysis: Some(fails_after(Span::ZERO)), ..of.clone() };
    let policies = [
        ("do nothing", blind(Strategy::Nothing)),
        ("always roll back", doomed),
        ("all at once", blind(Strategy::Recreate)),
        ("switch at once", blind(Strategy::BlueGreen(BlueGreen::default()))),
    ];
    policies.map(|(name, plan)| (name.to_owned(), Plan { title: name.to_owned(), ..plan })).to_vec()
}

/// An analysis that fails at its only look, with data or without: a rollback by the clock.
pub fn fails_after(wait: Span) -> Analysis {
    let query = Query::new(Metric::RequestRate, Subject::Target);
    let check = Check {
        consecutive_error_limit: 0,
        count: Some(1),
        initial_delay: wait,
        no_data: NoData::Fail,
        ..Check::new("never passes", query, Limit::Above(Level::Number(1e18)))
    };
    Analysis { checks: vec![check], ..Analysis::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{Cluster, canary, plan, scenario};
    use crate::control::{Rolling, Step};
    use crate::engine::Share;
    use crate::scenario::Severity;
    use crate::sim::RolloutPhase;

    #[test]
    fn each_null_policy_does_what_its_name_says() {
        for strategy in [
            Strategy::Canary(canary(vec![Step::Weight(Share::percent(10.0)), Step::Approve])),
            Strategy::Rolling(Rolling::default()),
        ] {
            let phases = null_policies(&plan(strategy)).into_iter().map(|(name, plan)| {
                let errors = plan.problems(Some(&scenario()));
                assert!(errors.iter().all(|issue| issue.severity == Severity::Warning), "{errors:?}");
                let mut cluster = Cluster::of(&plan);
                (name, cluster.run(200).phase)
            });
            let expected = [
                ("do nothing", RolloutPhase::NotStarted),
                ("always roll back", RolloutPhase::RolledBack),
                ("all at once", RolloutPhase::Completed),
                ("switch at once", RolloutPhase::Completed),
            ];
            assert_eq!(phases.collect::<Vec<_>>(), expected.map(|(name, phase)| (name.to_owned(), phase)));
        }
    }
}
