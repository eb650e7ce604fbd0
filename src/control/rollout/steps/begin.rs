//! The start of each step: the orders that it gives at once, and the stage that it then waits in.

use super::context::StepContext;
use super::experiment_run::ExperimentRun;
use super::state::{Stage, StepsRun, Target};
use crate::control::analysis::AnalysisRun;
use crate::control::rollout::orders::{note, push};
use crate::control::rollout::rolling::{Progress, RollingRun};
use crate::control::sizing::replicas::{WHOLE, Weight, for_share};
use crate::control::sizing::routed::Routed;
use crate::control::strategies::flagger::run::FlaggerRun;
use crate::control::{Copies, SmokeTest, Step};
use crate::engine::Share;
use crate::sim::{Action, Pool};

impl StepsRun {
    /// Enters a step.
    pub(super) fn begin(&mut self, step: &Step, context: &mut StepContext<'_, '_>) {
        let now = context.seen.now;
        if !context.rules().router {
            context.orders.route_by_instances(now, context.asks);
        }
        if !matches!(step, Step::Experiment(_)) {
            // Removes the rest of an aborted experiment when the rollout begins again.
            self.scale(Pool::Control, 0, context);
        }
        self.stage = match step {
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Match(_)
            | Step::Mirror(_)
            | Step::Copy(_)
            | Step::Progress(_)
                if !context.rules().router =>
            {
                note(context.asks, format!("{} ignored: it takes a router", self.because(context.compiled)));
                Stage::Waiting(now)
            }
            Step::Weight(share) if !context.rules().router => self.split(share.basis_points().min(WHOLE)),
            Step::Promote if !context.rules().router => self.split(WHOLE),
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Weight(_)
            | Step::Match(_)
            | Step::Mirror(_)
            | Step::Copy(_)
            | Step::Promote => {
                let target = self.target(step, context);
                self.grow(target, context)
            }
            Step::Roll(_) => Stage::Rolling(RollingRun::start(Pool::Stable, Pool::Candidate, now)),
            Step::Progress(of) => Stage::Progressing(FlaggerRun::start(of, now)),
            Step::Wave(_) => Stage::Wave(Progress::start(now)),
            Step::Experiment(of) => Stage::Experimenting(ExperimentRun::start(of, context)),
            Step::Flag(share) => self.turn_flag(*share, context),
            Step::Pause(span) => Stage::Waiting(self.entered + *span),
            Step::Approve => Stage::Approval,
            Step::Test(test) => self.test(test, context),
            Step::Analyse(analysis) => Stage::Analysing(AnalysisRun::start(analysis, false, now)),
            Step::Retire(delay) => {
                let by_switch = self.promoted.filter(|_| context.rules().retires_by_switch);
                Stage::Retiring(by_switch.unwrap_or(self.entered) + *delay)
            }
        };
    }

    fn split(&mut self, weight: u32) -> Stage {
        self.split = weight;
        Stage::Instances(weight)
    }

    /// The sizes of the pools and the route after a step that moves requests by a router.
    fn target(&mut self, step: &Step, context: &StepContext<'_, '_>) -> Target {
        let replicas = context.seen.replicas;
        let mut weight = context.weight();
        // The size of copies and of match rules is the lab's own: upstream leaves them to `setCanaryScale`.
        let mut least = 0;
        match step {
            Step::Scale(amount) => self.sized = Some(*amount),
            Step::FollowWeight => self.sized = None,
            Step::Weight(share) => weight = share.basis_points().min(WHOLE),
            Step::Match(rules) => {
                self.matches = rules.clone();
                least = context.size(context.goal()).max(1);
            }
            Step::Mirror(share) | Step::Copy(Copies { share, .. }) => {
                self.mirror = *share;
                self.mirror_kinds = match step {
                    Step::Copy(of) => of.kinds.clone(),
                    _ => Vec::new(),
                };
                if self.sized.is_none() {
                    least = context.size(context.goal()).max(for_share(*share, replicas));
                }
            }
            Step::Promote => {
                (self.sized, self.mirror) = (None, Share::ZERO);
                self.mirror_kinds.clear();
                self.matches.clear();
                self.within.clear();
                weight = WHOLE;
            }
            // These leave the route as it is.
            Step::Roll(_)
            | Step::Flag(_)
            | Step::Pause(_)
            | Step::Approve
            | Step::Test(_)
            | Step::Analyse(_)
            | Step::Wave(_)
            | Step::Experiment(_)
            | Step::Progress(_)
            | Step::Retire(_) => {}
        }
        let (new, old) = self.routed(weight, context);
        let old = if context.rules().dynamic_stable { old } else { context.size(context.old()) };
        Target { weight, candidate: new.max(least), stable: old }
    }

    /// The sizes of both pools at this weight, as Argo Rollouts counts them.
    pub(super) fn routed(&self, weight: u32, context: &StepContext<'_, '_>) -> (u32, u32) {
        let routed = Routed {
            replicas: context.seen.replicas,
            weight: Weight::points(weight),
            scale: self.sized.map(Into::into),
            least: context.rules().least,
            dynamic_stable: context.rules().dynamic_stable,
            aborted: false,
            actual: None,
        };
        routed.counts()
    }

    /// Grows the pools that need more instances before the route changes; the others shrink after it.
    fn grow(&self, then: Target, context: &mut StepContext<'_, '_>) -> Stage {
        let (new, old) = (context.goal(), context.old());
        let stable = context.size(old);
        self.scale(new, then.candidate.max(context.size(new)), context);
        self.scale(old, then.stable.max(stable), context);
        let stable = if then.stable > stable { then.stable } else { 0 };
        Stage::Growing { candidate: then.candidate, stable, then }
    }

    fn turn_flag(&self, share: Share, context: &mut StepContext<'_, '_>) -> Stage {
        let because = self.because(context.compiled);
        match context.compiled.rules.flag.as_deref() {
            Some(name) => context.orders.flag(name, share, context.seen.now, context.asks, || because),
            None => note(context.asks, format!("{because}: the release has no flag")),
        }
        Stage::Flagging
    }

    fn test(&self, test: &SmokeTest, context: &mut StepContext<'_, '_>) -> Stage {
        let id = context.orders.next_test();
        let (requests, over) = (test.requests, test.over);
        let action = Action::Test { pool: context.goal(), requests, over, id };
        let because = self.because(context.compiled);
        push(context.asks, action, because);
        Stage::Testing(id)
    }
}
