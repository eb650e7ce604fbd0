//! Notifications: how alerts are grouped, delayed, repeated and inhibited, after Prometheus' Alertmanager
//! (`dispatch/dispatch.go`, `notify.DedupStage`, `inhibit/inhibit.go`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlertRule, Condition, Subject, Urgency};
use crate::engine::{Span, Time};

/// How firing alerts become notifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Notifications {
    /// Alerts that agree in all of these share a notification; with none, all do. Default by alert (`alertname`, as in
    /// Alertmanager's example configuration).
    pub group_by: Vec<Label>,
    /// From a group's first alert to its first notification. Default the scenario's `monitoring.group_wait`
    /// (Alertmanager `group_wait`, 30 s).
    pub group_wait: Option<Span>,
    /// Between two looks at a group whose alerts changed. Default 5 m (Alertmanager `group_interval`).
    #[schemars(extend("x-range" = "1s or more"))]
    pub group_interval: Span,
    /// Until a group whose alerts go on firing unchanged is notified again. Default 4 h (Alertmanager `repeat_interval`).
    #[schemars(extend("x-range" = "1s or more"))]
    pub repeat_interval: Span,
    /// Alerts that inhibit others. Default none.
    pub inhibit: Vec<Inhibition>,
}

impl Default for Notifications {
    fn default() -> Self {
        Self {
            group_by: vec![Label::Alert],
            group_wait: None,
            group_interval: Span::from_secs(300),
            repeat_interval: Span::from_secs(4 * 3600),
            inhibit: Vec::new(),
        }
    }
}

/// A label that groups alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Label {
    /// The rule's name.
    Alert,
    /// Of what the rule asks: candidate, baseline, target, or a service.
    Subject,
}

impl Label {
    fn of(self, rule: &AlertRule) -> String {
        match self {
            Self::Alert => rule.name.clone(),
            Self::Subject => subject(&rule.when).to_string(),
        }
    }
}

fn subject(condition: &Condition) -> &Subject {
    match condition {
        Condition::Above(query, _) | Condition::Below(query, _) | Condition::Absent(query) => &query.of,
        Condition::BurnRate { of, .. } => of,
    }
}

/// While one alert fires, others are not notified (Alertmanager `inhibit_rules`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inhibition {
    /// Name of the alert that says enough.
    pub source: String,
    /// Names of those that are then kept quiet.
    pub targets: Vec<String>,
}

/// A notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// Whether somebody is woken: a new alert fires, or a notification is repeated. Otherwise it only says that an alert
    /// stopped.
    pub wakes: bool,
    /// Index of each alert of the group that fires.
    pub firing: Vec<usize>,
    /// Index of each one that has stopped since the last notification.
    pub resolved: Vec<usize>,
}

/// The result of flushing a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flush {
    /// The notification, if there is one.
    pub notice: Option<Notice>,
    /// When the group is flushed again; `None` once it is empty.
    pub again: Option<Time>,
}

/// The alerts by group, and the last notification of each group.
#[derive(Clone, Debug, Default)]
pub struct Notifier {
    rules: Notifications,
    wait: Span,
    /// The group of each alert.
    group_of: Vec<usize>,
    groups: Vec<Group>,
    /// For each alert, those that keep it quiet while they fire.
    quieted_by: Vec<Vec<usize>>,
    firing: Vec<bool>,
    /// Tickets notify nobody; they may still inhibit pages.
    pages: Vec<bool>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    /// True while it is looked at from time to time.
    open: bool,
    /// Its alerts since the last look, and whether each fires.
    alerts: Vec<(usize, bool)>,
    told: Option<(Time, Notice)>,
}

impl Notifier {
    /// For these rules. `wait` is the group wait where `rules` says none.
    pub fn new(alerts: &[AlertRule], rules: Notifications, wait: Span) -> Self {
        let mut keys: Vec<Vec<String>> = Vec::new();
        let mut group_of = Vec::new();
        for alert in alerts {
            let key: Vec<String> = rules.group_by.iter().map(|label| label.of(alert)).collect();
            let place = keys.iter().position(|known| *known == key).unwrap_or(keys.len());
            if place == keys.len() {
                keys.push(key);
            }
            group_of.push(place);
        }
        let index = |name: &String| alerts.iter().position(|alert| alert.name == *name);
        let quieted_by = alerts.iter().map(|alert| {
            let over = |rule: &&Inhibition| rule.targets.contains(&alert.name) && rule.source != alert.name;
            rules.inhibit.iter().filter(over).filter_map(|rule| index(&rule.source)).collect()
        });
        Self {
            quieted_by: quieted_by.collect(),
            wait: rules.group_wait.unwrap_or(wait),
            groups: vec![Group::default(); keys.len()],
            firing: vec![false; alerts.len()],
            pages: alerts.iter().map(|alert| alert.urgency == Urgency::Page).collect(),
            group_of,
            rules,
        }
    }

    /// Takes in that an alert fires, or no longer does. Answers with its group and when that is to be looked at, when
    /// this opened the group.
    ///
    /// # Panics
    /// When there is no such alert.
    pub fn see(&mut self, alert: usize, fires: bool, now: Time) -> Option<(usize, Time)> {
        self.firing[alert] = fires;
        if !self.pages[alert] {
            return None;
        }
        let place = self.group_of[alert];
        let group = &mut self.groups[place];
        match group.alerts.iter_mut().find(|(known, _)| *known == alert) {
            Some((_, state)) => *state = fires,
            None if fires => group.alerts.push((alert, true)),
            None => return None,
        }
        if group.open {
            return None;
        }
        group.open = true;
        Some((place, now + self.wait))
    }

    /// Flushes a group that is due.
    ///
    /// # Panics
    /// When there is no such group.
    pub fn flush(&mut self, group: usize, now: Time) -> Flush {
        let quiet = |alert: usize| self.quieted_by[alert].iter().any(|source| self.firing[*source]);
        let mut notice = Notice::default();
        for (alert, fires) in &self.groups[group].alerts {
            match (*fires, quiet(*alert)) {
                (_, true) => {}
                (true, false) => notice.firing.push(*alert),
                (false, false) => notice.resolved.push(*alert),
            }
        }
        let group = &mut self.groups[group];
        let need = needs_telling(group.told.as_ref(), &notice, self.rules.repeat_interval, now);
        notice.wakes = need == Some(true);
        if need.is_some() {
            group.told = Some((now, notice.clone()));
        }
        group.alerts.retain(|(_, fires)| *fires);
        group.open = !group.alerts.is_empty();
        Flush { notice: need.map(|_| notice), again: group.open.then(|| now + self.rules.group_interval) }
    }
}

/// Whether a group needs a notification, and if so whether that wakes somebody: a new alert fires, an alert that was
/// notified stopped, or it is time to repeat (Alertmanager `DedupStage.needsUpdate`). An alert that stopped before its
/// notification needs none.
fn needs_telling(told: Option<&(Time, Notice)>, notice: &Notice, repeat: Span, now: Time) -> Option<bool> {
    let Some((at, before)) = told else { return (!notice.firing.is_empty()).then_some(true) };
    let all_in = |some: &[usize], all: &[usize]| some.iter().all(|one| all.contains(one));
    if !all_in(&notice.firing, &before.firing) {
        return Some(true);
    }
    if notice.firing.is_empty() {
        return (!before.firing.is_empty() && !notice.resolved.is_empty()).then_some(false);
    }
    if !all_in(&notice.resolved, &before.resolved) {
        return Some(false);
    }
    (now.since(*at) >= repeat).then_some(true)
}

#[cfg(test)]
mod tests;
