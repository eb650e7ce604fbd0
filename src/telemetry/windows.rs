//! The windows that burn-rate alerts use in practice, and when such an alert fires over a series of error ratios.

use super::Urgency;
use super::burn::burn_factor;
use crate::engine::{Share, Span};

const MINUTE: Span = Span::from_secs(60);
const DAY_S: u64 = 86_400;

/// One row of the Google SRE workbook's table of burn-rate alerts (chapter 5, "Alerting on SLOs").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurnRow {
    /// Whether somebody is woken.
    pub urgency: Urgency,
    /// Long window.
    pub long: Span,
    /// Short window, a twelfth of the long one.
    pub short: Span,
    /// Share of the period's error budget that is spent within the long window when the alert fires.
    pub budget: Share,
}

impl BurnRow {
    /// The burn rate at which it fires, for a budget counted over `period`: 14.4, 6, 3 and 1 for 30 days.
    pub fn factor(&self, period: Span) -> f64 {
        burn_factor(self.budget, period, self.long)
    }
}

/// The workbook's rows: pages for 2 % in 1 h and 5 % in 6 h, tickets for 10 % in 1 d and in 3 d. The third row is the
/// one that slok/sloth adds.
pub fn workbook_rows() -> [BurnRow; 4] {
    let row = |urgency, long_s, percent| BurnRow {
        urgency,
        long: Span::from_secs(long_s),
        short: Span::from_secs(long_s / 12),
        budget: Share::percent(percent),
    };
    [
        row(Urgency::Page, 3600, 2.0),
        row(Urgency::Page, 6 * 3600, 5.0),
        row(Urgency::Ticket, DAY_S, 10.0),
        row(Urgency::Ticket, 3 * DAY_S, 10.0),
    ]
}

/// One row of pyrra's alerts for an SLO counted over a given window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PyrraRow {
    /// Pyrra's `critical` is a page, its `warning` a ticket.
    pub urgency: Urgency,
    /// How long the condition must hold.
    pub hold: Span,
    /// Long window.
    pub long: Span,
    /// Short window.
    pub short: Span,
    /// The burn rate at which it fires.
    pub factor: f64,
}

/// Pyrra's four rows for an SLO counted over `window`: those for 28 days scaled by window / 28 d, each rounded to the
/// nearest minute, half away from zero (pyrra-dev/pyrra `slo/rules.go`, `Windows`).
pub fn pyrra_rows(window: Span) -> [PyrraRow; 4] {
    // What each length is of 28 days: 2 m is a 20160th.
    let part = |of: u64| Span((window.0 / of + MINUTE.0 / 2) / MINUTE.0 * MINUTE.0);
    let row = |urgency, hold, long, short, factor| PyrraRow {
        urgency,
        hold: part(hold),
        long: part(long),
        short: part(short),
        factor,
    };
    let hours = 28 * 24;
    [
        row(Urgency::Page, hours * 30, hours, hours * 12, 14.0),
        row(Urgency::Page, hours * 4, 28 * 4, hours * 2, 7.0),
        row(Urgency::Ticket, hours, 28, 28 * 12, 2.0),
        row(Urgency::Ticket, 28 * 8, 7, 28 * 4, 1.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workbooks_factors_for_thirty_days_are_14_4_and_6_and_3_and_1() {
        let period = Span::from_secs(30 * DAY_S);
        let factors = workbook_rows().map(|row| (row.factor(period) * 1e6).round() / 1e6);
        assert_eq!(factors, [14.4, 6.0, 3.0, 1.0]);
    }

    #[test]
    fn pyrras_windows_shrink_with_the_slos_window_in_whole_minutes() {
        let row = pyrra_rows(Span::from_secs(7 * DAY_S))[0];
        assert_eq!(row.hold, Span::from_secs(60));
        assert_eq!(row.long, Span::from_secs(900));
        assert_eq!(row.short, Span::from_secs(60));
    }
}
