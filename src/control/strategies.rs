//! Strategies, as a learner writes them: how a release goes out.

pub mod flagger;
pub(super) mod waves;

use serde::{Deserialize, Serialize};

use super::{Analysis, Check, Experiment, Flagger, Wave, Waves};
use crate::engine::{Amount, Share, Span};
use crate::sim::{AntiAffinity, MatchRule};

/// How a release goes out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Strategy {
    /// It does not.
    Nothing,
    /// All old instances go before the first new one comes (Kubernetes `Recreate`).
    Recreate,
    /// Instances are replaced a few at a time (Kubernetes `RollingUpdate`).
    Rolling(Rolling),
    /// A second fleet stands up, is tested, and takes all users at once.
    BlueGreen(BlueGreen),
    /// A growing share of requests, step by step.
    Canary(Canary),
    /// Two groups of users for a fixed time, then a decision.
    Ab(Ab),
    /// The candidate gets copies of requests; its answers are dropped.
    Shadow(Shadow),
    /// The code goes out switched off, then the flag goes up.
    Flag(FlagRamp),
    /// A growing share of requests, checked once an interval, as Flagger does it.
    Flagger(Flagger),
    /// Zone after zone, or region after region, with a bake time between.
    Waves(Waves),
    /// Steps written out. Without a `Promote` one is added at the end, and so is the retirement of the stable pool after
    /// 30 s, as a canary ends in Argo Rollouts.
    Steps(Vec<Step>),
}

/// The strategies' names, without their settings: what an exercise may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StrategyName {
    /// [`Strategy::Nothing`].
    Nothing,
    /// [`Strategy::Recreate`].
    Recreate,
    /// [`Strategy::Rolling`].
    Rolling,
    /// [`Strategy::BlueGreen`].
    BlueGreen,
    /// [`Strategy::Canary`].
    Canary,
    /// [`Strategy::Ab`].
    Ab,
    /// [`Strategy::Shadow`].
    Shadow,
    /// [`Strategy::Flag`].
    Flag,
    /// [`Strategy::Flagger`].
    Flagger,
    /// [`Strategy::Waves`].
    Waves,
    /// [`Strategy::Steps`].
    Steps,
}

impl Strategy {
    /// The name without the settings.
    pub const fn name(&self) -> StrategyName {
        match self {
            Self::Nothing => StrategyName::Nothing,
            Self::Recreate => StrategyName::Recreate,
            Self::Rolling(_) => StrategyName::Rolling,
            Self::BlueGreen(_) => StrategyName::BlueGreen,
            Self::Canary(_) => StrategyName::Canary,
            Self::Ab(_) => StrategyName::Ab,
            Self::Shadow(_) => StrategyName::Shadow,
            Self::Flag(_) => StrategyName::Flag,
            Self::Flagger(_) => StrategyName::Flagger,
            Self::Waves(_) => StrategyName::Waves,
            Self::Steps(_) => StrategyName::Steps,
        }
    }
}

/// A rolling update; defaults are those of a Kubernetes Deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rolling {
    /// How many instances there may be above the fleet's size; rounded up. Kubernetes `maxSurge`, 25 %.
    pub max_surge: Amount,
    /// How many may be unavailable; rounded down. Kubernetes `maxUnavailable`, 25 %.
    pub max_unavailable: Amount,
    /// How long an instance must be ready before it counts as available. Kubernetes `minReadySeconds`, 0.
    pub min_ready: Span,
    /// How long without progress before it counts as stuck; it is only reported. Kubernetes `progressDeadlineSeconds`, 600
    /// s.
    pub progress_deadline: Span,
    /// Whether passing the deadline also rolls back. Kubernetes does not; Argo Rollouts `progressDeadlineAbort`, false.
    pub abort_on_deadline: bool,
}

impl Default for Rolling {
    fn default() -> Self {
        Self {
            max_surge: quarter(),
            max_unavailable: quarter(),
            min_ready: Span::ZERO,
            progress_deadline: Span::from_secs(600),
            abort_on_deadline: false,
        }
    }
}

/// A blue-green release; defaults are those of Argo Rollouts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BlueGreen {
    /// How many instances green has before the switch; it grows to full size at the switch. Default all
    /// (`previewReplicaCount`).
    pub preview: Option<Amount>,
    /// Test requests to green before the switch. Default none.
    pub smoke_test: Option<SmokeTest>,
    /// Judges green before the switch (Argo Rollouts `prePromotionAnalysis`). Default none.
    pub before: Option<Analysis>,
    /// Whether the switch needs no approval. Argo Rollouts `autoPromotionEnabled`, true.
    pub auto_promote: bool,
    /// How long green waits before the switch by itself. Argo Rollouts `autoPromotionSeconds`, 0.
    pub auto_promote_after: Span,
    /// Judges green after the switch; failing switches back (Argo Rollouts `postPromotionAnalysis`). Default none.
    pub after: Option<Analysis>,
    /// How long blue stands after the switch. Argo Rollouts `scaleDownDelaySeconds`, 30 s. Blue also stands while `after`
    /// runs. While it stands an undo switches back at once; after that blue has to be started again.
    pub scale_down_delay: Span,
    /// How long green stands after an abort; 0 is for ever. Argo Rollouts `abortScaleDownDelaySeconds`, 30 s.
    pub abort_scale_down_delay: Span,
    /// How long green may take to be ready, without progress, before it counts as stuck. Argo Rollouts
    /// `progressDeadlineSeconds`, 600 s.
    pub progress_deadline: Span,
    /// Whether passing the deadline also aborts. Argo Rollouts `progressDeadlineAbort`, false.
    pub abort_on_deadline: bool,
    /// How blue and green instances keep to zones of their own. `antiAffinity`, none.
    pub anti_affinity: Option<AntiAffinity>,
}

impl Default for BlueGreen {
    fn default() -> Self {
        Self {
            preview: None,
            smoke_test: None,
            before: None,
            auto_promote: true,
            auto_promote_after: Span::ZERO,
            after: None,
            scale_down_delay: Span::from_secs(30),
            abort_scale_down_delay: Span::from_secs(30),
            progress_deadline: ten_minutes(),
            abort_on_deadline: false,
            anti_affinity: None,
        }
    }
}

/// Test requests sent to a pool without users.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmokeTest {
    /// How many.
    pub requests: u32,
    /// Over how long. Default 10 s (assumed).
    #[serde(default = "ten_seconds")]
    pub over: Span,
    /// How many may fail. Default none.
    #[serde(default)]
    pub may_fail: u32,
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

/// A canary release; rules and defaults are those of Argo Rollouts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canary {
    /// What is done, in order; at the end the candidate gets everything.
    pub steps: Vec<Step>,
    /// Whether a router splits the requests; otherwise the weight is approximated by instance counts. Default true.
    #[serde(default = "yes")]
    pub router: bool,
    /// Whether a user stays on one side while the weight stays or grows. Default true.
    #[serde(default = "yes")]
    pub sticky: bool,
    /// Without a router: how many instances there may be above the fleet's size; rounded up. Argo Rollouts `maxSurge`, 25
    /// %.
    #[serde(default = "quarter")]
    pub max_surge: Amount,
    /// Without a router: how many may be unavailable; rounded down. Argo Rollouts `maxUnavailable`, 25 %.
    #[serde(default = "quarter")]
    pub max_unavailable: Amount,
    /// Whether the stable pool shrinks as the canary grows; otherwise it stays whole until the end. `dynamicStableScale`,
    /// false.
    #[serde(default)]
    pub dynamic_stable_scale: bool,
    /// How long the canary stands after an abort, with a router; 0 is for ever. Argo Rollouts `abortScaleDownDelaySeconds`,
    /// 30 s; with `dynamic_stable_scale` it shrinks with its weight, unless a delay is given.
    #[serde(default)]
    pub abort_scale_down_delay: Option<Span>,
    /// With a router: fewest instances of a pool that has any, up to the fleet's size. Argo Rollouts
    /// `minPodsPerReplicaSet`, 1.
    #[serde(default = "one")]
    pub min_instances: u32,
    /// How long a step may go without progress before it counts as stuck. Argo Rollouts `progressDeadlineSeconds`, 600 s.
    #[serde(default = "ten_minutes")]
    pub progress_deadline: Span,
    /// Whether passing the deadline also aborts. Argo Rollouts `progressDeadlineAbort`, false.
    #[serde(default)]
    pub abort_on_deadline: bool,
    /// How many of a step's candidate instances must be ready for the rollout to go on; the promotion waits for all.
    /// `replicaProgressThreshold`, all of them.
    #[serde(default)]
    pub progress_threshold: Option<Amount>,
    /// How canary and stable instances keep to zones of their own. `antiAffinity`, none.
    #[serde(default)]
    pub anti_affinity: Option<AntiAffinity>,
}

fn one() -> u32 {
    1
}

pub(super) fn ten_minutes() -> Span {
    Span::from_secs(600)
}

fn quarter() -> Amount {
    Amount::Share(Share::percent(25.0))
}

fn yes() -> bool {
    true
}

/// Two groups of users for a fixed time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ab {
    /// Share of users on the candidate; they stay there. Default half.
    #[serde(default = "half")]
    pub share: Share,
    /// How long.
    #[serde(rename = "for")]
    pub lasts: Span,
    /// Must not fail while it runs; failing aborts. Default nothing.
    #[serde(default)]
    pub guardrails: Option<Analysis>,
    /// Must pass at the end for the candidate to get everything; otherwise it goes back. Without `for`, a check without a
    /// count is measured once. Default nothing.
    #[serde(default)]
    pub goal: Option<Analysis>,
    /// How unlikely the split of the users must be, by chi-square, for the goal's result not to be valid: the rollout then
    /// pauses for a person. `None` does not look. Default 0.001 (GrowthBook's sample ratio mismatch).
    #[serde(default = "one_in_a_thousand")]
    pub sample_ratio: Option<f64>,
}

fn one_in_a_thousand() -> Option<f64> {
    Some(0.001)
}

fn half() -> Share {
    Share::percent(50.0)
}

/// Copies of requests for a fixed time, then the switch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// Share of requests copied. Default all (Flagger `mirrorWeight`, 100).
    #[serde(default = "all")]
    pub share: Share,
    /// How long.
    #[serde(rename = "for")]
    pub lasts: Span,
    /// How many instances the candidate has meanwhile, and in `then` until it is promoted. Default as many as the share
    /// needs.
    #[serde(default)]
    pub size: Option<Amount>,
    /// Judges the candidate meanwhile; failing ends it. Default nothing.
    #[serde(default)]
    pub analysis: Option<Analysis>,
    /// What follows; default the switch at once.
    #[serde(default)]
    pub then: Vec<Step>,
}

fn all() -> Share {
    Share::ALL
}

/// The code goes out switched off, then the flag goes up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlagRamp {
    /// How the code goes out, with the flag off. Default a rolling update.
    #[serde(default)]
    pub deploy: Rolling,
    /// Shares to go up by before `steps`. Default none.
    #[serde(default)]
    pub schedule: Option<RampSchedule>,
    /// What is done with the flag, in order: `Flag`, `Pause`, `Analyse`, `Approve`. At the end the flag is on for all.
    #[serde(default)]
    pub steps: Vec<Step>,
}

impl FlagRamp {
    /// All that is done with the flag: the schedule written out, then the steps.
    pub fn written_out(&self) -> Vec<Step> {
        let mut all = Vec::new();
        if let Some(schedule) = &self.schedule {
            for (index, share) in schedule.shares.iter().enumerate() {
                all.push(Step::Flag(*share));
                let is_last = index + 1 == schedule.shares.len();
                if !is_last || *share != Share::ALL {
                    all.push(Step::Pause(schedule.hold));
                    if schedule.approve {
                        all.push(Step::Approve);
                    }
                }
            }
        }
        all.extend(self.steps.iter().cloned());
        all
    }
}

/// Shares that a flag goes up by, with a hold after each. The way back at any point is the kill switch: the flag off
/// for everybody at once, the code left where it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RampSchedule {
    /// The shares, growing. Default 1, 5, 10, 25, 50 and 100 % (GrowthBook ramp schedules).
    pub shares: Vec<Share>,
    /// How long each is held before the next. Default 5 m (assumed; GrowthBook leaves it to the author).
    pub hold: Span,
    /// Whether somebody must approve each next share. Default no.
    pub approve: bool,
}

impl Default for RampSchedule {
    fn default() -> Self {
        let shares = [1.0, 5.0, 10.0, 25.0, 50.0, 100.0].map(Share::percent).to_vec();
        Self { shares, hold: Span::from_secs(300), approve: false }
    }
}

/// One step. All strategies compile to these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Step {
    /// Bring the candidate to this many instances, or to as many as would carry this share of the requests, and wait until
    /// they are ready; its size no longer follows its weight then (`setCanaryScale` with `replicas`, or `weight`).
    Scale(Amount),
    /// Let the candidate's size follow its weight again, after `Scale` (`setCanaryScale` with `matchTrafficWeight`).
    FollowWeight,
    /// Send this share of requests to the candidate, after growing it to match unless `Scale` said otherwise (`setWeight`).
    Weight(Share),
    /// Send what matches to the candidate, whatever the weight, after giving it one instance at least (`setHeaderRoute`).
    Match(Vec<MatchRule>),
    /// Send the candidate copies of this share of requests, after growing it to match unless `Scale` said otherwise
    /// (`setMirrorRoute`).
    Mirror(Share),
    /// Replace the instances a few at a time, by a rolling update; requests then go to all instances alike.
    Roll(Rolling),
    /// Turn the release's flag on for this share of users.
    Flag(Share),
    /// LatencyPart this long.
    Pause(Span),
    /// LatencyPart until somebody approves.
    Approve,
    /// Test the candidate without users; too many failures abort.
    Test(SmokeTest),
    /// Judge; failing aborts, inconclusive pauses.
    Analyse(Analysis),
    /// Replace the instances in some zones, by a rolling update that stays within them.
    Wave(Wave),
    /// Compare the candidate with a fresh group of the baseline of the same size, then take both down (`experiment`).
    Experiment(Experiment),
    /// Move requests to the candidate tick by tick, as long as checks pass, by Flagger's rules.
    Progress(Flagger),
    /// Give the candidate everything: full size, all requests.
    Promote,
    /// Let the stable pool go, after this long, and wait until it is gone.
    Retire(Span),
}

impl Step {
    /// What it measures.
    pub fn checks(&self) -> &[Check] {
        match self {
            Self::Analyse(analysis) => &analysis.checks,
            Self::Experiment(of) => of.analysis.as_ref().map_or(&[], |analysis| &analysis.checks),
            Self::Progress(of) => &of.checks,
            _ => &[],
        }
    }
}
