//! Quantities that carry their unit in files: shares (`2.5%`) and rates (`120/s`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A part of a whole, written as a percentage (`2.5%`): finite and not negative. Most fields allow at most `100%`.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// Nothing of the whole.
    pub const ZERO: Self = Self(0.0);
    /// All of the whole.
    pub const ALL: Self = Self(1.0);

    /// `percent` of a hundred.
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

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = (self.0 * 1e8).round() / 1e6;
        f.pad(&format!("{percent}%"))
    }
}

/// How often something happens: events per second, written `120/s`, `30/m` or `5/h`; finite and not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// `events` each second.
    pub const fn per_second(events: f64) -> Self {
        Self(events)
    }

    /// Events per second.
    pub const fn hertz(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/s", self.0))
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
        number.map(Self::percent).ok_or_else(|| {
            QuantityError(format!("\"{}\" is not a share; write a percentage, such as \"2.5%\"", shortened(text)))
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
        parts.ok_or_else(|| {
            QuantityError(format!(
                "\"{}\" is not a rate; write a number per second, minute or hour, such as \"120/s\" or \"30/m\"",
                shortened(text)
            ))
        })
    }
}

/// A finite, non-negative decimal number of at most 20 digits; no sign, no exponent, no `NaN`.
fn plain_number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
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
        assert_eq!("30/m".parse::<Rate>().unwrap(), Rate::per_second(0.5));
        assert_eq!("2.5%".parse::<Share>().unwrap().basis_points(), 250);
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
}
