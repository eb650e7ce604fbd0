//! How many requests a tick brings: the area under the rate, as a count.

use super::class::{Class, TICK};
use crate::engine::{Span, Stream, Time, counts};
use crate::scenario::Spacing;
use crate::sim::compiled_world::CompiledWorld;
use crate::sim::twin::AFTERMATH;

/// Numbers of the draws of a tick.
const ALL: u64 = u64::MAX;

/// The rate of all requests over time.
#[derive(Clone, Debug)]
pub(super) struct FluidTraffic {
    /// Nanoseconds, and the rate then; straight lines between them.
    lines: Vec<(u64, f64)>,
    /// How many of the lines' points have passed.
    passed: usize,
    spacing: Spacing,
    /// Of evenly spaced requests the part of the next one that has come.
    part: f64,
}

impl FluidTraffic {
    /// The traffic of a world.
    pub fn new(world: &CompiledWorld) -> Self {
        let lines = world.shape().lines((world.latest_end() + AFTERMATH).since(Time::ZERO));
        Self {
            lines: lines.iter().map(|(at, rate)| (at.0, rate.hertz())).collect(),
            passed: 0,
            spacing: world.scenario.traffic[world.traffic].spacing,
            part: 0.0,
        }
    }

    /// How many requests a tick brings on average; ticks are asked for in order.
    pub fn expected(&mut self, tick: u64) -> f64 {
        let (mut at, end) = ((TICK * tick).0, (TICK * (tick + 1)).0);
        let mut sum = 0.0;
        while at < end {
            while self.lines.get(self.passed).is_some_and(|(when, _)| *when <= at) {
                self.passed += 1;
            }
            let until = self.lines.get(self.passed).map_or(end, |(when, _)| end.min(*when));
            sum += (self.rate(at) + self.rate(until)) / 2.0 * Span(until - at).as_secs_f64();
            at = until;
        }
        sum
    }

    /// The rate at `at` nanoseconds, in the present stretch.
    fn rate(&self, at: u64) -> f64 {
        let right = self.lines.get(self.passed).or(self.lines.last()).copied().unwrap_or_default();
        let left = self.passed.checked_sub(1).and_then(|left| self.lines.get(left)).copied().unwrap_or(right);
        if right.0 <= left.0 {
            return if self.passed == 0 { right.1 } else { left.1 };
        }
        left.1 + (right.1 - left.1) * (at - left.0) as f64 / (right.0 - left.0) as f64
    }

    /// How many requests of each class a tick brings, by the tick's draws.
    pub fn counts(&mut self, expected: f64, classes: &[Class], draws: Stream) -> Vec<u64> {
        match self.spacing {
            // Independent counts of each class are a Poisson count of all, dealt out.
            Spacing::Poisson => (0u64..)
                .zip(classes)
                .map(|(index, class)| counts::poisson(expected * class.share, draws.child(index).bits(0)))
                .collect(),
            Spacing::Even => {
                self.part += expected;
                let all = self.part as u64;
                self.part -= all as f64;
                let mut counts = vec![0; classes.len()];
                let shares = classes.iter().map(|class| class.share);
                let draw = draws.child(ALL);
                counts::deal(
                    all,
                    shares,
                    1.0,
                    |class| draw.bits(class),
                    |class, count| counts[class] = count,
                );
                counts
            }
        }
    }
}
