//! Constraints: whether a condition on the context holds.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use regex::RegexBuilder;
use semver::Version;

use super::{Constraint, Context, Operator};

impl Constraint {
    /// Whether it holds. A constraint that makes no sense (an unknown operator, a limit that cannot be read) never
    /// does, inverted or not; one whose field is missing does as if its comparison had failed.
    pub fn holds(&self, context: &Context) -> bool {
        let field = context.field(&self.context_name);
        self.compares(field).is_some_and(|holds| holds != self.inverted)
    }

    /// What the comparison says before it is inverted; none where the constraint makes no sense.
    fn compares(&self, field: Option<&str>) -> Option<bool> {
        let limit = self.value.as_deref().map(str::trim);
        match self.operator {
            Operator::In => Some(self.is_listed(field)),
            Operator::NotIn => Some(!self.is_listed(field)),
            Operator::StrStartsWith => Some(self.any_text(field, |text, part| text.starts_with(part))),
            Operator::StrEndsWith => Some(self.any_text(field, |text, part| text.ends_with(part))),
            Operator::StrContains => Some(self.any_text(field, |text, part| text.contains(part))),
            Operator::NumEq => ordered(field, limit, number, |order| order.is_eq()),
            Operator::NumGt => ordered(field, limit, number, |order| order.is_gt()),
            Operator::NumGte => ordered(field, limit, number, |order| order.is_ge()),
            Operator::NumLt => ordered(field, limit, number, |order| order.is_lt()),
            Operator::NumLte => ordered(field, limit, number, |order| order.is_le()),
            Operator::DateAfter => ordered(field, limit, date, |order| order.is_gt()),
            Operator::DateBefore => ordered(field, limit, date, |order| order.is_lt()),
            Operator::SemverEq => ordered(field, limit, version, |order| order.is_eq()),
            Operator::SemverGt => ordered(field, limit, version, |order| order.is_gt()),
            Operator::SemverGte => ordered(field, limit, version, |order| order.is_ge()),
            Operator::SemverLt => ordered(field, limit, version, |order| order.is_lt()),
            Operator::SemverLte => ordered(field, limit, version, |order| order.is_le()),
            Operator::Regex => self.matches(field),
            Operator::InCidr => Some(in_networks(field, self.values.iter().map(String::as_str))),
            Operator::NotInCidr => Some(!in_networks(field, self.values.iter().map(String::as_str))),
            Operator::Unknown => None,
        }
    }

    fn is_listed(&self, field: Option<&str>) -> bool {
        field.is_some_and(|field| self.values.iter().any(|value| value.trim() == field))
    }

    fn any_text(&self, field: Option<&str>, fits: fn(&str, &str) -> bool) -> bool {
        let Some(field) = field else { return false };
        if self.case_insensitive {
            let field = field.to_lowercase();
            return self.values.iter().any(|value| fits(&field, &value.to_lowercase()));
        }
        self.values.iter().any(|value| fits(field, value))
    }

    /// RE2's language, which has neither look-ahead nor back-references: an expression with them makes no sense.
    fn matches(&self, field: Option<&str>) -> Option<bool> {
        let pattern = self.value.as_deref()?;
        let regex = RegexBuilder::new(pattern).case_insensitive(self.case_insensitive).build().ok()?;
        Some(field.is_some_and(|field| regex.is_match(field)))
    }
}

/// Whether an address is one of the given ones or in one of the given networks; what cannot be read is passed over.
pub(super) fn in_networks<'a>(address: Option<&str>, mut known: impl Iterator<Item = &'a str>) -> bool {
    let Some(address) = address.and_then(|address| address.trim().parse::<IpAddr>().ok()) else {
        return false;
    };
    known.any(|known| {
        let known = known.trim();
        match known.parse::<IpAddr>() {
            Ok(known) => known == address,
            Err(_) => known.parse::<IpNet>().is_ok_and(|network| network.contains(&address)),
        }
    })
}

/// Compares a field with a limit of the same type; none where the limit cannot be read, false where the field cannot.
fn ordered<T: Ranked>(
    field: Option<&str>,
    limit: Option<&str>,
    read: fn(&str) -> Option<T>,
    fits: fn(Ordering) -> bool,
) -> Option<bool> {
    let limit = read(limit?)?;
    Some(field.and_then(read).and_then(|field| field.rank(&limit)).is_some_and(fits))
}

/// What has an order.
trait Ranked {
    fn rank(&self, other: &Self) -> Option<Ordering>;
}

impl Ranked for f64 {
    fn rank(&self, other: &Self) -> Option<Ordering> {
        self.partial_cmp(other)
    }
}

impl Ranked for Timestamp {
    fn rank(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ranked for Version {
    /// By precedence: what was built how does not count (semver.org, 10).
    fn rank(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp_precedence(other))
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A moment; one without an offset is taken as UTC.
fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<Timestamp>().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

/// A version, strictly: no leading `v` (Unleash client specification 14).
fn version(text: &str) -> Option<Version> {
    Version::parse(text.trim()).ok()
}
