//! The knob of an example.

use std::ops::RangeInclusive;

use crate::exercise::format::decimal;

/// The one knob of an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// Its values.
    pub range: RangeInclusive<f64>,
    /// Between two values.
    pub step: f64,
    /// Where it stands at first.
    pub start: f64,
    /// What stands after its value; `%` where it is a share.
    pub unit: &'static str,
}

impl Knob {
    /// The values that it can take, in order.
    pub fn values(&self) -> Vec<f64> {
        let count = ((self.range.end() - self.range.start()) / self.step).round() as u32;
        (0..=count).map(|at| self.range.start() + f64::from(at) * self.step).collect()
    }

    /// `value` brought to the nearest that it can take.
    pub fn fitted(&self, value: f64) -> f64 {
        let steps = ((value - self.range.start()) / self.step).round();
        (self.range.start() + steps * self.step).clamp(*self.range.start(), *self.range.end())
    }

    /// A value with its unit.
    pub fn said(&self, value: f64) -> String {
        let number = decimal(value, 2);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }
}

pub(super) fn knob(range: RangeInclusive<f64>, step: f64, start: f64, unit: &'static str) -> Knob {
    Knob { range, step, start, unit }
}
