//! The hand-in of an Operate exercise: what a learner did by hand in each of the cases that came on their watch.
//!
//! It holds no release, no fault and no seed: which case comes as which number, and the world that it plays in, are a function of
//! the exercise and of the learner's name. So nothing in it tells what a case is, and nothing about a case can be changed in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_hand::not_allowed_by_hand;
use super::{Exercise, HandAction, Playback, hand_problems};
use crate::control::Plan;
use crate::engine::{Chance, Time};
use crate::scenario::{Issue, Scenario};
use crate::sim::Case;

/// The newest format version of duty files that this build reads.
pub const FORMAT: u32 = 1;

/// Seeds of cases are below this, so that they are short enough to be typed again.
const BOUND: u64 = 1_000_000_000;

/// What a learner did on duty: the hand-in of an Operate exercise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Version of the file format; 1 is the newest.
    pub format: u32,
    /// Id of the exercise.
    pub exercise: String,
    /// Revision of the exercise that was played. Default 1.
    #[serde(default = "first")]
    pub revision: u32,
    /// Who was on duty. The cases, their order and their worlds come from this name.
    pub learner: String,
    /// What was done in each case, in the order in which the cases were met. Of several about one case the first complete one
    /// counts.
    #[serde(default)]
    pub sessions: Vec<CaseSession>,
    /// Version of the engine that recorded it; without, nothing is claimed.
    #[serde(default)]
    pub engine_version: Option<String>,
}

/// What was done in one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSession {
    /// Number of the case in the learner's order, from 1.
    pub case: u32,
    /// How far it was played.
    pub played: Time,
    /// Whether it was played to its end; only then it counts.
    #[serde(default)]
    pub complete: bool,
    /// What was done by hand, in order.
    #[serde(default)]
    pub actions: Vec<HandAction>,
    /// Digest of the run, when it was played to its end; without, nothing is claimed.
    #[serde(default)]
    pub digest: Option<String>,
}

fn first() -> u32 {
    1
}

/// A case that comes on a learner's watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Its number in the learner's order, from 1.
    pub number: u32,
    /// Position of the case in the exercise.
    pub case: usize,
    /// Seed of its world.
    pub seed: u64,
}

impl Exercise {
    /// The cases that come on `learner`'s watch, in their order: each case as many times as its weight says. They depend on the
    /// exercise's id and revision and on the name alone.
    pub fn turns(&self, learner: &str) -> Vec<Turn> {
        let dice = Chance::new(0);
        let of = format!("duty {}\n{}\n{}", self.id, self.revision, learner.trim());
        let order = dice.stream(&format!("order {of}"), 0);
        let mut drawn: Vec<(u64, usize, u64)> = Vec::new();
        for (index, case) in self.cases.iter().enumerate() {
            let worlds = dice.stream(&format!("worlds {of}\n{}", case.name), 0);
            for time in 0..u64::from(case.weight) {
                drawn.push((order.bits(drawn.len() as u64), index, worlds.below(time, BOUND)));
            }
        }
        drawn.sort_unstable();
        (1..).zip(drawn).map(|(number, (_, case, seed))| Turn { number, case, seed }).collect()
    }

    /// The case of a turn as the simulation takes it.
    pub fn met(&self, turn: Turn, scenario: &Scenario) -> Case {
        self.draw(&self.cases[turn.case], scenario, turn.seed)
    }
}

impl Turn {
    /// The case at its start under the exercise's `plan`, in which `actions` will be done by hand.
    ///
    /// # Errors
    /// What is wrong with the scenario or the plan, when they cannot be simulated.
    pub fn playback(
        self,
        exercise: &Exercise,
        scenario: &Scenario,
        plan: &Plan,
        actions: &[HandAction],
    ) -> Result<Playback, Vec<Issue>> {
        Playback::new(scenario, &exercise.met(self, scenario), plan, actions, self.seed)
    }
}

impl Duty {
    /// A duty of `learner` in which nothing was played yet.
    pub fn new(exercise: &Exercise, learner: &str) -> Self {
        Self {
            format: FORMAT,
            exercise: exercise.id.clone(),
            revision: exercise.revision,
            learner: learner.trim().to_owned(),
            sessions: Vec::new(),
            engine_version: Some(super::ENGINE_VERSION.to_owned()),
        }
    }

    /// The session that counts for the case of this number: the first that was played to its end.
    pub fn counts(&self, number: u32) -> Option<&CaseSession> {
        self.sessions.iter().find(|session| session.case == number && session.complete)
    }

    /// The turn that is to be played next, with the session that was begun in it; `None` when all were played.
    pub fn next(&self, exercise: &Exercise) -> Option<(Turn, Option<&CaseSession>)> {
        let turn =
            exercise.turns(&self.learner).into_iter().find(|turn| self.counts(turn.number).is_none())?;
        Some((turn, self.sessions.iter().find(|session| session.case == turn.number)))
    }

    /// Keeps how a case stands, in place of what was kept of it while it was not complete.
    pub fn keep(&mut self, session: CaseSession) {
        let begun = self.sessions.iter().position(|kept| kept.case == session.case);
        match begun {
            Some(place) if self.sessions[place].complete => {}
            Some(place) => self.sessions[place] = session,
            None => self.sessions.push(session),
        }
    }

    /// Adds the sessions of another file of the same duty.
    ///
    /// # Errors
    /// That the other is of another exercise, revision or learner.
    pub fn join(&mut self, other: Self) -> Result<(), Issue> {
        for (path, own, others) in [
            ("exercise", &self.exercise, &other.exercise),
            ("learner", &self.learner, &other.learner),
            ("revision", &self.revision.to_string(), &other.revision.to_string()),
        ] {
            if own != others {
                let message =
                    format!("\"{others}\", and another file of this duty says \"{own}\"; hand in one duty");
                return Err(Issue::error(path, "other-duty", message));
            }
        }
        self.sessions.extend(other.sessions);
        Ok(())
    }

    /// Everything wrong with it as a hand-in for `exercise`, with the `plan` that is on duty there.
    pub fn problems(&self, exercise: &Exercise, scenario: &Scenario, plan: &Plan) -> Vec<Issue> {
        let mut found = Vec::new();
        if self.format != FORMAT {
            let message = format!("format {} is not known; this build reads format {FORMAT}", self.format);
            found.push(Issue::error("format", "format", message));
        }
        if self.exercise != exercise.id {
            let message = format!(
                "the sessions are of exercise \"{}\", not of \"{}\"; hand in what was played there",
                self.exercise, exercise.id
            );
            found.push(Issue::error("exercise", "other-exercise", message));
            return found;
        }
        if self.revision != exercise.revision {
            let message = format!(
                "revision {} was played, and this is revision {}, whose worlds differ; play it again",
                self.revision, exercise.revision
            );
            found.push(Issue::error("revision", "other-revision", message));
        }
        if self.learner.trim().is_empty() {
            let message = "the name is empty; write who was on duty";
            found.push(Issue::error("learner", "empty", message));
        }
        let cases = exercise.turns(&self.learner).len() as u32;
        for (index, session) in self.sessions.iter().enumerate() {
            let at = format!("sessions[{index}]");
            if !(1..=cases).contains(&session.case) {
                let message = format!("case {}; the cases are numbered from 1 to {cases}", session.case);
                found.push(Issue::error(format!("{at}.case"), "out-of-range", message));
            }
            let mut wrong = not_allowed_by_hand(exercise, &session.actions);
            wrong.extend(hand_problems(&session.actions, plan, Some((scenario, Some(exercise.bake)))));
            let in_session = |issue: Issue| Issue { path: format!("{at}.{}", issue.path), ..issue };
            found.extend(wrong.into_iter().map(in_session));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ExerciseKind, sample};
    use super::*;
    use crate::sim::{ManualAction, RolloutCommand};

    fn exercise() -> Exercise {
        Exercise { kind: ExerciseKind::Operate, ..sample::exercise() }
    }

    fn session(case: u32, complete: bool) -> CaseSession {
        CaseSession { case, played: Time::from_secs(60), complete, actions: Vec::new(), digest: None }
    }

    #[test]
    fn each_learner_meets_every_case_by_its_weight_in_an_order_of_their_own() {
        let exercise = exercise();
        let orders: Vec<Vec<usize>> = (0..20)
            .map(|learner| {
                let turns = exercise.turns(&format!("learner {learner}"));
                let numbers: Vec<u32> = turns.iter().map(|turn| turn.number).collect();
                assert_eq!(numbers, [1, 2, 3]);
                let mut cases: Vec<usize> = turns.iter().map(|turn| turn.case).collect();
                let order = cases.clone();
                cases.sort_unstable();
                assert_eq!(cases, [0, 0, 1]);
                order
            })
            .collect();
        for order in [[0, 0, 1], [0, 1, 0], [1, 0, 0]] {
            assert!(orders.iter().any(|found| *found == order), "{order:?} never comes");
        }
        let ada = exercise.turns("ada");
        assert_eq!(ada, exercise.turns(" ada "));
        let next = Exercise { revision: 2, ..exercise.clone() }.turns("ada");
        assert!(ada.iter().all(|turn| next.iter().all(|other| other.seed != turn.seed)));
    }

    #[test]
    fn a_case_once_played_is_not_played_again() {
        let exercise = exercise();
        let mut duty = Duty::new(&exercise, "ada");
        let mut met = Vec::new();
        while let Some((turn, begun)) = duty.next(&exercise) {
            assert!(begun.is_none());
            met.push(turn.number);
            duty.keep(session(turn.number, false));
            assert_eq!(
                duty.next(&exercise).map(|(turn, begun)| (turn.number, begun.is_some())),
                Some((turn.number, true))
            );
            duty.keep(session(turn.number, true));
            let played = CaseSession { played: Time::from_secs(99), ..session(turn.number, true) };
            duty.keep(played);
        }
        assert_eq!(met, [1, 2, 3]);
        assert!(
            duty.sessions.iter().all(|session| session.played == Time::from_secs(60)),
            "the first counts"
        );
    }

    #[test]
    fn a_duty_is_of_one_exercise_and_one_learner() {
        let exercise = exercise();
        let found = |change: fn(&mut Duty)| {
            let mut duty = Duty { sessions: vec![session(1, true)], ..Duty::new(&exercise, "ada") };
            change(&mut duty);
            let issues = duty.problems(&exercise, &sample::scenario(), &sample::plan());
            issues.into_iter().map(|issue| (issue.path, issue.code)).collect::<Vec<_>>()
        };
        let one = |path: &str, code: &'static str| vec![(path.to_owned(), code)];
        assert_eq!(found(|_| ()), []);
        assert_eq!(found(|duty| duty.exercise = "canary".into()), one("exercise", "other-exercise"));
        assert_eq!(found(|duty| duty.revision = 2), one("revision", "other-revision"));
        assert_eq!(found(|duty| duty.learner = " ".into()), one("learner", "empty"));
        assert_eq!(found(|duty| duty.sessions[0].case = 4), one("sessions[0].case", "out-of-range"));
        let injects = |duty: &mut Duty| {
            let fault = ManualAction::Inject { fault: "outage".into() };
            duty.sessions[0].actions.push(HandAction::new(Time::from_secs(9), fault));
        };
        assert_eq!(found(injects), one("sessions[0].actions[0].action", "not-allowed"));
        let late = |duty: &mut Duty| {
            let abort = ManualAction::Command(RolloutCommand::Abort);
            duty.sessions[0].actions.push(HandAction::new(Time::from_secs(9_999), abort));
        };
        assert_eq!(found(late), one("sessions[0].actions[0].at", "out-of-range"));
        let mut duty = Duty::new(&exercise, "ada");
        assert!(duty.join(Duty::new(&exercise, "bob")).is_err());
        assert!(duty.join(Duty::new(&exercise, "ada")).is_ok());
    }
}
