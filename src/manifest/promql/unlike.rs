//! Why a query has none of the shapes that are read here, in the words of what it asks for.

use promql_parser::parser::{Expr, Offset};

use super::status::{Status, status_of};
use crate::engine::Span;

/// The reason, by the first part of the query that has no counterpart here; `None` where no such part is known.
pub(super) fn reason(expr: &Expr) -> Option<String> {
    let own = match expr {
        Expr::VectorSelector(selector) => before(selector.offset.as_ref(), selector.at.is_some()),
        Expr::MatrixSelector(matrix) => before(matrix.vs.offset.as_ref(), matrix.vs.at.is_some()),
        Expr::Subquery(_) => {
            Some("a subquery looks at many answers at once; here the newest alone is known".to_owned())
        }
        Expr::Aggregate(of) => match of.op.to_string().as_str() {
            name @ ("count" | "group" | "count_values" | "stddev" | "stdvar") => {
                Some(format!("`{name}` is about series and not about requests"))
            }
            name @ ("topk" | "bottomk" | "quantile" | "limitk" | "limit_ratio") => {
                Some(format!("`{name}` picks some of the series; here all requests of a side are one series"))
            }
            _ => None,
        },
        Expr::Call(of) => match of.func.name {
            name @ ("absent" | "absent_over_time" | "present_over_time") => Some(format!(
                "`{name}` asks whether there are samples; say with `len(result)` what no data counts as"
            )),
            name @ ("delta"
            | "idelta"
            | "deriv"
            | "predict_linear"
            | "changes"
            | "resets"
            | "double_exponential_smoothing") => {
                Some(format!("`{name}` is about how an answer moves, which no metric here says"))
            }
            _ => None,
        },
        Expr::Binary(of) => match of.op.to_string().as_str() {
            name @ ("and" | "unless") => Some(format!(
                "`{name}` makes one answer depend on another; here a metric has one query (a least number of requests is `min_requests` \
                 of a plan's check)"
            )),
            "/" => of_bucket(&of.lhs, &of.rhs),
            _ => None,
        },
        _ => None,
    };
    own.or_else(|| parts(expr).into_iter().find_map(reason))
}

/// Why a selector that looks back has no counterpart.
fn before(offset: Option<&Offset>, at: bool) -> Option<String> {
    let before = match offset {
        Some(Offset::Pos(by) | Offset::Neg(by)) => {
            format!("`offset {}`", Span(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX)))
        }
        None if at => "`@`".to_owned(),
        None => return None,
    };
    Some(format!(
        "{before} asks for what was measured at another time, and here nothing was measured before the release; compare with the stable \
         side instead"
    ))
}

/// Why the quotient of a bucket and the number of all has no counterpart.
fn of_bucket(part: &Expr, whole: &Expr) -> Option<String> {
    let (part, whole) = (name(part)?, name(whole)?);
    (part.ends_with("_bucket") && whole.ends_with("_count")).then(|| {
        "it is the share of requests within a duration, and here latency is known by quantiles (`histogram_quantile`)".to_owned()
    })
}

/// The name of the only series of an expression.
fn name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::VectorSelector(selector) => selector.name.clone(),
        Expr::MatrixSelector(matrix) => matrix.vs.name.clone(),
        _ => parts(expr).into_iter().find_map(name),
    }
}

/// Why a count of requests by their status is no count of failures; `None` where it is one, or is about all.
pub(super) fn of_status(expr: &Expr) -> Option<String> {
    let selector = match expr {
        Expr::VectorSelector(selector) => Some(selector),
        Expr::MatrixSelector(matrix) => Some(&matrix.vs),
        _ => None,
    };
    let statuses = selector.map(|of| of.matchers.matchers.as_slice()).unwrap_or_default();
    let own = statuses.iter().find_map(|matcher| {
        let shown = super::subject::shown(matcher);
        match status_of(matcher)? {
            Status::Good => Some(format!(
                "`{shown}` counts the requests that succeed, and here requests and failures are counted; divide it by all of them"
            )),
            Status::Other => Some(format!(
                "`{shown}` is about answers that are neither a success nor a failure here, where requests succeed or fail"
            )),
            Status::Bad | Status::Any => None,
        }
    });
    own.or_else(|| parts(expr).into_iter().find_map(of_status))
}

/// What stands directly within an expression.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Paren(inside) => vec![&inside.expr],
        Expr::Unary(inside) => vec![&inside.expr],
        Expr::Aggregate(of) => vec![&of.expr],
        Expr::Subquery(of) => vec![&of.expr],
        Expr::Binary(of) => vec![&of.lhs, &of.rhs],
        Expr::Call(of) => of.args.args.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    }
}
