//! How each step begins: what it asks for at once, and what it then waits for.

use super::experiment::ExperimentRun;
use super::wave::WaveRun;
use super::{Scene, Stage, StepsRun, Target};
use crate::control::analysis::AnalysisRun;
use crate::control::orders::{note, push};
use crate::control::progressive::ProgressRun;
use crate::control::replicas::{WHOLE, Weight, for_share};
use crate::control::rolling::RollingRun;
use crate::control::routed::{CanaryScale, Routed};
use crate::control::{SmokeTest, Step};
use crate::engine::{Amount, Share};
use crate::sim::{Action, Pool};

impl StepsRun {
    /// Enters a step.
    pub(super) fn begin(&mut self, step: &Step, scene: &mut Scene<'_, '_>) {
        let now = scene.seen.now;
        if !scene.rules().router {
            scene.orders.route_by_instances(now, scene.asks);
        }
        if !matches!(step, Step::Experiment(_)) {
            // What an aborted experiment left, when the rollout begins again.
            self.scale(Pool::Control, 0, scene);
        }
        self.stage = match step {
            Step::Scale(_) | Step::FollowWeight | Step::Match(_) | Step::Mirror(_) | Step::Progress(_)
                if !scene.rules().router =>
            {
                note(scene.asks, format!("{} ignored: it takes a router", self.because(scene.script)));
                Stage::Waiting(now)
            }
            Step::Weight(share) if !scene.rules().router => self.split(share.basis_points().min(WHOLE)),
            Step::Promote if !scene.rules().router => self.split(WHOLE),
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Weight(_)
            | Step::Match(_)
            | Step::Mirror(_)
            | Step::Promote => {
                let target = self.target(step, scene);
                self.grow(target, scene)
            }
            Step::Roll(_) => Stage::Rolling(RollingRun::start(Pool::Stable, Pool::Candidate, now)),
            Step::Progress(of) => Stage::Progressing(ProgressRun::start(of, now)),
            Step::Wave(_) => Stage::Wave(WaveRun::start(now)),
            Step::Experiment(of) => Stage::Experimenting(ExperimentRun::start(of, scene)),
            Step::Flag(share) => self.turn_flag(*share, scene),
            Step::Pause(span) => Stage::Waiting(self.entered + *span),
            Step::Approve => Stage::Approval,
            Step::Test(test) => self.test(test, scene),
            Step::Analyse(analysis) => Stage::Analysing(AnalysisRun::start(analysis, false, now)),
            Step::Retire(delay) => Stage::Retiring(self.entered + *delay),
        };
    }

    fn split(&mut self, weight: u32) -> Stage {
        self.split = weight;
        Stage::Instances(weight)
    }

    /// Where the pools and the route are to be after a step that moves requests by a router.
    fn target(&mut self, step: &Step, scene: &Scene<'_, '_>) -> Target {
        let replicas = scene.seen.replicas;
        let mut weight = scene.weight();
        // The size of copies and of match rules is the lab's own: upstream leaves them to `setCanaryScale`.
        let mut least = 0;
        match step {
            Step::Scale(amount) => self.sized = Some(*amount),
            Step::FollowWeight => self.sized = None,
            Step::Weight(share) => weight = share.basis_points().min(WHOLE),
            Step::Match(rules) => {
                self.matches = rules.clone();
                least = scene.size(scene.goal()).max(1);
            }
            Step::Mirror(share) => {
                self.mirror = *share;
                if self.sized.is_none() {
                    least = scene.size(scene.goal()).max(for_share(*share, replicas));
                }
            }
            _ => {
                (self.sized, self.mirror) = (None, Share::ZERO);
                self.matches.clear();
                weight = WHOLE;
            }
        }
        let (new, old) = self.routed(weight, scene);
        let old = if scene.rules().dynamic_stable { old } else { scene.size(scene.old()) };
        Target { weight, candidate: new.max(least), stable: old }
    }

    /// The sizes of both pools at this weight, as Argo Rollouts counts them.
    pub(super) fn routed(&self, weight: u32, scene: &Scene<'_, '_>) -> (u32, u32) {
        let scale = match self.sized {
            Some(Amount::Count(count)) => Some(CanaryScale::Replicas(count)),
            Some(Amount::Share(share)) => Some(CanaryScale::Weight(Weight::points(share.basis_points()))),
            None => None,
        };
        let routed = Routed {
            replicas: scene.seen.replicas,
            weight: Weight::points(weight),
            scale,
            least: scene.rules().least,
            dynamic_stable: scene.rules().dynamic_stable,
            aborted: false,
            actual: None,
        };
        routed.counts()
    }

    /// Grows what has to grow before the route changes; what has to shrink shrinks after it.
    fn grow(&self, then: Target, scene: &mut Scene<'_, '_>) -> Stage {
        let (new, old) = (scene.goal(), scene.old());
        let stable = scene.size(old);
        self.scale(new, then.candidate.max(scene.size(new)), scene);
        self.scale(old, then.stable.max(stable), scene);
        let stable = if then.stable > stable { then.stable } else { 0 };
        Stage::Growing { candidate: then.candidate, stable, then }
    }

    fn turn_flag(&self, share: Share, scene: &mut Scene<'_, '_>) -> Stage {
        let because = self.because(scene.script);
        match scene.script.rules.flag.as_deref() {
            Some(name) => scene.orders.flag(name, share, scene.seen.now, scene.asks, || because),
            None => note(scene.asks, format!("{because}: the release has no flag")),
        }
        Stage::Flagging
    }

    fn test(&self, test: &SmokeTest, scene: &mut Scene<'_, '_>) -> Stage {
        let id = scene.orders.next_test();
        let (requests, over) = (test.requests, test.over);
        let action = Action::Test { pool: scene.goal(), requests, over, id };
        let because = self.because(scene.script);
        push(scene.asks, action, because);
        Stage::Testing(id)
    }
}
