//! Compiles a strategy to the steps that a rollout runs, the analyses beside them, and the way back.

use super::{
    Ab, Analysis, BlueGreen, Canary, Check, FlagRamp, Flagger, Plan, Rolling, Shadow, Step, Strategy, Wave,
};
use crate::control::analysis::sample_ratio;
use crate::control::sizing::routed::Threshold;
use crate::control::strategies::ten_minutes;
use crate::engine::{Amount, Share, Span};
use crate::sim::{MatchRule, Pool};
use crate::telemetry::Subject;

/// How long the old instances stand after the switch, and the new ones after an abort, unless the strategy says
/// otherwise (Argo Rollouts `scaleDownDelaySeconds` and `abortScaleDownDelaySeconds`, 30 s).
const SCALE_DOWN_DELAY: Span = Span::from_secs(30);

/// What a rollout runs.
#[derive(Clone, Debug, Default)]
pub(super) struct CompiledPlan {
    pub steps: Vec<Step>,
    pub background: Vec<BackgroundAnalysis>,
    pub rules: Rules,
}

/// An analysis beside the steps `from..until`.
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
    pub dynamic_stable: bool,
    pub max_surge: Amount,
    pub max_unavailable: Amount,
    /// What happens to the candidate's instances after an abort, with a router.
    pub after_abort: AfterAbort,
    /// Fewest instances of a pool that has any, with a router.
    pub least: u32,
    /// How long a step may go without progress, and whether passing that aborts.
    pub deadline: (Span, bool),
    /// The step after which the candidate is proven: a stable pool that fails then leaves everybody on the candidate.
    pub proven_after: Option<usize>,
    /// Whether an undo is fast while the old pool stands whole, whatever the window.
    pub fast_while_standing: bool,
    /// How many of a step's instances must be ready.
    pub threshold: Option<Threshold>,
    /// The pool that is to get everything, and the one that has it.
    pub new: Pool,
    pub old: Pool,
    pub back: RollbackMethod,
    /// Settings of the rolling update, if there is one.
    pub rolling: Rolling,
    /// The release's flag.
    pub flag: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        let rolling = Rolling::default();
        Self {
            router: true,
            sticky: true,
            dynamic_stable: false,
            max_surge: rolling.max_surge,
            max_unavailable: rolling.max_unavailable,
            after_abort: AfterAbort::Stands(SCALE_DOWN_DELAY),
            least: 1,
            deadline: (ten_minutes(), false),
            proven_after: None,
            fast_while_standing: false,
            threshold: None,
            new: Pool::Candidate,
            old: Pool::Stable,
            back: RollbackMethod::Route,
            rolling,
            flag: None,
        }
    }
}

/// What happens to the candidate's instances after an abort, once no requests go to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterAbort {
    /// It stands so long.
    Stands(Span),
    /// It stays.
    Stays,
    /// It shrinks with its weight.
    Shrinks,
}

impl AfterAbort {
    /// As Argo Rollouts reads a delay: 0 is for ever.
    const fn of(delay: Span) -> Self {
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
    /// Compiles a plan, for a release guarded by `flag`.
    pub fn of(plan: &Plan, flag: Option<&str>) -> Self {
        Self::over(plan, flag, &[])
    }

    /// The same, in a world of these zones.
    pub fn over(plan: &Plan, flag: Option<&str>, zones: &[String]) -> Self {
        let mut compiled = match &plan.strategy {
            Strategy::Nothing => Self::default(),
            Strategy::Recreate => recreate(),
            Strategy::Rolling(rolling) => written(vec![Step::Roll(rolling.clone())]),
            Strategy::BlueGreen(blue_green) => self::blue_green(blue_green),
            Strategy::Canary(canary) => self::canary(canary),
            Strategy::Ab(ab) => self::ab(ab),
            Strategy::Shadow(shadow) => self::shadow(shadow),
            Strategy::Flag(ramp) => self::ramp(ramp),
            Strategy::Flagger(flagger) => self::flagger(flagger),
            Strategy::Waves(waves) => written(waves.written_out(zones)),
            Strategy::Steps(steps) => written(steps.clone()),
        };
        compiled.rules.flag = flag.map(str::to_owned);
        for step in &mut compiled.steps {
            if let Step::Experiment(of) = step {
                of.settle();
            }
        }
        if let Some(analysis) = &plan.analysis {
            let (from, until) = (analysis.from_step as usize, compiled.completion());
            compiled.background.push(BackgroundAnalysis { analysis: analysis.clone(), from, until });
        }
        compiled
    }

    /// The first step that comes after completion: only retirements are left from there on.
    pub fn completion(&self) -> usize {
        self.steps.iter().rposition(|step| !matches!(step, Step::Retire(_))).map_or(0, |last| last + 1)
    }
}

impl CompiledPlan {
    /// The same steps the other way round, for an undo that is a release of its own: the baseline is what goes out, and
    /// what was measured of either is measured of the other. An experiment has no fresh group of the candidate to start,
    /// and is left out.
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
                _ => {}
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

/// Steps as they are, ended as a canary ends.
fn written(mut steps: Vec<Step>) -> CompiledPlan {
    let rolling = steps.iter().find_map(|step| match step {
        Step::Roll(rolling) | Step::Wave(Wave { deploy: rolling, .. }) => Some(rolling.clone()),
        _ => None,
    });
    if let Some(rolling) = rolling {
        let flagged = steps.iter().any(|step| matches!(step, Step::Flag(_)));
        let back = if flagged { RollbackMethod::Flag } else { RollbackMethod::Roll };
        return CompiledPlan {
            steps,
            rules: Rules { router: false, back, rolling, ..Rules::default() },
            ..CompiledPlan::default()
        };
    }
    if !steps.contains(&Step::Promote) {
        steps.push(Step::Promote);
    }
    if !steps.iter().any(|step| matches!(step, Step::Retire(_))) {
        steps.push(Step::Retire(SCALE_DOWN_DELAY));
    }
    CompiledPlan { steps, ..CompiledPlan::default() }
}

fn recreate() -> CompiledPlan {
    CompiledPlan {
        steps: vec![Step::Retire(Span::ZERO), Step::Promote],
        rules: Rules { router: false, back: RollbackMethod::Recreate, ..Rules::default() },
        ..CompiledPlan::default()
    }
}

/// The order of events is that of Argo Rollouts (`docs/features/bluegreen.md`, "Sequence of Events").
fn blue_green(of: &BlueGreen) -> CompiledPlan {
    let mut steps = vec![Step::Scale(of.preview.unwrap_or(Amount::Share(Share::ALL)))];
    steps.extend(of.smoke_test.map(Step::Test));
    steps.extend(of.before.clone().map(Step::Analyse));
    if !of.auto_promote {
        steps.push(Step::Approve);
    } else if !of.auto_promote_after.is_zero() {
        steps.push(Step::Pause(of.auto_promote_after));
    }
    steps.push(Step::Promote);
    steps.extend(of.after.clone().map(Step::Analyse));
    steps.push(Step::Retire(of.scale_down_delay));
    let rules = Rules {
        sticky: false,
        fast_while_standing: true,
        after_abort: AfterAbort::of(of.abort_scale_down_delay),
        deadline: (of.progress_deadline, of.abort_on_deadline),
        ..Rules::default()
    };
    CompiledPlan { steps, rules, ..CompiledPlan::default() }
}

fn canary(of: &Canary) -> CompiledPlan {
    let mut compiled = written(of.steps.clone());
    compiled.rules.sticky = of.sticky;
    compiled.rules.dynamic_stable = of.dynamic_stable_scale && of.router;
    compiled.rules.after_abort = match of.abort_scale_down_delay {
        Some(delay) => AfterAbort::of(delay),
        None if compiled.rules.dynamic_stable => AfterAbort::Shrinks,
        None => AfterAbort::Stands(SCALE_DOWN_DELAY),
    };
    compiled.rules.least = of.min_instances.max(1);
    compiled.rules.deadline = (of.progress_deadline, of.abort_on_deadline);
    compiled.rules.threshold = of.progress_threshold.map(|amount| match amount {
        Amount::Count(count) => Threshold::Pods(i64::from(count)),
        Amount::Share(share) => Threshold::Percentage(i64::from(share.basis_points() / 100)),
    });
    if !of.router {
        compiled.rules.router = false;
        compiled.rules.back = RollbackMethod::Instances;
        compiled.rules.max_surge = of.max_surge;
        compiled.rules.max_unavailable = of.max_unavailable;
    }
    compiled
}

fn ab(of: &Ab) -> CompiledPlan {
    let mut steps = vec![Step::Weight(of.share), Step::Pause(of.lasts)];
    let guard = |analysis: &Analysis| BackgroundAnalysis { analysis: analysis.clone(), from: 0, until: 2 };
    let background = of.guardrails.iter().map(guard).collect();
    steps.extend(of.goal.clone().map(|mut goal| {
        for check in &mut goal.checks {
            if goal.lasts.is_none() && check.count.is_none() {
                check.count = Some(1);
            }
        }
        if let Some(alpha) = of.sample_ratio {
            goal.checks.insert(0, sample_ratio::of_users(of.share, alpha));
        }
        Step::Analyse(goal)
    }));
    steps.extend([Step::Promote, Step::Retire(SCALE_DOWN_DELAY)]);
    CompiledPlan { steps, background, ..CompiledPlan::default() }
}

fn shadow(of: &Shadow) -> CompiledPlan {
    let mut steps: Vec<Step> = of.size.map(Step::Scale).into_iter().collect();
    steps.push(Step::Mirror(of.share));
    let waiting = steps.len();
    steps.push(Step::Pause(of.lasts));
    let guard = |analysis: &Analysis| BackgroundAnalysis {
        analysis: analysis.clone(),
        from: waiting,
        until: waiting + 1,
    };
    let background = of.analysis.iter().map(guard).collect();
    steps.push(Step::Mirror(Share::ZERO));
    steps.extend(of.then.iter().cloned());
    CompiledPlan { background, ..written(steps) }
}

/// Flagger scales the canary up before its first tick and down as soon as it is over.
fn flagger(of: &Flagger) -> CompiledPlan {
    let mut steps = Vec::new();
    steps.extend(of.confirm_rollout.then_some(Step::Approve));
    steps.extend([Step::Scale(Amount::Share(Share::ALL)), Step::Progress(of.clone())]);
    steps.extend(of.confirm_promotion.then_some(Step::Approve));
    for weight in of.promotion_weights() {
        steps.extend([Step::Weight(weight), Step::Pause(of.interval)]);
    }
    steps.extend([Step::Promote, Step::Retire(Span::ZERO)]);
    let rules = Rules {
        sticky: of.sticky,
        after_abort: AfterAbort::Stands(Span::ZERO),
        deadline: (of.progress_deadline, true),
        proven_after: steps.iter().position(|step| matches!(step, Step::Progress(_))),
        ..Rules::default()
    };
    CompiledPlan { steps, rules, ..CompiledPlan::default() }
}

fn ramp(of: &FlagRamp) -> CompiledPlan {
    let mut steps = vec![Step::Roll(of.deploy.clone())];
    steps.extend(of.written_out());
    if steps.last() != Some(&Step::Flag(Share::ALL)) {
        steps.push(Step::Flag(Share::ALL));
    }
    written(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::plan;

    fn steps(strategy: Strategy) -> Vec<String> {
        let compiled = CompiledPlan::of(&plan(strategy), None);
        compiled.steps.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_strategy_compiles_to_the_steps_it_is_known_for() {
        assert_eq!(steps(Strategy::Recreate), ["let the stable pool go", "give the candidate everything"]);
        assert_eq!(
            steps(Strategy::BlueGreen(BlueGreen { auto_promote: false, ..BlueGreen::default() })),
            [
                "scale the candidate to 100%",
                "wait for approval",
                "give the candidate everything",
                "let the stable pool go after 30s"
            ]
        );
        let canary = Strategy::Steps(vec![Step::Weight(Share::percent(10.0)), Step::Approve]);
        assert_eq!(
            steps(canary),
            [
                "send 10% to the candidate",
                "wait for approval",
                "give the candidate everything",
                "let the stable pool go after 30s"
            ]
        );
        let ramp = FlagRamp {
            deploy: Rolling::default(),
            schedule: None,
            steps: vec![Step::Flag(Share::percent(5.0))],
        };
        assert_eq!(
            steps(Strategy::Flag(ramp)),
            ["roll the instances over", "turn the flag on for 5%", "turn the flag on for 100%"]
        );
    }

    #[test]
    fn it_is_complete_when_only_retirements_are_left() {
        let of = |strategy| CompiledPlan::of(&plan(strategy), None).completion();
        assert_eq!(of(Strategy::Recreate), 2);
        assert_eq!(of(Strategy::BlueGreen(BlueGreen::default())), 2);
        assert_eq!(of(Strategy::Rolling(Rolling::default())), 1);
        assert_eq!(of(Strategy::Nothing), 0);
    }
}
