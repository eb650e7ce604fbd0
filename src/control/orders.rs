//! What a strategy has asked of the world so far, so that it asks for nothing twice.

use crate::engine::{Share, Span, Time};
use crate::sim::{Action, Ask, Observation, Phase, Pool, Route, Who};

/// After this long, a size that the control plane still does not report is asked for again (assumed; controllers
/// upstream try again with a back-off of about this length).
const PATIENCE: Span = Span::from_secs(60);

/// Sizes, route and flag that were asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    sizes: [Option<(u32, Time)>; 3],
    route: Option<Route>,
    /// Basis points of the requests that the route gives the candidate.
    pub weight: u32,
    /// Share of users that the flag was asked to be on for, if it was.
    pub flag: Option<Share>,
    /// When the route or the flag was last asked to change; before the next observation nothing is known of it.
    changed: Option<Time>,
    tests: u32,
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
        self.sizes[pool.index()] = Some((to, seen.now));
        push(asks, Action::Scale { pool, to }, because());
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

    /// Whether all proxies have taken up what was last asked of route and flag.
    pub fn settled(&self, seen: &Observation<'_>) -> bool {
        seen.routed && self.changed.is_none_or(|changed| seen.now > changed)
    }
}

/// Asks for `action`, as the strategy.
pub(super) fn push(asks: &mut Vec<Ask>, action: Action, because: String) {
    asks.push(Ask { action, who: Who::Strategy, because });
}

/// Notes something for the log.
pub(super) fn note(asks: &mut Vec<Ask>, text: String) {
    push(asks, Action::Note(text), String::new());
}

/// Notes something that speaks of trouble.
pub(super) fn trouble(asks: &mut Vec<Ask>, text: String) {
    push(asks, Action::Trouble(text), String::new());
}

/// Says how the rollout stands.
pub(super) fn report(asks: &mut Vec<Ask>, phase: Phase, because: String) {
    push(asks, Action::Report(phase), because);
}
