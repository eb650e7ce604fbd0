//! A made-up world of any size, for tests, benchmarks and pictures: two pools with instances in every state, six groups of
//! users, three other services, and any number of requests in flight.

use crate::app::model::world::{Dependency, Group, Harm, PoolNow, Seen, TRAVEL_S, World};
use crate::engine::{Span, Stream, Time};
use crate::sim::{InstanceSnapshot, InstanceState, Outcome, Pool, RouteSnapshot, SampledTry};

/// A world with `count` instances in its stable pool and a sixth as many in the candidate's, and `dots` requests.
pub fn world(count: usize, dots: usize) -> World {
    let few = count.div_ceil(6);
    let now = Time::from_secs(600);
    World {
        now,
        pace: 60.0,
        service: "checkout".to_owned(),
        zones: ["a", "b", "c"].map(str::to_owned).to_vec(),
        groups: ["eu-web", "us-web", "eu-app", "us-app", "club", "old-tablet"].map(group).to_vec(),
        kinds: vec!["POST /pay".to_owned()],
        rate: 240.0,
        route: RouteSnapshot { weights: Some([9000, 1000, 0]), taken_by: (2, 3), ..RouteSnapshot::default() },
        step: Some((2, 5)),
        pools: vec![pool(Pool::Stable, 0, count, 0.9), pool(Pool::Candidate, count, few, 0.1)],
        dependencies: ["payments", "stock", "bank"].map(dependency).to_vec(),
        per_dot: 4,
        sampled: (0..dots).map(|number| seen(number, dots, now)).collect(),
        ..World::default()
    }
}

fn group(name: &str) -> Group {
    Group { name: name.to_owned(), share: 1.0 / 6.0 }
}

fn dependency(name: &str) -> Dependency {
    Dependency {
        name: name.to_owned(),
        is_called: true,
        rate: Some(20.0),
        p99_s: Some(0.084),
        errors: Some(0.05),
        ready: (3, 3),
        busy: 0.4,
        queue: 0,
    }
}

fn pool(pool: Pool, first: usize, count: usize, share: f64) -> PoolNow {
    PoolNow {
        pool,
        release: if pool == Pool::Stable { "v1".to_owned() } else { "v2".to_owned() },
        figures: (first..first + count).map(|number| figure(number, pool)).collect(),
        busy: 0.62,
        rate: 240.0 * share,
        retries: 1.0,
        failing: 1.0,
        mirrored: 0.0,
        share,
        harm: Some(Harm {
            count: 9,
            within_s: 15,
            outcome: Outcome::Failed,
            kind: "POST /pay".to_owned(),
            at: Time::from_secs(600),
        }),
    }
}

fn figure(number: usize, pool: Pool) -> InstanceSnapshot {
    let odd = [
        InstanceState::Starting,
        InstanceState::Broken,
        InstanceState::Draining,
        InstanceState::Checking,
        InstanceState::Pulling,
    ];
    // One in seven does something else than to serve.
    let state = if number % 7 == 3 { odd[number / 7 % odd.len()] } else { InstanceState::Ready };
    InstanceSnapshot {
        number: number as u32 + 1,
        pool,
        zone: (number % 3) as u8,
        state,
        since: Time::from_secs(594),
        ready: state == InstanceState::Ready,
        going: state == InstanceState::Draining,
        created: Time::from_secs(540),
        busy: number as u32 % 5,
        workers: 4,
        queue: if number % 11 == 5 { 7 } else { (number % 3) as u32 },
        restarts: 0,
        memory: if number.is_multiple_of(13) { 0.9 } else { 0.4 },
        probes: [(0, 0); 3],
        known_by: if state == InstanceState::Ready { 3 } else { u32::from(state == InstanceState::Draining) },
        left_out_by: 0,
    }
}

fn seen(number: usize, of: usize, now: Time) -> Seen {
    let draws = Stream::from_key(number as u64);
    let age = Span::from_secs_f64(60.0 * TRAVEL_S * number as f64 / of as f64);
    let pool = if draws.below(0, 10) == 0 { Pool::Candidate } else { Pool::Stable };
    let outcome = if draws.below(1, 50) == 0 { Outcome::Failed } else { Outcome::Answered };
    let cohort = draws.below(2, 6) as u8;
    Seen {
        one_try: SampledTry::example(draws.bits(3), now - age, cohort, pool, outcome),
        instance: Some(1),
        reason: None,
    }
}
