//! Balancers: which instance of a pool answers a request.

use super::draw;
use crate::engine::Stream;
use crate::scenario::Balancer;
use crate::sim::dataplane::ring::{maglev_offset_skip, maglev_table, on_ring};
use crate::sim::dataplane::weighted::{Edf, Smooth};
use crate::sim::fleet::{Cluster, Instance, purpose};
use crate::sim::request::NONE;

/// Instances that together have at least the ring's size in points: a ring of Envoy's 1024 gives each 256, which spreads
/// users to within about 6 % (one over the square root of the points).
const RING_SHARED_BY: u64 = 4;

/// The order of instances whose weights differ.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Turns {
    /// Round robin, by weights that grow.
    Smooth(Smooth),
    /// Least request, by weights that fall with the load.
    Edf(Edf),
}

/// The ready instances of a pool as one proxy knows them, and where its round robin stands.
#[derive(Clone, Debug, Default)]
pub(in crate::sim) struct View {
    instances: Vec<u32>,
    turn: u32,
    /// Points on the hash ring, sorted; built when first needed after a change.
    ring: Vec<(u64, u32)>,
    /// Maglev table, as places in `instances`; built when first needed after a change.
    table: Vec<u32>,
    /// The order of instances whose weights differ.
    pub turns: Option<Box<Turns>>,
    /// Slots of tables and points of rings that were computed so far.
    computed: u64,
    /// How often its instances have changed.
    changes: u64,
}

impl View {
    /// Adds an instance, once.
    pub fn add(&mut self, instance: u32) {
        if let Err(place) = self.instances.binary_search(&instance) {
            self.instances.insert(place, instance);
            self.forget();
        }
    }

    /// Takes an instance out.
    pub fn remove(&mut self, instance: u32) {
        if let Ok(place) = self.instances.binary_search(&instance) {
            self.instances.remove(place);
            self.forget();
        }
    }

    /// Holds these instances instead.
    pub fn set(&mut self, instances: Vec<u32>) {
        if instances != self.instances {
            self.instances = instances;
            self.forget();
        }
    }

    /// Drops what was computed for other instances.
    fn forget(&mut self) {
        self.changes += 1;
        self.ring.clear();
        self.table.clear();
        self.turns = None;
    }

    /// How often its instances have changed.
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// Steps of work that its tables and rings have taken: a slot takes several looks at memory, a point is sorted.
    pub const fn built(&self) -> u64 {
        self.computed / 2
    }

    /// Bytes of its tables and lists.
    pub const fn held(&self) -> u64 {
        (self.ring.capacity() * 16 + (self.table.capacity() + self.instances.capacity()) * 4) as u64
    }

    /// Which instances it knows, ascending.
    pub fn instances(&self) -> &[u32] {
        &self.instances
    }

    /// The instance that answers the request of this `luck` and `user`; [`NONE`] when none is known.
    #[inline(always)]
    pub fn choose(&mut self, balancer: Balancer, cluster: &Cluster, luck: u64, user: u32, sent: u64) -> u32 {
        let count = self.instances.len() as u64;
        if count <= 1 {
            return self.instances.first().copied().unwrap_or(NONE);
        }
        let draws = Stream::from_key(luck);
        if let Balancer::LeastRequest { choices: 2, with_replacement } = balancer {
            let bits = draws.bits(draw::BALANCE + sent);
            return self.better_of_two(&cluster.instances, bits, with_replacement);
        }
        if balancer == Balancer::RoundRobin {
            return self.next_in_turn();
        }
        self.choose_otherwise(balancer, cluster, draws, user, sent)
    }

    /// Round robin among instances of equal weight.
    #[inline(always)]
    fn next_in_turn(&mut self) -> u32 {
        let count = self.instances.len();
        let turn = self.turn as usize;
        // The list may have become shorter since.
        let place = if turn < count { turn } else { turn % count };
        self.turn = if turn + 1 >= count { 0 } else { self.turn + 1 };
        self.instances[place]
    }

    /// Chooses by one of the rarer balancers, among at least two instances.
    #[inline(never)]
    fn choose_otherwise(
        &mut self,
        balancer: Balancer,
        cluster: &Cluster,
        draws: Stream,
        user: u32,
        sent: u64,
    ) -> u32 {
        let fleet = &cluster.instances;
        let count = self.instances.len() as u64;
        match balancer {
            Balancer::RoundRobin => self.next_in_turn(),
            Balancer::Random => self.instances[draws.below(draw::BALANCE + sent, count) as usize],
            Balancer::LeastRequest { choices: 0, .. } => {
                self.least_of_all(fleet, draws.bits(draw::BALANCE + sent))
            }
            Balancer::LeastRequest { choices, with_replacement } => {
                self.least_of(fleet, draws.bits(draw::BALANCE + sent), choices, with_replacement)
            }
            Balancer::RingHash { ring_size } => self.on_ring(cluster, user, ring_size),
            Balancer::Maglev { table_size } => self.in_table(cluster, user, table_size),
            // Without a proxy that keeps averages all costs are equal.
            Balancer::PeakEwma { .. } => self.better_of_two(fleet, draws.bits(draw::BALANCE + sent), false),
        }
    }

    /// The instance whose slot of the Maglev table the user's hash falls into.
    fn in_table(&mut self, cluster: &Cluster, user: u32, table_size: u32) -> u32 {
        if self.table.is_empty() {
            let hashes = self.instances.iter().map(|instance| {
                let draws = cluster.status[*instance as usize].luck.child(purpose::MAGLEV);
                maglev_offset_skip(draws.bits(0), draws.bits(1), table_size)
            });
            let all: Vec<u32> = (0..self.instances.len() as u32).collect();
            self.table = maglev_table(table_size, &hashes.collect::<Vec<_>>(), &all);
            self.computed += u64::from(table_size);
        }
        let slot = Stream::from_key(0x7573_6572).below(u64::from(user), self.table.len() as u64);
        self.instances[self.table[slot as usize] as usize]
    }

    /// The less busy of two drawn; the first of equals. One draw gives both: its halves.
    #[inline(always)]
    fn better_of_two(&self, fleet: &[Instance], bits: u64, with_replacement: bool) -> u32 {
        let count = self.instances.len() as u64;
        let first = ((bits >> 32) * count) >> 32;
        let second = if with_replacement {
            ((bits & 0xffff_ffff) * count) >> 32
        } else {
            let other = ((bits & 0xffff_ffff) * (count - 1)) >> 32;
            other + u64::from(other >= first)
        };
        let (first, second) = (self.instances[first as usize], self.instances[second as usize]);
        if fleet[second as usize].load() < fleet[first as usize].load() { second } else { first }
    }

    /// The least busy of `choices` drawn; the first of equals.
    fn least_of(&self, fleet: &[Instance], bits: u64, choices: u32, with_replacement: bool) -> u32 {
        let count = self.instances.len() as u64;
        let choices = u64::from(choices).min(if with_replacement { u64::MAX } else { count });
        let draws = Stream::from_key(bits);
        let mut drawn: Vec<u64> = Vec::with_capacity(choices as usize);
        let mut index = 0;
        while (drawn.len() as u64) < choices {
            let pick = draws.below(index, count);
            index += 1;
            if with_replacement || !drawn.contains(&pick) {
                drawn.push(pick);
            }
        }
        let least = drawn.into_iter().map(|pick| self.instances[pick as usize]);
        least.min_by_key(|instance| fleet[*instance as usize].load()).unwrap_or(NONE)
    }

    /// The least busy of all; equals are equally likely.
    fn least_of_all(&self, fleet: &[Instance], bits: u64) -> u32 {
        let least = self.instances.iter().map(|instance| fleet[*instance as usize].load()).min().unwrap_or(0);
        let is_least = |instance: &&u32| fleet[**instance as usize].load() == least;
        let equals = self.instances.iter().filter(is_least).count() as u64;
        let pick = ((u128::from(bits) * u128::from(equals)) >> 64) as usize;
        self.instances.iter().filter(is_least).nth(pick).copied().unwrap_or(NONE)
    }

    /// The instance whose point follows the user's on the ring. Each instance has as many points whatever the others are
    /// (ketama), so that one that comes or goes moves only its own users; Envoy instead spreads `minimum_ring_size`
    /// points over those there are, and with few instances moves others too.
    fn on_ring(&mut self, cluster: &Cluster, user: u32, ring_size: u32) -> u32 {
        if self.ring.is_empty() {
            let each = u64::from(ring_size).div_ceil(RING_SHARED_BY);
            for instance in &self.instances {
                let points = cluster.status[*instance as usize].luck.child(purpose::RING);
                self.ring.extend((0..each).map(|point| (points.bits(point), *instance)));
            }
            self.ring.sort();
            self.computed += self.ring.len() as u64;
        }
        let point = Stream::from_key(0x7573_6572).bits(u64::from(user));
        on_ring(&self.ring, point).unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests;
