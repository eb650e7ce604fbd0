//! A newer revision that comes while one goes out.
//!
//! Flagger (`hasCanaryRevisionChanged` in `pkg/controller/scheduler.go`): at the next tick all requests go back to the primary, and the
//! analysis begins anew, with the checks and hooks before the first users, but without the approval of `confirm-rollout`, which is asked
//! for only before the canary is scaled up. Once the promotion has begun, it waits.
//! Argo Rollouts (`rollout/canary.go`, `rollout/bluegreen.go`): at once; the steps begin with the first, and what the stable ReplicaSet
//! runs is gone back to without steps.

use super::rollback::RollbackRun;
use super::{BackgroundState, Rollout, Run};
use crate::control::Step;
use crate::control::compiled_plan::RollbackMethod;
use crate::control::sizing::replicas::WHOLE;
use crate::engine::Time;
use crate::sim::{Ask, Meeting, Newer, Observation, Pool, RolloutPhase};

impl Rollout {
    /// Decides about a newer revision, and gives way to it where the real controller would.
    pub(super) fn meet(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        self.meeting = match seen.newer {
            _ if matches!(self.run, Run::GivingWay(_)) => Meeting::GivesWay,
            Some(newer) => self.decide_about(newer, seen, asks),
            None => Meeting::Waits,
        };
    }

    fn decide_about(&mut self, newer: Newer, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> Meeting {
        let compiled = &self.spec.compiled;
        let by_router_or_counts =
            matches!(compiled.rules.back, RollbackMethod::Route | RollbackMethod::Instances);
        if self.undoing || !by_router_or_counts {
            return Meeting::Waits;
        }
        let tick = compiled.steps.iter().position(|step| matches!(step, Step::Progress(_)));
        let goes_back = newer == Newer::Baseline && tick.is_none();
        if goes_back
            && self.phase == RolloutPhase::Completed
            && self.spec.rollback.window.is_some()
            && self.is_fast(seen)
        {
            self.go_back(
                "the version before is released again, within the rollback window".to_owned(),
                seen,
                asks,
            );
            return Meeting::GoesBack;
        }
        let Run::Forward(run) = &self.run else { return Meeting::Waits };
        if !self.moves() || run.at() >= compiled.completion() {
            return Meeting::Waits;
        }
        // Flagger looks for one at its ticks, and no more once it promotes; a blue-green release of Argo Rollouts that has switched has
        // its users on the candidate.
        let too_late = match tick {
            Some(tick) => run.at() > tick || run.next_tick().is_some_and(|next| seen.now < next),
            None => seen.weights.is_some_and(|weights| weights[Pool::Candidate.index()] == WHOLE),
        };
        if too_late {
            return Meeting::Waits;
        }
        if goes_back {
            self.go_back("the version that the stable pool runs is released again".to_owned(), seen, asks);
            return Meeting::GoesBack;
        }
        self.give_way(seen, asks);
        Meeting::GivesWay
    }

    fn give_way(&mut self, seen: &Observation<'_>, asks: &mut Vec<Ask>) {
        let because = "a newer revision has come: everything begins anew with it";
        let back = self.spec.compiled.rules.back;
        (self.waiting, self.held) = (None, None);
        self.background.fill(BackgroundState::Over);
        self.run = Run::GivingWay(RollbackRun::start(back, None, because.to_owned(), &self.orders, seen));
        self.set(RolloutPhase::InProgress, || because.to_owned(), asks);
    }

    /// Until when what it leaves stands beside a newer revision that begins at `now`. Argo Rollouts (`scaleDownOldReplicaSetsForCanary`,
    /// `scaleDownOldReplicaSetsForBlueGreen`): a ReplicaSet that an abort has given a deadline keeps it, but with a shrinking stable set;
    /// of a canary any other goes, and of a blue-green release it gets the delay of an old set.
    pub(super) fn stands_until(&self, now: Time) -> Option<Time> {
        let compiled = &self.spec.compiled;
        let of_old_sets = || {
            let retires = |step: &Step| if let Step::Retire(delay) = step { Some(*delay) } else { None };
            let delay =
                compiled.steps.iter().find_map(retires).filter(|_| compiled.rules.fast_while_standing);
            delay.map(|delay| now + delay)
        };
        match &self.run {
            Run::RollbackMethod(run) => run.deadline(&compiled.rules).or_else(of_old_sets),
            Run::GivingWay(_) => of_old_sets(),
            Run::NotStarted | Run::Forward(_) | Run::Stuck => None,
        }
    }

    /// The index of the step that it begins with, after another revision gave way to it: the approval before the canary is scaled up is
    /// asked for once.
    pub(super) fn first_step(&self) -> usize {
        let steps = &self.spec.compiled.steps;
        let flaggers = steps.iter().any(|step| matches!(step, Step::Progress(_)));
        usize::from(self.took_over && flaggers && steps.first() == Some(&Step::Approve))
    }
}
