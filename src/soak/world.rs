//! Random small worlds, swarm style: each has a random subset of everything that a world can have. A world is a pure function of a
//! [`RandomWorld`], so that a failing one can be made smaller and named.

mod clients;
mod guards;
mod services;
mod trouble;

use super::base;
use super::dice::Dice;
use crate::engine::{Chance, Rate, Span};
use crate::scenario::{Counter, Scenario, Service};
use feature as on;

/// How long a random world is run, in seconds.
pub const HORIZON_S: u64 = 90;

/// All of a random world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomWorld {
    /// The seed that decides every number in it.
    pub seed: u64,
    /// How many services it has, 1 to 8.
    pub services: usize,
    /// What is switched on, one bit each of [`feature`].
    pub features: u64,
}

/// Bits of [`RandomWorld::features`].
pub mod feature {
    /// Services call each other.
    pub const CALLS: u64 = 1;
    /// Callers and clients give up.
    pub const TIMEOUT: u64 = 1 << 1;
    /// Clients try again.
    pub const RETRIES: u64 = 1 << 2;
    /// Clients leave the queue.
    pub const PATIENCE: u64 = 1 << 3;
    /// Queues go by priority.
    pub const PRIORITY: u64 = 1 << 4;
    /// Instances share their workers.
    pub const SHARING: u64 = 1 << 5;
    /// Queues are short.
    pub const SMALL_QUEUES: u64 = 1 << 6;
    /// Services fail by themselves.
    pub const ERRORS: u64 = 1 << 7;
    /// Instances are probed.
    pub const PROBES: u64 = 1 << 8;
    /// Instances take a while to start.
    pub const SLOW_BOOT: u64 = 1 << 9;
    /// Instances are killed in their drain.
    pub const SHORT_GRACE: u64 = 1 << 10;
    /// Proxies learn late.
    pub const LAGS: u64 = 1 << 11;
    /// There is more traffic.
    pub const OVERLOAD: u64 = 1 << 12;
    /// Traffic comes from users who wait for their answer.
    pub const CLOSED: u64 = 1 << 13;
    /// Traffic has a spike.
    pub const SPIKE: u64 = 1 << 14;
    /// Users belong to cohorts.
    pub const COHORTS: u64 = 1 << 15;
    /// The release fails requests.
    pub const ERROR_DEFECT: u64 = 1 << 16;
    /// The release is slow.
    pub const SLOW_DEFECT: u64 = 1 << 17;
    /// The release leaks memory.
    pub const LEAK_DEFECT: u64 = 1 << 18;
    /// The release crashes.
    pub const CRASH_DEFECT: u64 = 1 << 19;
    /// The release fails its probes.
    pub const PROBE_DEFECT: u64 = 1 << 20;
    /// The release calls more often.
    pub const CALL_DEFECT: u64 = 1 << 21;
    /// Instances crash.
    pub const CRASHES: u64 = 1 << 22;
    /// Instances break and are repaired.
    pub const BREAKDOWNS: u64 = 1 << 23;
    /// A zone is lost.
    pub const ZONE_LOSS: u64 = 1 << 24;
    /// A service is slow and fails.
    pub const BROWNOUT: u64 = 1 << 25;
    /// A network loses requests.
    pub const LOSS: u64 = 1 << 26;
    /// A network is slow.
    pub const DELAY: u64 = 1 << 27;
    /// Monitoring has trouble.
    pub const METRICS: u64 = 1 << 28;
    /// The deploy tool has trouble.
    pub const TOOL: u64 = 1 << 29;
    /// The release changes the data.
    pub const DATA: u64 = 1 << 30;
    /// Balancers differ.
    pub const BALANCERS: u64 = 1 << 31;
    /// Instances are slow at first.
    pub const WARM_UP: u64 = 1 << 32;
    /// Callers try again.
    pub const CALL_RETRIES: u64 = 1 << 33;
    /// Proxies eject hosts.
    pub const UPSTREAM: u64 = 1 << 34;
    /// Callers have breakers, limits, hedges and caches.
    pub const GUARDS: u64 = 1 << 35;
    /// Services turn requests away.
    pub const SHEDDING: u64 = 1 << 36;
    /// Instances count by themselves.
    pub const OWN_COUNTERS: u64 = 1 << 37;
    /// Nodes are drained, as a disruption budget allows.
    pub const NODE_DRAIN: u64 = 1 << 38;
    /// How many bits there are.
    pub const COUNT: u32 = 39;
    /// All of them that go together.
    pub const ALL: u64 = (1 << COUNT) - 1 - CLOSED - SPIKE;
}

impl RandomWorld {
    /// Whether it has something, a bit of [`feature`].
    pub const fn has(&self, feature: u64) -> bool {
        self.features & feature != 0
    }

    fn dice(&self, what: &str, which: u64) -> Dice {
        Dice::new(Chance::new(self.seed).stream(what, which))
    }

    /// The scenario that it is.
    pub fn scenario(&self) -> Scenario {
        let services: Vec<Service> = (0..self.services).map(|index| self.service(index)).collect();
        let mut scenario = base::scenario(services, self.rate(), Span::from_secs(HORIZON_S));
        let mut dice = self.dice("world", 0);
        // Each service calls the next where any calls are made at all, so that any of them can be reached.
        let reached = if self.has(on::CALLS) { self.services as u64 } else { 1 };
        scenario.target = format!("s{}", dice.below(reached));
        scenario.zones = (0..dice.between(1, 3)).map(|zone| format!("z{zone}")).collect();
        scenario.release_at = Span::from_secs(10);
        scenario.clients.users = dice.between(1, 300) as u32;
        scenario.monitoring.scrape = dice.millis(2_000, 15_000);
        if self.has(on::OWN_COUNTERS) {
            scenario.monitoring.counted_by = Counter::Instances;
        }
        self.clients(&mut scenario);
        self.traffic(&mut scenario);
        self.defects(&mut scenario);
        self.faults(&mut scenario);
        scenario
    }

    fn rate(&self) -> Rate {
        let per_second = if self.has(on::OVERLOAD) { 120.0 } else { 30.0 };
        Rate::per_second(per_second)
    }
}
