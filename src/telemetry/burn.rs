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

/// Share of the error budget of `period` that is spent when `error_ratio` of steady traffic fails for `seconds`.
pub fn budget_spent(error_ratio: f64, seconds: f64, budget: f64, period: Span) -> f64 {
    error_ratio * seconds / (budget * period.as_secs_f64())
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
    fn what_is_spent_grows_with_the_errors_and_their_time() {
        let month = Span::from_secs(30 * DAY);
        near(budget_spent(0.001, 30.0 * 86_400.0, 0.001, month), 1.0);
        near(budget_spent(0.0144, 3_600.0, 0.001, month), 0.02);
        near(budget_spent(0.0, 3_600.0, 0.001, month), 0.0);
    }
}
