//! Removes brackets, factors and guards from an expression.

use promql_parser::parser::Expr;

/// The expression inside brackets.
pub(super) fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inside) => bare(&inside.expr),
        _ => expr,
    }
}

/// The expression without its constant factor, and that factor: `100 * x`.
pub(super) fn scaled(expr: &Expr) -> (&Expr, f64) {
    let Expr::Binary(binary) = expr else { return (expr, 1.0) };
    match (binary.op.to_string().as_str(), number(&binary.lhs), number(&binary.rhs)) {
        ("*", Some(c), None) => (&binary.rhs, c),
        ("*", None, Some(c)) => (&binary.lhs, c),
        _ => (expr, 1.0),
    }
}

/// The expression without its `or vector(0)`. The guard fills gaps of the numerator only; without requests the ratio still has
/// no data.
pub(super) fn guard(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inside) => guard(&inside.expr),
        Expr::Binary(binary) if binary.op.to_string() == "or" && vector(&binary.rhs).is_some() => &binary.lhs,
        Expr::Call(call) if call.func.name == "clamp_min" => {
            call.args.args.first().map_or(expr, |inside| guard(inside))
        }
        _ => expr,
    }
}

/// The value of a constant expression.
pub(super) fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::NumberLiteral(literal) => Some(literal.val),
        Expr::Paren(inside) => number(&inside.expr),
        Expr::Unary(inside) => number(&inside.expr).map(|number| -number),
        _ => None,
    }
}

/// The number in `vector(0)`.
pub(super) fn vector(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Paren(inside) => vector(&inside.expr),
        Expr::Call(call) if call.func.name == "vector" => number(call.args.args.first()?),
        _ => None,
    }
}
