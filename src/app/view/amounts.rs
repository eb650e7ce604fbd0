//! What is measured and what is wanted, in the language that is spoken. Results in the terminal say the same in English
//! (`exercise::format`).

use crate::app::texts::{t, tf};
use crate::exercise::format::{decimal, lasting, percent, with_unit};
use crate::exercise::{Criterion, Over, Unit};

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
    let of_runs = unit == Unit::YesNo && matches!(criterion.over, Over::Share | Over::Mean);
    let said = |value: f64| {
        if of_runs { tf("brief.goal.of_runs", &[&percent(value)]) } else { amount(value, unit, currency) }
    };
    let (all, none) = (said(full), said(zero));
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
    use crate::exercise::format;
    use crate::library::load;
    use crate::library::shipped::exercise_ids;

    #[test]
    fn what_is_wanted_is_said_as_in_the_terminal() {
        for id in exercise_ids() {
            let ready = load::exercise(id).unwrap();
            let currency = &ready.scenario.cost.currency;
            for criterion in &ready.exercise.rubric {
                let place = format!("{id}: {}", criterion.id);
                assert_eq!(wanted(criterion, currency), format::wanted(criterion, currency), "{place}");
                assert_eq!(marks(criterion, currency), format::marks(criterion, currency), "{place}");
            }
        }
    }
}
