//! A release by Flagger's rules: what a learner writes, and the run that ticks once an interval.

pub mod progression;

use serde::{Deserialize, Serialize};

use crate::control::Check;
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::measure::{evidence, measure};
use crate::control::rollout::orders::{note, trouble};
use crate::control::strategies::flagger::progression::{FlaggerPhase, Kind, Progression, State, TOTAL};
use crate::engine::{Share, Span, Time};
use crate::sim::{Action, Ask, MatchRule, Observation, Pool, Who};

/// A progressive release as Flagger does it. Once an interval all checks are measured: when all pass the release moves on,
/// when one fails it stays and the failure is counted, and too many failures roll it back. The candidate runs at full size.
/// Where Flagger copies the new version to the primary and leads the requests back, the candidate pool becomes the primary
/// here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flagger {
    /// Between two ticks. Flagger `interval`, 60 s.
    pub interval: Span,
    /// How many failed checks roll it back; those that pass take none back. Flagger `threshold`, 1.
    pub threshold: u32,
    /// By how much the candidate's weight grows at each tick, in whole percent. Default 5 %, as in Flagger's documentation.
    pub step_weight: Share,
    /// The weights one after the other, in place of `step_weight`. Flagger `stepWeights`, none.
    pub step_weights: Vec<Share>,
    /// The weight from which it is promoted; steps may jump over it. Default 50 %, as in Flagger's documentation.
    pub max_weight: Share,
    /// By how much the candidate's weight grows once an interval from its promotion on, until it has everything: what is
    /// left on the old primary comes over. Flagger `stepWeightPromotion`, 0: all at once.
    pub step_weight_promotion: Share,
    /// How long the candidate, or the primary, may be short of ready instances: no tick moves anything meanwhile, and
    /// after that it is rolled back; a primary that fails once the candidate is being promoted leaves everybody on the
    /// candidate. Flagger `progressDeadlineSeconds`, 600 s.
    pub progress_deadline: Span,
    /// How many ticks it is checked for without a growing weight: blue-green, or with `matches` an A/B test. Flagger
    /// `iterations`, 0.
    pub iterations: u32,
    /// With `iterations`: what goes to the candidate meanwhile. Flagger `match`, none.
    pub matches: Vec<MatchRule>,
    /// Whether requests are copied to the candidate before it answers any. Flagger `mirror`, false.
    pub mirror: bool,
    /// Share of requests that are copied. Flagger `mirrorWeight`, 100 %.
    pub mirror_weight: Share,
    /// Whether a user stays on one side while the weight grows. Flagger `sessionAffinity`, off.
    pub sticky: bool,
    /// Whether somebody must approve before the candidate is scaled up. Flagger's webhook `confirm-rollout`, none.
    pub confirm_rollout: bool,
    /// Whether somebody must approve the promotion. Flagger's webhook `confirm-promotion`, none.
    pub confirm_promotion: bool,
    /// What is measured at each tick; an answer that is not good, or none, fails the tick. `interval`, `count` and the limits
    /// of a check do not matter here.
    pub checks: Vec<Check>,
}

impl Default for Flagger {
    fn default() -> Self {
        Self {
            interval: Span::from_secs(60),
            threshold: 1,
            step_weight: Share::percent(5.0),
            step_weights: Vec::new(),
            max_weight: Share::percent(50.0),
            step_weight_promotion: Share::ZERO,
            progress_deadline: Span::from_secs(600),
            iterations: 0,
            matches: Vec::new(),
            mirror: false,
            mirror_weight: Share::ALL,
            sticky: false,
            confirm_rollout: false,
            confirm_promotion: false,
            checks: Vec::new(),
        }
    }
}

impl Flagger {
    /// The state machine that it is.
    pub fn progression(&self) -> Progression {
        let percent = |share: &Share| share.basis_points() / 100;
        let listed = !self.step_weights.is_empty();
        Progression {
            step_weight: if listed { 0 } else { percent(&self.step_weight) },
            step_weights: self.step_weights.iter().map(percent).collect(),
            max_weight: percent(&self.max_weight),
            step_weight_promotion: percent(&self.step_weight_promotion),
            iterations: self.iterations,
            matches: !self.matches.is_empty(),
            mirror: self.mirror,
            threshold: self.threshold,
        }
    }

    /// The weights from the promotion on, one an interval, until the last that is not everything.
    pub fn promotion_weights(&self) -> Vec<Share> {
        let progression = self.progression();
        if progression.step_weight_promotion == 0 || progression.kind() != Kind::Canary {
            return Vec::new();
        }
        let last = progression.weights().last().copied().unwrap_or(TOTAL).min(TOTAL);
        // Upstream leads the requests back to the primary; here what is left on it comes over.
        let mut state = State::at(FlaggerPhase::Promoting, TOTAL - last);
        let mut weights = Vec::new();
        while state.phase == FlaggerPhase::Promoting {
            progression.tick(&mut state, || true);
            weights.push(Share::percent(f64::from(state.primary_weight)));
        }
        weights.retain(|weight| *weight < Share::ALL);
        weights
    }

    /// How long a good release is watched at least.
    pub fn lasts(&self) -> Span {
        let states = self.progression().run(&[]);
        let ticks = states.iter().filter(|state| state.phase == FlaggerPhase::Progressing).count();
        self.interval * ticks as u64
    }
}

/// The progress of one such release.
#[derive(Clone, Debug)]
pub(in crate::control) struct FlaggerRun {
    state: State,
    next: Time,
    /// What the last failed check saw.
    last_bad: String,
    /// Since when the primary, and the candidate, are short of ready instances.
    short: [Option<Time>; 2],
}

/// Where the requests are to go.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) struct TrafficSplit {
    /// Basis points for the candidate.
    pub weight: u32,
    pub mirror: Share,
    pub matches: Vec<MatchRule>,
}

/// What a look led to.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::control) enum TickOutcome {
    /// No tick is due.
    Waiting,
    /// The requests go there now.
    Route(TrafficSplit),
    /// It is to be promoted.
    Promote,
    /// Too many checks failed.
    Failed(String),
}

impl FlaggerRun {
    /// Begins at `now`, when the candidate is ready.
    pub fn start(of: &Flagger, now: Time) -> Self {
        let state = State::at(FlaggerPhase::Progressing, 0);
        Self { state, next: now + of.interval, last_bad: String::new(), short: [None; 2] }
    }

    /// While it is held, no tick is due.
    pub fn hold(&mut self, of: &Flagger, now: Time) {
        if self.next <= now {
            self.next = now + of.interval;
        }
    }

    /// Ticks when it is time.
    pub fn advance(&mut self, of: &Flagger, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> TickOutcome {
        if seen.now < self.next {
            return TickOutcome::Waiting;
        }
        self.next += of.interval;
        if let Some(halted) = self.halted(of, seen, asks) {
            return halted;
        }
        let before = self.state.failed_checks;
        let mut bad = None;
        of.progression().tick(&mut self.state, || {
            bad = first_bad(&of.checks, seen);
            bad.is_none()
        });
        if let Some(bad) = bad {
            let text = format!("{bad}; failed checks: {} of {} allowed", before + 1, of.threshold.max(1) - 1);
            asks.push(Ask {
                action: Action::Trouble(text.clone()),
                who: Who::Strategy,
                because: String::new(),
            });
            self.last_bad = text;
        }
        match self.state.phase {
            FlaggerPhase::Failed => TickOutcome::Failed(self.last_bad.clone()),
            FlaggerPhase::Progressing => TickOutcome::Route(self.leads(of)),
            FlaggerPhase::Promoting | FlaggerPhase::Finalising | FlaggerPhase::Succeeded => {
                TickOutcome::Promote
            }
        }
    }

    /// What follows where one side is short of ready instances (`IsPrimaryReady`, `IsCanaryReady`): nothing moves, and after
    /// the deadline it goes back.
    fn halted(&mut self, of: &Flagger, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> Option<TickOutcome> {
        let mut halted = None;
        for (short, pool) in self.short.iter_mut().zip([Pool::Stable, Pool::Candidate]) {
            let view = seen.pool(pool);
            if view.ready() >= view.desired {
                *short = None;
                continue;
            }
            let since = *short.get_or_insert(seen.now);
            let text = format!("ready {} instances: {} of {}", pool.name(), view.ready(), view.desired);
            if seen.now.since(since) > of.progress_deadline {
                let text = format!("progress deadline exceeded: {text} for {}", of.progress_deadline);
                trouble(asks, text.clone());
                self.state.primary_failed();
                return Some(TickOutcome::Failed(text));
            }
            if since == seen.now {
                note(asks, format!("halted: {text}"));
            }
            halted = Some(TickOutcome::Waiting);
        }
        halted
    }

    fn leads(&self, of: &Flagger) -> TrafficSplit {
        let state = self.state;
        let matched = of.progression().kind() == Kind::Ab;
        TrafficSplit {
            weight: if matched { 0 } else { state.canary_weight * 100 },
            mirror: if state.mirrored { of.mirror_weight } else { Share::ZERO },
            matches: if matched && state.canary_weight > 0 { of.matches.clone() } else { Vec::new() },
        }
    }
}

/// The evidence of the first check that does not pass.
fn first_bad(checks: &[Check], seen: &Observation<'_>) -> Option<String> {
    checks.iter().find_map(|check| {
        let measured = measure(check, seen.metrics, seen.now);
        let bad = measured.verdict != Verdict::Successful;
        bad.then(|| format!("check {}: {}", check.name, evidence(check, &measured)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Strategy;
    use crate::control::fake_cluster::{self, Cluster, plan};
    use crate::sim::{RolloutCommand, RolloutPhase as Rollout};

    fn flagger() -> Flagger {
        Flagger {
            step_weight: Share::percent(10.0),
            max_weight: Share::percent(30.0),
            threshold: 2,
            checks: fake_cluster::analysis(0).checks,
            ..Flagger::default()
        }
    }

    #[test]
    fn a_good_release_takes_one_step_a_tick_and_everything_after_the_last() {
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(flagger())));
        assert_eq!(flagger().lasts(), Span::from_secs(180));
        cluster.run(500);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
    }

    #[test]
    fn nothing_comes_up_and_nothing_is_promoted_before_somebody_has_agreed() {
        let asked = Flagger { confirm_rollout: true, confirm_promotion: true, ..flagger() };
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(asked)));
        cluster.run(500);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Paused, (10, 0)));
        cluster.command(RolloutCommand::Resume).run(500);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Paused, (10, 10)));
        cluster.command(RolloutCommand::Resume).run(100);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
    }

    #[test]
    fn a_bad_release_is_rolled_back_at_the_tick_after_the_last_failure() {
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(flagger())));
        cluster.errors = 0.5;
        cluster.run(600);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::RolledBack, (10, 0)));
    }

    #[test]
    fn what_the_old_primary_still_has_comes_over_in_steps() {
        let of = Flagger { step_weight_promotion: Share::percent(30.0), ..flagger() };
        assert_eq!(of.promotion_weights(), [Share::percent(60.0), Share::percent(90.0)]);
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
        cluster.run(700);
        assert_eq!(cluster.count("candidate 60%") + cluster.count("candidate 90%"), 2);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::Completed, (0, 10)));
    }

    #[test]
    fn a_candidate_that_is_never_ready_is_rolled_back_at_the_deadline() {
        let of = Flagger { progress_deadline: Span::from_secs(120), ..flagger() };
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
        cluster.boots = false;
        cluster.run(300);
        assert_eq!((cluster.phase, cluster.sizes()), (Rollout::RolledBack, (10, 0)));
    }

    #[test]
    fn a_side_short_of_instances_halts_the_ticks_and_then_goes_back() {
        for pool in [Pool::Stable, Pool::Candidate] {
            let of = Flagger { progress_deadline: Span::from_secs(150), ..flagger() };
            let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
            cluster.run(85);
            assert_eq!(cluster.count("candidate 10%"), 1);
            cluster.ready(pool, 8);
            cluster.run(100);
            assert_eq!((cluster.phase, cluster.count("candidate 20%")), (Rollout::InProgress, 0), "{pool:?}");
            assert_eq!(cluster.count("halted"), 1, "{pool:?}");
            cluster.run(200);
            assert!(matches!(cluster.phase, Rollout::RollingBack | Rollout::RolledBack), "{pool:?}");
            assert_eq!(cluster.count("progress deadline exceeded"), 1, "{pool:?}");
        }
    }

    #[test]
    fn a_primary_that_fails_late_leaves_everybody_on_the_proven_candidate() {
        let of = Flagger {
            step_weight_promotion: Share::percent(10.0),
            progress_deadline: Span::from_secs(100),
            ..flagger()
        };
        let mut cluster = Cluster::of(&plan(Strategy::Flagger(of)));
        while cluster.count("candidate 50%") == 0 {
            cluster.run(1);
        }
        cluster.ready(Pool::Stable, 3);
        cluster.run(130);
        assert_eq!(cluster.count("the primary failed"), 1);
        assert_eq!(cluster.phase, Rollout::Completed);
    }
}
