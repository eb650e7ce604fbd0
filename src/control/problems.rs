//! Validation of plans: all mistakes are found together.

pub(super) mod amounts;
pub(super) mod analysis;
mod cost;
mod flagging;
mod fluid;
mod gates;
pub(super) mod limits;
pub(super) mod requests;
pub(super) mod responses;
pub(super) mod scaling;
pub(super) mod steps;
mod strategy;
mod test;
#[cfg(test)]
mod tests;

use limits::MOST_ENTRIES;
use responses::response;

use super::{FORMAT, OnCall, Plan, Response};
use crate::engine::Span;
use crate::scenario::{Issue, Notes, Scenario};
use crate::telemetry::Urgency;

/// The shortest time between two notices of a group.
const LEAST_WAIT: Span = Span::from_secs(1);
/// The most entries of burn-rate alerts in a plan.
const MOST_SLOS: usize = 20;

impl Plan {
    /// All mistakes in this plan, each with its field path; empty when it can be used. With a scenario, also everything
    /// that does not fit it: names that it does not have, lengths that it does not allow.
    pub fn problems(&self, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut notes = Notes::default();
        named_checks(&mut notes, self, scenario);
        let (written_out, origins) = self.with_origins();
        let issues = written_out.problems_of_parts(scenario).into_iter();
        // A list that is empty without a name that is unknown has been told of.
        let issues = issues.filter(|issue| issue.code != "empty" || !self.names_unknown_in(&issue.path));
        notes.extend(issues.map(|issue| origins.placed(issue)).collect());
        notes.into_issues()
    }

    /// All mistakes in the parts of this plan, which has all its checks written out.
    fn problems_of_parts(&self, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut notes = Notes::default();
        if self.format != FORMAT {
            let message = format!("format {} is unknown; this build reads format {FORMAT}", self.format);
            notes.error("format", "unknown-format", message);
        }
        strategy::check(&mut notes, self, scenario);
        if let Some(analysis) = &self.analysis {
            strategy::background(&mut notes, self, analysis, scenario);
        }
        alerts(&mut notes, self, scenario);
        notifications(&mut notes, self);
        triggers(&mut notes, self, scenario);
        if let Some(on_call) = &self.on_call {
            self::on_call(&mut notes, self, on_call, scenario);
        }
        strategy::users(&mut notes, self);
        set_up(&mut notes, self, scenario);
        flagging::check(&mut notes, self, scenario);
        gates::check(&mut notes, self, scenario);
        strategy::control(&mut notes, self);
        fluid::check(&mut notes, self, scenario);
        // The cost of a run can be computed only for a valid plan.
        if let Some(scenario) = scenario.filter(|_| !notes.has_errors()) {
            cost::check(&mut notes, self, scenario);
        }
        notes.into_issues()
    }
}

/// Checks the list of checks that a plan writes once, and the names by which it uses them. What is wrong with a check that is
/// used is noted with the analysis that uses it.
fn named_checks(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("checks", "check", plan.checks.len(), 0..=analysis::MOST_CHECKS);
    notes.names("checks", ".name", "check", plan.checks.iter().map(|check| check.name.as_str()));
    let used = plan.used_names();
    for (path, name) in &used {
        notes.known(path, "check", name, plan.checks.iter().map(|check| check.name.as_str()));
    }
    for (index, check) in plan.checks.iter().enumerate().take(analysis::MOST_CHECKS) {
        if used.iter().all(|(_, name)| *name != check.name) {
            let at = format!("checks[{index}]");
            let message = format!(
                "no analysis uses the check \"{}\"; name it there, as named: [(check: \"{}\")], or take it out",
                check.name, check.name
            );
            notes.warning(format!("{at}.name"), "unused-name", message);
            analysis::check(notes, &at, check, scenario);
        }
    }
}

fn alerts(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("alerts", "alert", plan.alerts.len(), 0..=MOST_ENTRIES);
    notes.names("alerts", ".name", "alert", plan.alerts.iter().map(|rule| rule.name.as_str()));
    notes.length("burn_alerts", "entry", plan.burn_alerts.len(), 0..=MOST_SLOS);
    let mut names: Vec<String> = plan.alerts.iter().map(|rule| rule.name.clone()).collect();
    for (index, entry) in plan.burn_alerts.iter().enumerate().take(MOST_SLOS) {
        let at = format!("burn_alerts[{index}]");
        notes.extend(entry.problems(&at, scenario));
        let own: Vec<String> = entry.rules().into_iter().map(|rule| rule.name).collect();
        if let Some(twice) = own.iter().find(|name| names.contains(name)) {
            let message = format!("there is an alert \"{twice}\" already; give this entry a name of its own");
            notes.error(at, "duplicate-name", message);
        }
        names.extend(own);
    }
    for (index, rule) in plan.alerts.iter().enumerate().take(MOST_ENTRIES) {
        if let Some(scenario) = scenario {
            // A missing name is reported already.
            let issues = rule.problems(&format!("alerts[{index}]"), scenario);
            notes.extend(issues.into_iter().filter(|issue| !issue.path.ends_with("].name")).collect());
        }
    }
}

fn triggers(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    notes.length("triggers", "trigger", plan.triggers.len(), 0..=MOST_ENTRIES);
    let rules = plan.alert_rules();
    for (index, trigger) in plan.triggers.iter().enumerate().take(MOST_ENTRIES) {
        let at = format!("triggers[{index}]");
        named(notes, &at, plan, &trigger.alert);
        let pages = rules.iter().any(|a| a.name == trigger.alert && a.urgency == Urgency::Page);
        if trigger.then == Response::Page && pages {
            let message =
                "the alert pages somebody by itself; say what else is to follow, or make it a ticket";
            notes.warning(format!("{at}.then"), "no-effect", message);
        }
        response(notes, &format!("{at}.then"), &trigger.then, scenario);
    }
    if !plan.ships() && !plan.triggers.is_empty() {
        notes.warning("triggers", "no-effect", "the strategy is Nothing: there is no rollout to trigger on");
    }
}

fn on_call(notes: &mut Notes, plan: &Plan, on_call: &OnCall, scenario: Option<&Scenario>) {
    notes.length("on_call.runbook", "entry", on_call.runbook.len(), 0..=MOST_ENTRIES);
    if on_call.runbook.is_empty() {
        notes.warning("on_call.runbook", "no-effect", "the on-call acknowledges pages and then does nothing");
    }
    let rules = plan.alert_rules();
    for (index, entry) in on_call.runbook.iter().enumerate().take(MOST_ENTRIES) {
        let at = format!("on_call.runbook[{index}]");
        named(notes, &at, plan, &entry.alert);
        if rules.iter().any(|alert| alert.name == entry.alert && alert.urgency == Urgency::Ticket) {
            let message = format!("alert \"{}\" is a ticket: nobody is paged for it", entry.alert);
            notes.warning(format!("{at}.alert"), "no-effect", message);
        }
        if entry.then == Response::Page {
            let message =
                "somebody is awake already; allowed are Abort, Pause, KillFlag, Scale, OpenBreaker and Shed";
            notes.warning(format!("{at}.then"), "no-effect", message);
        }
        response(notes, &format!("{at}.then"), &entry.then, scenario);
    }
}

fn notifications(notes: &mut Notes, plan: &Plan) {
    let how = &plan.notifications;
    let at = "notifications";
    notes.within(format!("{at}.group_interval"), how.group_interval, LEAST_WAIT..=Span::MOST);
    notes.within(format!("{at}.repeat_interval"), how.repeat_interval, LEAST_WAIT..=Span::MOST);
    if how.repeat_interval < how.group_interval {
        let message = format!(
            "{} is shorter than group_interval, {}: groups are looked at no more often",
            how.repeat_interval, how.group_interval
        );
        notes.warning(format!("{at}.repeat_interval"), "no-effect", message);
    }
    notes.length(&format!("{at}.inhibit"), "rule", how.inhibit.len(), 0..=MOST_ENTRIES);
    let rules = plan.alert_rules();
    let names = || rules.iter().map(|rule| rule.name.as_str());
    for (index, rule) in how.inhibit.iter().enumerate().take(MOST_ENTRIES) {
        let at = format!("{at}.inhibit[{index}]");
        notes.known(format!("{at}.source"), "alert", &rule.source, names());
        notes.length(&format!("{at}.targets"), "alert", rule.targets.len(), 1..=MOST_ENTRIES);
        for (place, target) in rule.targets.iter().enumerate().take(MOST_ENTRIES) {
            notes.known(format!("{at}.targets[{place}]"), "alert", target, names());
            if *target == rule.source {
                let message = "an alert does not keep itself quiet";
                notes.warning(format!("{at}.targets[{place}]"), "no-effect", message);
            }
        }
    }
}

/// The alert must be one of the plan's.
fn named(notes: &mut Notes, at: &str, plan: &Plan, alert: &str) {
    let rules = plan.alert_rules();
    notes.known(format!("{at}.alert"), "alert", alert, rules.iter().map(|rule| rule.name.as_str()));
}

/// Checks the settings that replace the scenario's settings of the target.
fn set_up(notes: &mut Notes, plan: &Plan, scenario: Option<&Scenario>) {
    if let Some(probes) = &plan.probes {
        notes.extend(probes.problems("probes"));
    }
    if let Some(drain) = &plan.drain {
        notes.extend(drain.problems("drain"));
    }
    if let Some(balancer) = &plan.balancer {
        notes.extend(balancer.problems("balancer"));
    }
    if let Some(upstream) = &plan.upstream {
        notes.extend(upstream.problems("upstream", plan.balancer, scenario));
    }
    if let Some(shedding) = &plan.shedding {
        let target = scenario.and_then(|scenario| scenario.service(&scenario.target));
        notes.extend(shedding.problems("shedding", target.map(|target| target.discipline)));
    }
    notes.length("calls", "call", plan.calls.len(), 0..=MOST_ENTRIES);
    let Some(scenario) = scenario else { return };
    let target = scenario.service(&scenario.target);
    let callees = || target.iter().flat_map(|service| &service.calls).map(|call| call.to.as_str());
    for (index, call) in plan.calls.iter().enumerate().take(MOST_ENTRIES) {
        let at = format!("calls[{index}]");
        let issues = call.problems(&at, scenario);
        let unknown = issues.iter().any(|issue| issue.code == "unknown-name");
        notes.extend(issues);
        if !unknown && !callees().any(|callee| callee == call.to) {
            let called: Vec<&str> = callees().collect();
            let message =
                format!("{} does not call \"{}\"; it calls {}", scenario.target, call.to, called.join(", "));
            notes.error(format!("{at}.to"), "not-called", message);
        }
        if plan.calls[..index].iter().any(|other| other.to == call.to) {
            let message = format!("the calls to \"{}\" are set already", call.to);
            notes.error(format!("{at}.to"), "duplicate-name", message);
        }
    }
}
