//! Sets of burn-rate alerts from one entry: an SLO and the period of its error budget.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alert::target;
use super::windows::{pyrra_rows, workbook_rows};
use super::{AlertRule, Condition, Subject, Urgency};
use crate::engine::{Share, Span};
use crate::scenario::{Issue, Scenario};

const DAY: Span = Span::from_secs(86_400);

/// One SLO's burn-rate alerts over several windows, each named after the entry and its long window, such as "success 1h".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BurnAlerts {
    /// Name of the SLO in the scenario.
    pub slo: String,
    /// What the alerts' names begin with. Default the SLO's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Of what. Default the whole target.
    #[serde(default = "target")]
    pub of: Subject,
    /// Share of requests that must be good, in place of the SLO's own.
    #[serde(default)]
    pub objective: Option<Share>,
    /// Period over which the error budget is counted. Default 30 d (Google SRE workbook).
    #[serde(default = "thirty_days")]
    pub window: Span,
    /// Which set. Default the workbook's.
    #[serde(default)]
    pub rows: BurnRows,
    /// Its pages alone, or its tickets alone. Default both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Urgency>,
}

fn thirty_days() -> Span {
    DAY * 30
}

/// A set of burn-rate alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BurnRows {
    /// Google SRE workbook, chapter 5: pages for 2 % of the budget in 1 h and 5 % in 6 h, a ticket for 10 % in 3 d, each
    /// with a short window of a twelfth; for 30 d at 14.4, 6 and 1 times the even rate.
    #[default]
    Workbook,
    /// slok/sloth: as the workbook, and a ticket for 10 % in 1 d, at 3 times the even rate for 30 d.
    Sloth,
    /// Pyrra: 14, 7, 2 and 1 times the even rate over windows that shrink with the period.
    Pyrra,
}

/// Urgency, long window, short window, factor, and how long it must hold.
type Line = (Urgency, Span, Span, f64, Span);

impl BurnAlerts {
    /// The alert rules that it stands for, the shortest windows first.
    pub fn rules(&self) -> Vec<AlertRule> {
        let prefix = self.name.as_ref().unwrap_or(&self.slo);
        let rule = |(urgency, long, short, factor, hold): Line| AlertRule {
            name: format!("{prefix} {long}"),
            when: Condition::BurnRate {
                slo: self.slo.clone(),
                objective: self.objective,
                of: self.of.clone(),
                factor,
                long,
                short,
            },
            hold,
            keep_firing_for: Span::ZERO,
            urgency,
        };
        let wanted = |line: &Line| self.only.is_none_or(|only| only == line.0);
        self.lines().into_iter().filter(wanted).map(rule).collect()
    }

    fn lines(&self) -> Vec<Line> {
        if self.rows == BurnRows::Pyrra {
            let rows = pyrra_rows(self.window);
            return rows.map(|row| (row.urgency, row.long, row.short, row.factor, row.hold)).to_vec();
        }
        let every = self.rows == BurnRows::Sloth;
        let rows = workbook_rows().into_iter().filter(|row| every || row.long != DAY);
        rows.map(|row| (row.urgency, row.long, row.short, row.factor(self.window), Span::ZERO)).collect()
    }

    /// The shortest period for which its windows make sense: no shorter than the longest, and none rounded to nothing.
    const fn least_window(&self) -> Span {
        Span::from_secs(match self.rows {
            BurnRows::Workbook | BurnRows::Sloth => 3 * 86_400,
            BurnRows::Pyrra => 7 * 86_400,
        })
    }

    /// Everything wrong with it; `at` is its field path, such as `burn_alerts[0]`.
    pub fn problems(&self, at: &str, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            issues.push(Issue::error(format!("{at}.name"), "empty", "the alerts need a name"));
        }
        if self.objective.is_some_and(|objective| objective == Share::ZERO || objective >= Share::ALL) {
            let message = "allowed is above 0% and below 100%, because 100% leaves no error budget";
            issues.push(Issue::error(format!("{at}.objective"), "out-of-range", message));
        }
        let least = self.least_window();
        if self.window < least || self.window > DAY * 366 {
            let message = format!("found {}; allowed is {least} to 366d for {:?}", self.window, self.rows);
            issues.push(Issue::error(format!("{at}.window"), "out-of-range", message));
        }
        let Some(scenario) = scenario else { return issues };
        issues.extend(self.of.problems(&format!("{at}.of"), scenario));
        match scenario.slos.iter().find(|slo| slo.name == self.slo) {
            None => {
                let names = scenario.slos.iter().map(|slo| slo.name.as_str());
                issues.push(Issue::unknown(format!("{at}.slo"), "SLO", &self.slo, names));
            }
            Some(slo) if slo.window != self.window => {
                let message = format!("the SLO's own window is {}; the budget is counted there", slo.window);
                issues.push(Issue::warning(format!("{at}.window"), "other-window", message));
            }
            Some(_) => {}
        }
        issues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(rows: BurnRows, days: u64) -> BurnAlerts {
        BurnAlerts {
            slo: "success".to_owned(),
            name: None,
            of: Subject::Target,
            objective: None,
            window: DAY * days,
            rows,
            only: None,
        }
    }

    fn told(entry: &BurnAlerts) -> Vec<(String, Urgency, String, f64)> {
        let line = |rule: AlertRule| match rule.when {
            Condition::BurnRate { factor, short, .. } => {
                (rule.name, rule.urgency, short.to_string(), (factor * 1e6).round() / 1e6)
            }
            other => panic!("{other}"),
        };
        entry.rules().into_iter().map(line).collect()
    }

    #[test]
    fn pages_and_tickets_can_be_left_out() {
        for only in [Urgency::Page, Urgency::Ticket] {
            let some = BurnAlerts { only: Some(only), ..entry(BurnRows::Sloth, 30) }.rules();
            assert!(some.len() == 2 && some.iter().all(|rule| rule.urgency == only), "{some:?}");
        }
    }

    #[test]
    fn the_workbooks_entry_is_its_table() {
        let (page, ticket) = (Urgency::Page, Urgency::Ticket);
        let line = |name: &str, urgency, short: &str, factor| {
            (format!("success {name}"), urgency, short.to_owned(), factor)
        };
        let table =
            [line("1h", page, "5m", 14.4), line("6h", page, "30m", 6.0), line("3d", ticket, "6h", 1.0)];
        assert_eq!(told(&entry(BurnRows::Workbook, 30)), table);
        let sloth = told(&entry(BurnRows::Sloth, 30));
        assert_eq!(sloth[2], line("1d", ticket, "2h", 3.0));
        assert_eq!(sloth.len(), 4);
        let month = told(&entry(BurnRows::Workbook, 28));
        assert_eq!(month.iter().map(|line| line.3).collect::<Vec<_>>(), [13.44, 5.6, 0.933333]);
    }

    #[test]
    fn pyrras_windows_follow_the_period_and_must_hold_a_while() {
        let week = entry(BurnRows::Pyrra, 7).rules();
        let names: Vec<&str> = week.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["success 15m", "success 1h30m", "success 6h", "success 1d"]);
        assert_eq!(week[0].hold, Span::from_secs(60));
    }

    #[test]
    fn every_set_tells_its_alerts_apart_and_no_window_is_empty_within_its_limits() {
        for rows in [BurnRows::Workbook, BurnRows::Sloth, BurnRows::Pyrra] {
            for days in [7, 28, 30, 90, 366] {
                let rules = entry(rows, days).rules();
                let mut names: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
                names.dedup();
                assert_eq!(names.len(), rules.len(), "{names:?}");
                for rule in rules {
                    let Condition::BurnRate { factor, long, short, .. } = rule.when else { panic!() };
                    assert!(short > Span::ZERO && short < long && factor > 0.0, "{rows:?} of {days} days");
                }
            }
        }
    }
}
