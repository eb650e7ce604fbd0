//! Routing of one request: what a proxy knows of the fleet and the route, and which pool it chooses.

use super::balancer::View;
use super::draw;
use super::host_health::{ALL, HostHealth};
use crate::engine::Stream;
use crate::scenario::Clients;
use crate::sim::action::{Pool, Route};
use crate::sim::compiled_world::{CompiledWorld, bits_of};
use crate::sim::matching::MatchRule;
use crate::sim::view::RouteReason;

/// A route, compiled.
#[derive(Clone, Debug)]
pub(in crate::sim) struct RoutePlan {
    /// Upper ends of the pools' parts of 10,000 buckets; `None` sends to all instances alike.
    ends: Option<[u32; 3]>,
    /// The only pool with weight, when there is one and no rule comes before it.
    single: Option<u8>,
    /// The same, where nothing is mirrored either, and nobody is to stay: then it is all that there is to know.
    only: Option<u8>,
    sticky: bool,
    /// Whether users who have come to the candidate stay on it.
    drifts: bool,
    rules: Vec<(u64, u64, u8)>,
    /// Cohorts and kinds that the weights are about, as bits; none are all.
    within: Vec<(u64, u64)>,
    /// Pool and threshold of the copies, and whether the control pool gets them as well.
    pub mirror: Option<(u8, u64, bool)>,
    /// The kinds that are mirrored, as bits.
    mirror_kinds: u64,
}

/// Where a request goes: a pool, or all instances alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Destination {
    Pool(u8),
    Everywhere,
}

impl RoutePlan {
    /// Compiles `route`.
    pub fn new(route: &Route, world: &CompiledWorld) -> Self {
        let clients = &world.scenario.clients;
        let rules = route
            .rules
            .iter()
            .map(|rule| {
                let (cohorts, kinds) = matched(rule, clients);
                (cohorts, kinds, rule.to.index() as u8)
            })
            .collect::<Vec<_>>();
        let within: Vec<(u64, u64)> = route.within.iter().map(|rule| matched(rule, clients)).collect();
        let ends = route
            .weights
            .map(|[stable, candidate, control]| [stable, stable + candidate, stable + candidate + control]);
        let single = match route.weights {
            Some(weights) if rules.is_empty() && within.is_empty() => {
                weights.iter().position(|weight| *weight == 10_000).map(|pool| pool as u8)
            }
            _ => None,
        };
        let mirror =
            route.mirror.map(|(pool, share)| (pool.index() as u8, share.threshold(), route.mirror_control));
        let copied =
            |kind: &str| route.mirror_kinds.is_empty() || route.mirror_kinds.iter().any(|of| of.holds(kind));
        let kinds = clients.kinds.iter().enumerate().filter(|(_, kind)| copied(&kind.name));
        let mirror_kinds = kinds.fold(0, |bits, (at, _)| bits | 1 << (at & 63));
        let mirror_kinds = if route.mirror_kinds.is_empty() { u64::MAX } else { mirror_kinds };
        let only = single.filter(|_| mirror.is_none() && !route.drifts);
        let (sticky, drifts) = (route.sticky, route.drifts);
        Self { ends, single, only, sticky, drifts, rules, within, mirror, mirror_kinds }
    }

    /// The pool that all requests go to, where that is all there is to know of it: no rule, no copies, nobody who stays.
    #[inline(always)]
    pub const fn only(&self) -> Option<u8> {
        self.only
    }

    /// Whether it keeps each user in one pool, at least those who have come to the candidate.
    pub const fn keeps(&self) -> bool {
        self.sticky || self.drifts
    }

    /// Whether users who have come to the candidate stay on it.
    pub const fn drifts(&self) -> bool {
        self.drifts
    }

    /// Where a request of this user, cohort and kind goes. `luck` is the request's own, `salt` the run's; `kept` says whether the user
    /// has come to the candidate before.
    #[inline]
    pub fn way(&self, (user, cohort, kind): (u32, u8, u8), luck: u64, salt: u64, kept: bool) -> Destination {
        if let Some(pool) = self.single {
            return Destination::Pool(pool);
        }
        for (cohorts, kinds, pool) in &self.rules {
            if cohorts >> (cohort & 63) & 1 == 1 && kinds >> (kind & 63) & 1 == 1 {
                return Destination::Pool(*pool);
            }
        }
        let Some(ends) = self.ends else { return Destination::Everywhere };
        let holds = |(cohorts, kinds): &(u64, u64)| {
            cohorts >> (cohort & 63) & 1 == 1 && kinds >> (kind & 63) & 1 == 1
        };
        if !self.within.is_empty() && !self.within.iter().any(holds) {
            return Destination::Pool(Pool::Stable.index() as u8);
        }
        if self.drifts && kept && ends[1] > ends[0] {
            return Destination::Pool(Pool::Candidate.index() as u8);
        }
        let bucket = if self.sticky {
            bucket_of(salt, user)
        } else {
            Stream::from_key(luck).below(draw::ROUTE, 10_000) as u32
        };
        // The candidate takes the lowest buckets, so that a user on it stays on it while its weight grows.
        let candidate = ends[1] - ends[0];
        let control = ends[2] - ends[1];
        Destination::Pool(if bucket < candidate {
            Pool::Candidate.index() as u8
        } else if bucket < candidate + control {
            Pool::Control.index() as u8
        } else {
            Pool::Stable.index() as u8
        })
    }
}

/// Where a route sends the requests of a cohort and a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Spread {
    /// To all instances alike.
    Everywhere,
    /// To one pool.
    One(u8),
    /// By weights in basis points; the stable pool gets the rest.
    Weights {
        candidate: u32,
        control: u32,
        /// Whether a user stays in one pool.
        sticky: bool,
        /// Whether users who have come to the candidate stay on it.
        drifts: bool,
    },
}

impl RoutePlan {
    /// Where the requests of a cohort and a kind go: what [`Self::way`] says of each of them.
    pub fn spread(&self, cohort: u8, kind: u8) -> Spread {
        if let Some(pool) = self.single {
            return Spread::One(pool);
        }
        let holds =
            |cohorts: u64, kinds: u64| cohorts >> (cohort & 63) & 1 == 1 && kinds >> (kind & 63) & 1 == 1;
        if let Some((.., pool)) = self.rules.iter().find(|(cohorts, kinds, _)| holds(*cohorts, *kinds)) {
            return Spread::One(*pool);
        }
        let Some(ends) = self.ends else { return Spread::Everywhere };
        if !self.within.is_empty() && !self.within.iter().any(|(cohorts, kinds)| holds(*cohorts, *kinds)) {
            return Spread::One(Pool::Stable.index() as u8);
        }
        Spread::Weights {
            candidate: ends[1] - ends[0],
            control: ends[2] - ends[1],
            sticky: self.sticky,
            drifts: self.drifts && ends[1] > ends[0],
        }
    }
}

impl RoutePlan {
    /// Why it sends a request like this to `pool`; `None` when it does not.
    pub fn reason(
        &self,
        who: (u32, u8, u8),
        (luck, salt): (u64, u64),
        kept: bool,
        pool: Pool,
    ) -> Option<RouteReason> {
        let (user, cohort, kind) = who;
        match self.way(who, luck, salt, kept) {
            Destination::Everywhere => return Some(RouteReason::Everywhere),
            Destination::Pool(to) if usize::from(to) != pool.index() => return None,
            Destination::Pool(_) => {}
        }
        let matches = |(cohorts, kinds, _): &(u64, u64, u8)| {
            cohorts >> (cohort & 63) & 1 == 1 && kinds >> (kind & 63) & 1 == 1
        };
        let rule = self.rules.iter().position(matches);
        let place = || match self.sticky {
            true => bucket_of(salt, user),
            false => Stream::from_key(luck).below(draw::ROUTE, 10_000) as u32,
        };
        Some(match (self.single, rule) {
            (None, None) if self.drifts && kept => RouteReason::Kept,
            (Some(_), _) => RouteReason::Only,
            (None, Some(rule)) => RouteReason::Rule(rule),
            (None, None) => RouteReason::Place { place: place(), sticky: self.sticky },
        })
    }

    /// Whether it sends requests, or copies of them, to a pool because of a weight or a rule. Where requests follow the
    /// instance counts no pool is meant.
    pub fn leads_to(&self, pool: usize) -> bool {
        let by_weight = self.ends.is_some_and(|ends| {
            let below = if pool == 0 { 0 } else { ends[pool - 1] };
            ends[pool] > below
        });
        let mirrored = self.mirror.is_some_and(|(to, threshold, both)| {
            threshold > 0 && (usize::from(to) == pool || both && pool == Pool::Control.index())
        });
        by_weight || mirrored || self.rules.iter().any(|(.., to)| usize::from(*to) == pool)
    }

    /// Where requests of this kind are mirrored to.
    #[inline]
    pub fn mirror_of(&self, kind: u8) -> Option<(u8, u64, bool)> {
        self.mirror.filter(|_| self.mirror_kinds >> (kind & 63) & 1 == 1)
    }

    /// Whether it leads to each pool, and to all instances alike.
    pub fn meant(&self) -> [bool; ALL + 1] {
        let [stable, candidate, control] = Pool::ALL.map(|pool| self.leads_to(pool.index()));
        [stable, candidate, control, self.ends.is_none()]
    }

    /// Cohorts, kinds and pool of each rule, as bits.
    pub fn rules(&self) -> &[(u64, u64, u8)] {
        &self.rules
    }

    /// Whether a user stays in one pool.
    pub const fn is_sticky(&self) -> bool {
        self.sticky
    }
}

/// The cohorts and the kinds of a rule, as bits.
fn matched(rule: &MatchRule, clients: &Clients) -> (u64, u64) {
    let all_if_empty = |bits, empty| if empty { u64::MAX } else { bits };
    let named = bits_of(clients.cohorts.iter().map(|cohort| &cohort.name), &rule.cohorts);
    let mut cohorts = all_if_empty(named, rule.cohorts.is_empty());
    let named = bits_of(clients.kinds.iter().map(|kind| &kind.name), &rule.kinds);
    let mut kinds = all_if_empty(named, rule.kinds.is_empty());
    for header in &rule.headers {
        if header.is_about_kind() {
            kinds &= bits_where(&clients.kinds, |kind| header.value.holds(&kind.name));
        } else {
            cohorts &= bits_where(&clients.cohorts, |cohort| header.holds_for_cohort(cohort));
        }
    }
    (cohorts, kinds)
}

/// The positions of the items that hold, as bits.
fn bits_where<T>(items: &[T], holds: impl Fn(&T) -> bool) -> u64 {
    items.iter().take(64).enumerate().filter(|(_, item)| holds(item)).fold(0, |bits, (at, _)| bits | 1 << at)
}

/// The bucket of 10,000 a user falls into under `salt`: always the same.
#[inline]
pub(in crate::sim) const fn bucket_of(salt: u64, user: u32) -> u32 {
    Stream::from_key(salt).below(user as u64, 10_000) as u32
}

/// One proxy of a service.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Proxy {
    /// Ready instances of each pool, to its knowledge.
    pub pools: [View; 3],
    /// Ready instances of all pools, to its knowledge.
    pub all: View,
    /// Health of its hosts, where it keeps track of that; the views then hold the hosts that it uses.
    pub hosts: Option<Box<HostHealth>>,
    /// Instances of other zones in each group, and the percent of requests that stay in its own; empty without locality.
    pub away: Vec<(View, u32)>,
    /// Whether each pool, and all instances together, are where its route leads; the others are never in panic.
    pub meant: [bool; ALL + 1],
    /// Position of the route it goes by.
    pub route: u16,
    /// Position of a newer route, which it takes up once it knows instances where that leads.
    pub awaited_route: Option<u16>,
    /// Buckets of each flag that are on, to its knowledge.
    pub flags: [u16; 8],
    /// Basis points of the requests that it turns away.
    pub shed: u16,
}

impl Proxy {
    /// A proxy that knows nothing yet and goes by the first route.
    pub fn new() -> Self {
        Self {
            pools: [View::default(), View::default(), View::default()],
            all: View::default(),
            hosts: None,
            away: Vec::new(),
            meant: [true, false, false, false],
            route: 0,
            awaited_route: None,
            flags: [0; 8],
            shed: 0,
        }
    }

    /// Updates the views with the hosts that it uses.
    pub fn settle(&mut self) {
        let Some(hosts) = &mut self.hosts else { return };
        if hosts.rules.locality.is_some() {
            self.away.resize_with(ALL + 1, Default::default);
        }
        for group in 0..=ALL {
            let deal = hosts.deal(group, self.meant[group]);
            let view = if group == ALL { &mut self.all } else { &mut self.pools[group] };
            view.set(deal.first);
            if let Some((away, percent)) = self.away.get_mut(group) {
                away.set(deal.second);
                *percent = deal.first_percent;
            }
        }
    }

    /// The candidate's instances are the stable pool's from now on.
    pub fn rename_candidate(&mut self) {
        self.pools.swap(Pool::Stable.index(), Pool::Candidate.index());
        if let Some(hosts) = &mut self.hosts {
            hosts.rename_candidate();
        }
        self.settle();
    }

    /// Whether it knows an instance of a pool, in health or not.
    pub fn knows(&self, pool: usize) -> bool {
        match &self.hosts {
            Some(hosts) => hosts.knows(pool),
            None => !self.pools[pool].instances().is_empty(),
        }
    }

    fn views(&self) -> impl Iterator<Item = &View> {
        self.pools.iter().chain([&self.all]).chain(self.away.iter().map(|(view, _)| view))
    }

    /// How often what it knows of its instances has changed.
    pub fn changes(&self) -> u64 {
        self.pools.iter().map(View::changes).sum()
    }

    /// Steps of work that its tables and rings have taken.
    pub fn built(&self) -> u64 {
        self.views().map(View::built).sum()
    }

    /// Bytes that it holds.
    pub fn held(&self) -> u64 {
        self.views().map(View::held).sum()
    }

    /// Learns that an instance of `pool` is ready, or is not.
    pub fn learn(&mut self, instance: u32, pool: u8, ready: bool) {
        let view = &mut self.pools[usize::from(pool)];
        if ready {
            view.add(instance);
            self.all.add(instance);
        } else {
            view.remove(instance);
            self.all.remove(instance);
        }
    }
}
