//! Traffic: the rate of requests over time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Dist, Rate, Span};

/// How long a user of a closed loop thinks at least after no time has passed since they asked: nobody asks twice at one moment
/// (assumed).
pub const LEAST_THOUGHT: Span = Span::from_millis(1);

/// A named shape of load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Traffic {
    /// Name, unique among the scenario's shapes.
    pub name: String,
    /// Rate over time.
    pub shape: Shape,
    /// Spacing of the arrivals at that rate.
    #[serde(default)]
    pub spacing: Spacing,
}

/// Spacing of arrivals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Spacing {
    /// Independently of one another (a Poisson process): many users.
    #[default]
    Poisson,
    /// Evenly.
    Even,
}

/// Rate over time. All but [`Shape::Closed`] are open loop: the arrivals do not depend on the service. When a graded run goes on after
/// the end of the scenario, the shape goes on too: a day follows a day, a crowd goes on leaving, and a line that has reached its end
/// keeps its last rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Shape {
    /// A constant rate.
    Constant(Rate),
    /// `from` until `at`, then a straight line to `to`, then `to`.
    Ramp {
        /// Rate at first.
        from: Rate,
        /// Rate at last.
        to: Rate,
        /// When the line begins.
        at: Span,
        /// How long the line takes.
        over: Span,
    },
    /// A sine around `mean` with one period a day.
    Daily {
        /// Rate on average.
        mean: Rate,
        /// Highest rate over lowest, at least 1; web services see 3 to 5 (assumed).
        peak_to_trough: f64,
        /// Time of the highest rate.
        peak_at: Span,
        /// Length of the day. Default 24 h; shorter to see a day in an hour.
        #[serde(default = "a_day")]
        day: Span,
    },
    /// `base`, but `to` from `at` on for `lasts`.
    Spike {
        /// Rate before and after.
        base: Rate,
        /// Rate during the spike.
        to: Rate,
        /// When it begins.
        at: Span,
        /// How long it lasts.
        lasts: Span,
    },
    /// A flash crowd: a straight line up to `peak`, then the excess halves every `half_life`.
    FlashCrowd {
        /// Rate without the crowd.
        base: Rate,
        /// Highest rate.
        peak: Rate,
        /// When it begins to come.
        at: Span,
        /// How long the rise takes. Default 60 s (assumed).
        #[serde(default = "a_minute")]
        rise: Span,
        /// Time in which the excess halves. Default 5 m (assumed: most of it is gone in 10 minutes).
        #[serde(default = "five_minutes")]
        half_life: Span,
    },
    /// Straight lines between recorded points.
    Trace {
        /// CSV file beside the scenario, with the header `at_s,per_s`.
        #[serde(default)]
        file: String,
        /// The points, each a time and a rate; read from the file when empty. Times strictly increase.
        #[serde(default)]
        points: Vec<(Span, Rate)>,
    },
    /// Closed loop: each of `users` waits for an answer, thinks, and asks again.
    Closed {
        /// Number of users.
        #[schemars(range(min = 1, max = 1000000))]
        users: u32,
        /// Think time of each user; at least 1 ms after an answer that came at once, such as that of a full queue.
        think: Dist,
    },
}

fn a_day() -> Span {
    Span::from_secs(86_400)
}

fn a_minute() -> Span {
    Span::from_secs(60)
}

fn five_minutes() -> Span {
    Span::from_secs(300)
}

impl Shape {
    /// The rate as straight lines: `(when, rate)` with times increasing; before the first and after the last point
    /// the rate is theirs. Curves are cut into lines short enough that the rate is off by less than half a percent.
    /// Empty for a closed loop.
    pub fn lines(&self, horizon: Span) -> Vec<(Span, Rate)> {
        match self {
            Self::Constant(rate) => vec![(Span::ZERO, *rate)],
            Self::Ramp { from, to, at, over } => vec![(*at, *from), (*at + *over, *to)],
            Self::Daily { mean, peak_to_trough, peak_at, day } => {
                daily(*mean, *peak_to_trough, *peak_at, *day, horizon)
            }
            Self::Spike { base, to, at, lasts } => {
                let step = Span::from_millis(1);
                vec![(*at, *base), (*at + step, *to), (*at + *lasts, *to), (*at + *lasts + step, *base)]
            }
            Self::FlashCrowd { base, peak, at, rise, half_life } => {
                flash_crowd(*base, *peak, *at, *rise, *half_life, horizon)
            }
            Self::Trace { points, .. } => points.clone(),
            Self::Closed { .. } => Vec::new(),
        }
    }

    /// The highest rate within `horizon`; zero for a closed loop.
    pub fn peak(&self, horizon: Span) -> Rate {
        let highest = self.lines(horizon).iter().map(|(_, rate)| rate.hertz()).fold(0.0, f64::max);
        Rate::per_second(highest)
    }
}

fn daily(mean: Rate, peak_to_trough: f64, peak_at: Span, day: Span, horizon: Span) -> Vec<(Span, Rate)> {
    let swing = (peak_to_trough - 1.0) / (peak_to_trough + 1.0);
    let steps_a_day = 96;
    let step = day / steps_a_day;
    let steps = if step.is_zero() { 0 } else { horizon.0.div_ceil(step.0).min(20_000) };
    (0..=steps)
        .map(|index| {
            let at = step * index;
            let turn = (at.as_secs_f64() - peak_at.as_secs_f64()) / day.as_secs_f64();
            let level = 1.0 + swing * wave(turn);
            (at, Rate::per_second(mean.hertz() * level))
        })
        .collect()
}

/// The cosine of a part of a full turn.
#[inline(never)]
fn wave(turn: f64) -> f64 {
    libm::cos(std::f64::consts::TAU * turn)
}

/// One half to the power of `age`.
#[inline(never)]
fn halved(age: f64) -> f64 {
    libm::exp2(-age)
}

fn flash_crowd(
    base: Rate,
    peak: Rate,
    at: Span,
    rise: Span,
    half_life: Span,
    horizon: Span,
) -> Vec<(Span, Rate)> {
    let mut lines = vec![(at, base), (at + rise, peak)];
    let step = half_life / 8;
    let excess = peak.hertz() - base.hertz();
    let mut when = at + rise;
    let mut age = 0.0;
    while when < horizon && age < 10.0 && !step.is_zero() {
        when = when + step;
        age += 1.0 / 8.0;
        lines.push((when, Rate::per_second(base.hertz() + excess * halved(age))));
    }
    lines
}
