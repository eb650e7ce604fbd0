//! A session: a plan, and what a learner did by hand while it ran. Replaying it gives the same facts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::predict::{self, Forecast};
use crate::control::Plan;
use crate::engine::{Span, Time};
use crate::scenario::{Issue, Scenario, Severity};
use crate::sim::{Case, ManualAction};

/// The newest format version of session files that this build reads.
pub const FORMAT: u32 = 1;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Version of the file format; [`FORMAT`] is the newest.
    pub format: u32,
    /// Name of the scenario.
    pub scenario: String,
    /// The case that was met.
    pub case: Case,
    /// Seed of the run.
    pub seed: u64,
    /// The plan.
    pub plan: Plan,
    /// What was done by hand, in order.
    #[serde(default)]
    pub actions: Vec<HandAction>,
    /// What the learner predicted before the run. Default nothing.
    #[serde(default)]
    pub forecast: Forecast,
    /// What a class was asked while it ran, and what it answered, in order. Default nothing.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Version of the engine that recorded it; without, nothing is claimed.
    #[serde(default)]
    pub engine_version: Option<String>,
    /// Digest of the recorded run; without, nothing is claimed.
    #[serde(default)]
    pub digest: Option<String>,
}

impl Session {
    /// Everything wrong with this session, each with its field path; with the scenario it names, also what does not fit it.
    pub fn problems(&self, scenario: Option<&Scenario>) -> Vec<Issue> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            let message = format!("format {} is not known; this build reads format {FORMAT}", self.format);
            found.push(Issue::error("format", "format", message));
        }
        if let Forecast::Made(prediction) = self.forecast
            && let Some(message) = predict::not_a_number(prediction)
        {
            found.push(Issue::error("forecast", "out-of-range", message));
        }
        for (index, answer) in self.answers.iter().enumerate() {
            if answer.said.trim().is_empty() {
                let message = "the answer is empty; write what was said, or leave the whole entry out";
                found.push(Issue::error(format!("answers[{index}].said"), "empty", message));
            }
            let baked = self.case.term.bake.map_or(Span::ZERO, |bake| bake * 2);
            if let Some(end) = scenario.map(|scenario| Time::ZERO + scenario.horizon + baked)
                && answer.at > end
            {
                let message = format!("{} is after the end of the run, {end}", answer.at);
                found.push(Issue::error(format!("answers[{index}].at"), "out-of-range", message));
            }
        }
        if let Some(scenario) = scenario {
            names_of_case(&self.case, scenario, &mut found);
        }
        found.extend(hand_problems(&self.actions, &self.plan));
        let in_plan = |issue: Issue| Issue { path: format!("plan.{}", issue.path), ..issue };
        found.extend(self.plan.problems(scenario).into_iter().map(in_plan));
        found
    }
}

/// What is wrong with what was done by hand under a plan: instances are numbered from 1, and what is acknowledged is one of the
/// plan's alerts.
pub fn hand_problems(actions: &[HandAction], plan: &Plan) -> Vec<Issue> {
    let rules = plan.alert_rules();
    let names = rules.iter().map(|rule| rule.name.as_str());
    let wrong = actions.iter().enumerate().filter_map(|(index, hand)| match &hand.action {
        ManualAction::DrainInstance { instance: 0 } | ManualAction::RestartInstance { instance: 0 } => {
            let path = format!("actions[{index}].action.instance");
            Some(Issue::error(path, "out-of-range", "instance 0; instances are numbered from 1"))
        }
        ManualAction::Acknowledge { alert } if !names.clone().any(|name| name == alert) => {
            let path = format!("actions[{index}].action.alert");
            Some(Issue::unknown(path, "alert", alert, names.clone()))
        }
        _ => None,
    });
    wrong.collect()
}

/// What a case takes from the scenario must be there.
fn names_of_case(case: &Case, scenario: &Scenario, found: &mut Vec<Issue>) {
    let mut known = |path: String, kind: &str, name: &str, valid: Vec<&str>| {
        if !valid.contains(&name) {
            found.push(Issue::unknown(path, kind, name, valid));
        }
    };
    if let Some(name) = &case.release {
        let releases = scenario.releases.iter().map(|release| release.name.as_str()).collect();
        known("case.release".to_owned(), "release", name, releases);
    }
    for (index, name) in case.faults.iter().enumerate() {
        let faults = scenario.faults.iter().map(|fault| fault.name.as_str()).collect();
        known(format!("case.faults[{index}]"), "fault", name, faults);
    }
    if let Some(name) = &case.traffic {
        let shapes = scenario.traffic.iter().map(|shape| shape.name.as_str()).collect();
        known("case.traffic".to_owned(), "traffic shape", name, shapes);
    }
    let drawn = &case.variation;
    for (index, fault) in drawn.faults.iter().enumerate() {
        let faults = scenario.faults.iter().map(|fault| fault.name.as_str()).collect();
        known(format!("case.variation.faults[{index}].name"), "fault", &fault.name, faults);
    }
    if let Some(cohort) = &drawn.cohort {
        let cohorts = scenario.clients.cohorts.iter().map(|cohort| cohort.name.as_str()).collect();
        known("case.variation.cohort".to_owned(), "cohort", cohort, cohorts);
    }
    // A sound scenario is broken only by what was put into it.
    if let Some(issue) =
        case.world(scenario).problems().into_iter().find(|issue| issue.severity == Severity::Error)
    {
        let message = format!("with it the scenario cannot be run: {}: {}", issue.path, issue.message);
        found.push(Issue::error("case.variation", "out-of-range", message));
    }
}

/// What a class was asked at a pause, and what it answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The simulated time of the pause.
    pub at: Time,
    /// What was asked.
    pub asked: String,
    /// What was answered.
    pub said: String,
}

/// Something asked for by hand, when it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HandAction {
    /// When it was asked; it takes effect after the scenario's `people.act`.
    pub at: Time,
    /// What was asked. Its type holds what a person can do and nothing else.
    pub action: ManualAction,
    /// Why, as a sentence for the audit record. Default none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub because: String,
}

impl HandAction {
    /// An action at a time, without a reason.
    pub const fn new(at: Time, action: ManualAction) -> Self {
        Self { at, action, because: String::new() }
    }
}
