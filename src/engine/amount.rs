//! A number of instances, which a file writes as a count or as a share of the fleet.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Share;

/// A number of instances, absolute or as a share of the fleet (Kubernetes `IntOrString`): `3` or `"25%"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// This number of instances.
    Count(u32),
    /// This share of the fleet.
    Share(Share),
}

impl Amount {
    /// Of a fleet of `total`, a share rounded up (Kubernetes rounds `maxSurge` up).
    pub fn rounded_up(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Share(share) => whole_near(share.fraction() * f64::from(total)).ceil() as u32,
        }
    }

    /// Of a fleet of `total`, a share rounded down (Kubernetes rounds `maxUnavailable` down).
    pub fn rounded_down(self, total: u32) -> u32 {
        match self {
            Self::Count(count) => count,
            Self::Share(share) => whole_near(share.fraction() * f64::from(total)).floor() as u32,
        }
    }
}

/// `number`, or the whole number it differs from only by rounding: 30 % of 10 is 3, not 3.0000000000000004.
fn whole_near(number: f64) -> f64 {
    let whole = number.round();
    if (number - whole).abs() < 1e-9 { whole } else { number }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.pad(&count.to_string()),
            Self::Share(share) => share.fmt(f),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::Share(share) => share.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of instances, or a percentage such as \"25%\"")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Amount, E> {
        u32::try_from(number)
            .map(Amount::Count)
            .map_err(|_| E::custom(format!("{number} is too many instances")))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Amount, E> {
        u32::try_from(number).map(Amount::Count).map_err(|_| {
            E::custom(format!("{number} is not a number of instances; write a whole number or a percentage"))
        })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        text.parse().map(Amount::Share).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surge_rounds_up_and_unavailable_rounds_down() {
        let quarter = Amount::Share("25%".parse().unwrap());
        assert_eq!((quarter.rounded_up(10), quarter.rounded_down(10)), (3, 2));
        let third = Amount::Share("30%".parse().unwrap());
        assert_eq!((third.rounded_up(10), third.rounded_down(10)), (3, 3));
        assert_eq!(Amount::Count(4).rounded_up(10), 4);
    }
}
