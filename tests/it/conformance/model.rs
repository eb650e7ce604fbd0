//! Models of queueing theory, as cases name them. Times are in the case's own unit.

use rollout_lab::engine::{Dist, Span};
use serde::Deserialize;

/// A stochastic model with a known answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Model {
    /// Poisson arrivals at one queue in front of equal servers.
    Station {
        /// Arrivals in one unit of time.
        rate: f64,
        /// Law of the service times.
        law: Law,
        /// Servers behind the queue.
        #[serde(default = "one")]
        servers: u32,
        /// Requests that the whole station holds at most; without, any number.
        #[serde(default)]
        room: Option<u32>,
        /// Rate at which one that waits leaves the queue; without, nobody does.
        #[serde(default)]
        leave: Option<f64>,
        /// Whether all are served at once, sharing the server.
        #[serde(default)]
        shared: bool,
    },
    /// Two classes at one exponential server; the higher goes first and interrupts nobody.
    Priority {
        /// Arrivals of the higher class.
        high: f64,
        /// Arrivals of the lower class.
        low: f64,
        /// Service rate.
        mu: f64,
    },
    /// Exponential servers, each with its own queue, behind a balancer.
    Balanced {
        /// How it chooses.
        policy: Policy,
        /// How many servers.
        servers: u32,
        /// Arrivals at all of them together.
        rate: f64,
        /// Service rate of each.
        mu: f64,
        /// Whether the answer is that for infinitely many servers.
        #[serde(default)]
        limit: bool,
    },
    /// Exponential servers, each with its own queue, chosen by weight.
    Weighted {
        /// Share of each server.
        weights: Vec<f64>,
        /// Service rate of each.
        mu: Vec<f64>,
        /// Arrivals at all of them together.
        rate: f64,
    },
    /// Exponential stations in a row.
    Tandem {
        /// Arrivals at the first.
        rate: f64,
        /// Service rate of each.
        mu: Vec<f64>,
    },
    /// An exponential server whose failed requests come back at once until they succeed.
    Feedback {
        /// Arrivals of new requests.
        rate: f64,
        /// Service rate.
        mu: f64,
        /// Share of tries that fail.
        fail: f64,
    },
    /// Machines that break down and are mended by a few crews.
    Repair {
        /// How many machines.
        machines: u32,
        /// How many must be up.
        need: u32,
        /// Rate at which one that is up fails.
        fail: f64,
        /// Rate at which one crew mends.
        repair: f64,
        /// How many crews.
        crews: u32,
    },
}

/// How a balancer chooses a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Policy {
    /// Any, equally likely.
    Random,
    /// One after the other.
    RoundRobin,
    /// The shortest queue of all, ties equally likely.
    Shortest,
    /// The shorter of some drawn.
    ShortestOf {
        /// How many are drawn.
        choices: u32,
        /// Whether one may be drawn twice.
        with_replacement: bool,
    },
}

/// A law of service times.
#[derive(Clone, Debug, Deserialize)]
pub enum Law {
    /// Exponential of this mean.
    Exponential(f64),
    /// Always this.
    Fixed(f64),
    /// Uniform between two.
    Uniform(f64, f64),
    /// Of this mean, in so many stages.
    Erlang(f64, u32),
    /// Lognormal: mean and standard deviation of the logarithm.
    Lognormal(f64, f64),
    /// One of several laws by weight.
    Mixture(Vec<(f64, Law)>),
}

fn one() -> u32 {
    1
}

/// The 99th percentile of the standard normal law.
const NORMAL_P99: f64 = 2.326_347_874_040_841;

impl Law {
    /// The law as a scenario states it, one unit of time being `unit_s` seconds.
    pub fn dist(&self, unit_s: f64) -> Dist {
        let span = |units: f64| Span::from_secs_f64(units * unit_s);
        match self {
            Self::Exponential(mean) => Dist::Exponential(span(*mean)),
            Self::Fixed(length) => Dist::Fixed(span(*length)),
            Self::Uniform(min, max) => Dist::Uniform { min: span(*min), max: span(*max) },
            Self::Erlang(mean, k) => Dist::Erlang { mean: span(*mean), k: *k },
            Self::Lognormal(mu, sigma) => {
                Dist::Lognormal { p50: span(libm::exp(*mu)), p99: span(libm::exp(mu + sigma * NORMAL_P99)) }
            }
            Self::Mixture(parts) => {
                Dist::Mixture(parts.iter().map(|(weight, law)| (*weight, law.dist(unit_s))).collect())
            }
        }
    }

    fn mean(&self) -> f64 {
        self.dist(1.0).mean()
    }
}

impl Model {
    /// Work that arrives over work that can be done: how busy the busiest server is.
    pub fn load(&self) -> f64 {
        match self {
            Self::Station { rate, law, servers, .. } => rate * law.mean() / f64::from(*servers),
            Self::Priority { high, low, mu } => (high + low) / mu,
            Self::Balanced { servers, rate, mu, .. } => rate / mu / f64::from(*servers),
            Self::Weighted { weights, mu, rate } => {
                weights.iter().zip(mu).map(|(weight, mu)| weight * rate / mu).fold(0.0, f64::max)
            }
            Self::Tandem { rate, mu } => mu.iter().map(|mu| rate / mu).fold(0.0, f64::max),
            Self::Feedback { rate, mu, fail } => rate / mu / (1.0 - fail),
            Self::Repair { .. } => 0.0,
        }
    }

    /// Arrivals in one unit of time.
    pub fn rate(&self) -> f64 {
        match self {
            Self::Station { rate, .. }
            | Self::Balanced { rate, .. }
            | Self::Weighted { rate, .. }
            | Self::Tandem { rate, .. }
            | Self::Feedback { rate, .. } => *rate,
            Self::Priority { high, low, .. } => high + low,
            Self::Repair { .. } => 0.0,
        }
    }

    /// Servers that share the work at one station.
    pub fn servers(&self) -> u32 {
        if let Self::Station { servers, .. } = self { *servers } else { 1 }
    }
}
