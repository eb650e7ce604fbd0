//! Comparisons within a query: `x > 0.05` keeps the answers for which it holds, and `x > bool 0.05` answers with 1 or 0.

use promql_parser::parser::BinaryExpr;

/// A comparison of a query's answer with a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filter {
    compare: Compare,
    /// The number.
    pub number: f64,
    /// Whether it answers with 1 or 0 (`bool`); without it answers are kept or left out.
    as_bool: bool,
    /// The answer where it keeps none (`or vector(0)`).
    otherwise: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    NotEqual,
}

impl Filter {
    /// The comparison of `binary` with `number`, which stands on its left where `swapped` is true; `None` for another operator.
    pub(super) fn of(binary: &BinaryExpr, number: f64, swapped: bool) -> Option<Self> {
        let compare = match (binary.op.to_string().as_str(), swapped) {
            ("<", false) | (">", true) => Compare::Less,
            ("<=", false) | (">=", true) => Compare::AtMost,
            (">", false) | ("<", true) => Compare::Greater,
            (">=", false) | ("<=", true) => Compare::AtLeast,
            ("==", _) => Compare::Equal,
            ("!=", _) => Compare::NotEqual,
            _ => return None,
        };
        let as_bool = binary.modifier.as_ref().is_some_and(|modifier| modifier.return_bool);
        // With its number on the left, a comparison without `bool` keeps the other side all the same.
        Some(Self { compare, number, as_bool, otherwise: None })
    }

    /// The same with an answer where it keeps none.
    pub(super) const fn or(self, otherwise: f64) -> Self {
        Self { otherwise: Some(otherwise), ..self }
    }

    /// What becomes of the answer `number`; `None` where it is left out.
    pub fn kept(self, number: f64) -> Option<f64> {
        let holds = match self.compare {
            Compare::Less => number < self.number,
            Compare::AtMost => number <= self.number,
            Compare::Greater => number > self.number,
            Compare::AtLeast => number >= self.number,
            Compare::Equal => number == self.number,
            Compare::NotEqual => number != self.number,
        };
        match (self.as_bool, holds) {
            (true, _) => Some(f64::from(u8::from(holds))),
            (false, true) => Some(number),
            (false, false) => self.otherwise,
        }
    }

    /// Whether it answers with the number itself, where it keeps it.
    pub const fn shows_the_number(self) -> bool {
        !self.as_bool
    }
}
