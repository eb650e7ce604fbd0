//! Requests, instances and causes are conserved, exactly, whatever happens.

use rollout_lab::engine::Span;

use super::chaos::{self, Chaos, on};
use super::invariants::{Watcher, ready_adds_up};

#[test]
fn nothing_is_lost_or_counted_twice_in_random_worlds() {
    chaos::in_random_worlds(96, nothing_is_lost);
}

/// Laws 1, 20 and 24 where all that callers and proxies can do to survive is switched on.
#[test]
fn nothing_is_lost_where_everybody_hedges_ejects_sheds_and_cancels() {
    let guarded = on::UPSTREAM | on::GUARDS | on::SHEDDING | on::CALLS | on::CALL_RETRIES | on::ERRORS;
    chaos::in_random_worlds(24, |chaos| {
        let features = chaos.features | guarded;
        nothing_is_lost(&Chaos { features, services: chaos.services.max(2), ..chaos.clone() });
    });
}

fn nothing_is_lost(chaos: &Chaos) {
    let scenario = chaos.scenario();
    let mut watcher = Watcher::new(&scenario);
    let simulation = chaos.run(|simulation| {
        watcher.look(simulation);
        ready_adds_up(simulation, &scenario.target);
    });
    watcher.finish(&simulation);
    let record = simulation.record();
    let requests = record.truth.requests;
    assert_eq!(record.truth.latency.count(), requests.succeeded, "one latency for each success");
    assert_eq!(record.truth.instance_time, watcher.instance_time, "the cost is the time instances existed");
    assert!(record.facts.windows(2).all(|pair| pair[0].at <= pair[1].at), "facts are in order of time");
    let (ended, failed) = record
        .truth
        .points
        .iter()
        .fold((0, 0), |sum, p| (sum.0 + u64::from(p.ended), sum.1 + u64::from(p.failed)));
    assert!(ended <= requests.arrived - requests.in_flight, "no point counts what did not end");
    assert!(failed <= requests.failed + requests.rejected + requests.timed_out);
}

#[test]
fn conservation_holds_at_every_scrape_of_a_world_in_which_everything_goes_wrong() {
    let chaos = chaos::Chaos {
        seed: 7,
        services: 4,
        features: chaos::on::ALL,
        actions: (0..30).map(|index| (2 + index * 2, index * 0x9e37_79b9)).collect(),
    };
    let scenario = chaos.scenario();
    let mut simulation = chaos.simulate();
    let mut at = simulation.now();
    while at < simulation.horizon() {
        at += scenario.monitoring.scrape;
        chaos.play(&mut simulation, at.min(super::simulate(&scenario, 1).horizon()), Span::from_secs(1));
        super::invariants::conservation(&simulation);
    }
    let requests = simulation.requests();
    assert!(requests.failed > 0 && requests.rejected > 0 && requests.timed_out > 0, "{requests:?}");
}
