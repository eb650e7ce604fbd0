//! Canaries.

use proptest::prelude::*;
use rollout_lab::control::sizing::replicas::{Weight, approximate_split, for_share};
use rollout_lab::engine::{Amount, Dist, Share, Span, Time};
use rollout_lab::sim::{Action, Cause, Pool, RolloutCommand, RolloutPhase};

use super::{any_world, last_route};
use crate::laws::chaos::in_random;

fn sizes(simulation: &rollout_lab::sim::Simulation) -> (u32, u32) {
    let standing = simulation.instances("web");
    let of = |pool| standing.iter().filter(|one| one.pool == pool && !one.going).count() as u32;
    (of(Pool::Candidate), of(Pool::Stable))
}

/// Law 30: where no router splits the requests, the counts of each step are those of Argo Rollouts for its weight; with one,
/// the candidate is its share rounded up, and the stable pool whole, or what is left of it rounded up.
#[test]
fn the_counts_of_each_step_are_those_of_argo_rollouts() {
    let any = (any_world(), 1..100_u32, prop::bool::ANY, prop::bool::ANY);
    in_random(40, &any, |(world, weight, router, shrinks)| {
        let dynamic = *router && *shrinks;
        let plan = format!(
            "strategy: Canary(steps: [Weight(\"{weight}%\"), Approve], router: {router}, dynamic_stable_scale: {dynamic})"
        );
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(1_200)), &plan);
        simulation.run();
        let fleet = world.fleet;
        let share = |percent: u32| for_share(Share::percent(f64::from(percent)), fleet);
        let surge = Amount::Share(Share::percent(25.0)).rounded_up(fleet);
        let expected = match (*router, dynamic) {
            (false, _) => approximate_split(fleet, Weight { part: *weight, whole: 100 }, surge),
            (true, false) => (share(*weight), fleet),
            (true, true) => (share(*weight), share(100 - weight)),
        };
        let told = format!("{world:?} {plan}");
        assert_eq!(simulation.record().observed.phase, RolloutPhase::Paused, "{told}");
        assert_eq!(sizes(&simulation), expected, "{told}");
    });
}

/// Law 30: an abort gives the candidate no more requests once every proxy can know of it, whatever the step.
#[test]
fn after_an_abort_nobody_is_sent_to_the_candidate() {
    in_random(25, &(any_world(), 1..400_u64, prop::bool::ANY), |(world, at, shrinks)| {
        let plan = format!(
            "strategy: Canary(steps: [Weight(\"20%\"), Pause(\"60s\"), Weight(\"60%\"), Pause(\"300s\")], \
             dynamic_stable_scale: {shrinks})"
        );
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(1_500)), &plan);
        simulation.run_until(Time::from_secs(*at));
        simulation.act(Action::Command(RolloutCommand::Abort), "");
        let told = format!("{world:?} {plan} aborted at {at} s");
        simulation.run();
        let record = simulation.record();
        if record.observed.phase == RolloutPhase::Completed {
            return;
        }
        assert_eq!(record.observed.phase, RolloutPhase::RolledBack, "{told}");
        if let Some((_, weights)) = last_route(&record.facts) {
            assert_eq!(weights, Some([10_000, 0, 0]), "{told}");
        }
        assert_eq!(sizes(&simulation), (0, world.fleet), "{told}");
        let back = record.facts.iter().find(|fact| fact.what.to_string() == "the rollout is rolled back");
        let back = back.map(|fact| fact.at).expect("it is rolled back");
        let mut again = world.simulate(&world.scenario(Span::from_secs(1_500)), &plan);
        again.run_until(Time::from_secs(*at));
        again.act(Action::Command(RolloutCommand::Abort), "");
        again.run_until(back + world.lag + Span::from_secs(1));
        let until = again.now() + Span::from_secs(120);
        while again.now() < until && again.step() {
            let late =
                again.in_flight().find(|hop| hop.pool == Pool::Candidate && hop.arrived > back + world.lag);
            assert!(late.is_none(), "{late:?}: {told}");
        }
    });
}

/// Law 30: a step begins only when the one before is through: the weight never rises before a bake is over.
#[test]
fn a_step_begins_only_after_the_one_before() {
    in_random(20, &(any_world(), 1..200_u64, 1..200_u64), |(world, first, second)| {
        let plan = format!(
            "strategy: Canary(steps: [Weight(\"10%\"), Pause(\"{first}s\"), Weight(\"40%\"), Pause(\"{second}s\")])"
        );
        let mut simulation = world.simulate(&world.scenario(Span::from_secs(1_500)), &plan);
        simulation.run();
        let record = simulation.record();
        let routes: Vec<Time> = record
            .facts
            .iter()
            .filter(|fact| matches!(fact.what, rollout_lab::sim::What::Routed { .. }))
            .map(|fact| fact.at)
            .collect();
        let told = format!("{world:?} {plan}: {routes:?}");
        assert_eq!((record.observed.phase, routes.len()), (RolloutPhase::Completed, 3), "{told}");
        assert!(routes[1] >= routes[0] + Span::from_secs(*first), "{told}");
        assert!(routes[2] >= routes[1] + Span::from_secs(*second), "{told}");
    });
}

/// A proxy takes up a route when it knows where that leads, so a weight that follows closely on the first ready instance fails
/// nobody, however late the proxies learn of instances.
#[test]
fn a_first_weight_finds_an_instance_at_every_proxy() {
    in_random(30, &any_world(), |world| {
        let plan =
            "strategy: Canary(steps: [Weight(\"20%\"), Pause(\"60s\"), Weight(\"60%\"), Pause(\"60s\")])";
        let mut scenario = world.scenario(Span::from_secs(600));
        let slow = Dist::Lognormal { p50: Span::from_secs(3), p99: Span::from_secs(25) };
        scenario.services[0].endpoints.lag = slow;
        scenario.services[0].endpoints.route_lag = Dist::Fixed(Span::from_millis(100));
        scenario.services[0].drain.pre_stop = Span::from_secs(60);
        scenario.services[0].drain.grace = Span::from_secs(90);
        let mut simulation = world.simulate(&scenario, plan);
        simulation.run_until(Time::from_secs(200));
        let exposed = simulation.record().truth.max_exposure;
        let known = simulation.ready()[Pool::Candidate.index()] > 0;
        assert!(!known || exposed > Share::ZERO || world.boot > Span::from_secs(10), "{world:?}: users come");
        assert_eq!(simulation.causes()[Cause::NoInstance as usize], 0, "{world:?}");
    });
}
