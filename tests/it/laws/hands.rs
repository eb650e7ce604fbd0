//! What a hand can do to one instance and to one page.

use rollout_lab::control::Plan;
use rollout_lab::engine::{Dist, Rate, Share, Span, Time};
use rollout_lab::exercise::{HandAction, play};
use rollout_lab::library::read_ron;
use rollout_lab::scenario::{Defect, DefectTrigger, Drain, Effect, Scenario};
use rollout_lab::sim::{
    Action, Case, Cause, Fact, InstanceState, ManualAction, Record, RolloutPhase, Simulation, What, Who,
};

use crate::laws::simulate;
use crate::world;

fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

/// Four instances that need 5 s to be pulled and 20 s to start, and serve for 3 s after they were asked to go.
fn slow_starters() -> Scenario {
    let mut service = world::service("shop", 4, 8, Dist::Uniform { min: secs(1), max: secs(2) });
    service.boot.pull = Dist::Fixed(secs(5));
    service.boot.start = Dist::Fixed(secs(20));
    service.drain = Drain { pre_stop: secs(3), grace: secs(30), finishes_work: true, budget: None };
    let mut scenario = world::scenario(vec![service], Rate::per_second(5.0), secs(600));
    scenario.people.act = Dist::Fixed(secs(15));
    scenario
}

fn at(facts: &[Fact], wanted: impl Fn(&What) -> bool) -> Option<Time> {
    facts.iter().find(|fact| wanted(&fact.what)).map(|fact| fact.at)
}

fn refused(simulation: &Simulation) -> Vec<&str> {
    let texts = simulation.facts().iter().filter_map(|fact| match &fact.what {
        What::Refused(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_drained_instance_finishes_what_it_has_and_another_takes_its_place() {
    let mut simulation = simulate(&slow_starters(), 1);
    simulation.run_until(Time::from_secs(60));
    simulation.act(Action::DrainInstance { instance: 3 }, "");
    simulation.run();
    let facts = simulation.facts();
    let told = |what: &What| matches!(what, What::Draining { count: 1, .. });
    assert_eq!(at(facts, told), Some(Time::from_secs(75)), "hands are slow");
    let gone = facts.iter().find_map(|fact| match fact.what {
        What::Gone { instance, dropped, .. } => Some((instance, dropped, fact.at)),
        _ => None,
    });
    let (instance, dropped, gone) = gone.expect("it goes");
    assert_eq!((instance, dropped), (3, 0));
    let took = gone.since(Time::from_secs(75));
    assert!(took >= secs(3) && took <= secs(8), "preStop, then its work: {took}");
    assert_eq!(simulation.causes()[Cause::Drained as usize], 0);
    let another = at(facts, |what| matches!(what, What::Launched { count: 1, .. }));
    assert_eq!(another, Some(Time::from_secs(75)), "a ReplicaSet does not wait");
    let ready = at(facts, |what| matches!(what, What::Ready { instance: 5, .. }));
    assert_eq!(ready, Some(Time::from_secs(100)), "pulled and started");
    let numbers: Vec<u32> = simulation.instances("shop").iter().map(|one| one.number).collect();
    assert_eq!(numbers, [1, 2, 4, 5]);
}

#[test]
fn a_restarted_instance_loses_what_it_has_and_starts_in_its_place() {
    let mut simulation = simulate(&slow_starters(), 1);
    simulation.run_until(Time::from_secs(60));
    simulation.act(Action::RestartInstance { instance: 2 }, "");
    simulation.run();
    let facts = simulation.facts();
    let crashed = facts.iter().find_map(|fact| match fact.what {
        What::Crashed { instance, dropped, .. } => Some((instance, dropped, fact.at)),
        _ => None,
    });
    let (instance, dropped, crashed) = crashed.expect("it is killed");
    assert_eq!((instance, crashed), (2, Time::from_secs(75)));
    assert!(dropped > 0 && simulation.causes()[Cause::Drained as usize] > 0);
    // Ten seconds of back-off and its start; its image is there.
    let back = at(facts, |what| matches!(what, What::Ready { instance: 2, .. }));
    assert_eq!(back, Some(Time::from_secs(105)));
    assert!(!facts.iter().any(|fact| matches!(fact.what, What::Launched { .. } | What::Gone { .. })));
}

#[test]
fn what_cannot_be_done_to_an_instance_is_refused_with_the_reason() {
    let mut simulation = simulate(&slow_starters(), 1);
    let mut ask = |second: u64, action: Action| {
        simulation.run_until(Time::from_secs(second));
        simulation.act(action, "");
    };
    ask(10, Action::DrainInstance { instance: 9 });
    ask(30, Action::DrainInstance { instance: 1 });
    ask(31, Action::DrainInstance { instance: 1 });
    // Its replacement is still being pulled at 48, and the first one is gone.
    ask(32, Action::RestartInstance { instance: 5 });
    ask(60, Action::RestartInstance { instance: 1 });
    ask(90, Action::RestartInstance { instance: 2 });
    ask(91, Action::RestartInstance { instance: 2 });
    simulation.run();
    assert_eq!(
        refused(&simulation),
        [
            "drain instance 9: shop has had instances 1 to 4, and none of that number",
            "drain instance 1: it is going already",
            "restart instance 5: its process has not started yet",
            "restart instance 1: it is gone",
            "restart instance 2: it crashed and starts again by itself",
        ]
    );
    assert_eq!(
        simulation.instances("shop").iter().filter(|one| one.state == InstanceState::Ready).count(),
        4
    );
}

/// A release that fails, an alert that pages, and an on-call with a runbook who needs a quarter of an hour to answer.
fn incident() -> (Scenario, Plan) {
    let plan = r#"(
        format: 1,
        strategy: Canary(steps: [Weight("20%"), Pause("60m")]),
        alerts: [
            (name: "errors", when: Above((metric: ErrorRatio, of: Candidate, over: "1m"), "2%")),
            (name: "crowd", when: Above((metric: QueueDepth, of: Target), 100000)),
        ],
        on_call: (runbook: [(alert: "errors", then: Abort)]),
    )"#;
    let service = world::service("shop", 4, 8, Dist::Exponential(Span::from_millis(20)));
    let mut scenario = world::scenario(vec![service], Rate::per_second(40.0), secs(3000));
    scenario.release_at = secs(200);
    scenario.people.acknowledge = Dist::Fixed(secs(900));
    scenario.people.escalate_after = secs(300);
    scenario.people.diagnose = Dist::Fixed(secs(60));
    scenario.people.act = Dist::Fixed(secs(15));
    scenario.releases[1].defects.push(Defect {
        name: "errors".to_owned(),
        when: vec![DefectTrigger::Chance(Share::percent(30.0))],
        then: Effect::Errors,
    });
    (scenario, read_ron("plan", plan).unwrap().0)
}

fn run(actions: &[HandAction]) -> Record {
    let (scenario, plan) = incident();
    play(&scenario, &Case::default(), &plan, actions, 3).unwrap()
}

#[test]
fn who_acknowledges_a_page_has_it_and_nobody_else_does_anything_about_it() {
    let alone = run(&[]);
    let paged = at(&alone.facts, |what| matches!(what, What::Paged(_))).expect("somebody is paged");
    let next = |what: &What| matches!(what, What::Paged(text) if text.contains("the next person"));
    assert_eq!(at(&alone.facts, next), Some(paged + secs(300)));
    assert_eq!(alone.observed.phase, RolloutPhase::RolledBack, "the on-call goes by the runbook");
    let acknowledge = |alert: &str, after: u64| {
        HandAction::new(paged + secs(after), ManualAction::Acknowledge { alert: alert.to_owned() })
    };
    let taken = run(&[acknowledge("errors", 20)]);
    let answered = at(&taken.facts, |what| *what == What::Acknowledged("errors".to_owned()));
    assert_eq!(answered, Some(paged + secs(20)), "it is a tap on the pager");
    let others =
        |what: &What| matches!(what, What::Diagnosed(_) | What::Asked { who: Who::OnCall, .. }) || next(what);
    assert_eq!(at(&taken.facts, others), None);
    assert_eq!(taken.observed.phase, RolloutPhase::InProgress, "it waits for the person who took it on");
    assert_eq!(taken.observed.pages, 1);
    // After somebody answered, and for an alert of which there is no page, there is nothing to take on.
    let late = run(&[acknowledge("errors", 1000), acknowledge("crowd", 1001)]);
    let told: Vec<&Fact> = late.facts.iter().filter(|fact| matches!(fact.what, What::Refused(_))).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(late.observed.phase, RolloutPhase::RolledBack);
}
