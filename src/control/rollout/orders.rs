//! The sizes, routes and flags that a strategy has asked for, so that it asks for nothing twice.

use crate::engine::{Share, Span, Time};
use crate::sim::{Action, Ask, Observation, Pool, RolloutPhase, Route, Who};

/// Time after which a size that the control plane still does not report is asked for again (assumed; controllers
/// upstream retry with a back-off of about this length).
const PATIENCE: Span = Span::from_secs(60);

/// Sizes, route and flag that were asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::control) struct Orders {
    sizes: [Option<(u32, Time)>; 3],
    /// Sizes that were asked for in some zones only.
    zoned: Vec<Zoned>,
    route: Option<Route>,
    /// Basis points of the requests that the route gives the candidate.
    pub weight: u32,
    /// Share of users that the flag was asked to be on for, if it was.
    pub flag: Option<Share>,
    /// When the route or the flag was last asked to change; its effect shows in the next observation at the earliest.
    changed: Option<Time>,
    /// When each pool was last asked to shrink; the instances that go are still seen as ready in the same observation.
    shrunk: [Option<Time>; 3],
    tests: u32,
}

/// A size asked for in some zones.
#[derive(Clone, Debug)]
struct Zoned {
    pool: Pool,
    zones: Vec<String>,
    to: u32,
    at: Time,
}

impl Orders {
    /// How many instances a pool was last asked to have.
    pub fn size(&self, pool: Pool, seen: &Observation<'_>) -> u32 {
        self.sizes[pool.index()].map_or(seen.pool(pool).desired, |(size, _)| size)
    }

    /// Asks for a size, unless it has been asked for. True when something was asked.
    pub fn scale(
        &mut self,
        pool: Pool,
        to: u32,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
        because: impl FnOnce() -> String,
    ) -> bool {
        let reported = seen.pool(pool).desired;
        let waiting =
            self.sizes[pool.index()].is_some_and(|(size, at)| size == to && seen.now < at + PATIENCE);
        let told = match self.sizes[pool.index()] {
            Some((size, _)) => size == to && reported == to,
            None => reported == to,
        };
        if waiting || told {
            return false;
        }
        if to < self.size(pool, seen) {
            self.shrunk[pool.index()] = Some(seen.now);
        }
        self.sizes[pool.index()] = Some((to, seen.now));
        self.zoned.retain(|zoned| zoned.pool != pool);
        push(asks, Action::Scale { pool, to }, because());
        true
    }

    /// Whether the pool was asked to shrink at this very moment, so that what is seen of it is out of date.
    pub fn has_just_shrunk(&self, pool: Pool, now: Time) -> bool {
        self.shrunk[pool.index()] == Some(now)
    }

    /// How many instances a pool was last asked to have in these zones.
    pub fn size_in(&self, pool: Pool, zones: &[String], seen: &Observation<'_>) -> u32 {
        let asked = self.zoned.iter().find(|zoned| zoned.pool == pool && zoned.zones == zones);
        asked.map_or_else(|| existing_in(pool, zones, seen), |zoned| zoned.to)
    }

    /// Asks for a size in these zones, unless it has been asked for. True when something was asked.
    pub fn scale_in(
        &mut self,
        (pool, zones): (Pool, &[String]),
        to: u32,
        seen: &Observation<'_>,
        asks: &mut Vec<Ask>,
        because: impl FnOnce() -> String,
    ) -> bool {
        let reported = existing_in(pool, zones, seen);
        let asked = self.zoned.iter().position(|zoned| zoned.pool == pool && zoned.zones == zones);
        let told = match asked.map(|place| &self.zoned[place]) {
            Some(zoned) => zoned.to == to && (reported == to || seen.now < zoned.at + PATIENCE),
            None => reported == to,
        };
        if told {
            return false;
        }
        let before = self.size_in(pool, zones, seen);
        let all = self.size(pool, seen).saturating_sub(before) + to;
        self.sizes[pool.index()] = Some((all, seen.now));
        if let Some(place) = asked {
            self.zoned.remove(place);
        }
        self.zoned.push(Zoned { pool, zones: zones.to_vec(), to, at: seen.now });
        push(asks, Action::ScaleIn { pool, zones: zones.to_vec(), to }, because());
        true
    }

    /// Asks for a route, unless it is the last one asked for.
    pub fn route(&mut self, route: Route, now: Time, asks: &mut Vec<Ask>, because: impl FnOnce() -> String) {
        if self.route.as_ref() == Some(&route) {
            return;
        }
        self.weight = route.weights.map_or(0, |weights| weights[Pool::Candidate.index()]);
        self.changed = Some(now);
        push(asks, Action::Route(route.clone()), because());
        self.route = Some(route);
    }

    /// Asks for requests to go to all instances alike.
    pub fn route_by_instances(&mut self, now: Time, asks: &mut Vec<Ask>) {
        let because = || "the share of requests follows the instance counts".to_owned();
        self.route(Route::by_instances(), now, asks, because);
    }

    /// Turns the flag `name` on for `share` of users, unless it is.
    pub fn flag(
        &mut self,
        name: &str,
        share: Share,
        now: Time,
        asks: &mut Vec<Ask>,
        because: impl FnOnce() -> String,
    ) {
        if self.flag == Some(share) {
            return;
        }
        self.flag = Some(share);
        self.changed = Some(now);
        push(asks, Action::Flag { name: name.to_owned(), share }, because());
    }

    /// The number of the next test.
    pub fn next_test(&mut self) -> u32 {
        self.tests += 1;
        self.tests
    }

    /// Whether all proxies have the route and the flag that were last asked for.
    pub fn settled(&self, seen: &Observation<'_>) -> bool {
        seen.routed && self.changed.is_none_or(|changed| seen.now > changed)
    }
}

/// Instances of a pool that stand in these zones; none named are all.
fn existing_in(pool: Pool, zones: &[String], seen: &Observation<'_>) -> u32 {
    seen.zones_of(pool, zones).map(|zone| zone.existing).sum()
}

/// Asks for `action`, as the strategy.
pub(in crate::control) fn push(asks: &mut Vec<Ask>, action: Action, because: String) {
    asks.push(Ask { action, who: Who::Strategy, because });
}

/// Notes something for the log.
pub(in crate::control) fn note(asks: &mut Vec<Ask>, text: String) {
    push(asks, Action::Note(text), String::new());
}

/// Notes a sign of trouble.
pub(in crate::control) fn trouble(asks: &mut Vec<Ask>, text: String) {
    push(asks, Action::Trouble(text, None), String::new());
}

/// Reports the phase of the rollout.
pub(in crate::control) fn report(asks: &mut Vec<Ask>, phase: RolloutPhase, because: String) {
    push(asks, Action::Report(phase), because);
}
