//! The limits of a check that are equivalent to the conditions of a metric.

use crate::control::{Limit, NoData};
use crate::engine::{Level, Rate, Share, Span};
use crate::manifest::condition::{Condition, Kept, Phase, Value, kept, phase};
use crate::manifest::promql::{Against, Mapped};
use crate::manifest::quantity::{level, significant};
use crate::telemetry::Metric;

/// The limits of a check in the lab's terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The limit to pass, and a second one where the result is kept between two.
    pub pass: (Limit, Option<Limit>),
    /// The limit to fail, when it is not the opposite of the limit to pass.
    pub fail: Option<Limit>,
    /// The result without data.
    pub no_data: NoData,
    /// Notes about how the conditions were read.
    pub notes: Vec<String>,
}

/// Why there are no limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoLimits {
    /// The lab has none that say the same.
    Unlike(String),
    /// Upstream each measurement is an error: by the success condition, or by the failure condition.
    AlwaysError(&'static str, String),
}

/// Limits on the lab's metric that are equivalent to conditions on the query's result.
///
/// # Errors
/// Why there are none.
pub fn limits(
    mapped: &Mapped,
    success: Option<&Condition>,
    failure: Option<&Condition>,
) -> Result<Limits, NoLimits> {
    let as_list = mapped.vector.unwrap_or_else(|| takes_a_list(mapped, success.or(failure)));
    for (key, condition) in [("successCondition", success), ("failureCondition", failure)] {
        let Some(condition) = condition else { continue };
        let Err(why) = condition.holds(&sample(mapped, as_list)) else { continue };
        let other = condition.holds(&sample(mapped, !as_list)).is_ok();
        let said = match (other, as_list) {
            (true, true) => "the query answers with a list, so compare `result[0]`".to_owned(),
            (true, false) => "the query answers with one number, so compare `result`".to_owned(),
            (false, _) => why,
        };
        return Err(NoLimits::AlwaysError(key, said));
    }
    let of = |condition: &Condition| holds_for(mapped, as_list, condition).map_err(NoLimits::Unlike);
    let limit = |kept| one(mapped, kept).map_err(NoLimits::Unlike);
    let (pass, fail, bounds) = match (success, failure) {
        (None, None) => return Err(NoLimits::Unlike("without a condition it always passes".to_owned())),
        (Some(success), None) => {
            let kept = of(success)?;
            (both(mapped, kept).map_err(NoLimits::Unlike)?, None, vec![kept])
        }
        (None, Some(failure)) => {
            let kept = of(failure)?.rest();
            (both(mapped, kept).map_err(NoLimits::Unlike)?, None, vec![kept])
        }
        (Some(success), Some(failure)) => {
            let (good, bad) = (of(success)?, of(failure)?);
            // What is neither is inconclusive; what is both has failed.
            match (bad == Kept::Nothing, good.rest() == bad) {
                (true, _) => {
                    return Err(NoLimits::Unlike("it never fails, by its failure condition".to_owned()));
                }
                (false, true) => (both(mapped, good).map_err(NoLimits::Unlike)?, None, vec![good]),
                (false, false) => ((limit(good)?, None), Some(limit(bad)?), vec![good, bad]),
            }
        }
    };
    let nothing = if as_list { Value::List(Vec::new()) } else { Value::Number(f64::NAN) };
    let without = mapped.without_data.map_or(nothing, |_| mapped.answer(None, as_list, None));
    let nan = if as_list { Value::List(vec![Value::Number(f64::NAN)]) } else { Value::Number(f64::NAN) };
    let asks = [success, failure].into_iter().flatten().any(Condition::asks_for_nan);
    let (empty, divided) = (phase(&without, success, failure), phase(&nan, success, failure));
    let no_data = no_data(if asks && mapped.without_data.is_none() { divided } else { empty });
    let mut notes: Vec<String> = bounds.iter().filter_map(|kept| stricter(mapped, *kept)).collect();
    let divides = matches!(mapped.query.metric, Metric::ErrorRatio | Metric::Latency(_));
    if divides && mapped.without_data.is_none() && no_data != self::no_data(divided) {
        notes.push(format!(
            "a window in which nobody sent a request is NaN upstream where the series is known, and {} then; here it has no data, and {}",
            said(self::no_data(divided)),
            said(no_data)
        ));
    }
    if let (Some(_), (_, Some(_))) = (success.or(failure), &pass) {
        notes.push("it has two limits, which are two checks here, each with failures of its own".to_owned());
    }
    Ok(Limits { pass, fail, no_data, notes })
}

/// What a measurement counts as, in words.
const fn said(counts: NoData) -> &'static str {
    match counts {
        NoData::Error => "is an error",
        NoData::Inconclusive => "is inconclusive",
        NoData::Fail => "fails",
        NoData::Pass => "passes",
    }
}

const fn no_data(phase: Phase) -> NoData {
    match phase {
        Phase::Successful => NoData::Pass,
        Phase::Failed => NoData::Fail,
        Phase::Inconclusive => NoData::Inconclusive,
        Phase::Error => NoData::Error,
    }
}

/// An answer with data.
fn sample(mapped: &Mapped, as_list: bool) -> Value {
    let answer = mapped.answer(Some(0.5), as_list, None);
    // A comparison in the query may keep nothing of it, and then a condition may ask for what is not there.
    if answer == Value::List(Vec::new()) { Value::List(vec![Value::Number(0.5)]) } else { answer }
}

/// Whether a condition takes the answer for a list, where the query is not known.
fn takes_a_list(mapped: &Mapped, condition: Option<&Condition>) -> bool {
    condition.is_none_or(|condition| condition.holds(&sample(mapped, true)).is_ok())
}

/// The values of the metric, or of the comparison with the baseline, for which a condition holds.
fn holds_for(mapped: &Mapped, as_list: bool, condition: &Condition) -> Result<Kept, String> {
    let (a, b) = (mapped.a, mapped.b);
    let range = match (mapped.against, &mapped.query.metric) {
        (Some(Against::Minus(_)), _) => (-1e12, 1e12),
        (None, Metric::ErrorRatio | Metric::Saturation) => (0.0, 1.0),
        _ => (0.0, f64::INFINITY),
    };
    let turns: Vec<f64> = mapped.filter.map(|filter| (filter.number - b) / a).into_iter().collect();
    let back = |number: f64| (number - b) / a;
    let of = |shown: Option<f64>| {
        kept(condition, range, &turns, &back, &|x| mapped.answer(Some(x), as_list, shown))
    };
    let shows = mapped.filter.is_some_and(|filter| filter.shows_the_number()) && mapped.against.is_some();
    if !shows {
        return of(None);
    }
    // `candidate > 1.5 * baseline` answers with the candidate's value, which the difference does not tell.
    let (small, large) = (of(Some(1e-9))?, of(Some(1e9))?);
    if small == large { Ok(small) } else { Err("it asks for the candidate's value as well".to_owned()) }
}

/// The limits that keep these values.
fn both(mapped: &Mapped, kept: Kept) -> Result<(Limit, Option<Limit>), String> {
    let Kept::Between([(low, with_low), (high, with_high)]) = kept else {
        return Ok((one(mapped, kept)?, None));
    };
    if low == high {
        return Err("an exact number cannot be a limit".to_owned());
    }
    let above = one(mapped, Kept::Above { bound: low, with: with_low })?;
    let below = one(mapped, Kept::Below { bound: high, with: with_high })?;
    Ok((above, Some(below)))
}

/// The limit that keeps these values.
fn one(mapped: &Mapped, kept: Kept) -> Result<Limit, String> {
    let metric = &mapped.query.metric;
    let (bound, with, below) = match kept {
        Kept::Below { bound, with } => (bound, with, true),
        Kept::Above { bound, with } => (bound, with, false),
        Kept::All => return Err("by its condition it always passes, whatever the release".to_owned()),
        Kept::Nothing => return Err("by its condition it never passes, whatever the release".to_owned()),
        Kept::Between(_) | Kept::Outside(_) => return Err("it has two limits where one is needed".to_owned()),
    };
    let bound = significant(bound);
    match (mapped.against, below) {
        (Some(Against::Minus(factor)), true) if bound >= 0.0 => {
            let plus = if bound == 0.0 { Level::Number(0.0) } else { level(metric, bound) };
            return Ok(Limit::AtMostBaseline { factor, plus });
        }
        (Some(Against::Minus(factor)), false) if bound == 0.0 => {
            return Ok(Limit::AtLeastBaseline { factor });
        }
        (Some(Against::Over), true) => {
            return Ok(Limit::AtMostBaseline { factor: bound, plus: Level::Number(0.0) });
        }
        (Some(Against::Over), false) => return Ok(Limit::AtLeastBaseline { factor: bound }),
        (Some(Against::Minus(_)), _) => {
            return Err(
                "a limit cannot say that the candidate has to lie so far from the baseline".to_owned()
            );
        }
        (None, _) => {}
    }
    // Limits are strict: a count of at most 2 is a count below 3, and at most 0 is below the smallest value above 0.
    Ok(match (below, is_count(metric)) {
        (true, true) if with => Limit::Below(Level::Number(bound.floor() + 1.0)),
        (true, _) if bound <= 0.0 => Limit::Below(least(metric)),
        (true, _) => Limit::Below(level(metric, bound)),
        (false, true) if with && bound >= 1.0 => Limit::Above(Level::Number(bound.ceil() - 1.0)),
        (false, _) => Limit::Above(level(metric, bound)),
    })
}

/// What is said of a bound that is kept, where limits are strict.
fn stricter(mapped: &Mapped, kept: Kept) -> Option<String> {
    let shown = |bound: f64| {
        let exact = is_count(&mapped.query.metric) || mapped.against.is_some() || bound <= 0.0;
        (!exact).then(|| {
            format!("at exactly {} the lab takes the stricter side", significant(mapped.a * bound + mapped.b))
        })
    };
    match kept {
        Kept::Below { bound, with: true } | Kept::Above { bound, with: true } => shown(bound),
        Kept::Between([(low, true), _]) => shown(low),
        Kept::Between([_, (high, true)]) => shown(high),
        _ => None,
    }
}

const fn is_count(metric: &Metric) -> bool {
    matches!(metric, Metric::Restarts | Metric::QueueDepth | Metric::ReadyInstances)
}

/// The smallest value above 0 that can be written.
fn least(metric: &Metric) -> Level {
    match level(metric, 0.0) {
        Level::Share(_) => Level::Share(Share::percent(0.000_001)),
        Level::Span(_) => Level::Span(Span(1)),
        Level::Rate(_) => Level::Rate(Rate::per_second(1e-9)),
        Level::Number(_) => Level::Number(1e-9),
    }
}

#[cfg(test)]
mod tests;
