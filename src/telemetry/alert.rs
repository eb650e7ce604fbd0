//! Alert rules, and the states they go through.

use serde::{Deserialize, Serialize};

use super::{Query, Store, Subject};
use crate::engine::{Level, Span, Time};

/// A rule that watches a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Name, unique in the plan.
    pub name: String,
    /// What must hold.
    pub when: Condition,
    /// How long it must hold at every evaluation before the alert fires. Default zero (Prometheus).
    #[serde(default, rename = "for")]
    pub hold: Span,
    /// Whether somebody is woken. Default a page.
    #[serde(default)]
    pub urgency: Urgency,
}

/// What an alert watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Condition {
    /// The answer is above the level. No data is not.
    Above(Query, Level),
    /// The answer is below the level. No data is not.
    Below(Query, Level),
    /// There is no data.
    Absent(Query),
    /// The error budget burns faster than `factor` over both windows (Google SRE workbook).
    BurnRate {
        /// Name of the SLO in the scenario.
        slo: String,
        /// Of what. Default the whole target.
        #[serde(default = "target")]
        of: Subject,
        /// Times the even rate. Default 14.4 (2 % of 30 days' budget in one hour).
        #[serde(default = "page_factor")]
        factor: f64,
        /// Long window. Default 1 h.
        #[serde(default = "one_hour")]
        long: Span,
        /// Short window. Default 5 m.
        #[serde(default = "five_minutes")]
        short: Span,
    },
}

fn target() -> Subject {
    Subject::Target
}

fn page_factor() -> f64 {
    14.4
}

fn one_hour() -> Span {
    Span::from_secs(3600)
}

fn five_minutes() -> Span {
    Span::from_secs(300)
}

/// Whether somebody is woken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Urgency {
    /// The on-call is paged.
    #[default]
    Page,
    /// Somebody looks at it in working hours.
    Ticket,
}

/// Where an alert stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertState {
    /// Its condition does not hold.
    #[default]
    Inactive,
    /// Its condition holds since then, not yet long enough.
    Pending(Time),
    /// It fires since then.
    Firing(Time),
}

/// The rules and their states.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    rules: Vec<AlertRule>,
    states: Vec<AlertState>,
}

impl Alerts {
    /// All rules, inactive. `budgets` holds each SLO's name and error budget (1 - objective).
    pub fn new(rules: Vec<AlertRule>, budgets: Vec<(String, f64)>) -> Self {
        let _ = budgets;
        let states = vec![AlertState::Inactive; rules.len()];
        Self { rules, states }
    }

    /// Evaluates all rules at `now`; answers with the index and new state of each rule whose state changed.
    pub fn evaluate(&mut self, store: &Store, now: Time) -> Vec<(usize, AlertState)> {
        let _ = (store, now);
        Vec::new()
    }

    /// The rules, in the order given.
    pub fn rules(&self) -> &[AlertRule] {
        &self.rules
    }

    /// The rules' states, in the same order.
    pub fn states(&self) -> &[AlertState] {
        &self.states
    }
}
