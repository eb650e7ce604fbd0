//! Random small worlds, swarm style: each run switches on a random subset of everything there is, and random actions are
//! asked for while it goes on. A world is a pure function of a [`Chaos`], so that a failing one can be shrunk and named.

mod asks;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rollout_lab::engine::{Chance, Span, Time};
use rollout_lab::scenario::Scenario;
use rollout_lab::sim::Simulation;
use rollout_lab::soak::dice::Dice;
pub use rollout_lab::soak::world::{HORIZON_S, RandomWorld, feature as on};

/// All of a random world.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// Decides every number.
    pub seed: u64,
    /// How many services.
    pub services: usize,
    /// What is switched on, one bit each; see [`on`].
    pub features: u64,
    /// What is asked for: in which second, and what.
    pub actions: Vec<(u64, u64)>,
}

/// Any random world.
fn any_chaos() -> impl Strategy<Value = Chaos> {
    let features = prop::collection::vec(prop::bool::weighted(0.35), on::COUNT as usize)
        .prop_map(|bits| bits.iter().enumerate().fold(0, |all, (bit, set)| all | u64::from(*set) << bit));
    let actions = prop::collection::vec((1..HORIZON_S - 5, any::<u64>()), 0..12);
    (any::<u64>(), 1..5usize, features, actions).prop_map(|(seed, services, features, actions)| Chaos {
        seed,
        services,
        features,
        actions,
    })
}

/// Holds a law in so many random worlds, always the same ones; the smallest world in which it fails is named.
/// `LAWS_CASES` in the environment asks for more of them.
pub fn in_random_worlds(cases: u32, law: impl Fn(&Chaos)) {
    in_random(cases, &any_chaos(), law);
}

/// How many cases to try: so many, unless the variable `LAWS_CASES` says otherwise.
pub fn cases(usual: u32) -> u32 {
    std::env::var_os("LAWS_CASES").and_then(|cases| cases.to_str()?.parse().ok()).unwrap_or(usual)
}

/// Holds a law for so many random values of any kind, always the same ones; the smallest one for which it fails is named.
pub fn in_random<T: std::fmt::Debug>(cases: u32, any: &impl Strategy<Value = T>, law: impl Fn(&T)) {
    let config = Config {
        cases: self::cases(cases),
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let outcome = runner.run(any, |value| {
        law(&value);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

impl Chaos {
    pub fn has(&self, feature: u64) -> bool {
        self.features & feature != 0
    }

    fn dice(&self, what: &str, which: u64) -> Dice {
        Dice::new(Chance::new(self.seed).stream(what, which))
    }

    /// The world, without what is asked for.
    pub const fn world(&self) -> RandomWorld {
        RandomWorld { seed: self.seed, services: self.services, features: self.features }
    }

    /// The scenario that it is.
    pub fn scenario(&self) -> Scenario {
        self.world().scenario()
    }

    /// Runs the world to its horizon, asking on the way; `watch` sees it after every event.
    pub fn run(&self, mut watch: impl FnMut(&Simulation)) -> Simulation {
        let mut simulation = super::simulate(&self.scenario(), self.seed);
        for (at, action) in self.asks() {
            while simulation.now() < at && simulation.step() {
                watch(&simulation);
            }
            simulation.act(action, "chaos");
            watch(&simulation);
        }
        while simulation.step() {
            watch(&simulation);
        }
        simulation.run();
        simulation
    }

    /// A simulation of it at its start.
    pub fn simulate(&self) -> Simulation {
        super::simulate(&self.scenario(), self.seed)
    }

    /// Runs on from wherever `simulation` stands to `until`, asking for what falls due; at most `piece` at a time.
    pub fn play(&self, simulation: &mut Simulation, until: Time, piece: Span) {
        let from = simulation.now();
        let mut asks = self.asks();
        asks.retain(|(at, _)| *at > from && *at <= until);
        for (at, action) in asks {
            run_in_pieces(simulation, at, piece);
            simulation.act(action, "chaos");
        }
        run_in_pieces(simulation, until, piece);
    }
}

fn run_in_pieces(simulation: &mut Simulation, until: Time, piece: Span) {
    while simulation.now() < until {
        let next = simulation.now() + piece;
        simulation.run_until(next.min(until));
    }
}
