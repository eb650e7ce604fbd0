//! How each stage of a step goes on, and when it is over.

use super::{Outcome, Scene, Stage, StepsRun, Target};
use crate::control::assess::Verdict;
use crate::control::deployment::{Bounds, Set};
use crate::control::orders::{Orders, note, push};
use crate::control::progressive::Progressed;
use crate::control::replicas::{Sets, WHOLE, Weight, approximate_split, step_by_instances};
use crate::control::rolling::Rolled;
use crate::control::routed::far_enough;
use crate::control::script::Rules;
use crate::control::tally::Place;
use crate::control::{Rolling, Step};
use crate::engine::Share;
use crate::sim::{Action, Ask, Observation, Pool, Route};

const fn done(yes: bool) -> Outcome {
    if yes { Outcome::Done } else { Outcome::Going }
}

impl StepsRun {
    /// Looks whether the stage is over, and if so goes to the next one of the step.
    pub(super) fn go_on(&mut self, step: &Step, scene: &mut Scene<'_, '_>) -> Outcome {
        let now = scene.seen.now;
        match self.stage {
            Stage::Begin => Outcome::Going,
            Stage::Growing { candidate, stable, then } => self.growing(candidate, stable, then, step, scene),
            Stage::Routing(then) => self.routing(then, scene),
            Stage::Instances(weight) => self.instances(weight, scene),
            Stage::Rolling(_) => self.rolling(step, scene),
            Stage::Wave(_) => self.wave(step, scene),
            Stage::Progressing(_) => self.progressing(step, scene),
            Stage::Experimenting(_) => self.experimenting(step, scene),
            Stage::Flagging => done(scene.orders.settled(scene.seen)),
            Stage::Waiting(until) => done(now >= until),
            Stage::Approval => Outcome::Approval,
            Stage::Testing(id) => self.testing(id, step, scene),
            Stage::Analysing(_) => self.analysing(step, scene),
            Stage::Retiring(until) if now < until => Outcome::Going,
            Stage::Retiring(_) | Stage::Draining => {
                let old = scene.old();
                self.scale(old, 0, scene);
                self.stage = Stage::Draining;
                let stable = scene.seen.pool(old);
                done(scene.size(old) == 0 && stable.existing == 0 && stable.terminating == 0)
            }
        }
    }

    /// Asks for a size, with the step as the reason.
    pub(super) fn scale(&self, pool: Pool, to: u32, scene: &mut Scene<'_, '_>) {
        let Scene { script, orders, seen, asks, .. } = scene;
        orders.scale(pool, to, seen, asks, || self.because(script));
    }

    fn growing(
        &mut self,
        candidate: u32,
        stable: u32,
        then: Target,
        step: &Step,
        scene: &mut Scene<'_, '_>,
    ) -> Outcome {
        let (new, old) = (scene.goal(), scene.old());
        let ready = scene.seen.pool(new).ready();
        // The promotion waits for all.
        let threshold = scene.rules().threshold.filter(|_| *step != Step::Promote);
        if !far_enough(threshold, None, ready, candidate) || scene.seen.pool(old).ready() < stable {
            for pool in [new, old] {
                self.scale(pool, scene.size(pool), scene);
            }
            return self.wait(scene, || format!("ready {} instances: {ready} of {candidate}", new.name()));
        }
        if matches!(step, Step::Scale(_) | Step::FollowWeight) {
            self.scale(new, then.candidate, scene);
            return Outcome::Done;
        }
        let route = self.route(then.weight, &scene.script.rules);
        let because = || format!("{}; instances ready: {ready}", self.because(scene.script));
        scene.orders.route(route, scene.seen.now, scene.asks, because);
        self.stage = Stage::Routing(then);
        self.routing(then, scene)
    }

    /// The route that gives the new pool `weight`, with the match rules and the mirror of earlier steps.
    pub(super) fn route(&self, weight: u32, rules: &Rules) -> Route {
        let mut weights = [0; 3];
        (weights[rules.new.index()], weights[rules.old.index()]) = (weight, WHOLE - weight);
        Route {
            weights: Some(weights),
            sticky: rules.sticky && weight > 0 && weight < WHOLE,
            rules: self.matches.clone(),
            mirror: (self.mirror > Share::ZERO).then_some((rules.new, self.mirror)),
            mirror_control: false,
        }
    }

    fn routing(&self, then: Target, scene: &mut Scene<'_, '_>) -> Outcome {
        if !scene.orders.settled(scene.seen) {
            return Outcome::Going;
        }
        self.scale(scene.goal(), then.candidate, scene);
        self.scale(scene.old(), then.stable, scene);
        Outcome::Done
    }

    fn instances(&mut self, weight: u32, scene: &mut Scene<'_, '_>) -> Outcome {
        let new = scene.goal();
        let Scene { script, orders, seen, asks, .. } = scene;
        if by_instances(weight, &script.rules, orders, seen, asks, || self.because(script)) {
            return Outcome::Done;
        }
        let ready = seen.pool(new).ready();
        self.wait(scene, || format!("ready {} instances: {ready}", new.name()))
    }

    fn rolling(&mut self, step: &Step, scene: &mut Scene<'_, '_>) -> Outcome {
        let (Stage::Rolling(run), Step::Roll(spec)) = (&mut self.stage, step) else { return Outcome::Done };
        match run.advance(spec, scene.orders, scene.seen, scene.asks) {
            Rolled::Going => Outcome::Going,
            Rolled::Done => Outcome::Done,
            Rolled::Stuck => {
                let pool = scene.seen.pool(Pool::Candidate);
                let available = pool.available(spec.min_ready, scene.seen.now);
                stuck(spec, available, scene.seen.replicas, scene.asks)
            }
        }
    }

    fn progressing(&mut self, step: &Step, scene: &mut Scene<'_, '_>) -> Outcome {
        let (Stage::Progressing(run), Step::Progress(of)) = (&mut self.stage, step) else {
            return Outcome::Done;
        };
        match run.advance(of, scene.seen, scene.asks) {
            Progressed::Waiting => Outcome::Going,
            Progressed::Promote => Outcome::Done,
            Progressed::Failed(why) => Outcome::Bad(why),
            Progressed::Leads(leads) => {
                (self.mirror, self.matches) = (leads.mirror, leads.matches);
                let route = self.route(leads.weight, &scene.script.rules);
                scene.orders.route(route, scene.seen.now, scene.asks, || self.because(scene.script));
                Outcome::Going
            }
        }
    }

    fn testing(&self, id: u32, step: &Step, scene: &mut Scene<'_, '_>) -> Outcome {
        let (Some(report), Step::Test(test)) = (scene.seen.tests.iter().find(|test| test.id == id), step)
        else {
            return Outcome::Going;
        };
        let all = report.passed + report.failed;
        let text = format!("{} of {all} test requests failed, {} may", report.failed, test.may_fail);
        if report.failed > test.may_fail {
            push(scene.asks, Action::Trouble(text.clone()), String::new());
            return Outcome::Bad(text);
        }
        note(scene.asks, text);
        Outcome::Done
    }

    fn analysing(&mut self, step: &Step, scene: &mut Scene<'_, '_>) -> Outcome {
        let (Stage::Analysing(run), Step::Analyse(analysis)) = (&mut self.stage, step) else {
            return Outcome::Done;
        };
        let judgement = run.advance(analysis, scene.seen, scene.asks);
        scene.tally.note(Place::Step(self.at), run);
        match judgement {
            None => Outcome::Going,
            Some(judgement) => match judgement.verdict {
                Verdict::Successful => Outcome::Done,
                Verdict::Inconclusive => Outcome::Unsure(judgement.because),
                Verdict::Error | Verdict::Failed => {
                    Outcome::Failed(analysis.on_failure.clone(), judgement.because)
                }
            },
        }
    }

    /// Says once that a step makes no progress, and aborts if the plan wants it.
    pub(super) fn wait(&mut self, scene: &mut Scene<'_, '_>, state: impl FnOnce() -> String) -> Outcome {
        let (new, old) = (scene.goal(), scene.old());
        let ready = |pool| scene.seen.pool(pool).ready();
        let (deadline, aborts) = scene.rules().deadline;
        let counts = [scene.size(new).min(u32::MAX - 1), ready(new), ready(old)];
        if self.progress.watch(deadline, counts, scene.seen.now) != Rolled::Stuck {
            return Outcome::Going;
        }
        let text = format!("progress deadline exceeded at {}: {}", self.because(scene.script), state());
        push(scene.asks, Action::Trouble(text.clone()), String::new());
        if aborts { Outcome::Bad(text) } else { Outcome::Going }
    }
}

/// Says that a rolling update makes no progress, and goes back if the plan wants it.
pub(super) fn stuck(spec: &Rolling, available: u32, desired: u32, asks: &mut Vec<Ask>) -> Outcome {
    let text = format!(
        "progress deadline exceeded: no progress for {}; available candidate instances: {available} of {desired}",
        spec.progress_deadline
    );
    push(asks, Action::Trouble(text.clone()), String::new());
    if spec.abort_on_deadline { Outcome::Bad(text) } else { Outcome::Going }
}

/// One move towards `weight` by instance counts, without a router. True once the counts stand and are ready.
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
    let set = |pool: Pool| Set { replicas: orders.size(pool, seen), available: seen.pool(pool).ready() };
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
