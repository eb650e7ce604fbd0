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
mod tests {
    use super::*;
    use crate::engine::Level;
    use crate::telemetry::{Metric, Query};

    fn rules(names: &[&str]) -> Vec<AlertRule> {
        let query = Query {
            metric: Metric::QueueDepth,
            of: Subject::Target,
            over: Span::from_secs(60),
            zone: None,
            cohort: None,
            kind: None,
        };
        let rule = |name: &&str| AlertRule {
            name: (*name).to_owned(),
            when: Condition::Above(query.clone(), Level::Number(1.0)),
            hold: Span::ZERO,
            keep_firing_for: Span::ZERO,
            urgency: Urgency::Page,
        };
        names.iter().map(rule).collect()
    }

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    fn notifier(change: impl FnOnce(&mut Notifications)) -> Notifier {
        let mut how = Notifications::default();
        change(&mut how);
        Notifier::new(&rules(&["a", "b"]), how, Span::from_secs(30))
    }

    #[test]
    fn the_first_notification_waits_for_the_group_and_holds_all_that_fires_by_then() {
        let mut all = notifier(|how| how.group_by.clear());
        assert_eq!(all.see(0, true, at(100)), Some((0, at(130))));
        assert_eq!(all.see(1, true, at(120)), None);
        let flush = all.flush(0, at(130));
        assert_eq!(flush.notice, Some(Notice { wakes: true, firing: vec![0, 1], resolved: vec![] }));
        assert_eq!(flush.again, Some(at(430)));
    }

    #[test]
    fn what_is_over_within_the_group_wait_is_never_told() {
        let mut one = notifier(|_| ());
        assert_eq!(one.see(1, true, at(100)), Some((1, at(130))));
        assert_eq!(one.see(1, false, at(115)), None);
        assert_eq!(one.flush(1, at(130)), Flush::default());
        // It begins anew later.
        assert_eq!(one.see(1, true, at(200)), Some((1, at(230))));
        assert!(one.flush(1, at(230)).notice.is_some());
    }

    #[test]
    fn what_changes_later_waits_for_the_group_interval() {
        let mut all = notifier(|how| how.group_by.clear());
        all.see(0, true, at(0));
        all.flush(0, at(30));
        all.see(1, true, at(40));
        assert_eq!(all.flush(0, at(330)).notice.unwrap().firing, [0, 1]);
        all.see(0, false, at(400));
        assert_eq!(
            all.flush(0, at(630)).notice,
            Some(Notice { wakes: false, firing: vec![1], resolved: vec![0] })
        );
        all.see(1, false, at(700));
        let last = all.flush(0, at(930));
        assert_eq!(
            last,
            Flush { notice: Some(Notice { wakes: false, firing: vec![], resolved: vec![1] }), again: None }
        );
    }

    #[test]
    fn an_unchanged_group_is_told_again_after_the_repeat_interval_only() {
        let mut one = notifier(|_| ());
        one.see(0, true, at(0));
        let mut next = one.flush(0, at(30)).again;
        let mut told = Vec::new();
        while let Some(now) = next.filter(|now| *now < at(9 * 3600)) {
            let flush = one.flush(0, now);
            told.extend(flush.notice.map(|_| now));
            next = flush.again;
        }
        assert_eq!(told, [at(30 + 4 * 3600), at(30 + 8 * 3600)]);
    }

    #[test]
    fn an_alert_that_says_enough_keeps_others_quiet_while_it_fires() {
        let quiet = Inhibition { source: "a".to_owned(), targets: vec!["b".to_owned()] };
        let mut two = notifier(|how| how.inhibit = vec![quiet]);
        two.see(0, true, at(0));
        two.see(1, true, at(0));
        assert_eq!(two.flush(1, at(30)).notice, None);
        two.see(0, false, at(60));
        assert_eq!(two.flush(1, at(330)).notice.unwrap().firing, [1]);
    }

    #[test]
    fn alerts_share_a_group_by_the_labels_that_are_named_and_tickets_tell_nobody() {
        let of = |labels: &[Label], subject: fn(usize) -> Subject| {
            let mut alerts = rules(&["a", "b", "c"]);
            for (place, alert) in alerts.iter_mut().enumerate() {
                if let Condition::Above(query, _) = &mut alert.when {
                    query.of = subject(place);
                }
            }
            alerts[2].urgency = Urgency::Ticket;
            let how = Notifications { group_by: labels.to_vec(), ..Notifications::default() };
            let mut notifier = Notifier::new(&alerts, how, Span::from_secs(30));
            let opened: Vec<_> = (0..3).map(|alert| notifier.see(alert, true, at(10))).collect();
            opened.into_iter().map(|opened| opened.map(|(group, _)| group)).collect::<Vec<_>>()
        };
        let same = |_: usize| Subject::Target;
        let apart = |place: usize| if place == 0 { Subject::Target } else { Subject::Candidate };
        assert_eq!(of(&[Label::Alert], same), [Some(0), Some(1), None]);
        assert_eq!(of(&[Label::Subject], same), [Some(0), None, None]);
        assert_eq!(of(&[Label::Subject], apart), [Some(0), Some(1), None]);
        assert_eq!(of(&[], apart), [Some(0), None, None]);
        assert_eq!(of(&[Label::Alert, Label::Subject], apart), [Some(0), Some(1), None]);
    }

    #[test]
    fn the_rules_wait_comes_before_the_scenarios_and_what_never_fired_opens_no_group() {
        let mut own = notifier(|how| how.group_wait = Some(Span::from_secs(5)));
        assert_eq!(own.see(0, false, at(90)), None);
        assert_eq!(own.see(0, true, at(100)), Some((0, at(105))));
        assert_eq!(own.see(0, true, at(101)), None, "it is open");
        assert_eq!(own.see(0, false, at(102)), None);
        assert_eq!(own.see(0, true, at(103)), None, "it fires again within the wait");
        let flush = own.flush(0, at(105));
        assert_eq!(flush.notice, Some(Notice { wakes: true, firing: vec![0], resolved: vec![] }));
        own.see(0, false, at(110));
        let last = own.flush(0, at(405));
        assert_eq!(last.notice, Some(Notice { wakes: false, firing: vec![], resolved: vec![0] }));
        assert_eq!(last.again, None);
        // The group is closed: the next alert opens it anew, and wakes again.
        assert_eq!(own.see(0, true, at(500)), Some((0, at(505))));
        assert!(own.flush(0, at(505)).notice.is_some_and(|notice| notice.wakes));
    }

    #[test]
    fn a_group_is_told_of_what_is_new_what_stopped_and_again_after_the_interval_itself() {
        let told = |firing: &[usize], resolved: &[usize]| Notice {
            wakes: true,
            firing: firing.to_vec(),
            resolved: resolved.to_vec(),
        };
        let repeat = Span::from_secs(100);
        let need = |before: Option<&Notice>, now: &Notice, second: u64| {
            let before = before.map(|notice| (at(0), notice.clone()));
            needs_telling(before.as_ref(), now, repeat, at(second))
        };
        assert_eq!(need(None, &told(&[0], &[]), 1), Some(true));
        assert_eq!(need(None, &told(&[], &[0]), 1), None, "it stopped before it was told");
        let one = told(&[0], &[]);
        assert_eq!([need(Some(&one), &one, 99), need(Some(&one), &one, 100)], [None, Some(true)]);
        assert_eq!(need(Some(&one), &told(&[0, 1], &[]), 1), Some(true), "one more");
        assert_eq!(need(Some(&told(&[0, 1], &[])), &told(&[0], &[1]), 1), Some(false), "one less");
        assert_eq!(need(Some(&told(&[0], &[1])), &told(&[0], &[1]), 1), None, "that was told");
        assert_eq!(need(Some(&one), &told(&[], &[0]), 1), Some(false), "all stopped");
        assert_eq!(need(Some(&told(&[], &[0])), &told(&[], &[0]), 200), None, "nothing fired before");
        assert_eq!(need(Some(&one), &told(&[], &[]), 200), None, "it is kept quiet");
    }

    #[test]
    fn only_what_a_rule_names_is_kept_quiet_and_only_by_what_it_names() {
        let quiet = Inhibition { source: "b".to_owned(), targets: vec!["a".to_owned(), "b".to_owned()] };
        let mut two = notifier(|how| {
            how.group_by.clear();
            how.inhibit = vec![quiet];
        });
        two.see(0, true, at(0));
        two.see(1, true, at(0));
        // An alert does not keep itself quiet.
        assert_eq!(two.flush(0, at(30)).notice.unwrap().firing, [1]);
        two.see(1, false, at(60));
        let later = two.flush(0, at(330)).notice.unwrap();
        assert_eq!((later.firing, later.resolved, later.wakes), (vec![0], vec![1], true));
    }
}
