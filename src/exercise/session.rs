//! A session: a plan, and what a learner did by hand while it ran. Replaying it gives the same facts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Exercise;
use super::hand_action::{HandAction, hand_problems, latest_end};
use super::predict::{self, Forecast};
use super::problems::MAX_BAKE;
use super::secret::hex_sha256;
use crate::control::Plan;
use crate::engine::Time;
use crate::scenario::{Issue, Scenario, Severity};
use crate::sim::Case;

/// The newest format version of session files that this build reads.
pub const FORMAT: u32 = 1;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Version of the file format; 1 is the newest.
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
    /// Hash of the whole session without this field; none claims nothing. It shows a change
    /// since the session was saved, but a person who edits the file can also compute the hash anew.
    #[serde(default)]
    pub hash: Option<String>,
}

impl Session {
    /// SHA-256 of all that it holds but its `hash`: of its JSON form, in hexadecimal digits. The layout of its file and
    /// comments do not count.
    pub fn content_hash(&self) -> String {
        let content = Self { hash: None, ..self.clone() };
        let json = serde_json::to_string(&content).expect("plain data is written to memory");
        hex_sha256(json.as_bytes())
    }

    /// This session with its hash set, ready to be saved.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = Some(self.content_hash());
        self
    }

    /// Whether its hash is that of its content; `None` when it claims none.
    pub fn is_unchanged(&self) -> Option<bool> {
        self.hash.as_ref().map(|hash| *hash == self.content_hash())
    }

    /// An issue when it was recorded in another scenario than the exercise's. It may be named by its id or its file.
    pub(super) fn of_another_scenario(&self, exercise: &Exercise, scenario: &Scenario) -> Option<Issue> {
        let base = |name: &str| {
            let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
            file.strip_suffix(".ron").unwrap_or(file).to_owned()
        };
        let own = base(&self.scenario);
        if own == scenario.id || own == base(&exercise.scenario) {
            return None;
        }
        let message = format!(
            "the session is of the scenario \"{}\", and exercise \"{}\" plays in \"{}\"; hand in a session of that one",
            self.scenario, exercise.id, exercise.scenario
        );
        Some(Issue::error("scenario", "other-scenario", message))
    }

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
            if let Some(end) = scenario.map(|scenario| latest_end(scenario, self.case.term.bake))
                && answer.at > end
            {
                let message = format!("{} is after the end of the run, {end}", answer.at);
                found.push(Issue::error(format!("answers[{index}].at"), "out-of-range", message));
            }
        }
        if let Some(bake) = self.case.term.bake.filter(|bake| *bake > MAX_BAKE) {
            let message = format!("{bake}; a settled rollout is watched for at most {MAX_BAKE}");
            found.push(Issue::error("case.term.bake", "out-of-range", message));
        }
        if let Some(scenario) = scenario {
            names_of_case(&self.case, scenario, &mut found);
        }
        let world = scenario.map(|scenario| (scenario, self.case.term.bake));
        found.extend(hand_problems(&self.actions, &self.plan, world));
        let in_plan = |issue: Issue| Issue { path: format!("plan.{}", issue.path), ..issue };
        found.extend(self.plan.problems(scenario).into_iter().map(in_plan));
        found
    }
}

/// The most faults, and the most further releases, of a case: as many as a scenario may have.
const MOST_OF_A_CASE: usize = 64;

/// Problems of the names that a case takes from the scenario.
pub(super) fn names_of_case(case: &Case, scenario: &Scenario, found: &mut Vec<Issue>) {
    let mut known = |path: String, kind: &str, name: &str, valid: Vec<&str>| {
        if !valid.contains(&name) {
            found.push(Issue::unknown(path, kind, name, valid));
        }
    };
    if let Some(name) = &case.release {
        let releases = scenario.releases.iter().map(|release| release.name.as_str()).collect();
        known("case.release".to_owned(), "release", name, releases);
    }
    for (index, following) in case.then.iter().enumerate() {
        let releases = scenario.releases.iter().map(|release| release.name.as_str()).collect();
        known(format!("case.then[{index}].release"), "release", &following.release, releases);
    }
    for (index, name) in case.faults.iter().enumerate() {
        let faults = scenario.faults.iter().map(|fault| fault.name.as_str()).collect();
        known(format!("case.faults[{index}]"), "fault", name, faults);
    }
    if let Some(name) = &case.traffic {
        let shapes = scenario.traffic.iter().map(|shape| shape.name.as_str()).collect();
        known("case.traffic".to_owned(), "traffic shape", name, shapes);
    }
    let lists = [
        ("then", case.then.len()),
        ("faults", case.faults.len()),
        ("variation.faults", case.variation.faults.len()),
    ];
    for (field, count) in lists {
        if count > MOST_OF_A_CASE {
            let message = format!("{count} entries; write at most {MOST_OF_A_CASE}");
            found.push(Issue::error(format!("case.{field}"), "too-many", message));
            return;
        }
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
    // Only the case's variation can break a sound scenario.
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

#[cfg(test)]
mod tests {
    use super::super::sample::{self, session};
    use super::*;

    #[test]
    fn whatever_is_changed_changes_the_hash() {
        let sealed = session().sealed();
        assert_eq!(sealed.is_unchanged(), Some(true));
        let text = ron::to_string(&sealed).unwrap();
        assert_eq!(ron::from_str::<Session>(&text).unwrap().is_unchanged(), Some(true));
        let answer = Answer { at: Time::ZERO, asked: "Why?".to_owned(), said: "So.".to_owned() };
        let changes: [(&str, fn(&mut Session)); 6] = [
            ("title", |session| session.plan.title = "mine".to_owned()),
            ("version", |session| session.engine_version = Some("9.9.9".to_owned())),
            ("forecast", |session| session.forecast = Forecast::Skipped),
            ("seed", |session| session.seed += 1),
            ("digest", |session| session.digest = Some("00".to_owned())),
            ("variation", |session| session.case.variation.cohort = Some("eu".to_owned())),
        ];
        for (what, change) in changes {
            let mut changed = sealed.clone();
            change(&mut changed);
            assert_eq!(changed.is_unchanged(), Some(false), "{what}");
        }
        let mut answered = sealed.clone();
        answered.answers.push(answer);
        assert_eq!(answered.is_unchanged(), Some(false));
        assert_eq!(session().is_unchanged(), None);
    }

    #[test]
    fn a_session_is_of_the_exercises_scenario_by_id_or_file() {
        let (exercise, scenario) = (sample::exercise(), sample::scenario());
        for (name, fits) in [("shop", true), ("worlds/shop.ron", true), ("stall", false), ("", false)] {
            let session = Session { scenario: name.to_owned(), ..session() };
            assert_eq!(session.of_another_scenario(&exercise, &scenario).is_none(), fits, "{name}");
        }
    }
}
