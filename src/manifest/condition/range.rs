//! For which values of a metric a condition holds.

use super::Condition;
use super::expression::{Binary, Expr, Function};
use super::value::{Asked, Value, value};

/// The values of a metric, 0 or more, for which a condition holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kept {
    /// All.
    All,
    /// None.
    Nothing,
    /// Those below a bound; the bound itself where `with` is true.
    Below {
        /// The bound.
        bound: f64,
        /// Whether the bound is one of them.
        with: bool,
    },
    /// Those above a bound; the bound itself where `with` is true.
    Above {
        /// The bound.
        bound: f64,
        /// Whether the bound is one of them.
        with: bool,
    },
    /// Those between two bounds, each with whether it is one of them.
    Between([(f64, bool); 2]),
    /// Those outside of two bounds, each with whether it is one of them.
    Outside([(f64, bool); 2]),
}

impl Kept {
    /// The other values.
    pub fn rest(self) -> Self {
        let other =
            |[(low, with_low), (high, with_high)]: [(f64, bool); 2]| [(low, !with_low), (high, !with_high)];
        match self {
            Self::All => Self::Nothing,
            Self::Nothing => Self::All,
            Self::Below { bound, with } => Self::Above { bound, with: !with },
            Self::Above { bound, with } => Self::Below { bound, with: !with },
            Self::Between(bounds) => Self::Outside(other(bounds)),
            Self::Outside(bounds) => Self::Between(other(bounds)),
        }
    }
}

/// The most bounds that a condition may have.
const MOST: usize = 40;

/// The values of a metric, from `least` to `most`, for which `condition` holds, where `answer` is the provider's answer for a value. The
/// answer changes its form at `turns` only; elsewhere it is a list with the number, or the number, that `number` makes of a value, and
/// `back` is the other way round.
///
/// # Errors
/// That a condition cannot be evaluated for some value, or that it holds for values that two bounds cannot tell.
pub fn kept(
    condition: &Condition,
    (least, most): (f64, f64),
    turns: &[f64],
    back: &dyn Fn(f64) -> f64,
    answer: &dyn Fn(f64) -> Value,
) -> Result<Kept, String> {
    let mut bounds: Vec<f64> = roots(&condition.0)?.into_iter().map(back).collect();
    bounds.extend(turns);
    bounds.push(least);
    bounds.retain(|bound| bound.is_finite() && (least..=most).contains(bound));
    bounds.sort_by(f64::total_cmp);
    bounds.dedup_by(|a, b| (*a - *b).abs() <= 1e-12 * (1.0 + b.abs()));
    if bounds.len() > MOST {
        return Err("it has too many bounds".to_owned());
    }
    // At each bound, and between it and the next.
    let mut seen: Vec<(f64, bool, bool)> = Vec::new();
    for (index, bound) in bounds.iter().enumerate() {
        let next = bounds.get(index + 1).copied().unwrap_or(if most.is_finite() {
            most
        } else {
            bound + bound.abs() + 1.0
        });
        let at = condition.holds(&answer(*bound))?;
        let after =
            if next > *bound { condition.holds(&answer(bound + (next - bound) * 0.489_371))? } else { at };
        seen.push((*bound, at, after));
    }
    shaped(&seen)
}

/// The shape of what is kept: each bound, whether it is kept, and whether what follows it is.
fn shaped(seen: &[(f64, bool, bool)]) -> Result<Kept, String> {
    let mut edges: Vec<(f64, bool)> = Vec::new();
    let first = seen.first().is_some_and(|(_, at, _)| *at);
    let mut before = first;
    for (bound, at, after) in seen {
        match (before, *at, *after) {
            (a, b, c) if a == b && b == c => {}
            // A single value within, or without.
            (a, b, c) if a == c && a != b => edges.extend([(*bound, *at), (*bound, *at)]),
            _ => edges.push((*bound, *at)),
        }
        before = *after;
    }
    // The least value alone is kept, or is not, where the first two edges fall on it.
    Ok(match (first, edges.as_slice()) {
        (true, []) => Kept::All,
        (false, []) => Kept::Nothing,
        (true, [(bound, with)]) => Kept::Below { bound: *bound, with: *with },
        (false, [(bound, with)]) => Kept::Above { bound: *bound, with: *with },
        (false, [low, high]) => Kept::Between([*low, *high]),
        (true, [low, high]) => Kept::Outside([*low, *high]),
        _ => return Err("it holds for values that no two limits can tell".to_owned()),
    })
}

/// The answers at which a comparison of the condition turns. Each side of a comparison has to grow evenly with the answer.
fn roots(expr: &Expr) -> Result<Vec<f64>, String> {
    let mut found = Vec::new();
    let mut wrong = None;
    let list = |number: f64| Value::List(vec![Value::Number(number)]);
    for of_list in [true, false] {
        walk(expr, None, &mut |left, right, element| {
            let difference = |number: f64| {
                let result = if of_list { list(number) } else { Value::Number(number) };
                let element = element.map(|of| value(of, Asked { result: &result, element: None }));
                let element = match element {
                    Some(Ok(Value::List(items))) => items.into_iter().next(),
                    _ => None,
                };
                let asked = Asked { result: &result, element: element.as_ref() };
                match (value(left, asked), value(right, asked)) {
                    (Ok(Value::Number(left)), Ok(Value::Number(right))) => Some(left - right),
                    _ => None,
                }
            };
            let [Some(one), Some(two), Some(four)] = [1.0, 2.0, 4.0].map(difference) else { return };
            let slope = two - one;
            // A count turns where its predicate does.
            if is_count(left) || is_count(right) {
                return;
            }
            if (four - two - 2.0 * slope).abs() > 1e-9 * (1.0 + four.abs()) {
                wrong = Some("a side of its comparison does not grow evenly with the result".to_owned());
            } else if slope != 0.0 {
                found.push(1.0 - one / slope);
            }
        });
    }
    wrong.map_or(Ok(found), Err)
}

/// Whether it is the number of elements for which a predicate holds.
fn is_count(expr: &Expr) -> bool {
    match expr {
        Expr::Call(Function::Count, _) => true,
        Expr::Call(Function::Len, of) => matches!(of.as_slice(), [Expr::Call(Function::Filter, _)]),
        _ => false,
    }
}

/// Calls `each` with the two sides of every comparison, and the list whose elements a predicate around it is about.
fn walk<'e>(
    expr: &'e Expr,
    list: Option<&'e Expr>,
    each: &mut dyn FnMut(&'e Expr, &'e Expr, Option<&'e Expr>),
) {
    if let Expr::Binary(operator, left, right) = expr {
        let compares = matches!(
            operator,
            Binary::Equal
                | Binary::NotEqual
                | Binary::Less
                | Binary::AtMost
                | Binary::Greater
                | Binary::AtLeast
        );
        if compares {
            each(left, right, list);
        }
        if let (Binary::In | Binary::NotIn, Expr::List(items)) = (operator, right.as_ref()) {
            items.iter().for_each(|item| each(left, item, list));
        }
    }
    if let Expr::Call(function, arguments) = expr
        && let (true, [of, test]) = (function.has_predicate(), arguments.as_slice())
    {
        walk(of, list, each);
        walk(test, Some(of), each);
        return;
    }
    parts(expr).into_iter().for_each(|part| walk(part, list, each));
}

/// Whether a part of the expression is such.
pub(super) fn any(expr: &Expr, is: &dyn Fn(&Expr) -> bool) -> bool {
    is(expr) || parts(expr).into_iter().any(|part| any(part, is))
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Nil | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) | Expr::Result | Expr::Element => {
            Vec::new()
        }
        Expr::List(items) | Expr::Call(_, items) => items.iter().collect(),
        Expr::Unary(_, of) => vec![of],
        Expr::Binary(_, left, right) | Expr::Index(left, right) => vec![left, right],
        Expr::Choice(parts) => parts.iter().collect(),
    }
}
