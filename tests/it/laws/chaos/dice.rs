//! The draws of a random world, and the small parts made of them.

use rollout_lab::engine::{Dist, Share, Span, Stream};
use rollout_lab::scenario::{Checks, Jitter, Probe, Probes, Retries};

/// Named draws of one world.
pub(super) struct Dice {
    pub stream: Stream,
    pub next: u64,
}

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next += 1;
        self.stream.below(self.next, bound)
    }

    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }

    pub fn millis(&mut self, from: u64, to: u64) -> Span {
        Span::from_millis(self.between(from, to))
    }

    pub fn percent(&mut self, most: u64) -> Share {
        Share::percent(self.between(1, most) as f64)
    }

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
