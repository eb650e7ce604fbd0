//! Arithmetic of burn rates: how much of an error budget is spent, and how fast (Google SRE workbook, chapter 5,
//! "Alerting on SLOs").
//!
//! A burn rate is an error ratio in multiples of the error budget (1 - objective): at 1 the budget lasts its period.

use crate::engine::{Share, Span};

/// The burn rate that spends `budget` of a period's error budget within `window`: 2 % of 30 days' budget in one hour
/// is 14.4.
pub fn burn_factor(budget: Share, period: Span, window: Span) -> f64 {
    budget.fraction() * period.as_secs_f64() / window.as_secs_f64()
}

/// Seconds until a budget for `period` is spent at this burn rate.
pub fn seconds_to_exhaust(burn_rate: f64, period: Span) -> f64 {
    period.as_secs_f64() / burn_rate
}

/// Seconds from the first error until the error ratio over the window `long` exceeds `factor` budgets, when traffic is
/// steady, there were no errors before, and `error_ratio` fails from then on; `None` when that is never enough.
/// A shorter window is passed sooner, so it adds nothing here; it only ends the alert sooner.
pub fn seconds_to_detect(error_ratio: f64, budget: f64, factor: f64, long: Span) -> Option<f64> {
    let threshold = factor * budget;
    (error_ratio > threshold).then(|| threshold * long.as_secs_f64() / error_ratio)
}

/// Seconds from the last error until the error ratio over one of `windows` no longer exceeds `factor` budgets, when
/// `error_ratio` failed until then for long enough that the alert fired: the shortest window is the first to forget.
pub fn seconds_to_reset(error_ratio: f64, budget: f64, factor: f64, windows: &[Span]) -> Option<f64> {
    let shortest = windows.iter().min()?.as_secs_f64();
    let threshold = factor * budget;
    (error_ratio > threshold).then(|| shortest * (1.0 - threshold / error_ratio))
}

/// Share of the error budget of `period` that is spent when `error_ratio` of steady traffic fails for `seconds`.
pub fn budget_spent(error_ratio: f64, seconds: f64, budget: f64, period: Span) -> f64 {
    error_ratio * seconds / (budget * period.as_secs_f64())
}

/// Seconds of a full outage that the error budget of `period` allows.
pub fn outage_allowed_s(budget: f64, period: Span) -> f64 {
    budget * period.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(answer: f64, wanted: f64) {
        assert!((answer - wanted).abs() <= 1e-9 * wanted.abs(), "{answer} is not {wanted}");
    }

    const DAY: u64 = 86_400;

    #[test]
    fn factors_are_those_of_the_workbook_and_of_sloth() {
        // (percent of the budget, period in days, window in seconds, factor): the SRE workbook's table and
        // slok/sloth, internal/alert.
        let rows = [
            (2.0, 30, 3_600, 14.4),
            (5.0, 30, 21_600, 6.0),
            (10.0, 30, 3 * DAY, 1.0),
            (2.0, 28, 3_600, 13.44),
            (5.0, 28, 21_600, 5.6),
            (10.0, 28, DAY, 2.8),
            (8.0, 7, 3_600, 13.44),
            (12.5, 7, 21_600, 3.5),
            (20.0, 7, DAY, 1.4),
            (42.0, 7, 3 * DAY, 0.98),
        ];
        for (percent, days, window, factor) in rows {
            near(
                burn_factor(Share::percent(percent), Span::from_secs(days * DAY), Span::from_secs(window)),
                factor,
            );
        }
    }

    #[test]
    fn a_budget_is_spent_in_its_period_over_its_burn_rate() {
        let period = Span::from_secs(30 * DAY);
        near(seconds_to_exhaust(1.0, period), 2_592_000.0);
        near(seconds_to_exhaust(1000.0, period), 2592.0);
    }

    #[test]
    fn detection_takes_the_workbooks_times() {
        // SLO 99.9 %: (error ratio, factor, long window in seconds, seconds until detection), SRE workbook.
        let rows = [
            (1.0, 36.0, 3_600, Some(129.6)),
            (1.0, 14.4, 3_600, Some(51.84)),
            (0.1, 14.4, 3_600, Some(518.4)),
            (0.0011, 14.4, 3_600, None),
            (0.0144, 6.0, 21_600, Some(9000.0)),
            (0.002, 1.0, 3 * DAY, Some(129_600.0)),
            (0.0011, 1.0, 3 * DAY, Some(2_592_000.0 / 11.0)),
        ];
        for (errors, factor, long, wanted) in rows {
            let answer = seconds_to_detect(errors, 0.001, factor, Span::from_secs(long));
            assert_eq!(answer.is_some(), wanted.is_some(), "{errors} at {factor}");
            near(answer.unwrap_or(0.0), wanted.unwrap_or(0.0));
        }
    }
}
