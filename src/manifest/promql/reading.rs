//! Reads an expression as a metric of the lab: a ratio, a quantile, a rate, a count, or a gauge.

use promql_parser::label::Matcher;
use promql_parser::parser::{AggregateExpr, Expr, VectorSelector};

use super::expr::{bare, guard, number, scaled, vector};
use super::filter::Filter;
use super::line::{Line, SAME};
use super::status::{Status, status_of};
use super::subject::{self, Names};
use super::{Against, MEAN, OF_MEAN, remarks, unit};
use crate::engine::Span;
use crate::telemetry::{Metric, Subject};

/// What was read of a query so far.
#[derive(Default)]
pub(super) struct Reading {
    /// The matchers of its selectors.
    pub labels: Vec<Matcher>,
    /// Its window.
    pub over: Option<Span>,
    /// Remarks on how it was read.
    pub notes: Vec<String>,
    /// Whether it has no answer before the first failure.
    pub unguarded: bool,
}

impl Reading {
    /// `candidate - 1.5 * baseline`, `candidate / baseline`, `candidate > 1.5 * baseline`: both the same metric over the same time.
    pub(super) fn against_baseline(&mut self, expr: &Expr, names: &Names) -> Option<(Metric, Line, Against)> {
        let Expr::Binary(binary) = bare(expr) else { return None };
        if binary.op.to_string() == "or" {
            let (metric, line, against) = self.against_baseline(&binary.lhs, names)?;
            return Some((metric, line.or(vector(&binary.rhs)?), against));
        }
        if let Some(number) = number(&binary.rhs) {
            let (metric, line, against) = self.against_baseline(&binary.lhs, names)?;
            return Some((metric, line.filtered(Filter::of(binary, number, false)?)?, against));
        }
        let (lhs, rhs) = (bare(&binary.lhs), bare(&binary.rhs));
        let ((other, factor), against, filter) = match binary.op.to_string().as_str() {
            "-" => (scaled(rhs), None, None),
            "/" => ((rhs, 1.0), Some(Against::Over), None),
            _ => (scaled(rhs), None, Some(Filter::of(binary, 0.0, false)?)),
        };
        let (mut left, mut right) = (Self::default(), Self::default());
        let (metric, line) = left.value(lhs)?;
        let same = right.value(other)? == (metric.clone(), line) && left.over == right.over;
        let of = |reading: &Self| subject::subject(&reading.labels, names).map(|side| side.of);
        let roles = matches!((of(&left), of(&right)), (Ok(Subject::Candidate), Ok(Subject::Baseline)));
        let plain = line.b == 0.0 && line.a > 0.0 && line.without_data.is_none() && line.filter.is_none();
        if !same || !roles || !plain || factor < 0.0 {
            return None;
        }
        *self = left;
        // A quotient is of no unit.
        let line = if against.is_some() { SAME } else { line };
        let line = filter.map_or(Some(line), |filter| line.filtered(filter))?;
        Some((metric, line, against.unwrap_or(Against::Minus(factor))))
    }

    /// The metric of an expression, and how the answer grows with it.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<(Metric, Line)> {
        match expr {
            Expr::Paren(inside) => self.value(&inside.expr),
            Expr::Aggregate(aggregate) if sums(aggregate) && self.samples(expr).is_none() => {
                self.value(&aggregate.expr)
            }
            Expr::Binary(binary) => {
                let (left, right) = (binary.lhs.as_ref(), binary.rhs.as_ref());
                match (binary.op.to_string().as_str(), number(left), number(right)) {
                    ("or", _, _) => {
                        let (metric, line) = self.value(left)?;
                        Some((metric, line.or(vector(right)?)))
                    }
                    (sign, Some(c), None) => {
                        let (metric, line) = self.value(right)?;
                        let filter = Filter::of(binary, c, true);
                        let line = match filter {
                            Some(filter) => line.filtered(filter),
                            None => line.mapped_by(sign, |x, f| f(c, x)),
                        };
                        Some((metric, line?))
                    }
                    (sign, None, Some(c)) => {
                        let (metric, line) = self.value(left)?;
                        let filter = Filter::of(binary, c, false);
                        let line = match filter {
                            Some(filter) => line.filtered(filter),
                            None => line.mapped_by(sign, |x, f| f(x, c)),
                        };
                        Some((metric, line?))
                    }
                    ("/", None, None) => self.ratio(left, right),
                    ("*", None, None) => self.failures(left, right),
                    _ => None,
                }
            }
            Expr::Call(call) if call.func.name == "histogram_quantile" => {
                let [quantile, buckets] = call.args.args.as_slice() else { return None };
                let quantile = number(quantile).filter(|q| (0.0..=1.0).contains(q))?;
                let name = self.take(self.samples(buckets)?)?;
                let units = unit::in_a_second(&name);
                if units.is_none() {
                    self.notes.push(format!(
                        "the name `{name}` does not say its unit; it is taken for seconds: if it is milliseconds, say so in a \
                         table (--metrics) with `scale: 1000`"
                    ));
                }
                Some((Metric::Latency(quantile), Line { a: units.unwrap_or(1.0), ..SAME }))
            }
            Expr::Call(call) if ["scalar", "vector", "sort", "sort_desc"].contains(&call.func.name) => {
                self.value(call.args.args.first()?)
            }
            Expr::Call(call) if call.func.name == "clamp_min" => {
                let [inside, least] = call.args.args.as_slice() else { return None };
                let (metric, line) = self.value(inside)?;
                // All that is measured here is 0 or more.
                (number(least)? <= line.b && line.a > 0.0).then_some((metric, line))
            }
            _ => {
                let samples = self.samples(expr)?;
                if let Some(quantile) = remarks::quantile(samples.selector) {
                    let name = self.take(samples)?;
                    return Some((
                        Metric::Latency(quantile),
                        Line { a: unit::in_a_second(&name).unwrap_or(1.0), ..SAME },
                    ));
                }
                let status = samples.selector.matchers.matchers.iter().find_map(status_of);
                let (over, counts) = (samples.over, samples.counts);
                let name = self.take(samples)?;
                let metric = match status {
                    None | Some(Status::Any) => remarks::of_name(&name)?,
                    Some(Status::Bad) if remarks::is_of_requests(&name) => Metric::Failures,
                    Some(_) => return None,
                };
                let seconds = over.map_or(0.0, Span::as_secs_f64);
                let a = match metric {
                    // A counter's total says nothing about now.
                    Metric::RequestRate | Metric::Failures | Metric::Business(_) if over.is_none() => {
                        return None;
                    }
                    Metric::RequestRate | Metric::Failures | Metric::Business(_) if counts => seconds,
                    Metric::Restarts if over.is_some() && !counts => seconds.recip(),
                    _ => 1.0,
                };
                self.unguarded |= metric == Metric::Failures && status.is_some();
                Some((metric, Line { a, ..SAME }))
            }
        }
    }

    /// The share of failures times the requests: failures.
    fn failures(&mut self, share: &Expr, all: &Expr) -> Option<(Metric, Line)> {
        let mut rate = Self::default();
        let (share, all) = (self.value(share)?, rate.value(all)?);
        let is = share == (Metric::ErrorRatio, SAME) && all == (Metric::RequestRate, SAME);
        (is && self.over == rate.over).then_some((Metric::Failures, SAME))
    }

    /// One rate over another.
    fn ratio(&mut self, part: &Expr, whole: &Expr) -> Option<(Metric, Line)> {
        // `rate(x_errors[1m]) or vector(0)` in the numerator is a common guard against gaps.
        let guarded = !std::ptr::eq(bare(guard(part)), bare(part));
        self.notes.extend(remarks::least(whole));
        let ((part, above), (whole, below)) = (scaled(guard(part)), scaled(guard(whole)));
        let (part, whole) = (self.samples(part)?, self.samples(whole)?);
        let (above, below) = (above * part.seconds(), below * whole.seconds());
        if part.over != whole.over {
            self.notes.push(format!(
                "not applied: its numerator looks back {} and its denominator {}; here both look back as long as the denominator",
                part.looks_back(),
                whole.looks_back()
            ));
        }
        if let Some(stem) = remarks::mean(part.selector, whole.selector) {
            self.take(part)?;
            self.take(whole)?;
            self.notes.push(OF_MEAN.to_owned());
            let units = unit::in_a_second(&stem).unwrap_or(1.0) * above / below;
            return (units.is_finite() && units > 0.0)
                .then_some((Metric::Latency(MEAN), Line { a: units, ..SAME }));
        }
        let side = side(part.selector, whole.selector)?;
        let statuses = whole.selector.matchers.matchers.iter().filter_map(status_of);
        if statuses.into_iter().any(|status| status != Status::Any) {
            return None;
        }
        // A series is made at the first response with a code; a counter of its own for errors is there from the start.
        self.unguarded = side == Side::Bad && !guarded && part.selector.name == whole.selector.name;
        self.take(part)?;
        self.take(whole)?;
        let line = match side {
            Side::Bad => SAME,
            Side::Good => Line { a: -1.0, b: 1.0, ..SAME },
        };
        let scale = above / below;
        (scale.is_finite() && scale > 0.0).then(|| (Metric::ErrorRatio, line.mapped(|x| scale * x)))
    }

    /// The selector of the samples that an expression sums: `sum(rate(x[1m]))`, `increase(x[1m])`, `x`.
    fn samples<'e>(&self, expr: &'e Expr) -> Option<Samples<'e>> {
        match expr {
            Expr::Paren(inside) => self.samples(&inside.expr),
            Expr::Aggregate(aggregate) if sums(aggregate) => self.samples(&aggregate.expr),
            Expr::VectorSelector(selector) => Some(Samples { selector, over: None, counts: false }),
            Expr::Call(call) => {
                const OVER: [&str; 8] = [
                    "rate",
                    "irate",
                    "increase",
                    "avg_over_time",
                    "max_over_time",
                    "min_over_time",
                    "last_over_time",
                    "sum_over_time",
                ];
                let inside = call.args.args.first().filter(|_| OVER.contains(&call.func.name))?;
                let Expr::MatrixSelector(matrix) = inside.as_ref() else { return None };
                let nanos = u64::try_from(matrix.range.as_nanos()).ok()?;
                let counts = call.func.name == "increase";
                Some(Samples { selector: &matrix.vs, over: Some(Span(nanos)), counts })
            }
            _ => None,
        }
    }

    /// Records a selector's labels and window, and returns its name.
    fn take(&mut self, samples: Samples<'_>) -> Option<String> {
        let selector = samples.selector;
        if selector.offset.is_some() || selector.at.is_some() || !selector.matchers.or_matchers.is_empty() {
            return None;
        }
        self.over = samples.over.or(self.over);
        self.labels.extend(selector.matchers.matchers.iter().cloned());
        selector.name.clone()
    }
}

/// Whether an aggregation makes one number of the series that stands for all of them: a sum, or one of which it is said.
fn sums(aggregate: &AggregateExpr) -> bool {
    let op = aggregate.op.to_string();
    aggregate.param.is_none() && ["sum", "avg", "max", "min"].contains(&op.as_str())
}

struct Samples<'e> {
    selector: &'e VectorSelector,
    over: Option<Span>,
    /// Whether they are counted over the window, not per second.
    counts: bool,
}

impl Samples<'_> {
    /// The seconds of a rate that the answer is the sum of: those of its window, or 1.
    fn seconds(&self) -> f64 {
        self.over.filter(|_| self.counts).map_or(1.0, Span::as_secs_f64)
    }

    /// The time that it looks back, in words.
    fn looks_back(&self) -> String {
        self.over.map_or_else(|| "to the last sample".to_owned(), |over| over.to_string())
    }
}

/// Whether a part of the requests is the failed ones or the successful ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Good,
    Bad,
}

fn side(part: &VectorSelector, whole: &VectorSelector) -> Option<Side> {
    let extra: Vec<&Matcher> =
        part.matchers.matchers.iter().filter(|matcher| !whole.matchers.matchers.contains(matcher)).collect();
    match (extra.as_slice(), part.name == whole.name) {
        ([matcher], true) => match status_of(matcher)? {
            Status::Good => Some(Side::Good),
            Status::Bad => Some(Side::Bad),
            Status::Any | Status::Other => None,
        },
        ([], false) => {
            let name = part.name.as_deref()?.to_lowercase();
            let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
            match (is(&["error", "fail"]), is(&["success"])) {
                (true, false) => Some(Side::Bad),
                (false, true) => Some(Side::Good),
                _ => None,
            }
        }
        _ => None,
    }
}
