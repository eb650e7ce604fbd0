//! Validation of queries and alert rules against a scenario.

use super::{AlertRule, Condition, Metric, Query, Subject};
use crate::engine::{Level, Share, Span};
use crate::scenario::{Issue, Scenario};

/// Scrapes in a window that give a steady rate (Prometheus: at least two samples; four ride out a lost one).
const STEADY_SCRAPES: u64 = 4;

impl Query {
    /// Everything wrong with it; `at` is its field path, such as `alerts[0].when`.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        let mut issues = self.metric.problems(&format!("{at}.metric"), scenario);
        issues.extend(self.of.problems(&format!("{at}.of"), scenario));
        issues.extend(self.part_problems(at, scenario));
        if !self.metric.is_gauge() {
            window(&mut issues, &format!("{at}.over"), self.over, scenario);
        }
        issues
    }
}

impl Query {
    /// What is wrong with the zone, the cohort and the kind that it asks about.
    fn part_problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        let mut issues = Vec::new();
        if let Some(zone) = self.zone.as_ref().filter(|zone| !scenario.zones.contains(zone)) {
            let names = scenario.zones.iter().map(String::as_str);
            issues.push(Issue::unknown(format!("{at}.zone"), "zone", zone, names));
        }
        let cohorts = &scenario.clients.cohorts;
        if let Some(cohort) = &self.cohort {
            if !cohorts.iter().any(|known| known.name == *cohort) {
                let names = cohorts.iter().map(|cohort| cohort.name.as_str());
                issues.push(Issue::unknown(format!("{at}.cohort"), "cohort", cohort, names));
            }
            if self.is_of_instances() {
                let message = format!("an instance serves all cohorts: {} has none", self.metric);
                issues.push(Issue::error(format!("{at}.cohort"), "no-such-series", message));
            }
        }
        let kinds = &scenario.clients.kinds;
        if let Some(kind) = &self.kind {
            if !kinds.iter().any(|known| known.name == *kind) {
                let names = kinds.iter().map(|kind| kind.name.as_str());
                issues.push(Issue::unknown(format!("{at}.kind"), "request kind", kind, names));
            }
            if self.is_of_instances() {
                let message = format!("an instance serves all kinds: {} has none", self.metric);
                issues.push(Issue::error(format!("{at}.kind"), "no-such-series", message));
            }
        }
        if matches!(self.of, Subject::Service(_)) && self.part().is_some() {
            let message = "only the target is counted by zone, cohort and kind; ask of Candidate, Baseline, Control or Target";
            issues.push(Issue::error(format!("{at}.of"), "no-such-series", message));
        }
        issues
    }

    /// Whether it asks about instances and not about requests.
    fn is_of_instances(&self) -> bool {
        self.metric.is_gauge() || self.metric == Metric::Restarts
    }
}

impl Metric {
    /// Everything wrong with it; `at` is its field path.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        match self {
            Self::Latency(quantile) if !(*quantile > 0.0 && *quantile <= 1.0) => {
                let share = quantile / 100.0;
                let hint = if *quantile > 1.0 && *quantile < 100.0 {
                    format!("; p{quantile} is Latency({share})")
                } else {
                    String::new()
                };
                let message = format!("quantile {quantile}: allowed is above 0, up to 1{hint}");
                vec![Issue::error(at, "out-of-range", message)]
            }
            Self::Business(name) => {
                let counted = || scenario.clients.kinds.iter().filter_map(|kind| kind.counts_as.as_deref());
                if counted().any(|known| known == name) {
                    return Vec::new();
                }
                let mut names: Vec<&str> = counted().collect();
                names.sort_unstable();
                names.dedup();
                vec![Issue::unknown(at, "business counter", name, names)]
            }
            Self::Latency(_)
            | Self::ErrorRatio
            | Self::RequestRate
            | Self::Failures
            | Self::Saturation
            | Self::Memory
            | Self::QueueDepth
            | Self::Restarts
            | Self::ReadyInstances => Vec::new(),
        }
    }

    /// Checks the comparison with `level`, whose field path is `at`: the unit must fit, and the level must be reachable.
    pub fn level_problems(&self, at: &str, level: Level) -> Vec<Issue> {
        let (fits, example) = match (self, level) {
            (_, Level::Number(_)) => (true, ""),
            (Self::RequestRate | Self::Failures | Self::Business(_), level) => {
                (matches!(level, Level::Rate(_)), "\"120/s\"")
            }
            (Self::Latency(_), level) => (matches!(level, Level::Span(_)), "\"250ms\""),
            (Self::ErrorRatio | Self::Saturation | Self::Memory, level) => {
                (matches!(level, Level::Share(_)), "\"2.5%\"")
            }
            (Self::QueueDepth | Self::Restarts | Self::ReadyInstances, _) => (false, "a bare number"),
        };
        if !fits {
            let message = format!("{self} is compared with {level}; write {example}");
            return vec![Issue::error(at, "wrong-unit", message)];
        }
        let part_of_a_whole = matches!(self, Self::ErrorRatio | Self::Saturation);
        if part_of_a_whole && level.value() > 1.0 {
            let message =
                format!("{self} is never above 100%, found {level}; write a share such as \"2.5%\"");
            return vec![Issue::error(at, "out-of-range", message)];
        }
        Vec::new()
    }
}

impl Subject {
    /// Everything wrong with it; `at` is its field path.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        match self {
            Self::Service(name) if scenario.service(name).is_none() => {
                let names = scenario.services.iter().map(|service| service.name.as_str());
                vec![Issue::unknown(at, "service", name, names)]
            }
            Self::Service(_) | Self::Baseline | Self::Candidate | Self::Control | Self::Target => Vec::new(),
        }
    }
}

impl Condition {
    /// Everything wrong with it; `at` is its field path.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        match self {
            Self::Above(query, level) | Self::Below(query, level) => {
                let mut issues = query.problems(at, scenario);
                issues.extend(query.metric.level_problems(at, *level));
                issues
            }
            Self::Absent(query) => query.problems(at, scenario),
            Self::BurnRate { slo, objective, of, factor, long, short } => {
                let mut issues = of.problems(&format!("{at}.of"), scenario);
                if !scenario.slos.iter().any(|known| known.name == *slo) {
                    let names = scenario.slos.iter().map(|slo| slo.name.as_str());
                    issues.push(Issue::unknown(format!("{at}.slo"), "SLO", slo, names));
                }
                if objective.is_some_and(|own| own == Share::ZERO || own >= Share::ALL) {
                    let message = "allowed is above 0% and below 100%, because 100% leaves no error budget";
                    issues.push(Issue::error(format!("{at}.objective"), "out-of-range", message));
                }
                if !(*factor > 0.0 && *factor <= 10_000.0) {
                    let message =
                        format!("factor {factor}: allowed is above 0, up to 10000; 14.4 is usual for a page");
                    issues.push(Issue::error(format!("{at}.factor"), "out-of-range", message));
                }
                window(&mut issues, &format!("{at}.long"), *long, scenario);
                window(&mut issues, &format!("{at}.short"), *short, scenario);
                if short > long {
                    let message = format!("the short window, {short}, is longer than the long one, {long}");
                    issues.push(Issue::error(format!("{at}.short"), "out-of-range", message));
                }
                issues
            }
        }
    }
}

impl AlertRule {
    /// Everything wrong with it; `at` is its field path, such as `alerts[0]`.
    pub fn problems(&self, at: &str, scenario: &Scenario) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.name.trim().is_empty() {
            issues.push(Issue::error(format!("{at}.name"), "empty", "an alert needs a name"));
        }
        issues.extend(self.when.problems(&format!("{at}.when"), scenario));
        if self.hold >= scenario.horizon {
            let message = format!(
                "{} is as long as the whole run, {}: it would never fire",
                self.hold, scenario.horizon
            );
            issues.push(Issue::error(format!("{at}.for"), "out-of-range", message));
        }
        issues
    }
}

/// A window must not be empty, and should hold enough scrapes.
fn window(issues: &mut Vec<Issue>, at: &str, over: Span, scenario: &Scenario) {
    let scrape = scenario.monitoring.scrape;
    let steady = scrape * STEADY_SCRAPES;
    if over.is_zero() {
        issues.push(Issue::error(
            at,
            "out-of-range",
            "a window of 0s holds nothing; write a length such as \"1m\"",
        ));
    } else if over < scrape * 2 {
        let message = format!(
            "a window of {over} holds fewer than two scrapes, one every {scrape}: there will be no data; {steady} or more is steady"
        );
        issues.push(Issue::warning(at, "short-window", message));
    } else if over < steady {
        let message = format!(
            "a window of {over} holds fewer than four scrapes, one every {scrape}: one lost scrape leaves no data; {steady} or more is steady"
        );
        issues.push(Issue::warning(at, "short-window", message));
    }
}

#[cfg(test)]
mod tests;
