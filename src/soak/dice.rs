//! The draws of a random world, and small parts that are made of them.

use crate::engine::{Dist, Share, Span, Stream};
use crate::scenario::{Checks, Jitter, Probe, Probes, Retries};

/// Named draws of one world.
#[derive(Clone, Debug)]
pub struct Dice {
    stream: Stream,
    next: u64,
}

impl Dice {
    /// Draws from a stream, beginning with its first.
    pub const fn new(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    /// A number from 0 to below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next += 1;
        self.stream.below(self.next, bound)
    }

    /// A number in this range, both ends included.
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    /// A length of time in milliseconds, both ends included.
    pub fn millis(&mut self, from: u64, to: u64) -> Span {
        Span::from_millis(self.between(from, to))
    }

    /// 1 to `most` percent.
    pub fn percent(&mut self, most: u64) -> Share {
        Share::percent(self.between(1, most) as f64)
    }

    /// Some distribution with this mean, or near it.
    pub fn law(&mut self, mean: Span) -> Dist {
        match self.below(5) {
            0 => Dist::Fixed(mean),
            1 => Dist::Uniform { min: mean / 2, max: mean * 2 },
            2 => Dist::Erlang { mean, k: 3 },
            3 => Dist::Lognormal { p50: mean, p99: mean * 8 },
            _ => Dist::Exponential(mean),
        }
    }
}

pub(super) fn some_retries(dice: &mut Dice) -> Retries {
    let jitter = [Jitter::None, Jitter::Equal, Jitter::Full][dice.below(3) as usize];
    Retries {
        limit: dice.between(1, 4) as u8,
        base: dice.millis(0, 200),
        cap: Span::from_millis(1_000),
        jitter,
        on_timeout: dice.below(2) == 0,
        ..Retries::default()
    }
}

pub(super) fn probes(dice: &mut Dice) -> Probes {
    let mut probe = |startup: bool| {
        let checks = [Checks::Process, Checks::Queue, Checks::Dependencies];
        (dice.below(3) > 0).then(|| Probe {
            initial_delay: dice.millis(0, 2_000),
            period: dice.millis(500, 5_000),
            timeout: dice.millis(20, 500),
            success_threshold: if startup { 1 } else { dice.between(1, 2) as u32 },
            failure_threshold: dice.between(1, 3) as u32,
            checks: checks[dice.below(3) as usize],
        })
    };
    let (startup, readiness, liveness) = (probe(true), probe(false), probe(true));
    Probes { startup, readiness, liveness }
}
