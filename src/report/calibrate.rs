//! How the values of criteria are spread over plans, as a page and as a picture.

mod chart;

pub use chart::chart;

use crate::exercise::format::{marks, with_unit};
use crate::exercise::prove::{Calibration, Spread};

use super::spark::spark;
use super::style::{TextStyle, WIDTH, harmless, page, wrapped};
use super::table::{Side, Table};

/// Bars of a histogram.
const BARS: usize = 16;

/// The spread of every criterion as text: quantiles, and a histogram on one scale for all kinds of plans, from the lowest value
/// of all to the highest.
pub fn text(of: &Calibration, currency: &str, style: TextStyle) -> String {
    let mut lines = Vec::new();
    for spread in &of.criteria {
        let criterion = &spread.criterion;
        lines.push(format!(
            "{}: {}",
            style.heading(&harmless(&criterion.id)),
            harmless(&marks(criterion, currency))
        ));
        lines.extend(table(spread, currency, style).lines(style));
        lines.push(String::new());
    }
    let about = "A value is that of all runs of a grading, taken together as the criterion says. The spread goes from the lowest \
                 value of all plans to the highest, without what never happened.";
    lines.extend(wrapped(about, WIDTH));
    page(&lines)
}

fn table(spread: &Spread, currency: &str, style: TextStyle) -> Table {
    let mut table = Table::new(&[
        ("plans", Side::Left),
        ("gradings", Side::Right),
        ("lowest", Side::Right),
        ("quarter", Side::Right),
        ("median", Side::Right),
        ("three quarters", Side::Right),
        ("highest", Side::Right),
        ("spread", Side::Left),
    ]);
    let scale = scale(spread);
    for (group, values) in spread.groups.iter().filter(|(_, values)| !values.is_empty()) {
        let last = values.len() - 1;
        let at =
            |quarter: usize| with_unit(values[last * quarter / 4], spread.criterion.measure.unit(), currency);
        table.row([
            group.name().to_owned(),
            values.len().to_string(),
            at(0),
            at(1),
            at(2),
            at(3),
            at(4),
            histogram(values, scale, style),
        ]);
    }
    table
}

/// The lowest and the highest finite value of all plans.
fn scale(spread: &Spread) -> (f64, f64) {
    let values = spread.groups.iter().flat_map(|(_, values)| values).filter(|value| value.is_finite());
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// How many values lie in each part of the scale; what never happened is left out.
fn histogram(values: &[f64], (low, high): (f64, f64), style: TextStyle) -> String {
    let mut counts = [0_u32; BARS];
    for value in values.iter().filter(|value| value.is_finite()) {
        let part = if high > low { (value - low) / (high - low) } else { 0.0 };
        counts[((part * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let bars = counts.map(|count| Some(f64::from(count)));
    spark(&bars, f64::from(most), style)
}

#[cfg(test)]
pub(super) fn sample() -> Calibration {
    use crate::exercise::prove::Group;
    let exercise = crate::exercise::sample::exercise();
    let groups = [
        (Group::Solution, vec![10.0, 20.0, 25.0]),
        (Group::Starter, vec![900.0, 1000.0]),
        (Group::Wrong, vec![300.0, 400.0, 1500.0]),
        (Group::Null, vec![]),
        (Group::Random, vec![0.0, 100.0, 700.0, 1600.0]),
    ];
    let never = f64::INFINITY;
    let times = [
        (Group::Solution, vec![610.0, 620.0, 650.0]),
        (Group::Starter, vec![300.0, 310.0]),
        (Group::Wrong, vec![never, never, never]),
        (Group::Null, vec![]),
        (Group::Random, vec![200.0, 400.0, 800.0, never]),
    ];
    let criteria = [groups, times]
        .into_iter()
        .zip(&exercise.rubric)
        .map(|(groups, criterion)| Spread { criterion: criterion.clone(), groups: groups.to_vec() });
    Calibration { exercise: exercise.id.clone(), criteria: criteria.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::golden;

    #[test]
    fn a_calibration_reads_as_written_down() {
        golden("calibrate.txt", &text(&sample(), "USD", TextStyle::PLAIN));
    }
}
