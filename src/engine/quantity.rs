//! Quantities that carry their unit in files: shares (`2.5%`), rates (`120/s`), and levels that may be any of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Span;
use super::time::SpanError;

/// A part of a whole, written as a percentage (`2.5%`): finite, not negative, and at most [`Share::MOST`]. Most fields allow at most
/// `100%`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// 0 %.
    pub const ZERO: Self = Self(0.0);
    /// 100 %.
    pub const ALL: Self = Self(1.0);
    /// The most that a file may write: a thousand times the whole.
    pub const MOST: Self = Self(1_000.0);

    /// `percent` per cent.
    pub const fn percent(percent: f64) -> Self {
        Self(percent / 100.0)
    }

    /// As a fraction: `2.5%` is `0.025`.
    pub const fn fraction(self) -> f64 {
        self.0
    }

    /// In whole basis points (hundredths of a percent), rounded to nearest.
    pub fn basis_points(self) -> u32 {
        (self.0 * 10_000.0 + 0.5) as u32
    }

    /// As a threshold for a uniform 64-bit draw: the draw is below it with this probability.
    pub fn threshold(self) -> u64 {
        if self.0 >= 1.0 { u64::MAX } else { (self.0 * 18_446_744_073_709_551_616.0) as u64 }
    }
}

/// The percentage that is read as exactly `fraction`: `rounded` where that is one.
fn percent_that_reads_as(fraction: f64, rounded: f64) -> f64 {
    let near = fraction * 100.0;
    let candidates = [rounded, near, near.next_up(), near.next_down()];
    candidates.into_iter().find(|percent| percent / 100.0 == fraction).unwrap_or(near)
}

/// As it is written in a file, and read again as the same share.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the sign of a negative zero, which no share may have.
        let share = self.0 + 0.0;
        let rounded = (share * 1e8).round() / 1e6;
        f.pad(&format!("{}%", percent_that_reads_as(share, rounded)))
    }
}

/// How often something happens: events per second, written `120/s`, `30/m` or `5/h`; finite, not negative, and at most [`Rate::MOST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// The most that a file may write: a thousand million events each second.
    pub const MOST: Self = Self(1e9);
    /// The least above zero that a file may write: about one event in 30,000 years. What is less has no short form.
    const LEAST: f64 = 1e-12;

    /// `events` each second.
    pub const fn per_second(events: f64) -> Self {
        Self(events)
    }

    /// Events per second.
    pub const fn hertz(self) -> f64 {
        self.0
    }
}

/// As it is written in a file, and read again as the same rate: by the second where that is short, else by the minute or the hour
/// where that is shorter.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_second = format!("{}/s", self.0);
        if by_second.len() <= SHORT_RATE {
            return f.pad(&by_second);
        }
        let by = |unit: &str, seconds: f64| format!("{}/{unit}", self.0 * seconds);
        let others = [by("m", 60.0), by("h", 3600.0)].into_iter();
        let same = others.filter(|text| text.parse() == Ok(*self));
        let shortest = same.chain([by_second]).min_by_key(String::len);
        f.pad(&shortest.unwrap_or_default())
    }
}

/// Up to so many characters a rate by the second is short.
const SHORT_RATE: usize = 10;

/// A threshold or a mark in the unit of its metric: a bare number, a share, a span or a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// A count, a factor, or money.
    Number(f64),
    /// A part of a whole.
    Share(Share),
    /// A length of time.
    Span(Span),
    /// Events per second.
    Rate(Rate),
}

impl Level {
    /// Its value as a number: a fraction for a share, seconds for a span, per second for a rate.
    pub fn value(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Share(share) => share.fraction(),
            Self::Span(span) => span.as_secs_f64(),
            Self::Rate(rate) => rate.hertz(),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.pad(&number.to_string()),
            Self::Share(share) => share.fmt(f),
            Self::Span(span) => span.fmt(f),
            Self::Rate(rate) => rate.fmt(f),
        }
    }
}

impl FromStr for Level {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let level = if text.ends_with('%') {
            text.parse().map(Self::Share).map_err(|error: QuantityError| error.0)
        } else if text.contains('/') {
            text.parse().map(Self::Rate).map_err(|error: QuantityError| error.0)
        } else {
            text.parse().map(Self::Span).map_err(|error: SpanError| error.to_string())
        };
        level.map_err(|why| {
            // What reads as a quantity is only too much.
            if why.starts_with("found ") {
                return QuantityError(why);
            }
            QuantityError(format!(
                "\"{}\" is not a level; write a number, or text with a unit such as \"2.5%\", \"250ms\" or \"120/s\"",
                shortened(text)
            ))
        })
    }
}

/// A bare number is a number in the file, all else is text.
impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_f64(*number),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

/// The largest bare number of a level.
const MOST_NUMBER: f64 = 1e18;

struct LevelVisitor;

impl de::Visitor<'_> for LevelVisitor {
    type Value = Level;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or text with a unit such as \"2.5%\", \"250ms\" or \"120/s\"")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Level, E> {
        if number.abs() <= MOST_NUMBER {
            Ok(Level::Number(number))
        } else {
            Err(E::custom(format!("found {number}; allowed is {MOST_NUMBER} at most")))
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Level, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Level, E> {
        self.visit_f64(number as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Level, E> {
        text.parse().map_err(E::custom)
    }
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantityError(String);

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for QuantityError {}

impl FromStr for Share {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let number = text.trim().strip_suffix('%').and_then(plain_number);
        let share = number.map(Self::percent);
        if let Some(share) = share.filter(|share| *share > Self::MOST) {
            let percent = share.0 * 100.0;
            return Err(QuantityError(format!("found {percent}%; allowed is 0% to {}", Self::MOST)));
        }
        share.ok_or_else(|| {
            QuantityError(format!(
                "\"{}\" is not a share; write a percentage, such as \"2.5%\"",
                shortened(text)
            ))
        })
    }
}

impl FromStr for Rate {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let parts = text.trim().split_once('/').and_then(|(number, unit)| {
            let seconds = match unit {
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
            Some(Self(plain_number(number)? / seconds))
        });
        if let Some(rate) = parts.filter(|rate| *rate > Self::MOST) {
            return Err(QuantityError(format!("found {}/s; allowed is 0/s to {}/s", rate.0, Self::MOST.0)));
        }
        if let Some(rate) = parts.filter(|rate| rate.0 > 0.0 && rate.0 < Self::LEAST) {
            return Err(QuantityError(format!(
                "found {}/s; allowed is 0/s, or {}/s and more",
                rate.0,
                Self::LEAST
            )));
        }
        parts.ok_or_else(|| {
            QuantityError(format!(
                "\"{}\" is not a rate; write a number per second, minute or hour, such as \"120/s\" or \"30/m\"",
                shortened(text)
            ))
        })
    }
}

/// A finite, non-negative decimal number of at most 40 digits; no sign, no exponent, no `NaN`.
fn plain_number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.len() <= 40 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if plain { text.parse().ok() } else { None }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

as_text!(Share);
as_text!(Rate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_print_what_they_read() {
        for text in ["2.5%", "100%", "0.01%", "33.333333%"] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), text);
        }
        for text in ["120/s", "0.5/s", "1/h", "7/m", "0/s", "0.001/h", "1000000000/s", "0.333333/s"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        assert_eq!(Share::percent(-0.0).to_string(), "0%");
        assert_eq!("30/m".parse::<Rate>().unwrap(), Rate::per_second(0.5));
        assert_eq!("2.5%".parse::<Share>().unwrap().basis_points(), 250);
    }

    #[test]
    fn a_level_keeps_its_unit() {
        for (text, value) in [("2.5%", 0.025), ("250ms", 0.25), ("120/s", 120.0)] {
            let level: Level = text.parse().unwrap();
            assert_eq!((level.value(), level.to_string().as_str()), (value, text));
        }
    }

    #[test]
    fn what_carries_no_unit_is_refused() {
        for text in ["5", "five%", "-1%", "NaN%", "1e999%", "%"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
        for text in ["5", "5/", "5/d", "-5/s", "inf/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again_the_same() {
        let draws = crate::engine::Chance::new(7).stream("quantities", 0);
        for index in 0..200_000 {
            let bits = draws.bits(index);
            let exponent = (bits % 15) as i32 - 9;
            let scale =
                (0..exponent.abs()).fold(1.0, |by, _| if exponent < 0 { by / 10.0 } else { by * 10.0 });
            let number = draws.unit(1_000_000 + index) * scale;
            let share = Share::percent(number.min(99_999.0));
            let rate = Rate::per_second(if bits & 1 == 0 { number } else { number / 3600.0 }.max(1e-11));
            let span = Span(draws.bits(2_000_000 + index) % (Span::MOST.0 + 1));
            assert_eq!(share.to_string().parse(), Ok(share), "{share}");
            assert_eq!(rate.to_string().parse(), Ok(rate), "{rate}");
            assert_eq!(span.to_string().parse(), Ok(span), "{span}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_with_the_most() {
        let said = |error: QuantityError| error.to_string();
        assert_eq!(said("100001%".parse::<Share>().unwrap_err()), "found 100001%; allowed is 0% to 100000%");
        let rate = "99999999999999999999/s".parse::<Rate>().unwrap_err();
        assert_eq!(said(rate), "found 100000000000000000000/s; allowed is 0/s to 1000000000/s");
        assert_eq!(said("9999d".parse::<Level>().unwrap_err()), "found 9999d; allowed is 0s to 3650d");
        assert!("0.0000000000001/s".parse::<Rate>().is_err());
    }
}
