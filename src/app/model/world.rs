//! What the stage shows of a run's world, as plain data. It is made on the player's thread.

mod gauges;
pub mod sample;

use crate::app::model::world::gauges::{Pools, averaged, busy};
use crate::app::texts::t;
use crate::engine::{Span, Time};
use crate::scenario::{Fidelity, Scenario};
use crate::sim::{
    InstanceSnapshot, InstanceState, Outcome, Pool, RolloutPhase, RouteReason, RouteSnapshot, SampledTry,
    Simulation, Termination,
};
use crate::telemetry::{Metric, Query, Store, Subject};

/// Gauges are averaged over this much of the wall's time, in seconds, so that nothing strobes.
pub const CALM_S: f64 = 2.5;

/// How long a request is seen under way, in seconds of the wall's time.
pub const TRAVEL_S: f64 = 1.6;

/// How many recent failures are listed.
const FAILURES: usize = 60;

/// A group of users.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its share of the users, 0 to 1.
    pub share: f64,
}

/// Failures of a pool just now, as its clients saw them.
#[derive(Clone, Debug, PartialEq)]
pub struct Harm {
    /// How many tries failed.
    pub count: u32,
    /// Within how many seconds.
    pub within_s: u32,
    /// What most of them were.
    pub outcome: Outcome,
    /// The kind of request that most of these asked for; empty when there is one kind only.
    pub kind: String,
    /// When it was last so.
    pub at: Time,
}

/// A pool of the target.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolNow {
    /// Which.
    pub pool: Pool,
    /// Name of its release, without what would give away what is wrong with it.
    pub release: String,
    /// Its instances, oldest first.
    pub figures: Vec<InstanceSnapshot>,
    /// Share of its ready workers that hold a request, averaged, 0 to 1.
    pub busy: f64,
    /// Tries that ended in a second, averaged; copies are not among them.
    pub rate: f64,
    /// Of these in a second, not the first of their request.
    pub retries: f64,
    /// Of these in a second, not well.
    pub failing: f64,
    /// Copies that ended in a second, averaged.
    pub mirrored: f64,
    /// Share of the requests that goes to it, 0 to 1.
    pub share: f64,
    /// Its failures just now, when they are more than a few.
    pub harm: Option<Harm>,
}

impl PoolNow {
    /// How many of its instances do this.
    pub fn count(&self, life: InstanceState) -> usize {
        self.figures.iter().filter(|figure| figure.state == life).count()
    }

    /// How many are ready.
    pub fn ready(&self) -> usize {
        self.count(InstanceState::Ready) + self.count(InstanceState::Warming)
    }
}

/// A service that the target calls, or that stands behind those.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Whether the target itself calls it.
    pub is_called: bool,
    /// Requests in a second, as observed; `None` without data.
    pub rate: Option<f64>,
    /// Latency p99 in seconds, as observed.
    pub p99_s: Option<f64>,
    /// Share of its answers that are errors, as observed.
    pub errors: Option<f64>,
    /// Ready instances, and all.
    pub ready: (usize, usize),
    /// Share of its workers that hold a request, averaged, 0 to 1.
    pub busy: f64,
    /// Requests that wait.
    pub queue: u32,
}

/// A try of a request that can be looked into.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The try.
    pub one_try: SampledTry,
    /// The instance that served it, by its number within the service.
    pub instance: Option<u32>,
    /// Why the routes of the moment send it where it went; `None` when they would not.
    pub reason: Option<RouteReason>,
}

/// What is shown of the world.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The moment.
    pub now: Time,
    /// Simulated seconds that pass in one of the wall's, for what moves.
    pub pace: f64,
    /// Name of the service that is being released.
    pub service: String,
    /// Names of the zones.
    pub zones: Vec<String>,
    /// Groups of users.
    pub groups: Vec<Group>,
    /// Kinds of request.
    pub kinds: Vec<String>,
    /// Tries that end in a second, averaged.
    pub rate: f64,
    /// The route that was last asked for.
    pub route: RouteSnapshot,
    /// Flags, and the share of users that each is on for.
    pub flags: Vec<(String, f64)>,
    /// The step that the rollout is at, from 1, and how many there are.
    pub step: Option<(u32, u32)>,
    /// The target's pools that have instances or a share.
    pub pools: Vec<PoolNow>,
    /// The other services.
    pub dependencies: Vec<Dependency>,
    /// Whether requests are drawn as counts, so that none can be looked at by itself.
    pub is_counted: bool,
    /// Of how many tries each of [`Self::sampled`] is one.
    pub per_dot: u32,
    /// Tries that ended just now, oldest first.
    pub sampled: Vec<Seen>,
    /// Tries that failed, the last first.
    pub failures: Vec<Seen>,
    /// Instances that were asked to go, oldest first.
    pub departures: Vec<Termination>,
}

impl World {
    /// Looks at a run. `pace` is in simulated seconds per second; `before` is what was seen last, over which gauges are
    /// averaged.
    pub fn look(
        simulation: &Simulation,
        scenario: &Scenario,
        metrics: &Store,
        pace: f64,
        before: Option<&Self>,
    ) -> Self {
        let now = simulation.now();
        let before = before.filter(|before| before.now <= now);
        // How much of what was seen before is kept: less the longer ago it was.
        let fresh = before.map_or(1.0, |before| {
            (now.since(before.now).as_secs_f64() / (CALM_S * pace.max(1.0))).clamp(0.0, 1.0)
        });
        let travel = Span::from_secs_f64(TRAVEL_S * pace);
        let (per_dot, sampled) = simulation.sampled_tries(now - travel);
        let route = simulation.route_snapshot();
        let pools = Pools { simulation, scenario, route: &route, pace, fresh, before }.all();
        let seen = |one_try: &SampledTry| Seen {
            one_try: *one_try,
            instance: simulation.instance_of(one_try),
            reason: simulation.route_reason(one_try),
        };
        Self {
            now,
            pace,
            service: scenario.target.clone(),
            zones: scenario.zones.clone(),
            groups: groups(scenario),
            kinds: scenario.clients.kinds.iter().map(|kind| kind.name.clone()).collect(),
            rate: pools.iter().map(|pool| pool.rate).sum(),
            flags: simulation
                .flag_shares()
                .into_iter()
                .map(|(name, share)| (name.to_owned(), share.fraction()))
                .collect(),
            step: step(simulation),
            dependencies: dependencies(simulation, scenario, metrics, fresh, before),
            route,
            pools,
            is_counted: scenario.fidelity == Fidelity::Fluid,
            per_dot,
            sampled: sampled.iter().map(seen).collect(),
            failures: simulation.failures().rev().take(FAILURES).map(seen).collect(),
            departures: simulation.terminations().to_vec(),
        }
    }

    /// How many instances the target has.
    pub fn instances(&self) -> usize {
        self.pools.iter().map(|pool| pool.figures.len()).sum()
    }

    /// An instance of the target by its number.
    pub fn figure(&self, number: u32) -> Option<&InstanceSnapshot> {
        self.pools.iter().flat_map(|pool| &pool.figures).find(|figure| figure.number == number)
    }

    /// The tries of a request that are remembered, in the order of their ends.
    pub fn tries(&self, request: u64) -> Vec<Seen> {
        let all = self.sampled.iter().chain(&self.failures);
        let mut tries: Vec<Seen> = all.filter(|seen| seen.one_try.request == request).copied().collect();
        tries.sort_by_key(|seen| (seen.one_try.at, seen.one_try.mirrored, seen.one_try.attempt));
        tries.dedup();
        tries
    }

    /// A pool.
    pub fn pool(&self, pool: Pool) -> Option<&PoolNow> {
        self.pools.iter().find(|now| now.pool == pool)
    }
}

/// What a release is called on the stage. What goes out is called by what the names of all that might have in common, so that
/// it says nothing of a defect: `v2` for `v2-errors` and `v2-leak`.
pub fn shown_name(scenario: &Scenario, release: &str) -> String {
    let [baseline, others @ ..] = scenario.releases.as_slice() else { return release.to_owned() };
    if baseline.name == release {
        return release.to_owned();
    }
    let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
    match in_common(&names) {
        "" => t("stage.new_release").to_owned(),
        name => name.to_owned(),
    }
}

/// The whole words that all names begin with.
fn in_common<'a>(names: &[&'a str]) -> &'a str {
    let Some(first) = names.first() else { return "" };
    let is_end = |letter: char| !letter.is_alphanumeric();
    let ends = first.match_indices(is_end).map(|(at, _)| at).chain([first.len()]);
    let fits = |end: &usize| {
        let rest = |name: &&str| {
            name.strip_prefix(&first[..*end]).map(|rest| rest.chars().next().is_none_or(is_end))
        };
        names.iter().all(|name| rest(name) == Some(true))
    };
    ends.filter(fits).max().map_or("", |end| &first[..end])
}

fn groups(scenario: &Scenario) -> Vec<Group> {
    let cohorts = &scenario.clients.cohorts;
    let all: f64 = cohorts.iter().map(|cohort| cohort.weight).sum();
    let group = |cohort: &crate::scenario::Cohort| Group {
        name: cohort.name.clone(),
        share: cohort.weight / all.max(f64::MIN_POSITIVE),
    };
    if cohorts.is_empty() {
        return vec![Group { name: String::new(), share: 1.0 }];
    }
    cohorts.iter().map(group).collect()
}

/// The step that a rollout under way is at, from 1, and how many there are.
fn step(simulation: &Simulation) -> Option<(u32, u32)> {
    let progress = simulation.progress()?;
    let is_under_way = matches!(simulation.phase(), RolloutPhase::InProgress | RolloutPhase::Paused);
    let step = (progress.at as u32 + 1, progress.steps.len() as u32);
    (is_under_way && progress.at < progress.steps.len()).then_some(step)
}

fn dependencies(
    simulation: &Simulation,
    scenario: &Scenario,
    metrics: &Store,
    fresh: f64,
    before: Option<&World>,
) -> Vec<Dependency> {
    let target = scenario.service(&scenario.target);
    let others = scenario.services.iter().filter(|service| service.name != scenario.target);
    let one = |service: &crate::scenario::Service| {
        let name = service.name.clone();
        let ask = |metric| metrics.ask(&Query::new(metric, Subject::Service(name.clone())), simulation.now());
        let figures = simulation.instances(&name);
        let was = before.and_then(|before| before.dependencies.iter().find(|one| one.name == service.name));
        let ready = figures
            .iter()
            .filter(|one| matches!(one.state, InstanceState::Ready | InstanceState::Warming))
            .count();
        Dependency {
            is_called: target.is_some_and(|target| target.calls.iter().any(|call| call.to == name)),
            rate: ask(Metric::RequestRate),
            p99_s: ask(Metric::Latency(0.99)),
            errors: ask(Metric::ErrorRatio),
            ready: (ready, figures.len()),
            busy: averaged(busy(&figures), was.map(|was| was.busy), fresh),
            queue: figures.iter().map(|one| one.queue).sum(),
            name,
        }
    };
    let mut all: Vec<Dependency> = others.map(one).collect();
    all.sort_by_key(|one| !one.is_called);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_release_tells_nothing_of_its_defect() {
        assert_eq!(in_common(&["v2", "v2-errors", "v2-leak"]), "v2");
        assert_eq!(in_common(&["1.1-good", "1.1-bad"]), "1.1");
        assert_eq!(in_common(&["v21", "v22"]), "");
        assert_eq!(in_common(&["good", "bad"]), "");
        assert_eq!(in_common(&["next"]), "next");
        let scenario = crate::library::load::scenario("checkout").unwrap().value;
        assert_eq!(shown_name(&scenario, "v2-errors"), "v2");
        assert_eq!(shown_name(&scenario, "v1"), "v1");
    }
}
