//! A release by Flagger's rules under way: one tick an interval.

#[cfg(test)]
mod tests;

use super::Flagger;
use super::progression::{FlaggerPhase, Kind, State};
use crate::control::Check;
use crate::control::analysis::assess::Verdict;
use crate::control::analysis::measure::{evidence, measure};
use crate::control::autoscaler::Looks;
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
    /// The approval of the next growth of the weight.
    growth: Gate,
    /// The approval of the promotion.
    promotion: Gate,
    /// The test before the first users, while its report is awaited.
    testing: Option<u32>,
    /// The candidate's own autoscaler.
    scaler: Option<Box<Looks>>,
}

/// An approval.
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
    /// The requests that the weight is about; none are all.
    pub within: Vec<MatchRule>,
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
    /// It waits for an approval.
    Approval,
    /// Too many checks failed.
    Failed(String),
}

impl FlaggerRun {
    /// Begins at `now`, when the candidate is ready.
    pub fn start(of: &Flagger, now: Time) -> Self {
        let state = State::at(FlaggerPhase::Progressing, 0);
        Self {
            state,
            next: now + of.interval,
            last_bad: String::new(),
            short: [None; 2],
            growth: Gate::Ahead,
            promotion: Gate::Ahead,
            testing: None,
            scaler: of.candidate_scaler.clone().map(|of| Box::new(Looks::new(of))),
        }
    }

    /// When the next tick is due.
    pub const fn next_tick(&self) -> Time {
        self.next
    }

    /// Gives the approval that it waits for. False when it waits for none.
    pub fn approve(&mut self) -> bool {
        let waiting = [&mut self.growth, &mut self.promotion].into_iter().find(|gate| **gate == Gate::Waits);
        waiting.map(|gate| *gate = Gate::Given).is_some()
    }

    /// Whether it waits for an approval.
    fn waits(&self) -> bool {
        [self.growth, self.promotion].contains(&Gate::Waits)
    }

    /// What a tick without checks leads to.
    fn still(&self) -> TickOutcome {
        if self.waits() { TickOutcome::Approval } else { TickOutcome::Waiting }
    }

    /// Lets the candidate's own autoscaler look; the size that it asks for, and why.
    pub fn resize(&mut self, current: u32, pool: Pool, seen: &Observation<'_>) -> Option<(u32, String)> {
        self.scaler.as_mut()?.at(current, &[pool], seen)
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
        if let (Some(id), Some(test)) = (self.testing, &of.pre_rollout) {
            let Some(report) = seen.tests.iter().find(|test| test.id == id) else { return self.still() };
            self.testing = None;
            let all = report.passed + report.failed;
            let text = format!("{} of {all} test requests failed, {} may", report.failed, test.may_fail);
            if report.failed > test.may_fail {
                self.state.failed_checks += 1;
                self.fails(of, text, None, asks);
                return self.still();
            }
            note(asks, text);
            return self.tick(of, seen, asks);
        }
        if seen.now < self.next {
            return self.still();
        }
        self.next += of.interval;
        if let Some(halted) = self.halted(of, seen, asks) {
            return halted;
        }
        self.send_load(of, pool, orders, asks);
        let State { phase, canary_weight, iterations, mirrored, failed_checks, .. } = self.state;
        let is_idle =
            phase == FlaggerPhase::Progressing && canary_weight == 0 && iterations == 0 && !mirrored;
        if let Some(test) = of.pre_rollout.filter(|_| is_idle && failed_checks < of.threshold.max(1)) {
            // Flagger (`runPreRolloutHooks`): at each tick before the first requests, in place of the checks.
            let id = orders.next_test();
            self.testing = Some(id);
            let action = Action::Test { pool, requests: test.requests, over: test.over, id };
            push(asks, action, "the test before the candidate has users".to_owned());
            return self.still();
        }
        self.tick(of, seen, asks)
    }

    /// A tick failed, for this reason.
    fn fails(&mut self, of: &Flagger, why: String, sight: Option<Sight>, asks: &mut Vec<Ask>) {
        let allowed = of.threshold.max(1) - 1;
        let text = format!("{why}; failed checks: {} of {allowed} allowed", self.state.failed_checks);
        asks.push(Ask {
            action: Action::Trouble(text.clone(), sight),
            who: Who::Strategy,
            because: String::new(),
        });
        self.last_bad = text;
    }

    /// One tick.
    fn tick(&mut self, of: &Flagger, seen: &Observation<'_>, asks: &mut Vec<Ask>) -> TickOutcome {
        let (before, reached) = (self.state.failed_checks, self.state);
        let mut bad = None;
        of.progression().tick(&mut self.state, || {
            bad = first_bad(&of.checks, seen);
            bad.is_none()
        });
        if let Some((bad, sight)) = bad {
            self.fails(of, bad, Some(sight), asks);
        }
        // Flagger (`advanceCanary`): the gate is asked after the checks, before each growth and before the promotion.
        let moved = self.state != reached && self.state.failed_checks == before;
        let grows = moved && self.state.phase != FlaggerPhase::Failed && !reached.mirrored;
        let asked = of.confirm_traffic_increase && of.progression().kind() == Kind::Canary;
        if grows && asked && self.growth != Gate::Given {
            (self.state, self.growth) = (reached, Gate::Waits);
            return TickOutcome::Approval;
        }
        match self.state.phase {
            FlaggerPhase::Failed => TickOutcome::Failed(self.last_bad.clone()),
            // A failed check while the gate is closed moves nothing.
            FlaggerPhase::Progressing if self.waits() => TickOutcome::Approval,
            FlaggerPhase::Progressing => {
                if moved {
                    self.growth = Gate::Ahead;
                }
                TickOutcome::Route(self.leads(of))
            }
            // Flagger (`runCanary`): the gate is asked after the checks, at every tick, until it opens.
            FlaggerPhase::Promoting if of.confirm_promotion && self.promotion != Gate::Given => {
                self.state = reached;
                self.promotion = Gate::Waits;
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
            halted = Some(());
        }
        halted.map(|()| self.still())
    }

    fn leads(&self, of: &Flagger) -> TrafficSplit {
        let state = self.state;
        let matched = of.progression().kind() == Kind::Ab;
        TrafficSplit {
            weight: if matched { 0 } else { state.canary_weight * 100 },
            mirror: if state.mirrored { of.mirror_weight } else { Share::ZERO },
            matches: if matched && state.canary_weight > 0 { of.matches.clone() } else { Vec::new() },
            within: if matched { Vec::new() } else { of.matches.clone() },
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
