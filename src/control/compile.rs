//! Compiles a plan to the steps that a rollout runs, the analyses beside them, and the way back.

use super::compiled_plan::{BackgroundAnalysis, CompiledPlan};
use super::{Plan, Step};

impl CompiledPlan {
    /// Compiles a plan, for a release guarded by `flag`.
    pub fn of(plan: &Plan, flag: Option<&str>) -> Self {
        Self::over(plan, flag, &[])
    }

    /// Compiles a plan for a world with these zones.
    pub fn over(plan: &Plan, flag: Option<&str>, zones: &[String]) -> Self {
        let plan = &*plan.written_out();
        let mut compiled = plan.strategy.compile(zones);
        compiled.rules.flag = flag.map(str::to_owned);
        for step in &mut compiled.steps {
            if let Step::Experiment(of) = step {
                of.settle();
            }
        }
        if let Some(analysis) = &plan.analysis {
            let (from, until) = (analysis.from_step as usize, compiled.completion());
            compiled.background.push(BackgroundAnalysis { analysis: analysis.clone(), from, until });
        }
        compiled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::plan;
    use crate::control::{BlueGreen, FlagRamp, Rolling, Strategy};
    use crate::engine::Share;

    fn steps(strategy: Strategy) -> Vec<String> {
        let compiled = CompiledPlan::of(&plan(strategy), None);
        compiled.steps.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_strategy_compiles_to_the_steps_it_is_known_for() {
        assert_eq!(steps(Strategy::Recreate), ["let the stable pool go", "give the candidate everything"]);
        assert_eq!(
            steps(Strategy::BlueGreen(BlueGreen { auto_promote: false, ..BlueGreen::default() })),
            [
                "scale the candidate to 100%",
                "wait for approval",
                "give the candidate everything",
                "let the stable pool go after 30s"
            ]
        );
        let canary = Strategy::Steps(vec![Step::Weight(Share::percent(10.0)), Step::Approve]);
        assert_eq!(
            steps(canary),
            [
                "send 10% to the candidate",
                "wait for approval",
                "give the candidate everything",
                "let the stable pool go after 30s"
            ]
        );
        let ramp = FlagRamp {
            deploy: Rolling::default(),
            schedule: None,
            steps: vec![Step::Flag(Share::percent(5.0))],
        };
        assert_eq!(
            steps(Strategy::Flag(ramp)),
            ["roll the instances over", "turn the flag on for 5%", "turn the flag on for 100%"]
        );
    }

    #[test]
    fn it_is_complete_when_only_retirements_are_left() {
        let of = |strategy| CompiledPlan::of(&plan(strategy), None).completion();
        assert_eq!(of(Strategy::Recreate), 2);
        assert_eq!(of(Strategy::BlueGreen(BlueGreen::default())), 2);
        assert_eq!(of(Strategy::Rolling(Rolling::default())), 1);
        assert_eq!(of(Strategy::Nothing), 0);
    }
}
