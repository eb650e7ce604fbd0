//! The controller of a plan: runs its steps forwards or back, obeys commands, and runs the background analyses.

mod background;
mod commands;
mod gates;
mod newer;
mod on_call;
pub(super) mod orders;
mod rollback;
pub(super) mod rolling;
mod standing;
pub(super) mod steps;
#[cfg(test)]
mod tests;
mod triggers;

use std::sync::Arc;

use super::analysis::AnalysisRun;
use super::gates::Waiting;
use super::{AlertTrigger, Gates, OnCall, Response, Rollback, WhenImpossible};
use crate::control::analysis::results::CheckResults;
use crate::control::compiled_plan::{CompiledPlan, RollbackMethod};
use crate::engine::Time;
use crate::sim::{
    Ask, CheckStatus, Controller, Meeting, Observation, Pool, RolloutPhase, StepProgress, TriggerState, Who,
};
use orders::{Orders, report, trouble};
use rollback::RollbackRun;
use steps::{Outcome, StepContext, StepsRun};
use triggers::{TriggersRun, ask};

/// The parts of the plan that a rollout runs by; they do not change while it runs.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub compiled: CompiledPlan,
    /// The compiled plan of an undo that runs the steps.
    pub reversed: CompiledPlan,
    pub triggers: Vec<AlertTrigger>,
    pub on_call: Option<OnCall>,
    pub gates: Gates,
    pub rollback: Rollback,
}

/// The state of a rollout.
#[derive(Clone, Debug)]
pub(super) struct Rollout {
    spec: Arc<Spec>,
    phase: RolloutPhase,
    run: Run,
    /// Why it is paused, if it is.
    held: Option<Hold>,
    orders: Orders,
    /// Background analyses: not begun, under way, or over.
    background: Vec<BackgroundState>,
    /// The results of the checks.
    results: CheckResults,
    triggers: Option<TriggersRun>,
    /// Desired number of instances of the target at the last look.
    replicas: Option<u32>,
    /// The approval that the rollout waits for.
    waiting: Option<Waiting>,
    /// The freeze that holds and was logged.
    frozen: Option<usize>,
    /// Whether it was noted that the release before it was not delivered, and it does not begin.
    does_not_begin: bool,
    /// Freezes that a person has overridden.
    excepted: Vec<usize>,
    /// The time when it was last complete.
    completed: Option<Time>,
    /// Whether it runs the steps with the pools exchanged.
    undoing: bool,
    /// What it does about a newer revision.
    meeting: Meeting,
    /// Whether the release before it gave way to it.
    took_over: bool,
}

#[derive(Clone, Debug)]
enum Run {
    /// It has not begun.
    NotStarted,
    Forward(StepsRun),
    RollbackMethod(RollbackRun),
    /// Everybody is led to the stable pool, and a newer revision then begins in its place.
    GivingWay(RollbackRun),
    /// It can go neither forward nor back.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// A person, a trigger or the on-call asked for it.
    Asked,
    /// The step's analysis was inconclusive; it starts again when the rollout resumes.
    StepInconclusive,
    /// A background analysis was inconclusive; it starts again when the rollout resumes.
    BackgroundInconclusive(usize),
    /// A freeze holds.
    Frozen,
}

#[derive(Clone, Debug)]
enum BackgroundState {
    NotStarted,
    Running(AnalysisRun),
    Over,
}

impl Rollout {
    /// At the start.
    pub fn new(spec: Spec) -> Self {
        let background = vec![BackgroundState::NotStarted; spec.compiled.background.len()];
        Self {
            spec: Arc::new(spec),
            phase: RolloutPhase::NotStarted,
            run: Run::NotStarted,
            held: None,
            orders: Orders::default(),
            background,
            results: CheckResults::default(),
            triggers: None,
            replicas: None,
            waiting: None,
            frozen: None,
            does_not_begin: false,
            excepted: Vec::new(),
            completed: None,
            undoing: false,
            meeting: Meeting::Waits,
            took_over: false,
        }
    }

    fn set(&mut self, phase: RolloutPhase, because: impl FnOnce() -> String, asks: &mut Vec<Ask>) {
        if self.phase != phase {
            self.phase = phase;
            report(asks, phase, because());
        }
    }

    fn forward(&mut self, because: &str, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        (self.waiting, self.completed, self.undoing) = (None, None, false);
        self.run = Run::Forward(StepsRun::start_at(self.first_step(), seen.now));
        self.held = None;
        self.results.clear();
        self.background.fill(BackgroundState::NotStarted);
        self.set(RolloutPhase::InProgress, || because.to_owned(), asks);
    }

    fn go_back(&mut self, because: String, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let compiled = self.compiled();
        let rolls = matches!(&self.run, Run::Forward(run) if run.rolls(compiled));
        let back = if compiled.rules.back == RollbackMethod::Flag && rolls {
            RollbackMethod::Roll
        } else {
            compiled.rules.back
        };
        if back != RollbackMethod::Flag && self.is_refused(&because, seen, asks) {
            return;
        }
        self.waiting = None;
        self.undoing = false;
        let gradual = self.spec.rollback.gradual;
        self.run =
            Run::RollbackMethod(RollbackRun::start(back, gradual, because.clone(), &self.orders, seen));
        self.held = None;
        self.background.fill(BackgroundState::Over);
        self.set(RolloutPhase::RollingBack, || because, asks);
    }

    /// Refuses the rollback, and fails, if the baseline cannot read the data that the candidate has written.
    fn is_refused(&mut self, because: &str, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let Some(why) = seen.no_way_back else { return false };
        let text = format!("rollback not possible: {why}");
        if self.spec.rollback.when_impossible == WhenImpossible::Refuse {
            self.run = Run::Stuck;
            (self.held, self.waiting) = (None, None);
            self.set(RolloutPhase::Failed, || format!("{text}; it was to go back: {because}"), asks);
            return true;
        }
        trouble(asks, format!("{text}; it goes back all the same"));
        false
    }

    /// Goes back by the steps, with the pools exchanged.
    fn undo_by_steps(&mut self, because: &str, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        if self.is_refused(because, seen, asks) {
            return;
        }
        (self.waiting, self.completed, self.held) = (None, None, None);
        self.undoing = true;
        self.results.clear();
        self.run = Run::Forward(StepsRun::start(seen.now));
        self.background.fill(BackgroundState::NotStarted);
        self.set(
            RolloutPhase::RollingBack,
            || format!("{because}, outside the rollback window: by the steps"),
            asks,
        );
    }

    /// The compiled plan that it runs.
    fn compiled(&self) -> &CompiledPlan {
        if self.undoing { &self.spec.reversed } else { &self.spec.compiled }
    }

    /// The phase while steps are run.
    fn moving(&self) -> RolloutPhase {
        if self.undoing { RolloutPhase::RollingBack } else { RolloutPhase::InProgress }
    }

    /// Runs everything that is due, forwards or back.
    fn advance(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let spec = Arc::clone(&self.spec);
        let compiled = if self.undoing { &spec.reversed } else { &spec.compiled };
        if let Run::Forward(run) = &mut self.run {
            let (orders, results) = (&mut self.orders, &mut self.results);
            let mut context = StepContext { compiled, orders, results, seen, asks };
            let outcome = match self.held {
                None => run.advance(&mut context),
                Some(Hold::StepInconclusive) => Outcome::Going,
                Some(_) => run.hold(&mut context),
            };
            self.follow(outcome, seen, asks);
            self.keep_watch(compiled, seen, asks);
        }
        if let Run::RollbackMethod(run) = &mut self.run
            && run.advance(compiled, &mut self.orders, seen, asks)
        {
            self.set(RolloutPhase::RolledBack, || "all users are on the baseline again".to_owned(), asks);
        }
        if let Run::GivingWay(run) = &mut self.run {
            run.advance(compiled, &mut self.orders, seen, asks);
        }
    }

    /// Resizes the pools if the fleet was resized since the last look.
    fn follow_size(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let before = self.replicas.replace(seen.replicas);
        if before.is_none_or(|before| before == seen.replicas) {
            return;
        }
        let spec = Arc::clone(&self.spec);
        match &mut self.run {
            Run::NotStarted => {
                let because = || format!("the target is to have {} instances", seen.replicas);
                self.orders.scale(Pool::Stable, seen.replicas, seen, asks, because);
            }
            Run::Forward(run) => {
                let compiled = if self.undoing { &spec.reversed } else { &spec.compiled };
                let (orders, results) = (&mut self.orders, &mut self.results);
                run.resize(&mut StepContext { compiled, orders, results, seen, asks });
            }
            Run::RollbackMethod(run) | Run::GivingWay(run) => run.resize(&mut self.orders, seen, asks),
            Run::Stuck => {}
        }
    }

    fn follow(&mut self, outcome: Outcome, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        match outcome {
            Outcome::Going | Outcome::Done | Outcome::Complete if self.waiting.is_some() => {
                self.waiting = None;
                self.follow(outcome, seen, asks);
            }
            Outcome::Going if self.held.is_none() && self.phase == RolloutPhase::Paused => {
                self.set(self.moving(), || "it goes on".to_owned(), asks);
            }
            Outcome::Going | Outcome::Done => {}
            Outcome::Approval => self.wait_for_approval(seen, asks),
            Outcome::Inconclusive(because) => self.pause(Hold::StepInconclusive, because, asks),
            Outcome::RollBack(because) => self.go_back(because, seen, asks),
            Outcome::Failed(response, because) => {
                self.respond(&response, Hold::StepInconclusive, because, seen, asks);
            }
            Outcome::Complete if self.undoing => {
                self.background.fill(BackgroundState::Over);
                self.set(RolloutPhase::RolledBack, || "all users are on the baseline again".to_owned(), asks);
            }
            Outcome::Complete => {
                self.background.fill(BackgroundState::Over);
                self.completed = Some(seen.now);
                let reached = self.reached(seen);
                self.set(RolloutPhase::Completed, || reached, asks);
            }
        }
    }

    fn pause(&mut self, held: Hold, because: String, asks: &mut Vec<Ask>) {
        self.held = Some(held);
        self.set(RolloutPhase::Paused, || because, asks);
    }

    /// Carries out the response to a failed analysis; unless that is a rollback, the rollout then waits for a person.
    fn respond(
        &mut self,
        response: &Response,
        held: Hold,
        because: String,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
    ) {
        if *response == Response::Abort {
            return self.go_back(because, seen, asks);
        }
        if *response != Response::Pause {
            asks.extend(ask(response, self.phase, seen, Who::Strategy, &because));
        }
        self.pause(held, because, asks);
    }
}

impl Controller for Rollout {
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let spec = Arc::clone(&self.spec);
        let may_begin = seen.now >= seen.release_at;
        self.keep_frozen(seen, asks);
        if may_begin
            && self.frozen.is_none()
            && matches!(self.run, Run::NotStarted)
            && !spec.compiled.steps.is_empty()
            && self.may_follow(seen, asks)
        {
            self.forward("the release may begin", seen, asks);
        }
        if may_begin {
            self.answer_alerts(&spec, seen, asks);
        }
        for (who, command) in seen.commands {
            self.obey(*who, *command, seen, asks);
        }
        self.follow_size(seen, asks);
        self.meet(seen, asks);
        self.advance(seen, asks);
    }

    fn meeting(&self) -> Meeting {
        self.meeting
    }

    fn leaves_until(&self, now: Time) -> Option<Time> {
        self.stands_until(now)
    }

    fn takes_over(&mut self) {
        self.took_over = true;
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }

    fn progress(&self) -> Option<StepProgress> {
        let Run::Forward(run) = &self.run else { return None };
        Some(StepProgress { held: self.held.is_some(), reversed: self.undoing, ..run.told(self.compiled()) })
    }

    fn check_status(&self) -> Option<CheckStatus> {
        let triggers = match &self.triggers {
            Some(run) => run.states().to_vec(),
            None => vec![TriggerState::default(); self.spec.triggers.len()],
        };
        Some(CheckStatus { checks: self.checks(), triggers })
    }
}

impl Rollout {
    fn answer_alerts(&mut self, spec: &Spec, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let triggers = self.triggers.get_or_insert_with(|| TriggersRun::start(&spec.triggers, seen.now));
        triggers.advance(&spec.triggers, self.phase, seen, asks);
        if let Some(on_call) = &spec.on_call {
            on_call::answer(on_call, self.phase, seen, asks);
        }
    }
}
