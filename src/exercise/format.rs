//! Formats numbers for people: counts with commas, durations, percentages, values with their unit, and the measured value
//! and the marks of a criterion.

use super::{Criterion, Over, Unit};

/// `1234567` as `1,234,567`.
pub fn counted(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = String::from(&digits[..first]);
    for (index, digit) in digits[first..].chars().enumerate() {
        if index % 3 == 0 && !text.is_empty() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A real number with up to `digits` digits after the point, none that are zero at the end, and commas before it.
pub fn decimal(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return "never".to_owned();
    }
    let text = format!("{:.digits$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), counted);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if number < 0.0 && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    format!("{sign}{whole}{point}{fraction}")
}

/// Seconds as people say them: `0s`, `250ms`, `2.5s`, `31m20s`, `2h5m`.
pub fn lasting(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "never".to_owned();
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let size = seconds.abs();
    if size < 0.000_5 {
        return "0s".to_owned();
    }
    if size < 0.999_5 {
        return format!("{sign}{}ms", decimal(size * 1000.0, 0));
    }
    if size < 59.95 {
        return format!("{sign}{}s", decimal(size, 1));
    }
    let whole = size.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    let part = |number: u64, unit: &str| if number == 0 { String::new() } else { format!("{number}{unit}") };
    let rest = if hours > 0 { String::new() } else { part(rest, "s") };
    format!("{sign}{}{}{rest}", part(hours, "h"), part(minutes, "m"))
}

/// A fraction as a percentage with as many digits as tell something: `0.034%`, `4.2%`, `100%`.
pub fn percent(fraction: f64) -> String {
    let size = (fraction * 100.0).abs();
    let digits = match size {
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{}%", decimal(fraction * 100.0, digits))
}

/// `1 user`, `2 users`: a count with its noun, `noun` being the singular of a regular plural.
pub fn of_them(number: f64, noun: &str) -> String {
    let text = decimal(number, 1);
    let plural = if text == "1" { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

/// A value with its unit; `currency` is used for money.
pub fn with_unit(value: f64, unit: Unit, currency: &str) -> String {
    if !value.is_finite() {
        return "never".to_owned();
    }
    match unit {
        Unit::Users => of_them(value, "user"),
        Unit::Requests => of_them(value, "request"),
        Unit::Pages => of_them(value, "page"),
        Unit::Alerts => of_them(value, "alert"),
        Unit::Writes => of_them(value, "doubled write"),
        Unit::Actions => of_them(value, "action"),
        Unit::PagesPerHour => format!("{} an hour", of_them(value, "page")),
        Unit::Share => percent(value),
        Unit::YesNo => (if value >= 0.5 { "yes" } else { "no" }).to_owned(),
        Unit::Seconds => lasting(value),
        Unit::Money => format!("{} {currency}", money(value)),
        Unit::InstanceHours => of_them(value, "instance-hour"),
    }
}

fn money(value: f64) -> String {
    let size = decimal(value, 2);
    match size.split_once('.') {
        Some((_, cents)) if cents.len() == 1 => format!("{size}0"),
        None => format!("{size}.00"),
        _ => size,
    }
}

/// What was measured, with how the runs were taken together: `p90 137 users`, `5% of runs`, `median never`.
/// `value` is infinite for what never happened.
pub fn measured(criterion: &Criterion, value: f64, currency: &str) -> String {
    let said = in_runs(criterion, value, currency);
    match criterion.over {
        Over::Share => said,
        Over::Mean if criterion.measure.unit() == Unit::YesNo => said,
        Over::Mean => format!("mean {said}"),
        Over::Median => format!("median {said}"),
        Over::P90 => format!("p90 {said}"),
        Over::Max => format!("highest {said}"),
        Over::Min => format!("lowest {said}"),
    }
}

/// What was wanted: the mark for all points, and the one for none. A mark that cannot be bettered needs no "at most".
pub fn wanted(criterion: &Criterion, currency: &str) -> String {
    let (full, zero) = (criterion.full.value(), criterion.zero.value());
    let best = criterion.measure.unit() == Unit::YesNo && full >= 1.0;
    let (bound, beyond) = match (full < zero, full) {
        (true, 0.0) => ("", "from"),
        (true, _) => ("at most ", "from"),
        (false, _) if best => ("", "at"),
        (false, _) => ("at least ", "at"),
    };
    let none = in_runs(criterion, zero, currency);
    // The noun stands there once already.
    let none = if none.starts_with(|c: char| c.is_ascii_digit()) {
        none.split(' ').next().unwrap_or(&none)
    } else {
        &none
    };
    format!("{bound}{} (no points {beyond} {none})", in_runs(criterion, full, currency))
}

/// The two marks in short, for a narrow column: `full ≤ 150 · zero at 1,500`.
pub fn marks(criterion: &Criterion, currency: &str) -> String {
    let (full, zero) = (criterion.full.value(), criterion.zero.value());
    let sign = if full < zero { "≤" } else { "≥" };
    let unit = criterion.measure.unit();
    let short = |value: f64| {
        if unit == Unit::YesNo {
            percent(value)
        } else if unit.is_count() {
            decimal(value, 1)
        } else {
            with_unit(value, unit, currency)
        }
    };
    format!("full {sign} {} · zero at {}", short(full), short(zero))
}

/// A value of the criterion's measure; a yes-or-no one taken over many runs is a share of them.
fn in_runs(criterion: &Criterion, value: f64, currency: &str) -> String {
    let of_runs = matches!(criterion.over, Over::Share | Over::Mean);
    let unit = criterion.measure.unit();
    if unit == Unit::YesNo && of_runs {
        format!("{} of runs", percent(value))
    } else {
        with_unit(value, unit, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::engine::Level;
    use crate::exercise::Measure;

    #[test]
    fn counts_have_commas_and_no_more() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1234567, "1,234,567")] {
            assert_eq!(counted(number), text);
        }
    }

    #[test]
    fn a_length_of_time_reads_as_people_say_it() {
        let cases = [
            (0.0, "0s"),
            (0.25, "250ms"),
            (0.9996, "1s"),
            (2.5, "2.5s"),
            (59.97, "1m"),
            (1880.0, "31m20s"),
            (7500.0, "2h5m"),
            (-90.0, "-1m30s"),
            (f64::INFINITY, "never"),
        ];
        for (seconds, text) in cases {
            assert_eq!(lasting(seconds), text);
        }
    }

    #[test]
    fn a_percentage_has_the_digits_that_tell_something() {
        for (fraction, text) in
            [(1.0, "100%"), (0.042, "4.2%"), (0.12345, "12.3%"), (0.00034, "0.034%"), (0.0, "0%")]
        {
            assert_eq!(percent(fraction), text);
        }
    }

    #[test]
    fn a_criterion_says_what_was_measured_and_wanted_with_units() {
        let mut criterion = sample::exercise().rubric[0].clone();
        assert_eq!(measured(&criterion, 137.0, "USD"), "p90 137 users");
        assert_eq!(measured(&criterion, 1.0, "USD"), "p90 1 user");
        assert_eq!(wanted(&criterion, "USD"), "at most 150 users (no points from 1,500)");
        assert_eq!(marks(&criterion, "USD"), "full ≤ 150 · zero at 1,500");
        criterion.measure = Measure::RolledBack;
        criterion.over = Over::Share;
        (criterion.full, criterion.zero) = (Level::Number(0.0), Level::Number(0.4));
        assert_eq!(measured(&criterion, 0.05, "USD"), "5% of runs");
        assert_eq!(wanted(&criterion, "USD"), "0% of runs (no points from 40%)");
        criterion.measure = Measure::Cost;
        criterion.over = Over::Mean;
        assert_eq!(measured(&criterion, 12.4, "EUR"), "mean 12.40 EUR");
        criterion.measure = Measure::TimeToComplete;
        assert_eq!(measured(&criterion, f64::INFINITY, "EUR"), "mean never");
    }
}
