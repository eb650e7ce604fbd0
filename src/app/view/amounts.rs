//! What is measured and what is wanted, in the language that is spoken. Results in the terminal say the same in English
//! (`exercise::format`).

use crate::app::texts::{t, tf};
use crate::engine::Share;
use crate::exercise::format::{decimal, lasting, percent, with_unit};
use crate::exercise::{Criterion, Over, Unit};
use crate::sim::Variation;

/// A value with its unit; `currency` is used for money.
pub fn amount(value: f64, unit: Unit, currency: &str) -> String {
    if !value.is_finite() {
        return t("unit.never").to_owned();
    }
    let number = decimal(value, 1);
    match unit {
        Unit::Users => tf("unit.users", &[&number]),
        Unit::Requests => tf("unit.requests", &[&number]),
        Unit::Pages => tf("unit.pages", &[&number]),
        Unit::Alerts => tf("unit.alerts", &[&number]),
        Unit::Writes => tf("unit.writes", &[&number]),
        Unit::Actions => tf("unit.actions", &[&number]),
        Unit::PagesPerHour => tf("unit.pages_per_hour", &[&number]),
        Unit::InstanceHours => tf("unit.instance_hours", &[&number]),
        Unit::Share => percent(value),
        Unit::YesNo => (if value >= 0.5 { t("brief.yes") } else { t("brief.no") }).to_owned(),
        Unit::Seconds => lasting(value),
        Unit::Money => with_unit(value, unit, currency),
    }
}

/// What is wanted by a criterion: the mark for all points, and the one for none. A mark that cannot be bettered needs no "at most".
pub fn wanted(criterion: &Criterion, currency: &str) -> String {
    let (full, zero) = (criterion.full.value(), criterion.zero.value());
    let unit = criterion.measure.unit();
    let (all, none) = (in_runs(criterion, full, currency), in_runs(criterion, zero, currency));
    // The noun stands there once already.
    let none = match none.split_once(' ') {
        Some((number, _)) if number.starts_with(|c: char| c.is_ascii_digit()) => number,
        _ => none.as_str(),
    };
    let best = unit == Unit::YesNo && full >= 1.0;
    match (full < zero, full) {
        (true, 0.0) => tf("brief.goal.from", &[&all, &none]),
        (true, _) => tf("brief.goal.at_most", &[&all, &none]),
        (false, _) if best => tf("brief.goal.at", &[&all, &none]),
        (false, _) => tf("brief.goal.at_least", &[&all, &none]),
    }
}

/// What was measured by a criterion, with how the runs were taken together; `value` is infinite for what never happened.
pub fn measured(criterion: &Criterion, value: f64, currency: &str) -> String {
    let said = in_runs(criterion, value, currency);
    match criterion.over {
        Over::Share => said,
        Over::Mean if criterion.measure.unit() == Unit::YesNo => said,
        Over::Mean => tf("over.mean {}", &[&said]),
        Over::Median => tf("over.median {}", &[&said]),
        Over::P90 => tf("over.p90 {}", &[&said]),
        Over::Max => tf("over.max {}", &[&said]),
        Over::Min => tf("over.min {}", &[&said]),
    }
}

/// A value of a criterion's measure; a yes-or-no one taken over many runs is a share of them.
fn in_runs(criterion: &Criterion, value: f64, currency: &str) -> String {
    let of_runs = matches!(criterion.over, Over::Share | Over::Mean);
    match criterion.measure.unit() {
        Unit::YesNo if of_runs => tf("brief.goal.of_runs", &[&percent(value)]),
        unit => amount(value, unit, currency),
    }
}

/// What was drawn for a run: when things begin, how bad they are, whom they meet.
pub fn drawn(of: &Variation) -> String {
    let factor = |share: Share| decimal(share.fraction(), 2);
    let mut parts = Vec::new();
    parts.extend(of.release_at.map(|at| tf("drawn.release {}", &[&at])));
    for fault in &of.faults {
        let name = &fault.name;
        parts.push(match (fault.at, fault.lasts) {
            (Some(at), Some(lasts)) => tf("drawn.fault {} {} {}", &[name, &at, &lasts]),
            (Some(at), None) => tf("drawn.fault_at {} {}", &[name, &at]),
            (None, Some(lasts)) => tf("drawn.fault_for {} {}", &[name, &lasts]),
            (None, None) => name.clone(),
        });
    }
    parts.extend(of.defect.map(|share| tf("drawn.defect {}", &[&factor(share)])));
    parts.extend(of.fuse.map(|share| tf("drawn.fuse {}", &[&factor(share)])));
    parts.extend(of.cohort.as_ref().map(|cohort| tf("drawn.cohort {}", &[cohort])));
    parts.extend(of.traffic.map(|share| tf("drawn.traffic {}", &[&factor(share)])));
    parts.extend(of.calm.then(|| t("drawn.calm").to_owned()));
    parts.join(", ")
}

/// The two marks in short, for a narrow column.
pub fn marks(criterion: &Criterion, currency: &str) -> String {
    let (full, zero) = (criterion.full.value(), criterion.zero.value());
    let sign = if full < zero { "≤" } else { "≥" };
    let unit = criterion.measure.unit();
    let short = |value: f64| match unit {
        Unit::YesNo => percent(value),
        unit if unit.is_count() => decimal(value, 1),
        unit => amount(value, unit, currency),
    };
    tf("debrief.marks", &[&sign, &short(full), &short(zero)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Span;
    use crate::exercise::format;
    use crate::library::load;
    use crate::library::shipped::exercise_ids;
    use crate::sim::FaultVariation;

    #[test]
    fn what_is_wanted_is_said_as_in_the_terminal() {
        for id in exercise_ids() {
            let ready = load::exercise(id).unwrap();
            let currency = &ready.scenario.cost.currency;
            for criterion in &ready.exercise.rubric {
                let place = format!("{id}: {}", criterion.id);
                assert_eq!(wanted(criterion, currency), format::wanted(criterion, currency), "{place}");
                assert_eq!(marks(criterion, currency), format::marks(criterion, currency), "{place}");
                for over in [Over::Share, Over::Mean, Over::Median, Over::P90, Over::Max, Over::Min] {
                    let criterion = Criterion { over, ..criterion.clone() };
                    for value in [0.0, 0.5, 1.0, 137.25, f64::INFINITY] {
                        let terminal = format::measured(&criterion, value, currency);
                        assert_eq!(measured(&criterion, value, currency), terminal, "{place}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_drawn_is_said_as_in_the_terminal() {
        let span = |seconds| Some(Span::from_secs(seconds));
        let fault = |at, lasts| FaultVariation { name: "brownout".to_owned(), at, lasts };
        let all = Variation {
            release_at: span(372),
            faults: vec![
                fault(span(580), span(180)),
                fault(span(9), None),
                fault(None, span(8)),
                fault(None, None),
            ],
            defect: Some(Share::percent(133.3)),
            fuse: Some(Share::percent(80.0)),
            cohort: Some("club".to_owned()),
            traffic: Some(Share::percent(107.0)),
            calm: true,
        };
        for of in [all, Variation { calm: true, ..Variation::default() }, Variation::default()] {
            assert_eq!(drawn(&of), of.to_string());
        }
    }
}
