//! Other plans that a plan could have been: what a decision is compared with afterwards.

use super::{Analysis, Experiment, Flagger, Plan, Step, Strategy};
use crate::engine::{Share, Span};

impl Plan {
    /// The same rollout at the same pace with nobody and nothing watching: where a test or an analysis was waited for, the
    /// time is waited out, and the release goes on whatever happens.
    #[must_use]
    pub fn without_analyses(&self) -> Self {
        let strategy = match self.strategy.clone() {
            Strategy::BlueGreen(mut plan) => {
                let tested = plan.smoke_test.take().map_or(Span::ZERO, |test| test.over);
                let judged = plan.before.take().map_or(Span::ZERO, |analysis| analysis.expected());
                plan.auto_promote_after = plan.auto_promote_after + tested + judged;
                plan.after = None;
                Strategy::BlueGreen(plan)
            }
            Strategy::Canary(mut plan) => {
                plan.steps = without_analyses(&plan.steps);
                Strategy::Canary(plan)
            }
            Strategy::Ab(mut plan) => {
                (plan.guardrails, plan.goal, plan.sample_ratio) = (None, None, None);
                Strategy::Ab(plan)
            }
            Strategy::Shadow(mut plan) => {
                plan.analysis = None;
                plan.then = without_analyses(&plan.then);
                Strategy::Shadow(plan)
            }
            Strategy::Flag(mut plan) => {
                plan.steps = without_analyses(&plan.steps);
                Strategy::Flag(plan)
            }
            Strategy::Flagger(mut plan) => {
                plan.checks.clear();
                Strategy::Flagger(plan)
            }
            Strategy::Waves(mut plan) => {
                plan.analysis = None;
                Strategy::Waves(plan)
            }
            Strategy::Steps(steps) => Strategy::Steps(without_analyses(&steps)),
            strategy => strategy,
        };
        Self { strategy, analysis: None, triggers: Vec::new(), on_call: None, ..self.clone() }
    }

    /// The same with half of every share of users that it names; `None` when it names none.
    #[must_use]
    pub fn at_half_weight(&self) -> Option<Self> {
        let half = |share: Share| Share::percent(50.0 * share.fraction());
        let halved = |steps: &[Step]| -> Vec<Step> {
            let one = |step: &Step| match step {
                Step::Weight(share) => Step::Weight(half(*share)),
                Step::Flag(share) => Step::Flag(half(*share)),
                step => step.clone(),
            };
            steps.iter().map(one).collect()
        };
        let mut other = self.clone();
        match &mut other.strategy {
            Strategy::Canary(plan) => plan.steps = halved(&plan.steps),
            Strategy::Ab(plan) => plan.share = half(plan.share),
            Strategy::Flag(plan) => {
                plan.steps = halved(&plan.steps);
                if let Some(schedule) = &mut plan.schedule {
                    schedule
                        .shares
                        .iter_mut()
                        .filter(|share| **share != Share::ALL)
                        .for_each(|it| *it = half(*it));
                }
            }
            Strategy::Steps(steps) => *steps = halved(steps),
            _ => {}
        }
        (other != *self).then_some(other)
    }
}

/// Each test and each analysis that is waited for becomes a pause of its length.
fn without_analyses(steps: &[Step]) -> Vec<Step> {
    let one = |step: &Step| match step {
        Step::Analyse(analysis) => Step::Pause(analysis.expected()),
        Step::Test(test) => Step::Pause(test.over),
        Step::Experiment(of) => Step::Experiment(Experiment { analysis: None, ..of.clone() }),
        Step::Progress(of) => Step::Progress(Flagger { checks: Vec::new(), ..of.clone() }),
        step => step.clone(),
    };
    steps.iter().map(one).collect()
}

impl Analysis {
    /// How long it takes when all goes well: its own time, or else until each check that has an end was measured often
    /// enough.
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
    use crate::control::fake_cluster::{Cluster, analysis, canary, plan};
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
    fn an_analysis_takes_its_time_or_that_of_its_checks() {
        assert_eq!(analysis(120).expected(), Span::from_secs(120));
        let mut counted = analysis(0);
        counted.lasts = None;
        counted.checks[0].count = Some(5);
        assert_eq!(counted.expected(), Span::from_secs(60 + 4 * 30));
    }
}
