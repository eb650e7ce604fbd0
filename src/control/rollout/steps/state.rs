//! The state of a rollout between two looks at the world: the step, its stage, and what earlier steps have set.

use super::experiment_run::ExperimentRun;
use crate::control::analysis::AnalysisRun;
use crate::control::compiled_plan::CompiledPlan;
use crate::control::rollout::rolling::{Progress, RollingRun};
use crate::control::strategies::flagger::run::FlaggerRun;
use crate::engine::{Amount, Share, Time};
use crate::sim::{KindMatch, MatchRule};

/// The current step of a rollout, and the progress within it.
#[derive(Clone, Debug)]
pub(in crate::control) struct StepsRun {
    pub(super) at: usize,
    pub(super) stage: Stage,
    pub(super) entered: Time,
    pub(super) progress: Progress,
    /// The time since which the old pool is short of ready instances, after the candidate is proven.
    pub(super) short_since: Option<Time>,
    /// The candidate's size, once `Scale` fixed it.
    pub(super) sized: Option<Amount>,
    /// The weight that the instance counts approximate, without a router.
    pub(super) split: u32,
    pub(super) matches: Vec<MatchRule>,
    /// The requests that the weight is about; none are all.
    pub(super) within: Vec<MatchRule>,
    pub(super) mirror: Share,
    /// The kinds of requests that are mirrored; none are all.
    pub(super) mirror_kinds: Vec<KindMatch>,
    /// When the last promotion was done.
    pub(super) promoted: Option<Time>,
    /// Whether all remaining steps but the promotion are skipped.
    pub(super) full: bool,
}

/// The progress within a step.
#[derive(Clone, Debug)]
pub(super) enum Stage {
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
    Wave(Progress),
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
pub(super) struct Target {
    pub weight: u32,
    pub candidate: u32,
    pub stable: u32,
}

impl StepsRun {
    /// At the first step.
    pub fn start(now: Time) -> Self {
        Self::start_at(0, now)
    }

    /// At the step with this index.
    pub fn start_at(at: usize, now: Time) -> Self {
        Self {
            at,
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

    /// When a release by Flagger's rules ticks next; `None` while it does not.
    pub fn next_tick(&self) -> Option<Time> {
        if let Stage::Progressing(run) = &self.stage { Some(run.next_tick()) } else { None }
    }

    /// The reason of what the current step asks for.
    pub(super) fn because(&self, compiled: &CompiledPlan) -> String {
        format!("step {} of {}: {}", self.at + 1, compiled.steps.len(), compiled.steps[self.at])
    }
}
