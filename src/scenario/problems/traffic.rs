//! Validation of traffic shapes.

use super::super::{Scenario, Shape};
use super::notes::Notes;
use crate::engine::{Rate, Span};

/// The highest rate of a shape: what a file may write. What one run can simulate is bounded by its cost.
const MOST_PER_SECOND: f64 = Rate::MOST.hertz();

/// The least time in which a rate changes: shorter is a step, which is a spike's.
const LEAST_LINE: Span = Span::from_millis(1);

pub(super) fn check(notes: &mut Notes, scenario: &Scenario) {
    notes.length("traffic", "shape of load", scenario.traffic.len(), 1..=32);
    notes.names(
        "traffic",
        ".name",
        "shape of load",
        scenario.traffic.iter().map(|traffic| traffic.name.as_str()),
    );
    for (index, traffic) in scenario.traffic.iter().enumerate() {
        shape(notes, &format!("traffic[{index}].shape"), &traffic.shape, scenario);
    }
}

fn shape(notes: &mut Notes, at: &str, shape: &Shape, scenario: &Scenario) {
    let horizon = scenario.horizon;
    match shape {
        Shape::Constant(rate) => some_rate(notes, at, *rate),
        Shape::Ramp { from, to, at: begin, over } => {
            rate(notes, &format!("{at}.from"), *from);
            rate(notes, &format!("{at}.to"), *to);
            least(notes, &format!("{at}.over"), *over, LEAST_LINE);
            notes.before_the_end(format!("{at}.at"), *begin, horizon);
            some(notes, at, *from, *to);
        }
        Shape::Daily { mean, peak_to_trough, peak_at: _, day } => {
            some_rate(notes, &format!("{at}.mean"), *mean);
            if !(1.0..=1_000.0).contains(peak_to_trough) {
                let message = format!("found {peak_to_trough}; allowed is 1 to 1000, and 3 to 5 is usual");
                notes.error(format!("{at}.peak_to_trough"), "out-of-range", message);
            }
            least(notes, &format!("{at}.day"), *day, Span::from_secs(60));
        }
        Shape::Spike { base, to, at: begin, lasts } => {
            rate(notes, &format!("{at}.base"), *base);
            rate(notes, &format!("{at}.to"), *to);
            least(notes, &format!("{at}.lasts"), *lasts, LEAST_LINE * 2);
            notes.before_the_end(format!("{at}.at"), *begin, horizon);
            some(notes, at, *base, *to);
        }
        Shape::FlashCrowd { base, peak, at: begin, rise, half_life } => {
            rate(notes, &format!("{at}.base"), *base);
            some_rate(notes, &format!("{at}.peak"), *peak);
            if peak < base {
                let message =
                    format!("the highest rate, {peak}, is below the rate without the crowd, {base}");
                notes.error(format!("{at}.peak"), "out-of-range", message);
            }
            least(notes, &format!("{at}.rise"), *rise, LEAST_LINE);
            least(notes, &format!("{at}.half_life"), *half_life, Span::from_secs(1));
            notes.before_the_end(format!("{at}.at"), *begin, horizon);
        }
        Shape::Trace { file, points } => trace(notes, at, file, points),
        Shape::Closed { users, think } => {
            notes.within(format!("{at}.users"), *users, 1..=1_000_000);
            notes.law(&format!("{at}.think"), think);
        }
    }
}

fn trace(notes: &mut Notes, at: &str, file: &str, points: &[(Span, Rate)]) {
    if points.is_empty() {
        if file.is_empty() {
            notes.error(at, "empty", "a trace needs a `file` or `points`");
        }
        return;
    }
    notes.length(&format!("{at}.points"), "point", points.len(), 1..=10_000);
    for (index, (_, height)) in points.iter().enumerate() {
        rate(notes, &format!("{at}.points[{index}].1"), *height);
    }
    for (index, pair) in points.windows(2).enumerate() {
        let (before, after) = (pair[0].0, pair[1].0);
        if after <= before {
            let message = format!("times must increase, but {after} follows {before}");
            notes.error(format!("{at}.points[{}].0", index + 1), "not-increasing", message);
        }
    }
    if points.iter().all(|(_, height)| height.hertz() == 0.0) {
        notes.error(format!("{at}.points"), "empty", "every rate is 0/s: nobody ever calls");
    }
}

fn rate(notes: &mut Notes, at: &str, rate: Rate) {
    notes.not_negative(at, rate.hertz(), MOST_PER_SECOND);
}

fn some_rate(notes: &mut Notes, at: &str, rate: Rate) {
    notes.positive(at, rate.hertz(), MOST_PER_SECOND);
}

fn some(notes: &mut Notes, at: &str, one: Rate, other: Rate) {
    if one.hertz() == 0.0 && other.hertz() == 0.0 {
        notes.error(at, "empty", "both rates are 0/s: nobody ever calls");
    }
}

fn least(notes: &mut Notes, at: &str, found: Span, least: Span) {
    if found < least {
        notes.error(at, "out-of-range", format!("found {found}; allowed is {least} or more"));
    }
}
