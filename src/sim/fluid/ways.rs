//! Where the requests of a class go: what each proxy of the target knows, and where its route leads.

use std::sync::Arc;

use super::Fluid;
use super::audience::Audience;
use super::waiting::Wait;
use super::way::{Fate, Known, Seen, Way};
use crate::scenario::Balancer;
use crate::sim::Cause;
use crate::sim::proxy::{Proxy, Spread};
use crate::sim::simulation::Simulation;

impl Simulation {
    /// Looks at all proxies of a service, of which this is known; true when something is other than at the last look.
    pub(super) fn renew_known(&self, service: u8, all: &mut Vec<Known>) -> bool {
        let proxies = &self.routing.proxies[usize::from(service)];
        let mut changed = all.len() != proxies.len();
        for (index, proxy) in proxies.iter().enumerate() {
            let version = (proxy.changes(), self.cluster.changes);
            let (route, shed) = (proxy.route, proxy.shed);
            let pools = match all.get(index) {
                Some(known) if known.version == version && (known.route, known.shed) == (route, shed) => {
                    continue;
                }
                Some(known) if known.version == version => known.pools.clone(),
                Some(_) | None => [0, 1, 2].map(|pool| self.seen(proxy, pool)),
            };
            changed = true;
            let known = Known { route, shed, version, pools };
            match all.get_mut(index) {
                Some(place) => *place = known,
                None => all.push(known),
            }
        }
        all.truncate(proxies.len());
        changed
    }

    fn seen(&self, proxy: &Proxy, pool: usize) -> Seen {
        let mut seen = Seen::default();
        for number in proxy.pools[pool].instances() {
            seen.all += 1;
            if self.cluster.instances[*number as usize].accepts {
                seen.listening += 1;
                continue;
            }
            let cause = self.cause_of_refusal(*number);
            match seen.down.iter_mut().find(|(known, _)| *known == cause) {
                Some((_, count)) => *count += 1,
                None => seen.down.push((cause, 1)),
            }
        }
        seen
    }

    /// How many instances of a pool take requests, on average over the proxies.
    pub(super) fn serving(&self, known: &[Known], pool: usize) -> f64 {
        let sum: u32 = known.iter().map(|known| known.pools[pool].listening).sum();
        f64::from(sum) / known.len().max(1) as f64
    }

    /// Computes where the requests of each class go; what went other ways is closed.
    pub(super) fn renew_ways(&self, fluid: &mut Fluid) {
        fluid.close_ways();
        let mut groups: Vec<(usize, f64)> = Vec::new();
        let each = 1.0 / fluid.known.len().max(1) as f64;
        for (index, known) in fluid.known.iter().enumerate() {
            let same = |(other, _): &&mut (usize, f64)| {
                let other = &fluid.known[*other];
                (other.route, other.shed, &other.pools) == (known.route, known.shed, &known.pools)
            };
            match groups.iter_mut().find(same) {
                Some((_, share)) => *share += each,
                None => groups.push((index, each)),
            }
        }
        for index in 0..fluid.classes.len() {
            let mut ways = Vec::new();
            for (proxy, share) in &groups {
                self.ways_of(fluid, index, *proxy, *share, &mut ways);
            }
            fluid.ways[index] = ways;
        }
    }

    /// Adds the ways by which one proxy sends its share of the requests of a class.
    fn ways_of(&self, fluid: &mut Fluid, class: usize, proxy: usize, share: f64, ways: &mut Vec<Way>) {
        let class = fluid.classes[class];
        let known = &fluid.known[proxy];
        let (below, width) = self.world.clients.kinds[usize::from(class.kind)].ranks;
        let shed = ((f64::from(known.shed) / 10_000.0 - below) / width).clamp(0.0, 1.0);
        let everybody = (0.0, 1.0);
        add(ways, (0, Fate::Turned(Cause::Shed), false), share * shed, everybody);
        let share = share * (1.0 - shed);
        let route = &self.routing.routes[usize::from(known.route)];
        if let Some((pool, threshold, both)) = route.mirror_of(class.kind) {
            let copied = share * super::effects::share_below(threshold);
            self.send_to(ways, &fluid.waits(), &known.pools, (usize::from(pool), true), copied, everybody);
            if both {
                self.send_to(ways, &fluid.waits(), &known.pools, (2, true), copied, everybody);
            }
        }
        let waits = fluid.waits();
        match route.spread(class.cohort, class.kind) {
            Spread::Everywhere => self.send_everywhere(ways, &waits, &known.pools, share),
            Spread::One(pool) => {
                self.send_to(ways, &waits, &known.pools, (usize::from(pool), false), share, everybody);
            }
            Spread::Weights { candidate, control, sticky, drifts } => {
                let mut ends = [candidate, candidate + control].map(|bucket| f64::from(bucket) / 10_000.0);
                let mut users = [everybody; 3];
                if sticky {
                    let audience = fluid.audience.get_or_insert_with(|| {
                        Arc::new(Audience::new(&self.world, self.draws.cohort, self.draws.salt))
                    });
                    ends =
                        [candidate, candidate + control].map(|bucket| audience.share(class.cohort, bucket));
                    users = [(ends[1], 1.0), (0.0, ends[0]), (ends[0], ends[1])];
                }
                let known = &fluid.known[proxy];
                let kept = if drifts && candidate > 0 { fluid.kept[usize::from(class.cohort)] } else { 0.0 };
                if kept > 0.0 {
                    users = [(kept, 1.0), (0.0, kept), (kept, 1.0)];
                }
                let others = 1.0 - kept;
                let shares =
                    [others * (1.0 - ends[1]), kept + others * ends[0], others * (ends[1] - ends[0])];
                for (pool, part) in shares.into_iter().enumerate() {
                    self.send_to(ways, &waits, &known.pools, (pool, false), share * part, users[pool]);
                }
            }
        }
    }

    /// Adds the ways of requests that are sent to one pool.
    fn send_to(
        &self,
        ways: &mut Vec<Way>,
        waits: &[Wait; 3],
        pools: &[Seen; 3],
        (pool, copy): (usize, bool),
        share: f64,
        users: (f64, f64),
    ) {
        if share <= 0.0 {
            return;
        }
        let (seen, to) = (&pools[pool], pool as u8);
        if seen.all == 0 {
            let cause = self.cause_of_no_instance(self.world.target, to);
            return add(ways, (to, Fate::Turned(cause), copy), share, users);
        }
        let refused = self.refused_share(self.world.target, seen.listening, seen.all, waits[pool].idle);
        for (cause, count) in &seen.down {
            let part = f64::from(*count) / f64::from(seen.all - seen.listening);
            add(ways, (to, Fate::Turned(*cause), copy), share * refused * part, users);
        }
        add(ways, (to, Fate::Taken, copy), share * (1.0 - refused), users);
    }

    /// Adds the ways of requests that go to all instances alike.
    fn send_everywhere(&self, ways: &mut Vec<Way>, waits: &[Wait; 3], pools: &[Seen; 3], share: f64) {
        let everybody = (0.0, 1.0);
        let all: u32 = pools.iter().map(|seen| seen.all).sum();
        if all == 0 {
            let cause = self.cause_of_no_instance(self.world.target, 0);
            return add(ways, (0, Fate::Turned(cause), false), share, everybody);
        }
        let listening: u32 = pools.iter().map(|seen| seen.listening).sum();
        let refused = share * self.refused_share(self.world.target, listening, all, waits[0].idle);
        for (pool, seen) in (0u8..).zip(pools) {
            for (cause, count) in &seen.down {
                let part = f64::from(*count) / f64::from(all - listening);
                add(ways, (pool, Fate::Turned(*cause), false), refused * part, everybody);
            }
            if listening > 0 {
                let part = f64::from(seen.listening) / f64::from(listening);
                add(ways, (pool, Fate::Taken, false), (share - refused) * part, everybody);
            }
        }
    }

    /// The share of requests that come to an instance that does not listen, where `listening` of `all` do. Such an instance has nothing to
    /// do, so that a balancer which looks for the least busy of several prefers it to each that is not `idle`.
    pub(super) fn refused_share(&self, service: u8, listening: u32, all: u32, idle: f64) -> f64 {
        if listening == all {
            return 0.0;
        }
        if listening == 0 {
            return 1.0;
        }
        let alone = f64::from(all - listening) / f64::from(all);
        let plan = &self.world.services[usize::from(service)];
        match plan.proxy.balancer {
            Balancer::LeastRequest { choices, .. } => {
                let choices = if choices == 0 { all } else { choices.min(all) };
                let live = 1.0 - alone;
                let none = (0..choices).fold(1.0, |product, _| product * live);
                let some = 1.0 - none;
                // Among equals the first drawn is taken.
                some * (1.0 - idle) + alone * idle
            }
            Balancer::RoundRobin
            | Balancer::Random
            | Balancer::RingHash { .. }
            | Balancer::Maglev { .. }
            | Balancer::PeakEwma { .. } => alone,
        }
    }
}

impl Fluid {
    fn waits(&self) -> [Wait; 3] {
        [0, 1, 2].map(|pool: usize| self.pools[pool].queue.wait())
    }
}

/// Adds a share to a way, which is made when there is none.
fn add(ways: &mut Vec<Way>, (pool, fate, copy): (u8, Fate, bool), share: f64, users: (f64, f64)) {
    if share <= 0.0 {
        return;
    }
    match ways.iter_mut().find(|way| (way.pool, way.fate, way.copy) == (pool, fate, copy)) {
        Some(way) => {
            way.share += share;
            way.users = (way.users.0.min(users.0), way.users.1.max(users.1));
        }
        None => ways.push(Way { pool, fate, copy, share, users, count: 0, again: 0 }),
    }
}
