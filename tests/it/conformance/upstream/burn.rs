//! Closed forms of burn-rate alerts on steady traffic, with which the alerts of a run are compared (Google SRE workbook,
//! chapter 5).

use rollout_lab::engine::Span;

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

/// Seconds of a full outage that the error budget of `period` allows.
pub fn outage_allowed_s(budget: f64, period: Span) -> f64 {
    budget * period.as_secs_f64()
}

/// When an alert over two windows fires, on steady traffic: `ratios` holds the error ratio of each minute, before them
/// all was well, and at the end of each minute both windows (in minutes) must exceed `factor` budgets. Answers with
/// the minute of each first firing evaluation and of the first quiet one after it; `None` when it still fires.
pub fn firing_minutes(
    ratios: &[f64],
    budget: f64,
    factor: f64,
    long: usize,
    short: usize,
) -> Vec<(usize, Option<usize>)> {
    let exceeds = |end: usize, over: usize| {
        let bad: f64 = ratios[end.saturating_sub(over)..end].iter().sum();
        over > 0 && bad / over as f64 > factor * budget
    };
    let mut firings: Vec<(usize, Option<usize>)> = Vec::new();
    for end in 1..=ratios.len() {
        let fires = exceeds(end, long) && exceeds(end, short);
        match firings.last_mut() {
            Some((_, until @ None)) if !fires => *until = Some(end),
            Some((_, None)) => {}
            _ if fires => firings.push((end, None)),
            _ => {}
        }
    }
    firings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(answer: f64, wanted: f64) {
        assert!((answer - wanted).abs() <= 1e-9 * wanted.abs(), "{answer} is not {wanted}");
    }

    const DAY: u64 = 86_400;

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

    #[test]
    fn the_short_window_ends_the_alert_soon_after_the_errors_do() {
        let mut ratios = vec![0.0; 30];
        ratios.extend([1.0; 10]);
        ratios.extend([0.0; 120]);
        assert_eq!(firing_minutes(&ratios, 0.001, 14.4, 60, 5), [(31, Some(45))]);
        assert_eq!(firing_minutes(&ratios, 0.001, 14.4, 60, 60), [(31, Some(100))]);
        assert_eq!(firing_minutes(&ratios, 0.001, 14.4, 60, 0), []);
    }
}
