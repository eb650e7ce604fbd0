//! Simulated time: whole nanoseconds since the start, and spans of them.
//!
//! Both are `u64`: about 584 years, so a run never wraps. They are written as `90s`, `250ms`, `2h30m`.

use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment: whole nanoseconds since the simulation's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// A length of time in whole nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// The units a span may be written in, largest first, with their nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400 * NANOS_PER_SECOND),
    ("h", 3_600 * NANOS_PER_SECOND),
    ("m", 60 * NANOS_PER_SECOND),
    ("s", NANOS_PER_SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

impl Time {
    /// The start of every simulation.
    pub const ZERO: Self = Self(0);
    /// Later than any moment a simulation reaches.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `seconds` whole seconds after the start.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * NANOS_PER_SECOND)
    }

    /// Seconds since the start, for showing and for arithmetic on measured quantities.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The span since `earlier`, or zero when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest that a file may write, ten years: more than any field means.
    pub const MOST: Self = Self::from_secs(3_650 * 86_400);

    /// `seconds` whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * NANOS_PER_SECOND)
    }

    /// `millis` whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// The nearest whole nanosecond to `seconds`; negative and NaN give zero, too large saturates.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * NANOS_PER_SECOND as f64 + 0.5) as u64)
    }

    /// In seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// In milliseconds.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// This span times `factor`, to the nearest nanosecond; negative and NaN give zero, too large saturates.
    #[inline]
    pub fn scaled(self, factor: f64) -> Self {
        // As signed numbers, which both are nearly always, they are converted in a third of the instructions.
        let nanos = self.0 as i64 as f64 * factor + 0.5;
        if self.0 >> 63 == 0 && nanos < 9.2e18 {
            return Self((nanos as i64).max(0) as u64);
        }
        Self((self.0 as f64 * factor + 0.5) as u64)
    }

    /// True for the empty span.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Time {
    type Output = Self;
    /// Saturates at the start.
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;
    /// Saturates at zero.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<u64> for Span {
    type Output = Self;
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Div<u64> for Span {
    type Output = Self;
    fn div(self, by: u64) -> Self {
        Self(self.0 / by)
    }
}

/// `m:ss`, or `h:mm:ss` from an hour on; the fraction is dropped.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / NANOS_PER_SECOND;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let text = if hours > 0 {
            format!("{hours}:{minutes:02}:{seconds:02}")
        } else {
            format!("{minutes}:{seconds:02}")
        };
        f.pad(&text)
    }
}

/// Exact, largest units first: `2h30m`, `1s500ms`, `0s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.pad("0s");
        }
        let mut rest = self.0;
        let mut text = String::new();
        for (unit, nanos) in UNITS {
            if rest >= nanos {
                text.push_str(&format!("{}{unit}", rest / nanos));
                rest %= nanos;
            }
        }
        f.pad(&text)
    }
}

/// Why a text is not a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanError {
    /// It does not read as one.
    Unreadable(String),
    /// It is longer than [`Span::MOST`].
    TooLong(String),
}

impl fmt::Display for SpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(text) => write!(
                f,
                "\"{text}\" is not a length of time; write a number with a unit, such as \"90s\", \"250ms\" or \"2h30m\" (units: d, h, m, s, ms, us, ns)"
            ),
            Self::TooLong(text) => write!(f, "found {text}; allowed is 0s to {}", Span::MOST),
        }
    }
}

impl std::error::Error for SpanError {}

/// Reads one or more numbers, each with its unit: `90s`, `1.5s`, `2h30m`, up to [`Span::MOST`]. Nothing finer than a nanosecond is
/// kept.
impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let shown = || text.chars().take(40).collect();
        let (wrong, too_long) = (|| SpanError::Unreadable(shown()), || SpanError::TooLong(shown()));
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(wrong());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
            let (number, tail) = rest.split_at(digits);
            let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
            let (unit, tail) = tail.split_at(letters);
            let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
            let part = decimal_times(number, *nanos).ok_or_else(wrong)?.ok_or_else(too_long)?;
            total = total.checked_add(part).filter(|sum| *sum <= Self::MOST.0).ok_or_else(too_long)?;
            rest = tail;
        }
        Ok(Self(total))
    }
}

/// `number` (decimal text) times `scale`, exactly, digits beyond the scale dropped; `None` when it is no number, and `None` within when
/// it is too large.
fn decimal_times(number: &str, scale: u64) -> Option<Option<u64>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || number.ends_with('.') || fraction.contains('.') {
        return None;
    }
    // All are digits, so that what is not read is too large.
    let Some(mut total) = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(scale)) else {
        return Some(None);
    };
    let mut unit = scale;
    for digit in fraction.bytes() {
        unit /= 10;
        total = total.saturating_add(u64::from(digit - b'0') * unit);
    }
    Some(Some(total))
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A moment is written as the span since the start.
impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Span(self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Span::deserialize(deserializer).map(|span| Self(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_prints_what_it_reads() {
        for text in ["90s", "250ms", "2h30m", "0s", "1d", "1s500ms", "3ns"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span, "{text}");
        }
        assert_eq!("2h30m".parse::<Span>().unwrap(), Span::from_secs(9000));
        assert_eq!("1.5s".parse::<Span>().unwrap(), Span::from_millis(1500));
        assert_eq!("90s".parse::<Span>().unwrap().to_string(), "1m30s");
    }

    #[test]
    fn what_is_not_a_span_is_refused_with_examples() {
        for text in ["", "90", "s", "1.s", ".5s", "5 s", "5sec", "-1s", "1..5s", "NaNs"] {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.to_string().contains("250ms"), "{text}");
        }
    }

    #[test]
    fn a_span_that_means_nothing_is_refused_with_the_longest() {
        assert_eq!("3650d".parse::<Span>().unwrap(), Span::MOST);
        for text in [
            "3650d1ns",
            "87601h",
            "99999999999999d",
            "18446744073709551616ns",
            "1.99999999999999999999999s9999d",
        ] {
            let error = text.parse::<Span>().unwrap_err().to_string();
            assert_eq!(error, format!("found {text}; allowed is 0s to 3650d"));
        }
    }
}
