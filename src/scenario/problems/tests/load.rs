//! What a run costs, and whether the world stands its load.

use super::*;
use crate::scenario::Cache;

#[test]
fn a_run_that_would_cost_too_much_is_refused_with_its_cost() {
    let busy = |per_second: f64| {
        move |s: &mut Scenario| {
            s.horizon = secs(86_400);
            s.services[0].instances = 2_000;
            s.services[1].instances = 1_000;
            traffic(s, Shape::Constant(Rate::per_second(per_second)));
        }
    };
    let found = after(busy(1_000.0));
    assert!(
        found.starts_with("error too-costly traffic[0].shape: a run of 1d holds about 86 M requests;"),
        "{found}"
    );
    assert_eq!(all_after(busy(500.0)), [] as [&str; 0]);
    let spike = |s: &mut Scenario| {
        busy(1.0)(s);
        let shape = Shape::Spike {
            base: Rate::per_second(1.0),
            to: Rate::per_second(1_500.0),
            at: secs(60),
            lasts: secs(60),
        };
        traffic(s, shape);
    };
    assert_eq!(
        all_after(spike),
        [] as [&str; 0],
        "only what the spike brings counts, not its peak for a day"
    );
    let probes = after(|s| {
        busy(1.0)(s);
        s.services[0].probes.readiness = Some(Probe { period: secs(1), ..Probe::default() });
    });
    assert!(
        probes.starts_with("error too-costly horizon: a run of 1d holds about 173 M probe checks"),
        "{probes}"
    );
    let hasty = after(|s| {
        s.services[0].demand = Dist::Fixed(Span::ZERO);
        traffic(s, Shape::Closed { users: 1, think: Dist::Fixed(Span::ZERO) });
    });
    assert!(hasty.starts_with("error out-of-range traffic[0].shape.think: each user"), "{hasty}");
}

#[test]
fn a_world_that_cannot_stand_its_own_load_is_told_with_numbers() {
    // The shop holds a worker for 20 ms and, while pay works, 10 ms: at 1100/s that is 33 workers of 32.
    let found = all_after(|s| traffic(s, Shape::Constant(Rate::per_second(1_100.0))));
    assert_eq!(
        found,
        [
            "warning overload services[0].instances: at the peak of \"steady\", 1100.0 requests a second, it needs 33.0 workers and has 32 (4 x 8): overloaded before anything is released"
        ]
    );
    assert_eq!(all_after(|s| traffic(s, Shape::Constant(Rate::per_second(1_000.0)))), [] as [&str; 0]);
    // Work that only a tenth of the requests make, at ten times the cost, is as much.
    let pricey = places(|s| {
        s.services[0].calls[0].share = Share::percent(10.0);
        s.clients.kinds[1].cost = 101.0;
        traffic(s, Shape::Constant(Rate::per_second(200.0)));
    });
    assert_eq!(pricey, ["warning overload services[0].instances"]);
}

#[test]
fn what_warm_caches_answer_reaches_nobody_behind_them() {
    // 200 calls a second for 25 ms and more are too many for pay's workers, unless each shop remembers most answers: at 50
    // a second it asks for each of 100 keys every 2 s, and misses one time in 31.
    let with = |cache: Option<Cache>| {
        places(move |s| {
            s.services[1].demand = Dist::Fixed(Span::from_millis(400));
            s.services[0].calls[0].cache = cache;
            traffic(s, Shape::Constant(Rate::per_second(200.0)));
        })
    };
    let cache = |ttl| Some(Cache { keys: 100, ttl: secs(ttl), skew: 0.0, shared: false });
    assert_eq!(with(cache(60)), [] as [&str; 0]);
    assert!(with(None).contains(&"warning overload services[1].instances".to_owned()));
    assert!(with(cache(1)).contains(&"warning overload services[1].instances".to_owned()));
}

#[test]
fn checking_a_dense_graph_is_quick() {
    // Every service calls all after it: 2^38 ways lead from the first to the last.
    let mut scenario = tiny();
    let model = scenario.services[1].clone();
    let call = scenario.services[0].calls[0].clone();
    scenario.services = (0..40).map(|index| Service { name: format!("s{index}"), ..model.clone() }).collect();
    for index in 0..40 {
        let callees = (index + 1..40).take(32);
        scenario.services[index].calls = callees
            .map(|callee| Call { to: format!("s{callee}"), share: Share::percent(1.0), ..call.clone() })
            .collect();
    }
    scenario.entry = "s0".to_owned();
    scenario.target = "s0".to_owned();
    scenario.faults.clear();
    assert_eq!(scenario.problems(), []);
}
