//! The step interpreter: runs the steps of a compiled plan in their order, each as far as the world allows.

mod begin;
mod experiment;
mod follow;
mod progress;
mod stages;
#[cfg(test)]
mod tests;
mod wave;

pub(in crate::control) use stages::by_instances;

use experiment::ExperimentRun;
use wave::WaveRun;

use super::orders::{Orders, push};
use super::rolling::{Progress, RollingRun};
use crate::control::analysis::AnalysisRun;
use crate::control::analysis::results::CheckResults;
use crate::control::compiled_plan::{CompiledPlan, Rules};
use crate::control::sizing::replicas::WHOLE;
use crate::control::strategies::flagger::run::FlaggerRun;
use crate::control::{Response, Step};
use crate::engine::{Amount, Share, Time};
use crate::sim::{Action, Ask, KindMatch, MatchRule, Observation, Pool};

/// The current step of a rollout, and the progress within it.
#[derive(Clone, Debug)]
pub(in crate::control) struct StepsRun {
    at: usize,
    stage: Stage,
    entered: Time,
    progress: Progress,
    /// The time since which the old pool is short of ready instances, after the candidate is proven.
    short_since: Option<Time>,
    /// The candidate's size, once `Scale` fixed it.
    sized: Option<Amount>,
    /// The weight that the instance counts approximate, without a router.
    split: u32,
    matches: Vec<MatchRule>,
    /// The requests that the weight is about; none are all.
    within: Vec<MatchRule>,
    mirror: Share,
    /// The kinds of requests that are mirrored; none are all.
    mirror_kinds: Vec<KindMatch>,
    /// When the last promotion was done.
    promoted: Option<Time>,
    /// Whether all remaining steps but the promotion are skipped.
    full: bool,
}

/// The progress within a step.
#[derive(Clone, Debug)]
enum Stage {
    Begin,
    /// Until this many candidate instances, and stable ones if they had to grow, are ready.
    Growing {
        candidate: u32,
        stable: u32,
        then: Target,
    },
    /// Until every proxy has the route; then the pools get their final sizes.
    Routing(Target),
    /// Until the instance counts stand for this weight.
    Instances(u32),
    Rolling(RollingRun),
    /// Until the wave's zones have the new version.
    Wave(WaveRun),
    /// Tick by tick.
    Progressing(FlaggerRun),
    /// Until the experiment is over and taken down.
    Experimenting(ExperimentRun),
    /// Until every proxy has the flag.
    Flagging,
    /// Until this time.
    Waiting(Time),
    Approval,
    /// Until the report of this test comes.
    Testing(u32),
    Analysing(AnalysisRun),
    /// Until this time, when the stable pool may go.
    Retiring(Time),
    /// Until nothing of the stable pool is left.
    Draining,
}

/// The goal of a change of the route: the candidate's weight and the pools' sizes.
#[derive(Clone, Copy, Debug)]
struct Target {
    weight: u32,
    candidate: u32,
    stable: u32,
}

/// The result of a look at the world.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) enum Outcome {
    /// It goes on by itself.
    Going,
    /// It waits for an approval.
    Approval,
    /// A judgement was inconclusive.
    Inconclusive(String),
    /// A judgement was bad: the rollout goes back.
    RollBack(String),
    /// An analysis failed whose response is not a rollback.
    Failed(Response, String),
    /// All users are on the candidate; only retirements are left.
    Complete,
    /// There is nothing left to do.
    Done,
}

/// The surroundings of a step.
pub(in crate::control) struct StepContext<'a, 'b> {
    pub compiled: &'a CompiledPlan,
    pub orders: &'a mut Orders,
    pub results: &'a mut CheckResults,
    pub seen: &'a Observation<'b>,
    pub asks: &'a mut Vec<Ask>,
}

impl StepContext<'_, '_> {
    fn rules(&self) -> &Rules {
        &self.compiled.rules
    }

    fn size(&self, pool: Pool) -> u32 {
        self.orders.size(pool, self.seen)
    }

    /// The pool that gets all requests at the end.
    fn goal(&self) -> Pool {
        self.compiled.rules.new
    }

    /// The pool that had all requests at the start.
    fn old(&self) -> Pool {
        self.compiled.rules.old
    }

    /// Basis points of the requests that the route gives the new pool.
    fn weight(&self) -> u32 {
        let of_candidate = self.orders.weight;
        if self.goal() == Pool::Candidate { of_candidate } else { WHOLE.saturating_sub(of_candidate) }
    }
}

impl StepsRun {
    /// At the first step.
    pub fn start(now: Time) -> Self {
        Self {
            at: 0,
            stage: Stage::Begin,
            entered: now,
            progress: Progress::start(now),
            short_since: None,
            sized: None,
            split: 0,
            matches: Vec::new(),
            within: Vec::new(),
            mirror: Share::ZERO,
            mirror_kinds: Vec::new(),
            promoted: None,
            full: false,
        }
    }

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

    fn may_be_skipped(&self, compiled: &CompiledPlan) -> bool {
        let last = self.at + 1 == compiled.completion();
        !last && !compiled.steps[self.at].traits().finishes
    }

    fn because(&self, compiled: &CompiledPlan) -> String {
        format!("step {} of {}: {}", self.at + 1, compiled.steps.len(), compiled.steps[self.at])
    }
}
