//! A release by Flagger's rules under way: one tick an interval.

use super::Flagger;
use super::progression::{FlaggerPhase, Kind, State};
use crate::control::Check;
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::measure::{evidence, measure};
use crate::control::rollout::orders::{Orders, note, push, trouble};
use crate::engine::{Share, Time};
use crate::sim::{Action, Ask, MatchRule, Observation, Pool, Sight, Who};

/// The progress of one such release.
#[derive(Clone, Debug)]
pub(in crate::control) struct FlaggerRun {
    state: State,
    next: Time,
    /// What the last failed check saw.
    last_bad: String,
    /// Since when the primary, and the candidate, are short of ready instances.
    short: [Option<Time>; 2],
    gate: Gate,
}

/// The approval of the promotion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// It is not its turn.
    Ahead,
    /// Somebody has to approve; the checks go on.
    Waits,
    /// It was given; the next tick whose checks pass promotes.
    Given,
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
    /// It waits for the approval of the promotion.
    Approval,
    /// Too many checks failed.
    Failed(String),
}

impl Gate {
    /// What a tick without checks leads to.
    const fn halted(self) -> TickOutcome {
        match self {
            Self::Waits => TickOutcome::Approval,
            Self::Ahead | Self::Given => TickOutcome::Waiting,
        }
    }
}

impl FlaggerRun {
    /// Begins at `now`, when the candidate is ready.
    pub fn start(of: &Flagger, now: Time) -> Self {
        let state = State::at(FlaggerPhase::Progressing, 0);
        Self { state, next: now + of.interval, last_bad: String::new(), short: [None; 2], gate: Gate::Ahead }
    }

    /// Gives the approval of the promotion. False when it waits for none.
    pub fn approve(&mut self) -> bool {
        let waits = self.gate == Gate::Waits;
        if waits {
            self.gate = Gate::Given;
        }
        waits
    }

    /// While it is held, no tick is due.
    pub fn hold(&mut self, of: &Flagger, now: Time) {
        if self.next <= now {
            self.next = now + of.interval;
        }
    }

    /// Ticks when it is time.
    pub fn advance(
        &mut self,
        of: &Flagger,
        pool: Pool,
        seen: &Observation<'_>,
        orders: &mut Orders,
        asks: &mut Vec<Ask>,
    ) -> TickOutcome {
        if seen.now < self.next {
            return self.gate.halted();
        }
        self.next += of.interval;
        if let Some(halted) = self.halted(of, seen, asks) {
            return halted;
        }
        self.send_load(of, pool, orders, asks);
        let (before, reached) = (self.state.failed_checks, self.state);
        let mut bad = None;
        of.progression().tick(&mut self.state, || {
            bad = first_bad(&of.checks, seen);
            bad.is_none()
        });
        if let Some((bad, sight)) = bad {
            let text = format!("{bad}; failed checks: {} of {} allowed", before + 1, of.threshold.max(1) - 1);
            asks.push(Ask {
                action: Action::Trouble(text.clone(), Some(sight)),
                who: Who::Strategy,
                because: String::new(),
            });
            self.last_bad = text;
        }
        match self.state.phase {
            FlaggerPhase::Failed => TickOutcome::Failed(self.last_bad.clone()),
            // A failed check while the gate is closed moves nothing.
            FlaggerPhase::Progressing if self.gate == Gate::Waits => TickOutcome::Approval,
            FlaggerPhase::Progressing => TickOutcome::Route(self.leads(of)),
            // Flagger (`runCanary`): the gate is asked after the checks, at every tick, until it opens.
            FlaggerPhase::Promoting if of.confirm_promotion && self.gate != Gate::Given => {
                self.state = reached;
                self.gate = Gate::Waits;
                TickOutcome::Approval
            }
            FlaggerPhase::Promoting | FlaggerPhase::Finalising | FlaggerPhase::Succeeded => {
                TickOutcome::Promote
            }
        }
    }

    /// Sends the candidate the load of the interval that begins, while it has no users.
    fn send_load(&self, of: &Flagger, pool: Pool, orders: &mut Orders, asks: &mut Vec<Ask>) {
        let requests = (of.load_test.hertz() * of.interval.as_secs_f64()).round() as u32;
        if requests > 0 && self.state.canary_weight == 0 && self.state.phase == FlaggerPhase::Progressing {
            let action = Action::Test { pool, requests, over: of.interval, id: orders.next_test() };
            push(asks, action, format!("the load test sends {}", of.load_test));
        }
    }

    /// What follows where one side is short of ready instances (`IsPrimaryReady`, `IsCanaryReady`): nothing moves, and after
    /// the deadline it goes back.
    fn halted(&mut self, of: &Flagger, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> Option<TickOutcome> {
        let mut halted = None;
        let sides = [(Pool::Stable, of.primary_ready), (Pool::Candidate, of.candidate_ready)];
        for (short, (pool, enough)) in self.short.iter_mut().zip(sides) {
            let view = seen.pool(pool);
            // Flagger (`isDeploymentReady`): at least the threshold's share of the desired replicas is available.
            let wanted = (f64::from(view.desired) * enough.fraction() - 1e-9).ceil() as u32;
            if view.ready() >= wanted {
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
            halted = Some(self.gate.halted());
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
fn first_bad(checks: &[Check], seen: &Observation<'_>) -> Option<(String, Sight)> {
    checks.iter().find_map(|check| {
        let measured = measure(check, seen.metrics, seen.now);
        let bad = measured.verdict != Verdict::Successful;
        bad.then(|| (format!("check {}: {}", check.name, evidence(check, &measured)), check.sight()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Strategy;
    use crate::control::fake_cluster::{self, Cluster, plan};
    use crate::engine::Span;
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
