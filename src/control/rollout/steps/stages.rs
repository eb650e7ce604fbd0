//! The progress of each stage of a step, and its end.

use super::context::{Outcome, StepContext};
use super::state::{Stage, StepsRun, Target};
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::results::Place;
use crate::control::compiled_plan::Rules;
use crate::control::conditions::Counts;
use crate::control::rollout::orders::{Orders, note, push, trouble};
use crate::control::rollout::rolling::Rolled;
use crate::control::sizing::deployment::{Bounds, Set};
use crate::control::sizing::replicas::{Sets, WHOLE, Weight, approximate_split, step_by_instances};
use crate::control::sizing::routed::far_enough;
use crate::control::strategies::flagger::run::TickOutcome;
use crate::control::{Rolling, Step};
use crate::engine::{Amount, Share, Span};
use crate::sim::{Action, Ask, Observation, Pool, Route, Sight};
use crate::telemetry::Subject;

impl StepsRun {
    /// Asks for a size, with the step as the reason.
    pub(super) fn scale(&self, pool: Pool, to: u32, context: &mut StepContext<'_, '_>) {
        let StepContext { compiled, orders, seen, asks, .. } = context;
        orders.scale(pool, to, seen, asks, || self.because(compiled));
    }

    pub(super) fn growing(
        &mut self,
        candidate: u32,
        stable: u32,
        then: Target,
        step: &Step,
        context: &mut StepContext<'_, '_>,
    ) -> Outcome {
        let (new, old) = (context.goal(), context.old());
        // Argo Rollouts (`reconcileTrafficRouting`): without an available instance the weight stays 0, and one that is
        // about to go is not available.
        if context.orders.has_just_shrunk(new, context.seen.now) {
            return Outcome::Going;
        }
        let min_ready = context.rules().min_ready;
        let ready = context.seen.pool(new).available(min_ready, context.seen.now);
        // The promotion waits for all.
        let threshold = context.rules().threshold.filter(|_| *step != Step::Promote);
        if !far_enough(threshold, None, ready, candidate) || context.seen.pool(old).ready() < stable {
            for pool in [new, old] {
                self.scale(pool, context.size(pool), context);
            }
            return self.wait(context, || format!("ready {} instances: {ready} of {candidate}", new.name()));
        }
        if matches!(step, Step::Scale(_) | Step::FollowWeight) {
            self.scale(new, then.candidate, context);
            return Outcome::Done;
        }
        let route = self.route(then.weight, &context.compiled.rules);
        let because = || format!("{}; instances ready: {ready}", self.because(context.compiled));
        context.orders.route(route, context.seen.now, context.asks, because);
        self.stage = Stage::Routing(then);
        self.routing(then, context)
    }

    /// The route that gives the new pool `weight`, with the match rules and the mirror of earlier steps.
    pub(super) fn route(&self, weight: u32, rules: &Rules) -> Route {
        let mut weights = [0; 3];
        (weights[rules.new.index()], weights[rules.old.index()]) = (weight, WHOLE - weight);
        Route {
            weights: Some(weights),
            sticky: rules.sticky && weight > 0 && weight < WHOLE,
            drifts: rules.drifts && weight > 0 && weight < WHOLE,
            within: self.within.clone(),
            rules: self.matches.clone(),
            mirror: (self.mirror > Share::ZERO).then_some((rules.new, self.mirror)),
            mirror_kinds: self.mirror_kinds.clone(),
            mirror_control: false,
        }
    }

    pub(super) fn routing(&self, then: Target, context: &mut StepContext<'_, '_>) -> Outcome {
        if !context.orders.settled(context.seen) {
            return Outcome::Going;
        }
        self.scale(context.goal(), then.candidate, context);
        self.scale(context.old(), then.stable, context);
        Outcome::Done
    }

    pub(super) fn instances(&mut self, weight: u32, context: &mut StepContext<'_, '_>) -> Outcome {
        let new = context.goal();
        let StepContext { compiled, orders, seen, asks, .. } = context;
        if by_instances(weight, &compiled.rules, orders, seen, asks, || self.because(compiled)) {
            return Outcome::Done;
        }
        let ready = seen.pool(new).ready();
        self.wait(context, || format!("ready {} instances: {ready}", new.name()))
    }

    pub(super) fn rolling(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let (Stage::Rolling(run), Step::Roll(spec)) = (&mut self.stage, step) else { return Outcome::Done };
        match run.advance(spec, context.orders, context.seen, context.asks) {
            Rolled::Going => Outcome::Going,
            Rolled::Done => Outcome::Done,
            Rolled::Stuck => {
                let pool = context.seen.pool(Pool::Candidate);
                let available = pool.available(spec.min_ready, context.seen.now);
                stuck(spec, available, context.seen.replicas, context.asks)
            }
        }
    }

    pub(super) fn progressing(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let pool = context.goal();
        let (Stage::Progressing(run), Step::Progress(of)) = (&mut self.stage, step) else {
            return Outcome::Done;
        };
        let current = context.orders.size(pool, context.seen);
        if let Some((to, because)) = run.resize(current, pool, context.seen) {
            self.sized = Some(Amount::Count(to));
            context.orders.scale(pool, to, context.seen, context.asks, || {
                format!("the {}'s own autoscaler: {because}", pool.name())
            });
        }
        match run.advance(of, pool, context.seen, context.orders, context.asks) {
            TickOutcome::Waiting => Outcome::Going,
            TickOutcome::Approval => Outcome::Approval,
            TickOutcome::Promote => Outcome::Done,
            TickOutcome::Failed(why) => Outcome::RollBack(why),
            TickOutcome::Route(leads) => {
                (self.mirror, self.matches, self.within) = (leads.mirror, leads.matches, leads.within);
                let route = self.route(leads.weight, &context.compiled.rules);
                context
                    .orders
                    .route(route, context.seen.now, context.asks, || self.because(context.compiled));
                Outcome::Going
            }
        }
    }

    pub(super) fn testing(&self, id: u32, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let (Some(report), Step::Test(test)) = (context.seen.tests.iter().find(|test| test.id == id), step)
        else {
            return Outcome::Going;
        };
        let all = report.passed + report.failed;
        let text = format!("{} of {all} test requests failed, {} may", report.failed, test.may_fail);
        if report.failed > test.may_fail {
            trouble(context.asks, text.clone());
            return Outcome::RollBack(text);
        }
        note(context.asks, text);
        Outcome::Done
    }

    pub(super) fn analysing(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let (Stage::Analysing(run), Step::Analyse(analysis)) = (&mut self.stage, step) else {
            return Outcome::Done;
        };
        let judgement = run.advance(analysis, context.seen, context.asks);
        context.results.note(Place::Step(self.at), run);
        match judgement {
            None => Outcome::Going,
            Some(judgement) => match judgement.verdict {
                Verdict::Successful => Outcome::Done,
                Verdict::Inconclusive => Outcome::Inconclusive(judgement.because),
                Verdict::Error | Verdict::Failed => {
                    Outcome::Failed(analysis.on_failure.clone(), judgement.because)
                }
            },
        }
    }

    /// Logs once that a step makes no progress, and aborts if the plan says so.
    pub(super) fn wait(
        &mut self,
        context: &mut StepContext<'_, '_>,
        state: impl FnOnce() -> String,
    ) -> Outcome {
        let (new, old) = (context.goal(), context.old());
        let ready = |pool| context.seen.pool(pool).ready();
        let (deadline, aborts) = context.rules().deadline;
        let counts = Counts {
            current: context.size(new).saturating_add(context.size(old)),
            updated: context.size(new),
            ready: ready(new) + ready(old),
            available: ready(new) + ready(old),
        };
        if self.progress.watch(deadline, counts, context.seen.now) != Rolled::Stuck {
            return Outcome::Going;
        }
        let text = format!("progress deadline exceeded at {}: {}", self.because(context.compiled), state());
        stalled(context.asks, &text, deadline);
        if aborts { Outcome::RollBack(text) } else { Outcome::Going }
    }
}

/// Notes that a deadline has passed: whatever harm there was meanwhile, at any instance, is seen by it.
fn stalled(asks: &mut Vec<Ask>, text: &str, deadline: Span) {
    let sight = Sight { of: Subject::Target, over: deadline };
    push(asks, Action::Trouble(text.to_owned(), Some(sight)), String::new());
}

/// Logs that a rolling update makes no progress, and goes back if the plan says so.
pub(super) fn stuck(spec: &Rolling, available: u32, desired: u32, asks: &mut Vec<Ask>) -> Outcome {
    let text = format!(
        "progress deadline exceeded: no progress for {}; available candidate instances: {available} of {desired}",
        spec.progress_deadline
    );
    stalled(asks, &text, spec.progress_deadline);
    if spec.abort_on_deadline { Outcome::RollBack(text) } else { Outcome::Going }
}

/// One change towards `weight` by instance counts, without a router. True when the counts are reached and ready.
pub(in crate::control) fn by_instances(
    weight: u32,
    rules: &Rules,
    orders: &mut Orders,
    seen: &Observation<'_>,
    asks: &mut Vec<Ask>,
    because: impl Fn() -> String,
) -> bool {
    let replicas = seen.replicas;
    let bounds = Bounds::of(rules.max_surge, rules.max_unavailable, replicas);
    let available = |pool: Pool| seen.pool(pool).available(rules.min_ready, seen.now);
    let set = |pool: Pool| Set { replicas: orders.size(pool, seen), available: available(pool) };
    let (candidate, stable) = (set(rules.new), set(rules.old));
    let weight = Weight::points(weight);
    let sets = Sets { candidate, stable: Some(stable), ..Sets::default() };
    let (to_candidate, to_stable) = step_by_instances(replicas, weight, bounds, sets);
    orders.scale(rules.new, to_candidate, seen, asks, &because);
    orders.scale(rules.old, to_stable, seen, asks, &because);
    let (want_candidate, want_stable) = approximate_split(replicas, weight, bounds.surge);
    let stands = |set: Set, want: u32| set.replicas == want && set.available >= want;
    stands(candidate, want_candidate) && stands(stable, want_stable)
}
