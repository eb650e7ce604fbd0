//! A compiled plan: the steps that a rollout runs, the analyses beside them, and the way back.

use super::{Analysis, Check, Rolling, Step};
use crate::control::sizing::routed::Threshold;
use crate::engine::{Amount, Span};
use crate::sim::{AntiAffinity, MatchRule, Pool};
use crate::telemetry::Subject;

/// How long the old instances stand after the switch, and the new ones after an abort, unless the strategy says
/// otherwise (Argo Rollouts `scaleDownDelaySeconds` and `abortScaleDownDelaySeconds`, 30 s).
pub(super) const SCALE_DOWN_DELAY: Span = Span::from_secs(30);

/// A compiled plan: the steps and rules that a rollout runs.
#[derive(Clone, Debug, Default)]
pub(super) struct CompiledPlan {
    pub steps: Vec<Step>,
    pub background: Vec<BackgroundAnalysis>,
    pub rules: Rules,
}

/// An analysis that runs in the background during the steps `from..until`.
#[derive(Clone, Debug)]
pub(super) struct BackgroundAnalysis {
    pub analysis: Analysis,
    pub from: usize,
    pub until: usize,
}

/// Settings that hold for all steps of a compiled plan.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Whether a router splits the requests; otherwise they go to all instances alike.
    pub router: bool,
    pub sticky: bool,
    /// Whether users who have come to the candidate stay on it, and the others are drawn at every request.
    pub drifts: bool,
    pub dynamic_stable: bool,
    pub max_surge: Amount,
    pub max_unavailable: Amount,
    /// What happens to the candidate's instances after an abort, with a router.
    pub after_abort: AfterAbort,
    /// Fewest instances of a pool that has any, with a router.
    pub least: u32,
    /// How long a step may go without progress, and whether a rollout that exceeds this aborts.
    pub deadline: (Span, bool),
    /// How long an instance must be ready before it counts as available.
    pub min_ready: Span,
    /// Whether the old pool goes by the time since the switch, whatever still runs.
    pub retires_by_switch: bool,
    /// The step after which the candidate is proven: if the stable pool fails then, everybody stays on the candidate.
    pub proven_after: Option<usize>,
    /// Whether an undo is fast while the old pool is still complete, whatever the window.
    pub fast_while_standing: bool,
    /// How many of a step's instances must be ready.
    pub threshold: Option<Threshold>,
    /// The pool that gets all requests at the end, and the pool that has them at the start.
    pub new: Pool,
    pub old: Pool,
    pub back: RollbackMethod,
    /// Settings of the rolling update, if there is one.
    pub rolling: Rolling,
    /// How the instances of the two pools keep out of each other's zones.
    pub anti_affinity: Option<AntiAffinity>,
    /// The release's flag.
    pub flag: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        let rolling = Rolling::default();
        Self {
            router: true,
            sticky: true,
            drifts: false,
            dynamic_stable: false,
            max_surge: rolling.max_surge,
            max_unavailable: rolling.max_unavailable,
            after_abort: AfterAbort::default(),
            least: 1,
            deadline: (Span::from_secs(600), false),
            min_ready: Span::ZERO,
            retires_by_switch: false,
            proven_after: None,
            fast_while_standing: false,
            threshold: None,
            new: Pool::Candidate,
            old: Pool::Stable,
            back: RollbackMethod::Route,
            rolling,
            anti_affinity: None,
            flag: None,
        }
    }
}

/// What happens to the candidate's instances after an abort, once no requests go to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AfterAbort {
    /// It stays for this long.
    Stands(Span),
    /// It stays for good, as it is.
    Stays,
    /// It stays for good, at this size.
    StaysAt(Amount),
    /// It shrinks with its weight.
    Shrinks,
}

impl Default for AfterAbort {
    fn default() -> Self {
        Self::Stands(SCALE_DOWN_DELAY)
    }
}

impl AfterAbort {
    /// A delay as Argo Rollouts reads it: 0 means for ever.
    pub const fn of(delay: Span) -> Self {
        if delay.is_zero() { Self::Stays } else { Self::Stands(delay) }
    }
}

/// How to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RollbackMethod {
    /// Route everything to the stable pool, bringing it back first if it has gone.
    Route,
    /// Exchange instances again, within surge and availability.
    Instances,
    /// All new instances go before the first old one comes.
    Recreate,
    /// The rolling update the other way round.
    Roll,
    /// Turn the flag off; the code stays.
    Flag,
}

impl CompiledPlan {
    /// The plan of these steps. It ends as a canary of Argo Rollouts does, or as a rolling update if that is its only step.
    pub fn of_steps(mut steps: Vec<Step>) -> Self {
        if let Some(rolling) = steps.iter().find_map(|step| step.traits().rolling).cloned() {
            let flagged = steps.iter().any(|step| matches!(step, Step::Flag(_)));
            let back = if flagged { RollbackMethod::Flag } else { RollbackMethod::Roll };
            let rules = Rules { router: false, back, rolling, ..Rules::default() };
            return Self { steps, rules, ..Self::default() };
        }
        if !steps.contains(&Step::Promote) {
            steps.push(Step::Promote);
        }
        if !steps.iter().any(|step| matches!(step, Step::Retire(_))) {
            steps.push(Step::Retire(SCALE_DOWN_DELAY));
        }
        Self { steps, ..Self::default() }
    }

    /// Whether it releases anything.
    pub fn ships(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Whether some step waits for an approval.
    pub fn approves(&self) -> bool {
        let asks = |step: &Step| match step {
            Step::Approve => true,
            Step::Progress(of) => of.confirm_promotion,
            Step::Scale(_)
            | Step::FollowWeight
            | Step::Weight(_)
            | Step::Match(_)
            | Step::Mirror(_)
            | Step::Copy(_)
            | Step::Roll(_)
            | Step::Flag(_)
            | Step::Pause(_)
            | Step::Test(_)
            | Step::Analyse(_)
            | Step::Wave(_)
            | Step::Experiment(_)
            | Step::Promote
            | Step::Retire(_) => false,
        };
        self.steps.iter().any(asks)
    }

    /// Whether the stable pool is removed while it still has all users.
    pub fn leaves_gap(&self) -> bool {
        let first = self.steps.iter().find(|step| matches!(step, Step::Retire(_) | Step::Promote));
        matches!(first, Some(Step::Retire(_)))
    }

    /// The least time until all users are on the candidate, when all goes well.
    pub fn least_time(&self) -> Span {
        let until = &self.steps[..self.completion()];
        until.iter().fold(Span::ZERO, |sum, step| sum + step.traits().least_time)
    }

    /// The first step after completion; from there on only retirements follow.
    pub fn completion(&self) -> usize {
        self.steps.iter().rposition(|step| !matches!(step, Step::Retire(_))).map_or(0, |last| last + 1)
    }
}

impl CompiledPlan {
    /// The same steps with the pools exchanged, for an undo that is a release of its own: the baseline goes out, and
    /// checks of one pool measure the other. Experiments are left out, since no fresh group of the candidate can be started.
    pub fn reversed(&self) -> Self {
        let mut compiled = self.clone();
        compiled.steps.retain(|step| !matches!(step, Step::Experiment(_)));
        (compiled.rules.new, compiled.rules.old) = (self.rules.old, self.rules.new);
        for step in &mut compiled.steps {
            match step {
                Step::Analyse(analysis) => turn(&mut analysis.checks),
                Step::Progress(of) => {
                    turn(&mut of.checks);
                    of.matches.iter_mut().for_each(turn_rule);
                }
                Step::Match(rules) => rules.iter_mut().for_each(turn_rule),
                Step::Scale(_)
                | Step::FollowWeight
                | Step::Weight(_)
                | Step::Mirror(_)
                | Step::Copy(_)
                | Step::Roll(_)
                | Step::Flag(_)
                | Step::Pause(_)
                | Step::Approve
                | Step::Test(_)
                | Step::Wave(_)
                | Step::Experiment(_)
                | Step::Promote
                | Step::Retire(_) => {}
            }
        }
        for watch in &mut compiled.background {
            turn(&mut watch.analysis.checks);
        }
        compiled
    }
}

fn turn_rule(rule: &mut MatchRule) {
    rule.to = match rule.to {
        Pool::Candidate => Pool::Stable,
        Pool::Stable => Pool::Candidate,
        Pool::Control => Pool::Control,
    };
}

fn turn(checks: &mut [Check]) {
    let turned = |of: Subject| match of {
        Subject::Candidate => Subject::Baseline,
        Subject::Baseline => Subject::Candidate,
        other => other,
    };
    for check in checks {
        check.against = Some(turned(check.against()));
        check.query.of = turned(check.query.of.clone());
    }
}
