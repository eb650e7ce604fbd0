//! Counterfactual plans: the plans that a plan is compared with after a run.

use super::{Analysis, Plan};
use crate::engine::Span;

impl Plan {
    /// The same rollout at the same pace without checks, alerts or people: where the plan waited for a test or an
    /// analysis, this one waits for the same time, and the release goes on whatever happens.
    #[must_use]
    pub fn without_analyses(&self) -> Self {
        let strategy = self.written_out().strategy.without_analyses();
        let checks = Vec::new();
        Self { checks, strategy, analysis: None, triggers: Vec::new(), on_call: None, ..self.clone() }
    }

    /// The same with half of every share of users that its strategy names, as far as these have a half; `None` when nothing
    /// changes.
    #[must_use]
    pub fn at_half_weight(&self) -> Option<Self> {
        let strategy = self.strategy.at_half_weight();
        (strategy != self.strategy).then(|| Self { strategy, ..self.clone() })
    }
}

impl Analysis {
    /// The time that it takes when all goes well: its own length, or else until each check with an end has taken its
    /// measurements.
    pub fn expected(&self) -> Span {
        let of_checks = self.checks.iter().filter_map(|check| {
            let times = check.count?.max(1);
            Some(check.initial_delay + check.interval * u64::from(times - 1))
        });
        self.lasts.unwrap_or_else(|| of_checks.max().unwrap_or(Span::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{Cluster, analysis, canary, plan, read};
    use crate::control::{Step, Strategy};
    use crate::engine::Share;
    use crate::sim::RolloutPhase;

    fn watched() -> Plan {
        plan(Strategy::Canary(canary(vec![
            Step::Weight(Share::percent(10.0)),
            Step::Analyse(analysis(120)),
            Step::Weight(Share::percent(50.0)),
        ])))
    }

    #[test]
    fn unwatched_it_gets_out_at_the_same_pace_however_bad_it_is() {
        let mut good = Cluster::of(&watched());
        let mut bad = Cluster::of(&watched().without_analyses());
        bad.errors = 0.05;
        assert_eq!(bad.run(400).phase, RolloutPhase::Completed);
        good.run(400);
        let routes = |cluster: &Cluster| cluster.log.iter().filter(|line| line.contains("route")).count();
        assert_eq!(routes(&good), routes(&bad));
    }

    #[test]
    fn half_the_weight_is_asked_of_plans_that_have_one() {
        let half = watched().at_half_weight().unwrap();
        let Strategy::Canary(canary) = &half.strategy else { panic!("{half:?}") };
        assert_eq!(canary.steps[0], Step::Weight(Share::percent(5.0)));
        assert_eq!(canary.steps[2], Step::Weight(Share::percent(25.0)));
        assert_eq!(plan(Strategy::Recreate).at_half_weight(), None);
    }

    #[test]
    fn half_the_weight_is_asked_of_the_steps_after_a_shadow_and_of_an_experiment() {
        let half = |strategy: &str| {
            let plan: Plan = read(&format!("(format: 1, strategy: {strategy})"));
            plan.at_half_weight().map(|half| half.strategy)
        };
        let of = |strategy: &str| Some(read(strategy));
        let shadow = |weight| format!("Shadow(for: \"5m\", then: [Weight(\"{weight}\")])");
        assert_eq!(half(&shadow("20%")), of(&shadow("10%")));
        let experiment = |share| format!("Steps([Experiment(share: \"{share}\", for: \"5m\")])");
        assert_eq!(half(&experiment("20%")), of(&experiment("10%")));
        assert_eq!(half("Shadow(for: \"5m\")"), None, "copies are no users");
    }

    #[test]
    fn a_test_whose_goal_is_not_judged_goes_on_for_as_long() {
        let goal = "Ab(for: \"5m\", goal: (for: \"3m\", checks: []))";
        let plan: Plan = read(&format!("(format: 1, strategy: {goal})"));
        let plain = read("Ab(for: \"8m\", sample_ratio: None)");
        assert_eq!(plan.without_analyses().strategy, plain);
    }

    #[test]
    fn an_analysis_takes_its_time_or_that_of_its_checks() {
        assert_eq!(analysis(120).expected(), Span::from_secs(120));
        let mut counted = analysis(0);
        counted.lasts = None;
        counted.checks[0].count = Some(5);
        assert_eq!(counted.expected(), Span::from_secs(60 + 4 * 30));
    }
}
