//! Reads and writes quantities of manifests: durations, percentages, amounts.

use crate::engine::{Amount, Level, Share, Span};
use crate::telemetry::Metric;

/// A duration: a whole number of seconds (`30`), or text as Go writes it (`30`, `90s`, `1h30m`).
pub fn span(text: &str) -> Option<Span> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Span::from_secs(u64::from(seconds)));
    }
    if text.starts_with(['-', '+']) {
        return None;
    }
    text.parse().ok()
}

/// A span in Go's notation: whole seconds as `90s`, finer spans in a finer unit.
pub fn go_duration(span: Span) -> String {
    let seconds = span.0 / 1_000_000_000;
    if span == Span::from_secs(seconds) { format!("{seconds}s") } else { span.to_string() }
}

/// Kubernetes `IntOrString`: `3` or `25%`.
pub fn amount(text: &str) -> Option<Amount> {
    if let Ok(count) = text.parse::<u32>() {
        return Some(Amount::Count(count));
    }
    text.parse().ok().map(Amount::Share)
}

/// `percent` as a share; `None` outside 0 to 100.
pub fn percent(percent: f64) -> Option<Share> {
    (percent.is_finite() && (0.0..=100.0).contains(&percent)).then(|| Share::percent(clean(percent)))
}

/// `number` without the error of binary fractions: 0.05, not 0.050000000000000044.
pub fn clean(number: f64) -> f64 {
    if number.abs() < 1e6 { (number * 1e9).round() / 1e9 } else { number }
}

/// `number` with twelve significant digits: 0.95, not 0.9499999999999998.
pub fn significant(number: f64) -> f64 {
    format!("{number:.11e}").parse().unwrap_or(number)
}

/// `number` in the unit that people use for this metric.
pub fn level(metric: &Metric, number: f64) -> Level {
    let number = clean(number);
    match metric {
        _ if number < 0.0 => Level::Number(number),
        Metric::ErrorRatio | Metric::Saturation | Metric::Memory => {
            Level::Share(Share::percent(clean(number * 100.0)))
        }
        Metric::Latency(_) => Level::Span(Span::from_secs_f64(number)),
        Metric::RequestRate | Metric::Failures | Metric::Business(_) => {
            Level::Rate(crate::engine::Rate::per_second(number))
        }
        _ => Level::Number(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_and_argo_write_them() {
        for (text, expected) in [
            ("30", Some(Span::from_secs(30))),
            ("1h30m", Some(Span::from_secs(5_400))),
            ("500ms", Some(Span::from_millis(500))),
            ("-1s", None),
            ("", None),
            ("soon", None),
        ] {
            assert_eq!(span(text), expected, "{text}");
        }
        assert_eq!(go_duration(Span::from_secs(90)), "90s");
        assert_eq!(span(&go_duration(Span::from_millis(1_500))), Some(Span::from_millis(1_500)));
    }
}
