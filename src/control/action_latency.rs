//! How long an action by hand takes until it has its effect, part by part, from the figures of the plan and the scenario. The
//! delay that a fault adds (a slow deploy tool, lost connections) is left out: nobody knows of faults beforehand.

use super::Plan;
use super::compiled_plan::{CompiledPlan, RollbackMethod};
use crate::engine::Span;
use crate::scenario::{Probe, Propagation, Scenario, Service};
use crate::sim::{Action, BACK_OFF_FIRST, DECIDE_EVERY, RolloutCommand};

/// One part of the delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatencyCause {
    /// A person finds the command and runs it (the scenario's `people.act`).
    Hands,
    /// The strategy looks at the world again.
    Strategy,
    /// A proxy takes up a route, a flag, or how much to turn away.
    Proxy,
    /// Each client of the flag service asks again.
    FlagPoll,
    /// The flag service pushes the change.
    FlagPush,
    /// A killed container may start again.
    BackOff,
    /// An instance is pulled and started, or only started again.
    Start,
    /// Its readiness probe passes.
    Probe,
    /// A proxy knows that it is ready.
    Known,
    /// An instance finishes what it has, its preStop included.
    Leave,
}

/// One wait, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencyPart {
    /// The part of the delay.
    pub what: LatencyCause,
    /// Its length: the mean, or the longest where `is_maximum` says so.
    pub seconds: f64,
    /// Whether the length is a maximum and not a mean.
    pub is_maximum: bool,
}

/// The waits of an action by hand, one after the other; none when it has its effect at once. `standing` is the number of
/// instances of the pool that is scaled, or of the target for a resize.
pub fn action_latency(action: &Action, standing: u32, plan: &Plan, scenario: &Scenario) -> Vec<LatencyPart> {
    let Some(target) = scenario.service(&scenario.target) else { return Vec::new() };
    let reckoning = Reckoning { plan, scenario, target };
    let hands = about(LatencyCause::Hands, scenario.people.act.mean());
    let mut all = vec![hands];
    match action {
        Action::Acknowledge { .. }
        | Action::Localise(_)
        | Action::Tell(_)
        | Action::Hypothesise(_)
        | Action::Conclude(_) => all.clear(),
        Action::Command(command) => {
            all.push(at_most(LatencyCause::Strategy, DECIDE_EVERY));
            match command {
                RolloutCommand::Abort | RolloutCommand::Undo => all.extend(reckoning.back()),
                RolloutCommand::KillFlag => all.push(reckoning.flag()),
                RolloutCommand::Promote
                | RolloutCommand::PromoteFull
                | RolloutCommand::Pause
                | RolloutCommand::Resume
                | RolloutCommand::Retry => {}
            }
        }
        Action::Flag { .. } => all.push(reckoning.flag()),
        Action::Route(_) | Action::Shed { .. } => all.push(reckoning.proxy()),
        Action::Scale { to, .. } | Action::ScaleIn { to, .. } | Action::Resize { to } => {
            if *to < standing {
                all.push(reckoning.leave());
            } else {
                all.extend(reckoning.launch());
            }
        }
        Action::DrainInstance { .. } => all.push(reckoning.leave()),
        Action::Restart { .. } | Action::RestartInstance { .. } => {
            all.push(about(LatencyCause::BackOff, BACK_OFF_FIRST.as_secs_f64()));
            all.push(about(LatencyCause::Start, target.boot.start.mean()));
            all.extend(reckoning.probe());
            all.push(reckoning.known());
        }
        Action::OpenBreaker { .. }
        | Action::Test { .. }
        | Action::AskApproval { .. }
        | Action::Report(_)
        | Action::Page { .. }
        | Action::Note(_)
        | Action::Trouble(..)
        | Action::Experiment { .. }
        | Action::Inject { .. } => {}
    }
    all.retain(|wait| wait.seconds > 0.0);
    all
}

const fn about(what: LatencyCause, seconds: f64) -> LatencyPart {
    LatencyPart { what, seconds, is_maximum: false }
}

fn at_most(what: LatencyCause, span: Span) -> LatencyPart {
    LatencyPart { what, seconds: span.as_secs_f64(), is_maximum: true }
}

/// The plan and the scenario that the waits are computed from.
struct Reckoning<'a> {
    plan: &'a Plan,
    scenario: &'a Scenario,
    target: &'a Service,
}

impl Reckoning<'_> {
    fn proxy(&self) -> LatencyPart {
        about(LatencyCause::Proxy, self.target.endpoints.route_lag.mean())
    }

    /// The time until a change of a flag arrives at the clients of the flag service, or at the proxies where there is none.
    fn flag(&self) -> LatencyPart {
        match self.scenario.flag_service.as_ref().map(|service| &service.propagation) {
            None => self.proxy(),
            Some(Propagation::Poll { every, fetch }) => at_most(LatencyCause::FlagPoll, *every + *fetch),
            Some(Propagation::Stream { lag }) => about(LatencyCause::FlagPush, lag.mean()),
        }
    }

    /// The time until the first users are back on the baseline: by a route, by a flag, or by new instances of the baseline.
    fn back(&self) -> Vec<LatencyPart> {
        match CompiledPlan::of(self.plan, None).rules.back {
            RollbackMethod::Route => vec![self.proxy()],
            RollbackMethod::Flag => vec![self.flag()],
            RollbackMethod::Instances | RollbackMethod::Recreate | RollbackMethod::Roll => self.launch(),
        }
    }

    /// The time until a new instance gets requests.
    fn launch(&self) -> Vec<LatencyPart> {
        let boot = &self.target.boot;
        let mut all = vec![about(LatencyCause::Start, boot.pull.mean() + boot.start.mean())];
        all.extend(self.probe());
        all.push(self.known());
        all
    }

    fn probe(&self) -> Option<LatencyPart> {
        let probes = self.plan.probes.as_ref().unwrap_or(&self.target.probes);
        let longest = |probe: Probe| {
            probe.initial_delay + probe.period * u64::from(probe.success_threshold) + probe.timeout
        };
        probes.readiness.map(|probe| at_most(LatencyCause::Probe, longest(probe)))
    }

    fn known(&self) -> LatencyPart {
        about(LatencyCause::Known, self.target.endpoints.lag.mean())
    }

    fn leave(&self) -> LatencyPart {
        let drain = self.plan.drain.unwrap_or(self.target.drain);
        at_most(LatencyCause::Leave, drain.grace.max(drain.pre_stop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::fake_cluster::read;
    use crate::engine::{Dist, Share};
    use crate::scenario::{Drain, FlagService, Probes};
    use crate::sim::Pool;

    const SCENARIO: &str = r#"(
        format: 1, id: "shop", title: "A shop", horizon: "20m", entry: "shop", target: "shop",
        services: [(
            name: "shop", instances: 10, workers: 4, demand: Exponential("20ms"),
            boot: (pull: Fixed("4s"), start: Fixed("20s")),
            endpoints: (proxies: 2, lag: Fixed("3s"), route_lag: Fixed("2s")),
            drain: (pre_stop: "5s", grace: "40s"),
        )],
        clients: (users: 1000),
        traffic: [(name: "steady", shape: Constant("100/s"))],
        releases: [(name: "v1"), (name: "v2")],
        people: (act: Fixed("7s")),
    )"#;

    fn plan(strategy: &str) -> Plan {
        read(&format!("(format: 1, strategy: {strategy})"))
    }

    fn of(action: &Action, plan: &Plan, change: impl FnOnce(&mut Scenario)) -> Vec<(LatencyCause, f64)> {
        let mut scenario: Scenario = read(SCENARIO);
        change(&mut scenario);
        action_latency(action, 10, plan, &scenario).iter().map(|wait| (wait.what, wait.seconds)).collect()
    }

    const CANARY: &str = r#"Canary(steps: [Weight("10%"), Pause("2m")])"#;
    const HANDS: (LatencyCause, f64) = (LatencyCause::Hands, 7.0);
    const LOOK: (LatencyCause, f64) = (LatencyCause::Strategy, 1.0);

    #[test]
    fn a_command_waits_for_hands_and_for_the_strategy_and_going_back_for_what_takes_it_back() {
        let asked = |command, strategy: &str| of(&Action::Command(command), &plan(strategy), |_| ());
        assert_eq!(asked(RolloutCommand::Pause, CANARY), [HANDS, LOOK]);
        assert_eq!(asked(RolloutCommand::Abort, CANARY), [HANDS, LOOK, (LatencyCause::Proxy, 2.0)]);
        let started = [HANDS, LOOK, (LatencyCause::Start, 24.0), (LatencyCause::Known, 3.0)];
        for rolls in ["Rolling()", "Recreate", "Steps([Roll()])", "Waves()"] {
            assert_eq!(asked(RolloutCommand::Abort, rolls), started, "{rolls}");
        }
    }

    #[test]
    fn a_flag_is_heard_as_its_service_tells_it() {
        let kill = Action::Command(RolloutCommand::KillFlag);
        let plan = plan(CANARY);
        let heard = |service: Option<FlagService>| {
            of(&kill, &plan, |scenario| scenario.flag_service = service).last().copied()
        };
        let by = |propagation| Some(FlagService { propagation, ..FlagService::default() });
        let poll = Propagation::Poll { every: Span::from_secs(120), fetch: Span::from_secs(1) };
        assert_eq!(heard(None), Some((LatencyCause::Proxy, 2.0)));
        assert_eq!(heard(by(poll)), Some((LatencyCause::FlagPoll, 121.0)));
        let stream = Propagation::Stream { lag: Dist::Fixed(Span::from_millis(300)) };
        assert_eq!(heard(by(stream)), Some((LatencyCause::FlagPush, 0.3)));
    }

    #[test]
    fn instances_start_and_leave_at_their_own_pace() {
        let plain = plan(CANARY);
        let scale = |to| of(&Action::Scale { pool: Pool::Stable, to }, &plain, |_| ());
        assert_eq!(scale(12), [HANDS, (LatencyCause::Start, 24.0), (LatencyCause::Known, 3.0)]);
        assert_eq!(scale(9), [HANDS, (LatencyCause::Leave, 40.0)]);
        let own = Plan {
            drain: Some(Drain { grace: Span::from_secs(60), ..Drain::default() }),
            probes: Some(Probes {
                readiness: Some(Probe { period: Span::from_secs(5), ..Probe::default() }),
                ..Probes::default()
            }),
            ..plain.clone()
        };
        let drained = of(&Action::DrainInstance { instance: 1 }, &own, |_| ());
        assert_eq!(drained, [HANDS, (LatencyCause::Leave, 60.0)]);
        let restarted = [
            HANDS,
            (LatencyCause::BackOff, 10.0),
            (LatencyCause::Start, 20.0),
            (LatencyCause::Probe, 6.0),
            (LatencyCause::Known, 3.0),
        ];
        assert_eq!(of(&Action::RestartInstance { instance: 1 }, &own, |_| ()), restarted);
    }

    #[test]
    fn a_breaker_waits_for_hands_alone_and_a_page_for_nothing() {
        let plan = plan(CANARY);
        assert_eq!(of(&Action::OpenBreaker { to: "bank".into(), open: true }, &plan, |_| ()), [HANDS]);
        assert_eq!(
            of(&Action::Shed { share: Share::percent(20.0) }, &plan, |_| ()),
            [HANDS, (LatencyCause::Proxy, 2.0)]
        );
        assert_eq!(of(&Action::Acknowledge { alert: "errors".into() }, &plan, |_| ()), []);
    }
}
