//! The way of an experiment: the control starts beside the candidate, both get their requests, are compared, and are taken
//! down.

use super::context::{Outcome, StepContext};
use super::experiment_run::{At, ExperimentRun};
use super::state::{Stage, StepsRun};
use crate::control::analysis::AnalysisRun;
use crate::control::sizing::replicas::{WHOLE, for_share};
use crate::control::{Experiment, Sides, Step};
use crate::engine::Share;
use crate::sim::{Pool, Route};

impl StepsRun {
    /// Goes on with the experiment.
    pub(super) fn experimenting(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let (Stage::Experimenting(run), Step::Experiment(of)) = (&self.stage, step) else {
            return Outcome::Done;
        };
        let mut run = run.clone();
        let outcome = self.go_on_comparing(&mut run, of, context);
        self.stage = Stage::Experimenting(run);
        outcome
    }

    fn go_on_comparing(
        &mut self,
        run: &mut ExperimentRun,
        of: &Experiment,
        context: &mut StepContext<'_, '_>,
    ) -> Outcome {
        if matches!(run.at, At::Growing) {
            let pools = of.sides.pools();
            for pool in pools {
                self.scale(*pool, run.size, context);
            }
            let stable = self.stable_beside(of, context).max(context.size(Pool::Stable));
            self.scale(Pool::Stable, stable, context);
            let ready = [Pool::Control, Pool::Candidate].map(|pool| context.seen.pool(pool).ready());
            let short = pools.iter().any(|pool| context.seen.pool(*pool).ready() < run.size);
            if short || context.seen.pool(Pool::Stable).ready() < stable {
                return self.wait(context, || {
                    format!("ready instances of control and candidate: {} and {}", ready[0], ready[1])
                });
            }
            if context.rules().router {
                let route = self.experiment_route(of, context);
                context
                    .orders
                    .route(route, context.seen.now, context.asks, || self.because(context.compiled));
            }
            run.at = At::Routing;
        }
        if matches!(run.at, At::Routing) {
            if !context.orders.settled(context.seen) {
                return Outcome::Going;
            }
            let now = context.seen.now;
            let analysing = of.analysis.as_ref().map(|analysis| AnalysisRun::start(analysis, false, now));
            run.at = At::Comparing(now + of.lasts, analysing);
        }
        if let Some(outcome) = run.compare(self.at, of, context) {
            return outcome;
        }
        match run.at {
            At::Comparing(until, _) if context.seen.now < until => return Outcome::Going,
            At::Comparing(..) => run.at = At::Returning,
            At::Growing | At::Routing | At::Returning | At::Clearing => {}
        }
        self.take_down(run, context)
    }

    /// Restores the previous route, then the previous sizes.
    fn take_down(&mut self, run: &mut ExperimentRun, context: &mut StepContext<'_, '_>) -> Outcome {
        let (candidate, weight) = run.before;
        if context.rules().router {
            let route = self.route(weight, &context.compiled.rules);
            context.orders.route(route, context.seen.now, context.asks, || self.because(context.compiled));
        }
        if matches!(run.at, At::Returning) && !context.orders.settled(context.seen) {
            return Outcome::Going;
        }
        run.at = At::Clearing;
        self.scale(Pool::Control, 0, context);
        self.scale(Pool::Candidate, candidate, context);
        if context.rules().dynamic_stable {
            let share = Share::percent(f64::from(WHOLE - weight) / 100.0);
            self.scale(Pool::Stable, for_share(share, context.seen.replicas), context);
        }
        let control = context.seen.pool(Pool::Control);
        let gone = control.desired == 0 && control.existing == 0 && control.terminating == 0;
        if gone { Outcome::Done } else { Outcome::Going }
    }

    /// Stable instances that are needed for the requests outside the experiment, where the stable pool follows its weight.
    fn stable_beside(&self, of: &Experiment, context: &StepContext<'_, '_>) -> u32 {
        let groups = of.sides.pools().len() as u32;
        let rest = WHOLE.saturating_sub(groups * of.share.basis_points());
        let share = Share::percent(f64::from(rest) / 100.0);
        if context.rules().dynamic_stable { for_share(share, context.seen.replicas) } else { 0 }
    }

    /// The route on which both sides get the same: a share of the requests, and copies.
    fn experiment_route(&self, of: &Experiment, context: &StepContext<'_, '_>) -> Route {
        let each = of.share.basis_points().min(WHOLE / 2);
        let share = |pool| if of.sides.pools().contains(&pool) { each } else { 0 };
        let (candidate, control) = (share(Pool::Candidate), share(Pool::Control));
        let mirrors = of.mirror > Share::ZERO;
        let copies = if of.sides == Sides::Baseline { Pool::Control } else { Pool::Candidate };
        Route {
            weights: Some([WHOLE - candidate - control, candidate, control]),
            sticky: context.rules().sticky && each > 0,
            drifts: false,
            within: Vec::new(),
            rules: Vec::new(),
            mirror: mirrors.then_some((copies, of.mirror)),
            mirror_kinds: Vec::new(),
            mirror_control: mirrors && of.sides == Sides::Both,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::{Cluster, analysis, plan};
    use crate::control::{Limit, Plan, Strategy};
    use crate::engine::{Amount, Level, Span};
    use crate::sim::{RolloutCommand, RolloutPhase};

    /// A canary whose second step is an experiment with 2 instances and 10 % a side, for 3 m.
    fn experiment(router: bool) -> Plan {
        let mut judged = analysis(0);
        judged.checks[0].pass =
            Limit::AtMostBaseline { factor: 1.0, plus: Level::Share(Share::percent(2.0)) };
        let step = Step::Experiment(Experiment {
            size: Amount::Count(2),
            sides: Sides::Both,
            share: if router { Share::percent(10.0) } else { Share::ZERO },
            mirror: Share::ZERO,
            lasts: Span::from_secs(180),
            analysis: Some(judged),
        });
        let mut canary = crate::control::fake_cluster::canary(vec![
            Step::Weight(Share::percent(10.0)),
            step,
            Step::Approve,
        ]);
        canary.router = router;
        plan(Strategy::Canary(canary))
    }

    fn sizes(cluster: &Cluster) -> [u32; 3] {
        Pool::ALL.map(|pool| cluster.view(pool).desired)
    }

    #[test]
    fn both_sides_are_as_large_and_get_as_much_and_then_both_are_taken_down() {
        for (router, rest) in [(true, 10), (false, 9)] {
            let mut cluster = Cluster::of(&experiment(router));
            cluster.run(120);
            assert_eq!(sizes(&cluster), [rest, 2, 2], "router {router}");
            if router {
                assert_eq!(cluster.count("route stable 80%, candidate 10%, control 10%"), 1);
            }
            cluster.run(180);
            assert_eq!(
                (cluster.phase, sizes(&cluster)),
                (RolloutPhase::Paused, [rest, 1, 0]),
                "router {router}"
            );
        }
    }

    #[test]
    fn one_side_alone_gets_its_share_and_the_other_has_no_part_in_it() {
        for (sides, wanted) in [
            (Sides::Candidate, "route stable 90%, candidate 10%"),
            (Sides::Baseline, "route stable 90%, candidate 0%, control 10%"),
        ] {
            let mut plan = experiment(true);
            let Strategy::Canary(canary) = &mut plan.strategy else { unreachable!("a canary") };
            canary.steps.remove(0);
            if let Step::Experiment(of) = &mut canary.steps[0] {
                (of.sides, of.analysis) = (sides, None);
            }
            let mut cluster = Cluster::of(&plan);
            cluster.run(100);
            let expected = if sides == Sides::Candidate { [10, 2, 0] } else { [10, 0, 2] };
            assert_eq!((sizes(&cluster), cluster.count(wanted)), (expected, 1), "{sides:?}");
            cluster.run(200);
            assert_eq!((cluster.phase, sizes(&cluster)), (RolloutPhase::Paused, [10, 0, 0]), "{sides:?}");
        }
    }

    #[test]
    fn a_candidate_worse_than_the_control_is_rolled_back_and_the_control_goes_too() {
        for router in [true, false] {
            let mut cluster = Cluster::of(&experiment(router));
            cluster.errors = 0.2;
            cluster.run(400);
            assert_eq!(
                (cluster.phase, sizes(&cluster)),
                (RolloutPhase::RolledBack, [10, 0, 0]),
                "router {router}"
            );
            assert!(cluster.reasons.iter().any(|why| why.contains("the control's is 0%")), "router {router}");
        }
    }

    #[test]
    fn an_experiment_skipped_by_hand_is_taken_down_all_the_same() {
        for command in [RolloutCommand::Promote, RolloutCommand::PromoteFull] {
            let mut cluster = Cluster::of(&experiment(true));
            cluster.run(60).command(command).run(60);
            assert_eq!(sizes(&cluster)[2], 0, "{command:?}");
        }
    }

    #[test]
    fn a_rollout_begun_again_clears_what_an_aborted_experiment_left() {
        let mut plan = experiment(true);
        if let Strategy::Canary(canary) = &mut plan.strategy {
            canary.steps.insert(1, Step::Pause(Span::from_secs(60)));
        }
        let mut cluster = Cluster::of(&plan);
        assert_eq!(sizes(cluster.run(120))[2], 2);
        cluster.command(RolloutCommand::Abort).run(5).command(RolloutCommand::Retry).run(10);
        assert_eq!(sizes(&cluster)[2], 0);
        assert_eq!(sizes(cluster.run(90))[2], 2);
    }
}
