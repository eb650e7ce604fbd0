//! An answer that grows evenly with a metric of the lab, and what comparisons leave of it.

use super::filter::Filter;

/// `a` times the metric plus `b`, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub a: f64,
    pub b: f64,
    pub without_data: Option<f64>,
    pub filter: Option<Filter>,
}

/// The metric itself.
pub(super) const SAME: Line = Line { a: 1.0, b: 0.0, without_data: None, filter: None };

impl Line {
    pub(super) fn mapped(self, each: impl Fn(f64) -> f64) -> Self {
        Self {
            b: each(self.b),
            a: each(self.a + self.b) - each(self.b),
            without_data: self.without_data.map(each),
            filter: self.filter,
        }
    }

    /// What a comparison leaves of it; `None` where there is one before.
    pub(super) fn filtered(self, filter: Filter) -> Option<Self> {
        let without_data = self.without_data.and_then(|answer| filter.kept(answer));
        self.filter.is_none().then_some(Self { without_data, filter: Some(filter), ..self })
    }

    /// With `answer` where there is none: without data, and where a comparison keeps nothing.
    pub(super) fn or(self, answer: f64) -> Self {
        Self {
            without_data: self.without_data.or(Some(answer)),
            filter: self.filter.map(|filter| filter.or(answer)),
            ..self
        }
    }
}

impl Line {
    /// With a number on one side of an operator; `None` where it is no even growth then.
    pub(super) fn mapped_by(
        self,
        sign: &str,
        with: impl Fn(f64, fn(f64, f64) -> f64) -> f64,
    ) -> Option<Self> {
        // What a comparison left is no even growth any more.
        if self.filter.is_some() {
            return None;
        }
        let f: fn(f64, f64) -> f64 = match sign {
            "+" => |x, y| x + y,
            "-" => |x, y| x - y,
            "*" => |x, y| x * y,
            // Only a division by a number keeps the form `a` times the metric plus `b`.
            "/" if (with(2.0, |x, y| x / y) - 2.0 * with(1.0, |x, y| x / y)).abs() < 1e-9 => |x, y| x / y,
            _ => return None,
        };
        let line = self.mapped(|x| with(x, f));
        (line.a.is_finite() && line.b.is_finite() && line.a != 0.0).then_some(line)
    }
}
