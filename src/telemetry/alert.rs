//! Alert rules, and the states they go through.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Metric, Query, Store, Subject};
use crate::engine::{Level, Share, Span, Time};

/// A rule that watches a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Name, unique in the plan.
    pub name: String,
    /// What must hold.
    pub when: Condition,
    /// How long it must hold at every evaluation before the alert fires. Default zero (Prometheus).
    #[serde(default, rename = "for")]
    pub hold: Span,
    /// How long it goes on firing after the condition last held. Default zero (Prometheus `keep_firing_for`).
    #[serde(default)]
    pub keep_firing_for: Span,
    /// Whether somebody is woken. Default a page.
    #[serde(default)]
    pub urgency: Urgency,
}

/// The condition of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
        /// Share of requests that must be good, in place of the SLO's own.
        #[serde(default)]
        objective: Option<Share>,
        /// Of what. Default the whole target.
        #[serde(default = "target")]
        of: Subject,
        /// Times the even rate. Default 14.4 (Google SRE workbook: 2 % of 30 days' budget in one
        /// hour).
        #[serde(default = "page_factor")]
        factor: f64,
        /// Long window. Default 1 h (Google SRE workbook).
        #[serde(default = "one_hour")]
        long: Span,
        /// Short window. Default 5 m (Google SRE workbook).
        #[serde(default = "five_minutes")]
        short: Span,
    },
}

pub(super) fn target() -> Subject {
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

impl Condition {
    /// What it looks at.
    pub const fn subject(&self) -> &Subject {
        match self {
            Self::Above(query, _) | Self::Below(query, _) | Self::Absent(query) => &query.of,
            Self::BurnRate { of, .. } => of,
        }
    }

    /// What it compares with its level: the query's answer, or the lower of the two burn rates; `None` is no data.
    /// `budget` is the error budget (1 - objective) of the SLO that it names, `None` when there is no such SLO.
    pub fn reading(&self, store: &Store, budget: Option<f64>, now: Time) -> Option<f64> {
        match self {
            Self::Above(query, _) | Self::Below(query, _) | Self::Absent(query) => store.ask(query, now),
            Self::BurnRate { of, long, short, .. } => {
                let burn = |over: Span| {
                    let ratio = Query {
                        metric: Metric::ErrorRatio,
                        of: of.clone(),
                        over,
                        zone: None,
                        cohort: None,
                        kind: None,
                    };
                    Some(store.ask(&ratio, now)? / budget?)
                };
                Some(burn(*long)?.min(burn(*short)?))
            }
        }
    }

    /// The query that it asks; `None` for a burn rate.
    pub fn query(&self) -> Option<&Query> {
        match self {
            Self::Above(query, _) | Self::Below(query, _) | Self::Absent(query) => Some(query),
            Self::BurnRate { .. } => None,
        }
    }

    /// True when it holds at `now`. Without data, or with one that is no number, only absence holds.
    pub fn holds(&self, store: &Store, budget: Option<f64>, now: Time) -> bool {
        let reading = self.reading(store, budget, now).filter(|reading| !reading.is_nan());
        match self {
            Self::Above(_, level) => reading.is_some_and(|reading| reading > level.value()),
            Self::Below(query, level) => {
                !begins_before_the_run(query, now) && reading.is_some_and(|reading| reading < level.value())
            }
            Self::Absent(_) => reading.is_none(),
            Self::BurnRate { factor, .. } => reading.is_some_and(|reading| reading > *factor),
        }
    }
}

impl AlertRule {
    /// How far back what it judges reaches: its longest window and the time it must hold.
    pub fn reach(&self) -> Span {
        let window = match &self.when {
            Condition::Above(query, _) | Condition::Below(query, _) | Condition::Absent(query) => query.over,
            Condition::BurnRate { long, short, .. } => (*long).max(*short),
        };
        window + self.hold
    }
}

/// True for a count per second whose window reaches back before the run began: the world ran then as well, but nothing
/// was counted, so the answer is too low.
fn begins_before_the_run(query: &Query, now: Time) -> bool {
    let counts = matches!(query.metric, Metric::RequestRate | Metric::Failures | Metric::Business(_));
    counts && now.since(Time::ZERO) < query.over
}

/// Whether somebody is woken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Urgency {
    /// The on-call is paged.
    #[default]
    Page,
    /// Somebody looks at it in working hours.
    Ticket,
}

/// The state of an alert.
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

/// The progress of one alert from evaluation to evaluation (Prometheus `rules/alerting.go`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    state: AlertState,
    /// Since when the condition of a firing alert no longer holds.
    quiet_since: Option<Time>,
}

impl Watch {
    /// The state of the alert since the last evaluation.
    pub fn state(&self) -> AlertState {
        self.state
    }

    /// Advances the state by whether the condition holds at `now`, and returns it.
    ///
    /// It is pending from the first evaluation at which the condition holds, and fires at the first one `hold` or more
    /// later if it held at all between. An evaluation at which it does not hold ends a pending alert, and a firing one
    /// once it has not held for `keep`.
    pub fn see(&mut self, holds: bool, hold: Span, keep: Span, now: Time) -> AlertState {
        if holds {
            self.quiet_since = None;
            let since = match self.state {
                AlertState::Firing(_) => return self.state,
                AlertState::Pending(since) => since,
                AlertState::Inactive => now,
            };
            let long_enough = now.since(since) >= hold;
            self.state = if long_enough { AlertState::Firing(now) } else { AlertState::Pending(since) };
            return self.state;
        }
        let quiet_since = *self.quiet_since.get_or_insert(now);
        let kept = matches!(self.state, AlertState::Firing(_)) && now.since(quiet_since) < keep;
        if !kept {
            *self = Self::default();
        }
        self.state
    }
}

/// The rules and their states.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    rules: Vec<AlertRule>,
    /// The error budget of the SLO that a rule names, if it names one that exists.
    budgets: Vec<Option<f64>>,
    watches: Vec<Watch>,
    states: Vec<AlertState>,
}

impl Alerts {
    /// All rules, inactive. `budgets` holds each SLO's name and error budget (1 - objective).
    pub fn new(rules: Vec<AlertRule>, budgets: Vec<(String, f64)>) -> Self {
        let budget = |rule: &AlertRule| match &rule.when {
            Condition::BurnRate { objective: Some(own), .. } => Some(1.0 - own.fraction()),
            Condition::BurnRate { slo, .. } => {
                budgets.iter().find(|(name, _)| name == slo).map(|(_, budget)| *budget)
            }
            Condition::Above(..) | Condition::Below(..) | Condition::Absent(_) => None,
        };
        Self {
            budgets: rules.iter().map(budget).collect(),
            watches: vec![Watch::default(); rules.len()],
            states: vec![AlertState::Inactive; rules.len()],
            rules,
        }
    }

    /// Evaluates all rules at `now`; answers with the index and new state of each rule whose state changed.
    pub fn evaluate(&mut self, store: &Store, now: Time) -> Vec<(usize, AlertState)> {
        let mut changed = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let holds = rule.when.holds(store, self.budgets[index], now);
            let state = self.watches[index].see(holds, rule.hold, rule.keep_firing_for, now);
            if state != self.states[index] {
                self.states[index] = state;
                changed.push((index, state));
            }
        }
        changed
    }

    /// What the rule of this index compares with its level at `now`; see [`Condition::reading`].
    ///
    /// # Panics
    /// When there is no such rule.
    pub fn reading(&self, index: usize, store: &Store, now: Time) -> Option<f64> {
        self.rules[index].when.reading(store, self.budgets[index], now)
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

#[cfg(test)]
mod tests;
