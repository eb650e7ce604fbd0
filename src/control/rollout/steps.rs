//! The step interpreter: runs the steps of a compiled plan in their order, each as far as the world allows.

mod begin;
mod context;
mod experiment;
mod experiment_run;
mod follow;
mod progress;
mod stages;
mod state;
#[cfg(test)]
mod tests;
mod wave;

pub(in crate::control) use context::{Outcome, StepContext};
pub(in crate::control) use stages::by_instances;
pub(in crate::control) use state::StepsRun;

use super::orders::push;
use super::rolling::Progress;
use crate::control::Step;
use crate::control::compiled_plan::CompiledPlan;
use crate::engine::Time;
use crate::sim::Action;
use state::Stage;

impl StepsRun {
    /// Index of the current step; the number of steps when all are done.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether the current step is a rolling update.
    pub fn rolls(&self, compiled: &CompiledPlan) -> bool {
        matches!(compiled.steps.get(self.at), Some(Step::Roll(_)))
    }

    /// Goes as far as it can now.
    pub fn advance(&mut self, context: &mut StepContext<'_, '_>) -> Outcome {
        self.leave_failed_primary(context);
        loop {
            let compiled = context.compiled;
            let Some(step) = compiled.steps.get(self.at) else { return Outcome::Done };
            let outcome = if matches!(self.stage, Stage::Begin) {
                if self.full && self.may_be_skipped(compiled) {
                    Outcome::Done
                } else {
                    self.begin(step, context);
                    self.go_on(step, context)
                }
            } else {
                self.go_on(step, context)
            };
            if outcome != Outcome::Done {
                return outcome;
            }
            if *step == Step::Promote {
                self.promoted = Some(context.seen.now);
            }
            self.next(context.seen.now);
            if self.at == compiled.completion() {
                return Outcome::Complete;
            }
        }
    }

    /// A primary that fails while a proven candidate is promoted is left to itself: the candidate gets everything at once
    /// (Flagger `primary_failed`).
    fn leave_failed_primary(&mut self, context: &mut StepContext<'_, '_>) {
        let rules = context.rules();
        let view = context.seen.pool(rules.old);
        let proven = rules.proven_after.is_some_and(|step| self.at > step);
        let promotes = self.at + 1 < context.compiled.completion();
        if !proven || !promotes || self.full || view.ready() >= view.desired {
            self.short_since = None;
            return;
        }
        let since = *self.short_since.get_or_insert(context.seen.now);
        if context.seen.now.since(since) <= rules.deadline.0 {
            return;
        }
        let text = format!(
            "the primary failed, ready instances: {} of {}; the candidate is proven and gets everything",
            view.ready(),
            view.desired
        );
        push(context.asks, Action::Trouble(text, None), String::new());
        self.skip_all(context.compiled, context.seen.now);
    }

    /// Goes to the next stage of the step if the current one is over.
    fn go_on(&mut self, step: &Step, context: &mut StepContext<'_, '_>) -> Outcome {
        let now = context.seen.now;
        match self.stage {
            Stage::Begin => Outcome::Going,
            Stage::Growing { candidate, stable, then } => {
                self.growing(candidate, stable, then, step, context)
            }
            Stage::Routing(then) => self.routing(then, context),
            Stage::Instances(weight) => self.instances(weight, context),
            Stage::Rolling(_) => self.rolling(step, context),
            Stage::Wave(_) => self.wave(step, context),
            Stage::Progressing(_) => self.progressing(step, context),
            Stage::Experimenting(_) => self.experimenting(step, context),
            Stage::Flagging => done(context.orders.settled(context.seen)),
            Stage::Waiting(until) => done(now >= until),
            Stage::Approval => Outcome::Approval,
            Stage::Testing(id) => self.testing(id, step, context),
            Stage::Analysing(_) => self.analysing(step, context),
            Stage::Retiring(until) if now < until => Outcome::Going,
            Stage::Retiring(_) | Stage::Draining => {
                let old = context.old();
                self.scale(old, 0, context);
                self.stage = Stage::Draining;
                let stable = context.seen.pool(old);
                done(context.size(old) == 0 && stable.existing == 0 && stable.terminating == 0)
            }
        }
    }

    /// Goes on with what does not move the rollout: an analysis or test under way may still find trouble.
    pub fn hold(&mut self, context: &mut StepContext<'_, '_>) -> Outcome {
        self.progress.hold(context.seen.now);
        match (&mut self.stage, context.compiled.steps.get(self.at)) {
            (Stage::Analysing(_) | Stage::Testing(_), Some(step)) => match self.go_on(step, context) {
                Outcome::Done => {
                    self.stage = Stage::Waiting(context.seen.now);
                    Outcome::Going
                }
                outcome => outcome,
            },
            (Stage::Rolling(run), Some(Step::Roll(spec))) => {
                run.hold(spec, context.orders, context.seen, context.asks);
                Outcome::Going
            }
            (Stage::Wave(run), _) => {
                run.hold(context.seen.now);
                Outcome::Going
            }
            (Stage::Experimenting(run), Some(Step::Experiment(of))) => run.hold(self.at, of, context),
            (Stage::Progressing(run), Some(Step::Progress(of))) => {
                run.hold(of, context.seen.now);
                Outcome::Going
            }
            // These stages wait for something that goes on during a hold.
            (
                Stage::Begin
                | Stage::Growing { .. }
                | Stage::Routing(_)
                | Stage::Instances(_)
                | Stage::Flagging
                | Stage::Waiting(_)
                | Stage::Approval
                | Stage::Retiring(_)
                | Stage::Draining,
                _,
            ) => Outcome::Going,
            // Such a stage without its step does not occur.
            (
                Stage::Analysing(_)
                | Stage::Testing(_)
                | Stage::Rolling(_)
                | Stage::Experimenting(_)
                | Stage::Progressing(_),
                _,
            ) => Outcome::Going,
        }
    }

    /// Ends the wait, approval, test or analysis it is at. False when it is at none of these.
    pub fn skip(&mut self, now: Time) -> bool {
        if let Stage::Experimenting(run) = &mut self.stage {
            return run.end();
        }
        if let Stage::Progressing(run) = &mut self.stage {
            return run.approve();
        }
        let waits = matches!(
            self.stage,
            Stage::Waiting(_) | Stage::Approval | Stage::Testing(_) | Stage::Analysing(_)
        );
        if waits {
            self.next(now);
        }
        waits
    }

    /// Ends the pause it is at, if it is at one.
    pub fn end_pause(&mut self, now: Time) {
        if matches!(self.stage, Stage::Waiting(_) | Stage::Approval) {
            self.next(now);
        }
    }

    /// Skips all that is left but the promotion itself.
    pub fn skip_all(&mut self, compiled: &CompiledPlan, now: Time) {
        self.full = true;
        if let Stage::Experimenting(run) = &mut self.stage {
            run.end();
            return;
        }
        if self.at < compiled.completion() && self.may_be_skipped(compiled) {
            self.next(now);
        }
    }

    /// Begins the step it is at again.
    pub fn again(&mut self, now: Time) {
        (self.stage, self.entered) = (Stage::Begin, now);
    }

    fn next(&mut self, now: Time) {
        self.at += 1;
        self.progress = Progress::start(now);
        self.again(now);
    }

    /// Whether a full promotion leaves the step out: the last one stays, unless it is an analysis of what has been promoted (Argo
    /// Rollouts, `shouldFullPromote`).
    fn may_be_skipped(&self, compiled: &CompiledPlan) -> bool {
        let step = compiled.steps[self.at].traits();
        let last = self.at + 1 == compiled.completion();
        let judges_the_promoted = self.promoted.is_some() && step.analysis.is_some();
        (!last || judges_the_promoted) && !step.finishes
    }
}

const fn done(yes: bool) -> Outcome {
    if yes { Outcome::Done } else { Outcome::Going }
}
