//! Carrying out what is asked, whoever asks.

use crate::engine::{Share, Span, Time};
use crate::scenario::{MOST_INSTANCES, ToolTrouble};
use crate::sim::action::{Action, Ask, Pool, Route, Who};
use crate::sim::event::{Event, class};
use crate::sim::fact::What;
use crate::sim::fleet::{EVERYWHERE, State};
use crate::sim::observation::TestReport;
use crate::sim::proxy::RoutePlan;
use crate::sim::request::{Hop, NONE, Stage, mark};
use crate::sim::simulation::Simulation;

/// A test of a pool that runs.
#[derive(Clone, Debug)]
pub(super) struct TestRun {
    pub id: u32,
    pub pool: Pool,
    pub left: u32,
    pub gap: Span,
    pub sent: u32,
    pub passed: u32,
    pub failed: u32,
    pub requests: u32,
}

/// Test requests stand for this many users beyond the real ones, so that no real user is counted.
const TEST_USER: u32 = u32::MAX;

impl Simulation {
    /// Asks for an action by the learner's hand at the present time; it takes effect after the time people need.
    pub fn act(&mut self, action: impl Into<Action>, because: &str) {
        self.ask(Ask { action: action.into(), who: Who::Learner, because: because.to_owned() });
    }

    /// Asks for an action as the plan's triggers do: it takes effect at once, no hand being slow.
    pub fn act_at_once(&mut self, action: Action, because: &str) {
        self.ask(Ask { action, who: Who::Trigger, because: because.to_owned() });
    }

    /// Takes in something asked: people are slow, and so may be the deploy tool.
    pub(super) fn ask(&mut self, ask: Ask) {
        if !is_a_remark(&ask.action) {
            self.note(What::Asked { who: ask.who, action: ask.action.clone() }, &ask.because);
        }
        let by_hand = matches!(ask.who, Who::Learner | Who::OnCall | Who::Approver);
        let number = self.asks.len() as u32;
        let people = if by_hand && !matches!(ask.action, Action::Acknowledge { .. }) {
            self.world.act.at(self.people_draws.bits(u64::from(number)))
        } else {
            Span::ZERO
        };
        self.asks.push(ask);
        if people.is_zero() {
            self.pass_to_tool(number);
        } else {
            self.agenda.book(self.now + people, class::DECIDE, Event::Effect { ask: number });
        }
    }

    /// Something asked takes effect, as far as the deploy tool lets it.
    pub(super) fn pass_to_tool(&mut self, number: u32) {
        let ask = self.asks[number as usize].clone();
        if !changes_the_fleet(&ask.action) {
            return self.apply(&ask);
        }
        match self.tool_delay() {
            None => self.held_asks.push(number),
            Some(Span::ZERO) => self.apply(&ask),
            Some(delay) => {
                // The tool is slow: the same ask comes back as one that no longer waits for it.
                let at = self.now + delay;
                self.slow_asks.push((at, number));
                self.agenda.book(at, class::DECIDE, Event::Effect { ask: number });
            }
        }
    }

    /// A booked effect is due: from people's hands, or out of the slow tool.
    pub(super) fn effect(&mut self, number: u32) {
        let waited = self.slow_asks.iter().position(|(at, ask)| *ask == number && *at == self.now);
        match waited {
            Some(place) => {
                self.slow_asks.remove(place);
                let ask = self.asks[number as usize].clone();
                self.apply(&ask);
            }
            None => self.pass_to_tool(number),
        }
    }

    /// The deploy tool works again: all that it held happens now.
    pub(super) fn release_held_asks(&mut self) {
        if self.tool_delay().is_none() {
            return;
        }
        for number in std::mem::take(&mut self.held_asks) {
            let ask = self.asks[number as usize].clone();
            self.apply(&ask);
        }
    }

    fn apply(&mut self, ask: &Ask) {
        match &ask.action {
            Action::Scale { pool, to } => self.scale(*pool, *to, EVERYWHERE, &ask.because),
            Action::ScaleIn { pool, zones, to } => self.scale_in(*pool, zones, *to, &ask.because),
            Action::Resize { to } => self.resize(*to, &ask.because),
            Action::Route(route) => self.route(route, &ask.because),
            Action::Flag { name, share } => self.flag(name, *share, &ask.because),
            Action::Test { pool, requests, over, id } => self.begin_test(*pool, *requests, *over, *id),
            Action::OpenBreaker { to, open } => self.force_breaker(to, *open, &ask.because),
            Action::Shed { share } => self.shed(*share, &ask.because),
            Action::Restart { pool } => self.restart_one(*pool, &ask.because),
            Action::DrainInstance { instance } => self.drain_one(*instance, &ask.because),
            Action::RestartInstance { instance } => self.restart_this(*instance, &ask.because),
            Action::Acknowledge { alert } => self.take_pages(alert, &ask.because),
            Action::Report(phase) => self.note(What::Phase(*phase), &ask.because),
            Action::Page { text } => self.note(What::Paged(text.clone()), &ask.because),
            Action::Note(text) => self.note(What::Judged(text.clone()), &ask.because),
            Action::Trouble(text) => self.note(What::Troubled(text.clone()), &ask.because),
            Action::Command(command) => self.commands.push((ask.who, *command)),
            Action::Inject { fault } => self.inject(ask.who, fault, &ask.because),
        }
    }

    /// Brings what a pool of the target has in some zones to `to` instances.
    fn scale_in(&mut self, pool: Pool, names: &[String], to: u32, because: &str) {
        let mut zones = if names.is_empty() { EVERYWHERE } else { 0 };
        for name in names {
            let Some(zone) = self.zone_bit(name) else {
                let text = format!("instances in zone {name}, which there is not");
                return self.note(What::Refused(text), because);
            };
            zones |= 1 << zone;
        }
        self.scale(pool, to, zones, because);
    }

    /// Brings what a pool of the target has in `zones`, a bit for each, to `to` instances.
    fn scale(&mut self, pool: Pool, to: u32, zones: u64, because: &str) {
        let target = self.world.target;
        let all: Vec<u32> = (0u32..)
            .zip(&self.bodies)
            .filter(|(number, body)| {
                self.fleet[*number as usize].service == target && body.pool == pool && body.stays()
            })
            .map(|(number, _)| number)
            .collect();
        let within = |number: &u32| zones >> self.bodies[*number as usize].zone & 1 == 1;
        let mut standing: Vec<u32> = all.iter().copied().filter(within).collect();
        let have = standing.len() as u32;
        let elsewhere = all.len() as u32 - have;
        let going_back = pool == Pool::Stable && elsewhere + to > self.desired[pool.index()];
        if going_back && self.tool_trouble == Some(ToolTrouble::RollbackFails) && !self.rollback_failed {
            self.rollback_failed = true;
            return self
                .note(What::Refused("the deploy tool failed to roll back; ask again".to_owned()), because);
        }
        self.desired[pool.index()] = elsewhere + to;
        let service = self.world.services[usize::from(target)].name.clone();
        if to > have {
            let count = to - have;
            self.note(What::Launched { service, pool, count }, because);
            for _ in 0..count {
                self.launch(target, pool, zones);
            }
        } else if to < have {
            let count = have - to;
            self.note(What::Draining { service, pool, count }, because);
            // Those not ready first, then those ready for the shortest time, then the youngest, as a ReplicaSet does.
            standing.sort_by_key(|number| {
                let ready_since = self.bodies[*number as usize].ready_since;
                (ready_since.is_some(), std::cmp::Reverse(ready_since), std::cmp::Reverse(*number))
            });
            for number in standing.into_iter().take(count as usize) {
                self.drain(number);
            }
        }
    }

    /// Changes how many instances the target is meant to have. Once there is a rollout its controller follows; before,
    /// and without one, the stable pool does at once.
    fn resize(&mut self, to: u32, because: &str) {
        if to > MOST_INSTANCES {
            let text = format!("{to} instances are more than the {MOST_INSTANCES} that there may be");
            return self.note(What::Refused(text), because);
        }
        let from = std::mem::replace(&mut self.replicas, to);
        if from != to {
            self.note(What::Resized { from, to }, because);
        }
        if self.controllers.is_empty() || self.now < self.world.release_at {
            self.scale(Pool::Stable, to, EVERYWHERE, because);
        }
    }

    /// Gives the proxies of the target a new route.
    fn route(&mut self, route: &Route, because: &str) {
        let sum: u32 = route.weights.map_or(10_000, |weights| weights.iter().sum());
        if sum != 10_000 {
            let text = format!("a route whose weights add up to {sum} instead of 10000");
            return self.note(What::Refused(text), because);
        }
        let mirrored = route.mirror.map_or(Share::ZERO, |(_, share)| share);
        self.weights = route.weights;
        self.reset_exposures();
        self.note(What::Routed { weights: route.weights, mirrored }, because);
        let number = self.routes.len() as u16;
        self.routes.push(RoutePlan::new(route, &self.world));
        self.update_proxies(|proxy| Event::TakeRoute { proxy, route: number });
    }

    /// Sends word to every proxy of the target, each with its own lag; a proxy never takes up old word after new.
    pub(super) fn update_proxies(&mut self, event: impl Fn(u16) -> Event) {
        let plan = &self.world.services[usize::from(self.world.target)];
        let change = self.changes;
        self.changes += 1;
        for proxy in 0..plan.proxies {
            let lag = plan.route_lag.at(self.lag_draws.bits(change * 64 + u64::from(proxy)));
            let known = &mut self.updated_until[usize::from(proxy)];
            let at = (self.now + lag).max(*known);
            *known = at;
            self.agenda.book(at, class::LEARN, event(proxy));
        }
    }

    /// Whether every proxy and every client that listens has taken up the last route and flag change.
    pub(super) fn is_routed(&self) -> bool {
        self.updated_until.iter().all(|at| *at <= self.now) && self.flags_are_known()
    }

    /// One proxy takes up a route.
    pub(super) fn take_route(&mut self, proxy: u16, route: u16) {
        self.proxies[usize::from(self.world.target)][usize::from(proxy)].route = route;
    }

    /// One proxy takes up a flag change.
    pub(super) fn take_flag(&mut self, proxy: u16, change: u16) {
        let (flag, buckets) = self.flag_changes[usize::from(change)];
        let proxy = &mut self.proxies[usize::from(self.world.target)][usize::from(proxy)];
        proxy.flags[usize::from(flag)] = buckets;
    }

    /// Restarts one instance of a pool: one that is not ready, else the oldest.
    fn restart_one(&mut self, pool: Pool, because: &str) {
        let target = self.world.target;
        let pick = (0u32..)
            .zip(&self.bodies)
            .filter(|(number, body)| {
                self.fleet[*number as usize].service == target
                    && body.pool == pool
                    && body.state == State::Running
            })
            .min_by_key(|(number, body)| (body.ready_since.is_some(), *number))
            .map(|(number, _)| number);
        match pick {
            Some(number) => self.crash(number, crate::sim::Cause::Drained),
            None => self.note(What::Refused(format!("no instance of {} runs", pool.name())), because),
        }
    }

    fn begin_test(&mut self, pool: Pool, requests: u32, over: Span, id: u32) {
        let gap = over / u64::from(requests.max(1));
        let run = TestRun { id, pool, left: requests, gap, sent: 0, passed: 0, failed: 0, requests };
        self.tests.push(run);
        let test = self.tests.len() as u16 - 1;
        self.agenda.book(self.now, class::DECIDE, Event::Test { test });
    }

    /// Sends the next request of a test.
    pub(super) fn send_test(&mut self, test: u16) {
        let run = &mut self.tests[usize::from(test)];
        if run.left == 0 {
            return;
        }
        run.left -= 1;
        run.sent += 1;
        let (pool, gap, more, number) = (run.pool, run.gap, run.left > 0, u64::from(run.sent));
        if more {
            self.agenda.book(self.now + gap, class::DECIDE, Event::Test { test });
        }
        let luck = self.test_draws.bits(u64::from(test) << 32 | number);
        let kind = self.kind_of(luck);
        let slot = self.hops.add(Hop {
            luck,
            first: self.now,
            arrived: self.now,
            parent: NONE,
            child: NONE,
            instance: NONE,
            user: TEST_USER,
            marks: mark::TEST,
            test,
            stage: Stage::Travelling,
            service: self.world.target,
            kind,
            flags: u8::MAX,
            pool: pool.index() as u8,
            ..Hop::default()
        });
        self.send(slot);
    }

    /// Counts the answer to a test request; the last one ends the test.
    pub(super) fn count_test(&mut self, test: u16, passed: bool) {
        let run = &mut self.tests[usize::from(test)];
        run.passed += u32::from(passed);
        run.failed += u32::from(!passed);
        if run.passed + run.failed < run.requests {
            return;
        }
        let (pool, id, passed, failed) = (run.pool, run.id, run.passed, run.failed);
        self.note(What::Tested { pool, passed, failed }, "");
        self.test_reports.push(TestReport { id, passed, failed });
    }

    /// Forgets when proxies were last told, before the run starts.
    pub(super) fn never_updated(proxies: u16) -> Vec<Time> {
        vec![Time::ZERO; usize::from(proxies)]
    }
}

/// True for what only leaves a trace in the log.
const fn is_a_remark(action: &Action) -> bool {
    matches!(action, Action::Report(_) | Action::Note(_) | Action::Trouble(_) | Action::Page { .. })
}

/// True for what goes through the deploy tool.
const fn changes_the_fleet(action: &Action) -> bool {
    matches!(
        action,
        Action::Scale { .. }
            | Action::Resize { .. }
            | Action::Restart { .. }
            | Action::DrainInstance { .. }
            | Action::RestartInstance { .. }
    )
}
