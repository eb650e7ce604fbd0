//! The controller of a plan: runs the script forwards or back, obeys commands, and keeps watch beside it.

mod commands;
mod gates;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::analysis::{AnalysisRun, Judgement};
use super::assess::Verdict;
use super::gates::Waiting;
use super::on_call;
use super::orders::{Orders, report, trouble};
use super::rollback::RollbackRun;
use super::script::{Back, Script};
use super::steps::{Outcome, Scene, StepsRun};
use super::tally::{Place, Tally};
use super::triggers::{TriggersRun, ask};
use super::{Gates, OnCall, Response, Rollback, Trigger, WhenImpossible};
use crate::engine::Time;
use crate::sim::{
    Ask, CheckProgress, CheckState, CheckStatus, Controller, Observation, Pool, RolloutPhase, StepProgress,
    TriggerState, Who,
};

/// What a rollout is made from; it does not change while it runs.
#[derive(Clone, Debug)]
pub(super) struct Spec {
    pub script: Script,
    /// The script of an undo that runs the steps.
    pub reversed: Script,
    pub triggers: Vec<Trigger>,
    pub on_call: Option<OnCall>,
    pub gates: Gates,
    pub rollback: Rollback,
}

/// How a rollout stands.
#[derive(Clone, Debug)]
pub(super) struct Rollout {
    spec: Arc<Spec>,
    phase: RolloutPhase,
    way: Way,
    /// Why it is held, if it is.
    held: Option<Held>,
    orders: Orders,
    /// Background analyses: not begun, under way, or over.
    watches: Vec<Beside>,
    /// What the checks have answered.
    tally: Tally,
    triggers: Option<TriggersRun>,
    /// How many instances the target was meant to have at the last look.
    replicas: Option<u32>,
    /// The approval that is waited for.
    waiting: Option<Waiting>,
    /// The freeze that holds and was told of.
    frozen: Option<usize>,
    /// Freezes to which an exception was made.
    excepted: Vec<usize>,
    /// When it was last complete.
    completed: Option<Time>,
    /// Whether it runs its steps the other way round.
    undoing: bool,
}

#[derive(Clone, Debug)]
enum Way {
    /// It has not begun.
    Ahead,
    Forward(StepsRun),
    Back(RollbackRun),
    /// It can go neither on nor back.
    Stuck,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// Somebody asked for it.
    Asked,
    /// The step's analysis was inconclusive; it is done again on going on.
    StepUnsure,
    /// A background analysis was inconclusive; it begins again on going on.
    WatchUnsure(usize),
    /// A freeze holds.
    Frozen,
}

#[derive(Clone, Debug)]
enum Beside {
    Ahead,
    Running(AnalysisRun),
    Over,
}

impl Rollout {
    /// At the start.
    pub fn new(spec: Spec) -> Self {
        let watches = vec![Beside::Ahead; spec.script.watches.len()];
        Self {
            spec: Arc::new(spec),
            phase: RolloutPhase::NotStarted,
            way: Way::Ahead,
            held: None,
            orders: Orders::default(),
            watches,
            tally: Tally::default(),
            triggers: None,
            replicas: None,
            waiting: None,
            frozen: None,
            excepted: Vec::new(),
            completed: None,
            undoing: false,
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
        self.way = Way::Forward(StepsRun::start(seen.now));
        self.held = None;
        self.tally.clear();
        self.watches.fill(Beside::Ahead);
        self.set(RolloutPhase::InProgress, || because.to_owned(), asks);
    }

    fn go_back(&mut self, because: String, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let script = self.script();
        let rolls = matches!(&self.way, Way::Forward(run) if run.rolls(script));
        let back = if script.rules.back == Back::Flag && rolls { Back::Roll } else { script.rules.back };
        if back != Back::Flag && self.is_refused(&because, seen, asks) {
            return;
        }
        self.waiting = None;
        self.undoing = false;
        let gradual = self.spec.rollback.gradual;
        self.way = Way::Back(RollbackRun::start(back, gradual, because.clone(), &self.orders, seen));
        self.held = None;
        self.watches.fill(Beside::Over);
        self.set(RolloutPhase::RollingBack, || because, asks);
    }

    /// Whether the way back is refused since the baseline cannot work with the data as they are; then it has failed.
    fn is_refused(&mut self, because: &str, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> bool {
        let Some(why) = seen.no_way_back else { return false };
        let text = format!("rollback not possible: {why}");
        if self.spec.rollback.when_impossible == WhenImpossible::Refuse {
            self.way = Way::Stuck;
            (self.held, self.waiting) = (None, None);
            self.set(RolloutPhase::Failed, || format!("{text}; it was to go back: {because}"), asks);
            return true;
        }
        trouble(asks, format!("{text}; it goes back all the same"));
        false
    }

    /// Goes back by the steps, with the baseline in the candidate's place.
    fn undo_by_steps(&mut self, because: &str, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        if self.is_refused(because, seen, asks) {
            return;
        }
        (self.waiting, self.completed, self.held) = (None, None, None);
        self.undoing = true;
        self.tally.clear();
        self.way = Way::Forward(StepsRun::start(seen.now));
        self.watches.fill(Beside::Ahead);
        self.set(
            RolloutPhase::RollingBack,
            || format!("{because}, outside the rollback window: by the steps"),
            asks,
        );
    }

    /// The script that it runs.
    fn script(&self) -> &Script {
        if self.undoing { &self.spec.reversed } else { &self.spec.script }
    }

    /// The phase while steps are run.
    fn moving(&self) -> RolloutPhase {
        if self.undoing { RolloutPhase::RollingBack } else { RolloutPhase::InProgress }
    }

    /// Runs what is due, on the way that it is on.
    fn advance(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let spec = Arc::clone(&self.spec);
        let script = if self.undoing { &spec.reversed } else { &spec.script };
        if let Way::Forward(run) = &mut self.way {
            let (orders, tally) = (&mut self.orders, &mut self.tally);
            let mut scene = Scene { script, orders, tally, seen, asks };
            let outcome = match self.held {
                None => run.advance(&mut scene),
                Some(Held::StepUnsure) => Outcome::Going,
                Some(_) => run.hold(&mut scene),
            };
            self.follow(outcome, seen, asks);
            self.keep_watch(script, seen, asks);
        }
        if let Way::Back(run) = &mut self.way
            && run.advance(script, &mut self.orders, seen, asks)
        {
            self.set(RolloutPhase::RolledBack, || "all users are on the baseline again".to_owned(), asks);
        }
    }

    /// Lets the pools follow when the fleet was resized since the last look.
    fn follow_size(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let before = self.replicas.replace(seen.replicas);
        if before.is_none_or(|before| before == seen.replicas) {
            return;
        }
        let spec = Arc::clone(&self.spec);
        match &mut self.way {
            Way::Ahead => {
                let because = || format!("the target is to have {} instances", seen.replicas);
                self.orders.scale(Pool::Stable, seen.replicas, seen, asks, because);
            }
            Way::Forward(run) => {
                let script = if self.undoing { &spec.reversed } else { &spec.script };
                let (orders, tally) = (&mut self.orders, &mut self.tally);
                run.resize(&mut Scene { script, orders, tally, seen, asks });
            }
            Way::Back(run) => run.resize(&mut self.orders, seen, asks),
            Way::Stuck => {}
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
            Outcome::Unsure(because) => self.pause(Held::StepUnsure, because, asks),
            Outcome::Bad(because) => self.go_back(because, seen, asks),
            Outcome::Failed(response, because) => {
                self.respond(&response, Held::StepUnsure, because, seen, asks);
            }
            Outcome::Complete if self.undoing => {
                self.watches.fill(Beside::Over);
                self.set(RolloutPhase::RolledBack, || "all users are on the baseline again".to_owned(), asks);
            }
            Outcome::Complete => {
                self.watches.fill(Beside::Over);
                self.completed = Some(seen.now);
                self.set(RolloutPhase::Completed, || "all users are on the candidate".to_owned(), asks);
            }
        }
    }

    fn pause(&mut self, held: Held, because: String, asks: &mut Vec<Ask>) {
        self.held = Some(held);
        self.set(RolloutPhase::Paused, || because, asks);
    }

    /// Does what a failed analysis asks for; unless that is to go back, it then waits for a person.
    fn respond(
        &mut self,
        response: &Response,
        held: Held,
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

    /// Runs the analyses that stand beside the step it is at.
    fn keep_watch(&mut self, script: &Script, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        for index in 0..script.watches.len() {
            let Way::Forward(run) = &self.way else { return };
            let watch = &script.watches[index];
            let stands = (watch.from..watch.until).contains(&run.at());
            let beside = &mut self.watches[index];
            match beside {
                Beside::Ahead if stands => {
                    *beside = Beside::Running(AnalysisRun::start(&watch.analysis, true, seen.now));
                }
                Beside::Running(_) if !stands => *beside = Beside::Over,
                _ => {}
            }
            let Beside::Running(analysis) = beside else { continue };
            let judgement = analysis.advance(&watch.analysis, seen, asks);
            self.tally.note(Place::Watch(index), analysis);
            if let Some(Judgement { verdict, because }) = judgement {
                *beside = Beside::Over;
                match verdict {
                    Verdict::Successful => {}
                    Verdict::Inconclusive => self.pause(Held::WatchUnsure(index), because, asks),
                    Verdict::Error | Verdict::Failed => {
                        let response = &watch.analysis.on_failure;
                        self.respond(response, Held::WatchUnsure(index), because, seen, asks);
                    }
                }
            }
        }
    }
}

impl Controller for Rollout {
    fn decide(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let spec = Arc::clone(&self.spec);
        let may_begin = seen.now >= seen.release_at;
        self.keep_frozen(seen, asks);
        if may_begin
            && self.frozen.is_none()
            && matches!(self.way, Way::Ahead)
            && !spec.script.steps.is_empty()
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
        self.advance(seen, asks);
    }

    fn boxed_clone(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }

    fn progress(&self) -> Option<StepProgress> {
        let Way::Forward(run) = &self.way else { return None };
        Some(StepProgress { held: self.held.is_some(), reversed: self.undoing, ..run.told(self.script()) })
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
    /// How the checks of the plan stand; while it goes back by the steps none of them is looked at.
    fn checks(&self) -> Vec<CheckProgress> {
        let runs = |place| match place {
            Place::Step(at) => matches!(&self.way, Way::Forward(run) if run.at() == at),
            Place::Watch(index) => matches!(self.watches.get(index), Some(Beside::Running(_))),
        };
        if self.undoing {
            let left = CheckProgress { state: CheckState::Left, ..CheckProgress::default() };
            let of_plan = Tally::default().of(&self.spec.script, runs);
            return vec![left; of_plan.len()];
        }
        self.tally.of(&self.spec.script, runs)
    }

    fn answer_alerts(&mut self, spec: &Spec, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let triggers = self.triggers.get_or_insert_with(|| TriggersRun::start(&spec.triggers, seen.now));
        triggers.advance(&spec.triggers, self.phase, seen, asks);
        if let Some(on_call) = &spec.on_call {
            on_call::answer(on_call, self.phase, seen, asks);
        }
    }
}
